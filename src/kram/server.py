"""The server: the surfaces that speak HTTP, composed into one application."""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from kram.assessment.assessing import Assessor
from kram.loading import load_assessor
from kram.surfaces import api, cds, diary, fhir, library, web
from kram.surfaces.pages import pages
from kram.surfaces.pages.headers import SafeHeaders
from kram.surfaces.pages.static_files import read_static
from kram.surfaces.pages.watching import NoSuchPage, Watched

COUNTRY = "KRAM_COUNTRY"  # of the emergency numbers; how `kram serve --country` reaches its workers
FHIR_SERVERS = "KRAM_FHIR_SERVERS"  # addresses, with blanks between, that CDS Hooks may ask; none unless they are named
DIARY = "KRAM_SERVE_DIARY"  # the file of `kram serve --diary`
DIARY_BEYOND = "KRAM_SERVE_DIARY_BEYOND"  # not empty: other machines may read and write it


def application(
    assessor: Assessor, country: str = "", prepare: bool = False, at_home: diary.Home | None = None
) -> Starlette:
    """Everything `kram serve` serves. Holds no state of any person; only `at_home`, on a server of one's own, keeps a
    diary in a file. `prepare`: compute ahead what readers wait for."""
    static = read_static(diary.STATIC)
    routes: list[BaseRoute] = [
        *pages.routes(static),
        *web.routes(assessor, static, country),
        *library.routes(assessor, static, prepare),
        *diary.routes(assessor, static, at_home),
        *api.routes(assessor, static),
        *fhir.routes(assessor),
        *cds.routes(assessor, frozenset(os.environ.get(FHIR_SERVERS, "").split())),
    ]
    none = NoSuchPage(static)
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(SafeHeaders),
            Middleware(Watched, static=static),
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5),
        ],
        exception_handlers={404: none, 405: none},
    )


def create() -> Starlette:
    """For uvicorn's worker processes: each reads the knowledge for itself."""
    file = os.environ.get(DIARY, "")
    at_home = diary.Home(Path(file), bool(os.environ.get(DIARY_BEYOND))) if file else None
    return application(load_assessor(), os.environ.get(COUNTRY, ""), prepare=True, at_home=at_home)
