"""Every number as lanes: the central value, then draws from its distribution. The same draws on every run.

Beta for proportions, log-normal for ratios and for positive quantities. A number's draws depend on its own name
only, so that adding a number leaves the others as they were; rows of one stratified number move together.
"""

import hashlib
from typing import Protocol

import numpy as np
from scipy import special

from kram.knowledge.figures import Scale
from kram.knowledge.numbers import Number, Shares, Stratum, point
from kram.model.network import Array

_Z = 1.959964  # half-width of a 95% interval in standard deviations
_TINY = 1e-9


class Lookup(Protocol):
    """Draws of a number in the stratum at hand."""

    def __call__(self, key: str, number: Number, scale: Scale) -> Array: ...


class Draws:
    """Draws by name: `count` of them behind the central value."""

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.seed = seed
        self._made: dict[str, Array] = {}

    def row(self, key: str, number: Number, index: int, scale: Scale) -> Array:
        """(1 + count,): lane 0 the value as printed."""
        name = f"{key}#{index}"
        if name not in self._made:
            row = number.rows()[index]
            spread = row if isinstance(row, Stratum) and _has_spread(row) else number
            self._made[name] = self._draw(key, row, spread, scale)
        return self._made[name]

    def shares(self, key: str, shares: Shares, values: list[str]) -> Array:
        """(values, 1 + count): Dirichlet draws of the choices named; 0 for the others."""
        name = f"{key}#shares"
        if name not in self._made:
            centre = np.array([shares.shares.get(value, 0.0) for value in values])
            alpha = np.maximum(centre * shares.n, _TINY)
            gamma = np.stack(
                [
                    special.gammaincinv(a, self._uniform(f"{key}:{value}"))
                    for a, value in zip(alpha, values, strict=True)
                ]
            )
            gamma = np.where(centre[:, None] > 0, gamma, 0.0)
            drawn = gamma / gamma.sum(axis=0) * centre.sum()
            self._made[name] = np.concatenate([centre[:, None], drawn], axis=1)
        return self._made[name]

    def normal(self, key: str) -> Array:
        """(1 + count,) standard normal draws, 0 in the central lane."""
        return np.concatenate([[0.0], special.ndtri(self._uniform(key))])

    def _draw(self, key: str, row: Number | Stratum, spread: Number | Stratum, scale: Scale) -> Array:
        value = point(row)
        u = self._uniform(key)
        if scale == "proportion":
            drawn = _beta(value, spread, u)
        else:
            assert spread.interval is not None  # the check sees to it
            low, high = spread.interval
            drawn = value * np.exp(special.ndtri(u) * (np.log(high) - np.log(low)) / (2 * _Z))
        return np.concatenate([[value], drawn])

    def _uniform(self, key: str) -> Array:
        """`count` numbers spread evenly over 0..1 (one in each slice), in an order of the key's own."""
        digest = hashlib.sha256(f"{self.seed}/{key}".encode()).digest()
        rng = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))
        return (rng.permutation(self.count) + rng.random(self.count)) / self.count


def log_error(number: Number, index: int = 0) -> float:
    """Standard error of the logarithm of a ratio, from its 95% interval."""
    row = number.rows()[index]
    interval = row.interval or number.interval
    if interval is None:
        return 0.0
    return float(np.log(interval[1] / interval[0]) / (2 * _Z))


def _has_spread(row: Stratum) -> bool:
    return row.interval is not None or row.counts is not None or row.n is not None


def _beta(value: float, spread: Number | Stratum, u: Array) -> Array:
    if spread.counts is not None and spread.value is None:
        a, b = spread.counts.events + 0.5, spread.counts.n - spread.counts.events + 0.5
    else:
        mean = min(max(value, 1e-7), 1 - 1e-7)
        a, b = mean * (n := _effective_n(mean, spread)), (1 - mean) * n
    return np.clip(special.betaincinv(a, b, u), _TINY, 1 - _TINY)


def _effective_n(mean: float, spread: Number | Stratum) -> float:
    """How many people would give this 95% interval around this mean."""
    if spread.n is not None:
        return spread.n
    if spread.counts is not None:
        return spread.counts.n
    assert spread.interval is not None  # the check sees to it
    low, high = spread.interval
    if low >= high:
        return 1e6
    return max(mean * (1 - mean) / ((high - low) / (2 * _Z)) ** 2 - 1, 2.0)
