"""The monthly log-risk r_i that each kind of study gives."""

import numpy as np

from kram.knowledge.causes import Called, OddsRatio, Proportions, Rate, RateRatio, RiskRatio, Trial
from kram.knowledge.numbers import Number, point
from kram.knowledge.settings import Settings
from kram.model import conversions as convert
from kram.model.drawing import Lookup, log_error
from kram.model.network import Array


def rate(spec: Rate, key: str, draw: Lookup, reference: Array, typical: Array, a: Array, settings: Settings) -> Array:
    """(lanes,) r_i. `reference`: Lambda_ref of this stratum; `typical`: of the ordinary bearer; `a`: exponent."""
    few, variance = settings.few_events, settings.shrinkage_variance
    match spec:
        case Called():
            return convert.risk(draw(f"{key}.probability", spec.probability, "proportion")) / spec.months**a
        case RateRatio():
            ratio = draw(f"{key}.rate_ratio", spec.rate_ratio, "ratio")
            if _doubtful(spec.rate_ratio, spec.design, spec.events, few):
                ratio = convert.shrink(ratio, log_error(spec.rate_ratio), variance)
            return convert.rate_from_ratio(ratio, reference)
        case Trial():
            drug = draw(f"{key}.drug", spec.drug, "proportion")
            placebo = draw(f"{key}.placebo", spec.placebo, "proportion")
            ratio = convert.risk(drug) / convert.risk(placebo)
            if _events(spec.drug) + _events(spec.placebo) < few:
                ratio = convert.shrink(ratio, _spread(ratio, settings.draws), variance)
            return convert.rate_from_ratio(ratio, reference)
        case Proportions():
            q = draw(f"{key}.with_cause", spec.with_cause, "proportion")
            if spec.without is None:
                q0 = convert.in_window(typical, spec.months, a)
            else:
                q0 = draw(f"{key}.without", spec.without, "proportion")
            ratio = convert.odds_ratio_of(q, q0)
            if _doubtful(spec.with_cause, "", _events(spec.with_cause) + _events(spec.without), few):
                ratio = convert.shrink(ratio, _spread(ratio, settings.draws), variance)
            return convert.rate_from_proportions(convert.with_odds_ratio(q0, ratio), q0, spec.months, a)
        case OddsRatio():
            q0 = draw(f"{key}.baseline", spec.baseline, "proportion")
            ratio = draw(f"{key}.odds_ratio", spec.odds_ratio, "ratio")
            if _doubtful(spec.odds_ratio, spec.design, spec.events, few):
                ratio = convert.shrink(ratio, log_error(spec.odds_ratio), variance)
            return convert.rate_from_proportions(convert.with_odds_ratio(q0, ratio), q0, spec.months, a)
        case RiskRatio():
            q0 = draw(f"{key}.baseline", spec.baseline, "proportion")
            ratio = draw(f"{key}.risk_ratio", spec.risk_ratio, "ratio")
            if _doubtful(spec.risk_ratio, spec.design, spec.events, few):
                ratio = convert.shrink(ratio, log_error(spec.risk_ratio), variance)
            return convert.rate_from_proportions(np.minimum(q0 * ratio, 0.999), q0, spec.months, a)


def _doubtful(number: Number, design: str, events: float | None, few: float) -> bool:
    """Observational, or few events. A judgement is what is believed already: it is not discounted again."""
    if number.kind == "judgement":
        return False
    return design == "observational" or (events is not None and events < few)


def _events(number: Number | None) -> float:
    """How many events stand behind a proportion; as many as it takes where nobody says."""
    if number is None:
        return float("inf")
    if number.counts is not None:
        return number.counts.events
    return point(number) * number.n if number.n is not None else float("inf")


def _spread(ratio: Array, draws: int) -> float:
    """Standard error of a ratio of drawn quantities."""
    return float(np.log(ratio[1 : 1 + draws]).std())
