"""The interval that draws give, stretched to contain the central value."""

import numpy as np

from kram.model.network import Array


def interval_of(lanes: Array, percentiles: tuple[float, float]) -> tuple[Array, Array]:
    """Along the first axis: lane 0 is central, the others are draws; with no draws the interval is the point.

    Percentiles are interpolated between neighbouring draws, as NumPy's are; its own function imports more than a short
    run can afford.
    """
    point, draws = lanes[0], np.sort(lanes[1:], axis=0)
    if not len(draws):
        return point, point
    low, high = (_percentile(draws, p) for p in percentiles)
    return np.minimum(low, point), np.maximum(high, point)


def _percentile(ordered: Array, p: float) -> Array:
    at = p * (len(ordered) - 1)
    below = min(int(at), len(ordered) - 2) if len(ordered) > 1 else 0
    above = min(below + 1, len(ordered) - 1)
    return np.asarray(ordered[below] + (at - below) * (ordered[above] - ordered[below]))
