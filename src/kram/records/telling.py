"""What a record told, and what of it was left out, in words."""

from kram.knowledge.knowledge import Knowledge
from kram.records.facts import Fact, LeftOut
from kram.texts import catalogue

_LONGEST = 120


def left_out_sentence(item: LeftOut, count: int, lang: str) -> str:
    words = catalogue(lang)
    what, detail = _short(item.what or item.reference), _short(item.detail or "-")
    if item.reason == "no_value" and not item.detail:
        detail = ""
    sentence = words.say(f"left_{item.reason}", what=what, detail=detail).strip()
    return words.say("record_more", sentence=sentence, count=count) if count > 1 else sentence


def fact_sentence(fact: Fact, knowledge: Knowledge, lang: str) -> str:
    words = catalogue(lang)
    when = f", {fact.when.date()}" if fact.when else ""
    said = _short(fact.said)
    if fact.kind == "measurement" and fact.value is not None:
        said = f"{words.figure(fact.value)} {knowledge.findings[fact.id].unit}"
    return words.say("record_used", name=_name(fact, knowledge, lang), said=said, reference=fact.reference, when=when)


def _name(fact: Fact, knowledge: Knowledge, lang: str) -> str:
    if fact.kind == "medicine":
        return knowledge.medicines[fact.id].name[lang]
    return knowledge.findings[fact.findings[0]].name[lang]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
