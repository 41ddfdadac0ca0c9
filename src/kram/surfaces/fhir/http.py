"""Bodies in, resources out: what every FHIR endpoint shares. Every fault leaves as an OperationOutcome."""

import re
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kram.errors import CostError, KramError
from kram.surfaces.fhir.naming import Json
from kram.surfaces.fhir.outcomes import refusal
from kram.texts import FIRST, languages

MEDIA = "application/fhir+json"
_READ = {"application/fhir+json", "application/json", "application/json+fhir", ""}
LARGEST = 50  # MB
_DEEP = 1000


class RequestError(KramError):
    """A request that cannot be answered; `status` of HTTP and the code of the issue."""

    def __init__(self, status: int, code: str, key: str, /, **values: Any) -> None:
        super().__init__(key, **values)
        self.status = status
        self.code = code


def language_of(request: Request, given: Any = None) -> str:
    """A parameter, then ?lang= or ?_language=, then Accept-Language, then the first language there is."""
    wanted = [given, request.query_params.get("lang"), request.query_params.get("_language")]
    header = request.headers.get("accept-language", "")
    ranked = []
    for position, part in enumerate(header.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), position, tag))
        except ValueError:
            continue
    for tag in (*wanted, *(tag for _, _, tag in sorted(ranked))):
        code = str(tag).split("-")[0].split("_")[0].lower() if tag else ""
        if code in languages():
            return code
    return FIRST


async def body_of(request: Request) -> Json:
    """Raises RequestError."""
    media = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media not in _READ:
        raise RequestError(415, "not-supported", "fhir_media_type", given=media[:60])
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST * 1_000_000:
            raise RequestError(413, "too-long", "fhir_too_large", most=LARGEST)
    return await run_in_threadpool(parse, bytes(data))


def parse(data: bytes) -> Json:
    """Strict JSON: no NaN, no bytes that are no text. Raises RequestError."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise RequestError(400, "structure", "fhir_not_json", problem=str(fault)[:120]) from fault
    except RecursionError as fault:
        raise RequestError(400, "structure", "fhir_not_json", problem="nesting") from fault
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise RequestError(400, "structure", "fhir_not_object")
    return found


def answer(resource: Json, status: int = 200) -> Response:
    return Response(msgspec.json.encode(resource), status, {"Cache-Control": "no-store"}, MEDIA)


def fault_answer(fault: KramError, lang: str) -> Response:
    if isinstance(fault, RequestError):
        return answer(refusal(fault, lang, fault.code), fault.status)
    if isinstance(fault, CostError):
        return answer(refusal(fault, lang, "too-costly"), 422)
    return answer(refusal(fault, lang, "invalid"), 422)


def day_of(given: Any) -> date:
    """The day for which the record is read; today in UTC where none is given. Raises RequestError."""
    if given is None:
        return datetime.now(UTC).date()
    if isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}(T.*)?", given):
        try:
            return date.fromisoformat(given[:10])
        except ValueError:
            pass
    raise RequestError(422, "value", "fhir_parameter_wrong", name="date", given=str(given)[:40], wanted="2026-01-31")


def parameters(body: Json) -> dict[str, list[Any]]:
    """Name -> values of a Parameters resource."""
    found: dict[str, list[Any]] = {}
    listed = body.get("parameter")
    for parameter in listed if isinstance(listed, list) else ():
        if isinstance(parameter, dict) and isinstance(parameter.get("name"), str):
            value = parameter.get("resource")
            if value is None:
                value = next((v for key, v in parameter.items() if key.startswith("value")), parameter.get("part"))
            found.setdefault(parameter["name"], []).append(value)
    return found


def first(values: dict[str, list[Any]], *names: str) -> Any:
    return next((values[name][0] for name in names if values.get(name)), None)
