"""The interview on the cases that come with kram, answered truthfully: short, and as good as the full case.

The full case is what the person could have said: nobody measures potassium in an interview.
"""

import contextlib
import statistics
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from kram.assessment.answers import Answers
from kram.assessment.case_reading import PREGNANCY
from kram.assessment.interviewing import next_step
from kram.errors import CaseError
from kram.evaluation.casebook import SHIPPED, UNEXPLAINED, expectation, rank
from kram.knowledge.ladders import level_ids, reference
from kram.model.evidence import Evidence
from kram.surfaces.terminal.case_files import cases_in
from tests.spec.shared import answers as read
from tests.spec.shared import assessor
from tests.spec.test_every_cause import CAUSES, cases_of

CASES = list(cases_in(SHIPPED))
SAID = ("question", "condition", "medicine")
MOST = 40


@dataclass
class Talk:
    """What was asked, and what was known at the end."""

    asked: list[str]
    answers: Answers


def talk(full: Answers) -> Talk:
    """Everything that the case says is told when asked; the rest is not known."""
    known = full.evidence.answers
    told: dict[str, frozenset[str]] = {}
    asked: list[str] = []
    kinds: list[str] = []
    complete: frozenset[str] = frozenset()
    while len(asked) < MOST:
        so_far = replace(
            full,
            evidence=Evidence(full.evidence.age, full.evidence.sex, dict(told)),
            values={id: value for id, value in full.values.items() if id in told},
            medicines=full.medicines if "medicines" in asked else {},
            complete=complete,
        )
        step = next_step(assessor(), so_far, frozenset(asked))
        if step.kind == "done":
            return Talk(kinds, so_far)
        kinds.append(step.finding.id if step.finding else step.ticks.id if step.ticks else step.kind)
        findings = assessor().knowledge.findings
        if step.kind == "screen":
            assert step.ticks is not None
            asked.append(step.ticks.id)
            told |= {f.id: known.get(f.id, frozenset({reference(f)})) for f in step.findings}
        elif step.kind in ("medicines", "conditions"):
            asked.append(step.kind)
            kind = "medicine" if step.kind == "medicines" else "condition"
            told |= {f.id: known.get(f.id, frozenset({reference(f)})) for f in findings.values() if f.kind == kind}
            complete = complete | {step.kind}
        else:
            assert step.finding is not None
            asked.append(step.finding.id)
            if step.finding.id in known:
                told[step.finding.id] = known[step.finding.id]
            elif step.finding.id == PREGNANCY:
                told[PREGNANCY] = frozenset({level_ids(step.finding)[0]})
    raise AssertionError(f"the interview does not end: {kinds}")


def said(case: dict[str, Any]) -> Answers:
    """The case without examinations and tests."""
    full = read(case)
    findings = assessor().knowledge.findings
    kept = {id: levels for id, levels in full.evidence.answers.items() if findings[id].kind in SAID}
    values = {id: value for id, value in full.values.items() if id in kept or id not in findings}
    return replace(full, evidence=Evidence(full.evidence.age, full.evidence.sex, kept), values=values)


@cache
def talks() -> dict[str, Talk]:
    return {file: talk(said(raw)) for file, raw in CASES}


def test_the_median_interview_has_at_most_twelve_questions() -> None:
    assert statistics.median(len(t.asked) for t in talks().values()) <= 12


def test_the_interview_ranks_the_true_cause_as_the_full_case_does() -> None:
    behind = []
    for file, raw in CASES:
        cause = expectation(raw, file).cause
        cause = cause if cause in assessor().knowledge.causes else UNEXPLAINED
        full = rank(assessor().assess(said(raw), "en"), cause)
        short = rank(assessor().assess(talks()[file].answers, "en"), cause)
        if short > full + 1:
            behind.append((file, full, short))
    assert len(behind) <= len(CASES) // 12, behind


def test_every_question_is_asked_of_somebody() -> None:
    knowledge = assessor().knowledge
    open_ = {finding.id for finding in knowledge.findings.values() if finding.kind == "question" and finding.ask}
    for asked in talks().values():
        open_ -= put(asked)
    for id in CAUSES:
        for case in cases_of(knowledge.causes[id]):
            if not open_:
                return
            if open_ & set(case["findings"]):
                with contextlib.suppress(CaseError):  # a pregnant man, say
                    open_ -= put(talk(said({**case, "complete": []})))
    assert not open_


def put(asked: Talk) -> set[str]:
    """Findings that were put to the person, in lists or one by one."""
    screen = assessor().knowledge.screen
    return {id for step in asked.asked for id in (screen[step].findings if step in screen else (step,))}
