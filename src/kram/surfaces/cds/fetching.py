"""What prefetch did not bring, from the FHIR server of the request: where the operator allows it, within seconds."""

import asyncio
from collections.abc import Mapping

import httpx
import msgspec

from kram.surfaces.cds.requests import HookRequest, Json, origin

SECONDS = 3.0  # for everything together
LARGEST = 20_000_000  # bytes of one answer
PAGES = 5


class Unfetched(Exception):
    """The server was slow, wrong or gone; the message says which, and names nobody."""


async def fetch(
    request: HookRequest, queries: Mapping[str, str], allowed: frozenset[str], seconds: float = SECONDS
) -> dict[str, Json]:
    """Key -> resource for each query. Raises Unfetched."""
    if request.server is None:
        raise Unfetched("fhirServer")
    place = origin(request.server)
    if place is None or place not in allowed:
        raise Unfetched("allow list")
    headers = {"Accept": "application/fhir+json"}
    if request.token is not None:
        headers["Authorization"] = f"Bearer {request.token}"
    base = request.server.rstrip("/")
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(headers=headers, timeout=seconds, follow_redirects=False, trust_env=False) as client,
        ):
            found = await asyncio.gather(*(_all_pages(client, f"{base}/{query}", place) for query in queries.values()))
    except (TimeoutError, httpx.TimeoutException) as fault:
        raise Unfetched("time") from fault
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as fault:
        raise Unfetched("connection") from fault
    return dict(zip(queries, found, strict=True))


async def _all_pages(client: httpx.AsyncClient, address: str, place: str) -> Json:
    """A resource, or a searchset with the entries of its next pages; never beyond the server that was allowed."""
    whole = await _get(client, address)
    page = whole
    for _ in range(PAGES - 1):
        following = _next(page)
        if following is None:
            break
        if origin(following) != place:
            raise Unfetched("page elsewhere")
        page = await _get(client, following)
        entries = page.get("entry")
        whole.setdefault("entry", []).extend(entries if isinstance(entries, list) else [])
    return whole


async def _get(client: httpx.AsyncClient, address: str) -> Json:
    data = bytearray()
    async with client.stream("GET", address) as response:
        if response.status_code != httpx.codes.OK:
            raise Unfetched(f"status {response.status_code}")
        async for chunk in response.aiter_bytes():
            data += chunk
            if len(data) > LARGEST:
                raise Unfetched("size")
    try:
        found = msgspec.json.decode(bytes(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Unfetched("content") from fault
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise Unfetched("content")
    return found


def _next(page: Json) -> str | None:
    links = page.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            return str(link["url"])
    return None
