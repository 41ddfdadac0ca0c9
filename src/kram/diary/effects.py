"""What is believed of the effect of something that is tried, before the diary: read off the care entry."""

import math

from kram.assessment.responding import Belief, expected
from kram.errors import DiaryError
from kram.knowledge.entries import Care, Trial
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Number

_Z = 1.959964  # half-width of a 95% interval in standard deviations


def trial_of(knowledge: Knowledge, care: str) -> tuple[Care, Trial]:
    """Raises DiaryError where there is no such care, or it cannot be tried in this way."""
    entry = knowledge.care.get(care)
    if entry is None:
        known = ", ".join(id for id, one in knowledge.care.items() if one.trial is not None)
        raise DiaryError("trial_care_unknown", care=care, known=known)
    if entry.trial is None:
        key = "trial_care_dangerous" if entry.kind == "danger" else "trial_care_not_for_trials"
        raise DiaryError(key, care=care)
    return entry, entry.trial


def name_of(knowledge: Knowledge, care: str, lang: str) -> str:
    """What is tried, as a person would call it; the id where the knowledge does not have it."""
    entry = knowledge.care.get(care)
    if entry is None:
        return care
    return ((entry.trial.name if entry.trial is not None else None) or entry.name)[lang]


def belief(knowledge: Knowledge, entry: Care) -> Belief:
    """Of the person's cramps as a whole: the published effect, and how far one person may lie from it."""
    number = entry.effects[0].rate_ratio if entry.effects else entry.trial.rate_ratio if entry.trial else None
    assert number is not None  # the check sees to it
    return expected(knowledge, number)


def log_spread(number: Number) -> float:
    """Standard deviation of the logarithm, from the 95% interval."""
    assert number.interval is not None
    return (math.log(number.interval[1]) - math.log(number.interval[0])) / (2 * _Z)
