"""Simulated people with a diary, whose effect is known.

They share no code with the analysis: the effect builds up and the cramps are drawn here in a way of their own.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kram.diary.nights import Diary, Night, Period, Plan, Use
from kram.loading import load_knowledge

CARE = "bedtime_stretching"
START = date(2026, 3, 2)
KNOWLEDGE = load_knowledge()


@dataclass(frozen=True)
class Person:
    diary: Diary
    log_ratio: float


def person(
    seed: int,
    weeks: int,
    effect: float | None,
    design: str,
    missing: float = 0.15,
    base: float | None = None,
    told: int | None = None,
) -> Person:
    """`effect`: the planted rate ratio; None draws it from what the trials lead one to expect. `design`: "plan", or
    "before_after" with the change that comes anyway drawn from what the trials saw on a dummy pill. `told`: weeks after
    which the person looks for the first time; the trend, around their middle, ends there."""
    rng = np.random.default_rng([seed, weeks])
    rules, trial = KNOWLEDGE.trials.beliefs, KNOWLEDGE.care[CARE].trial
    nights = weeks * 7
    published = KNOWLEDGE.care[CARE].effects[0].rate_ratio
    error = math.log(published.interval[1] / published.interval[0]) / 3.919928
    drawn = rng.normal(math.log(published.value), math.hypot(error, rules.between_people))
    log_ratio = drawn if effect is None else math.log(effect)
    if design == "plan":
        order = [half for _ in range(weeks // 4) for half in rng.permutation([True, False])]
        used = np.repeat(order, 14)[:nights]
    else:
        used = np.arange(nights) >= nights // 2
    pace = math.exp(rng.normal(0, 1))  # of both, to the power of each one's own spread
    level, levels = 0.0, []
    for on in used:
        number = trial.onset_nights if on else trial.washout_nights
        wide = math.log(number.interval[1] / number.interval[0]) / 3.919928
        tau = number.value * pace**wide / math.log(10)
        level = 1 - (1 - level) * math.exp(-1 / tau) if on else level * math.exp(-1 / tau)
        levels.append(level)
    rate = math.log(rules.baseline[0] if base is None else base) + (
        0 if base else rng.normal(0, rules.baseline[1]) * 0.6
    )
    day = np.arange(nights)
    seen = nights if told is None else 7 * told
    drift = (np.minimum(day, seen) - seen / 2) / 28
    log_rate = rate + rng.normal(0, rules.trend) * drift + log_ratio * np.array(levels)
    log_rate += rng.normal(0, rules.weekday, 7)[[(START + timedelta(days=int(d))).weekday() for d in day]]
    log_rate += rng.normal(0, abs(rng.normal(0, rules.spell)), weeks)[day // 7]
    if design != "plan":
        anyway = KNOWLEDGE.trials.anyway.rate_ratio
        log_rate += used * rng.normal(
            math.log(anyway.value), math.log(anyway.interval[1] / anyway.interval[0]) / 3.919928
        )
    size = 1 / (rules.dispersion[0] * math.exp(rng.normal(0, rules.dispersion[1] * 0.7)))
    cramps = rng.poisson(rng.gamma(size, np.exp(log_rate) / size))
    kept = rng.random(nights) >= missing
    entries = tuple(Night(date=START + timedelta(days=int(d)), cramps=int(min(cramps[d], 50))) for d in day if kept[d])
    if design == "plan":
        periods = tuple(
            Period(start=START + timedelta(days=14 * i), nights=14, treated=bool(on)) for i, on in enumerate(order)
        )
        return Person(
            Diary(nights=entries, plans=(Plan(care=CARE, start=START, seed=seed, periods=periods),)), log_ratio
        )
    return Person(Diary(nights=entries, uses=(Use(care=CARE, start=START + timedelta(days=nights // 2)),)), log_ratio)
