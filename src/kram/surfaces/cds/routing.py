"""The endpoints of CDS Hooks: discovery, the services, and feedback."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kram.assessment.assessing import Assessor
from kram.errors import CostError, KramError, place_of
from kram.surfaces.cds.deciding import Deciding
from kram.surfaces.cds.fetching import SECONDS, Unfetched, fetch
from kram.surfaces.cds.requests import LARGEST, HookError, HookRequest, origin, read_request
from kram.surfaces.cds.services import HOOKS, PREFETCH, REQUIRED, discovery, queries
from kram.texts import FIRST, catalogue, languages

BASE = "/cds-services"
LOG = logging.getLogger(__name__)
# Record systems and their sandboxes call from a browser; no cookie and no login is involved.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept, Accept-Language",
    "Cache-Control": "no-store",
}
_OUTCOMES = {"accepted", "overridden"}
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(assessor: Assessor, allowed: frozenset[str] = frozenset(), seconds: float = SECONDS) -> list[BaseRoute]:
    """`allowed`: addresses of FHIR servers that may be asked (default: none); `seconds`: for all that is fetched."""
    origins = frozenset(place for address in allowed if (place := origin(address)) is not None)
    deciding = Deciding(assessor)

    async def discover(request: Request) -> Response:
        return _answer(discovery(_language(request)))

    async def service(request: Request) -> Response:
        id = request.path_params["id"]
        if id not in HOOKS:
            raise HookError(404, "cds_no_service", id=id[:60], known=", ".join(HOOKS))
        lang = _language(request)
        hooked = read_request(await _body(request), HOOKS[id])
        data = await _data(hooked, origins, seconds)
        site = str(request.base_url).rstrip("/")
        today = datetime.now(UTC).date()
        cards = await run_in_threadpool(deciding.cards, hooked, data, lang, site, today)
        return _answer({"cards": cards})

    async def feedback(request: Request) -> Response:
        """Answered, and stored nowhere."""
        if request.path_params["id"] not in HOOKS:
            raise HookError(404, "cds_no_service", id=request.path_params["id"][:60], known=", ".join(HOOKS))
        _check_feedback(await _body(request))
        return Response(None, 200, _CORS)

    return [
        Route(BASE, _guarded(discover, "GET"), methods=["GET", "POST", "OPTIONS"]),
        Route(f"{BASE}/{{id}}", _guarded(service, "POST"), methods=["GET", "POST", "OPTIONS"]),
        Route(f"{BASE}/{{id}}/feedback", _guarded(feedback, "POST"), methods=["GET", "POST", "OPTIONS"]),
    ]


async def _data(request: HookRequest, allowed: frozenset[str], seconds: float) -> dict[str, Any]:
    """Key -> resource, by prefetch or fetched. A key that is null in prefetch was looked for and is empty."""
    data = {key: value for key, value in request.prefetch.items() if key in PREFETCH and _usable(value)}
    empty = {key for key, value in request.prefetch.items() if value is None}
    missing = [key for key in PREFETCH if key not in data and key not in empty]
    wanted = queries(request, missing)
    if wanted and request.server is not None and origin(request.server) in allowed:
        try:
            data |= await fetch(request, wanted, allowed, seconds)
        except Unfetched as fault:
            if any(key not in data for key in REQUIRED):
                raise HookError(412, "cds_not_fetched", what=_first(missing), why=str(fault)) from fault
    lacking = [key for key in REQUIRED if key not in data and not (key in empty and key != "patient")]
    if lacking:
        raise HookError(412, "cds_data_missing", what=", ".join(lacking))
    return data


def _usable(value: Any) -> bool:
    """An OperationOutcome in prefetch says that the record system could not look it up."""
    return isinstance(value, dict) and value.get("resourceType") not in (None, "OperationOutcome")


def _first(keys: list[str]) -> str:
    return next((key for key in REQUIRED if key in keys), keys[0])


def _check_feedback(data: bytes) -> None:
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise HookError(400, "fhir_not_json", problem=str(fault)[:120]) from fault
    listed = raw.get("feedback") if isinstance(raw, dict) else None
    if not isinstance(listed, list):
        raise HookError(400, "cds_field_missing", field="feedback")
    for index, item in enumerate(listed):
        for key in ("card", "outcome", "outcomeTimestamp"):
            if not isinstance(item, dict) or not isinstance(item.get(key), str):
                raise HookError(400, "cds_field_missing", field=f"feedback[{index}].{key}")
        if item["outcome"] not in _OUTCOMES:
            raise HookError(400, "cds_field_wrong", field=f"feedback[{index}].outcome")


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST * 1_000_000:
            raise HookError(413, "fhir_too_large", most=LARGEST)
    return bytes(data)


def _language(request: Request) -> str:
    """?lang=, then Accept-Language, then the first language there is."""
    tags = [request.query_params.get("lang", ""), *request.headers.get("accept-language", "").split(",")]
    codes = (tag.split(";")[0].strip().split("-")[0].lower() for tag in tags)
    return next((code for code in codes if code in languages()), FIRST)


def _guarded(endpoint: Endpoint, method: str) -> Endpoint:
    """Every fault leaves as one sentence of JSON; OPTIONS is for browsers."""

    async def run(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(None, 204, _CORS)
        lang = _language(request)
        try:
            if request.method not in (method, "HEAD"):
                path = request.url.path[:120]
                raise HookError(405, "fhir_method_not_allowed", method=request.method, path=path)
            return await endpoint(request)
        except HookError as fault:
            return _answer({"error": fault.sentence(lang)}, fault.status)
        except KramError as fault:
            return _answer({"error": fault.sentence(lang)}, 422 if isinstance(fault, CostError) else 400)
        except Exception as fault:
            LOG.error("unexpected: %s", place_of(fault))
            return _answer({"error": catalogue(lang).say("fhir_internal")}, 500)

    return run


def _answer(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, _CORS, "application/json")
