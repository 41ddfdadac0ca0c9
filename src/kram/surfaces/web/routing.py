"""The addresses of the way through, and what each does with a request."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kram.assessment.assessing import Assessor
from kram.errors import KramError
from kram.knowledge.entries import Care
from kram.surfaces.pages import language
from kram.surfaces.pages.forms import RefusedError, read_form, read_upload
from kram.surfaces.pages.pages import Pages
from kram.surfaces.pages.static_files import StaticFiles
from kram.surfaces.web import filters
from kram.surfaces.web.case_files import case_text, open_case
from kram.surfaces.web.journey import Journey, decode, encode
from kram.surfaces.web.taking_up import take_up
from kram.surfaces.web.walking import PERSON, RESULT, URGENT, View, Way
from kram.texts import catalogue, languages

TEMPLATES = Path(__file__).with_name("templates")
_STARTS = {"self": "/questions", "other": "/questions/other", "worker": "/questions/worker"}
_OFFERED = 8


def routes(assessor: Assessor, static: StaticFiles, country: str = "") -> list[BaseRoute]:
    """`country`: whose emergency numbers are shown first (default: the first of the knowledge)."""
    site = Site(assessor, static, country)
    return [
        Route("/", site.plain("start.html")),
        Route("/privacy", site.plain("privacy.html")),
        Route("/now", site.now),
        Route("/urgent", site.begin(URGENT, "self")),
        *(Route(path, site.begin(PERSON, mode), methods=["GET"]) for mode, path in _STARTS.items()),
        Route("/questions", site.walk, methods=["POST"]),
        Route("/case", site.open, methods=["POST"]),
        Route("/case/file", site.download, methods=["POST"]),
        Route("/case/response", site.take_up, methods=["POST"]),
        Route("/medicines", site.medicines, methods=["POST"]),
    ]


class Site:
    """Requests in, pages out. Holds the knowledge and the templates, nothing about anybody."""

    def __init__(self, assessor: Assessor, static: StaticFiles, country: str) -> None:
        self.assessor = assessor
        self.way = Way(assessor)
        self.pages = Pages(TEMPLATES, static)
        self.pages.environment.filters |= filters.FILTERS
        numbers = assessor.knowledge.emergency_numbers
        here = numbers[country] if country in numbers else next(iter(numbers.values()))
        drawings = frozenset(file.stem for file in (TEMPLATES / "drawings").glob("*.svg"))
        self.common: dict[str, Any] = {
            "emergency": {"here": here, "elsewhere": [other for other in numbers.values() if other is not here]},
            "drawings": drawings,
            "notice": "",
        }

    # pages that hold no answers

    def plain(self, template: str) -> Callable[[Request], Any]:
        async def show(request: Request) -> Response:
            notice = self.assessor.knowledge.settings.notice[language.language(request)]
            return self.pages.page(request, template, **(self.common | {"notice": notice}))

        return show

    async def now(self, request: Request) -> Response:
        lang = language.language(request)
        knowledge = self.assessor.knowledge
        chosen = [care for care in knowledge.care.values() if care.id in self.common["drawings"]]
        ids = dict.fromkeys(id for care in chosen for id in care.sources)
        values = {
            "relief": [_care_words(care, lang) for care in chosen],
            "sources": [knowledge.sources[id] for id in ids],
        }
        return self.pages.page(request, "now.html", **(self.common | values))

    # the way

    def begin(self, at: str, mode: Any) -> Callable[[Request], Any]:
        async def show(request: Request) -> Response:
            journey = Journey(mode=mode)
            return self._answer(request, journey, self.way.first(journey, at, language.language(request)))

        return show

    async def walk(self, request: Request) -> Response:
        lang = language.language(request)
        try:
            form = await read_form(request)
            chosen = form.get("lang")
            lang = chosen if chosen in languages() else lang
            journey = decode(form.get("state"))
            do = form.get("do") or ("stay" if chosen else "next")
            view = await run_in_threadpool(self.way.walk, journey, form.get("at"), do, form, lang)
        except KramError as fault:
            return self._problem(request, fault, lang)
        response = self._answer(request, journey, view, lang)
        if chosen in languages():
            language.keep(response, lang)
        return response

    def _answer(self, request: Request, journey: Journey, view: View, lang: str | None = None) -> Response:
        values = self.common | view.values | {"state": encode(journey), "at": view.at, "journey": journey}
        return self.pages.page(request, view.template, lang=lang, status=view.status, **values)

    def _problem(self, request: Request, fault: KramError, lang: str) -> Response:
        status = fault.status if isinstance(fault, RefusedError) else 400
        words = catalogue(lang)
        values = {"heading": words.say("web_problem_heading"), "sentence": filters.in_place(fault, lang)}
        return self.pages.page(request, "problem.html", lang=lang, status=status, **values)

    # case files

    async def open(self, request: Request) -> Response:
        lang = language.language(request)
        try:
            name, content, mode = await read_upload(request)
            journey = await run_in_threadpool(open_case, name, content, self.assessor.lookup)
            if mode in _STARTS:
                journey.mode = mode  # type: ignore[assignment]
            view = await run_in_threadpool(self.way.first, journey, RESULT, lang)
        except KramError as fault:
            return self._problem(request, fault, lang)
        return self._answer(request, journey, view, lang)

    async def download(self, request: Request) -> Response:
        lang = language.language(request)
        try:
            form = await read_form(request)
            journey = decode(form.get("state"))
        except KramError as fault:
            return self._problem(request, fault, lang)
        return _file(case_text(journey))

    async def take_up(self, request: Request) -> Response:
        """What a diary showed joins the answers: the result with it, or a case file."""
        lang = language.language(request)
        try:
            taken = await take_up(request, self.assessor.lookup)
            if taken.file is not None:
                return _file(taken.file)
            view = await run_in_threadpool(self.way.first, taken.journey, RESULT, lang)
        except KramError as fault:
            return self._problem(request, fault, lang)
        return self._answer(request, taken.journey, view, lang)

    async def medicines(self, request: Request) -> Response:
        """Names that fit what has been typed so far. In a body, since what somebody takes belongs in no address."""
        lang = language.language(request)
        try:
            form = await read_form(request)
        except RefusedError as fault:
            return JSONResponse({"names": []}, status_code=fault.status)
        found = self.assessor.lookup.medicines.search(form.get("q")[:60], _OFFERED)
        known = self.assessor.knowledge.medicines
        return JSONResponse({"names": [known[id].name[lang] for id in found]})


def _file(case: str) -> Response:
    headers = {"content-disposition": 'attachment; filename="kram.yaml"'}
    return Response(case, media_type="application/yaml; charset=utf-8", headers=headers)


def _care_words(care: Care, lang: str) -> dict[str, Any]:
    """Care as a page shows it before anything is known about the person."""
    return {
        "id": care.id,
        "name": care.name[lang],
        "text": care.text[lang],
        "harms": care.harms[lang] if care.harms else None,
    }
