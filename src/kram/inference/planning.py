"""In which order to sweep the causes, and what that will cost.

The state of the sweep is the set of open positive signs that have fired. A sign opens before its first cause and
closes after its last; between, it doubles the state. So causes that share signs should stand together. A lone cause,
which has one positive sign only, never meets the state: it goes by where there is nothing but its sign, and the sign
opens with what came of that. The compiled core makes the same plans by the same rules.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

RESTARTS_FROM = 50_000.0  # states; below this, trying other beginnings costs more than it saves
HOPELESS_FROM = 2.0**45  # states; above this, no other beginning brings it into reach


class Step(IntEnum):
    OPEN = 0  # a sign becomes the highest bit of the state; its leak and its lone causes may fire it
    CAUSE = 1  # a cause goes by, off or on; on, it may fire its signs
    CLOSE = 2  # a sign whose causes are all done: only the states where it has fired live on


@dataclass(frozen=True)
class Op:
    """`index`: the sign (OPEN), the cause (CAUSE) or the bit (CLOSE).

    `links`: (bit, sign) pairs of a cause; `lone`: the lone causes of a sign that opens.
    """

    step: Step
    index: int
    links: tuple[tuple[int, int], ...] = ()
    lone: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """`cost`: states visited, summed over causes and openings. `width`: the most signs open at once."""

    ops: tuple[Op, ...]
    cost: float
    width: int

    @property
    def linked(self) -> tuple[int, ...]:
        """Every cause that has a positive sign, as they go by."""
        return tuple(i for op in self.ops for i in (op.lone if op.step is not Step.CAUSE else (op.index,)))


def plan(links: NDArray[np.bool_]) -> Plan:
    """Greedy order for a (signs, causes) matrix of links: next, whatever lets a sign close soonest."""
    k, _ = links.shape
    count = links.sum(axis=0)
    signs_of = {int(i): frozenset(np.flatnonzero(links[:, i]).tolist()) for i in np.flatnonzero(count > 1)}
    causes_of = [frozenset(np.flatnonzero(links[j] & (count > 1)).tolist()) for j in range(k)]
    lone = [tuple(np.flatnonzero(links[j] & (count == 1)).tolist()) for j in range(k)]
    best = _greedy(k, signs_of, causes_of, lone, -1)
    if RESTARTS_FROM < best.cost < HOPELESS_FROM:
        for first in range(k):
            candidate = _greedy(k, signs_of, causes_of, lone, first)
            if candidate.cost < best.cost:
                best = candidate
    return best


def _greedy(
    k: int,
    signs_of: dict[int, frozenset[int]],
    causes_of: list[frozenset[int]],
    lone: list[tuple[int, ...]],
    first: int,
) -> Plan:
    needs = [frozenset({j}).union(*(signs_of[i] for i in causes_of[j])) for j in range(k)]  # to close j, open these
    waiting = set(signs_of)
    opened: set[int] = set()
    at: list[int] = []  # the sign on each bit
    ops: list[Op] = []
    cost, width = 0.0, 0
    target = first
    while len(opened) < k:
        if target in opened or target < 0:
            target = min(
                (j for j in range(k) if j not in opened or j in at),
                key=lambda j: (len(needs[j] - opened) or k + 1, -len(causes_of[j] & waiting), j),
            )
        for sign in _opening_order(needs[target] - opened, opened, waiting, signs_of):
            ops.append(Op(Step.OPEN, sign, lone=lone[sign]))
            opened.add(sign)
            at.append(sign)
            width = max(width, len(at))
            cost += 2.0 ** len(at)
            for cause in sorted(i for i in causes_of[sign] & waiting if signs_of[i] <= opened):
                waiting.discard(cause)
                links = tuple((bit, j) for bit, j in enumerate(at) if j in signs_of[cause])
                ops.append(Op(Step.CAUSE, cause, links))
                cost += 2.0 ** len(at)
            for bit in reversed(range(len(at))):
                if not causes_of[at[bit]] & waiting:
                    ops.append(Op(Step.CLOSE, bit))
                    del at[bit]
        target = -1
    return Plan(tuple(ops), cost, width)


def _opening_order(
    todo: frozenset[int], opened: set[int], waiting: set[int], signs_of: dict[int, frozenset[int]]
) -> list[int]:
    """Open first what completes most causes."""
    order: list[int] = []
    seen, left = set(opened), set(todo)
    while left:
        sign = max(sorted(left), key=lambda j: sum(signs_of[i] <= seen | {j} for i in waiting if j in signs_of[i]))
        order.append(sign)
        seen.add(sign)
        left.discard(sign)
    return order
