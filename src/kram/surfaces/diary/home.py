"""The diary of a server at home: the same verbs as the browser's own keeping, on a file of the owner's choosing.

Only pages of this server may ask: by address (a loopback name, so that no foreign name can be pointed here), by where
the browser says the request comes from, and by a type of content that no form of another site can send.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kram.diary import exchange
from kram.diary.keeping import ChangedError, Keeper
from kram.errors import KramError
from kram.surfaces.diary.bodies import problem, read_body
from kram.surfaces.pages import language
from kram.surfaces.pages.forms import RefusedError

ADDRESS = "/diary/kept"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
Work = Callable[[Keeper, Any], Any]


@dataclass(frozen=True)
class Home:
    """`file`: where the diary is. `beyond`: machines other than this one may reach it, as its owner has said."""

    file: Path
    beyond: bool = False


class Written(msgspec.Struct):
    """One entry, as in a file. `basis`: when the version was written that the person saw; None: there was none."""

    entry: dict[str, Any]
    basis: str | None = None


class Named(msgspec.Struct):
    care: str
    start: str


class UseWritten(Written):
    """`was`: the use that this one corrects, as it was shown."""

    was: Named | None = None


class Withdrawn(Named):
    basis: str | None = None


class Removed(msgspec.Struct):
    date: str
    basis: str | None = None


def routes(home: Home) -> list[BaseRoute]:
    keeper = Keeper(home.file)
    ways: list[tuple[str, str, type, Work]] = [
        ("PUT", "/nights", Written, _put_night),
        ("DELETE", "/nights", Removed, _remove_night),
        ("PUT", "/uses", UseWritten, _put_use),
        ("DELETE", "/uses", Withdrawn, _remove_use),
        ("PUT", "/plans", Written, _put_plan),
        ("DELETE", "/plans", Withdrawn, _remove_plan),
        ("POST", "/import", dict[str, Any], _import),
    ]
    return [
        Route(ADDRESS, _answered(home, keeper, None, lambda keeper, _: exchange.to_content(keeper.read()))),
        *(
            Route(ADDRESS + path, _answered(home, keeper, kind, work), methods=[verb])
            for verb, path, kind, work in ways
        ),
    ]


def _answered(home: Home, keeper: Keeper, kind: Any, work: Work) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        try:
            _guard(request, home)
            body = None if kind is None else await read_body(request, kind)
            return JSONResponse(await run_in_threadpool(work, keeper, body))
        except ChangedError as fault:
            entry = None if fault.entry is None else exchange.plain(fault.entry)
            return JSONResponse({"entry": entry}, 409)
        except KramError as fault:
            return problem(fault, language.language(request))

    return handle


def _guard(request: Request, home: Home) -> None:
    """Raises RefusedError for what does not come from a page of this server."""
    host = request.headers.get("host", "")
    name = urlsplit(f"//{host}").hostname or ""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != host
    if (not home.beyond and name not in _LOOPBACK) or site != "same-origin" or foreign:
        raise RefusedError(403, "dw_home_foreign")


def _put_night(keeper: Keeper, body: Written) -> dict[str, Any]:
    (night,) = _one("nights", body.entry).nights
    keeper.add(night, seen=_moment(night.date.isoformat(), body.basis))
    return {}


def _remove_night(keeper: Keeper, body: Removed) -> dict[str, Any]:
    seen = _moment(body.date, body.basis)
    (removal,) = _one("removed", {"date": body.date}).removed
    keeper.remove(removal.date, seen=seen)
    return {}


def _put_use(keeper: Keeper, body: UseWritten) -> dict[str, Any]:
    (use,) = _one("uses", body.entry).uses
    seen = _moment(use.start.isoformat(), body.basis)
    was = None if body.was is None else _named(body.was)
    keeper.try_(use, seen=seen, was=was)
    return {}


def _remove_use(keeper: Keeper, body: Withdrawn) -> dict[str, Any]:
    care, start = _named(body)
    keeper.untry(care, start, seen=_moment(start.isoformat(), body.basis))
    return {}


def _named(use: Named) -> tuple[str, Any]:
    (removal,) = _one("removed_uses", {"care": use.care, "start": use.start}).removed_uses
    return removal.care, removal.start


def _put_plan(keeper: Keeper, body: Written) -> dict[str, Any]:
    (plan,) = _one("plans", body.entry).plans
    keeper.plan(plan)
    return {}


def _remove_plan(keeper: Keeper, body: Withdrawn) -> dict[str, Any]:
    care, start = _named(body)
    keeper.unplan(care, start, seen=_moment(start.isoformat(), body.basis))
    return {}


def _import(keeper: Keeper, body: dict[str, Any]) -> dict[str, int]:
    merged = keeper.take_in(exchange.from_content(body))
    return {name: getattr(merged, name) for name in ("added", "replaced", "same", "older")}


def _one(name: str, entry: dict[str, Any]) -> Any:
    return exchange.from_content({"version": exchange.VERSION, name: [entry]})


def _moment(date: str, basis: str | None) -> Any:
    """When the version that the person saw was written, read as the file reads it."""
    if basis is None:
        return None
    return _one("removed", {"date": date, "written": basis}).removed[0].written
