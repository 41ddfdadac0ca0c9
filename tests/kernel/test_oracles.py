"""Both engines against the sum over all sets of causes, and against 80 digits."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.people import cohort, world

from kram.inference import compiled, enumeration, exact
from kram.model.network import Network, Posterior
from tests.generative.networks import random_network
from tests.kernel import oracle

ENGINES = [exact.posterior_in_numpy, *([exact.posterior] if compiled.CORE is not None else [])]


def both(network: Network, reference: Posterior, most: float = 1e-11) -> None:
    """Each engine that is here agrees with the reference."""
    for engine in ENGINES:
        assert worst(engine(network), reference) < most, engine.__name__


def worst(one: Posterior, other: Posterior) -> float:
    return max(float(np.abs(getattr(one, name) - getattr(other, name)).max()) for name in Posterior.__annotations__)


@pytest.mark.parametrize("batch", range(6))
def test_three_thousand_networks_against_enumeration(batch: int) -> None:
    """42 patterns of links a batch, each with 12 sets of numbers; every second one nasty."""
    for seed in range(batch * 42, batch * 42 + 42):
        network = random_network(seed, 1 + seed % 8, seed // 2 % 8, lanes=12, nasty=bool(seed % 2))
        both(network, enumeration.posterior(network))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_sixteen_causes_and_up_to_twenty_signs_against_enumeration(seed: int) -> None:
    network = random_network(seed, 16, (0, 8, 12, 20)[seed % 4], nasty=bool(seed % 2))
    both(network, enumeration.posterior(network))


def nasty_cases() -> dict[str, Network]:
    """Each corner alone, so that a failure names it."""
    plain = random_network(5, 10, 6)
    n = plain.causes
    tiny = np.where(np.arange(n) % 2, 1e-6, plain.prior)
    certain = np.where(np.arange(n) == 3, 1.0, np.where(np.arange(n) == 4, 0.0, plain.prior))
    one_parent, all_parents, no_parent = plain.keep.copy(), plain.keep.copy(), plain.keep.copy()
    one_parent[0, 0] = np.where(np.arange(n) == 2, 0.2, 1.0)
    all_parents[0, 1] = 0.3
    no_parent[0, 2] = 1.0
    return {
        "priors of a millionth": replace(plain, prior=tiny),
        "causes that are certain, and that cannot be": replace(plain, prior=certain),
        "no rate": replace(plain, rate=np.where(np.arange(n) < 4, 0.0, plain.rate)),
        "no rate at all": replace(plain, rate=np.zeros_like(plain.rate)),
        "no unexplained part": replace(plain, rest=np.zeros(1)),
        "a sign of one cause": replace(plain, keep=one_parent),
        "a sign of all causes": replace(plain, keep=all_parents),
        "a sign of none": replace(plain, keep=no_parent),
        "a cause that always fires a sign": replace(plain, keep=np.where(plain.keep < 0.5, 0.0, plain.keep)),
        "signs without leak": replace(plain, rest_keep=np.ones_like(plain.rest_keep)),
        "no positive sign": random_network(5, 10, 0),
        "twenty positive signs": random_network(5, 10, 20),
        "large rates": replace(plain, rate=plain.rate * 30),
        "huge rates": replace(plain, rate=plain.rate * 1e4),
        "rates of a millionth": replace(plain, rate=plain.rate * 1e-6),
    }


@pytest.mark.parametrize("corner", nasty_cases())
def test_every_corner_against_enumeration(corner: str) -> None:
    network = nasty_cases()[corner]
    both(network, enumeration.posterior(network))


def test_evidence_that_cannot_be_has_no_posterior() -> None:
    """A sign that nothing can fire: all zero, not NaN."""
    network = random_network(5, 4, 1)
    network = replace(network, keep=np.ones_like(network.keep), rest_keep=np.ones((1, 1)))
    for engine in ENGINES:
        found = engine(network)
        assert found.evidence[0] == 0
        assert not found.shares.any()
        assert not found.presence.any()


@pytest.mark.parametrize(("n", "k", "unlikely"), [(24, 0, False), (24, 4, False), (24, 6, True), (40, 5, True)])
def test_against_eighty_digits(n: int, k: int, unlikely: bool) -> None:
    """Absolutely, and (rare causes keep their digits) relatively."""
    network = random_network(n + k, n, k)
    network = replace(network, prior=network.prior**3 * 0.2 + 1e-6, rate=network.rate * 0.5)
    if unlikely:  # signs that hardly anything explains
        network = replace(network, keep=np.where(network.keep < 1, 1 - (1 - network.keep) * 1e-3, 1.0))
        network = replace(network, rest_keep=np.full((1, k), 1 - 1e-5))
    shares, presence, danger, evidence = oracle.posterior(network)
    for engine in ENGINES:
        found = engine(network)
        assert max(abs(float(a) - b) for a, b in zip(shares, found.shares[0], strict=True)) < 1e-12
        assert max(abs(float(a) - b) for a, b in zip(presence, found.presence[0], strict=True)) < 1e-12
        assert abs(float(danger) - found.danger[0]) < 1e-12
        assert abs(float(evidence) / found.evidence[0] - 1) < 1e-11
        assert max(abs(b / float(a) - 1) for a, b in zip(presence, found.presence[0], strict=True)) < 1e-11


@pytest.mark.parametrize("k", [3, 7])
def test_presence_alone_against_eighty_digits(k: int) -> None:
    people = cohort(world("n24"), 2, (k, k), unlikely=0.5)
    for core in (False, True) if compiled.CORE is not None else (False,):
        found = exact.posteriors(people, shares=False, core=core).presence
        for person in range(people.people):
            exactly = oracle.presence(people.person(person))
            assert max(abs(float(a) - b) for a, b in zip(exactly, found[person], strict=True)) < 1e-12


def test_the_compiled_core_was_among_the_engines() -> None:
    if compiled.CORE is None:
        pytest.skip("no compiler was there when kram was installed: only NumPy was tested")
    assert len(ENGINES) == 2
