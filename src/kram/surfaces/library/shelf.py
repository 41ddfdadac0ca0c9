"""The knowledge as a library sees it: where each entry stands, who cites what, what belongs together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import get_args

from kram.assessment.assessing import Assessor
from kram.assessment.bearing import Bearer, bearer
from kram.knowledge.causes import Cause, GroupId
from kram.knowledge.entries import Care, Entry, Finding, Medicine, RedFlag, Source
from kram.knowledge.evaluation import LiteratureFigure
from kram.knowledge.figures import entry_figures
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.lookup import Index
from kram.knowledge.rules import Fact as FactRule
from kram.knowledge.rules import Rule, atoms
from kram.texts import FIRST

REST: tuple[GroupId, ...] = ("other", "mimic")
# the twelve that every article on leg cramps names, in the order in which the knowledge has them
TWELVE: tuple[GroupId, ...] = tuple(group for group in get_args(GroupId) if group not in REST)
SHELVES: dict[type[Entry], str] = {
    Cause: "causes",
    Medicine: "medicines",
    RedFlag: "red-flags",
    Care: "care",
    Finding: "signs",
    Source: "sources",
}


def address(lang: str, shelf: str = "", id: str = "") -> str:
    """Of the front page, of a shelf, or of one entry on it."""
    return "/".join([f"/{lang}/library", *(part for part in (shelf, id) if part)])


def address_of(entry: Entry, lang: str) -> str:
    """Raises KeyError for an entry that has no page."""
    if isinstance(entry, LiteratureFigure):
        return f"{address(lang, 'performance')}#{entry.id}"
    return address(lang, SHELVES[type(entry)], entry.id)


@dataclass(frozen=True)
class Found:
    """One hit of a search."""

    shelf: str
    entry: Entry


class Shelf:
    """Everything that pages look up, computed once."""

    def __init__(self, assessor: Assessor) -> None:
        self.assessor = assessor
        self.knowledge: Knowledge = assessor.knowledge
        self._bearers: dict[str, Bearer] = {}
        self._lock = Lock()

    @cached_property
    def entries(self) -> dict[str, dict[str, Entry]]:
        """Shelf -> id -> entry, in the order of the knowledge. Drafts stand with the causes."""
        knowledge = self.knowledge
        return {
            "causes": {**knowledge.causes, **knowledge.drafts},
            "medicines": dict(knowledge.medicines),
            "red-flags": dict(knowledge.red_flags),
            "care": dict(knowledge.care),
            "signs": dict(knowledge.findings),
            "sources": dict(knowledge.sources),
        }

    @cached_property
    def citing(self) -> dict[str, list[Entry]]:
        """Source id -> the entries with a page that cite it."""
        found: dict[str, dict[str, Entry]] = {}
        literature: dict[str, Entry] = dict(self.knowledge.literature)
        for shelf in (*self.entries.values(), literature):
            for entry in shelf.values():
                for source in cited(entry):
                    found.setdefault(source, {})[f"{type(entry).__name__}/{entry.id}"] = entry
        return {source: list(entries.values()) for source, entries in found.items()}

    def group(self, group: GroupId) -> list[Cause]:
        return [cause for cause in self.knowledge.causes.values() if cause.group == group]

    def bearer(self, cause: str) -> Bearer:
        """Computed the first time it is asked for."""
        with self._lock:
            if cause not in self._bearers:
                self._bearers[cause] = bearer(self.assessor, cause, FIRST)
            return self._bearers[cause]

    def prepare(self) -> None:
        """Compute what the first reader would have to wait for."""
        for cause in self.knowledge.causes:
            self.bearer(cause)

    # what belongs together

    def care_for(self, cause: str) -> list[Care]:
        return [care for care in self.knowledge.care.values() if cause in care.causes]

    def flags_on(self, findings: Iterable[str]) -> list[RedFlag]:
        """The red flags that look at one of these findings."""
        wanted = set(findings)
        return [flag for flag in self.knowledge.red_flags.values() if wanted & set(looked_at(flag.when))]

    def care_on(self, findings: Iterable[str]) -> list[Care]:
        """Care that is meant for people with one of these findings."""
        wanted = set(findings)
        return [c for c in self.knowledge.care.values() if c.if_ is not None and wanted & set(looked_at(c.if_))]

    def causes_by_fact(self, finding: str) -> list[Cause]:
        """The causes that are this finding itself (the medicine that is taken, the pregnancy)."""
        return [cause for cause in self.knowledge.causes.values() if cause.prior.fact == finding]

    def causes_moved_by(self, finding: str) -> list[Cause]:
        """The causes that this finding makes likelier or less likely."""
        return [
            cause
            for cause in self.knowledge.causes.values()
            if finding
            in {mover.fact for mover in cause.prior.moved_by} | {setter.fact for setter in cause.prior.set_by}
        ]

    def causes_signed_by(self, finding: str) -> list[Cause]:
        """The causes that it is a sign or a character of."""
        return [
            cause
            for cause in self.knowledge.causes.values()
            if finding in cause.character or any(sign.finding == finding for sign in cause.signs)
        ]

    def medicines_acting_as(self, finding: str) -> list[Medicine]:
        return [medicine for medicine in self.knowledge.medicines.values() if finding in medicine.acts_as]

    def acting(self, medicine: Medicine) -> list[str]:
        """The medicine findings that it stands for, by itself or by one of its parts."""
        own = list(medicine.acts_as)
        for part in medicine.components:
            own += self.acting(self.knowledge.medicines[part])
        return list(dict.fromkeys(own))

    # search

    @cached_property
    def _index(self) -> Index:
        return Index(self._names())

    def _names(self) -> Iterator[tuple[str, str, str]]:
        for shelf in ("causes", "medicines", "red-flags", "care", "signs"):
            for id, entry in self.entries[shelf].items():
                names = [id, *getattr(entry, "name", {}).values(), *getattr(entry, "also", ())]
                if isinstance(entry, Medicine):
                    names += [*entry.brands, *entry.atc]
                if isinstance(entry, Cause):
                    names += entry.codes.icd10
                for name in names:
                    yield name, f"{shelf}/{id}", name

    def search(self, typed: str, limit: int) -> list[Found]:
        found = []
        for key in self._index.search(typed, limit):
            shelf, id = key.split("/")
            found.append(Found(shelf, self.entries[shelf][id]))
        return found


def cited(entry: Entry) -> tuple[str, ...]:
    """Every source of an entry: of its words and of its numbers."""
    own = getattr(entry, "source", ())
    first = (own,) if isinstance(own, str) else tuple(own)
    return tuple(dict.fromkeys([*first, *(id for figure in entry_figures(entry) for id in figure.number.sources)]))


def looked_at(rule: Rule) -> list[str]:
    return [atom.fact for atom in atoms(rule) if isinstance(atom, FactRule)]
