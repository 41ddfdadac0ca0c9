"""The nodes of the integral over t, against 40 digits."""

import numpy as np
import pytest
from mpmath import expm1, mp, mpf

from kram.inference import exact, quadrature
from tests.generative.networks import random_network


@pytest.mark.parametrize("rung", range(len(quadrature.LADDER)))
def test_every_rung_integrates_to_machine_precision_up_to_its_bound(rung: int) -> None:
    t, weight = quadrature.table(rung)
    bound = quadrature.LADDER[rung][0]
    assert t.size % 8 == 0
    assert ((t > 0) & (t < 1) & (weight > 0)).all()
    worst = 0.0
    with mp.workdps(40):
        for large in np.geomspace(1e-9, bound, 120):
            exactly = -expm1(-mpf(large)) / mpf(large)
            found = mpf(float((weight * np.exp(-t * large)).sum()))
            worst = max(worst, abs(float((found - exactly) / exactly)))
    assert worst < 2e-14


def test_the_nodes_are_those_of_numpy() -> None:
    for count in (1, 2, 8, 24, 80):
        x, weight = np.polynomial.legendre.leggauss(count)
        own, own_weight = quadrature.gauss_legendre(count)
        assert np.abs(own - (x + 1) / 2).max() < 1e-15
        assert np.abs(own_weight - weight / 2).max() < 1e-14


def test_rates_beyond_every_rung_are_refused() -> None:
    network = random_network(1, 4, 2)
    network.rate[0, 0] = 1e9
    network.prior[0, 0] = 0.5
    for engine in (exact.posterior, exact.posterior_in_numpy):
        with pytest.raises(ValueError, match="log-risks of a cramp add up to 1e"):
            engine(network)
