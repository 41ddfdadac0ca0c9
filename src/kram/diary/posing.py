"""A diary and one thing tried -> the columns of the count model."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from kram.diary.counting import Array, Choices, Counts
from kram.diary.effects import log_spread, trial_of
from kram.diary.exposure import Treated, build_up, treated
from kram.diary.nights import TAGS, Diary, Night
from kram.errors import DiaryError
from kram.knowledge.entries import Trial
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.trial_rules import Beliefs

MOST_NIGHTS = 400  # the latest ones count; what lies further back tells little of now
_WEEK = 7
_MONTH = 28.0  # nights, the unit of the trend


@dataclass(frozen=True)
class Question:
    """`nights`: those that count, with an entry. `at`: their places in `course`. `anyway`: a column stands for what
    would have happened anyway, since nights before the person began to try are compared with later ones."""

    nights: tuple[Night, ...]
    course: Treated
    at: NDArray[np.int64]
    counts: Counts
    anyway: bool
    others: tuple[str, ...]
    trial: Trial


def pose(diary: Diary, care: str, knowledge: Knowledge) -> Question:
    """Raises DiaryError where nothing can be said: no nights, or nothing tried."""
    _entry, trial = trial_of(knowledge, care)
    if not diary.nights:
        raise DiaryError("trial_no_nights")
    last = diary.nights[-1].date
    since = last - timedelta(days=MOST_NIGHTS - 1)
    nights = tuple(night for night in diary.nights if night.date >= since)
    course = treated(diary, care, last)
    if not course.used.any():
        raise DiaryError("trial_never_used", care=care)
    at = np.array([course.index(night.date) for night in nights])
    tried = {*(use.care for use in diary.uses), *(plan.care for plan in diary.plans)} - {care}
    others = tuple(id for id, entry in knowledge.care.items() if id in tried and entry.trial is not None)
    columns, centre, spread = _linear(diary, nights, course, at, others, knowledge)
    paces, weights = _paces(trial, course.used)
    counts = Counts(
        cramps=np.array([float(night.cramps) for night in nights]),
        columns=columns,
        centre=centre,
        spread=spread,
        week=_weeks(at, knowledge.trials.beliefs.spell_nights),
        exposure=paces[:, at],
        paces=weights,
    )
    began = _began(course)[at]
    return Question(nights, course, at, counts, bool(began.any() and not began.all()), others, trial)


def choices(beliefs: Beliefs) -> Choices:
    """Nodes for the dispersion and the spread of the weeks, with prior weights."""
    median, spread = beliefs.dispersion
    z = np.linspace(-2.4, 2.4, 9)
    quantiles = (np.arange(4) + 0.5) / 4
    return Choices(
        dispersion=median * np.exp(spread * z),
        log_dispersion_weights=norm.logpdf(z),
        spell=beliefs.spell * norm.ppf(0.5 + quantiles / 2),
        log_spell_weights=np.zeros(4),
    )


def _linear(
    diary: Diary, nights: tuple[Night, ...], course: Treated, at: Array, others: tuple[str, ...], knowledge: Knowledge
) -> tuple[Array, Array, Array]:
    """Columns (n, p), prior means (p,) and standard deviations (p,): level, trend, weekdays, tags, others, anyway."""
    beliefs = knowledge.trials.beliefs
    n = len(nights)
    level, level_spread = beliefs.baseline
    columns = [np.ones(n), (at - at.mean()) / _MONTH]
    centre, spread = [np.log(level), 0.0], [level_spread, beliefs.trend]
    weekday = np.array([night.date.weekday() for night in nights])
    for day in range(_WEEK):
        _add(columns, centre, spread, weekday == day, 0.0, beliefs.weekday)
    for tag in TAGS:
        _add(columns, centre, spread, np.array([tag in night.day for night in nights]), 0.0, beliefs.day)
    for other in others:
        _add(columns, centre, spread, _other(diary, other, course, knowledge)[at], 0.0, beliefs.other_care)
    anyway = knowledge.trials.anyway.rate_ratio
    _add(columns, centre, spread, _began(course)[at], float(np.log(anyway.central)), log_spread(anyway))
    return np.stack(columns, axis=1), np.array(centre), np.array(spread)


def _add(columns: list[Array], centre: list[float], spread: list[float], column: Array, mean: float, sd: float) -> None:
    """What is the same on every night says nothing."""
    values = np.asarray(column, dtype=float)
    if values.min() < values.max():
        columns.append(values)
        centre.append(mean)
        spread.append(sd)


def _began(course: Treated) -> NDArray[np.bool_]:
    """From when on the person was trying to do something about it: nights before are those that led to it."""
    return np.asarray(np.maximum.accumulate(course.used | course.planned))


def _other(diary: Diary, care: str, course: Treated, knowledge: Knowledge) -> Array:
    """How much of the effect of something else is there on each night of `course`."""
    other = treated(diary, care, course.first + timedelta(days=course.used.size - 1))
    _entry, trial = trial_of(knowledge, care)
    level = build_up(other.used, trial.onset_nights.central, trial.washout_nights.central)
    place = (course.first - other.first).days  # `other` may have begun before
    return level[place:] if place >= 0 else np.concatenate([np.zeros(-place), level])


def _paces(trial: Trial, used: NDArray[np.bool_]) -> tuple[Array, Array]:
    """(3, nights) build-up at three paces, from quick to slow, and their weights (Gauss-Hermite)."""
    z, weights = np.polynomial.hermite_e.hermegauss(3)
    levels = [
        build_up(
            used,
            max(trial.onset_nights.central * np.exp(step * log_spread(trial.onset_nights)), 0.5),
            max(trial.washout_nights.central * np.exp(step * log_spread(trial.washout_nights)), 0.5),
        )
        for step in z
    ]
    return np.stack(levels), weights / weights.sum()


def _weeks(at: NDArray[np.int64], nights: int) -> NDArray[np.int64]:
    """Spells that hold at least one entry, numbered without gaps."""
    return np.asarray(np.unique((at - at[0]) // nights, return_inverse=True)[1], dtype=np.int64)
