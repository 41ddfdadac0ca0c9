"""Templates -> pages: the frame, the sentences of the catalogues and the words of the knowledge, in one language."""

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute

from kram.knowledge.numbers import Text
from kram.surfaces.pages import language
from kram.surfaces.pages.addresses import address
from kram.surfaces.pages.charts import percent
from kram.surfaces.pages.static_files import StaticFiles, read_static
from kram.texts import catalogue, languages

TEMPLATES = Path(__file__).with_name("templates")


class Pages:
    """Renders the templates of one surface (`folder`) inside the common frame.

    Every template has `t(key, **values)` for a sentence of the catalogue, `tr(text)` for words of the knowledge,
    `unit(name)`, `figure(value, digits)` for a number as the language writes it, `static(name)` for an address,
    `lang`, `languages` (code -> its own name) and `path`. What is undefined is an error, not a blank.
    """

    def __init__(self, folder: Path, static: StaticFiles | None = None) -> None:
        self.static = static or read_static()
        self.environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(TEMPLATES)]),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # a server that runs while kram is upgraded keeps the pages it began with
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters |= {"percent": percent, "address": address, "sentence": sentence}

    def render(self, template: str, lang: str, /, path: str = "/", **values: Any) -> str:
        words = catalogue(lang)

        def tr(text: Text) -> str:
            return text[lang]

        def rich(key: str, /, **values: Any) -> Markup:
            """A sentence with marks of its own; what is filled in has none."""
            return Markup(words.say(key, **{name: escape(value) for name, value in values.items()}))  # noqa: S704

        return self.environment.get_template(template).render(
            {
                "t": words.say,
                "rich": rich,
                "tr": tr,
                "figure": words.figure,
                "unit": words.unit,
                "static": self.static.address,
                "lang": lang,
                "languages": {code: catalogue(code).say("language_name") for code in languages()},
                "path": path,
                **values,
            }
        )

    def page(
        self, request: Request, template: str, /, lang: str | None = None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A whole page as the answer to a request; its language is the request's unless one is given."""
        lang = lang or language.language(request)
        body = self.render(template, lang, path=request.url.path, **values)
        return HTMLResponse(
            body, status_code=status, headers={"content-language": lang, "vary": "accept-language, cookie"}
        )


def sentence(words: str) -> str:
    """With a capital first letter."""
    return words[:1].upper() + words[1:]


def routes(static: StaticFiles) -> list[BaseRoute]:
    """What every surface with pages needs: static files, and the switch of language."""
    return [static.route(), language.route()]
