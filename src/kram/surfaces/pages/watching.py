"""What the server says in its log, and what a person sees when something breaks.

The log holds method, path, status and time: no query, no body, no address of a person, no message of a fault (which
could repeat an answer).
"""

import logging
import time
import traceback
from pathlib import Path
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kram.surfaces.pages import language
from kram.surfaces.pages.pages import TEMPLATES, Pages
from kram.surfaces.pages.static_files import StaticFiles
from kram.texts import catalogue

LOG = logging.getLogger("kram.access")
_LONGEST_PATH = 120


class Watched:
    """One line a request; a fault becomes a plain page and one line that says where it was."""

    def __init__(self, app: ASGIApp, static: StaticFiles) -> None:
        self.app = app
        self.pages = Pages(TEMPLATES, static)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception as fault:
            LOG.error("%s at %s", type(fault).__name__, _where(fault))
            if status:
                raise
            status = 500
            await self._broken(Request(scope), 500)(scope, receive, send)
        finally:
            path = quote(scope["path"][:_LONGEST_PATH])
            took = 1000 * (time.perf_counter() - started)
            LOG.info("%s %s %s %.0f ms", scope["method"], path, status or "-", took)

    def _broken(self, request: Request, status: int) -> Response:
        words = catalogue(language.language(request))
        values = {"heading": words.say("web_broken_heading"), "sentence": words.say("web_broken_text")}
        return self.pages.page(request, "problem.html", status=status, **values)


def _where(fault: Exception) -> str:
    """File and line, without the words of the fault."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "-"


class NoSuchPage:
    """The page for an address that does not exist, or that is asked for in the wrong way."""

    def __init__(self, static: StaticFiles) -> None:
        self.pages = Pages(TEMPLATES, static)

    async def __call__(self, request: Request, fault: Exception) -> Response:
        assert isinstance(fault, HTTPException)
        words = catalogue(language.language(request))
        key = "web_not_found" if fault.status_code == 404 else "web_method"
        if request.method == "HEAD":
            return PlainTextResponse("", status_code=fault.status_code, headers=fault.headers)
        values = {"heading": words.say("web_not_found_heading"), "sentence": words.say(f"{key}_text")}
        page: HTMLResponse = self.pages.page(request, "problem.html", status=fault.status_code, **values)
        page.headers.update(fault.headers or {})
        return page
