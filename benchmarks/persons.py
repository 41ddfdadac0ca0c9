"""Everything about one person of the generated network: with draws, and what every open sign would tell."""

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.measuring import best
from benchmarks.people import cohort, world
from benchmarks.report import Row, Run
from kram.inference import exact
from kram.inference.information import outlooks
from kram.model.cohort import Cohort
from kram.model.network import Network, Posterior

Engine = Callable[[Network], Posterior]


def drawn(network: Network, lanes: int) -> Network:
    """Every number once as it is and then moved a little, as parameter draws would."""
    rng = np.random.default_rng(3)

    def spread(array: np.ndarray) -> np.ndarray:
        moved = np.repeat(array, lanes, axis=0)
        wobble = np.exp(0.2 * rng.standard_normal(moved.shape))
        wobble[0] = 1.0
        return np.where((moved > 0) & (moved < 1), moved / (moved + (1 - moved) * wobble), moved)

    return Network(
        spread(network.prior), np.repeat(network.rate, lanes, 0) * 1.0, np.repeat(network.rest, lanes),
        np.repeat(network.phi, lanes, 0), spread(network.damp), spread(network.keep), spread(network.rest_keep),
        np.repeat(network.scale, lanes), network.dangerous,
    )  # fmt: skip


def everything(run: Run) -> None:
    """One person with draws, and the expected information of every open sign, on the generated network."""
    known = world("n48")
    for k in (5, 8):
        people = cohort(known, 1, (k, k))
        person = people.person(0)
        network = drawn(person, 257)
        for who, engine in (("kram", exact.posterior), ("kram in NumPy", exact.posterior_in_numpy)):
            found = best(partial(engine, network), 1, 0.6 if who == "kram" else 0)
            goal = 15.0 if who == "kram" and k == 8 else None
            run.add(Row(f"n48, {k} positive, everything, 256 draws", who, found * 1e3, "ms", goal))
        seen = {*people.positive.signs.tolist(), *people.negative.signs.tolist()}
        open_ = [j for j in range(known.leak.size) if j not in seen]
        for who, engine in (("kram", exact.posterior), ("kram in NumPy", exact.posterior_in_numpy)):
            found = best(partial(information, person, people, open_, engine), 1, 0.5)
            goal = 10.0 if who == "kram" and k == 8 else None
            what = f"n48, {k} positive, information of {len(open_)} open"
            run.add(Row(what, who, found * 1e3, "ms", goal))


def information(person: Network, people: Cohort, open_: list[int], engine) -> list[object]:  # type: ignore[no-untyped-def]
    """About T and danger, of every open sign: one lane without it, the other answer by complement."""
    lanes = len(open_) + 1
    damp, scale = np.repeat(person.damp, lanes, 0), np.repeat(person.scale, lanes)
    damp[1:] *= people.keep[open_]
    scale[1:] *= people.rest_keep[open_]
    network = Network(
        *(np.repeat(getattr(person, name), lanes, 0) for name in ("prior", "rate", "rest", "phi")),
        damp, np.repeat(person.keep, lanes, 0), np.repeat(person.rest_keep, lanes, 0), scale, person.dangerous,
    )  # fmt: skip
    found = engine(network)
    whole = found.evidence[0]
    no = found.evidence[1:]
    yes = np.maximum(whole - no, 1e-300)
    joint, peril = found.shares[0] * whole, found.danger[0] * whole
    shares = np.clip((joint - no[:, None] * found.shares[1:]) / yes[:, None], 0, 1)
    danger = np.clip((peril - no * found.danger[1:]) / yes, 0, 1)
    return outlooks(
        np.stack([no, yes], axis=1),
        np.stack([found.shares[1:], shares], axis=1),
        np.stack([found.danger[1:], danger], axis=1),
    )
