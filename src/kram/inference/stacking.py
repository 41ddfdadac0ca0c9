"""Several networks of one plan as the lanes of one network, and the posterior cut up again."""

from collections.abc import Sequence

import numpy as np

from kram.model.network import Network, Posterior


def stack(networks: Sequence[Network]) -> Network:
    """Lanes side by side. All networks have the same causes and the same positive signs, in the same order.

    Raises ValueError for malformed arrays.
    """
    first = networks[0]
    arrays = {
        name: np.concatenate([getattr(network, name) for network in networks])
        for name in Network.__annotations__
        if name != "dangerous"
    }
    return Network(**arrays, dangerous=first.dangerous)


def split(posterior: Posterior, networks: Sequence[Network]) -> list[Posterior]:
    """One posterior for each of the networks that were stacked."""
    parts, start = [], 0
    for network in networks:
        lanes = slice(start, start + network.lanes)
        parts.append(Posterior(**{name: getattr(posterior, name)[lanes] for name in Posterior.__annotations__}))
        start += network.lanes
    return parts
