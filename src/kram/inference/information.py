"""How much the answer to an open question is expected to tell, from the posteriors that its answers would leave."""

from dataclasses import dataclass

import numpy as np

from kram.model.network import Array


@dataclass(frozen=True)
class Outlook:
    """What an open question promises, in bits: about the responsible cause, and about danger."""

    cause: float
    danger: float


def outlook(weights: Array, shares: Array, danger: Array) -> Outlook:
    """Mutual information of an answer with T and with danger.

    weights: (answers,) joint probability of each answer and the evidence (any common factor); shares:
    (answers, n+1) posterior of T after each; danger: (answers,) P(danger) after each.
    """
    total = weights.sum()
    if total <= 0:
        return Outlook(0.0, 0.0)
    p = weights / total
    binary = np.stack([danger, 1.0 - danger], axis=1)
    return Outlook(_gain(p, shares), _gain(p, binary))


def entropy(p: Array) -> Array:
    """Bits of uncertainty along the last axis."""
    safe = np.where(p > 0, p, 1.0)
    return np.asarray(-(p * np.log2(safe)).sum(axis=-1))


def _gain(p: Array, posterior: Array) -> float:
    mixture = p @ posterior
    return max(float(entropy(mixture) - p @ entropy(posterior)), 0.0)
