"""A health record in the terminal: telling one from a case file, and what of it was used and what was not."""

from itertools import groupby
from typing import Any

import msgspec

from kram.knowledge.knowledge import Knowledge
from kram.records.facts import LeftOut, Record
from kram.records.telling import fact_sentence, left_out_sentence
from kram.surfaces.terminal.page import Page
from kram.texts import catalogue

_UNREAD = ("unmapped", "not_read", "uncoded")  # what kram never looks at is counted, not listed


def fhir_resources(text: str) -> Any | None:
    """A FHIR resource, a list of them, or one a line; None for anything else (a case, then)."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = _lines(text)
    listed = found if isinstance(found, list) else [found]
    return found if any(isinstance(item, dict) and "resourceType" in item for item in listed) else None


def _lines(text: str) -> list[Any]:
    """NDJSON, as bulk exports write it."""
    try:
        return [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]
    except msgspec.DecodeError:
        return []


def record_page(record: Record, knowledge: Knowledge, lang: str) -> str:
    words = catalogue(lang)
    page = Page()
    page.title(words.say("heading_record"))
    for fact in record.facts:
        page.item(fact_sentence(fact, knowledge, lang))
    if not record.facts:
        page.paragraph(words.say("record_nothing_used"))
    listed = [item for item in record.left_out if item.reason not in _UNREAD]
    unread = len(record.left_out) - len(listed)
    if record.left_out:
        page.title(words.say("heading_record_left_out"))
    for (reason, what), group in groupby(listed, key=lambda item: (item.reason, item.what)):
        members = list(group)
        details = ", ".join(dict.fromkeys(item.detail for item in members if item.detail))
        page.item(left_out_sentence(LeftOut(reason, members[0].reference, what, details), len(members), lang))
    if unread:
        page.item(words.say("record_unread", count=unread))
    return page.text
