"""The compiled core, where it was built: the same plans and sums as planning.py and portable.py, much faster.

The core lets go of the interpreter's lock; threads take lanes or people from one shared cursor, the dearest first, so
that they finish together. What each finds does not depend on who else is working.
"""

import contextlib
import importlib
import os
import threading
from collections.abc import Callable
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from kram.inference import quadrature
from kram.inference.planning import Op, Plan, Step
from kram.model.cohort import Cohort
from kram.model.network import Network, Posterior

CORE: ModuleType | None = None
if os.environ.get("KRAM_CORE") != "off":
    with contextlib.suppress(ImportError):  # no compiler was there when this was installed
        CORE = importlib.import_module("kram.inference._core")

WORTH_A_THREAD = 20_000.0  # states; a thread costs about 0.05 ms to start
PEOPLE_AT_ONCE = 32
SIGNS_OF_A_CHEAP_PLAN = 8


def usable(signs: int) -> bool:
    return CORE is not None and signs <= CORE.MAX_SIGNS


def plan(linked: NDArray[np.bool_]) -> Plan:
    """As planning.plan."""
    assert CORE is not None
    ops, links, lone, cost, width = CORE.plan(np.ascontiguousarray(linked))
    made = []
    for step, index, first, count in ops:
        found = (links if step == Step.CAUSE else lone)[first : first + count]
        made.append(Op(Step(step), index, **{"links" if step == Step.CAUSE else "lone": tuple(found)}))
    return Plan(tuple(made), cost, width)


def posterior(network: Network, linked: NDArray[np.bool_], cost: float, threads: int) -> Posterior:
    """As portable.posterior; `cost` is that of the plan, `linked` (signs, causes) of all lanes together."""
    assert CORE is not None
    core = CORE
    lanes, n = network.lanes, network.causes
    found = Posterior(np.empty(lanes), np.empty((lanes, n + 1)), np.empty((lanes, n)), np.empty(lanes))
    most = float(network.largest.max(initial=0.0))
    nodes = quadrature.LADDER[quadrature.rung_of(most)][1]
    arrays = [
        np.ascontiguousarray(array)
        for array in (
            network.prior,
            network.rate,
            network.rest,
            network.phi,
            network.damp,
            network.keep,
            network.rest_keep,
            network.scale,
            network.dangerous,
            linked,
            *quadrature.ladder(),
        )
    ]
    cursor = np.zeros(1, np.int64)
    work = (max(cost, 1.0) + n) * nodes / 8 * lanes
    workers = min(threads, lanes, max(1, int(work / WORTH_A_THREAD)))
    chunk = max(1, min(16, lanes // (4 * workers)))
    results = (found.evidence, found.shares, found.presence, found.danger)
    _share(lambda: core.posterior(*arrays, *results, cursor, chunk), workers)
    return found


def posteriors(cohort: Cohort, shares: bool, danger: bool, budget: float, threads: int) -> Posterior:
    """As exact.posteriors."""
    assert CORE is not None
    core = CORE
    people, n = cohort.people, cohort.causes
    found = Posterior(
        np.empty(people),
        np.empty((people, n + 1)) if shares else np.broadcast_to(np.nan, (people, n + 1)),
        np.empty((people, n)),
        np.empty(people) if danger else np.broadcast_to(np.nan, people),
    )
    if shares:
        quadrature.rung_of(_largest(cohort))  # raises where no rung reaches
    arrays = [
        np.ascontiguousarray(array)
        for array in (
            cohort.prior,
            cohort.rate,
            cohort.rest,
            cohort.phi,
            cohort.scale,
            cohort.keep,
            cohort.rest_keep,
            cohort.keep < 1.0,
            cohort.dangerous,
            cohort.positive.starts,
            cohort.positive.signs,
            cohort.negative.starts,
            cohort.negative.signs,
            *quadrature.ladder(),
        )
    ]
    cursor = np.zeros(1, np.int64)
    wanted = (found.shares if shares else None, found.danger if danger else None)
    results = (found.evidence, found.presence, *wanted, _heavy_first(cohort), cursor)
    workers = min(threads, max(1, people // PEOPLE_AT_ONCE))
    _share(lambda: core.cohort(*arrays, *results, PEOPLE_AT_ONCE, budget), workers)
    return found


def _largest(cohort: Cohort) -> float:
    if not cohort.people:
        return 0.0
    possible = (cohort.prior > 0).any(axis=0)
    return float(cohort.rest.max() + (cohort.rate * possible).sum(axis=1).max())


def _heavy_first(cohort: Cohort) -> NDArray[np.int64]:
    """People with many positive signs first, else as they come; where plans are dear, those with the same signs
    stand beside each other and share one."""
    starts = cohort.positive.starts
    count = np.diff(starts)
    order = np.argsort(-np.minimum(count, 1000).astype(np.int16), kind="stable")
    dear = order[: np.count_nonzero(count > SIGNS_OF_A_CHEAP_PLAN)]
    if dear.size > 1:
        marks = np.random.default_rng(0).integers(1, 2**62, size=cohort.keep.shape[:1], dtype=np.uint64)
        sums: NDArray[np.uint64] = np.concatenate(
            [np.zeros(1, np.uint64), np.cumsum(marks[cohort.positive.signs], dtype=np.uint64)]
        )
        pattern = sums[starts[dear + 1]] - sums[starts[dear]]
        dear[:] = dear[np.lexsort((pattern, -count[dear]))]
    return order


def _share(work: Callable[[], None], workers: int) -> None:
    """Runs `work` in so many threads, this one among them. Raises what the first of them raised."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as fault:
            faults.append(fault)

    others = [threading.Thread(target=run) for _ in range(workers - 1)]
    for other in others:
        other.start()
    run()
    for other in others:
        other.join()
    if faults:
        raise faults[0]
