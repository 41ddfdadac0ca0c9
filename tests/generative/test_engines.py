"""The exact engine agrees with enumeration, and both with an implementation that nobody here wrote."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kram.inference import enumeration, exact
from kram.inference.cost import TooCostly, TooManyCauses
from kram.inference.stacking import stack
from kram.model.network import Network, Posterior
from tests.generative.networks import networks, random_network


def worst_difference(one: Posterior, other: Posterior) -> float:
    return max(float(np.abs(getattr(one, name) - getattr(other, name)).max()) for name in Posterior.__annotations__)


@settings(max_examples=400, deadline=None)
@given(networks())
def test_exact_equals_enumeration(network: Network) -> None:
    assert worst_difference(exact.posterior(network), enumeration.posterior(network)) < 1e-10


@pytest.mark.parametrize("seed", range(6))
def test_exact_equals_enumeration_with_sixteen_causes(seed: int) -> None:
    network = random_network(seed, 13 if seed else 16, 8, nasty=bool(seed % 2))
    assert worst_difference(exact.posterior(network), enumeration.posterior(network)) < 1e-10


@settings(max_examples=100, deadline=None)
@given(networks())
def test_shares_and_the_unexplained_part_add_up_to_one(network: Network) -> None:
    assert np.abs(exact.posterior(network).shares.sum(axis=1) - 1).max() < 1e-12


@settings(max_examples=60, deadline=None)
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_causes_and_signs_does_not_matter(network: Network, random: object) -> None:
    causes = list(range(network.causes))
    signs = list(range(network.signs))
    random.shuffle(causes)  # type: ignore[attr-defined]
    random.shuffle(signs)  # type: ignore[attr-defined]
    shuffled = Network(
        prior=network.prior[:, causes],
        rate=network.rate[:, causes],
        rest=network.rest,
        phi=network.phi[:, [0, *(i + 1 for i in causes)]],
        damp=network.damp[:, causes],
        keep=network.keep[:, signs][:, :, causes],
        rest_keep=network.rest_keep[:, signs],
        scale=network.scale,
        dangerous=network.dangerous[causes],
    )
    one, other = exact.posterior(network), exact.posterior(shuffled)
    assert np.abs(one.presence[:, causes] - other.presence).max() < 1e-12
    assert np.abs(one.danger - other.danger).max() < 1e-12


@settings(max_examples=60, deadline=None)
@given(networks())
def test_one_lane_at_a_time_gives_the_same(network: Network) -> None:
    together = exact.posterior(network)
    for lane in range(network.lanes):
        alone = exact.posterior(network.take(slice(lane, lane + 1)))
        assert np.abs(together.shares[lane] - alone.shares[0]).max() < 1e-12


@settings(max_examples=60, deadline=None)
@given(networks())
def test_a_sign_without_parents_changes_nothing(network: Network) -> None:
    lanes, n = network.prior.shape
    more = replace(
        network,
        keep=np.concatenate([network.keep, np.ones((lanes, 1, n))], axis=1),
        rest_keep=np.concatenate([network.rest_keep, np.full((lanes, 1), 0.4)], axis=1),
    )
    one, other = exact.posterior(network), exact.posterior(more)
    assert np.abs(one.shares - other.shares).max() < 1e-12
    assert np.abs(one.evidence * 0.6 - other.evidence).max() < 1e-12


@settings(max_examples=60, deadline=None)
@given(networks(most_lanes=1), st.integers(0, 7), st.floats(0, 1))
def test_a_negative_sign_of_one_cause_never_raises_it(network: Network, at: int, strength: float) -> None:
    cause = at % network.causes
    damp = network.damp.copy()
    damp[:, cause] *= strength
    before, after = exact.posterior(network), exact.posterior(replace(network, damp=damp))
    assert (after.presence[:, cause] <= before.presence[:, cause] + 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(networks(most_lanes=1, most_signs=4))
def test_the_average_over_answers_is_what_was_before(network: Network) -> None:
    """Positive and negative answer to one more sign, weighted by how likely they are, give back the posterior."""
    n = network.causes
    link = np.random.default_rng(n).uniform(0, 0.9, n)
    positive = replace(
        network,
        keep=np.concatenate([network.keep, (1 - link)[None, None]], axis=1),
        rest_keep=np.concatenate([network.rest_keep, [[0.9]]], axis=1),
    )
    negative = replace(network, damp=network.damp * (1 - link), scale=network.scale * 0.9)
    before, yes, no = (exact.posterior(each) for each in (network, positive, negative))
    assert abs(yes.evidence[0] + no.evidence[0] - before.evidence[0]) < 1e-12
    mixed = (yes.evidence[0] * yes.shares[0] + no.evidence[0] * no.shares[0]) / before.evidence[0]
    assert np.abs(mixed - before.shares[0]).max() < 1e-11


def test_too_costly_is_said_before_the_work() -> None:
    for network in (random_network(1, 40, 30), random_network(1, 90, 70)):
        with pytest.raises(TooCostly):
            exact.posterior(network)
        with pytest.raises(TooCostly):
            exact.posterior_in_numpy(network)


def test_many_lanes_of_a_dear_question_are_too_costly_together() -> None:
    """One sweep is within its budget; thousands of them would keep a person waiting for minutes."""
    network = random_network(2, 20, 16)
    many = stack([network] * 6000)
    assert exact.posterior(network).evidence.shape == (1,)
    with pytest.raises(TooCostly, match="states, more than the budget"):
        exact.posterior(many)


def test_enumeration_does_not_begin_what_it_cannot_end() -> None:
    with pytest.raises(TooManyCauses):
        enumeration.posterior(random_network(1, 21, 1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("prior", np.full((1, 3), 1.5)),
        ("prior", np.full((1, 3), np.nan)),
        ("rate", np.full((1, 3), -1.0)),
        ("rest", np.zeros(2)),
        ("phi", np.ones((1, 3))),
        ("keep", np.ones((1, 2, 4))),
        ("scale", np.ones(1, dtype=np.float32)),
        ("dangerous", np.ones(3)),
    ],
)
def test_malformed_arrays_are_refused(name: str, value: np.ndarray) -> None:
    with pytest.raises(ValueError, match=name):
        replace(random_network(3, 3, 2), **{name: value})
