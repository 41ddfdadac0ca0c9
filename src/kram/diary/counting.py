"""The likelihood of a rate ratio given counts per night: negative binomial, log-linear, everything else integrated out.

For each value of the log ratio on a grid, and each choice of the three numbers that are not linear (dispersion,
spread of the weeks, pace of the effect), the linear part is integrated by Laplace's method around its own mode (the
full, not the simplified, Laplace approximation of INLA); the choices are then added up with their prior weights.
Deterministic: the same numbers on every run.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import gammaln, logsumexp

Array = NDArray[np.float64]

NODES = np.linspace(-4.5, 2.5, 29)  # log ratios at which the rest is integrated out: 0.011 to 12
GRID = np.linspace(-4.5, 2.5, 1401)  # between them by a cubic spline, which is exact where the logarithm is quadratic
_NEGLIGIBLE = 8.0  # choices whose best log weight is so far behind the best of all are left out
_STEPS = 60
_CLOSE = 1e-9
_HIGHEST = 12.0  # of the log rate a night, while the mode is being sought


@dataclass(frozen=True)
class Counts:
    """n nights with an entry, p linear columns.

    cramps    (n,)       counted
    columns   (n, p)     level, trend, weekdays, ...: everything but the effect and the weeks
    centre    (p,)       prior means of their coefficients;   spread (p,)  prior standard deviations
    week      (n,)       which spell of nights a night lies in: 0..weeks-1
    exposure  (m, n)     how much of the effect is there, 0..1, at each of m paces
    paces     (m,)       their prior weights
    """

    cramps: Array
    columns: Array
    centre: Array
    spread: Array
    week: NDArray[np.int64]
    exposure: Array
    paces: Array


@dataclass(frozen=True)
class Choices:
    """Nodes and log prior weights of the two other numbers: dispersion d (variance = mean + d mean^2), spell spread."""

    dispersion: Array
    log_dispersion_weights: Array
    spell: Array
    log_spell_weights: Array


@dataclass(frozen=True)
class Marginal:
    """What is left when everything but the log ratio is integrated out, on GRID (g values).

    log_likelihood  (g,)        up to a constant
    lanes           (l, g)      the same, of each choice kept
    log_without     (l, g)      mean log of the nightly rate without the thing tried, averaged over the nights
    variance        (l, g)      its variance
    base            (l, 29, n) log rate of each night without the effect, at NODES
    paces           (l,)       which pace;   dispersion, spell  (l,)  of each choice kept
    """

    log_likelihood: Array
    lanes: Array
    log_without: Array
    variance: Array
    base: Array
    paces: NDArray[np.int64]
    dispersion: Array
    spell: Array


def marginal(counts: Counts, choices: Choices) -> Marginal:
    """Raises ValueError where arrays do not fit each other."""
    if counts.columns.shape[0] != counts.cramps.size or counts.exposure.shape[1] != counts.cramps.size:
        raise ValueError("columns and exposure need one row a night")
    m, d, s = (a.ravel() for a in np.meshgrid(*map(np.arange, (
        counts.paces.size, choices.dispersion.size, choices.spell.size)), indexing="ij"))  # fmt: skip
    log_weight = np.log(counts.paces)[m] + choices.log_dispersion_weights[d] + choices.log_spell_weights[s]
    engine = _Laplace(counts)
    # a first look at few log ratios finds the choices that matter
    few = NODES[2::4]
    look = engine.integrate(np.repeat(m, few.size), np.repeat(choices.dispersion[d], few.size),
                            np.repeat(choices.spell[s], few.size), np.tile(few, m.size))  # fmt: skip
    best = look.log_evidence.reshape(m.size, few.size).max(axis=1) + log_weight
    kept = np.flatnonzero(best > best.max() - _NEGLIGIBLE)
    m, d, s, log_weight = m[kept], d[kept], s[kept], log_weight[kept]
    nearest = np.abs(NODES[:, None] - few).argmin(axis=1)
    start = look.theta.reshape(best.size, few.size, -1)[kept][:, nearest].reshape(m.size * NODES.size, -1)
    whole = engine.integrate(np.repeat(m, NODES.size), np.repeat(choices.dispersion[d], NODES.size),
                             np.repeat(choices.spell[s], NODES.size), np.tile(NODES, m.size), start)  # fmt: skip
    shape = (m.size, NODES.size)
    lanes = _fine(whole.log_evidence.reshape(shape) + log_weight[:, None])
    return Marginal(
        log_likelihood=np.asarray(logsumexp(lanes, axis=0)),
        lanes=lanes,
        log_without=_fine(whole.log_level.reshape(shape)),
        variance=np.maximum(_fine(whole.level_variance.reshape(shape)), 0.0),
        base=whole.base.reshape(*shape, -1),
        paces=m.astype(np.int64),
        dispersion=choices.dispersion[d],
        spell=choices.spell[s],
    )


def _fine(values: Array) -> Array:
    """(l, 29) at NODES -> (l, g) on GRID."""
    return np.asarray(CubicSpline(NODES, values, axis=1)(GRID))


@dataclass(frozen=True)
class _Integrated:
    log_evidence: Array  # (b,)
    log_level: Array  # (b,)
    level_variance: Array  # (b,)
    base: Array  # (b, n)
    theta: Array  # (b, p) the modes


class _Laplace:
    """Modes and curvatures of many problems that share their columns and differ in offset, dispersion and spell."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        weeks = int(counts.week.max()) + 1
        spells = (counts.week[:, None] == np.arange(weeks)).astype(float)
        self.x = np.concatenate([counts.columns, spells], axis=1)
        self.p, self.weeks = self.x.shape[1], weeks
        upper = np.triu_indices(self.p)
        self.upper = upper
        self.products = self.x[:, upper[0]] * self.x[:, upper[1]]  # X'WX of many W at once is one matrix product
        self.centre = np.concatenate([counts.centre, np.zeros(weeks)])

    def integrate(
        self, pace: NDArray[np.int64], dispersion: Array, spell: Array, log_ratio: Array, start: Array | None = None
    ) -> _Integrated:
        """All (b,); `start`: (b, p) where to look for the modes first."""
        cuts = [slice(at, at + 512) for at in range(0, pace.size, 512)]
        parts = [
            self._some(pace[cut], dispersion[cut], spell[cut], log_ratio[cut], None if start is None else start[cut])
            for cut in cuts
        ]
        names = _Integrated.__annotations__
        return _Integrated(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def _some(
        self, pace: NDArray[np.int64], dispersion: Array, spell: Array, log_ratio: Array, start: Array | None
    ) -> _Integrated:
        size = 1.0 / dispersion[:, None]
        offset = self.counts.exposure[pace] * log_ratio[:, None]
        precision = np.concatenate(
            [np.broadcast_to(self.counts.spread**-2.0, (pace.size, self.counts.spread.size)),
             np.repeat(spell[:, None] ** -2.0, self.weeks, axis=1)], axis=1)  # fmt: skip
        theta = self._mode(offset, size, precision, start)
        log_rate = offset + theta @ self.x.T
        away = theta - self.centre
        hessian = self._hessian(log_rate, size, precision)
        factor = np.linalg.cholesky(hessian)
        half_log_det = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        log_evidence = (
            _log_counts(self.counts.cramps, log_rate, size).sum(axis=1)
            - 0.5 * (precision * away**2).sum(axis=1)
            + 0.5 * np.log(precision).sum(axis=1)
            - half_log_det
        )
        base = log_rate - offset
        most = base.max(axis=1, keepdims=True)
        rates = np.exp(base - most)
        total = rates.sum(axis=1, keepdims=True)
        gradient = (rates / total) @ self.x
        solved = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        level = most[:, 0] + np.log(total[:, 0] / base.shape[1])
        return _Integrated(log_evidence, level, (gradient * solved).sum(axis=1), base, theta)

    def _mode(self, offset: Array, size: Array, precision: Array, start: Array | None) -> Array:
        """Newton's method with steps halved where they lead downhill; the target is strictly concave."""
        cramps = self.counts.cramps
        if start is None:
            theta = np.broadcast_to(self.centre, precision.shape).copy()
            theta[:, 0] = np.log((cramps.mean() + 0.05) / np.exp(np.minimum(offset, _HIGHEST)).mean(axis=1))
        else:
            theta = start
        value = self._target(theta, offset, size, precision)
        for _ in range(_STEPS):
            log_rate = np.minimum(offset + theta @ self.x.T, _HIGHEST)
            rate = np.exp(log_rate)
            residual = (cramps - rate) * size / (size + rate)
            slope = residual @ self.x - precision * (theta - self.centre)
            step = np.linalg.solve(self._hessian(log_rate, size, precision), slope[:, :, None])[:, :, 0]
            scale = np.ones(theta.shape[0])
            for _halving in range(30):
                tried = theta + scale[:, None] * step
                new = self._target(tried, offset, size, precision)
                worse = ~(new >= value - 1e-9 * np.abs(value))
                if not worse.any():
                    break
                scale[worse] /= 2
            theta, value = tried, new
            if (np.abs(step * scale[:, None]).max(axis=1) < _CLOSE**0.5).all():
                break
        return theta

    def _target(self, theta: Array, offset: Array, size: Array, precision: Array) -> Array:
        log_rate = offset + theta @ self.x.T
        away = theta - self.centre
        fit = self.counts.cramps * log_rate - (self.counts.cramps + size) * np.logaddexp(np.log(size), log_rate)
        return np.asarray(fit.sum(axis=1) - 0.5 * (precision * away**2).sum(axis=1))

    def _hessian(self, log_rate: Array, size: Array, precision: Array) -> Array:
        """Of minus the log target: (b, p, p)."""
        rate = np.exp(np.minimum(log_rate, 50.0))
        weight = (self.counts.cramps + size) * size * rate / (size + rate) ** 2
        flat = weight @ self.products
        full = np.empty((log_rate.shape[0], self.p, self.p))
        full[:, self.upper[0], self.upper[1]] = flat
        full[:, self.upper[1], self.upper[0]] = flat
        diagonal = np.arange(self.p)
        full[:, diagonal, diagonal] += precision
        return full


def _log_counts(cramps: Array, log_rate: Array, size: Array) -> Array:
    """Negative binomial with mean exp(log_rate) and variance mean + mean^2 / size."""
    fixed = gammaln(cramps + size) - gammaln(size) - gammaln(cramps + 1.0)
    log_total = np.logaddexp(np.log(size), log_rate)
    return np.asarray(fixed + size * (np.log(size) - log_total) + cramps * (log_rate - log_total))


def information(columns: Array, rate: Array, dispersion: float, precision: Array) -> Array:
    """(p, p): expected curvature at these rates, prior included; for looking ahead to nights not yet counted."""
    weight = rate / (1.0 + dispersion * rate)
    return np.asarray((columns * weight[:, None]).T @ columns + np.diag(precision))
