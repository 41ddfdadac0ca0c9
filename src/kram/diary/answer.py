"""What a diary tells about one thing that was tried. Nothing here acts."""

from datetime import date
from typing import Literal

from msgspec import Struct

from kram.assessment.answers import Response
from kram.knowledge.numbers import Kind

Interval = tuple[float, float]
Verdict = Literal["helps", "worse", "not_by_a_third", "unsure"]
Warning_ = Literal[
    "not_randomised", "few_with", "few_without", "missing_nights", "not_as_planned", "no_cramps", "other_care", "doctor"
]


class Prior(Struct, frozen=True):
    """What was believed before the diary, of a person like any other: a rate ratio with its 90% interval."""

    rate_ratio: float
    interval: Interval
    kind: Kind
    sources: tuple[str, ...]


class PerWeek(Struct, frozen=True):
    """Cramps a week."""

    value: float
    interval: Interval


class ChartNight(Struct, frozen=True):
    """One night of the chart. `cramps` None: no entry, and `expected` is None too. `used`: with the thing tried."""

    date: date
    cramps: int | None
    used: bool
    planned: bool
    expected: float | None


class Answer(Struct, frozen=True, rename={"with_": "with"}):
    """`rate_ratio`: cramps with the thing tried for each without it (posterior median), with a 90% interval.

    nights, nights_with, nights_without   nights with an entry
    missing             nights without one, between the first and the last that count
    randomised          the nights of a plan decide; else it is before and after
    chance_helps        P(ratio < 1);   chance_third  P(at least a third fewer)
    chance_helps_alone  P(ratio < 1) of a reader who believes no trial, from the diary alone
    verdict, enough     "unsure" is not enough; more_nights: about so many more (None: it is enough, or no number of
                        nights within a year would be)
    """

    care: str
    first: date
    last: date
    nights: int
    nights_with: int
    nights_without: int
    missing: int
    randomised: bool
    rate_ratio: float
    interval: Interval
    chance_helps: float
    chance_third: float
    chance_helps_alone: float
    without: PerWeek
    with_: PerWeek
    verdict: Verdict
    enough: bool
    more_nights: int | None
    warnings: tuple[Warning_, ...]
    prior: Prior
    response: Response
    chart: tuple[ChartNight, ...]
