"""The integral over t that turns 1/Lambda into a product over causes.

(1 - exp(-L)) / L is the integral of exp(-tL) over t in 0..1. With t = (e^(ax) - 1) / (e^a - 1), x in 0..1, the nodes of
Gauss-Legendre crowd towards t = 0, where a large L has all its weight, and few of them reach machine precision for
every L up to a bound. Nodes come in eights: the compiled sweep takes eight at once.
"""

from functools import cache

import numpy as np

from kram.model.network import Array

# largest Lambda, nodes, a: relative error below 3e-14 (checked in the tests against 40 digits)
LADDER = ((6.5, 8, 0.4), (55.0, 16, 1.3), (150.0, 24, 3.4), (1e3, 32, 5.0), (6e4, 56, 9.0), (3e6, 80, 13.0))
LARGEST = LADDER[-1][0]


@cache
def table(rung: int) -> tuple[Array, Array]:
    """Nodes and weights on 0..1 of one rung of the ladder."""
    _, count, a = LADDER[rung]
    x, w = np.polynomial.legendre.leggauss(count)
    x = (x + 1.0) / 2.0
    t, weight = np.expm1(a * x) / np.expm1(a), w / 2.0 * a * np.exp(a * x) / np.expm1(a)
    t.flags.writeable = weight.flags.writeable = False  # shared by all who ask
    return t, weight


def nodes(largest: float) -> tuple[Array, Array]:
    """Nodes and weights on 0..1 for exp(-tL) with L up to `largest`. Raises ValueError above LARGEST."""
    for rung, (bound, _, _) in enumerate(LADDER):
        if largest <= bound:
            return table(rung)
    raise ValueError(f"the monthly log-risks of a cramp add up to {largest:.3g}; at most {LARGEST:.3g} can be integrated")
