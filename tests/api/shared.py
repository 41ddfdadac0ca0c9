"""The server without a network: requests go straight into the application."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette

from kram.server import application
from tests.spec.shared import assessor

Found = TypeVar("Found")


@cache
def app() -> Starlette:
    return application(assessor())


def apart(work: Coroutine[Any, Any, Found]) -> Found:
    """Run in a thread of its own: a browser test may have a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def call(method: str, path: str, lang: str = "en", **options: Any) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=app())
        headers = {"accept-language": lang, **options.pop("headers", {})}
        async with httpx.AsyncClient(transport=transport, base_url="http://kram.test") as client:
            return await client.request(method, path, headers=headers, **options)

    return apart(go())
