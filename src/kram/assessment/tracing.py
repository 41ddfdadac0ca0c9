"""How the numbers of one cause entered one person's result: the figures that were used, and what they came to.

Shares themselves are in the Assessment; here is the way to them, for a drawer that opens under a number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kram.assessment.answers import Answers
from kram.knowledge.ages import band_of, row_of
from kram.knowledge.causes import Cause
from kram.knowledge.figures import Figure, entry_figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Number, Shares, Stratum
from kram.model.network import Array
from kram.model.posing import Model

Role = Literal["prior", "fact", "rate", "sign", "character"]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Traced:
    """One figure as used. `row`: the part of a number by age and sex that holds here. `finding`: what it is about."""

    role: Role
    figure: Figure
    row: Number | Stratum | None
    finding: str | None = None


@dataclass(frozen=True)
class Trace:
    """`before`: P(cause present) before any sign of it. `monthly`: P(a cramp in a month from it, if present)."""

    cause: str
    before: float
    before_interval: Interval
    monthly: float
    monthly_interval: Interval
    figures: tuple[Traced, ...]


def trace(model: Model, answers: Answers, causes: tuple[str, ...]) -> dict[str, Trace]:
    """Cause id -> how its numbers entered, for these causes."""
    posed = model.pose(answers.evidence)
    knowledge = model.compiled.knowledge
    interval = knowledge.settings.interval
    found = {}
    for id in causes:
        index = model.compiled.position[id]
        before, monthly = posed.prior[index], -np.expm1(-posed.rate[index])
        found[id] = Trace(
            cause=id,
            before=float(before[0]),
            before_interval=_spread(before, interval),
            monthly=float(monthly[0]),
            monthly_interval=_spread(monthly, interval),
            figures=tuple(used(knowledge, knowledge.causes[id], answers)),
        )
    return found


def used(knowledge: Knowledge, cause: Cause, answers: Answers) -> Iterator[Traced]:
    """The figures of a cause that had a part in this person's result, in the order of the model."""
    bands = knowledge.settings.age_bands
    band = bands[band_of(answers.evidence.age, bands)]
    known = answers.evidence.answers
    for figure in entry_figures(cause):
        first, _, rest = figure.path.partition(".")
        about = rest.split(".")[1 if first == "prior" else 0].split(":")[0] if "." in rest else rest.split(":")[0]
        row = None if isinstance(figure.number, Shares) else _row(figure.number, band, answers.evidence.sex)
        if first == "prior":
            if not rest.startswith(("set_by", "moved_by")):
                yield Traced("prior", figure, row)
            elif about in answers.given and _applies(figure.path, cause, known.get(about, frozenset())):
                yield Traced("fact", figure, row, about)
        elif first == "rate" or (
            first == "stages" and cause.prior.fact and about in known.get(cause.prior.fact, {about})
        ):
            yield Traced("rate", figure, row)
        elif first == "signs" and about in answers.given:
            yield Traced("sign", figure, row, about)
        elif first == "character" and about in answers.given:
            yield Traced("character", figure, None, about)


def _stage(cause: Cause, stage: str, known: Mapping[str, frozenset[str]]) -> bool:
    """Can the person be in this stage of the cause?"""
    return cause.prior.fact is None or stage in known.get(cause.prior.fact, {stage})


def _applies(path: str, cause: Cause, levels: frozenset[str]) -> bool:
    """Is this the ratio, or the setter, of the level that was answered?"""
    for setter in cause.prior.set_by:
        if path.startswith(f"prior.set_by.{setter.fact}:{'-'.join(setter.levels)}."):
            return bool(levels & set(setter.levels))
    last = path.rsplit(".", 1)[1]
    return (last in ("odds_ratio", "relative_risk") and levels != {"no"}) or last in levels


def _row(number: Number, band: str, sex: str) -> Number | Stratum | None:
    index = row_of(number, band, "female" if sex == "unknown" else sex)
    return None if index is None else number.rows()[index]


def _spread(lanes: Array, interval: Interval) -> Interval:
    if lanes.size == 1:
        return float(lanes[0]), float(lanes[0])
    low, high = np.quantile(lanes[1:], interval)
    return min(float(low), float(lanes[0])), max(float(high), float(lanes[0]))
