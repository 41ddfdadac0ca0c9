"""P(cause present) for one stratum, moved by what is known about the person.

What is not known is averaged over its own frequency; the intercept is set such that averaging over everything
gives back the published figure.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kram.knowledge.causes import Cause, Mover, Setter
from kram.model import conversions as convert
from kram.model.drawing import Lookup
from kram.model.network import Array

_SMALL = 1e-9
_MOST = 0.999  # no relative risk makes a cause certain


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


@dataclass(frozen=True)
class Effect:
    """Log odds ratio and log relative risk of one level of a fact; `adjusted`: from the one adjusted analysis."""

    odds: Array
    risk: Array
    adjusted: bool


class Prior:
    """One cause in one stratum."""

    def __init__(
        self,
        cause: Cause,
        average: Array,
        facts: Mapping[str, FactTable],
        effects: Mapping[str, dict[str, Effect]],
        set_to: Mapping[str, Array],
        unadjusted_weight: float,
    ) -> None:
        """`average`: the published figure. `effects`: mover -> level -> ratios. `set_to`: P(present) by setter."""
        self.unadjusted_weight = unadjusted_weight
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
            total = sum((w for level, w in weights.items() if level in levels), np.zeros_like(self.average))
            return np.minimum(total, 1.0)  # parts of a whole may add up to a hair above it
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
        return np.minimum(convert.expit(intercept + log_odds) * np.exp(log_risk), _MOST)

    def _combinations(self, known: Mapping[str, frozenset[str] | None]) -> list[tuple[Array, Array, Array]]:
        """Every combination of levels of the movers: weight, log odds ratio, log relative risk."""
        one = np.ones_like(self.average)
        combos: list[tuple[Array, tuple[Effect, ...]]] = [(one, ())]
        for fact, levels in self.effects.items():
            weights = self.facts[fact].weights(known.get(fact))
            combos = [
                (w * weights[level], (*effects, levels[level]))
                for (w, effects), level in itertools.product(combos, weights)
            ]
        return [(w, *self._together(effects)) for w, effects in combos]

    def _together(self, effects: tuple[Effect, ...]) -> tuple[Array, Array]:
        """Log odds ratio and log relative risk of several known facts.

        Ratios of one adjusted analysis add up. Analyses that knew nothing of each other overlap: the strongest
        enters whole, the others at part of their logarithm.
        """
        zero = np.zeros_like(self.average)
        own = [effect for effect in effects if effect.adjusted]
        parts = [(sum((e.odds for e in own), zero), sum((e.risk for e in own), zero))]
        parts += [(zero + e.odds, zero + e.risk) for e in effects if not e.adjusted]
        odds = np.stack([o for o, _ in parts])
        risk = np.stack([r for _, r in parts])
        strongest = np.abs(odds + risk).argmax(axis=0)
        share = np.where(np.arange(len(parts))[:, None] == strongest, 1.0, self.unadjusted_weight)
        return (odds * share).sum(axis=0), (risk * share).sum(axis=0)

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
        weight, log_odds, log_risk = (np.stack(part) for part in zip(*self._combinations({}), strict=True))
        return _solve(intercept, target, weight, log_odds, log_risk)


def _solve(start: Array, target: Array, weight: Array, log_odds: Array, log_risk: Array) -> Array:
    """The intercept whose weighted mean risk is `target`; arrays are (combinations, lanes).

    Newton on the logarithm of the mean, which rises with the intercept; steps are kept short, and the few lanes in
    which a risk is capped converge all the same because the mean still rises there.
    """
    intercept = start - np.log((weight * np.exp(log_odds + log_risk)).sum(axis=0))
    for _ in range(60):
        odds = convert.expit(intercept + log_odds)
        risk = odds * np.exp(log_risk)
        slope = (weight * np.where(risk < _MOST, risk * (1.0 - odds), 0.0)).sum(axis=0)
        mean = (weight * np.minimum(risk, _MOST)).sum(axis=0)
        step = np.log(target / mean) * mean / np.maximum(slope, 1e-12 * mean)
        intercept = intercept + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-13:
            break
    return intercept


def mover_effects(mover: Mover, levels: tuple[str, ...], normal: str, key: str, draw: Lookup) -> dict[str, Effect]:
    """Level -> its ratios against the normal level."""
    effects: dict[str, Effect] = {}
    zero = np.zeros(1)
    for level in levels:
        odds = risk = zero
        if level != normal:
            if (number := mover.odds_ratios.get(level, mover.odds_ratio)) is not None:
                path = f"odds_ratios.{level}" if mover.odds_ratios else "odds_ratio"
                odds = np.log(draw(f"{key}.{path}", number, "ratio"))
            if (number := mover.relative_risks.get(level, mover.relative_risk)) is not None:
                path = f"relative_risks.{level}" if mover.relative_risks else "relative_risk"
                risk = np.log(draw(f"{key}.{path}", number, "ratio"))
        effects[level] = Effect(odds, risk, mover.adjusted)
    return effects
