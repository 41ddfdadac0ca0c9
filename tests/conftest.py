"""For tests of pages: a running server, and one browser for all of them, which reports what it should not do."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import settings

from kram.server import application
from tests.spec.shared import assessor

# A run of the suite says the same twice, on every machine; `./test --search` looks for new examples.
settings.register_profile("suite", derandomize=True, print_blob=True)
settings.register_profile("search", derandomize=False, print_blob=True)
settings.load_profile("suite")

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address of this application on loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error", access_log=False))
    running.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a server on loopback."""
    with serving(application(assessor())) as address:
        yield address


@pytest.fixture
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, headers={"accept-language": "en"}, timeout=60) as http:
        yield http


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium. Where there is none, the tests of pages in a browser are skipped aloud."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Visit:
    """A page in a browser, with what went wrong in it."""

    page: Any
    server: str
    foreign: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        page.on("request", lambda r: self.foreign.append(r.url) if not r.url.startswith(self.server) else None)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None)


@pytest.fixture
def visit(browser: Any, server: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh visitor; options of the context come by `@pytest.mark.parametrize("visit", [...], indirect=True)`."""
    options = {"viewport": {"width": 360, "height": 740}, "locale": "en-GB", **getattr(request, "param", {})}
    context = browser.new_context(base_url=server, **options)
    context.set_default_timeout(60_000)  # generous: the machine may be busy
    visitor = Visit(context.new_page(), server)
    visitor.watch(visitor.page)
    yield visitor
    context.close()
    assert visitor.foreign == []
    assert visitor.faults == []
