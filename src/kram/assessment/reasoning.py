"""Why: what each answer did to the leading causes, and which known facts raised a cause before any sign."""

import math

from kram.assessment.answers import Answers
from kram.assessment.computing import Computed
from kram.assessment.result import Via, Why
from kram.knowledge.causes import Mover
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids, reference
from kram.knowledge.numbers import point
from kram.model.compiling import facts_of
from kram.model.evidence import Levels
from kram.texts import catalogue

_EDGE = 1e-12


def leading(knowledge: Knowledge, shares: dict[str, float]) -> list[str]:
    """Causes with a share worth speaking of first; at least the first of them."""
    ranked = sorted(knowledge.causes, key=lambda id: -shares[id])
    strong = [id for id in ranked if shares[id] >= knowledge.settings.leading_share]
    return strong or ranked[:1]


def why(knowledge: Knowledge, answers: Answers, computed: Computed, leaders: list[str], lang: str) -> list[Why]:
    """Exact leave-one-out: the log-odds of a cause being responsible, less what they are without the answer."""
    rows = []
    position = computed.posed.model.compiled.position
    raised = {cause: {item.finding for item in via(knowledge, answers, cause, lang)} for cause in leaders}
    for finding, without in computed.withheld.items():
        for cause in leaders:
            column = position[cause] + 1
            shift = _log_odds(computed.posterior.shares[0, column]) - _log_odds(without.shares[0, column])
            if abs(shift) >= knowledge.settings.reasons_from:
                rows.append(
                    Why(
                        finding,
                        (knowledge.care if finding in answers.responses else knowledge.findings)[finding].name[lang],
                        answer_text(knowledge, answers, finding, lang),
                        cause,
                        round(shift, 10),  # the last digits depend on what else was computed beside it
                        finding in raised[cause],
                    )
                )
    return sorted(rows, key=lambda row: (leaders.index(row.cause), -abs(row.log_odds), row.finding))


def answer_text(knowledge: Knowledge, answers: Answers, id: str, lang: str) -> str:
    """What was answered, in words: the medicine taken, the value measured, the level chosen, the response seen."""
    if id in answers.responses:
        words = catalogue(lang)
        return words.say("response_seen", ratio=words.figure(answers.responses[id], 2))
    finding = knowledge.findings[id]
    if id in answers.medicines:
        return medicine_names(knowledge, answers, id, lang)
    if id in answers.values:
        words = catalogue(lang)
        return f"{words.figure(answers.values[id])} {words.unit(finding.unit)}".strip()
    possible = answers.evidence.answers[id]
    if not finding.levels:
        return catalogue(lang).say("yes" if possible == {"yes"} else "no")
    for group in finding.groups:
        if possible == set(group.levels):
            return group.name[lang]
    names = {level.id: level.name[lang] for level in finding.levels}
    return " / ".join(names[level] for level in level_ids(finding) if level in possible)


def via(knowledge: Knowledge, answers: Answers, cause_id: str, lang: str) -> tuple[Via, ...]:
    """Known facts that raise the prior of a cause; not the fact that is the cause."""
    cause = knowledge.causes[cause_id]
    found = []
    for fact in facts_of(cause):
        possible = answers.evidence.answers.get(fact)
        finding = knowledge.findings[fact]
        if possible is None or reference(finding) in possible or fact == cause.prior.fact:
            continue
        if any(mover.fact == fact and _lowers(mover, possible) for mover in cause.prior.moved_by):
            continue
        name = medicine_names(knowledge, answers, fact, lang) or finding.name[lang]
        found.append(Via(fact, name))
    return tuple(found)


def _lowers(mover: Mover, possible: Levels) -> bool:
    """Whether this fact, as answered, makes the cause rarer: smoking and Parkinson's disease."""
    plain = (ratio for ratio in (mover.odds_ratio, mover.relative_risk) if ratio is not None)
    by_level = (
        levels[level] for levels in (mover.odds_ratios, mover.relative_risks) for level in possible & set(levels)
    )
    values = [point(row) for ratio in (*plain, *by_level) for row in ratio.rows()]
    return bool(values) and max(values) <= 1.0


def medicine_names(knowledge: Knowledge, answers: Answers, finding: str, lang: str) -> str:
    """The medicines given that stand for a medicine finding; "" where there are none."""
    return ", ".join(knowledge.medicines[id].name[lang] for id in answers.medicines.get(finding, ()))


def _log_odds(p: float) -> float:
    p = min(max(p, _EDGE), 1.0 - _EDGE)
    return math.log(p / (1.0 - p))
