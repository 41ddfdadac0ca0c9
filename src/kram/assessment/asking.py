"""What to ask, look at or test next: what each open finding is expected to tell, for what it costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kram.assessment.matching import Standing
from kram.inference.information import Outlook, outlooks
from kram.knowledge.entries import Finding
from kram.knowledge.ladders import ladders, level_ids, reference
from kram.model.network import Network, Posterior
from kram.model.posing import Posed


@dataclass(frozen=True)
class Supposition:
    """One answer as a signed sum of networks: weight times what each would leave."""

    terms: tuple[tuple[float, Network], ...]


def open_findings(standing: Standing, kinds: Iterable[str], asked: frozenset[str]) -> list[Finding]:
    """Findings of these kinds that are not known, not yet asked, and apply to this person."""
    wanted = set(kinds)
    known = standing.answers.evidence.answers
    return [
        finding
        for finding in standing.knowledge.findings.values()
        if finding.kind in wanted
        and finding.ask
        and finding.id not in asked
        and len(known.get(finding.id, ())) != 1
        and (finding.asked_if is None or standing.holds(finding.asked_if) is not False)
    ]


def suppose(posed: Posed, finding: Finding) -> list[Supposition]:
    """Every answer to an open finding, laid out for inference. Empty where the model does not look at it."""
    compiled = posed.model.compiled
    as_sign = finding.id in compiled.links
    as_fact = finding.id in compiled.movers
    if not as_sign and not as_fact and finding.id not in compiled.phi:
        return []
    possible = posed.evidence.answers.get(finding.id)
    weights = posed.stratum.fact(finding.id).weights(possible) if as_fact and not as_sign else {}
    found = []
    made: dict[tuple[int, tuple[str, ...]], Network] = {}  # answers share what they are made of

    def not_beyond(rungs: tuple[str, ...], network: Network) -> Network:
        key = (id(network), rungs)
        if key not in made:
            made[key] = posed.not_beyond(finding.id, rungs, network)
        return made[key]

    for level in level_ids(finding):
        if possible is not None and level not in possible:
            continue
        network = posed.supposed(finding.id, frozenset({level}))
        if as_sign:
            terms = tuple((sign, not_beyond(rungs, network)) for sign, rungs in _rungs(finding, level))
        else:
            weight = float(weights[level][0]) if level in weights else 1.0
            terms = ((weight, network),)
        found.append(Supposition(terms))
    return found


def _rungs(finding: Finding, level: str) -> list[tuple[float, tuple[str, ...]]]:
    """P(exactly this level) as P(not beyond it) - P(not even it), each as rungs that are not reached."""
    sides = ladders(finding)
    normal = reference(finding)
    if level == normal:
        return [(1.0, tuple(side[0] for side in sides))]
    side = next(side for side in sides if level in side)
    at = side.index(level)
    low_first = (sides[0][0],) if len(sides) == 2 and side is sides[1] else ()  # the high side: and not low
    beyond = (side[at + 1],) if at + 1 < len(side) else ()
    return [(1.0, (*low_first, *beyond)), (-1.0, (*low_first, level))]


def judge(questions: Mapping[str, list[Supposition]], posteriors: Mapping[int, Posterior]) -> dict[str, Outlook]:
    """What the answer to each question promises. `posteriors` by identity of the networks in the suppositions."""
    if not questions:
        return {}
    most = max(len(suppositions) for suppositions in questions.values())
    causes = next(iter(posteriors.values())).shares.shape[1]
    weights, danger = np.zeros((len(questions), most)), np.zeros((len(questions), most))
    shares = np.zeros((len(questions), most, causes))
    for row, suppositions in enumerate(questions.values()):
        for column, supposition in enumerate(suppositions):
            for factor, network in supposition.terms:
                posterior = posteriors[id(network)]
                evidence = factor * float(posterior.evidence[0])
                weights[row, column] += evidence
                shares[row, column] += evidence * posterior.shares[0]
                danger[row, column] += evidence * float(posterior.danger[0])
    weights = np.maximum(weights, 0.0)  # one term taken from another can leave a hair below nothing
    safe = np.where(weights > 0, weights, 1.0)
    shares = np.maximum(shares / safe[..., None], 0.0)
    totals = shares.sum(axis=-1, keepdims=True)
    shares = np.divide(shares, totals, out=np.zeros_like(shares), where=totals > 0)
    found = outlooks(weights, shares, np.clip(danger / safe, 0.0, 1.0))
    return dict(zip(questions, found, strict=True))
