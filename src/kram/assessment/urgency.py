"""How soon care is needed: the highest of the rules, the critical values, and what the causes ask for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from kram.assessment.answers import Answers
from kram.assessment.matching import Standing
from kram.knowledge.entries import Finding, RedFlag, Urgency
from kram.knowledge.knowledge import Knowledge
from kram.model.evidence import Evidence

SEXES: tuple[Literal["female", "male"], ...] = ("female", "male")
ORDER: tuple[Urgency, ...] = ("self_care", "routine", "soon", "same_day", "emergency")


def higher(one: Urgency, other: Urgency) -> Urgency:
    return max(one, other, key=ORDER.index)


def flags_met(standing: Standing) -> list[RedFlag]:
    """The red flags and critical values that hold, most urgent first."""
    met = [flag for flag in standing.knowledge.red_flags.values() if standing.holds(flag.when) is True]
    return sorted(met, key=lambda flag: -ORDER.index(flag.urgency))


def screen_open(standing: Standing) -> list[Finding]:
    """Questions of the red-flag screen that apply to this person and are not answered."""
    known = standing.answers.evidence.answers
    found = []
    for ticks in standing.knowledge.screen.values():
        if not ticks.warning or (ticks.asked_if is not None and standing.holds(ticks.asked_if) is False):
            continue
        found += [standing.knowledge.findings[id] for id in ticks.findings if id not in known]
    return found


def urgency(standing: Standing, flags: list[RedFlag], screen_answered: bool) -> Urgency:
    """Never lower than the flags; self-care only when the screen is answered and nothing for a doctor leads."""
    level: Urgency = "routine"
    for flag in flags:
        level = higher(level, flag.urgency)
    for cause in standing.knowledge.causes.values():
        own = cause.urgency
        if own is None:
            continue
        threshold = own.presence_at_least
        if threshold is None:
            threshold = standing.knowledge.settings.thresholds[own.level]
        if standing.presence[cause.id] >= threshold:
            level = higher(level, own.level)
    if level == "routine" and not flags and screen_answered and not _doctor_needed(standing):
        return "self_care"
    return level


def _doctor_needed(standing: Standing) -> bool:
    """The likeliest cause is a disease, or a medicine that somebody prescribed (the unexplained part is neither)."""
    leader = max(standing.shares, key=lambda id: standing.shares[id])
    cause = standing.knowledge.causes.get(leader)
    if cause is None:
        return False
    fact = standing.knowledge.findings.get(cause.prior.fact or "")
    return cause.disease or (fact is not None and fact.kind == "medicine")


def flags_of_anyone(knowledge: Knowledge, findings: Mapping[str, object]) -> list[RedFlag]:
    """The red flags that hold for these yes-or-no answers at some age and sex: before a person is known."""
    levels = {id: frozenset({str(given)}) for id, given in findings.items() if id in knowledge.findings}
    found: dict[str, RedFlag] = {}
    people = [Evidence(age, sex, levels) for age in knowledge.settings.plausible_age for sex in SEXES]
    for person in people:
        for flag in flags_met(Standing(knowledge, Answers(person))):
            found[flag.id] = flag
    return sorted(found.values(), key=lambda flag: -ORDER.index(flag.urgency))


def still_possible(standing: Standing) -> list[RedFlag]:
    """Red flags that may come yet, whatever was answered today: all but those that this person cannot have."""
    answers = standing.answers
    findings = standing.knowledge.findings
    settled = {
        id: levels
        for id, levels in answers.evidence.answers.items()
        if findings[id].asked_if is not None and id not in answers.given
    }
    bare = Standing(standing.knowledge, Answers(replace(answers.evidence, answers=settled)))
    return [flag for flag in standing.knowledge.red_flags.values() if bare.holds(flag.when) is not False]
