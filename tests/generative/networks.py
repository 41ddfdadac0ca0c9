"""Networks drawn by Hypothesis or by a seed: ordinary ones and nasty ones."""

import numpy as np
from hypothesis import strategies as st

from kram.model.network import Network


def random_network(seed: int, n: int, k: int, lanes: int = 1, nasty: bool = False) -> Network:
    """`nasty`: priors of 1e-6, certain causes, zero rates, signs with one parent and with all."""
    rng = np.random.default_rng([seed, n, k, lanes])
    prior = rng.uniform(0, 1, (lanes, n)) ** 3
    rate = rng.exponential(0.6, (lanes, n))
    linked = rng.random((1, k, n)) < 0.45
    if nasty:
        prior = np.where(rng.random((lanes, n)) < 0.3, 1e-6, prior)
        prior = np.where(rng.random((lanes, n)) < 0.1, 0.0, prior)
        prior = np.where(rng.random((lanes, n)) < 0.1, 1.0, prior)
        rate = np.where(rng.random((lanes, n)) < 0.2, 0.0, rate)
        for j in range(k):
            shape = rng.integers(4)
            if shape == 0:
                linked[0, j] = np.arange(n) == rng.integers(n)
            elif shape == 1:
                linked[0, j] = True
            elif shape == 2:
                linked[0, j] = False
    keep = np.where(linked, rng.uniform(0, 1, (lanes, k, n)), 1.0)
    return Network(
        prior=prior,
        rate=rate,
        rest=rng.exponential(0.3, lanes) + 1e-3,
        phi=rng.uniform(0.01, 1, (lanes, n + 1)),
        damp=rng.uniform(1e-3, 1, (lanes, n)),
        keep=keep,
        rest_keep=rng.uniform(0.3, 1 - 1e-5, (lanes, k)),
        scale=rng.uniform(0.05, 1, lanes),
        dangerous=rng.random(n) < 0.4,
    )


@st.composite
def networks(draw: st.DrawFn, most_causes: int = 8, most_signs: int = 6, most_lanes: int = 3) -> Network:
    return random_network(
        draw(st.integers(0, 2**31)),
        draw(st.integers(1, most_causes)),
        draw(st.integers(0, most_signs)),
        draw(st.integers(1, most_lanes)),
        draw(st.booleans()),
    )
