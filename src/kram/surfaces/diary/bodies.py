"""What the script of the diary sends: JSON, read with limits; every refusal is one sentence."""

from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse

from kram.errors import KramError
from kram.surfaces.pages import forms
from kram.surfaces.pages.forms import RefusedError

Body = TypeVar("Body", bound=msgspec.Struct)
_JSON = "application/json"


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Raises RefusedError."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != _JSON:  # no form of another site can send this type
        raise RefusedError(415, "web_wrong_type", given=given[:80] or "-", wanted=_JSON)
    body = await forms.read_body(request, forms.MOST_BODY)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise RefusedError(400, "dw_body_broken", problem=str(fault)) from None


def problem(fault: KramError, lang: str) -> JSONResponse:
    status = fault.status if isinstance(fault, RefusedError) else 422
    return JSONResponse({"problem": fault.sentence(lang)}, status)
