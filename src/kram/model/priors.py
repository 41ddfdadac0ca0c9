"""P(cause present) for one stratum, moved by what is known about the person.

What is not known is averaged over its own frequency; the intercept is set such that averaging over everything
gives back the published figure.
"""

import itertools
from collections.abc import Mapping

import numpy as np

from kram.knowledge.causes import Cause, Mover, Setter
from kram.model import conversions as convert
from kram.model.drawing import Lookup
from kram.model.network import Array

_SMALL = 1e-9


class FactTable:
    """How often each level of a fact is met, in one stratum: level -> (lanes,)."""

    def __init__(self, frequency: Mapping[str, Array]) -> None:
        self.frequency = frequency

    def weights(self, possible: frozenset[str] | None) -> dict[str, Array]:
        """The frequencies, restricted to the levels that are possible, adding up to 1."""
        chosen = {level: f for level, f in self.frequency.items() if possible is None or level in possible}
        total = sum(chosen.values())
        even = 1.0 / len(chosen)
        return {level: np.where(total > 0, f / np.where(total > 0, total, 1.0), even) for level, f in chosen.items()}


class Prior:
    """One cause in one stratum."""

    def __init__(
        self,
        cause: Cause,
        average: Array,
        facts: Mapping[str, FactTable],
        effects: Mapping[str, dict[str, tuple[Array, Array]]],
        set_to: Mapping[str, Array],
    ) -> None:
        """`average`: the published figure. `effects`: mover -> level -> (log odds ratio, log relative risk).

        `set_to`: setter -> P(present) while its fact holds.
        """
        self.average = average
        self.facts = facts
        self.is_fact = (cause.prior.fact, cause.prior.fact_levels) if cause.prior.fact else None
        self.effects = effects
        self.setters: tuple[Setter, ...] = cause.prior.set_by
        self.set_to = set_to
        self.intercept = self._intercept()

    def given(self, known: Mapping[str, frozenset[str] | None]) -> Array:
        """(lanes,) P(present), with what is known about the facts of this cause."""
        if not any(known.values()):
            return self.average
        if self.is_fact is not None:
            fact, levels = self.is_fact
            weights = self.facts[fact].weights(known.get(fact))
            return sum((w for level, w in weights.items() if level in levels), np.zeros_like(self.average))
        result = np.zeros_like(self.average)
        remaining = np.ones_like(self.average)
        for setter in self.setters:
            weights = self.facts[setter.fact].weights(known.get(setter.fact))
            holds = sum((w for level, w in weights.items() if level in setter.levels), np.zeros_like(remaining))
            result = result + remaining * holds * self.set_to[setter.fact]
            remaining = remaining * (1.0 - holds)
        return np.clip(result + remaining * self._moved(known), 0.0, 1.0)

    def _moved(self, known: Mapping[str, frozenset[str] | None]) -> Array:
        total = np.zeros_like(self.average)
        for weight, log_odds, log_risk in self._combinations(known):
            total = total + weight * self._risk(self.intercept, log_odds, log_risk)
        return total

    @staticmethod
    def _risk(intercept: Array, log_odds: Array, log_risk: Array) -> Array:
        return np.minimum(convert.expit(intercept + log_odds) * np.exp(log_risk), 0.999)

    def _combinations(self, known: Mapping[str, frozenset[str] | None]) -> list[tuple[Array, Array, Array]]:
        """Every combination of levels of the movers: weight, summed log odds ratio, summed log relative risk."""
        zero, one = np.zeros_like(self.average), np.ones_like(self.average)
        combos = [(one, zero, zero)]
        for fact, levels in self.effects.items():
            weights = self.facts[fact].weights(known.get(fact))
            combos = [
                (w * weights[level], o + levels[level][0], r + levels[level][1])
                for (w, o, r), level in itertools.product(combos, weights)
            ]
        return combos

    def _intercept(self) -> Array:
        """The log-odds that give back the average once facts that set the prior have had their part."""
        unset = np.ones_like(self.average)
        part = np.zeros_like(self.average)
        for setter in self.setters:
            weights = self.facts[setter.fact].weights(None)
            holds = sum((w for level, w in weights.items() if level in setter.levels), np.zeros_like(unset))
            part = part + unset * holds * self.set_to[setter.fact]
            unset = unset * (1.0 - holds)
        left = np.where(unset > _SMALL, (self.average - part) / np.maximum(unset, _SMALL), self.average)
        target = np.clip(left, _SMALL, 1.0 - _SMALL)
        intercept = convert.logit(target)
        if not self.effects:
            return intercept
        combos = self._combinations({})
        low, high = intercept - 30.0, intercept + 30.0
        for _ in range(60):  # bisection: the mean grows with the intercept
            middle = (low + high) / 2
            mean = sum(w * self._risk(middle, o, r) for w, o, r in combos)
            low, high = np.where(mean < target, middle, low), np.where(mean < target, high, middle)
        return (low + high) / 2


def mover_effects(
    mover: Mover, levels: tuple[str, ...], normal: str, key: str, draw: Lookup, unadjusted_weight: float
) -> dict[str, tuple[Array, Array]]:
    """level -> (log odds ratio, log relative risk) against the normal level."""
    weight = 1.0 if mover.adjusted else unadjusted_weight
    effects: dict[str, tuple[Array, Array]] = {}
    zero = np.zeros(1)
    for level in levels:
        odds = risk = zero
        if level != normal:
            if (number := mover.odds_ratios.get(level, mover.odds_ratio)) is not None:
                path = f"odds_ratios.{level}" if mover.odds_ratios else "odds_ratio"
                odds = np.log(draw(f"{key}.{path}", number, "ratio")) * weight
            if (number := mover.relative_risks.get(level, mover.relative_risk)) is not None:
                path = f"relative_risks.{level}" if mover.relative_risks else "relative_risk"
                risk = np.log(draw(f"{key}.{path}", number, "ratio")) * weight
        effects[level] = (odds, risk)
    return effects
