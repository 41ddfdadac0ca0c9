"""The reference: the posterior by summing over every set of causes. Slow and obvious; up to about 20 causes."""

import itertools

import numpy as np

from kram.inference.cost import TooManyCauses
from kram.model.network import Network, Posterior

MOST = 20  # causes


def posterior(network: Network) -> Posterior:
    """Sum over all 2^n sets of causes, straight from the definitions. Raises TooManyCauses above MOST causes."""
    lanes, n = network.prior.shape
    if n > MOST:
        raise TooManyCauses(2.0**n, 2.0**MOST)
    evidence = np.zeros(lanes)
    shares = np.zeros((lanes, n + 1))
    presence = np.zeros((lanes, n))
    danger = np.zeros(lanes)
    for on in itertools.product((False, True), repeat=n):
        c = np.array(on)
        weight = np.prod(np.where(c, network.prior, 1.0 - network.prior), axis=1)
        weight = weight * np.prod(np.where(c, network.damp, 1.0), axis=1) * network.scale
        for j in range(network.signs):
            none_fires = network.rest_keep[:, j] * np.prod(np.where(c, network.keep[:, j], 1.0), axis=1)
            weight = weight * (1.0 - none_fires)
        rates = np.concatenate([network.rest[:, None], np.where(c, network.rate, 0.0)], axis=1)
        total = rates.sum(axis=1)
        cramp = -np.expm1(-total)  # P(at least one cramp in the month)
        responsible = np.divide(rates, total[:, None], out=np.zeros_like(rates), where=total[:, None] > 0)
        joint = (weight * cramp)[:, None] * responsible * network.phi
        here = joint.sum(axis=1)
        evidence += here
        shares += joint
        presence += np.where(c, here[:, None], 0.0)
        danger += here if (c & network.dangerous).any() else 0.0
    return Posterior(evidence, shares / evidence[:, None], presence / evidence[:, None], danger / evidence)
