"""The addresses of the JSON interface. Thin: read, ask the assessor or the knowledge, write."""

import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import anyio
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from kram.assessment import interviewing
from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import LISTS, read_case
from kram.errors import KramError
from kram.knowledge.entries import Entry
from kram.knowledge.lookup import Index
from kram.surfaces.api import describing, openapi
from kram.surfaces.api.bodies import read_json, shaped
from kram.surfaces.api.documentation import Documentation
from kram.surfaces.api.problems import Refused, answer, http_fault, language, refusal, unexpected
from kram.surfaces.api.requests import Case, NextRequest
from kram.surfaces.pages.language import language as page_language
from kram.surfaces.pages.static_files import StaticFiles
from kram.texts import catalogue

PREFIX = "/api"
MOST = 100  # results of one search
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(assessor: Assessor, static: StaticFiles | None = None) -> list[BaseRoute]:
    """Everything under /api: an application of its own, so that its errors have their own shape."""
    desk = _Desk(assessor, Documentation(static))
    table: dict[str, tuple[str, Endpoint]] = {
        "/": ("GET", desk.explained),
        "/openapi.json": ("GET", desk.openapi),
        "/assess": ("POST", desk.assess),
        "/next": ("POST", desk.next),
        "/causes": ("GET", desk.causes),
        "/causes/{id}": ("GET", desk.cause),
        "/questions": ("GET", desk.questions),
        "/medicines": ("GET", desk.medicines),
        "/red-flags": ("GET", desk.red_flags),
        "/care": ("GET", desk.care),
        "/sources": ("GET", desk.sources),
    }
    listed = [Route(path, guarded(endpoint), methods=[method]) for path, (method, endpoint) in table.items()]
    mount = Mount(PREFIX, app=Starlette(routes=listed, exception_handlers={HTTPException: http_fault}))
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)  # an address with a line break is ours as well
    return [mount]


def guarded(endpoint: Endpoint) -> Endpoint:
    """No error leaves without its sentence, and none with a traceback."""

    async def safe(request: Request) -> Response:
        try:
            return await endpoint(request)
        except KramError as fault:
            return refusal(request, fault)
        except HTTPException:
            raise
        except Exception as fault:
            return unexpected(request, fault)

    return safe


@dataclass(frozen=True)
class _Desk:
    assessor: Assessor
    documentation: Documentation

    @cached_property
    def limiter(self) -> anyio.CapacityLimiter:
        """As many computations at once as there are processors; the rest wait their turn."""
        return anyio.CapacityLimiter(os.cpu_count() or 1)

    # a person

    async def assess(self, request: Request) -> Response:
        lang = language(request)
        case = await read_json(request)
        shaped(case, Case)

        def work() -> Response:
            answers = read_case(case, self.assessor.lookup, catalogue(lang).say("api_body"))
            return answer(self.assessor.assess(answers, lang), lang)

        return await anyio.to_thread.run_sync(work, limiter=self.limiter)

    async def next(self, request: Request) -> Response:
        lang = language(request)
        raw = await read_json(request)
        asked = shaped(raw, NextRequest)
        knowledge = self.assessor.knowledge
        for index, id in enumerate(asked.asked):
            if id not in knowledge.findings and id not in knowledge.screen and id not in LISTS:
                raise Refused(422, "api_asked_unknown", place=f"asked[{index}]", id=id)

        def work() -> Response:
            answers = read_case(raw["case"], self.assessor.lookup, catalogue(lang).say("api_body"))
            step = interviewing.next_step(self.assessor, answers, frozenset(asked.asked), asked.clinic)
            return answer(describing.next_step(step, lang), lang)

        return await anyio.to_thread.run_sync(work, limiter=self.limiter)

    # the knowledge

    async def causes(self, request: Request) -> Response:
        lang, knowledge = language(request), self.assessor.knowledge
        every = (*knowledge.causes.values(), *knowledge.drafts.values())
        return answer([describing.cause_summary(knowledge, cause, lang) for cause in every], lang)

    async def cause(self, request: Request) -> Response:
        lang, knowledge = language(request), self.assessor.knowledge
        found = one({**knowledge.drafts, **knowledge.causes}, request.path_params["id"])
        return answer(describing.cause_detail(knowledge, found, lang), lang)

    async def questions(self, request: Request) -> Response:
        lang = language(request)
        return answer([describing.question(f, lang) for f in self.assessor.knowledge.findings.values()], lang)

    async def medicines(self, request: Request) -> Response:
        lang, knowledge = language(request), self.assessor.knowledge
        typed = request.query_params.get("q")
        if typed is None:
            found = list(knowledge.medicines.values())
        else:
            if len(typed) > MOST:
                raise Refused(422, "api_query_long", place="q", most=MOST)
            ids = await run_in_threadpool(self.assessor.lookup.medicines.search, typed, MOST)
            found = [knowledge.medicines[id] for id in ids]
        return answer([describing.medicine(entry, lang) for entry in found], lang)

    async def red_flags(self, request: Request) -> Response:
        lang = language(request)
        return answer([describing.red_flag(flag, lang) for flag in self.assessor.knowledge.red_flags.values()], lang)

    async def care(self, request: Request) -> Response:
        lang, knowledge = language(request), self.assessor.knowledge
        return answer([describing.care(knowledge, entry, lang) for entry in knowledge.care.values()], lang)

    async def sources(self, request: Request) -> Response:
        lang = language(request)
        return answer([describing.source(entry, lang) for entry in self.assessor.knowledge.sources.values()], lang)

    # about the interface

    async def openapi(self, request: Request) -> Response:
        lang = language(request)
        return answer(openapi.document(self.assessor.knowledge, lang), lang)

    async def explained(self, request: Request) -> Response:
        """For people: in the language that the rest of the pages has, or ?lang=."""
        lang = language(request) if "lang" in request.query_params else page_language(request)
        return self.documentation.page(request, openapi.document(self.assessor.knowledge, lang), lang)


def one(entries: Mapping[str, Any], id: str) -> Any:
    """Raises Refused with the nearest ids where there is none."""
    entry: Entry | None = entries.get(id)
    if entry is None:
        fault = Refused(404, "api_no_entry", id=id[:100])
        fault.nearest = Index((key, key, key) for key in entries).nearest(id[:100])
        raise fault
    return entry
