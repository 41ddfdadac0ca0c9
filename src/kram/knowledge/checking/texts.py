"""Every text in every language, and catalogues that match each other."""

import string
from collections.abc import Iterator
from typing import Any

import msgspec

from kram.errors import KnowledgeError
from kram.knowledge.evaluation import People
from kram.knowledge.knowledge import Knowledge
from kram.texts import catalogue, languages


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    for shelf in knowledge.shelves().values():
        for entry in shelf.values():
            yield from _texts(entry.place, "", entry)
    yield from _texts("settings.yaml", "", knowledge.settings)
    yield from _texts("population.yaml", "", knowledge.population)
    yield from _texts("trials.yaml", "", knowledge.trials)
    yield from _catalogues()


def _texts(place: str, path: str, value: Any) -> Iterator[KnowledgeError]:
    if isinstance(value, People):
        return  # holds ids of findings and levels, no text
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(type(value)):
            yield from _texts(place, f"{path}.{field.name}".strip("."), getattr(value, field.name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts(place, f"{path}[{index}]", item)
    elif isinstance(value, dict):
        if value and all(isinstance(words, str) for words in value.values()):
            yield from _languages(place, path, value)
        else:
            for key, item in value.items():
                yield from _texts(place, f"{path}.{key}", item)


def _languages(place: str, path: str, text: dict[str, str]) -> Iterator[KnowledgeError]:
    for lang in languages():
        if not text.get(lang, "").strip():
            yield KnowledgeError("translation_missing", place=place, path=path, lang=lang)
    for lang in text:
        if lang not in languages():
            yield KnowledgeError("language_unknown", place=place, path=path, lang=lang, known=", ".join(languages()))


def _catalogues() -> Iterator[KnowledgeError]:
    first, *others = [catalogue(lang) for lang in languages()]
    for other in others:
        for key in first.sentences.keys() ^ other.sentences.keys():
            missing = other.lang if key in first.sentences else first.lang
            yield KnowledgeError("translation_missing", place=f"texts/{missing}", path=key, lang=missing)
        for key in first.sentences.keys() & other.sentences.keys():
            one, two = _placeholders(first.sentences[key]), _placeholders(other.sentences[key])
            if one != two:
                yield KnowledgeError(
                    "placeholders_differ",
                    place=f"texts/{other.lang}",
                    path=key,
                    one=", ".join(sorted(one)) or "-",
                    two=", ".join(sorted(two)) or "-",
                )


def _placeholders(sentence: Any) -> set[str]:
    if not isinstance(sentence, str):
        return set()
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
