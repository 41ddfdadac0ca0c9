"""The FHIR R4 endpoints."""

import logging
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from kram.assessment.assessing import Assessor
from kram.errors import KramError, place_of
from kram.surfaces.fhir.adaptive import adaptive_questionnaire
from kram.surfaces.fhir.capability import capability_statement, operation_definitions
from kram.surfaces.fhir.http import RequestError, answer, body_of, fault_answer, first, language_of, parameters
from kram.surfaces.fhir.naming import Json
from kram.surfaces.fhir.operations import Operations
from kram.surfaces.fhir.questionnaire import Form

BASE = "/fhir"
LOG = logging.getLogger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]
Operation = Callable[[Json, str], Json]


def routes(assessor: Assessor) -> list[BaseRoute]:
    """Everything under /fhir. No state but the generated forms; nothing of a request is kept or logged."""
    operations = Operations(assessor)

    def populate_instance(body: Json, lang: str) -> Json:
        return operations.populate(body, lang, instance=True)

    def populate(body: Json, lang: str) -> Json:
        return operations.populate(body, lang, instance=False)

    async def metadata(request: Request) -> Response:
        return answer(capability_statement(_base(request), language_of(request)))

    async def operation_definition(request: Request) -> Response:
        lang = language_of(request)
        found = operation_definitions(_base(request), lang).get(request.path_params["id"])
        return answer(found) if found else _missing(request, lang)

    async def questionnaire(request: Request) -> Response:
        lang = language_of(request)
        forms = {"kram": operations.questionnaire, "kram-adaptive": _adaptive(assessor, request)}
        make = forms.get(request.path_params["id"])
        return answer(await run_in_threadpool(make, lang)) if make else _missing(request, lang)

    async def search(request: Request) -> Response:
        lang = language_of(request)
        wanted = request.query_params.get("url")
        found = [operations.questionnaire(lang), _adaptive(assessor, request)(lang)]
        matches = [form for form in found if wanted is None or wanted.split("|")[0] == form["url"]]
        entries = [
            {"fullUrl": f"{_base(request)}/Questionnaire/{form['id']}", "resource": form, "search": {"mode": "match"}}
            for form in matches
        ]
        bundle: Json = {"resourceType": "Bundle", "type": "searchset", "total": len(matches)}
        return answer(bundle | ({"entry": entries} if entries else {}))

    async def anything_else(request: Request) -> Response:
        return _missing(request, language_of(request))

    post = ["POST"]
    inner: list[BaseRoute] = [
        _guarded("/metadata", metadata, ["GET"]),
        _guarded("/$assess", _operation(operations.assess), post),
        _guarded("/QuestionnaireResponse/$assess", _operation(operations.assess_response), post),
        _guarded("/Questionnaire/$next-question", _operation(operations.next_question), post),
        _guarded("/Questionnaire/$populate", _operation(populate), post),
        _guarded("/Questionnaire/kram/$populate", _operation(populate_instance), post),
        _guarded("/Questionnaire", search, ["GET"]),
        _guarded("/Questionnaire/{id}", questionnaire, ["GET"]),
        _guarded("/OperationDefinition/{id}", operation_definition, ["GET"]),
        Route("/{path:path}", anything_else, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
    return [Mount(BASE, routes=inner)]


def _adaptive(assessor: Assessor, request: Request) -> Callable[[str], Json]:
    return lambda lang: adaptive_questionnaire(Form(assessor.knowledge, lang), _base(request))


def _operation(work: Operation) -> Endpoint:
    async def run(request: Request) -> Response:
        body = await body_of(request)
        given = parameters(body) if body["resourceType"] == "Parameters" else {}
        lang = language_of(request, first(given, "language", "lang"))
        try:
            return answer(await run_in_threadpool(work, body, lang))
        except KramError as fault:
            return fault_answer(fault, lang)

    return run


def _guarded(path: str, endpoint: Endpoint, methods: list[str]) -> Route:
    """Whatever goes wrong inside leaves as an OperationOutcome, and other methods get one too."""

    async def run(request: Request) -> Response:
        lang = language_of(request)
        if request.method not in (*methods, "HEAD"):
            fault = RequestError(405, "not-supported", "fhir_method_not_allowed", method=request.method, path=path)
            found = fault_answer(fault, lang)
            found.headers["Allow"] = ", ".join(methods)
            return found
        try:
            return await endpoint(request)
        except KramError as fault:
            return fault_answer(fault, lang)
        except Exception as fault:
            LOG.error("unexpected: %s", place_of(fault))
            return fault_answer(RequestError(500, "exception", "fhir_internal"), lang)

    return Route(path, run, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])


def _missing(request: Request, lang: str) -> Response:
    path = request.url.path[:120]
    return fault_answer(RequestError(404, "not-found", "fhir_not_found", path=path), lang)


def _base(request: Request) -> str:
    """The address under which we were asked, for links that must resolve."""
    return str(request.base_url).rstrip("/").removesuffix(BASE) + BASE
