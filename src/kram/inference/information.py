"""How much the answer to an open question is expected to tell, from the posteriors that its answers would leave."""

from dataclasses import dataclass

import numpy as np

from kram.model.network import Array


@dataclass(frozen=True)
class Outlook:
    """What an open question promises, in bits: about the responsible cause, and about danger."""

    cause: float
    danger: float


def outlooks(weights: Array, shares: Array, danger: Array) -> list[Outlook]:
    """Mutual information of the answer to each of F questions with T and with danger.

    weights: (F, answers) joint probability of each answer and the evidence (any common factor for a question; 0 where
    a question has fewer answers); shares: (F, answers, n+1) posterior of T after each; danger: (F, answers) P(danger)
    after each.
    """
    total = weights.sum(axis=1, keepdims=True)
    p = weights / np.where(total > 0, total, 1.0)
    causes, perils = _gains(p, shares), _gains(p, np.stack([danger, 1.0 - danger], axis=-1))
    return [Outlook(float(cause), float(peril)) for cause, peril in zip(causes, perils, strict=True)]


def entropy(p: Array) -> Array:
    """Bits of uncertainty along the last axis."""
    safe = np.where(p > 0, p, 1.0)
    return np.asarray(-(p * np.log2(safe)).sum(axis=-1))


def _gains(p: Array, posterior: Array) -> Array:
    mixture = (p[..., None] * posterior).sum(axis=1)
    return np.maximum(entropy(mixture) - (p * entropy(posterior)).sum(axis=1), 0.0)
