"""Which language a page speaks: the cookie, else what the browser prefers, else Indonesian."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kram.surfaces.pages.forms import RefusedError, read_form
from kram.texts import FIRST, languages

COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def language(request: Request) -> str:
    kept = request.cookies.get(COOKIE)
    return kept if kept in languages() else preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> str:
    """The known language with the highest weight in an Accept-Language header."""
    best, weight = FIRST, 0.0
    for item in header.split(","):
        tag, _, quality = item.partition(";")
        code = tag.strip().split("-")[0].lower()
        try:
            q = float(quality.strip().removeprefix("q=")) if quality.strip() else 1.0
        except ValueError:
            continue
        if code in languages() and q > weight:
            best, weight = code, q
    return best


def keep(response: Response, lang: str) -> None:
    """The only cookie there is."""
    response.set_cookie(COOKIE, lang, max_age=_YEAR, path="/", httponly=True, samesite="lax")


async def switch(request: Request) -> Response:
    """The language button of a page without answers: back to the same page, in the other language."""
    try:
        form = await read_form(request)
    except RefusedError as fault:
        return PlainTextResponse(fault.sentence(language(request)), status_code=fault.status)
    lang, to = form.get("lang"), form.get("to", "/")
    local = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    response = RedirectResponse(to if local else "/", status_code=303)
    if lang in languages():
        keep(response, lang)
    return response


def route() -> Route:
    return Route("/language", switch, methods=["POST"], name="language")
