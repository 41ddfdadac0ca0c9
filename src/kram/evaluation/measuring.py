"""What the model says of a published figure, on every lane."""

from dataclasses import replace
from functools import singledispatch

import numpy as np

from kram.evaluation.population import Part, average, parts, priors_and_rates, with_cramp
from kram.inference.exact import posterior
from kram.knowledge.evaluation import (
    CauseFrequency,
    CharacterOfCause,
    People,
    PostTest,
    Prevalence,
    PrevalenceWithCause,
    Ratio,
    SignFrequency,
    Sufferers,
)
from kram.knowledge.ladders import ladders, reference
from kram.model.network import Array, Network, Posterior
from kram.model.posing import Model


@singledispatch
def measured(measure: object, model: Model, people: People) -> Array:  # noqa: ARG001
    """(lanes,) the figure as the model has it; lane 0 is central."""
    raise TypeError(f"no such measure: {measure!r}")


@measured.register
def _(measure: Prevalence, model: Model, people: People) -> Array:
    return average([(part.weight, with_cramp(part, measure.months)) for part in parts(model, people)])


@measured.register
def _(measure: PrevalenceWithCause, model: Model, people: People) -> Array:
    index = model.compiled.position[measure.cause]
    values = []
    for part in parts(model, people):
        present = priors_and_rates(part)[0][index]
        values.append((part.weight * np.maximum(present, 1e-12), with_cramp(part, measure.months, surely=index)))
    return average(values)


@measured.register
def _(measure: Ratio, model: Model, people: People) -> Array:
    index = model.compiled.position[measure.cause] if measure.cause else None
    exposed, others = [], []
    for part in parts(model, people):
        if index is not None:
            exposed.append((part.weight, with_cramp(part, measure.months, surely=index)))
            others.append((part.weight, with_cramp(part, measure.months, never=index)))
            continue
        assert measure.fact is not None
        finding = model.compiled.knowledge.findings[measure.fact]
        for level, side in ((measure.level, exposed), (measure.against or reference(finding), others)):
            answers = {**part.evidence.answers, measure.fact: frozenset({level})}
            known = Part(part.weight, replace(part.evidence, answers=answers), part.stratum)
            side.append((part.weight, with_cramp(known, measure.months)))
    q, q0 = average(exposed), average(others)
    match measure.scale:
        case "odds_ratio":
            return q * (1 - q0) / (q0 * (1 - q))
        case "risk_ratio":
            return q / q0
        case "rate_ratio":
            return np.log1p(-q) / np.log1p(-q0)


@measured.register
def _(measure: Sufferers, model: Model, people: People) -> Array:
    compiled = model.compiled
    if measure.cause is not None:
        index = compiled.position[measure.cause]
        return average([(weight, _of(found, measure.measure, index)) for weight, found in _sufferers(model, people)])
    assert measure.fact is not None
    if measure.fact in compiled.phi:
        return _character(model, measure.fact, measure.levels, _sufferers(model, people))
    if measure.fact in compiled.movers:
        return _fact_among_sufferers(model, people, measure.fact, measure.levels)
    return average(
        [(weight, _sign_among_sufferers(model, part, measure.fact)) for part, weight in _weighted(model, people)]
    )


@measured.register
def _(measure: SignFrequency, model: Model, people: People) -> Array:
    compiled = model.compiled
    index = compiled.position[measure.cause]
    rung = measure.level or ladders(compiled.knowledge.findings[measure.finding])[-1][0]
    values = []
    for part in parts(model, people):
        p = priors_and_rates(part)[0]
        present = np.maximum(p[index], 1e-12)
        p[index] = 1.0
        links, leak = part.stratum.sign(measure.finding, rung)
        values.append((part.weight * present, 1.0 - (1.0 - leak) * (1.0 - p * links).prod(axis=0)))
    return average(values)


@measured.register
def _(measure: CauseFrequency, model: Model, people: People) -> Array:
    index = model.compiled.position[measure.cause]
    return average([(part.weight, priors_and_rates(part)[0][index]) for part in parts(model, people)])


@measured.register
def _(measure: PostTest, model: Model, people: People) -> Array:
    index = model.compiled.position[measure.cause]
    return average([(weight, found.presence[:, index]) for weight, found in _sufferers(model, people)])


@measured.register
def _(measure: CharacterOfCause, model: Model, people: People) -> Array:
    found = _sufferers(model, people, surely=model.compiled.position[measure.cause])
    return _character(model, measure.finding, measure.levels, found)


def _network(model: Model, part: Part, surely: int | None) -> Network:
    network = model.pose(part.evidence).network()
    if surely is None:
        return network
    prior = network.prior.copy()
    prior[:, surely] = 1.0
    return replace(network, prior=prior)


def _sufferers(model: Model, people: People, surely: int | None = None) -> list[tuple[Array, Posterior]]:
    """Posteriors of those with a cramp, with their weight among all sufferers."""
    found = []
    for part in parts(model, people):
        weight = part.weight
        if surely is not None:
            weight = weight * np.maximum(priors_and_rates(part)[0][surely], 1e-12)
        result = posterior(_network(model, part, surely))
        found.append((weight * result.evidence, result))
    return found


def _of(found: Posterior, measure: str, index: int) -> Array:
    return found.presence[:, index] if measure == "presence" else found.shares[:, index + 1]


def _character(model: Model, finding: str, levels: tuple[str, ...], found: list[tuple[Array, Posterior]]) -> Array:
    """P(one of these values of the character | cramp): each cause's own, by its share."""
    values = [level.id for level in model.compiled.knowledge.findings[finding].levels]
    phi = model.compiled.phi[finding][[values.index(level) for level in levels]].sum(axis=0)
    return average([(weight, (result.shares.T * phi).sum(axis=0)) for weight, result in found])


def _fact_among_sufferers(model: Model, people: People, fact: str, levels: tuple[str, ...]) -> Array:
    here, everybody = np.zeros(model.compiled.lanes), np.zeros(model.compiled.lanes)
    for part in parts(model, people):
        for level, frequency in part.stratum.fact(fact).frequency.items():
            answers = {**part.evidence.answers, fact: frozenset({level})}
            known = Part(part.weight, replace(part.evidence, answers=answers), part.stratum)
            mass = part.weight * frequency * with_cramp(known, 1.0)
            everybody = everybody + mass
            here = here + mass * (level in levels)
    return here / everybody


def _weighted(model: Model, people: People) -> list[tuple[Part, Array]]:
    return [(part, part.weight * with_cramp(part, 1.0)) for part in parts(model, people)]


def _sign_among_sufferers(model: Model, part: Part, finding: str) -> Array:
    """P(the sign, at its first rung | cramp)."""
    posed = model.pose(part.evidence)
    network = posed.network()
    rung = ladders(model.compiled.knowledge.findings[finding])[-1][0]
    absent = posterior(posed.not_beyond(finding, (rung,), network)).evidence
    return 1.0 - absent / posterior(network).evidence
