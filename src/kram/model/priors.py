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
        self._tables: dict[frozenset[str] | None, tuple[tuple[str, ...], Array]] = {}

    def weights(self, possible: frozenset[str] | None) -> dict[str, Array]:
        """The frequencies, restricted to the levels that are possible, adding up to 1."""
        return dict(zip(*self.table(possible), strict=True))

    def table(self, possible: frozenset[str] | None) -> tuple[tuple[str, ...], Array]:
        """The same as names and (levels, lanes)."""
        if possible not in self._tables:
            names = tuple(level for level in self.frequency if possible is None or level in possible)
            chosen = np.stack([self.frequency[level] for level in names])
            total = chosen.sum(axis=0)
            shares = np.where(total > 0, chosen / np.where(total > 0, total, 1.0), 1.0 / len(names))
            self._tables[possible] = names, shares
        return self._tables[possible]


@dataclass(frozen=True)
class Effects:
    """Of one mover: log odds ratio and log risk ratio by level, (levels, lanes) or, where all are 0, (levels, 1).

    `adjusted`: from the one adjusted analysis.
    """

    levels: tuple[str, ...]
    odds: Array
    risk: Array
    adjusted: bool

    def of(self, levels: tuple[str, ...]) -> tuple[Array, Array]:
        if levels == self.levels:
            return self.odds, self.risk
        rows = [self.levels.index(level) for level in levels]
        return self.odds[rows], self.risk[rows]


class Prior:
    """One cause in one stratum. What a person does not need is not made."""

    def __init__(
        self,
        cause: Cause,
        average: Callable[[], Array],
        fact: Callable[[str], FactTable],
        effects: Callable[[Cause], Mapping[str, Effects]],
        set_to: Callable[[Cause], Mapping[str, Array]],
        settings: Settings,
    ) -> None:
        """`average`: the published figure. `effects`: mover -> its ratios. `set_to`: P(present) by setter."""
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
    def effects(self) -> Mapping[str, Effects]:
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
            certain = sum((w for level, w in weights.items() if level in levels), np.zeros_like(self.average))
            return np.minimum(certain, 1.0)  # weights add up to 1 but for rounding
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
        adjusted = [fact for fact, effects in self.effects.items() if effects.adjusted]
        separate = [fact for fact, effects in self.effects.items() if not effects.adjusted]
        lanes = self.average.shape
        weight, odds, risk = np.ones((1, *lanes)), np.zeros((1, 1)), np.zeros((1, 1))
        for fact in adjusted:
            here, own_odds, own_risk = self._levels(fact, known)
            weight, odds, risk = _each(weight, here, np.multiply), _each(odds, own_odds), _each(risk, own_risk)
        best, best_odds, best_risk = np.abs(odds + risk), odds, risk  # of the parts, the strongest so far
        for fact in separate:
            here, own_odds, own_risk = self._levels(fact, known)
            weight, odds, risk = _each(weight, here, np.multiply), _each(odds, own_odds), _each(risk, own_risk)
            strength = np.abs(own_odds + own_risk)
            stronger = _each(best, strength, np.less)
            best = _each(best, strength, np.maximum)
            best_odds = _chosen(stronger, own_odds, best_odds)
            best_risk = _chosen(stronger, own_risk, best_risk)
        whole, part = 1.0 - self.unadjusted_weight, self.unadjusted_weight
        return weight, part * odds + whole * best_odds, part * risk + whole * best_risk

    def _levels(self, fact: str, known: Mapping[str, frozenset[str] | None]) -> tuple[Array, Array, Array]:
        """Weights, log odds ratios and log risk ratios of the levels that are possible."""
        levels, weights = self.fact(fact).table(known.get(fact))
        return weights, *self.effects[fact].of(levels)

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


def _each(table: Array, own: Array, what: np.ufunc = np.add) -> Array:
    """(combinations, lanes) and (levels, lanes): every combination with every level."""
    joined = what(table[:, None], own)
    return np.asarray(joined.reshape(-1, joined.shape[-1]))


def _chosen(which: Array, own: Array, table: Array) -> Array:
    """Like `_each`: of a level its own where `which` says so, else what the combination had."""
    mask = which.reshape(len(table), len(own), -1)
    joined = np.where(mask, own, table[:, None])
    return np.asarray(joined.reshape(-1, joined.shape[-1]))


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


def mover_effects(mover: Mover, levels: tuple[str, ...], normal: str, key: str, draw: Lookup) -> Effects:
    """The ratios of every level against the normal one."""
    zero = np.zeros(1)
    odds, risk = [zero] * len(levels), [zero] * len(levels)
    for row, level in enumerate(levels):
        if level == normal:
            continue
        if (number := mover.odds_ratios.get(level, mover.odds_ratio)) is not None:
            path = f"odds_ratios.{level}" if mover.odds_ratios else "odds_ratio"
            odds[row] = np.log(draw(f"{key}.{path}", number, "ratio"))
        if (number := mover.relative_risks.get(level, mover.relative_risk)) is not None:
            path = f"relative_risks.{level}" if mover.relative_risks else "relative_risk"
            risk[row] = np.log(draw(f"{key}.{path}", number, "ratio"))
    return Effects(levels, _stacked(odds), _stacked(risk), mover.adjusted)


def _stacked(rows: list[Array]) -> Array:
    lanes = max(row.size for row in rows)
    return np.stack([np.broadcast_to(row, lanes) for row in rows])
