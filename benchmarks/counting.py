"""What a question needs at the least: operations and bytes, counted from its plan."""

import numpy as np

from kram.inference.planning import Plan, Step
from kram.model.network import Array


def needs(route: Plan, nodes: int) -> tuple[float, float]:
    """(floating-point operations, bytes moved) of the sweep there and back, at so many quadrature nodes.

    A state is two doubles. Past a cause there: each link 3 operations, both weights 8; back: each link 3, the sums 6,
    both weights 8. There it is read and written; back, it and the state kept from before are read, and it is written.
    """
    operations = moved = 0.0
    open_ = 0
    for op in route.ops:
        if op.step is Step.CAUSE:
            states = 2.0**open_
            operations += states * (22 + 6 * len(op.links))
            moved += states * 80
        else:
            open_ += 1 if op.step is Step.OPEN else -1
    return operations * nodes, moved * nodes


def floor(operations: Array, moved: Array, flops: float, bandwidth: float) -> float:
    """Seconds below which nobody gets on this machine: the mean of the larger of both needs."""
    return float(np.maximum(operations / flops, moved / bandwidth).mean())
