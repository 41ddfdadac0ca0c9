"""The model against figures that nobody typed in: each beside the published one, inside its interval or not."""

import math
from statistics import NormalDist

import numpy as np
from msgspec import Struct

from kram.evaluation.measuring import measured
from kram.knowledge.evaluation import LiteratureFigure
from kram.knowledge.numbers import Number, point
from kram.model.network import Array
from kram.model.posing import Model

Z95 = 1.959964
_NODES = 64  # of the normal distribution, for the chance of sampling
_LEAST = 1e-6  # proportions are kept this far from 0 and 1 on their logit


class Comparison(Struct, frozen=True):
    """One published figure and the model's own, with both intervals.

    `inside`: the model's figure lies in the published interval. `foretold`: where 95 of 100 studies of this size would
    find theirs if the model is right; `agrees`: this one did.
    """

    id: str
    name: str
    role: str
    published: float
    interval: tuple[float, float]
    computed: float
    computed_interval: tuple[float, float]
    inside: bool
    foretold: tuple[float, float]
    agrees: bool
    source: tuple[str, ...]
    miss: str | None


class LiteratureReport(Struct, frozen=True):
    comparisons: tuple[Comparison, ...]
    checks: int
    inside: int
    agree: int
    mean_width: float  # of the model's own 90% intervals, on the logarithm

    @property
    def mean_factor(self) -> float:
        """The upper end of the model's intervals over the lower end, on average."""
        return math.exp(self.mean_width)


def compare(model: Model, lang: str) -> LiteratureReport:
    """Every figure of the knowledge's literature shelf; the worst misses first among the checks."""
    rows = [_row(model, figure, lang) for figure in model.compiled.knowledge.literature.values()]
    rows.sort(key=lambda row: (row.role, -_distance(row)))
    checks = [row for row in rows if row.role == "check"]
    widths = [math.log(row.computed_interval[1] / max(row.computed_interval[0], 1e-9)) for row in rows]
    return LiteratureReport(
        tuple(rows),
        len(checks),
        sum(row.inside for row in checks),
        sum(row.agrees for row in checks),
        float(np.mean(widths)) if widths else 0.0,
    )


def interval_of(number: Number) -> tuple[float, float]:
    """The published 95% interval, or the one that the counts behind a proportion give (Wilson)."""
    if number.interval is not None:
        return number.interval
    n = number.counts.n if number.counts is not None else number.n
    assert n is not None  # the check sees to it
    return wilson(point(number) * n, n)


def wilson(events: float, n: float) -> tuple[float, float]:
    """95% interval of a proportion (Wilson 1927)."""
    p = events / n
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def foretold(lanes: Array, interval: tuple[float, float], *, ratio: bool) -> tuple[float, float]:
    """95% interval of the figure that another study of the same size would find, if the model is right.

    `lanes`: (draws,) the model's own figure under every draw; `interval`: the published 95% interval, which says how
    far chance alone moves a study of that size. Proportions on the logit, ratios on the logarithm (posterior predictive
    distribution: Gelman, Meng and Stern 1996).
    """
    own, ends = (_scale(np.asarray(values, dtype=float), ratio) for values in (lanes, interval))
    error = (ends[1] - ends[0]) / (2 * Z95)
    steps = [NormalDist().inv_cdf((node + 0.5) / _NODES) for node in range(_NODES)]
    low, high = np.quantile(own[:, None] + error * np.array(steps), (0.025, 0.975))
    if ratio:
        return math.exp(low), math.exp(high)
    return 1.0 / (1.0 + math.exp(-low)), 1.0 / (1.0 + math.exp(-high))


def _scale(values: Array, ratio: bool) -> Array:
    if ratio:
        return np.log(values)
    kept = np.clip(values, _LEAST, 1.0 - _LEAST)
    return np.log(kept / (1.0 - kept))


def _row(model: Model, figure: LiteratureFigure, lang: str) -> Comparison:
    lanes = measured(figure.measure, model, figure.people)
    low, high = interval_of(figure.published)
    value = float(lanes[0])
    least, most = (float(end) for end in np.quantile(lanes[1:], model.compiled.settings.interval))
    least, most = min(least, value), max(most, value)
    expected = foretold(lanes[1:], (low, high), ratio=figure.ratio is not None)
    return Comparison(
        id=figure.id,
        name=figure.name[lang],
        role=figure.role,
        published=point(figure.published),
        interval=(low, high),
        computed=value,
        computed_interval=(least, most),
        inside=low <= value <= high,
        foretold=expected,
        agrees=expected[0] <= point(figure.published) <= expected[1],
        source=figure.published.sources,
        miss=figure.miss[lang] if figure.miss else None,
    )


def _distance(row: Comparison) -> float:
    """How far off, in half-widths of the published interval on the logarithm; below 1 is inside."""
    published, computed = (math.log(max(x, 1e-9)) for x in (row.published, row.computed))
    end = row.interval[1] if computed > published else row.interval[0]
    half = abs(math.log(max(end, 1e-9)) - published)
    return abs(computed - published) / max(half, 1e-9)
