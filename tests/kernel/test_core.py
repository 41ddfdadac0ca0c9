"""The compiled core beside NumPy: the same plans, the same numbers, whoever works on them; and it refuses what is wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from benchmarks.people import cohort, world

from kram.inference import compiled, exact, planning, quadrature
from kram.inference.cost import TooCostly
from kram.model.cohort import Cohort
from kram.model.network import Network, Posterior
from tests.generative.networks import random_network

pytestmark = pytest.mark.skipif(
    compiled.CORE is None, reason="no compiler was there when kram was installed: the compiled core is missing"
)


def same(one: Posterior, other: Posterior) -> bool:
    return all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in Posterior.__annotations__)


def worst(one: Posterior, other: Posterior) -> float:
    return max(float(np.abs(getattr(one, n) - getattr(other, n)).max(initial=0)) for n in Posterior.__annotations__)


@pytest.mark.parametrize("batch", range(4))
def test_plans_are_identical(batch: int) -> None:
    rng = np.random.default_rng(batch)
    for _ in range(150):
        k, n = rng.integers(0, 19), rng.integers(1, 90)
        linked = rng.random((k, n)) < rng.choice([0.02, 0.1, 0.3, 0.8])
        assert compiled.plan(linked) == planning.plan(linked)


@pytest.mark.parametrize("k", range(0, 15, 2))
def test_both_engines_agree_to_thirteen_digits(k: int) -> None:
    for seed in range(12):
        network = random_network(seed, 1 + 3 * seed, k, lanes=3, nasty=bool(seed % 2))
        try:
            one = exact.posterior(network, budget=20_000)
        except TooCostly:
            continue
        assert worst(one, exact.posterior_in_numpy(network)) < 1e-13


@pytest.mark.parametrize("positive", [(0, 8), (9, 14)])
def test_a_batch_is_its_people_one_by_one_bit_for_bit(positive: tuple[int, int], monkeypatch: Any) -> None:
    """And one thread gives what two give."""
    people = cohort(world("n24"), 150, positive)
    found = {}
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("KRAM_THREADS", threads)
        found[threads] = exact.posteriors(people)
    assert same(found["1"], found["2"])
    assert same(found["1"], found["3"])
    for person in range(people.people):
        one = exact.posterior(people.person(person))
        for name in Posterior.__annotations__:
            assert np.array_equal(getattr(one, name)[0], getattr(found["1"], name)[person])


def test_lanes_are_the_same_with_one_thread_and_with_two_bit_for_bit(monkeypatch: Any) -> None:
    network = random_network(3, 30, 11, lanes=70)
    found = []
    for threads in ("1", "2"):
        monkeypatch.setenv("KRAM_THREADS", threads)
        found.append(exact.posterior(network))
    assert same(*found)


def test_presence_alone_is_the_presence_of_everything_and_danger_comes_when_asked() -> None:
    people = cohort(world("n12"), 300, (0, 9))
    whole, alone, both = (
        exact.posteriors(people, **options) for options in ({}, {"shares": False}, {"shares": False, "danger": True})
    )
    assert np.abs(whole.presence - alone.presence).max() < 1e-12
    assert np.isnan(alone.shares).all()
    assert np.isnan(alone.danger).all()
    assert np.abs(whole.danger - both.danger).max() < 1e-12
    assert np.isnan(exact.posteriors(people, danger=False).danger).all()


def test_who_costs_too_much_has_no_answer_and_the_others_have_theirs() -> None:
    people = cohort(world("n24"), 60, (2, 14))
    all_, cheap = exact.posteriors(people), exact.posteriors(people, budget=500.0)
    numpy = exact.posteriors(people, budget=500.0, core=False)
    refused = np.isnan(cheap.evidence)
    assert 0 < refused.sum() < people.people
    assert np.array_equal(refused, np.isnan(numpy.evidence))
    assert np.array_equal(all_.shares[~refused], cheap.shares[~refused])


def arguments(network: Network) -> list[Any]:
    """What `posterior` of the core takes."""
    lanes, n = network.prior.shape
    return [
        network.prior, network.rate, network.rest, network.phi, network.damp, network.keep, network.rest_keep,
        network.scale, network.dangerous, np.ascontiguousarray((network.keep < 1).any(axis=0)), *quadrature.ladder(),
        np.zeros(lanes), np.zeros((lanes, n + 1)), np.zeros((lanes, n)), np.zeros(lanes), np.zeros(1, np.int64), 4,
    ]  # fmt: skip


WRONG: dict[str, Callable[[Any], Any]] = {
    "another type": lambda x: x.astype(np.float32) if x.dtype == np.float64 else x.astype(np.int8),
    "another number of dimensions": lambda x: x[None],
    "too long": lambda x: np.concatenate([x, x]),
    "too short": lambda x: x[:0],
    "not contiguous": lambda x: np.concatenate([x] * (2 if len(x) > 1 else 4))[::2],
    "no array": lambda _x: "words",
    "nothing": lambda _x: None,
}


@pytest.mark.parametrize("place", range(20))
@pytest.mark.parametrize("how", WRONG)
def test_malformed_arrays_are_refused(place: int, how: str) -> None:
    """Whatever stands in the place of an array: an exception, never a crash."""
    core = compiled.CORE
    assert core is not None
    given = arguments(random_network(1, 6, 4, lanes=3))
    if place == 19:
        given[place] = (0, -1, 1 << 62, "x")[len(how) % 4]
    else:
        given[place] = WRONG[how](given[place])
    with pytest.raises((ValueError, TypeError, OverflowError)):
        core.posterior(*given)


def test_results_must_be_writable_and_arguments_complete() -> None:
    core = compiled.CORE
    assert core is not None
    given = arguments(random_network(1, 6, 4, lanes=3))
    with pytest.raises(TypeError, match="takes 20 arguments"):
        core.posterior(*given[:-1])
    given[15].flags.writeable = False
    with pytest.raises(ValueError, match="shares must be a C-contiguous, writable array"):
        core.posterior(*given)
    with pytest.raises(ValueError, match="at most 64 positive signs"):
        core.plan(np.ones((65, 3), np.bool_))


def test_a_plan_too_large_for_any_memory_is_refused() -> None:
    """The budget is kept above the core; the core keeps its own."""
    core = compiled.CORE
    assert core is not None
    with pytest.raises(MemoryError):
        core.posterior(*arguments(random_network(1, 60, 60)))


def cohort_arguments(people: Cohort) -> list[Any]:
    """What `cohort` of the core takes."""
    count, n = people.prior.shape
    return [
        people.prior, people.rate, people.rest, people.phi, people.scale, people.keep, people.rest_keep,
        people.keep < 1, people.dangerous, people.positive.starts, people.positive.signs, people.negative.starts,
        people.negative.signs, *quadrature.ladder(), np.empty(count), np.empty((count, n)), np.empty((count, n + 1)),
        np.empty(count), np.arange(count), np.zeros(1, np.int64), 8, 1e9,
    ]  # fmt: skip


@pytest.mark.parametrize("place", range(25))
@pytest.mark.parametrize("how", WRONG)
def test_malformed_arrays_of_a_batch_are_refused(place: int, how: str) -> None:
    core = compiled.CORE
    assert core is not None
    given = cohort_arguments(cohort(world("n12"), 9, (2, 5)))
    if place >= 23:
        given[place] = "x" if place == 24 else (0, -1, 1 << 62, "x")[len(how) % 4]
    else:
        given[place] = WRONG[how](given[place])
    if place in (19, 20) and how == "nothing":
        core.cohort(*given)  # shares and danger need not be asked for
    elif place in (10, 12) and how == "too long":
        core.cohort(*given)  # the starts say which signs are meant
    else:
        with pytest.raises((ValueError, TypeError, OverflowError, IndexError)):
            core.cohort(*given)


def test_lists_and_orders_that_point_outside_are_refused_where_they_are_used() -> None:
    core = compiled.CORE
    assert core is not None
    people = cohort(world("n12"), 40, (2, 5))
    for place in (9, 10, 11, 12, 21):  # positive and negative: starts and signs; the order
        for wrong in (-1, people.keep.shape[0] * people.people, 2**62, -(2**62)):
            given = cohort_arguments(people)
            given[place] = given[place].copy()
            given[place][7] = wrong
            with pytest.raises(IndexError, match="point outside the table"):
                core.cohort(*given)


def test_without_the_core_numpy_answers(monkeypatch: Any) -> None:
    network = random_network(4, 9, 5)
    with_core = exact.posterior(network)
    monkeypatch.setattr(compiled, "CORE", None)
    assert exact.engine_in_use() == "numpy"
    assert worst(exact.posterior(network), with_core) < 1e-13
