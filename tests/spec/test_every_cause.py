"""Every cause can come first on some plausible case: its own bearer, who answers as its own page says.

First among the causes: the unexplained part is none, and of a common medicine with a small effect it stays the largest.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from kram.errors import CaseError
from kram.knowledge.causes import Cause
from kram.knowledge.ladders import level_ids, reference
from kram.knowledge.numbers import Number, point
from tests.spec.shared import assess, assessor

CAUSES = sorted(assessor().knowledge.causes)
AGES = (25.0, 45.0, 70.0)
SEXES = ("female", "male")
LISTS = ["conditions", "medicines", "findings"]
STRONG = 3.0  # a sign that is so many times as common in the cause


def size(number: Number) -> float:
    return point(number.by[-1] if number.by else number)


def telling_levels(cause: Cause, risks: bool) -> dict[str, str]:
    """The fact that makes the cause, those that set or strongly raise it, and its telling signs: finding -> level."""
    findings = assessor().knowledge.findings
    told: dict[str, str] = {}
    if cause.prior.fact:
        told[cause.prior.fact] = cause.prior.fact_levels[-1]
    for setter in sorted(cause.prior.set_by, key=lambda setter: -size(setter.to)):
        if size(setter.to) > 0.5 or not told:
            told.setdefault(setter.fact, setter.levels[-1])
    for mover in cause.prior.moved_by if risks else ():
        ratios = {**mover.odds_ratios, **mover.relative_risks}
        if not ratios:
            number = mover.odds_ratio or mover.relative_risk
            ratios = {
                next(id for id in level_ids(findings[mover.fact]) if id != reference(findings[mover.fact])): number
            }
        level = max(ratios, key=lambda level: size(ratios[level]))
        if size(ratios[level]) >= STRONG:
            told.setdefault(mover.fact, level)
    for link in cause.signs:
        finding = findings[link.finding]
        level = link.level or level_ids(finding)[-1]
        told[link.finding] = level
    return told


def most_telling(cause: Cause) -> dict[str, str]:
    """Of each character of the cramp the value that speaks most for the cause."""
    findings = assessor().knowledge.findings
    chosen = {}
    for name, own in cause.character.items():
        usual = findings[name].shares
        assert usual is not None
        chosen[name] = max(own.shares, key=lambda value: own.shares[value] / usual.shares[value])
    return chosen


def cases_of(cause: Cause) -> Iterator[dict[str, Any]]:
    """The bearer with and without what raises the risk; with all else denied; at other ages; with one sign of all."""
    people = list(itertools.product((cause.typical.age, *AGES), (cause.typical.sex, *SEXES)))
    signs = {link.finding for link in cause.signs}
    for kept in (signs, *({sign} for sign in sorted(signs))):
        for (age, sex), risks, complete in itertools.product(people, (True, False), ([], LISTS)):
            told = {id: level for id, level in telling_levels(cause, risks).items() if id in kept or id not in signs}
            yield {
                "person": {"age": age, "sex": sex},
                "findings": {**told, **most_telling(cause)},
                "complete": complete,
            }


@pytest.mark.parametrize("id", CAUSES)
def test_it_can_come_first(id: str) -> None:
    cause = assessor().knowledge.causes[id]
    leaders = []
    for case in cases_of(cause):
        try:
            shares = {c.id: c.share for c in assess(case).causes}
        except CaseError:  # a pregnant man, say
            continue
        leaders.append(max(shares, key=lambda id: shares[id]))
        if leaders[-1] == id:
            return
    pytest.fail(f"first came {', '.join(sorted(set(leaders)))}")
