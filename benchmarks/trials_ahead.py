"""Is "about N more nights give an even chance of a clear answer" true? People who are told so go on for N more nights
that they write down, and look again. See trials.py for the people; nothing here is shared with the forecast."""

import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import msgspec
import numpy as np

from benchmarks.trials_people import CARE, KNOWLEDGE, START, person
from kram.diary.analysing import analyse
from kram.diary.nights import Diary

_WEEKS = 84  # of every simulated course: N is at most 364 nights, and some are not written down
_BINS = ((7, 63), (70, 154), (161, 364))


@dataclass(frozen=True)
class Told:
    """`nights`: how many more the person was told; None: it was answered already, or no number within a year is enough.
    `answered`: after so many more nights."""

    verdict: str
    nights: int | None = None
    answered: bool = False


def _until(diary: Diary, nights: int) -> Diary:
    return msgspec.structs.replace(diary, nights=diary.nights[:nights])


def _told(job: tuple[int, int, float | None]) -> Told:
    seed, weeks, effect = job
    diary = person(seed, _WEEKS, effect, "plan", told=weeks).diary
    so_far = sum((night.date - START).days < 7 * weeks for night in diary.nights)
    first = analyse(_until(diary, so_far), CARE, KNOWLEDGE)
    if first.verdict != "unsure" or first.more_nights is None:
        return Told(first.verdict)
    later = analyse(_until(diary, so_far + first.more_nights), CARE, KNOWLEDGE)
    return Told("unsure", first.more_nights, later.verdict != "unsure")


def ahead(people: int) -> None:
    settings = [
        ("effects as the trials lead to expect", 4, None),
        ("effects as the trials lead to expect", 8, None),
        ("effects as the trials lead to expect", 12, None),
        ("no effect at all", 8, 1.0),
    ]
    print(f"{people} people each, by lot, 15% of nights missing; told after so many weeks")
    bins = " | ".join(f"N {low} to {high}" for low, high in _BINS)
    print(f"| planted | weeks | answered at once | not in a year | told N | median N | answered then (se) | {bins} |")
    print("| --- " * (7 + len(_BINS)) + "|")
    with ProcessPoolExecutor(2) as pool:
        for name, weeks, effect in settings:
            found = list(pool.map(_told, [(seed, weeks, effect) for seed in range(people)], chunksize=5))
            told = [one for one in found if one.nights is not None]
            at_once = np.mean([one.verdict != "unsure" for one in found])
            never = np.mean([one.verdict == "unsure" and one.nights is None for one in found])
            middle = np.median([one.nights for one in told])
            parts = [[one for one in told if low <= (one.nights or 0) <= high] for low, high in _BINS]
            cells = [f"{at_once:.1%}", f"{never:.1%}", str(len(told)), f"{middle:.0f}", _share(told)]
            print(f"| {name} | {weeks} | {' | '.join([*cells, *(_share(part) for part in parts)])} |", flush=True)


def _share(told: list[Told]) -> str:
    """Of those who were told a number: how many have an answer then, with its standard error."""
    if not told:
        return "-"
    share = float(np.mean([one.answered for one in told]))
    return f"{share:.0%} ({math.sqrt(share * (1 - share) / len(told)):.0%}) of {len(told)}"
