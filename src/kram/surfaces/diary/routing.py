"""The addresses of the diary. The pages hold nobody's entries; what the script sends to be worked out is forgotten."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kram.assessment.assessing import Assessor
from kram.diary.effects import name_of
from kram.surfaces.diary import home, planning
from kram.surfaces.diary.answering import answer, waiting_room
from kram.surfaces.diary.words import limits, words_of
from kram.surfaces.pages import language
from kram.surfaces.pages.pages import Pages
from kram.surfaces.pages.static_files import StaticFiles
from kram.texts import languages

HERE = Path(__file__).parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"
PAGES = {"/diary": "diary", "/diary/trial": "trial", "/diary/answer": "answer"}
_WORKER = "diary_worker.js"


def routes(assessor: Assessor, static: StaticFiles, at_home: home.Home | None = None) -> list[BaseRoute]:
    """`at_home`: the file that keeps the diary instead of the browser."""
    site = Site(assessor, static, at_home is not None)
    return [
        *(Route(path, site.page(name), methods=["GET"]) for path, name in PAGES.items()),
        Route("/diary/answer", site.answer, methods=["POST"]),
        Route("/diary/plan", site.plan, methods=["POST"]),
        Route("/diary/reminders", site.calendar, methods=["POST"]),
        Route("/diary/worker.js", site.worker, methods=["GET"]),
        *(home.routes(at_home) if at_home else []),
    ]


class Site:
    """Requests in, pages out."""

    def __init__(self, assessor: Assessor, static: StaticFiles, at_home: bool) -> None:
        self.at_home = at_home
        self.assessor = assessor
        self.static = static
        self.pages = Pages(TEMPLATES, static)
        self.room = waiting_room()
        words = "".join(json.dumps(words_of(lang)) for lang in languages())
        made_of = f"{static.fingerprint} {assessor.knowledge.fingerprint} {at_home} {words}"
        self.edition = hashlib.sha256(made_of.encode()).hexdigest()[:12]

    def page(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            lang, known = language.language(request), self.assessor.knowledge
            care = [{"id": id, "name": name_of(known, id, lang)} for id, one in known.care.items() if one.trial]
            data: dict[str, Any] = {"limits": limits(), "care": care, "home": self.at_home}
            return self.pages.page(
                request,
                f"{name}.html",
                lang=lang,
                script="diary_page.js" if name == "diary" else f"diary_{name}.js",
                offers=planning.offered(self.assessor.knowledge, lang) if name == "trial" else [],
                script_data={"words": words_of(lang), "data": data},
                **data,
            )

        return show

    async def answer(self, request: Request) -> Response:
        return await answer(request, self.pages, self.assessor.knowledge, self.room)

    async def plan(self, request: Request) -> Response:
        return await planning.plan(request, self.assessor.knowledge)

    async def calendar(self, request: Request) -> Response:
        return await planning.calendar(request, self.assessor.knowledge)

    async def worker(self, _request: Request) -> Response:
        """The script that keeps these pages without a network; its cache is named for their content."""
        files = [name for name in self.static.files if name.startswith("diary") and name != _WORKER]
        files += ["kram.css", "icon.svg", "select.svg", "select-dark.svg"]
        settings = {
            "KEPT": f"kram-diary-pages-{self.edition}",
            "PAGES": list(PAGES),
            "FILES": [self.static.address(name) for name in files],
        }
        head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in settings.items())
        body = head.encode() + self.static.files[_WORKER]
        headers = {"service-worker-allowed": "/diary", "cache-control": "no-cache"}
        return Response(body, media_type="text/javascript", headers=headers)
