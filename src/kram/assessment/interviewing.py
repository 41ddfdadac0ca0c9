"""The interview: given what is known and what has been asked, what comes next. It keeps nothing itself.

The order is fixed up to the adaptive part: the person, the red-flag screen, medicines and diseases, the other short
lists; then one question at a time while one is worth its cost, and a few about the cramp in any case.
"""

from dataclasses import dataclass
from typing import Literal

from kram.assessment import urgency as urgencies
from kram.assessment.answers import Answers
from kram.assessment.asking import open_findings
from kram.assessment.assessing import CLINIC, SELF, Assessor
from kram.assessment.case_reading import PREGNANCY
from kram.assessment.computing import compute
from kram.assessment.matching import Standing
from kram.assessment.proposing import Prospect, prospects
from kram.inference.information import entropy
from kram.knowledge.entries import Finding, RedFlag, TickList

Kind = Literal["pregnancy", "screen", "medicines", "conditions", "question", "done"]


@dataclass(frozen=True)
class Step:
    """What to ask now.

    `ticks` with its findings (screen), or one `finding` (question); `left`: how many more questions may be worth
    asking; `uncertainty`: bits still open about the responsible cause. `flags`: red flags met so far.
    """

    kind: Kind
    flags: tuple[RedFlag, ...]
    ticks: TickList | None = None
    findings: tuple[Finding, ...] = ()
    finding: Finding | None = None
    left: int = 0
    uncertainty: float | None = None


def next_step(assessor: Assessor, answers: Answers, asked: frozenset[str], clinic: bool = False) -> Step:
    """`asked`: findings and lists that were put to the person, answered or not."""
    standing = assessor.standing(answers)
    flags = tuple(urgencies.flags_met(standing))
    if _needs_pregnancy(standing, asked):
        return Step("pregnancy", flags, finding=assessor.knowledge.findings[PREGNANCY])
    ticks = _next_list(standing, asked, warning=True)
    if ticks is not None:
        return _ticking(_open(standing, ticks, asked), ticks, flags)
    for name in ("medicines", "conditions"):
        if name not in asked and name not in answers.complete:
            return Step(name, flags)
    ticks = _next_list(standing, asked, warning=False)
    if ticks is not None:
        return _ticking(_open(standing, ticks, asked), ticks, flags)
    return _adaptive(assessor, answers, asked, flags, CLINIC if clinic else SELF)


def _ticking(open_: list[Finding], ticks: TickList, flags: tuple[RedFlag, ...]) -> Step:
    if len(open_) == 1 and not ticks.warning:
        return Step("question", flags, finding=open_[0], left=1)
    return Step("screen", flags, ticks=ticks, findings=tuple(open_))


def _open(standing: Standing, ticks: TickList, asked: frozenset[str]) -> list[Finding]:
    """What of the list is not known, was not asked and applies to this person."""
    found = (standing.knowledge.findings[id] for id in ticks.findings)
    known = standing.answers.evidence.answers
    return [
        finding
        for finding in found
        if finding.id not in known
        and finding.id not in asked
        and (finding.asked_if is None or standing.holds(finding.asked_if) is not False)
    ]


def _adaptive(
    assessor: Assessor, answers: Answers, asked: frozenset[str], flags: tuple[RedFlag, ...], kinds: tuple[str, ...]
) -> Step:
    standing = assessor.standing(answers)
    open_ = open_findings(standing, kinds, asked)
    computed = compute(assessor.model, answers, open_, draws=False, reasons=False, engine=assessor.engine)
    standing = assessor.standing(answers, computed)
    settings = standing.knowledge.settings
    enough = _put_one_by_one(standing, asked) >= settings.interview_at_least
    least = settings.interview_stop_below if enough else settings.stop_below
    worth: list[Prospect] = [p for p in prospects(standing, computed) if p.finding is not None and p.value >= least]
    uncertainty = float(entropy(computed.posterior.shares[0]))
    if not worth:
        return Step("done", flags, uncertainty=uncertainty)
    return Step("question", flags, finding=worth[0].finding, left=len(worth), uncertainty=uncertainty)


def _put_one_by_one(standing: Standing, asked: frozenset[str]) -> int:
    """How many questions were put, or answered before, that stand on no list."""
    knowledge = standing.knowledge
    listed = {id for ticks in knowledge.screen.values() for id in ticks.findings} | {PREGNANCY}
    known = {*asked, *standing.answers.evidence.answers} - listed
    return sum(knowledge.findings[id].kind == "question" for id in known if id in knowledge.findings)


def _needs_pregnancy(standing: Standing, asked: frozenset[str]) -> bool:
    finding = standing.knowledge.findings.get(PREGNANCY)
    if finding is None or PREGNANCY in asked or PREGNANCY in standing.answers.evidence.answers:
        return False
    return finding.asked_if is None or standing.holds(finding.asked_if) is not False


def _next_list(standing: Standing, asked: frozenset[str], warning: bool) -> TickList | None:
    for ticks in standing.knowledge.screen.values():
        if ticks.warning is not warning:
            continue
        applies = ticks.asked_if is None or standing.holds(ticks.asked_if) is not False
        if applies and ticks.id not in asked and _open(standing, ticks, asked):
            return ticks
    return None
