"""The addresses of the library: the language stands in front, and an address never changes its meaning."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Thread
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kram.assessment.assessing import Assessor
from kram.assessment.urgency import ORDER
from kram.knowledge.explaining import proportion_text
from kram.surfaces.library import views
from kram.surfaces.library.performance import performance
from kram.surfaces.library.shelf import SHELVES, Shelf, address, address_of
from kram.surfaces.pages import language
from kram.surfaces.pages.pages import Pages
from kram.surfaces.pages.static_files import StaticFiles
from kram.texts import catalogue, languages

TEMPLATES = Path(__file__).with_name("templates")
LONGEST_SEARCH, MOST_FOUND = 100, 30
_KEPT = {"cache-control": "public, max-age=3600"}  # nothing here is about a person
_SINGULAR: dict[str, Callable[..., views.View]] = {
    "causes": views.cause,
    "medicines": views.medicine,
    "red-flags": views.red_flag,
    "care": views.care,
    "signs": views.sign,
    "sources": views.source,
}
_PROSE: dict[str, Callable[[Shelf, str], views.View]] = {
    "method": lambda shelf, _lang: views.method(shelf),
    "performance": lambda shelf, lang: performance(shelf.knowledge, lang),
}
Handler = Callable[[Request], Awaitable[Response]]


def routes(assessor: Assessor, static: StaticFiles, prepare: bool = False) -> list[BaseRoute]:
    """`prepare`: begin at once, beside everything else, what the first reader would have to wait for."""
    desk = _Desk(Shelf(assessor), Pages(TEMPLATES, static))
    if prepare:
        Thread(target=desk.shelf.prepare, daemon=True).start()
    found: list[BaseRoute] = []
    for lang in languages():
        root = address(lang)
        found += [
            Route(root, desk.handler(lang, desk.front)),
            Route(f"{root}/search", desk.handler(lang, desk.search)),
            *(Route(f"{root}/{name}", desk.handler(lang, desk.prose, name)) for name in _PROSE),
            Route(f"{root}/{{shelf}}", desk.handler(lang, desk.list)),
            Route(f"{root}/{{shelf}}/{{id}}", desk.handler(lang, desk.entry)),
        ]
    found += [Route("/library", to_language), Route("/library/{rest:path}", to_language)]
    return found


async def to_language(request: Request) -> Response:
    """The address without a language leads to the reader's."""
    rest = request.path_params.get("rest", "")
    headers = {"vary": "accept-language, cookie", "cache-control": "no-store"}
    return RedirectResponse(address(language.language(request), rest), 303, headers)


class _Desk:
    """Answers every address of the library in one language."""

    def __init__(self, shelf: Shelf, pages: Pages) -> None:
        self.shelf = shelf
        self.pages = pages

    def handler(self, lang: str, work: Callable[..., Response], *fixed: str) -> Handler:
        async def handle(request: Request) -> Response:
            return await run_in_threadpool(work, request, lang, *fixed)

        return handle

    def front(self, request: Request, lang: str) -> Response:
        return self.render(request, lang, "library_front.html", **views.front(self.shelf))

    def list(self, request: Request, lang: str) -> Response:
        name = request.path_params["shelf"]
        if name not in self.shelf.entries:
            return self.missing(request, lang, name)
        entries = list(self.shelf.entries[name].values())
        return self.render(request, lang, "library_list.html", shelf=name, entries=entries)

    def entry(self, request: Request, lang: str) -> Response:
        name, id = request.path_params["shelf"], request.path_params["id"]
        entry: Any = self.shelf.entries.get(name, {}).get(id)
        if entry is None:
            return self.missing(request, lang, id)
        template = f"library_{name.replace('-', '_')}.html"
        return self.render(request, lang, template, shelf=name, entry=entry, **_SINGULAR[name](self.shelf, entry, lang))

    def prose(self, request: Request, lang: str, name: str) -> Response:
        return self.render(request, lang, f"library_{name}.html", **_PROSE[name](self.shelf, lang))

    def search(self, request: Request, lang: str) -> Response:
        typed = request.query_params.get("q", "").strip()
        found = self.shelf.search(typed[:LONGEST_SEARCH], MOST_FOUND)
        return self.render(request, lang, "library_search.html", typed=typed[:LONGEST_SEARCH], found=found)

    def missing(self, request: Request, lang: str, id: str) -> Response:
        found = self.shelf.search(id[:LONGEST_SEARCH], 5)
        return self.render(request, lang, "library_missing.html", status=404, found=found)

    def render(self, request: Request, lang: str, template: str, status: int = 200, **values: Any) -> Response:
        path = request.url.path
        rest = path.removeprefix(address(lang)).strip("/")
        words = catalogue(lang)
        body = self.pages.render(
            template,
            lang,
            path=path,
            alternates={code: address(code, rest) for code in languages()},
            neutral=f"/library/{rest}".rstrip("/"),
            to=lambda shelf="", id="": address(lang, shelf, id),
            to_entry=lambda entry: address_of(entry, lang),
            shelf_of=lambda entry: SHELVES.get(type(entry), "performance"),
            of=lambda value: proportion_text(value, words),
            sources_by_id=self.shelf.knowledge.sources,
            levels={urgency: len(ORDER) - place for place, urgency in enumerate(ORDER)},
            **values,
        )
        headers = {"content-language": lang, **(_KEPT if status == 200 else {})}
        return HTMLResponse(body, status, headers)
