"""P(cause present) for one stratum, moved by what is known about the person.

What is not known is averaged over its own frequency; the intercept is set such that averaging over everything
gives back the published figure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kram.knowledge.causes import Cause, Mover, Setter
from kram.knowledge.settings import Settings
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
    """One cause in one stratum. What a person does not need is not made."""

    def __init__(
        self,
        cause: Cause,
        average: Callable[[], Array],
        fact: Callable[[str], FactTable],
        effects: Callable[[Cause], Mapping[str, dict[str, Effect]]],
        set_to: Callable[[Cause], Mapping[str, Array]],
        settings: Settings,
    ) -> None:
        """`average`: the published figure. `effects`: mover -> level -> ratios. `set_to`: P(present) by setter."""
        self.unadjusted_weight = settings.unadjusted_weight
        self.is_fact = (cause.prior.fact, cause.prior.fact_levels) if cause.prior.fact else None
        self.setters: tuple[Setter, ...] = cause.prior.set_by
        self.fact = fact
        self._cause = cause
        self._make = (average, effects, set_to)

    @cached_property
    def average(self) -> Array:
        return self._make[0]()

    @cached_property
    def effects(self) -> Mapping[str, dict[str, Effect]]:
        return self._make[1](self._cause)

    @cached_property
    def set_to(self) -> Mapping[str, Array]:
        return self._make[2](self._cause)

    def given(self, known: Mapping[str, frozenset[str] | None]) -> Array:
        """(lanes,) P(present), with what is known about the facts of this cause."""
        if not any(known.values()):
            return self.average
        if self.is_fact is not None:
            fact, levels = self.is_fact
            weights = self.fact(fact).weights(known.get(fact))
            return sum((w for level, w in weights.items() if level in levels), np.zeros_like(self.average))
        result = np.zeros_like(self.average)
        remaining = np.ones_like(self.average)
        for setter in self.setters:
            weights = self.fact(setter.fact).weights(known.get(setter.fact))
            holds = sum((w for level, w in weights.items() if level in setter.levels), np.zeros_like(remaining))
            result = result + remaining * holds * self.set_to[setter.fact]
            remaining = remaining * (1.0 - holds)
        return np.clip(result + remaining * self._moved(known), 0.0, 1.0)

    def _moved(self, known: Mapping[str, frozenset[str] | None]) -> Array:
        weight, log_odds, log_risk = self._combinations(known)
        risk = np.minimum(convert.expit(self.intercept + log_odds) * np.exp(log_risk), _MOST)
        return np.asarray((weight * risk).sum(axis=0))

    def _combinations(self, known: Mapping[str, frozenset[str] | None]) -> tuple[Array, Array, Array]:
        """Every combination of levels of the movers, (combinations, lanes): weight, log odds ratio, log risk ratio.

        Ratios of one adjusted analysis add up. Analyses that knew nothing of each other overlap: the strongest
        enters whole, the others at part of their logarithm.
        """
        lanes = self.average.shape
        weight = np.ones((1, *lanes))
        none = np.zeros((1, 1, *lanes))  # (part, combination, lanes): the adjusted ones together, then each other
        odds = risk = none
        for fact, levels in self.effects.items():
            weights = self.fact(fact).weights(known.get(fact))
            here = np.stack(list(weights.values()))
            own_odds, own_risk = (
                np.stack([np.broadcast_to(getattr(levels[level], name), lanes) for level in weights])
                for name in ("odds", "risk")
            )
            count, more = weight.shape[0], here.shape[0]
            weight = (weight[:, None] * here).reshape(count * more, *lanes)
            adjusted = levels[next(iter(weights))].adjusted
            odds, risk = (
                _joined(table, own, adjusted, count, more) for table, own in ((odds, own_odds), (risk, own_risk))
            )
        strongest = np.abs(odds + risk).argmax(axis=0)
        part = np.arange(odds.shape[0]).reshape(-1, *(1 for _ in strongest.shape))
        share = np.where(part == strongest, 1.0, self.unadjusted_weight)
        return weight, (odds * share).sum(axis=0), (risk * share).sum(axis=0)

    @cached_property
    def intercept(self) -> Array:
        """The log-odds that give back the average once facts that set the prior have had their part."""
        unset = np.ones_like(self.average)
        part = np.zeros_like(self.average)
        for setter in self.setters:
            weights = self.fact(setter.fact).weights(None)
            holds = sum((w for level, w in weights.items() if level in setter.levels), np.zeros_like(unset))
            part = part + unset * holds * self.set_to[setter.fact]
            unset = unset * (1.0 - holds)
        left = np.where(unset > _SMALL, (self.average - part) / np.maximum(unset, _SMALL), self.average)
        target = np.clip(left, _SMALL, 1.0 - _SMALL)
        intercept = convert.logit(target)
        if not self.effects:
            return intercept
        return _solve(intercept, target, *self._combinations({}))


def _joined(table: Array, own: Array, adjusted: bool, count: int, more: int) -> Array:
    """(parts, count, lanes) with one more mover of (more, lanes): every old combination with every level."""
    parts, lanes = table.shape[0], table.shape[2:]
    wide = np.repeat(table, more, axis=1)
    last = np.tile(own, (count, *(1 for _ in lanes)))
    if not adjusted:
        return np.concatenate([wide, last[None]])
    wide[0] += last
    return wide.reshape(parts, count * more, *lanes)


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
