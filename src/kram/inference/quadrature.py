"""The integral over t that turns 1/Lambda into a product over causes.

(1 - exp(-L)) / L is the integral of exp(-tL) over t in 0..1; Gauss-Legendre is exact to machine precision
here once there are enough nodes for the largest Lambda. Nodes come in eights: the compiled sweep takes eight at once.
"""

from functools import cache

import numpy as np

from kram.model.network import Array

LADDER = ((3.5, 8), (20.0, 16), (30.0, 24))  # largest Lambda, nodes: relative error below 1e-14 (seen, not bounded)


def count(largest: float) -> int:
    """How many nodes exp(-tL) needs with L up to `largest`."""
    enough = next((n for bound, n in LADDER if largest <= bound), 0)
    return enough or 24 + 8 * int(np.ceil((largest - 30.0) / 24.0))


@cache
def table(n: int) -> tuple[Array, Array]:
    """n nodes and weights on 0..1."""
    x, w = np.polynomial.legendre.leggauss(n)
    t, weight = (x + 1.0) / 2.0, w / 2.0
    t.flags.writeable = weight.flags.writeable = False  # shared by all who ask
    return t, weight


def nodes(largest: float) -> tuple[Array, Array]:
    """Nodes and weights on 0..1 for exp(-tL) with L up to `largest`."""
    return table(count(largest))
