"""Every id points at something, and everything is pointed at."""

from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.entries import Entry
from kram.knowledge.figures import figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.rules import Fact, Likely, Rule, atoms

UNEXPLAINED = "unexplained"


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    used: dict[str, set[str]] = {shelf: set() for shelf in knowledge.shelves()}
    for entry, shelf, id in _references(knowledge):
        if id not in knowledge.shelves()[shelf]:
            yield KnowledgeError("id_unknown", place=entry.place, by=entry.id, shelf=shelf, id=id)
        used[shelf].add(id)
    for figure in figures(knowledge):
        used["sources"].update(figure.number.sources)
        if isinstance(figure.number.because, str):
            used["reasons"].add(figure.number.because)
    for shelf in ("findings", "sources", "reasons"):
        for id, entry in knowledge.shelves()[shelf].items():
            if (
                id not in used[shelf] and getattr(entry, "kind", "") != "condition"
            ):  # a disease may be known for nothing
                yield KnowledgeError("orphan", place=entry.place, id=id)


def rules_of(knowledge: Knowledge) -> Iterator[tuple[Entry, Rule]]:
    """Every rule, with the entry that it stands on."""
    for flag in knowledge.red_flags.values():
        yield flag, flag.when
    for care in knowledge.care.values():
        if care.if_ is not None:
            yield care, care.if_
        for exclusion in care.not_if:
            yield care, exclusion.when
    for finding in knowledge.findings.values():
        if finding.asked_if is not None:
            yield finding, finding.asked_if
    for ticks in knowledge.screen.values():
        if ticks.asked_if is not None:
            yield ticks, ticks.asked_if


NUMBERS_OF_THE_PERSON = {"age", "weeks"}
PERSON = {"sex"}


def _references(knowledge: Knowledge) -> Iterator[tuple[Entry, str, str]]:
    """(who refers, to which shelf, to which id)."""
    for cause in (*knowledge.causes.values(), *knowledge.drafts.values()):
        prior = cause.prior
        facts = [prior.fact] if prior.fact else []
        facts += [mover.fact for mover in prior.moved_by] + [setter.fact for setter in prior.set_by]
        for id in [*facts, *(sign.finding for sign in cause.signs), *cause.character, *cause.tests]:
            yield cause, "findings", id
        for route in cause.routes:
            yield cause, "causes", route.cause
            yield cause, "findings", route.fact
        for source in [cause.source] if isinstance(cause.source, str) else cause.source:
            yield cause, "sources", source
    for medicine in knowledge.medicines.values():
        for id in medicine.acts_as:
            yield medicine, "findings", id
        for id in medicine.components:
            yield medicine, "medicines", id
    for care in knowledge.care.values():
        for id in [*care.causes, *(id for effect in care.effects for id in effect.cramps_from)]:
            if id != UNEXPLAINED:
                yield care, "causes", id
        for source in care.sources:
            yield care, "sources", source
    for flag in knowledge.red_flags.values():
        for source in flag.sources:
            yield flag, "sources", source
    for country in knowledge.emergency_numbers.values():
        for source in country.sources:
            yield country, "sources", source
    for ticks in knowledge.screen.values():
        for id in ticks.findings:
            yield ticks, "findings", id
    for entry, rule in rules_of(knowledge):
        for atom in atoms(rule):
            if isinstance(atom, Likely):
                if atom.cause != UNEXPLAINED:
                    yield entry, "causes", atom.cause
            else:
                id = atom.fact if isinstance(atom, Fact) else atom.value
                if id not in NUMBERS_OF_THE_PERSON | PERSON:
                    yield entry, "findings", id
