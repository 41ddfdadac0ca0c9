"""From what a study prints to what the model needs. Every rule once, on arrays; lane 0 is the central value.

The window, shrinkage and referral rules are argued in DECISIONS.md.
"""

import numpy as np

from kram.model.network import Array


def logit(p: Array) -> Array:
    return np.log(p) - np.log1p(-p)


def expit(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def risk(q: Array) -> Array:
    """-log(1 - q): the log-risk behind a proportion."""
    return -np.log1p(-q)


def in_window(monthly: Array, months: float, exponent: Array) -> Array:
    """Proportion with a cramp in `months`, from a monthly log-risk: people differ, so w months count as w^a."""
    return -np.expm1(-monthly * months**exponent)


def rate_from_proportions(q: Array, q0: Array, months: float, exponent: Array) -> Array:
    """r = log((1 - q0) / (1 - q)) / w^a, at least 0."""
    return np.maximum(risk(q) - risk(q0), 0.0) / months**exponent


def with_odds_ratio(q0: Array, odds_ratio: Array) -> Array:
    """The proportion whose odds are `odds_ratio` times those of q0."""
    odds = odds_ratio * q0 / (1.0 - q0)
    return odds / (1.0 + odds)


def odds_ratio_of(q: Array, q0: Array) -> Array:
    return q * (1.0 - q0) / (q0 * (1.0 - q))


def rate_from_ratio(ratio: Array, reference: Array) -> Array:
    """r = (rho - 1) Lambda_ref, at least 0, for a hazard, rate or sequence ratio."""
    return np.maximum(ratio - 1.0, 0.0) * reference


def shrink(ratio: Array, standard_error: float, variance: float) -> Array:
    """exp(log rho * v / (v + se^2)), and its draws from the same posterior: Normal(0, v) prior on log rho.

    Lane 0 is the point; the other lanes are draws around it with standard deviation `standard_error`.
    """
    weight = variance / (variance + standard_error**2)
    centre = np.log(ratio[..., :1])
    spread = np.log(ratio) - centre  # draws of sd se, to be draws of sd sqrt(weight) * se
    return np.exp(centre * weight + spread * np.sqrt(weight))


def net_link(sensitivity: Array, false_positive: Array) -> Array:
    """lambda = 1 - (1 - s) / (1 - f), at least 0: what the cause adds over the study's own background."""
    return np.clip(1.0 - (1.0 - sensitivity) / (1.0 - false_positive), 0.0, 1.0)


def referral_mean(
    sensitivity: Array, false_positive: Array, population: Array, weight: float, reach: float
) -> tuple[Array, float]:
    """Likelihood ratio for people in general from a study of people sent with the suspicion, and its extra spread.

    Weighted geometric mean of the study's sensitivity kept (`weight`) and the study's odds ratio kept, both at the
    population's frequency; the 95% interval reaches `reach` beyond both (standard deviation of the logarithm
    returned).
    """
    odds_ratio = odds_ratio_of(sensitivity, false_positive)
    kept_odds = with_odds_ratio(population, odds_ratio) / population
    kept_sensitivity = sensitivity / population
    low, high = np.minimum(kept_odds, kept_sensitivity)[0], np.maximum(kept_odds, kept_sensitivity)[0]
    spread = np.log((1.0 + reach) * high / ((1.0 - reach) * low)) / (2 * 1.959964)
    return kept_sensitivity**weight * kept_odds ** (1.0 - weight), float(spread)


def sensitivity_from_ratios(lr_positive: Array, lr_negative: Array) -> tuple[Array, Array]:
    """Sensitivity and false-positive share that have these two likelihood ratios."""
    false_positive = (1.0 - lr_negative) / (lr_positive - lr_negative)
    return lr_positive * false_positive, false_positive


def leak(frequency: Array, explained: Array, floor: float) -> Array:
    """1 - (1 - f_pop) / prod(1 - p_i lambda_ij), down to a floor. `explained` is that product."""
    return np.clip(1.0 - (1.0 - frequency) / explained, floor, 1.0 - 1e-9)


def rest(reference: Array, prior: Array, rate: Array, floor: float) -> Array:
    """r_0 = Lambda_ref + sum_i log(1 - p_i (1 - e^-r_i)), at least `floor` of Lambda_ref. prior, rate: (n, ...)."""
    explained = -np.log1p(prior * np.expm1(-rate)).sum(axis=0)
    return np.maximum(reference - explained, floor * reference)


def direct_part(own: Array, with_medicine: Array, without: Array, rate: Array) -> Array:
    """What of a rate is left when the route through another cause is counted there; `own` is what is left so far."""
    through = np.log1p(without * np.expm1(-rate)) - np.log1p(with_medicine * np.expm1(-rate))
    return np.maximum(own - through, 0.0)
