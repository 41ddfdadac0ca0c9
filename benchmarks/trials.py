"""Does the answer of a trial of one keep its word? Simulated people, whose effect is known, through the whole analysis.

    python -m benchmarks.trials [PEOPLE] [SKIP]  recovery: coverage, bias, verdicts; SKIP rows are left out
    python -m benchmarks.trials --peer [SETS]    the same model by sampling (NumPyro), on data sets of its own
    python -m benchmarks.trials --ahead [PEOPLE] of those told "about N more nights": how many have an answer then

The simulation shares no code with the analysis: it has its own build-up of the effect and its own counts.
"""

import math
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from kram.diary.analysing import analyse
from kram.diary.answer import Answer
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


def _answered(job: tuple[int, int, float | None, str]) -> tuple[float, Answer, float]:
    one = person(*job)
    began = time.perf_counter()
    answer = analyse(one.diary, CARE, KNOWLEDGE)
    return one.log_ratio, answer, time.perf_counter() - began


def recovery(people: int, skip: int) -> None:
    settings = [
        ("effects as the trials lead to expect", 12, None, "plan"),
        ("no effect at all", 12, 1.0, "plan"),
        ("before and after, effects as expected", 12, None, "before_after"),
        ("before and after, no effect", 12, 1.0, "before_after"),
        ("no effect at all, half a year", 24, 1.0, "plan"),
        ("a third fewer, half a year", 24, 0.667, "plan"),
        ("six of ten fewer, half a year", 24, 0.4, "plan"),
    ]
    print(f"{people} people each, 15% of nights missing, trend, carry-over, weekdays, good and bad weeks")
    print("| planted | weeks | inside | bias (se) | helps | worse | not by a third | unsure | s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with ProcessPoolExecutor(2) as pool:
        for name, weeks, effect, design in settings[skip:]:
            jobs = [(seed, weeks, effect, design) for seed in range(people)]
            found = list(pool.map(_answered, jobs, chunksize=10))
            inside = np.mean([a.interval[0] <= math.exp(true) <= a.interval[1] for true, a, _ in found])
            off = np.array([math.log(a.rate_ratio) - true for true, a, _ in found])
            verdicts = {
                v: np.mean([a.verdict == v for _, a, _ in found])
                for v in ("helps", "worse", "not_by_a_third", "unsure")
            }
            took = np.mean([t for *_, t in found])
            shares = " | ".join(f"{share:.1%}" for share in verdicts.values())
            bias = f"{off.mean():+.3f} ({off.std() / math.sqrt(people):.3f})"
            print(f"| {name} | {weeks} | {inside:.1%} | {bias} | {shares} | {took:.2f} |", flush=True)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--ahead"]:
        from benchmarks.trials_ahead import ahead

        ahead(int(arguments[1]) if len(arguments) > 1 else 400)
    elif arguments[:1] == ["--peer"]:
        from benchmarks.trials_peer import compare

        compare(int(arguments[1]) if len(arguments) > 1 else 20)
    else:
        recovery(*(int(one) for one in (arguments + ["1000", "0"][len(arguments) :])))


if __name__ == "__main__":
    main(sys.argv[1:])
