"""Every error of the interface has one shape: application/problem+json (RFC 9457), in the caller's language."""

import logging
import traceback

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kram.errors import KramError
from kram.surfaces.api.answers import FieldFault, Problem
from kram.surfaces.pages.language import preferred
from kram.texts import catalogue, languages

JSON = "application/json"
PROBLEM = "application/problem+json"
_log = logging.getLogger("kram.api")
_TITLED = (400, 404, 405, 413, 415, 422, 500)


class Refused(KramError):
    """A request that cannot be answered; `status` is that of HTTP."""

    def __init__(self, status: int, key: str, /, **values: object) -> None:
        super().__init__(key, **values)
        self.status = status
        self.nearest: tuple[str, ...] = ()


def language(request: Request) -> str:
    """?lang=, else what the browser likes, else the first language. Raises Refused for a language we do not have."""
    asked = request.query_params.get("lang")
    if asked is None:
        return preferred(request.headers.get("accept-language", ""))
    if asked not in languages():
        raise Refused(422, "lang_unknown", lang=asked[:40], known=", ".join(languages()))
    return asked


def _language_or_first(request: Request) -> str:
    try:
        return language(request)
    except Refused:
        return preferred(request.headers.get("accept-language", ""))


def answer(value: object, lang: str) -> Response:
    return Response(msgspec.json.encode(value), media_type=JSON, headers={"Content-Language": lang, **_VARY})


def refusal(request: Request, fault: KramError) -> Response:
    """A sentence for whatever was wrong with what was sent."""
    status = fault.status if isinstance(fault, Refused) else 422
    lang = _language_or_first(request)
    detail = fault.sentence(lang)
    place = fault.values.get("place")
    errors = (FieldFault(str(place), detail),) if place is not None else ()
    near = fault.nearest if isinstance(fault, Refused) else ()
    return _response(request, status, fault.key, detail, lang, errors=errors, nearest=near)


def http_fault(request: Request, fault: Exception) -> Response:
    """No such page, no such method."""
    assert isinstance(fault, HTTPException)
    lang = _language_or_first(request)
    key = {404: "api_no_page", 405: "api_no_method"}.get(fault.status_code, "api_bad_request")
    allowed = (fault.headers or {}).get("Allow", "")
    detail = catalogue(lang).say(key, path=request.url.path[:200], method=request.method, allowed=allowed)
    return _response(request, fault.status_code, key, detail, lang, headers=dict(fault.headers or {}))


def unexpected(request: Request, fault: Exception) -> Response:
    """A fault of ours. What is logged says where it happened, never what was sent."""
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    _log.error("%s at %s:%s", type(fault).__name__, frame.filename, frame.lineno)
    lang = _language_or_first(request)
    return _response(request, 500, "api_our_fault", catalogue(lang).say("api_our_fault"), lang)


def _response(
    request: Request,
    status: int,
    key: str,
    detail: str,
    lang: str,
    *,
    errors: tuple[FieldFault, ...] = (),
    nearest: tuple[str, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    title = catalogue(lang).say(f"api_title_{status if status in _TITLED else 400}")
    root = str(request.scope.get("root_path", ""))
    problem = Problem(f"{root}/#{key}", title, status, detail, errors, nearest)
    return Response(
        msgspec.json.encode(problem),
        status_code=status,
        media_type=PROBLEM,
        headers={"Content-Language": lang, **_VARY, **(headers or {})},
    )


_VARY = {"Vary": "Accept-Language", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
