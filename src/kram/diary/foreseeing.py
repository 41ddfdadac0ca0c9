"""How many more nights until the diary will probably give an answer: looked ahead by the model's own curvature."""

import numpy as np
from scipy.special import ndtr
from scipy.stats import norm

from kram.diary.counting import Array, information
from kram.diary.exposure import build_up
from kram.diary.posing import Question
from kram.knowledge.trial_rules import TrialRules

_STEP = 7


def more_nights(
    question: Question,
    rules: TrialRules,
    mean: float,
    spread: float,
    prior_spread: float,
    log_rate: float,
    dispersion: float,
    spell: float,
    pace: int,
) -> int | None:
    """The fewest further nights, in whole weeks, after which a verdict is `foresee_sure` likely; None within a year.

    mean, spread: of the log ratio as it is now. Two weeks with and two weeks without are supposed to follow each other.
    """
    counts = question.counts
    exposure = counts.exposure[pace]
    now = _spread_after(question, exposure, 0, prior_spread, mean, log_rate, dispersion, spell)
    deciding = rules.deciding
    least = max(0, 2 * deciding.least_nights - len(question.nights))
    for nights in range(_STEP, deciding.foresee_nights + 1, _STEP):
        then = _spread_after(question, exposure, nights, prior_spread, mean, log_rate, dispersion, spell)
        left = spread * min(then / now, 1.0)
        if nights >= least and _decided(mean, spread, left, rules) >= deciding.foresee_sure:
            return nights
    return None


def _decided(mean: float, spread: float, left: float, rules: TrialRules) -> float:
    """P(a verdict) when the spread will be `left`: the mean then is Normal(mean, spread^2 - left^2)."""
    z = float(norm.ppf(rules.deciding.sure))
    moves = max(np.sqrt(max(spread**2 - left**2, 0.0)), 1e-9)
    helps = ndtr((-z * left - mean) / moves)
    no_help = 1.0 - ndtr((min(z * left, np.log(rules.deciding.worthwhile) + z * left) - mean) / moves)
    return float(min(helps + no_help, 1.0))


def _spread_after(
    question: Question,
    exposure: Array,
    nights: int,
    prior_spread: float,
    mean: float,
    log_rate: float,
    dispersion: float,
    spell: float,
) -> float:
    """Standard deviation of the log ratio with so many more nights."""
    counts = question.counts
    period = 14
    later = np.arange(nights)
    used = (later // period) % 2 == 1
    width = counts.columns.shape[1]
    future = np.zeros((nights, width))
    future[:, 0] = 1.0
    future[:, 1] = counts.columns[-1, 1] + (later + 1) / 28.0
    if question.anyway:
        future[:, -1] = 1.0
    weeks = int(counts.week.max()) + 1
    week = np.concatenate([counts.week, weeks + later // 7])
    trial = question.trial
    levels = build_up(used, trial.onset_nights.central, trial.washout_nights.central)
    effect = np.concatenate([exposure, levels])
    columns = np.column_stack(
        [effect, np.concatenate([counts.columns, future]), (week[:, None] == np.arange(week.max() + 1)).astype(float)]
    )
    precision = np.concatenate([[prior_spread**-2], counts.spread**-2, np.full(int(week.max()) + 1, spell**-2)])
    rate = np.exp(log_rate + mean * effect)
    curvature = information(columns, rate, dispersion, precision)
    return float(np.sqrt(np.linalg.inv(curvature)[0, 0]))
