"""Published figures to compare with: they point at what exists, and a check shares no study with the model."""

from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.ages import span
from kram.knowledge.evaluation import LiteratureFigure, Ratio
from kram.knowledge.figures import figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids

_NOT_THE_MODEL = ("literature", "care", "red_flags", "screen", "drafts")


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    used = inputs(knowledge)
    for figure in knowledge.literature.values():
        if (figure.proportion is None) == (figure.ratio is None) or (figure.ratio is not None) != isinstance(
            figure.measure, Ratio
        ):
            yield KnowledgeError("figure_unclear", place=figure.place, id=figure.id)
            continue
        try:
            span(figure.people.age)
        except ValueError:
            yield KnowledgeError("age_range_unreadable", place=figure.place, path="people", age=figure.people.age)
        yield from _ids(knowledge, figure)
        shared = sorted(set(figure.published.sources) & used)
        if figure.role == "check" and shared:
            yield KnowledgeError("check_is_input", place=figure.place, id=figure.id, sources=", ".join(shared))


def inputs(knowledge: Knowledge) -> set[str]:
    """Sources behind the numbers of the model (not those of the figures to compare with, nor of care)."""
    shelves = knowledge.shelves()
    outside = {entry.place for name in _NOT_THE_MODEL for entry in shelves[name].values()}
    return {
        source
        for figure in figures(knowledge)
        if figure.entry is None or figure.entry.place not in outside
        for source in figure.number.sources
    }


def _ids(knowledge: Knowledge, figure: LiteratureFigure) -> Iterator[KnowledgeError]:
    measure = figure.measure
    answers = dict(figure.people.given)
    finding = getattr(measure, "fact", None) or getattr(measure, "finding", None)
    levels = [*getattr(measure, "levels", ()), getattr(measure, "level", None), getattr(measure, "against", None)]
    cause = getattr(measure, "cause", None)
    if cause is not None and cause not in knowledge.causes:
        yield KnowledgeError("id_unknown", place=figure.place, by=figure.id, shelf="causes", id=cause)
    wanted = [(finding, level) for level in levels if level is not None] if finding else []
    for id, level in [*answers.items(), *wanted]:
        if id not in knowledge.findings:
            yield KnowledgeError("id_unknown", place=figure.place, by=figure.id, shelf="findings", id=id)
        elif level not in level_ids(knowledge.findings[id]):
            known = ", ".join(level_ids(knowledge.findings[id]))
            yield KnowledgeError("level_unknown", place=figure.place, id=id, level=level, known=known)
