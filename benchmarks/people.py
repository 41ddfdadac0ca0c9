"""Made-up knowledge and people for the benchmarks: leaky noisy-OR networks of causes, signs and one complaint."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kram.model.cohort import Cohort, Lists
from kram.model.network import Array

SIZES = {  # causes, signs, lowest and highest prior
    "n12": (12, 100, 1e-3, 0.3),
    "n24": (24, 200, 1e-3, 0.3),
    "n48": (48, 200, 1e-3, 0.3),
    "qmr": (534, 4040, 2e-4, 2e-2),
}
COMPLAINT_LEAK = 0.02


@dataclass(frozen=True)
class World:
    """A sign has 3 to 10 causes, popular ones more often; the complaint has all of them."""

    link: Array  # (signs, causes): probability that the cause alone fires the sign
    leak: Array  # (signs,)
    complaint: Array  # (causes,)
    typical: Array  # (causes,): log of the usual prior
    low: float
    high: float

    @property
    def causes(self) -> int:
        return int(self.link.shape[1])


def world(size: str, seed: int = 1) -> World:
    n, signs, low, high = SIZES[size]
    rng = np.random.default_rng([seed, n, signs])
    popularity = rng.gamma(1.5, size=n)
    link = np.zeros((signs, n))
    for j in range(signs):
        parents = rng.choice(n, rng.integers(3, min(10, n) + 1), replace=False, p=popularity / popularity.sum())
        link[j, parents] = rng.uniform(0.05, 0.9, parents.size)
    return World(
        link=link,
        leak=np.exp(rng.uniform(np.log(2e-3), np.log(0.1), signs)),
        complaint=rng.uniform(0.05, 0.9, n),
        typical=rng.uniform(np.log(low), np.log(high), n),
        low=low,
        high=high,
    )


def cohort(known: World, people: int, positive: tuple[int, int], seed: int = 7, unlikely: float = 0.0) -> Cohort:
    """People with the complaint, sampled from the network; some of their signs are known, 5 to 40 of them negative.

    positive: fewest and most positive signs; unlikely: which part of these is drawn blindly instead.
    """
    rng = np.random.default_rng([seed, known.causes, people, *positive])
    prior = np.empty((people, known.causes))
    present: list[list[int]] = []
    absent: list[list[int]] = []
    while len(present) < people:
        own = np.clip(np.exp(known.typical + rng.normal(0, 0.8, known.causes)), known.low, known.high)
        on = rng.random(known.causes) < own
        if rng.random() < (1 - COMPLAINT_LEAK) * np.prod(1 - known.complaint[on]):
            continue
        fired = rng.random(known.leak.size) > (1 - known.leak) * (1 - known.link[:, on]).prod(axis=1)
        seen, unseen = rng.permutation(np.flatnonzero(fired)), rng.permutation(np.flatnonzero(~fired))
        k = int(rng.integers(positive[0], positive[1] + 1))
        here = seen[: round(k * (1 - unlikely))]
        blind = k - here.size
        prior[len(present)] = own
        present.append([*here.tolist(), *unseen[unseen.size - blind :].tolist()] if blind else here.tolist())
        absent.append(unseen[: min(int(rng.integers(5, 41)), unseen.size - blind)].tolist())
    return of(known, prior, present, absent)


def of(known: World, prior: Array, present: list[list[int]], absent: list[list[int]]) -> Cohort:
    dangerous: NDArray[np.bool_] = np.arange(known.causes) % 5 == 0
    return Cohort(
        prior=prior,
        rate=-np.log1p(-known.complaint)[None],
        rest=-np.log1p(-np.array([COMPLAINT_LEAK])),
        phi=np.ones((1, known.causes + 1)),
        scale=np.ones(1),
        keep=1 - known.link,
        rest_keep=1 - known.leak,
        dangerous=dangerous,
        positive=Lists.of_people(present),
        negative=Lists.of_people(absent),
    )


def only(people: Cohort, person: int) -> Cohort:
    """One of the people, as a cohort of one."""
    return replace(
        people,
        prior=people.prior[[person]],
        positive=Lists.of_people([people.positive.of(person).tolist()]),
        negative=Lists.of_people([people.negative.of(person).tolist()]),
    )
