"""The addresses of the way through."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kram.assessment.assessing import Assessor
from kram.surfaces.pages.pages import Pages
from kram.surfaces.pages.static_files import StaticFiles

TEMPLATES = Path(__file__).with_name("templates")


def routes(assessor: Assessor, static: StaticFiles) -> list[BaseRoute]:
    pages = Pages(TEMPLATES, static)

    async def start(request: Request) -> Response:
        return pages.page(request, "start.html")

    return [Route("/", start)]
