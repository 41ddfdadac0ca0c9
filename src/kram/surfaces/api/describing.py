"""Entries of the knowledge -> what the interface gives of them, in one language."""

from collections.abc import Iterable

from kram.assessment.interviewing import Step
from kram.assessment.result import RedFlagMet
from kram.knowledge.causes import Cause
from kram.knowledge.entries import Care, Finding, Medicine, RedFlag, Source
from kram.knowledge.explaining import explained
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.api.answers import (
    CareEntry,
    CauseDetail,
    CauseSummary,
    LevelNamed,
    ListAsked,
    MedicineEntry,
    NextStep,
    Question,
    RedFlagEntry,
    SourceEntry,
)


def cause_summary(knowledge: Knowledge, cause: Cause, lang: str) -> CauseSummary:
    return CauseSummary(
        id=cause.id,
        group=cause.group,
        name=cause.name[lang],
        summary=cause.summary[lang],
        dangerous=cause.dangerous,
        modifiable=cause.modifiable,
        draft=cause.id in knowledge.drafts,
    )


def cause_detail(knowledge: Knowledge, cause: Cause, lang: str) -> CauseDetail:
    figures = tuple(explained(knowledge, cause, lang))
    own = (cause.source,) if isinstance(cause.source, str) else cause.source
    return CauseDetail(
        id=cause.id,
        group=cause.group,
        name=cause.name[lang],
        summary=cause.summary[lang],
        mechanism=cause.mechanism[lang],
        advice=cause.advice[lang],
        disputed=cause.disputed[lang] if cause.disputed else None,
        dangerous=cause.dangerous,
        modifiable=cause.modifiable,
        draft=cause.id in knowledge.drafts,
        tests=cause.tests,
        care=tuple(care.id for care in knowledge.care.values() if cause.id in care.causes),
        codes=cause.codes,
        figures=figures,
        sources=_once([*own, *(id for figure in figures for id in figure.sources)]),
    )


def question(finding: Finding, lang: str) -> Question:
    return Question(
        id=finding.id,
        kind=finding.kind,
        form=finding.form,
        name=finding.name[lang],
        text=finding.question[lang] if finding.question else None,
        why=finding.why[lang] if finding.why else None,
        help=finding.help[lang] if finding.help else None,
        levels=(
            *(LevelNamed(level.id, level.name[lang]) for level in finding.levels),
            *(LevelNamed(group.id, group.name[lang]) for group in finding.groups),
        ),
        unit=finding.unit,
        plausible=finding.plausible,
        codes=finding.codes,
    )


def medicine(entry: Medicine, lang: str) -> MedicineEntry:
    return MedicineEntry(
        id=entry.id,
        name=entry.name[lang],
        also=entry.also,
        brands=entry.brands,
        atc=entry.atc,
        rxnorm=entry.rxnorm,
        kfa=entry.kfa,
        acts_as=entry.acts_as,
        components=entry.components,
    )


def red_flag(flag: RedFlag, lang: str) -> RedFlagEntry:
    return RedFlagEntry(flag.id, flag.name[lang], flag.urgency, flag.text[lang], flag.critical_value, flag.sources)


def care(knowledge: Knowledge, entry: Care, lang: str) -> CareEntry:
    figures = tuple(explained(knowledge, entry, lang))
    return CareEntry(
        id=entry.id,
        kind=entry.kind,
        name=entry.name[lang],
        text=entry.text[lang],
        certainty=entry.certainty,
        harms=entry.harms[lang] if entry.harms else None,
        for_=entry.causes,
        figures=figures,
        sources=_once([*entry.sources, *(id for figure in figures for id in figure.sources)]),
    )


def source(entry: Source, lang: str) -> SourceEntry:
    return SourceEntry(
        id=entry.id,
        authors=entry.authors,
        year=entry.year,
        title=entry.title,
        journal=entry.journal,
        doi=entry.doi,
        pmid=entry.pmid,
        url=entry.url,
        people=entry.people[lang] if entry.people else None,
        confirmed=entry.confirmed,
        how=entry.how,
    )


def next_step(step: Step, lang: str) -> NextStep:
    asked = step.ticks.id if step.ticks else step.finding.id if step.finding else None
    findings = step.findings or ((step.finding,) if step.finding else ())
    return NextStep(
        kind=step.kind,
        asked=asked or (step.kind if step.kind in ("medicines", "conditions") else None),
        list=ListAsked(step.ticks.id, step.ticks.title[lang]) if step.ticks else None,
        questions=tuple(question(finding, lang) for finding in findings),
        red_flags=tuple(RedFlagMet(f.id, f.urgency, f.name[lang], f.text[lang], f.sources) for f in step.flags),
        left=step.left,
        uncertainty=step.uncertainty,
    )


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
