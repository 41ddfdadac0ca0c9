"""One entry -> what its template shows. Words of the knowledge stay in both languages until the template asks."""

from typing import Any

from kram.knowledge.causes import Cause, GroupId
from kram.knowledge.completeness import completeness
from kram.knowledge.entries import Care, Entry, Finding, Medicine, RedFlag, Source
from kram.knowledge.explaining import UNEXPLAINED, Explained, explained
from kram.knowledge.explaining_rules import worded
from kram.knowledge.figures import entry_figures
from kram.surfaces.library.grounds import grounds
from kram.surfaces.library.shelf import REST, TWELVE, Shelf, cited

_SHOWN = 6  # reasons shown at once; the rest opens
View = dict[str, Any]


def front(shelf: Shelf) -> View:
    """The article: the twelve with what each does, then everything else."""
    return {
        "twelve": [(group, _by_share(shelf, group)) for group in TWELVE],
        "rest": [(group, shelf.group(group)) for group in REST],
        "drafts": list(shelf.knowledge.drafts.values()),
    }


def _by_share(shelf: Shelf, group: GroupId) -> list[tuple[Cause, Any]]:
    """The causes of a group with their plain bearers, the strongest first."""
    rows = [(cause, shelf.bearer(cause.id)) for cause in shelf.group(group)]
    return sorted(rows, key=lambda row: -row[1].share)


def cause(shelf: Shelf, entry: Cause, lang: str) -> View:
    knowledge = shelf.knowledge
    draft = entry.id in knowledge.drafts
    figures = explained(knowledge, entry, lang)
    speaking, against = grounds(knowledge, entry, lang)
    kinds = {"published": 0, "derived": 0, "judgement": 0}
    for figure in figures:
        kinds[figure.kind] += 1
    signs = [link.finding for link in entry.signs]
    return {
        "draft": draft,
        "bearer": None if draft else shelf.bearer(entry.id),
        "prior": [f for f in figures if f.path.split(".")[1:2] not in (["moved_by"], ["set_by"]) and _in(f, "prior")],
        "rate": [f for f in figures if _in(f, "rate", "stages")],
        "speaking": speaking,
        "against": against,
        "shown": _SHOWN,
        "kinds": kinds,
        "completeness": completeness(entry),
        "fact": knowledge.findings[entry.prior.fact] if entry.prior.fact else None,
        "medicines": shelf.medicines_acting_as(entry.prior.fact) if entry.prior.fact else [],
        "tests": [knowledge.findings[id] for id in entry.tests],
        "care": shelf.care_for(entry.id),
        "flags": shelf.flags_on(signs) if entry.dangerous else [],
        "related": [other for other in shelf.group(entry.group) if other.id != entry.id][:8],
        "routes": [knowledge.causes[route.cause] for route in entry.routes],
        "sources": _sources(shelf, entry),
    }


def medicine(shelf: Shelf, entry: Medicine, lang: str) -> View:
    acting = shelf.acting(entry)
    own = [cause for finding in acting for cause in shelf.causes_by_fact(finding)]
    moved = [cause for finding in acting for cause in shelf.causes_moved_by(finding) if cause not in own]
    rates = [f for cause in own for f in explained(shelf.knowledge, cause, lang) if _in(f, "rate", "stages")]
    return {
        "own": own,
        "moved": list({cause.id: cause for cause in moved}.values()),
        "rates": rates,
        "care": shelf.care_on(acting),
        "parts_": [shelf.knowledge.medicines[id] for id in entry.components],
        "alike": [m for finding in acting for m in shelf.medicines_acting_as(finding) if m.id != entry.id][:12],
        "sources": [shelf.knowledge.sources[id] for id in dict.fromkeys(id for f in rates for id in f.sources)],
    }


def red_flag(shelf: Shelf, entry: RedFlag, lang: str) -> View:
    return {"rule": worded(shelf.knowledge, entry.when, lang), "sources": _sources(shelf, entry)}


def care(shelf: Shelf, entry: Care, lang: str) -> View:
    causes = shelf.entries["causes"]
    return {
        "causes": [causes[id] for id in entry.causes if id != UNEXPLAINED],
        "unexplained": UNEXPLAINED in entry.causes,
        "figures": explained(shelf.knowledge, entry, lang),
        "rule": worded(shelf.knowledge, entry.if_, lang) if entry.if_ is not None else None,
        "withheld": [(worded(shelf.knowledge, exclusion.when, lang), exclusion.reason) for exclusion in entry.not_if],
        "sources": _sources(shelf, entry),
    }


def sign(shelf: Shelf, entry: Finding, lang: str) -> View:
    return {
        "figures": explained(shelf.knowledge, entry, lang),
        "fact_of": shelf.causes_by_fact(entry.id),
        "moves": shelf.causes_moved_by(entry.id),
        "signs": shelf.causes_signed_by(entry.id),
        "flags": shelf.flags_on([entry.id]),
        "medicines": shelf.medicines_acting_as(entry.id),
        "sources": _sources(shelf, entry),
    }


def source(shelf: Shelf, entry: Source, lang: str) -> View:
    """Everything that rests on it, with the numbers taken from it."""
    uses: list[tuple[Entry, list[Explained]]] = []
    for user in shelf.citing.get(entry.id, []):
        numbers = [figure for figure in explained(shelf.knowledge, user, lang) if entry.id in figure.sources]
        uses.append((user, numbers))
    return {"uses": uses}


def method(shelf: Shelf) -> View:
    """How many numbers there are of each kind, and the settings that the page names."""
    kinds = {"published": 0, "derived": 0, "judgement": 0}
    for entries in shelf.entries.values():
        for entry in entries.values():
            for figure in entry_figures(entry):
                kinds[figure.number.kind] += 1
    return {
        "kinds": kinds,
        "settings": shelf.knowledge.settings,
        "counts": {k: len(v) for k, v in shelf.entries.items()},
    }


def _in(figure: Explained, *parts: str) -> bool:
    return figure.path.partition(".")[0] in parts


def _sources(shelf: Shelf, entry: Entry) -> list[Source]:
    return [shelf.knowledge.sources[id] for id in cited(entry)]
