"""The exact posterior of every cause: of one person in many variants, or of many people.

Two engines make the same plans and the same sums: the compiled core where it was built, NumPy everywhere.
"""

import os

import numpy as np

from kram.inference import compiled, portable
from kram.inference.planning import Plan, plan
from kram.model.cohort import Cohort
from kram.model.network import Network, Posterior

BUDGET = 2.0**26  # states per sweep: see DECISIONS.md for what that is in seconds and megabytes


class TooCostly(Exception):
    """The exact answer would visit `cost` states, more than `budget`."""

    def __init__(self, cost: float, budget: float) -> None:
        super().__init__(f"{cost:.3g} states, more than the budget of {budget:.3g}")
        self.cost, self.budget = cost, budget


def threads() -> int:
    """How many processors this process may use; KRAM_THREADS sets another number."""
    chosen = os.environ.get("KRAM_THREADS", "")
    if chosen.isdigit() and int(chosen) > 0:
        return int(chosen)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def posterior(network: Network, budget: float = BUDGET) -> Posterior:
    """Raises TooCostly before any work if the plan visits more than `budget` states."""
    return _posterior(network, budget, compiled.usable(network.signs))


def posterior_in_numpy(network: Network, budget: float = BUDGET) -> Posterior:
    """The same without the compiled core."""
    return _posterior(network, budget, core=False)


def _posterior(network: Network, budget: float, core: bool) -> Posterior:
    linked = np.asarray((network.keep < 1.0).any(axis=0))
    route: Plan = compiled.plan(linked) if core else plan(linked)
    if route.cost > budget:
        raise TooCostly(route.cost, budget)
    if core:
        return compiled.posterior(network, linked, route.cost, threads())
    return portable.posterior(network, route)


def posteriors(cohort: Cohort, *, shares: bool = True, budget: float = BUDGET, core: bool | None = None) -> Posterior:
    """One lane for each person. A person who would cost more than `budget` gets NaN.

    shares: with shares and danger; else presence alone, which needs no quadrature (character must then be absent:
    raises ValueError). core: None takes the compiled core where there is one.
    """
    if not shares and (cohort.phi != 1.0).any():
        raise ValueError("presence alone is for people without character: phi must be 1")
    if compiled.CORE is not None if core is None else core:
        return compiled.posteriors(cohort, shares, budget, threads())
    return _one_by_one(cohort, budget)


def _one_by_one(cohort: Cohort, budget: float) -> Posterior:
    people, n = cohort.people, cohort.causes
    found = Posterior(
        np.full(people, np.nan), np.full((people, n + 1), np.nan), np.full((people, n), np.nan), np.full(people, np.nan)
    )
    routes: dict[bytes, Plan] = {}
    for person in range(people):
        network = cohort.person(person)
        linked = np.asarray(network.keep[0] < 1.0)
        route = routes.setdefault(linked.tobytes(), plan(linked))
        if route.cost <= budget:
            one = portable.posterior(network, route)
            for name in Posterior.__annotations__:
                getattr(found, name)[person] = getattr(one, name)[0]
    return found
