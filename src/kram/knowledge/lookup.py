"""Names and codes -> ids, forgiving case, accents and punctuation. A near miss is offered, never taken."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from kram.knowledge.entries import Finding, Medicine
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids
from kram.knowledge.rules import Compare, Fact, atoms

_NEAR = 72.0  # of 100: below this a name is no help
_OFFERED = 3
_WORDS = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """Lower case, no accents, one space for every run of other signs."""
    bare = name.casefold()
    if not bare.isascii():
        bare = "".join(sign for sign in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(sign))
    return " ".join(_WORDS.findall(bare))


class Index:
    """One kind of thing by every name it has."""

    def __init__(self, names: Iterable[tuple[str, str, str]]) -> None:
        """`names`: (name, id, how the thing is called when it is offered)."""
        self._ids: dict[str, set[str]] = {}
        self._labels: dict[str, str] = {}
        for name, id, label in names:
            key = plain(name)
            if key:
                self._ids.setdefault(key, set()).add(id)
                self._labels.setdefault(key, label)

    def find(self, given: str) -> str | None:
        """The id, if the name means exactly one thing."""
        ids = self._ids.get(plain(given), set())
        return next(iter(ids)) if len(ids) == 1 else None

    def nearest(self, given: str) -> tuple[str, ...]:
        """Names that look like it, best first."""
        from rapidfuzz import fuzz, process  # only who mistypes has to wait for it

        key = plain(given)
        if key in self._ids:
            return tuple(sorted(self._ids[key]))
        hits = process.extract(key, self._ids.keys(), scorer=fuzz.WRatio, limit=12, score_cutoff=_NEAR)
        return tuple(dict.fromkeys(self._labels[name] for name, _, _ in hits))[:_OFFERED]

    def search(self, typed: str, limit: int) -> list[str]:
        """Ids whose names begin with, contain or resemble what has been typed so far, best first."""
        from rapidfuzz import fuzz

        key = plain(typed)
        if not key:
            return []
        scored: dict[str, float] = {}
        for name, ids in self._ids.items():
            if name.startswith(key):
                score = 200.0 - len(name)
            elif key in name:
                score = 120.0 - len(name) / 10
            else:
                score = fuzz.ratio(key, name[: len(key) + 2])
                if score < _NEAR:
                    continue
            for id in ids:
                scored[id] = max(scored.get(id, 0.0), score)
        return sorted(scored, key=lambda id: (-scored[id], id))[:limit]


class Lookup:
    """All indexes of one knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    @cached_property
    def medicines(self) -> Index:
        return Index(_medicine_names(self.knowledge.medicines.values()))

    @cached_property
    def conditions(self) -> Index:
        return Index(_finding_names(self.knowledge, {"condition"}))

    @cached_property
    def findings(self) -> Index:
        return Index(
            _finding_names(self.knowledge, {"question", "condition", "medicine", "examination", "imaging", "test"})
        )

    @cached_property
    def tests(self) -> Index:
        return Index(_finding_names(self.knowledge, {"test", "imaging"}))

    @cached_property
    def loinc(self) -> dict[str, str]:
        return {code: f.id for f in self.knowledge.findings.values() for code in f.codes.loinc}

    @cached_property
    def atc(self) -> dict[str, str]:
        return {code: m.id for m in self.knowledge.medicines.values() for code in m.atc}

    @cached_property
    def _icd10(self) -> list[tuple[str, str]]:
        """(code without its dot, condition), longest codes first."""
        codes = [
            (code.replace(".", ""), finding.id)
            for finding in self.knowledge.findings.values()
            if finding.kind == "condition"
            for code in finding.codes.icd10
        ]
        return sorted(codes, key=lambda pair: -len(pair[0]))

    @cached_property
    def conditional(self) -> tuple[tuple[Finding, bool], ...]:
        """Findings that not everybody is asked about; whether age and sex alone say who."""
        found = []
        for finding in self.knowledge.findings.values():
            if finding.asked_if is not None:
                names = {
                    atom.fact if isinstance(atom, Fact) else atom.value if isinstance(atom, Compare) else ""
                    for atom in atoms(finding.asked_if)
                }
                found.append((finding, names <= {"age", "sex"}))
        return tuple(found)

    def condition(self, given: str) -> str | None:
        """By id, name or ICD-10 code (a code stands for everything below it)."""
        return self.conditions.find(given) or self.icd10(given)

    def icd10(self, code: str) -> str | None:
        bare = code.strip().upper().replace(".", "")
        if not re.fullmatch(r"[A-Z]\d[\dA-Z]{1,5}", bare):
            return None
        return next((id for prefix, id in self._icd10 if bare.startswith(prefix)), None)

    def medicine(self, given: str) -> str | None:
        """By name, brand or ATC code."""
        return self.atc.get(given.strip().upper()) or self.medicines.find(given)

    def test(self, given: str) -> str | None:
        return self.tests.find(given)

    def level(self, finding: Finding, given: str) -> frozenset[str] | None:
        """The levels that an answer in either language stands for."""
        key = plain(given)
        for level in finding.levels:
            if key in {plain(level.id), *(plain(words) for words in level.name.values())}:
                return frozenset({level.id})
        for group in finding.groups:
            if key in {plain(group.id), *(plain(words) for words in group.name.values())}:
                return frozenset(group.levels)
        return frozenset({given}) if given in level_ids(finding) else None


def _medicine_names(medicines: Iterable[Medicine]) -> Iterator[tuple[str, str, str]]:
    for medicine in medicines:
        label = next(iter(medicine.name.values()))
        for name in [medicine.id, *medicine.name.values(), *medicine.also, *medicine.brands]:
            yield name, medicine.id, label if plain(name) == plain(medicine.id) else name


def _finding_names(knowledge: Knowledge, kinds: set[str]) -> Iterator[tuple[str, str, str]]:
    for finding in knowledge.findings.values():
        if finding.kind in kinds:
            for name in [finding.id, *finding.name.values(), *finding.also]:
                yield name, finding.id, finding.id
