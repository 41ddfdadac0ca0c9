"""The exact posterior of every cause: of one person in many variants, or of many people.

Two engines make the same plans and the same sums: the compiled core where it was built, NumPy everywhere.
"""

import os
from functools import lru_cache

import numpy as np

from kram.inference import compiled, portable
from kram.inference.cost import TooCostly
from kram.inference.planning import Plan, plan
from kram.inference.quadrature import LADDER, rung_of
from kram.model.cohort import Cohort
from kram.model.network import Network, Posterior

# see DECISIONS.md for what these are in seconds and megabytes
BUDGET = 2.0**26  # states of one sweep
WORK = {"compiled": 2.0**33, "numpy": 2.0**29}  # states of all sweeps of one question: lanes and nodes counted


def threads() -> int:
    """How many processors this process may use; KRAM_THREADS sets another number."""
    chosen = os.environ.get("KRAM_THREADS", "")
    if chosen.isdigit() and int(chosen) > 0:
        return int(chosen)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def posterior(network: Network, budget: float = BUDGET) -> Posterior:
    """Raises TooCostly before any work if the plan visits more than `budget` states, or all lanes more than WORK.

    Raises ValueError where a Lambda is too large to be integrated.
    """
    return _posterior(network, budget, compiled.usable(network.signs))


def posterior_in_numpy(network: Network, budget: float = BUDGET) -> Posterior:
    """The same without the compiled core."""
    return _posterior(network, budget, core=False)


def _posterior(network: Network, budget: float, core: bool) -> Posterior:
    linked = np.ascontiguousarray((network.keep < 1.0).any(axis=0))
    route = _route(linked.shape, linked.tobytes(), core)
    if route.cost > budget:
        raise TooCostly(route.cost, budget)
    work, most = route.cost * network.lanes * _nodes(network), WORK["compiled" if core else "numpy"]
    if work > most:
        raise TooCostly(work, most)
    if core:
        return compiled.posterior(network, linked, route.cost, threads())
    return portable.posterior(network, route)


def _nodes(network: Network) -> int:
    return LADDER[rung_of(float(network.largest.max(initial=0.0)))][1]


@lru_cache(maxsize=256)
def _route(shape: tuple[int, int], pattern: bytes, core: bool) -> Plan:
    """An interview asks about the same signs again and again."""
    linked = np.frombuffer(pattern, np.bool_).reshape(shape)
    return compiled.plan(linked) if core else plan(linked)


def engine_in_use() -> str:
    """Which engine answers: "compiled" or "numpy"."""
    return "numpy" if compiled.CORE is None else "compiled"


def posteriors(
    cohort: Cohort,
    *,
    shares: bool = True,
    danger: bool | None = None,
    budget: float = BUDGET,
    core: bool | None = None,
) -> Posterior:
    """One lane for each person. A person who would cost more than `budget` gets NaN.

    shares: else presence alone, which needs no quadrature (character must then be absent: raises ValueError), and
    shares are NaN. danger: else it is NaN; asked for with shares unless said otherwise. core: None takes the compiled
    core where there is one.
    """
    if not shares and (cohort.phi != 1.0).any():
        raise ValueError("presence alone is for people without character: phi must be 1")
    danger = shares if danger is None else danger
    if compiled.CORE is not None if core is None else core:
        return compiled.posteriors(cohort, shares, danger, budget, threads())
    return _one_by_one(cohort, shares, danger, budget)


def _one_by_one(cohort: Cohort, shares: bool, danger: bool, budget: float) -> Posterior:
    people, n = cohort.people, cohort.causes
    wanted = ["evidence", "presence", *(["shares"] if shares else []), *(["danger"] if danger else [])]
    found = Posterior(*(np.full((people, *shape), np.nan) for shape in ((), (n + 1,), (n,), ())))
    routes: dict[bytes, Plan] = {}
    for person in range(people):
        network = cohort.person(person)
        linked = np.asarray(network.keep[0] < 1.0)
        pattern = linked.tobytes()
        if pattern not in routes:
            routes[pattern] = plan(linked)
        if routes[pattern].cost <= budget:
            one = portable.posterior(network, routes[pattern])
            for name in wanted:
                getattr(found, name)[person] = getattr(one, name)[0]
    return found
