"""The model for people of one age band and sex: priors, rates, the unexplained rest, links and leaks."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from kram.knowledge.ages import band_of, row_of
from kram.knowledge.causes import Cause
from kram.knowledge.entries import Finding
from kram.knowledge.figures import Scale
from kram.knowledge.ladders import ladders, level_ids, reference
from kram.knowledge.numbers import Number
from kram.model import conversions as convert
from kram.model.compiling import Compiled, Link
from kram.model.network import Array
from kram.model.priors import Effects, FactTable, Prior, mover_effects
from kram.model.rates import rate

_KEPT = 4000  # priors kept of one stratum; with 256 draws, 8 MB

Known = Mapping[str, frozenset[str] | None]


class Stratum:
    """All arrays are (…, lanes). What a person's answers change is asked of `prior` and `rate`."""

    def __init__(self, compiled: Compiled, band: int, sex: str, whole: "Stratum | None" = None) -> None:
        """`whole`: where `compiled` holds central values alone, the same stratum with all draws.

        A central rate takes its shrinkage from the spread of its draws, so it is looked up there.
        """
        self.compiled = compiled
        self.band = compiled.settings.age_bands[band]
        self.sex = sex
        self._whole = whole
        self._facts: dict[str, FactTable] = {}
        self._given: dict[tuple[int, tuple[tuple[str, frozenset[str]], ...]], Array] = {}
        self._signs: dict[str, tuple[Array, Array]] = {}
        self.exponent = self._draw("settings/settings.window_exponent", compiled.settings.window_exponent, "positive")
        self.reference = self._reference(self.band, sex)
        self._priors = [self._prior(cause) for cause in compiled.causes]

    @cached_property
    def average(self) -> Array:
        return np.stack([prior.average for prior in self._priors])

    @cached_property
    def usual_rate(self) -> Array:
        return np.stack([self.rate(index, {}) for index in range(len(self.compiled.causes))])

    @cached_property
    def rest(self) -> Array:
        return convert.rest(self.reference, self.average, self.usual_rate, self.compiled.settings.rest_floor)

    @cached_property
    def _stages(self) -> list[dict[str, Array]]:
        if self._whole is not None:
            return [{stage: r[:1] for stage, r in stages.items()} for stages in self._whole._stages]
        return [self._stage_rates(cause) for cause in self.compiled.causes]

    def prior(self, cause: int, known: Known) -> Array:
        """P(cause present), given the possible levels of its facts (None or no entry: not known)."""
        key = (cause, tuple((fact, levels) for fact, levels in known.items() if levels))
        if key not in self._given:
            if len(self._given) >= _KEPT:
                self._given.clear()
            made = self._whole._given.get(key) if self._whole is not None else None
            self._given[key] = self._priors[cause].given(known) if made is None else made[:1]
        return self._given[key]

    def rate(self, cause: int, known: Known) -> Array:
        """r_i. Where it differs by stage and the stage is not known, the rate with the same monthly risk."""
        stages = self._stages[cause]
        fact = self.compiled.causes[cause].prior.fact
        if fact is None or "" in stages:
            return stages[""]
        weights = self.fact(fact).weights(known.get(fact))
        chosen = {level: w for level, w in weights.items() if level in stages}
        total = sum(chosen.values(), np.zeros(self.compiled.lanes))
        if not chosen:
            return np.zeros(self.compiled.lanes)
        even = 1.0 / len(chosen)
        free = sum(
            np.where(total > 0, w / np.where(total > 0, total, 1.0), even) * np.exp(-stages[level])
            for level, w in chosen.items()
        )
        return np.maximum(-np.log(free), 0.0)  # rounding can leave the sum a hair above 1

    def fact(self, id: str) -> FactTable:
        """How often each level of a finding is met in this stratum."""
        if id not in self._facts:
            self._facts[id] = FactTable(self._levels(self.compiled.knowledge.findings[id]))
        return self._facts[id]

    def sign(self, id: str, rung: str) -> tuple[Array, Array]:
        """For one rung of a sign: (causes, lanes) lambda of each linked cause, in order, and (lanes,) the leak."""
        name = f"{id}:{rung}"
        if name not in self._signs:
            for side in ladders(self.compiled.knowledge.findings[id]):
                if rung in side:
                    self._climb(id, side)
        return self._signs[name]

    def _climb(self, id: str, side: tuple[str, ...]) -> None:
        """All rungs of one side. Who reaches a rung has reached the nearer ones: links and leaks fall outwards.

        A cause without a link of its own at a rung has there that of the next further one.
        """
        finding = self.compiled.knowledge.findings[id]
        n, lanes = len(self.compiled.causes), self.compiled.lanes
        frequencies = {rung: self._frequency(finding, rung) for rung in side}
        own: dict[str, Array] = {}
        further = np.zeros((n, lanes))
        for rung in reversed(side):
            further = further.copy()
            for link in self.compiled.links[id][rung]:
                further[link.cause] = self._link(link, frequencies[rung])
            own[rung] = further
        above = np.ones((n, lanes))
        leak_above = np.ones(lanes)
        for rung in side:
            frequency = frequencies[rung]
            links = np.minimum(own[rung], above)
            explained = (1.0 - self.average * links).prod(axis=0)
            leak = np.minimum(convert.leak(frequency, explained, self.compiled.settings.leak_floor), leak_above)
            self._signs[f"{id}:{rung}"] = (links, leak)
            above, leak_above = links, leak

    def _link(self, link: Link, frequency: Array) -> Array:
        """lambda of one cause on one rung."""
        sign, key = link.sign, link.key
        population = np.clip(frequency, 1e-6, 1 - 1e-6)
        spread = 0.0
        if sign.odds_ratio is not None:
            s = convert.with_odds_ratio(population, self._draw(f"{key}.odds_ratio", sign.odds_ratio, "ratio"))
            f = population
        elif sign.lr_positive is not None and sign.lr_negative is not None:
            positive = self._draw(f"{key}.lr_positive", sign.lr_positive, "ratio")
            negative = np.minimum(self._draw(f"{key}.lr_negative", sign.lr_negative, "ratio"), 0.99)
            s, f = convert.sensitivity_from_ratios(np.maximum(positive, 1.01), negative)
        elif sign.lr_positive is not None:
            s, f = self._draw(f"{key}.lr_positive", sign.lr_positive, "ratio") * population, population
        elif sign.lr_negative is not None:
            negative = self._draw(f"{key}.lr_negative", sign.lr_negative, "ratio")
            return np.clip(1.0 - negative, 0.0, 1.0)
        else:
            assert sign.sensitivity is not None  # the check sees to it
            s = self._draw(f"{key}.sensitivity", sign.sensitivity, "proportion")
            f = population
            if sign.false_positive is not None:
                f = self._draw(f"{key}.false_positive", sign.false_positive, "proportion")
            elif sign.specificity is not None:
                f = 1.0 - self._draw(f"{key}.specificity", sign.specificity, "proportion")
        if sign.referred:
            ratio, spread = convert.referral_mean(
                np.clip(s, 1e-6, 0.999),
                np.clip(f, 1e-6, 0.999),
                population,
                self.compiled.settings.referral_weight,
                self.compiled.settings.referral_reach,
            )
            wobble = np.exp(spread * self.compiled.draws.normal(f"{key}.referral"))
            s, f = ratio * wobble * population, population
        return convert.net_link(np.minimum(s, 0.999), np.minimum(f, 0.999))

    def _frequency(self, finding: Finding, rung: str) -> Array:
        """P(this rung or further) among people in general."""
        if rung in finding.frequencies:
            return self._draw(f"{finding.id}/frequencies.{rung}", finding.frequencies[rung], "proportion")
        assert finding.frequency is not None  # the check sees to it
        return self._draw(f"{finding.id}/frequency", finding.frequency, "proportion")

    def _levels(self, finding: Finding) -> dict[str, Array]:
        if finding.shares is not None:
            values = list(level_ids(finding))
            drawn = self.compiled.draws.shares(f"{finding.id}/shares", finding.shares, values)
            return dict(zip(values, drawn, strict=True))
        found: dict[str, Array] = {}
        left = np.ones(self.compiled.lanes)
        for side in ladders(finding):
            reached = [np.minimum(self._frequency(finding, rung), left) for rung in side]
            for rung, here, further in zip(side, reached, [*reached[1:], np.zeros_like(left)], strict=True):
                found[rung] = np.maximum(here - further, 0.0)
            left = left - reached[0]
        found[reference(finding)] = np.maximum(left, 0.0)
        return {level: found[level] for level in level_ids(finding)}

    def _prior(self, cause: Cause) -> Prior:
        return Prior(
            cause, lambda: self._average(cause), self.fact, self._effects, self._set_to, self.compiled.settings
        )

    def _average(self, cause: Cause) -> Array:
        """The published P(present), before anything is known about the person."""
        spec = cause.prior
        key = f"{cause.id}/prior"
        if spec.fact is not None:
            weights = self.fact(spec.fact).weights(None)
            return sum((w for level, w in weights.items() if level in spec.fact_levels), np.zeros(self.lanes))
        if spec.incidence is not None:
            assert spec.duration_months is not None  # the check sees to it
            months = np.maximum(self._draw(f"{key}.duration_months", spec.duration_months, "positive"), 1.0)
            return -np.expm1(-self._draw(f"{key}.incidence", spec.incidence, "positive") / 12.0 * months)
        assert spec.prevalence is not None  # the check sees to it
        return self._draw(f"{key}.prevalence", spec.prevalence, "proportion")

    def _effects(self, cause: Cause) -> dict[str, Effects]:
        """Mover -> its ratios."""
        effects = {}
        for mover in cause.prior.moved_by:
            finding = self.compiled.knowledge.findings[mover.fact]
            name = f"{cause.id}/prior.moved_by.{mover.fact}"
            effects[mover.fact] = mover_effects(mover, level_ids(finding), reference(finding), name, self._draw)
        return effects

    def _set_to(self, cause: Cause) -> dict[str, Array]:
        """Setter -> P(present) when it holds."""
        key = f"{cause.id}/prior.set_by"
        return {
            setter.fact: self._draw(f"{key}.{setter.fact}:{'-'.join(setter.levels)}.to", setter.to, "proportion")
            for setter in cause.prior.set_by
        }

    @property
    def lanes(self) -> int:
        return self.compiled.lanes

    def _stage_rates(self, cause: Cause) -> dict[str, Array]:
        """Level of the prior's fact -> rate; "" where one rate serves all."""
        settings = self.compiled.settings
        own = settings.age_bands[band_of(cause.typical.age, settings.age_bands)]
        typical = self._reference(own, cause.typical.sex)
        specs = {"": cause.rate} if cause.rate is not None else dict(cause.stages)
        rates = {}
        for stage, spec in specs.items():
            key = f"{cause.id}/stages.{stage}" if stage else f"{cause.id}/rate"
            assert spec is not None
            rates[stage] = rate(spec, key, self._draw, self.reference, typical, self.exponent, settings)
        for route in cause.routes:
            other = self.compiled.position[route.cause]
            through = self._priors[other]
            with_it = through.given({route.fact: frozenset({"yes"})})
            without = through.given({route.fact: frozenset({"no"})})
            mediated = self._stage_rates(self.compiled.causes[other])[""]
            rates = {s: convert.direct_part(r, with_it, without, mediated) for s, r in rates.items()}
        return rates

    def _reference(self, band: str, sex: str) -> Array:
        """Lambda_ref: the whole monthly log-risk of people of this band and sex."""
        population = self.compiled.knowledge.population
        row = row_of(population.prevalence, band, sex)
        assert row is not None  # the check sees to it
        q = self.compiled.draws.row("/population.prevalence", population.prevalence, row, "proportion")
        return convert.risk(q) / population.months**self.exponent

    def _draw(self, key: str, number: Number, scale: Scale) -> Array:
        row = row_of(number, self.band, self.sex)
        assert row is not None  # the check sees to it
        return self.compiled.draws.row(key, number, row, scale)


class MixedStratum:
    """Sex not known: halfway between the two."""

    def __init__(self, one: Stratum, other: Stratum) -> None:
        self.pair = (one, other)
        self.compiled = one.compiled
        self.rest = (one.rest + other.rest) / 2
        self.average = (one.average + other.average) / 2

    def prior(self, cause: int, known: Known) -> Array:
        return (self.pair[0].prior(cause, known) + self.pair[1].prior(cause, known)) / 2

    def rate(self, cause: int, known: Known) -> Array:
        return (self.pair[0].rate(cause, known) + self.pair[1].rate(cause, known)) / 2

    def fact(self, id: str) -> FactTable:
        tables = [stratum.fact(id).frequency for stratum in self.pair]
        return FactTable({level: (tables[0][level] + tables[1][level]) / 2 for level in tables[0]})

    def sign(self, id: str, rung: str) -> tuple[Array, Array]:
        (links, leak), (other_links, other_leak) = (stratum.sign(id, rung) for stratum in self.pair)
        return (links + other_links) / 2, (leak + other_leak) / 2
