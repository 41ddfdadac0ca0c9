"""The model against figures that nobody typed in: each beside the published one, inside its interval or not."""

import math

import numpy as np
from msgspec import Struct

from kram.evaluation.measuring import measured
from kram.knowledge.evaluation import LiteratureFigure
from kram.knowledge.numbers import Number, point
from kram.model.network import Array
from kram.model.posing import Model

Z95 = 1.959964
_STUDIES = 64  # imagined under every draw of the model
_SEED = 1


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


def foretold(lanes: Array, size: int) -> tuple[float, float]:
    """95% interval of the proportion that another study of `size` people would find, if the model is right.

    `lanes`: (draws,) the model's own figure under every draw. Each study is drawn, always the same ones (posterior
    predictive distribution: Gelman, Meng and Stern 1996).
    """
    studies = np.random.default_rng(_SEED).binomial(size, np.clip(lanes, 0.0, 1.0)[:, None], (len(lanes), _STUDIES))
    low, high = np.quantile(studies / size, (0.025, 0.975))
    return float(low), float(high)


def foretold_ratio(lanes: Array, interval: tuple[float, float]) -> tuple[float, float]:
    """The same of a ratio, whose published interval says how far chance alone moves a study of that size."""
    error = (math.log(interval[1]) - math.log(interval[0])) / (2 * Z95)
    studies = np.random.default_rng(_SEED).normal(np.log(lanes)[:, None], error, (len(lanes), _STUDIES))
    low, high = np.exp(np.quantile(studies, (0.025, 0.975)))
    return float(low), float(high)


def size_of(number: Number, interval: tuple[float, float]) -> int:
    """The people behind a proportion, or as many as would give an interval of that width."""
    counted = number.counts.n if number.counts is not None else number.n
    if counted is not None:
        return max(round(counted), 1)
    p = point(number)
    return max(round(p * (1.0 - p) * (2 * Z95 / (interval[1] - interval[0])) ** 2), 1)


def _row(model: Model, figure: LiteratureFigure, lang: str) -> Comparison:
    lanes = measured(figure.measure, model, figure.people)
    low, high = interval_of(figure.published)
    value = float(lanes[0])
    least, most = (float(end) for end in np.quantile(lanes[1:], model.compiled.settings.interval))
    least, most = min(least, value), max(most, value)
    own = lanes[1:]
    expected = (
        foretold_ratio(own, (low, high)) if figure.ratio else foretold(own, size_of(figure.published, (low, high)))
    )
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
