"""The knowledge, readable: lists of entries, and one entry with every number, its interval, its kind, its source."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kram.assessment.bearing import Bearer
from kram.errors import KramError
from kram.knowledge.causes import Cause
from kram.knowledge.completeness import completeness
from kram.knowledge.entries import Entry, Finding, Source
from kram.knowledge.figures import Figure, entry_figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.lookup import Index, Lookup
from kram.knowledge.numbers import Number, Shares, Stratum, Text, point
from kram.surfaces.terminal.assessment_page import citation
from kram.surfaces.terminal.page import Page
from kram.texts import Catalogue, catalogue


def entry_list(entries: Mapping[str, Entry], lang: str) -> str:
    """One line an entry: id and name."""
    width = max((len(id) for id in entries), default=0)
    return "\n".join(f"{id:<{width}}  {entry_name(entry, lang)}" for id, entry in entries.items())


def cause_list(causes: Mapping[str, Cause], lang: str) -> str:
    """One line a cause: id, name, and how much of it is measured."""
    words = catalogue(lang)
    width = max((len(id) for id in causes), default=0)
    lines = []
    for id, cause in causes.items():
        found = completeness(cause)
        key = "cause_complete" if found.complete else "cause_rate_only" if found.rate else "cause_incomplete"
        lines.append(f"{id:<{width}}  {cause.name[lang]} ({words.say(key, findings=found.findings, of=found.of)})")
    return "\n".join(lines)


def entry_name(entry: Entry, lang: str) -> str:
    if isinstance(entry, Source):
        return citation(entry)
    for field in ("name", "title", "text"):
        words = getattr(entry, field, None)
        if isinstance(words, dict):
            return str(words[lang])
    return entry.id


def source_list(knowledge: Knowledge, lang: str) -> str:
    """Every source with what was confirmed and how."""
    words = catalogue(lang)
    page = Page()
    for source in knowledge.sources.values():
        page.item(citation(source))
        page.paragraph(f"{words.say(f'confirmed_{source.confirmed}')}{': ' + source.how if source.how else ''}", 2)
    return page.text


def find_entries(knowledge: Knowledge, lookup: Lookup, id: str) -> list[Entry]:
    """By id, or by any name of a finding or medicine. Raises UnknownId with the nearest names."""
    entries = knowledge.entries(id)
    if entries:
        return entries
    found = lookup.medicine(id) or lookup.condition(id) or lookup.findings.find(id)
    if found is not None:
        return knowledge.entries(found)
    names = Index((key, key, key) for shelf in knowledge.shelves().values() for key in shelf)
    near = (*names.nearest(id), *lookup.medicines.nearest(id))[:4]
    raise UnknownId(id, near)


class UnknownId(KramError):
    """Nothing is called that."""

    def __init__(self, id: str, near: tuple[str, ...]) -> None:
        super().__init__("unknown_id", id=id, nearest="")
        self.near = near

    def sentence(self, lang: str) -> str:
        words = catalogue(lang)
        nearest = words.say("nearest", names=", ".join(self.near)) if self.near else ""
        return words.say("unknown_id", id=self.values["id"], nearest=nearest)


def entry_page(knowledge: Knowledge, entry: Entry, lang: str) -> str:
    """Everything about one entry."""
    words = catalogue(lang)
    page = Page()
    page.title(f"{entry_name(entry, lang)} [{entry.id}]")
    for name, text in _texts(entry):
        page.paragraph(f"{name}: {text[lang]}", 0, 2)
    page.paragraph(f"file: {entry.place}")
    for name, value in _plain_fields(entry):
        page.paragraph(f"{name}: {value}", 0, 2)
    if isinstance(entry, Finding) and entry.levels:
        page.paragraph("levels: " + ", ".join(_level(level) for level in msgspec.to_builtins(entry.levels)), 0, 2)
    for figure in entry_figures(entry):
        _figure(page, knowledge, figure, words, lang)
    if isinstance(entry, Source):
        page.paragraph(words.say(f"confirmed_{entry.confirmed}") + (f": {entry.how}" if entry.how else ""))
    ids = dict.fromkeys([*_own_sources(entry), *(s for f in entry_figures(entry) for s in f.number.sources)])
    if ids:
        page.gap()
        for id in ids:
            page.item(citation(knowledge.sources[id]))
    return page.text


def _level(level: dict[str, Any]) -> str:
    return level["id"] + (f" (< {level['below']:g})" if level.get("below") is not None else "")


def _own_sources(entry: Entry) -> tuple[str, ...]:
    own = getattr(entry, "source", ())
    return (own,) if isinstance(own, str) else own


def _texts(entry: Entry) -> list[tuple[str, Text]]:
    found = []
    for field in msgspec.structs.fields(type(entry)):
        value = getattr(entry, field.name)
        if isinstance(value, dict) and value and all(isinstance(item, str) for item in value.values()):
            found.append((field.name, value))
    return found


def _plain_fields(entry: Entry) -> list[tuple[str, str]]:
    found = []
    for field in msgspec.structs.fields(type(entry)):
        value = getattr(entry, field.name)
        if field.name in ("id", "place", "source") or value in (None, (), {}, False):
            continue
        if isinstance(value, str | int | float | bool):
            found.append((field.name, str(value)))
        elif isinstance(value, tuple) and all(isinstance(item, str | int | float) for item in value):
            found.append((field.name, ", ".join(map(str, value))))
        elif field.name == "codes":
            codes = {k: v for k, v in msgspec.to_builtins(value).items() if v}
            found += [(k, ", ".join(v)) for k, v in codes.items()]
    return found


def _figure(page: Page, knowledge: Knowledge, figure: Figure, words: Catalogue, lang: str) -> None:
    number = figure.number
    sources = f" [{', '.join(number.sources)}]" if number.sources else ""
    kind = words.say(f"quantity_{number.kind}")
    page.gap()
    if isinstance(number, Shares):
        shares = ", ".join(f"{value} {words.figure(share)}" for value, share in number.shares.items())
        page.paragraph(f"{figure.path}: {shares} (n = {words.figure(number.n)}); {kind}{sources}", 0, 2)
    else:
        page.paragraph(f"{figure.path}: {number_text(number, words)}; {kind}{sources}", 0, 2)
        if number.formula:
            page.paragraph(f"= {number.formula}", 4)
    because = reason(knowledge, number, lang)
    if because:
        page.paragraph(because, 4)


def reason(knowledge: Knowledge, number: Number | Shares, lang: str) -> str:
    """Why this value, in words; "" where it needs none."""
    if isinstance(number.because, str):
        return knowledge.reasons[number.because].text[lang]
    return number.because[lang] if number.because else ""


def number_text(number: Number, words: Catalogue) -> str:
    """Value and interval, or one for each age and sex."""
    if not number.by:
        return _row(number, words)
    return "; ".join(f"{row.age or ''} {row.sex or ''} {_row(row, words)}".strip() for row in number.by)


def _row(row: Number | Stratum, words: Catalogue) -> str:
    text = words.figure(point(row))
    if row.interval is not None:
        text += f" ({words.figure(row.interval[0])} - {words.figure(row.interval[1])})"
    if row.counts is not None:
        text += f" ({row.counts.events:g}/{row.counts.n:g})"
    elif row.n is not None:
        text += f" (n = {row.n:g})"
    if isinstance(row, Stratum) and row.kind is not None:
        text += f" {words.say(f'quantity_{row.kind}')}"
        text += f" = {row.formula}" if row.formula else ""
    return text


def bearers_page(rows: list[Bearer], lang: str) -> str:
    """The plain-bearer list, largest share first."""
    words = catalogue(lang)
    lines = [words.say("bearers_head")]
    for row in sorted(rows, key=lambda row: -row.share):
        low, high = row.interval
        lines.append(
            f"{row.id:<30} {row.age:3.0f} {row.sex:<6}  {row.share:5.2f} ({low:.2f}-{high:.2f})"
            f"  {row.alone:5.2f}  {row.rate:7.3f}  {row.prevalence:9.4g}"
        )
    return "\n".join(lines)
