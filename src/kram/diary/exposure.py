"""Which nights had the thing tried, and how much of its effect is there on each of them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from kram.diary.nights import Diary, Plan

Array = NDArray[np.float64]
_LONGEST = 4000  # nights: what was tried longer ago matters no more, and a slip of the pen costs nothing
Nights = NDArray[np.bool_]


@dataclass(frozen=True)
class Treated:
    """Night by night from `first` on: was the thing tried (`used`), as the plan had it or as the person wrote.

    `planned`: nights of a plan; `off_plan`: nights of a plan on which the person wrote otherwise than the plan says.
    """

    first: date
    used: Nights
    planned: Nights
    off_plan: Nights

    def index(self, day: date) -> int:
        return (day - self.first).days


def treated(diary: Diary, care: str, last: date) -> Treated:
    """From the first night that matters to `last`. Nights of a plan go by the plan, unless uses of them are written."""
    uses = [use for use in diary.uses if use.care == care]
    plans = [plan for plan in diary.plans if plan.care == care]
    beginnings = [
        *(night.date for night in diary.nights[:1]),
        *(use.start for use in uses),
        *(plan.start for plan in plans),
    ]
    first = min(beginnings, default=last)
    first = max(first, date.fromordinal(max(last.toordinal() - _LONGEST, 1)))
    nights = max((last - first).days + 1, 1)
    used, planned, asked = (np.zeros(nights, np.bool_) for _ in range(3))
    for plan in plans:
        for period in plan.periods:
            cut = _cut(first, period.start, period.start + timedelta(days=period.nights - 1), nights)
            planned[cut] = True
            asked[cut] = period.treated
    written = np.zeros(nights, np.bool_)
    for use in uses:
        written[_cut(first, use.start, use.end or last, nights)] = True
    told = _told(first, plans, uses_within=bool(uses), written=written, nights=nights)
    used = np.where(planned & ~told, asked, written)
    return Treated(first, used, planned, planned & told & (asked != written))


def _told(first: date, plans: list[Plan], uses_within: bool, written: Nights, nights: int) -> Nights:
    """Nights of those plans in which the person has written any use: there, what is written counts."""
    told = np.zeros(nights, np.bool_)
    for plan in plans:
        end = plan.periods[-1].start + timedelta(days=plan.periods[-1].nights - 1)
        cut = _cut(first, plan.start, end, nights)
        told[cut] = uses_within and bool(written[cut].any())
    return told


def _cut(first: date, start: date, end: date, nights: int) -> slice:
    return slice(max((start - first).days, 0), max(min((end - first).days + 1, nights), 0))


def build_up(used: Nights, onset: float, washout: float) -> Array:
    """(n,) 0..1: nine tenths of what is missing come in `onset` nights of use, and go in `washout` nights without."""
    come, go = 1.0 - 10.0 ** (-1.0 / onset), 10.0 ** (-1.0 / washout)
    level, levels = 0.0, np.empty(used.size)
    for night, on in enumerate(used):
        level = level + (1.0 - level) * come if on else level * go
        levels[night] = level
    return levels
