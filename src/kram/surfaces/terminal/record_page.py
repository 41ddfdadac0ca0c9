"""A health record in the terminal: what of it was used and what was not."""

from itertools import groupby

from kram.knowledge.knowledge import Knowledge
from kram.records.facts import LeftOut, Record
from kram.records.telling import fact_sentence, left_out_sentence
from kram.surfaces.terminal.page import Page
from kram.texts import catalogue

_UNREAD = ("unmapped", "not_read", "uncoded")  # what kram never looks at is counted, not listed


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
