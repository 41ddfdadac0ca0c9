"""Does the answer of a trial of one keep its word? Simulated people, whose effect is known, through the whole analysis.

python -m benchmarks.trials [PEOPLE] [SKIP]  recovery: coverage, bias, verdicts; SKIP rows are left out
python -m benchmarks.trials --peer [SETS]    the same model by sampling (NumPyro), on data sets of its own
python -m benchmarks.trials --ahead [PEOPLE] of those told "about N more nights": how many have an answer then
"""

import math
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.trials_people import CARE, KNOWLEDGE, person
from kram.diary.analysing import analyse
from kram.diary.answer import Answer


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
