"""An assessment as the result page and the doctor's page show it: counted in people, sorted for reading.

Every figure keeps the exact value beside the rounded one, so that page and contract can be held against each other.
"""

from dataclasses import dataclass
from typing import Any

from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.result import Assessment, CareItem, CauseShare, Next, Why
from kram.assessment.tracing import Trace, trace
from kram.assessment.urgency import ORDER, still_possible
from kram.knowledge.ages import band_of, row_of
from kram.knowledge.figures import Figure, entry_figures, figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Number, Stratum
from kram.surfaces.pages.charts import apportion
from kram.surfaces.pages.forms import Form
from kram.surfaces.web.evidence import Drawer, Evidence, drawer, evidence, seen_in_diary
from kram.surfaces.web.journey import Journey
from kram.surfaces.web.step_page import clinic_values, field_values, level_of
from kram.surfaces.web.telling_answers import Given, given_answers

_NAMED = 0.01  # causes below one in a hundred stand together
_MOST_ROWS = 9
_MOST_WHYS = 3  # leading causes that are argued
_MOST_NEXT = 4
_KINDS_TO_DO = ("prevention", "treat_cause")
_KINDS_TO_LEAVE = ("no_benefit", "danger")


@dataclass(frozen=True)
class Row:
    """One cause with a bar. `evidence`: what opens under it."""

    cause: CauseShare
    summary: str
    evidence: Evidence


@dataclass(frozen=True)
class Argument:
    """Why one leading cause: answers that speak for it, and against."""

    cause: CauseShare
    for_: list[Why]
    against: list[Why]
    advice: str


@dataclass(frozen=True)
class Treatment:
    item: CareItem
    figures: tuple[Drawer, ...]


def result_values(
    assessor: Assessor, answers: Answers, assessment: Assessment, journey: Journey, form: Form | None
) -> dict[str, Any]:
    knowledge, lang = assessor.knowledge, assessment.lang
    named = [cause for cause in assessment.causes if cause.share >= _NAMED][:_MOST_ROWS] or list(assessment.causes[:1])
    ids = tuple(cause.id for cause in named)
    others = [cause for cause in assessment.causes if cause.id not in ids]
    traces = trace(assessor.model, answers, ids)
    lead = named[0]
    rest_share = assessment.unexplained.share
    known_share = sum(cause.share for cause in assessment.causes) - lead.share
    whys = _arguments(knowledge, assessment)
    given = given_answers(assessor.lookup, journey, lang)
    return {
        "journey": journey,
        "a": assessment,
        "level": level_of(assessment.urgency),
        "lead": lead,
        "dots": apportion([lead.share, known_share, rest_share], 100),
        "rows": [_row(knowledge, cause, traces[cause.id], answers, lang) for cause in named],
        "others": others,
        "others_count": len(others),
        "others_share": sum(cause.share for cause in others),
        "dangers": _dangers(assessment),
        "whys": whys,
        "relief": _care(knowledge, assessment, ("relief",)),
        "to_do": _care(knowledge, assessment, _KINDS_TO_DO),
        "discuss": _care(knowledge, assessment, ("discuss",)),
        "about_tests": _care(knowledge, assessment, ("test",)),
        "to_leave": _care(knowledge, assessment, _KINDS_TO_LEAVE),
        "tests": _tests(assessment),
        "questions": _open(knowledge, assessment, journey),
        "sooner": _sooner(assessor, answers, assessment),
        "given": given,
        "brief": _brief(knowledge, journey, given),
        "changeable": _changeable(knowledge, journey, form),
        "clinic": clinic_values(knowledge, journey, form) if journey.clinic else {},
        "knowledge": knowledge,
        "population": drawer(knowledge, _population(knowledge), lang, _population_row(knowledge, answers)),
        "unexplained_seen": seen_in_diary(knowledge, answers, "unexplained", lang),
        "unclear": [],
        "banner": [],
    }


def _row(knowledge: Knowledge, cause: CauseShare, traced: Trace, answers: Answers, lang: str) -> Row:
    entry = knowledge.causes[cause.id]
    return Row(cause, entry.summary[lang], evidence(knowledge, traced, answers, lang))


def _dangers(assessment: Assessment) -> list[CauseShare]:
    """Dangerous causes that are worth a word: present in one of a thousand or more."""
    likely = [cause for cause in assessment.causes if cause.dangerous and cause.presence >= 0.001]
    return sorted(likely, key=lambda cause: -cause.presence)[:3]


def _arguments(knowledge: Knowledge, assessment: Assessment) -> list[Argument]:
    ids = list(dict.fromkeys(row.cause for row in assessment.why))[:_MOST_WHYS]
    by_id = {cause.id: cause for cause in assessment.causes}
    found = []
    for id in ids:
        rows = [row for row in assessment.why if row.cause == id]
        for_ = [row for row in rows if row.log_odds > 0]
        against = [row for row in rows if row.log_odds < 0]
        found.append(Argument(by_id[id], for_, against, knowledge.causes[id].advice[assessment.lang]))
    return found


def _care(knowledge: Knowledge, assessment: Assessment, kinds: tuple[str, ...]) -> list[Treatment]:
    found = []
    for item in assessment.care:
        if item.kind in kinds:
            figures = _effect_figures(knowledge, item, assessment.lang)
            found.append(Treatment(item, figures))
    return found


def _effect_figures(knowledge: Knowledge, item: CareItem, lang: str) -> tuple[Drawer, ...]:
    """What enters the result; what a diary is read with (`trial`) stands in the library."""
    entered = [figure for figure in entry_figures(knowledge.care[item.id]) if figure.path.startswith("effects.")]
    return tuple(drawer(knowledge, figure, lang) for figure in entered)


def _tests(assessment: Assessment) -> list[Next]:
    return [item for item in assessment.next if item.kind in ("test", "examination")][:_MOST_NEXT]


def _open(knowledge: Knowledge, assessment: Assessment, journey: Journey) -> list[tuple[Any, dict[str, Any]]]:
    """Questions that are worth answering still, with their fields."""
    ids = [item.id for item in assessment.next if item.kind == "question" and item.id in knowledge.findings]
    return [(knowledge.findings[id], field_values(knowledge.findings[id], journey)) for id in ids[:_MOST_NEXT]]


def _changeable(knowledge: Knowledge, journey: Journey, form: Form | None) -> list[tuple[Any, dict[str, Any]]]:
    """Answers that can be changed in place: all but the screen, which is changed as a list."""
    screened = {id for ticks in knowledge.screen.values() for id in ticks.findings}
    findings = [knowledge.findings[id] for id in journey.findings if id in knowledge.findings and id not in screened]
    clinic = ("test", "imaging", "examination")
    return [
        (finding, field_values(finding, journey, form))
        for finding in findings
        if not (journey.clinic and finding.kind in clinic)
    ]


def _sooner(assessor: Assessor, answers: Answers, assessment: Assessment) -> list[tuple[int, list[str]]]:
    """What should bring the person sooner: red flags that may still come, by level."""
    met = {flag.id for flag in assessment.red_flags}
    groups: dict[int, list[str]] = {}
    for flag in still_possible(assessor.standing(answers)):
        higher = ORDER.index(flag.urgency) > ORDER.index(assessment.urgency) or flag.urgency == "emergency"
        if flag.id not in met and not flag.critical_value and higher:
            groups.setdefault(level_of(flag.urgency), []).append(flag.name[assessment.lang])
    return sorted(groups.items())


def _population(knowledge: Knowledge) -> Figure:
    """How many people cramp at all: what every share is counted from."""
    return next(f for f in figures(knowledge) if f.path == "population.prevalence")


def _population_row(knowledge: Knowledge, answers: Answers) -> Number | Stratum | None:
    number = knowledge.population.prevalence
    bands = knowledge.settings.age_bands
    sex = "female" if answers.evidence.sex == "unknown" else answers.evidence.sex
    index = row_of(number, bands[band_of(answers.evidence.age, bands)], sex)
    return None if index is None else number.rows()[index]


def _brief(knowledge: Knowledge, journey: Journey, given: list[Given]) -> list[Given]:
    """For one sheet of paper: the screen's lists only where something was ticked."""
    said = {
        ticks.id: any(journey.findings.get(id) == "yes" for id in ticks.findings) for ticks in knowledge.screen.values()
    }
    return [row for row in given if said.get(row.step, True)]
