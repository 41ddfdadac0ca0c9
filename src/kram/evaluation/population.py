"""A whole population from the model: strata with their weights, and figures that nobody typed in.

Given age and sex, the causes are independent, so prevalences are products: nothing is simulated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from kram.knowledge.ages import span
from kram.knowledge.evaluation import People
from kram.model.evidence import Evidence
from kram.model.network import Array
from kram.model.posing import Model
from kram.model.stratum import Stratum

_OLDEST = 95.0
_RARE = 1e-9


@dataclass(frozen=True)
class Part:
    """People of one age band and sex: their weight in the whole (lanes,), and one of them."""

    weight: Array
    evidence: Evidence
    stratum: Stratum


def parts(model: Model, people: People, level_of: Mapping[str, str] | None = None) -> Iterator[Part]:
    """The strata of these people; those with a fact are where the fact is common. `level_of`: further facts."""
    settings = model.compiled.settings
    first, end = span(people.age)
    given = {**people.given, **(level_of or {})}
    shares = model.compiled.knowledge.population.ages.shares
    for band in settings.age_bands:
        low, high = span(band)
        inside = max(0.0, min(end, high, _OLDEST) - max(first, low)) / (min(high, _OLDEST) - low)
        for sex in ("female", "male"):
            if inside <= 0 or people.sex not in (None, sex) or shares.get(band, 0.0) <= 0:
                continue
            age = (max(first, low) + min(end, high, _OLDEST)) / 2
            stratum = model.stratum(age, sex)
            assert isinstance(stratum, Stratum)
            weight = np.full(model.compiled.lanes, inside * shares[band])
            for fact, level in given.items():
                if fact in model.compiled.movers:
                    weight = weight * np.maximum(stratum.fact(fact).frequency[level], _RARE)  # a draw may be 0
            yield Part(weight, Evidence(age, sex, {k: frozenset({v}) for k, v in given.items()}), stratum)


def priors_and_rates(part: Part) -> tuple[Array, Array]:
    """(causes, lanes) P(present) and r_i of these people, with what is known of them."""
    compiled = part.stratum.compiled
    p, r = [], []
    for index, facts in enumerate(compiled.facts):
        known = {fact: part.evidence.answers.get(fact) for fact in facts}
        p.append(part.stratum.prior(index, known))
        r.append(part.stratum.rate(index, known))
    return np.stack(p), np.stack(r)


def with_cramp(part: Part, months: float, surely: int | None = None, never: int | None = None) -> Array:
    """(lanes,) P(at least one cramp in so many months); with a cause surely or never there."""
    p, r = priors_and_rates(part)
    if surely is not None:
        p[surely] = 1.0
    if never is not None:
        p[never] = 0.0
    longer = months**part.stratum.exponent
    none = np.exp(-part.stratum.rest * longer) * (1.0 + p * np.expm1(-r * longer)).prod(axis=0)
    return np.asarray(1.0 - none)


def average(values: list[tuple[Array, Array]]) -> Array:
    """Weighted mean of (weight, value) pairs."""
    total = sum(weight for weight, _ in values)
    return np.asarray(sum(weight * value for weight, value in values) / total)
