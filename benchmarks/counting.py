"""What a question needs at the least: operations and bytes, counted from its plan."""

import numpy as np

from kram.inference.planning import Plan, Step
from kram.model.network import Array


def needs(route: Plan, nodes: int) -> tuple[float, float]:
    """(floating-point operations, bytes moved) of the sweep there and back, at so many quadrature nodes.

    A state is two doubles. Past a cause there: each link 3 operations, both weights 8; back: each link 3, the sums 6,
    both weights 8. There it is read and written; back, it and the state kept from before are read, and it is written.
    A sign that opens makes two states of one: there 8 operations, back 10 and, where it has lone causes, 12 for the
    sums. A lone cause is 31 there and 49 back, whatever the state.
    """
    operations = moved = 0.0
    open_ = 0
    for op in route.ops:
        states = 2.0**open_
        if op.step is Step.CAUSE:
            operations += states * (22 + 6 * len(op.links))
            moved += states * 80
        elif op.step is Step.OPEN:
            operations += states * (30 if op.lone else 18) + 80 * len(op.lone)
            moved += states * 112
            open_ += 1
        else:
            open_ -= 1
    return operations * nodes, moved * nodes


def floor(operations: Array, moved: Array, flops: float, bandwidth: float) -> float:
    """Seconds below which nobody gets on this machine: the mean of the larger of both needs."""
    return float(np.maximum(operations / flops, moved / bandwidth).mean())
