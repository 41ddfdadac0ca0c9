"""The server without a network: requests go straight into the application."""

import asyncio
from functools import cache
from typing import Any

import httpx
from starlette.applications import Starlette

from kram.server import application
from tests.spec.shared import assessor


@cache
def app() -> Starlette:
    return application(assessor())


def call(method: str, path: str, lang: str = "en", **options: Any) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=app())
        headers = {"accept-language": lang, **options.pop("headers", {})}
        async with httpx.AsyncClient(transport=transport, base_url="http://kram.test") as client:
            return await client.request(method, path, headers=headers, **options)

    return asyncio.run(go())
