"""A trial of one is laid out: what this person may try, and in which order the nights with and without it come."""

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from kram.assessment import urgency
from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.computing import compute
from kram.assessment.matching import Standing
from kram.diary.effects import name_of, trial_of
from kram.diary.nights import Period, Plan
from kram.errors import DiaryError
from kram.knowledge.entries import Care, Trial
from kram.knowledge.knowledge import Knowledge

_WEEK = 7
_AT_ONCE = ("emergency", "same_day")


class Doubt(Struct, frozen=True):
    """Something that would speak against the trial and is not known: `question` settles it, `reason` says why."""

    question: str
    reason: str


class Offer(Struct, frozen=True):
    """May this person try this? `against`: what is known to speak against it; `doubts`: to be settled before."""

    care: str
    name: str
    doctor: bool
    against: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def standing_of(assessor: Assessor, answers: Answers | None) -> Standing | None:
    """The person as rules see them, with shares and presence; None where there is no case."""
    if answers is None:
        return None
    return assessor.standing(answers, compute(assessor.model, answers, (), draws=False, reasons=False))


def offers(knowledge: Knowledge, standing: Standing | None, lang: str) -> tuple[Offer, ...]:
    """Everything that can be planned, and for this person has nothing known against it."""
    found = (offer(knowledge, standing, id, lang) for id, entry in knowledge.care.items() if _plannable(entry))
    return tuple(one for one in found if not one.against)


def _plannable(entry: Care) -> bool:
    return entry.trial is not None and entry.trial.switching


def offer(knowledge: Knowledge, standing: Standing | None, care: str, lang: str) -> Offer:
    """Raises DiaryError where this is nothing to be tried by lot, whoever asks."""
    entry, trial = trial_of(knowledge, care)
    name = name_of(knowledge, care, lang)
    if not trial.switching:
        raise DiaryError("trial_no_switching", care=name)
    against: list[str] = []
    doubts: list[Doubt] = []
    if standing is not None:
        flags = [flag for flag in urgency.flags_met(standing) if flag.urgency in _AT_ONCE]
        against += [f"{flag.name[lang]}. {flag.text[lang]}" for flag in flags]
        if entry.if_ is not None and standing.holds(entry.if_) is False:
            against.append(DiaryError("trial_does_not_suit", care=name).sentence(lang))
    for exclusion in (*entry.not_if, *trial.not_if):
        holds = standing.holds(exclusion.when) if standing is not None else None
        if holds is True:
            against.append(exclusion.reason[lang])
        elif holds is None:
            assert exclusion.ask is not None  # the check sees to it
            doubts.append(Doubt(exclusion.ask[lang], exclusion.reason[lang]))
    return Offer(care, name, trial.doctor, tuple(against), tuple(doubts))


def make_plan(
    knowledge: Knowledge,
    offered: Offer,
    start: date,
    weeks: int,
    seed: int,
    *,
    settled: bool = False,
    doctor_agreed: bool = False,
) -> Plan:
    """`settled`: the person has answered every doubt with no. Raises DiaryError where the plan must not be made."""
    _entry, trial = trial_of(knowledge, offered.care)
    if offered.against:
        raise DiaryError("trial_not_for_you", care=offered.name, reason=" ".join(offered.against))
    if offered.doubts and not settled:
        questions = " ".join(doubt.question for doubt in offered.doubts)
        raise DiaryError("trial_unsettled", care=offered.name, questions=questions)
    if trial.doctor and not doctor_agreed:
        raise DiaryError("trial_doctor_first", care=offered.name)
    return Plan(care=offered.care, start=start, seed=seed, periods=_periods(knowledge, trial, start, weeks, seed))


def fewest_weeks(knowledge: Knowledge, trial: Trial) -> int:
    """Shorter, and the effect would not have time to come and go."""
    return max(knowledge.trials.planning.least_weeks, math.ceil(2 * _shortest(knowledge, trial) / _WEEK))


def _shortest(knowledge: Knowledge, trial: Trial) -> int:
    """Nights of a period."""
    rules = knowledge.trials.planning
    slowest = max(trial.onset_nights.central, trial.washout_nights.central)
    return max(rules.least_period, math.ceil(rules.period_over_slowest * slowest))


def _periods(knowledge: Knowledge, trial: Trial, start: date, weeks: int, seed: int) -> tuple[Period, ...]:
    """Pairs of a period with and one without, of one length; which comes first is drawn for each pair."""
    rules = knowledge.trials.planning
    shortest, least = _shortest(knowledge, trial), fewest_weeks(knowledge, trial)
    if not least <= weeks <= rules.most_weeks:
        raise DiaryError("trial_weeks", weeks=weeks, least=least, most=rules.most_weeks)
    pairs = weeks * _WEEK // (2 * shortest)
    nights = weeks * _WEEK // (2 * pairs)
    lot = random.Random(seed)  # noqa: S311 (a lot that can be drawn again, no secret)
    order: Sequence[bool] = [
        half for _ in range(pairs) for half in ((True, False) if lot.random() < 0.5 else (False, True))
    ]
    return tuple(
        Period(start=start + timedelta(days=index * nights), nights=nights, treated=on)
        for index, on in enumerate(order)
    )
