"""What to ask, look at or test next: what each open finding is expected to tell, for what it costs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kram.assessment.matching import Standing
from kram.inference.information import Outlook, outlook
from kram.knowledge.entries import Finding
from kram.knowledge.ladders import ladders, level_ids, reference
from kram.model.network import Array, Network, Posterior
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


def judge(suppositions: list[Supposition], posteriors: dict[int, Posterior]) -> Outlook:
    """`posteriors` by identity of the networks in the suppositions."""
    weights, shares, danger = [], [], []
    for supposition in suppositions:
        mass = 0.0
        joint: Array = np.zeros(0)
        peril = 0.0
        for factor, network in supposition.terms:
            posterior = posteriors[id(network)]
            evidence = factor * float(posterior.evidence[0])
            mass += evidence
            joint = evidence * posterior.shares[0] + (joint if joint.size else 0.0)
            peril += evidence * float(posterior.danger[0])
        mass = max(mass, 0.0)
        weights.append(mass)
        safe = mass if mass > 0 else 1.0
        shares.append(np.clip(joint / safe, 0.0, None))
        danger.append(min(max(peril / safe, 0.0), 1.0))
    table = np.array(shares)
    totals = table.sum(axis=1, keepdims=True)
    table = np.divide(table, totals, out=np.zeros_like(table), where=totals > 0)
    return outlook(np.array(weights), table, np.array(danger))
