"""The sweep in NumPy: the engine that is always there, and the reading copy of the compiled one.

Causes without a positive sign never enter the sweep: given t they are independent of everything else and are
folded in closed form. All sums have non-negative terms only.
"""

import numpy as np

from kram.inference.planning import Plan
from kram.inference.quadrature import rung_of, table
from kram.inference.sweep import Swept, Weights, sweep
from kram.model.network import Array, Network, Posterior

CHUNK = 2.0**22  # numbers held per forward pass


def posterior(network: Network, route: Plan) -> Posterior:
    """The posterior of every lane, by this plan. Raises ValueError where a Lambda is too large to be integrated."""
    rungs = np.array([rung_of(largest) for largest in network.largest], np.int64)
    n = network.causes
    found = Posterior(*(np.empty((network.lanes, *shape)) for shape in ((), (n + 1,), (n,), ())))
    for rung in sorted(set(rungs.tolist())):
        t, weights = table(rung)
        lanes = np.flatnonzero(rungs == rung)
        size = max(1, int(CHUNK / (len(t) * max(route.cost, 1.0) * 4)))
        for start in range(0, len(lanes), size):
            some = lanes[start : start + size]
            part = _lanes(network.take(some), route, t, weights)
            for name in Posterior.__annotations__:
                getattr(found, name)[some] = getattr(part, name)
    return found


def _lanes(network: Network, route: Plan, t: Array, weights: Array) -> Posterior:
    lanes, n, count = network.lanes, network.causes, len(t)

    def spread(x: Array) -> Array:
        """(lanes, ...) -> (..., lanes * nodes): every lane once per node, lanes slow."""
        return np.repeat(np.moveaxis(x, 0, -1), count, axis=-1)

    grid = np.tile(t, lanes)
    off = 1.0 - spread(network.prior)
    on = spread(network.prior * network.damp) * np.exp(-grid * spread(network.rate))
    choose = spread(network.phi[:, 1:] * network.rate)
    start = spread(network.scale) * np.exp(-grid * spread(network.rest)) * np.tile(weights, lanes)
    rest = spread(network.phi[:, 0] * network.rest)

    linked = list(route.linked)
    free = [i for i in range(n) if i not in set(linked)]
    each = Weights(off, on, choose, spread(network.keep), spread(network.rest_keep), network.dangerous)
    swept = sweep(route, each)

    total = off[free] + on[free]
    present = np.divide(on[free], total, out=np.zeros_like(total), where=total > 0)
    pull = present * choose[free]  # how strongly each free cause claims T
    start = start * total.prod(axis=0)
    claim = rest + pull.sum(axis=0)
    mass = start * (swept.chosen + claim * swept.closed)

    shares = np.zeros((n + 1, grid.size))
    presence = np.zeros((n, grid.size))
    shares[0] = start * rest * swept.closed
    shares[[i + 1 for i in linked]] = start * swept.share
    presence[linked] = start * (swept.presence_u + claim * swept.presence_s)
    shares[[i + 1 for i in free]] = start * pull * swept.closed
    elsewhere = start * (swept.chosen + (rest + _all_but_each(pull)) * swept.closed)  # T is not this one
    presence[free] = present * elsewhere + shares[[i + 1 for i in free]]

    alarming = network.dangerous[free]
    danger = _free_danger(alarming, start, rest, present, pull, swept)
    safe = start * (1.0 - present[alarming]).prod(axis=0)  # no free dangerous cause is on
    claim = rest + pull[~alarming].sum(axis=0)
    danger += safe * (swept.danger_u.sum(axis=0) + claim * swept.danger_s.sum(axis=0))

    def gather(x: Array) -> Array:
        """Sum over nodes: (..., lanes * nodes) -> (lanes, ...)."""
        return np.moveaxis(x.reshape(*x.shape[:-1], lanes, count).sum(axis=-1), -1, 0)

    evidence = gather(mass)
    divisor = np.where(evidence > 0, evidence, 1.0)  # impossible evidence has no posterior: all zero
    return Posterior(
        evidence,
        gather(shares) / divisor[:, None],
        gather(presence) / divisor[:, None],
        gather(danger) / divisor,
    )


def _all_but_each(x: Array) -> Array:
    """Row i: the sum of the other rows, without subtracting."""
    before, after = np.zeros_like(x), np.zeros_like(x)
    np.cumsum(x[:-1], axis=0, out=before[1:])
    np.cumsum(x[:0:-1], axis=0, out=after[-2::-1]) if len(x) > 1 else None
    return before + after


def _free_danger(alarming: np.ndarray, start: Array, rest: Array, present: Array, pull: Array, swept: Swept) -> Array:
    """Mass with a dangerous cause among the free ones: the first of them that is on, summed over which."""
    danger = np.zeros_like(start)
    off_so_far = np.ones_like(start)
    calm = rest + pull[~alarming].sum(axis=0)
    rows = np.flatnonzero(alarming)
    later = pull[rows][::-1].cumsum(axis=0)[::-1] if len(rows) else pull[rows]
    for at, row in enumerate(rows):
        after = later[at + 1] if at + 1 < len(rows) else 0.0
        # on, whether or not it is itself chosen: choose = pull / present
        chosen = np.divide(pull[row], present[row], out=np.zeros_like(start), where=present[row] > 0)
        here = swept.chosen + (calm + after + chosen) * swept.closed
        danger += start * off_so_far * present[row] * here
        off_so_far = off_so_far * (1.0 - present[row])
    return danger
