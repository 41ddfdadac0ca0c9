"""The integral over t that turns 1/Lambda into a product over causes.

(1 - exp(-L)) / L is the integral of exp(-tL) over t in 0..1. With t = (e^(ax) - 1) / (e^a - 1), x in 0..1, the nodes of
Gauss-Legendre crowd towards t = 0, where a large L has all its weight, and few of them reach machine precision for
every L up to a bound. Nodes come in eights: the compiled sweep takes eight at once.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from kram.model.network import Array

# largest Lambda, nodes, a: relative error below 2e-14 (the tests look, with 40 digits)
LADDER = ((6.5, 8, 0.4), (55.0, 16, 1.3), (150.0, 24, 3.4), (1e3, 32, 5.0), (6e4, 56, 9.0), (3e6, 80, 13.0))
LARGEST = LADDER[-1][0]


@cache
def table(rung: int) -> tuple[Array, Array]:
    """Nodes and weights on 0..1 of one rung of the ladder."""
    _, count, a = LADDER[rung]
    x, w = gauss_legendre(count)
    t, weight = np.expm1(a * x) / np.expm1(a), w * a * np.exp(a * x) / np.expm1(a)
    t.flags.writeable = weight.flags.writeable = False  # shared by all who ask
    return t, weight


def gauss_legendre(count: int) -> tuple[Array, Array]:
    """Nodes and weights on 0..1: Newton's method on the Legendre polynomial.

    NumPy has them too, in a package that takes longer to import than an assessment may take.
    """
    x = np.cos(np.pi * (np.arange(count, 0, -1).astype(np.longdouble) - 0.25) / (count + 0.5))
    for _ in range(100):
        before, here = np.ones_like(x), x
        for n in range(2, count + 1):
            before, here = here, ((2 * n - 1) * x * here - (n - 1) * before) / n
        slope = count * (before - x * here) / ((1.0 - x) * (1.0 + x))
        step = here / slope
        x = x - step
        if np.abs(step).max() < 1e-17:
            break
    weight = 1.0 / ((1.0 - x) * (1.0 + x) * slope**2)
    return ((1.0 + x) / 2.0).astype(np.float64), weight.astype(np.float64)


def rung_of(largest: float) -> int:
    """The rung for exp(-tL) with L up to `largest`. Raises ValueError above LARGEST."""
    for rung, (bound, _, _) in enumerate(LADDER):
        if largest <= bound:
            return rung
    raise ValueError(
        f"the monthly log-risks of a cramp add up to {largest:.3g}; at most {LARGEST:.3g} can be integrated"
    )


@cache
def ladder() -> tuple[Array, NDArray[np.int64], Array, Array]:
    """All rungs as arrays: bounds, counts, and one after the other the nodes and weights of each."""
    tables = [table(rung) for rung in range(len(LADDER))]
    return (
        np.array([bound for bound, _, _ in LADDER]),
        np.array([count for _, count, _ in LADDER], np.int64),
        np.concatenate([t for t, _ in tables]),
        np.concatenate([weight for _, weight in tables]),
    )
