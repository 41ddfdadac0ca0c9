"""Every number as lanes: the central value, then draws from its distribution. The same draws on every run.

Beta for proportions, log-normal for ratios and for positive quantities, Dirichlet for shares. A number's draws depend
on its own name only, so that adding a number leaves the others as they were; rows of one stratified number move
together. Each distribution is drawn evenly: one value from each of `count` equally likely slices.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kram.knowledge.figures import Scale
from kram.knowledge.numbers import Number, Shares, Stratum, point
from kram.model.network import Array

_Z = 1.959964  # half-width of a 95% interval in standard deviations
_TINY = 1e-9
_PER_SLICE = 8  # draws whose mean stands for a slice


class Lookup(Protocol):
    """Draws of a number in the stratum at hand."""

    def __call__(self, key: str, number: Number, scale: Scale) -> Array: ...


class Draws:
    """Draws by name: `count` of them behind the central value. `made`: those that were made before, and are kept."""

    def __init__(self, count: int, seed: int, made: Mapping[str, Array] | None = None) -> None:
        self.count = count
        self.seed = seed
        self.made: dict[str, Array] = dict(made or {})

    def row(self, key: str, number: Number, index: int, scale: Scale) -> Array:
        """(1 + count,): lane 0 the value as printed."""
        name = f"{key}#{index}:{scale}"
        if name not in self.made:
            row = number.rows()[index]
            spread = row if isinstance(row, Stratum) and _has_spread(row) else number
            self.made[name] = self._draw(key, row, spread, scale)
        return self.made[name]

    def shares(self, key: str, shares: Shares, values: list[str]) -> Array:
        """(values, 1 + count): Dirichlet draws of the choices named; 0 for the others."""
        name = f"{key}#shares:{','.join(values)}"
        if name not in self.made:
            centre = np.array([shares.shares.get(value, 0.0) for value in values])
            if not self.count:
                return centre[:, None]
            alpha = np.maximum(centre * shares.n, 1e-3)
            gamma = np.stack([self._gamma(f"{key}:{value}", a) for a, value in zip(alpha, values, strict=True)])
            gamma = np.where(centre[:, None] > 0, gamma, 0.0)
            drawn = gamma / gamma.sum(axis=0) * centre.sum()
            self.made[name] = np.concatenate([centre[:, None], drawn], axis=1)
        return self.made[name]

    def normal(self, key: str) -> Array:
        """(1 + count,) standard normal draws, 0 in the central lane."""
        name = f"{key}#normal"
        if name not in self.made:
            self.made[name] = np.concatenate([[0.0], self._normal(key)]) if self.count else np.zeros(1)
        return self.made[name]

    def _draw(self, key: str, row: Number | Stratum, spread: Number | Stratum, scale: Scale) -> Array:
        value = point(row)
        if not self.count:
            return np.array([value])
        if scale == "proportion":
            drawn = self._beta(key, *_beta_parameters(value, spread))
        else:
            assert spread.interval is not None  # the check sees to it
            low, high = spread.interval
            drawn = value * np.exp(self._normal(key) * (np.log(high) - np.log(low)) / (2 * _Z))
        return np.concatenate([[value], drawn])

    def _beta(self, key: str, a: float, b: float) -> Array:
        return np.clip(self._even(key, lambda rng, size: rng.beta(a, b, size)), _TINY, 1 - _TINY)

    def _gamma(self, key: str, shape: float) -> Array:
        return np.maximum(self._even(key, lambda rng, size: rng.standard_gamma(shape, size)), 1e-300)

    def _normal(self, key: str) -> Array:
        quantile = NormalDist().inv_cdf
        middles = (np.arange(self.count) + 0.5) / self.count
        return np.array([quantile(u) for u in middles])[self._order(key)]

    def _even(self, key: str, draw: "Callable[[np.random.Generator, int], Array]") -> Array:
        """Slice means of many sorted draws, in the order of the key."""
        many = np.sort(draw(_generator(f"{self.seed}/sample"), self.count * _PER_SLICE))
        return many.reshape(self.count, _PER_SLICE).mean(axis=1)[self._order(key)]

    def _order(self, key: str) -> NDArray[np.int64]:
        """Which slice comes in which lane; the same for all rows of one number."""
        return _generator(f"{self.seed}/{key}").permutation(self.count)


class Moved(Draws):
    """The lanes of `draws`, and behind them one lane for each of `keys`: that number alone moved by one deviation.

    All rows of a stratified number move together. Of shares the largest is moved, at the cost of the others. The
    draws stay in front because rates take their shrinkage from them.
    """

    def __init__(self, draws: Draws, keys: Sequence[str]) -> None:
        super().__init__(draws.count, draws.seed, draws.made)
        self._more = len(keys)
        self._lane = {key: 1 + draws.count + index for index, key in enumerate(keys)}

    def row(self, key: str, number: Number, index: int, scale: Scale) -> Array:
        lanes = self._longer(super().row(key, number, index, scale))
        if key in self._lane:
            row = number.rows()[index]
            spread = row if isinstance(row, Stratum) and _has_spread(row) else number
            lanes[self._lane[key]] = _one_deviation_up(point(row), spread, scale)
        return lanes

    def shares(self, key: str, shares: Shares, values: list[str]) -> Array:
        lanes = self._longer(super().shares(key, shares, values))
        centre = lanes[:, 0]
        most = int(np.argmax(centre))
        largest = float(centre[most])
        if key in self._lane and 0 < largest < 1:
            moved = min(largest + np.sqrt(largest * (1 - largest) / (shares.n + 1)), (1 + largest) / 2)
            column = centre * (1 - moved) / (1 - largest)
            column[most] = moved
            lanes[:, self._lane[key]] = column * (centre.sum() / column.sum())
        return lanes

    def normal(self, key: str) -> Array:
        return self._longer(super().normal(key))

    def _longer(self, lanes: Array) -> Array:
        return np.concatenate([lanes, np.repeat(lanes[..., :1], self._more, axis=-1)], axis=-1)


def _one_deviation_up(value: float, spread: Number | Stratum, scale: Scale) -> float:
    """Proportions stay at least half their distance away from 1."""
    if scale == "proportion":
        a, b = _beta_parameters(value, spread)
        mean = a / (a + b)
        return min(mean + float(np.sqrt(mean * (1 - mean) / (a + b + 1))), (1 + mean) / 2)
    assert spread.interval is not None  # the check sees to it
    return value * float(np.exp(np.log(spread.interval[1] / spread.interval[0]) / (2 * _Z)))


def _generator(name: str) -> "np.random.Generator":
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))


def log_error(number: Number, index: int = 0) -> float:
    """Standard error of the logarithm of a ratio, from its 95% interval."""
    row = number.rows()[index]
    interval = row.interval or number.interval
    if interval is None:
        return 0.0
    return float(np.log(interval[1] / interval[0]) / (2 * _Z))


def _has_spread(row: Stratum) -> bool:
    return row.interval is not None or row.counts is not None or row.n is not None


def _beta_parameters(value: float, spread: Number | Stratum) -> tuple[float, float]:
    if spread.counts is not None and spread.value is None:
        return spread.counts.events + 0.5, spread.counts.n - spread.counts.events + 0.5
    mean = min(max(value, 1e-7), 1 - 1e-7)
    n = _effective_n(mean, spread)
    return mean * n, (1 - mean) * n


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
