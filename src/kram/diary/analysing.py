"""Did it help? A diary and one thing tried -> an Answer."""

from datetime import timedelta

import numpy as np
from scipy.special import logsumexp, ndtr
from scipy.stats import norm

from kram.assessment.answers import Response
from kram.assessment.responding import Belief
from kram.diary.answer import Answer, ChartNight, PerWeek, Prior, Verdict, Warning_
from kram.diary.counting import GRID, NODES, Array, Marginal, marginal
from kram.diary.effects import belief, trial_of
from kram.diary.foreseeing import more_nights
from kram.diary.nights import Diary
from kram.diary.posing import Question, choices, pose
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.trial_rules import Deciding

_THINNED = 4  # of the grid, where a mixture is laid over it
_EVERY = 20  # of the grid, in what goes back into the assessment: still 0.1 apart in the logarithm


def analyse(diary: Diary, care: str, knowledge: Knowledge) -> Answer:
    """What the diary tells about this care. Deterministic; some tenths of a second.

    Raises DiaryError where nothing can be said: no such care, no nights, or it was never tried.
    """
    entry, _trial = trial_of(knowledge, care)
    question = pose(diary, care, knowledge)
    rules = knowledge.trials
    found = marginal(question.counts, choices(rules.beliefs))
    believed = belief(knowledge, entry)
    log_prior = norm.logpdf(GRID, believed.mean, believed.spread)
    density = _density(found.log_likelihood + log_prior)
    sceptical = _density(found.log_likelihood + norm.logpdf(GRID, 0.0, rules.beliefs.sceptical))
    low, high = knowledge.settings.interval
    lower, median, upper = (float(np.exp(_quantile(density, q))) for q in (low, 0.5, high))
    helps, third = _below(density, 0.0), _below(density, float(np.log(rules.deciding.worthwhile)))
    alone = _below(sceptical, 0.0)
    used = question.course.used[question.at]
    nights_with, nights_without = int(used.sum()), int((~used).sum())
    verdict = _verdict(helps, third, alone, min(nights_with, nights_without), rules.deciding)
    mean = float(GRID @ density)
    weights = np.exp(found.lanes + log_prior - logsumexp(found.lanes + log_prior))
    without = _per_week(weights, found.log_without, found.variance, (low, high))
    lane = int(weights.sum(axis=1).argmax())
    more = None
    if verdict == "unsure":
        spread = float(np.sqrt((GRID - mean) ** 2 @ density))
        more = more_nights(
            question, rules, mean, spread, believed.spread, float(np.log(without.value / 7)),
            float(found.dispersion[lane]), float(found.spell[lane]), int(found.paces[lane]),
        )  # fmt: skip
    randomised = _randomised(question)
    return Answer(
        care=care,
        first=question.nights[0].date,
        last=question.nights[-1].date,
        nights=len(question.nights),
        nights_with=nights_with,
        nights_without=nights_without,
        missing=(question.nights[-1].date - question.nights[0].date).days + 1 - len(question.nights),
        randomised=randomised,
        rate_ratio=median,
        interval=(lower, upper),
        chance_helps=helps,
        chance_third=third,
        chance_helps_alone=alone,
        without=without,
        with_=_per_week(weights, found.log_without + GRID, found.variance, (low, high)),
        verdict=verdict,
        enough=verdict != "unsure",
        more_nights=more,
        warnings=_warnings(question, randomised, nights_with, nights_without, knowledge, care),
        prior=_prior(believed, (low, high)),
        response=_response(care, median, found.log_likelihood),
        chart=_chart(question, found, mean, weights.sum(axis=1)),
    )


def _response(care: str, median: float, log_likelihood: Array) -> Response:
    """Short enough to stand in a case file; 0 is the most likely."""
    seen = log_likelihood[::_EVERY]
    return Response(
        care,
        round(median, 3),
        tuple(round(at, 4) for at in GRID[::_EVERY].tolist()),
        tuple(round(value, 3) for value in (seen - seen.max()).tolist()),
    )


def _density(log_values: Array) -> Array:
    """Weights on GRID that add up to 1."""
    return np.asarray(np.exp(log_values - logsumexp(log_values)))


def _quantile(density: Array, q: float) -> float:
    return float(np.interp(q, np.cumsum(density) - density / 2, GRID))


def _below(density: Array, threshold: float) -> float:
    return float(np.clip(np.interp(threshold, GRID, np.cumsum(density) - density / 2), 0.0, 1.0))


def _verdict(helps: float, third: float, alone: float, fewest: int, deciding: Deciding) -> Verdict:
    """A verdict needs entries on both sides, and the diary itself must point the same way as the trial."""
    if fewest < deciding.least_nights:
        return "unsure"
    if helps >= deciding.sure and alone >= deciding.diary_alone:
        return "helps"
    if helps <= 1.0 - deciding.sure and alone <= 1.0 - deciding.diary_alone:
        return "worse"
    return "not_by_a_third" if third <= 1.0 - deciding.sure else "unsure"


def _per_week(weights: Array, mean: Array, variance: Array, interval: tuple[float, float]) -> PerWeek:
    """Quantiles of a mixture of log-normals: (l, g) weights, means and variances of the log rate a night."""
    weights, mean, variance = (values[:, ::_THINNED] for values in (weights, mean, variance))
    some = weights > 1e-6
    w, m, s = weights[some] / weights[some].sum(), mean[some], np.sqrt(np.maximum(variance[some], 1e-12))

    def at(q: float) -> float:
        low, high = float((m - 8 * s).min()), float((m + 8 * s).max())
        for _ in range(24):
            middle = (low + high) / 2
            low, high = (middle, high) if float(w @ ndtr((middle - m) / s)) < q else (low, middle)
        return float(7 * np.exp((low + high) / 2))

    return PerWeek(at(0.5), (at(interval[0]), at(interval[1])))


def _prior(believed: Belief, interval: tuple[float, float]) -> Prior:
    low, high = (float(np.exp(believed.mean + believed.spread * norm.ppf(q))) for q in interval)
    return Prior(float(np.exp(believed.mean)), (low, high), believed.number.kind, believed.number.sources)


def _randomised(question: Question) -> bool:
    """The plan has nights on both sides with an entry, and most of what was counted lies in it."""
    planned, used = question.course.planned[question.at], question.course.used[question.at]
    return bool((planned & used).any() and (planned & ~used).any() and 2 * (planned & used).sum() >= used.sum())


def _warnings(
    question: Question, randomised: bool, nights_with: int, nights_without: int, knowledge: Knowledge, care: str
) -> tuple[Warning_, ...]:
    deciding, course, at = knowledge.trials.deciding, question.course, question.at
    span = int(at[-1] - at[0]) + 1
    planned = max(int(course.planned.sum()), 1)
    _entry, trial = trial_of(knowledge, care)
    holds: dict[Warning_, bool] = {
        "not_randomised": not randomised,
        "few_with": nights_with < deciding.least_nights,
        "few_without": nights_without < deciding.least_nights,
        "missing_nights": 1.0 - at.size / span >= deciding.missing_from,
        "not_as_planned": bool(course.off_plan.sum() / planned >= deciding.not_as_planned_from),
        "no_cramps": not any(night.cramps for night in question.nights),
        "other_care": bool(question.others),
        "doctor": trial.doctor,
    }
    return tuple(name for name, true in holds.items() if true)


def _chart(question: Question, found: Marginal, mean: float, lane_weights: Array) -> tuple[ChartNight, ...]:
    """Every night from the first entry to the last."""
    node = int(np.abs(NODES - mean).argmin())
    rates = np.exp(found.base[:, node] + mean * question.counts.exposure[found.paces])
    expected = (lane_weights / lane_weights.sum()) @ rates
    by_place = {int(place): index for index, place in enumerate(question.at)}
    course = question.course
    chart = []
    for place in range(int(question.at[0]), int(question.at[-1]) + 1):
        index = by_place.get(place)
        chart.append(
            ChartNight(
                date=course.first + timedelta(days=place),
                cramps=None if index is None else question.nights[index].cramps,
                used=bool(course.used[place]),
                planned=bool(course.planned[place]),
                expected=None if index is None else float(expected[index]),
            )
        )
    return tuple(chart)
