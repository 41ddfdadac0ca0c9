"""The catalogues of sentences, one folder a language: `texts/id/*.yaml`, `texts/en/*.yaml`.

A language is a folder here and a key in every text of the knowledge; no Python knows its name.
"""

from functools import cache
from pathlib import Path
from typing import Any

from kram import plain_yaml

FOLDER = Path(__file__).with_name("texts")
FIRST = "id"  # the language when neither the person nor the machine says which


class Catalogue:
    """All sentences of one language by key; `say` fills in the placeholders."""

    def __init__(self, lang: str, sentences: dict[str, Any]) -> None:
        self.lang = lang
        self.sentences = sentences

    def say(self, key: str, /, **values: Any) -> str:
        return str(self.sentences[key]).format(**values)

    def words(self, key: str) -> list[str]:
        """An entry that is a list (the ways to say yes, say)."""
        return [str(word) for word in self.sentences[key]]

    def unit(self, name: str | None) -> str:
        """A unit as this language writes it: words are translated, symbols are the same everywhere; "1" is none."""
        if name in (None, "1"):
            return ""
        return str(self.sentences.get(f"unit_{name}", name))

    def figure(self, value: float, digits: int = 4) -> str:
        """A number with at most so many significant digits, and the decimal mark of the language."""
        return f"{value:.{digits}g}".replace(".", self.sentences["decimal_mark"])


@cache
def languages() -> tuple[str, ...]:
    return tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))


@cache
def catalogue(lang: str) -> Catalogue:
    sentences: dict[str, Any] = {}
    for file in sorted((FOLDER / lang).glob("*.yaml")):
        sentences.update(plain_yaml.load(file.read_bytes()))
    return Catalogue(lang, sentences)
