"""The integral over t that turns 1/Lambda into a product over causes.

(1 - exp(-L)) / L is the integral of exp(-tL) over t in 0..1; Gauss-Legendre is exact to machine precision
here once there are enough nodes for the largest Lambda.
"""

import numpy as np

from kram.model.network import Array


def nodes(largest: float) -> tuple[Array, Array]:
    """Nodes and weights on 0..1 for exp(-tL) with L up to `largest`."""
    count = next((n for bound, n in ((5.0, 8), (10.0, 12), (20.0, 16), (40.0, 24)) if largest <= bound), 0)
    if count == 0:
        count = 24 + int(np.ceil((largest - 40.0) / 4.0))
    x, w = np.polynomial.legendre.leggauss(count)
    return (x + 1.0) / 2.0, w / 2.0
