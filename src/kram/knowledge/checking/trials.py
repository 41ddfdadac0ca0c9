"""What can be tried: nothing dangerous, with an expectation for every cause it is for, and words for the evening."""

from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.entries import Care
from kram.knowledge.knowledge import Knowledge


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    for entry in knowledge.care.values():
        if entry.trial is not None:
            yield from _trial(entry)


def _trial(entry: Care) -> Iterator[KnowledgeError]:
    trial = entry.trial
    assert trial is not None
    if entry.kind == "danger":
        yield KnowledgeError("trial_of_danger", place=entry.place, id=entry.id)
    if trial.rate_ratio is None and not entry.effects:
        yield KnowledgeError("trial_without_expectation", place=entry.place, id=entry.id)
    if trial.switching and trial.do is None:
        yield KnowledgeError("trial_without_words", place=entry.place, id=entry.id)
    for exclusion in (*entry.not_if, *trial.not_if):
        if trial.switching and exclusion.ask is None:
            yield KnowledgeError(
                "trial_without_question", place=entry.place, id=entry.id, reason=exclusion.reason["en"]
            )
    for name in ("onset_nights", "washout_nights"):
        number = getattr(trial, name)
        if number.by or number.value is None or number.value < 1:
            yield KnowledgeError("trial_nights", place=entry.place, id=entry.id, field=name)
