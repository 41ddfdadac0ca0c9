"""Small verbs of the templates."""

import re
from typing import Any

from kram.errors import KramError
from kram.knowledge.numbers import Text
from kram.surfaces.pages.charts import narrowing
from kram.surfaces.web.step_page import level_of
from kram.texts import catalogue


def field_id(name: str) -> str:
    """The id of a field in the page: letters, digits and hyphens."""
    return "f-" + re.sub(r"[^A-Za-z0-9_]+", "-", name) if not name.isidentifier() else name


def people(number: float) -> str:
    """A count of people: whole; a few too small to count are not called none."""
    return "<1" if 0 < number < 0.5 else str(round(number))


def in_lang(text: Text, lang: str) -> str:
    return text[lang]


def in_place(fault: KramError, lang: str) -> str:
    """The sentence of a fault; where it names a file but there is none, it names the answers."""
    values: dict[str, Any] = dict(fault.values)
    if values.get("file") == "-":
        values["file"] = catalogue(lang).say("web_your_case")
    return catalogue(lang).say(fault.key, **values)


FILTERS = {
    "field_id": field_id,
    "people": people,
    "in_lang": in_lang,
    "level": level_of,
    "narrowing": narrowing,
}
