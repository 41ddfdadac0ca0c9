"""The catalogues of sentences, one folder a language: `texts/id/*.yaml`, `texts/en/*.yaml`.

A language is a folder here and a key in every text of the knowledge; no Python knows its name.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kram import storing

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
    """From what was kept where the files have not changed since: reading YAML takes ten times as long."""
    contents = [file.read_bytes() for file in sorted((FOLDER / lang).glob("*.yaml"))]
    key = storing.key_of([*contents, Path(__file__).with_name("plain_yaml.py").read_bytes()])
    kept = storing.kept("texts", key)
    if kept is not None:
        return Catalogue(lang, msgspec.msgpack.decode(kept))
    from kram import plain_yaml  # few starts need it

    sentences: dict[str, Any] = {}
    for content in contents:
        sentences.update(plain_yaml.load(content))
    storing.keep("texts", key, msgspec.msgpack.encode(sentences))
    return Catalogue(lang, sentences)
