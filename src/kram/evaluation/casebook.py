"""Cases with a known answer: where the true cause ranks, whether the urgency was right, and what misled where not."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import read_case
from kram.assessment.result import Assessment
from kram.assessment.urgency import ORDER
from kram.errors import CaseError
from kram.evaluation.literature import wilson
from kram.knowledge.entries import Urgency
from kram.knowledge.knowledge import Knowledge

SHIPPED = Path(__file__).parents[1] / "cases"
UNEXPLAINED = "unexplained"
_TINY = 1e-12

Half = Literal["first", "second"]


class Expectation(Struct, frozen=True):
    """The known answer: `also` names causes that would be right as well.

    `told`: limited where what could be read of the report leaves out the age, the main complaint or the leg itself.
    """

    cause: str
    urgency: Urgency
    also: tuple[str, ...] = ()
    lead: str = "cramp"
    kind: str = "report"
    told: Literal["full", "limited"] = "full"
    source: str = ""


class Scored(Struct, frozen=True):
    """`rank`: of the true cause by share (a dangerous one also by presence among the dangerous); `accepted`: of the
    best of the causes that would be right. `evidence`: log10 likelihood ratio of the true cause against the rest.
    """

    id: str
    half: Half
    kind: str
    lead: str
    told: Literal["full", "limited"]
    group: str
    cause: str
    rank: int
    accepted: int
    evidence: float
    urgency: Urgency
    expected_urgency: Urgency
    leading: str
    misled_by: tuple[str, ...]
    not_understood: tuple[str, ...]

    @property
    def lower_than_expected(self) -> bool:
        return ORDER.index(self.urgency) < ORDER.index(self.expected_urgency)


class Share(Struct, frozen=True):
    """So many of so many, with the 95% Wilson interval."""

    hits: int
    of: int
    interval: tuple[float, float]


class Summary(Struct, frozen=True):
    name: str
    first: Share
    top3: Share
    top5: Share
    accepted_first: Share
    accepted_top3: Share
    urgency_right: Share
    urgency_too_low: Share
    urgency_too_high: Share
    median_evidence: float


def half_of(id: str) -> Half:
    """By a hash of the id, so that a case never changes sides."""
    return "first" if hashlib.sha256(id.encode()).digest()[0] % 2 == 0 else "second"


def expectation(raw: Mapping[str, Any], file: str) -> Expectation:
    """Raises CaseError where the case says no answer."""
    expect = raw.get("expect")
    if not isinstance(expect, dict) or "cause" not in expect or expect.get("urgency") not in ORDER:
        raise CaseError("expect_missing", file=file, known=", ".join(ORDER))
    return Expectation(**{**expect, "also": tuple(expect.get("also", ()))})


def score_all(assessor: Assessor, cases: Iterable[tuple[str, Mapping[str, Any]]], lang: str) -> list[Scored]:
    """Each (file, case) in turn."""
    return [score(assessor, raw, file, lang) for file, raw in cases]


def score(assessor: Assessor, raw: Mapping[str, Any], file: str, lang: str) -> Scored:
    """Assess one case and hold it against its answer."""
    expect = expectation(raw, file)
    known = assessor.knowledge
    for cause in (expect.cause, *expect.also):
        if cause != UNEXPLAINED and cause not in known.causes and cause not in known.drafts:
            raise CaseError("expect_cause_unknown", file=file, cause=cause)
    right = tuple(_in_the_model(cause, known) for cause in (expect.cause, *expect.also))
    assessment = assessor.assess(read_case(raw, assessor.lookup, file), lang)
    empty = assessor.assess(read_case({"person": raw["person"]}, assessor.lookup, file), lang)
    leading = ranking(assessment)[0]
    entry = known.causes.get(right[0])
    id = str(raw.get("id", file))
    return Scored(
        id=id,
        half=half_of(id),
        kind=expect.kind,
        lead=expect.lead,
        told=expect.told,
        group=entry.group if entry else UNEXPLAINED,
        cause=expect.cause,
        rank=rank(assessment, right[0]),
        accepted=min(rank(assessment, cause) for cause in right),
        evidence=_log10_ratio(assessment, empty, right[0]),
        urgency=assessment.urgency,
        expected_urgency=expect.urgency,
        leading=leading,
        misled_by=tuple(
            f"{row.name}: {row.answer} ({row.log_odds:+.1f})"
            for row in assessment.why
            if row.cause == leading and row.log_odds > 0
        )[:4],
        not_understood=tuple(item.given for item in assessment.not_understood),
    )


def _in_the_model(cause: str, knowledge: Knowledge) -> str:
    """A draft is not computed with: what the model should say there is that it cannot explain the cramps."""
    return cause if cause in knowledge.causes else UNEXPLAINED


def ranking(assessment: Assessment) -> list[str]:
    """Causes and "unexplained" by share, largest first."""
    shares = shares_of(assessment)
    return sorted(shares, key=lambda id: (-shares[id], id))


def shares_of(assessment: Assessment) -> dict[str, float]:
    return {UNEXPLAINED: assessment.unexplained.share, **{cause.id: cause.share for cause in assessment.causes}}


def rank(assessment: Assessment, cause: str) -> int:
    """By share; of a dangerous cause also by presence among the dangerous ones, whichever is better."""
    places = [ranking(assessment).index(cause) + 1]
    dangerous = sorted((c for c in assessment.causes if c.dangerous), key=lambda c: (-c.presence, c.id))
    places += [place for place, c in enumerate(dangerous, 1) if c.id == cause]
    return min(places)


def summarize(name: str, scored: Sequence[Scored]) -> Summary:
    order = {case.id: ORDER.index(case.urgency) - ORDER.index(case.expected_urgency) for case in scored}
    evidence = sorted(case.evidence for case in scored)
    return Summary(
        name=name,
        first=_share(scored, [case.rank <= 1 for case in scored]),
        top3=_share(scored, [case.rank <= 3 for case in scored]),
        top5=_share(scored, [case.rank <= 5 for case in scored]),
        accepted_first=_share(scored, [case.accepted <= 1 for case in scored]),
        accepted_top3=_share(scored, [case.accepted <= 3 for case in scored]),
        urgency_right=_share(scored, [order[case.id] == 0 for case in scored]),
        urgency_too_low=_share(scored, [order[case.id] < 0 for case in scored]),
        urgency_too_high=_share(scored, [order[case.id] > 0 for case in scored]),
        median_evidence=evidence[len(evidence) // 2] if evidence else math.nan,
    )


def summaries(scored: Sequence[Scored]) -> list[Summary]:
    """All, each half, each kind with its lead, each group."""
    found = [summarize("all", scored)]
    for label in ("half", "kind", "lead", "group"):
        for value in sorted(Counter(getattr(case, label) for case in scored)):
            found.append(summarize(f"{label}: {value}", [case for case in scored if getattr(case, label) == value]))
    led = [case for case in scored if case.kind == "report" and case.lead == "cramp"]
    if led:
        found.insert(1, summarize("reports that lead with cramps", led))
        full = [case for case in led if case.told == "full"]
        found.insert(2, summarize("reports that lead with cramps, told in full", full))
    return found


def _share(scored: Sequence[Scored], hits: list[bool]) -> Share:
    return Share(sum(hits), len(scored), wilson(sum(hits), len(scored)) if scored else (0.0, 1.0))


def _log10_ratio(assessment: Assessment, empty: Assessment, cause: str) -> float:
    """How much the answers moved the odds of the true cause: its share, or (dangerous) its presence."""
    return (_log_odds(_probability(assessment, cause)) - _log_odds(_probability(empty, cause))) / math.log(10)


def _probability(assessment: Assessment, cause: str) -> float:
    if cause == UNEXPLAINED:
        return assessment.unexplained.share
    entry = next(c for c in assessment.causes if c.id == cause)
    return entry.presence if entry.dangerous else entry.share


def _log_odds(p: float) -> float:
    p = min(max(p, _TINY), 1 - _TINY)
    return math.log(p / (1 - p))
