"""CodeableConcepts -> what the knowledge knows. One table of codes, compiled once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from msgspec import Struct

from kram.knowledge.knowledge import Knowledge
from kram.knowledge.record_rules import CodeSet, RecordRules

ICD = ("icd10", "icd10cm", "icd9cm")
SYSTEMS = (*ICD, "snomed", "loinc")
_KEPT = 50_000  # concepts
_ICD = re.compile(r"[A-Z0-9]{3,7}")


class Coding(Struct, frozen=True):
    """`system`: as in the rules, or "" where it is not known."""

    system: str
    code: str
    display: str


@dataclass(frozen=True, eq=False, slots=True)
class Concept:
    """`said`: as `text_of`. Compared by identity, so that what is known of one can be kept beside it."""

    said: str
    codings: list[Coding]


class Systems:
    """Addresses of code systems -> their short names."""

    def __init__(self, rules: RecordRules) -> None:
        self._names = {_bare(uri): name for name, uris in rules.systems.items() for uri in uris}
        self._known = {uri: name for name, uris in rules.systems.items() for uri in uris}  # as most records write them
        self._seen: dict[tuple[Any, ...] | None, Concept] = {}

    def codings(self, concept: Any) -> list[Coding]:
        """Of a CodeableConcept; what is malformed in it is passed over."""
        listed = concept.get("coding") if isinstance(concept, dict) else None
        if not isinstance(listed, list):
            return []
        found = []
        for coding in listed:
            code = coding.get("code") if isinstance(coding, dict) else None
            if isinstance(code, str) and (code := code.strip()):
                display = coding.get("display")
                shown = display.strip() if isinstance(display, str) else ""
                found.append(Coding(self.name(coding.get("system")), code, shown))
        return found

    def look(self, concept: Any) -> "Concept":
        """The words and the codings of a CodeableConcept. Records say the same few concepts over and over, and each is
        taken apart once: concepts that say the same are the same object."""
        key = _key(concept)
        try:
            found = self._seen.get(key)
        except TypeError:  # something nested where words should stand
            key = found = None
        if found is None:
            found = Concept(text_of(concept), self.codings(concept))
            if key is not None:
                if len(self._seen) >= _KEPT:
                    self._seen.clear()
                self._seen[key] = found
        return found

    def name(self, uri: Any) -> str:
        if not isinstance(uri, str):
            return ""
        return self._known.get(uri) or self._names.get(_bare(uri), "")


@lru_cache(maxsize=4096)
def _bare(uri: str) -> str:
    return uri.strip().split("|")[0].rstrip("/").casefold().replace("https://", "http://")


def _key(concept: Any) -> tuple[Any, ...] | None:
    """The same for concepts that say the same; None for what is not made as a concept should be."""
    listed = concept.get("coding") if isinstance(concept, dict) else None
    if not isinstance(listed, list):
        return None
    parts = [concept.get("text")]
    for coding in listed:
        if not isinstance(coding, dict):
            return None
        parts += (coding.get("system"), coding.get("code"), coding.get("display"))
    return tuple(parts)


def text_of(concept: Any) -> str:
    """The words of a concept: its text, else the first display, else the first code."""
    if not isinstance(concept, dict):
        return ""
    if isinstance(concept.get("text"), str) and concept["text"].strip():
        return str(concept["text"]).strip()
    listed = concept.get("coding")
    codings = [coding for coding in listed if isinstance(coding, dict)] if isinstance(listed, list) else []
    for key in ("display", "code"):
        for coding in codings:
            if isinstance(coding.get(key), str) and coding[key].strip():
                return str(coding[key]).strip()
    return ""


def shown_code(said: str, codings: list[Coding]) -> str:
    """The words and the codes beside them."""
    codes = ", ".join(coding.code for coding in codings if coding.code != said)
    return f"{said} ({codes})" if said and codes else said or codes


def bare_icd(code: str) -> str:
    """Without dots, daggers and stars: E11.4+ is E114."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


class CodeTable:
    """Codes -> meanings. A code of an ICD means all that its beginnings mean, any other only what it is."""

    def __init__(
        self, rows: Iterable[tuple[CodeSet | Mapping[str, tuple[str, ...]], str]], exceptions: CodeSet
    ) -> None:
        """`rows`: (codes, meaning)."""
        self._exact: dict[tuple[str, str], tuple[str, ...]] = {}
        self._beginnings: dict[str, dict[str, tuple[str, ...]]] = {system: {} for system in ICD}
        self._exceptions = {system: tuple(bare_icd(code) for code in getattr(exceptions, system)) for system in ICD}
        for codes, meaning in rows:
            for system in SYSTEMS:
                listed = codes.get(system, ()) if isinstance(codes, Mapping) else getattr(codes, system)
                for code in listed:
                    self._add(system, code, meaning)
        self._cache: dict[tuple[str, str], tuple[str, ...]] = {}
        self._of: dict[Concept, list[tuple[Coding, tuple[str, ...]]]] = {}

    def _add(self, system: str, code: str, meaning: str) -> None:
        table: dict[Any, tuple[str, ...]] = self._beginnings[system] if system in ICD else self._exact
        key = bare_icd(code) if system in ICD else (system, code)
        table[key] = tuple(dict.fromkeys((*table.get(key, ()), meaning)))

    def meanings(self, system: str, code: str) -> tuple[str, ...]:
        if system not in ICD:
            return self._exact.get((system, code), ())
        key = (system, code)
        if key not in self._cache:
            if len(self._cache) > 100_000:
                self._cache.clear()
            self._cache[key] = self._of_icd(system, bare_icd(code))
        return self._cache[key]

    def _of_icd(self, system: str, code: str) -> tuple[str, ...]:
        if not _ICD.fullmatch(code) or any(code.startswith(other) for other in self._exceptions[system]):
            return ()
        table = self._beginnings[system]
        found = [meaning for end in range(1, len(code) + 1) for meaning in table.get(code[:end], ())]
        return tuple(dict.fromkeys(found))

    def of(self, concept: Concept) -> list[tuple[Coding, tuple[str, ...]]]:
        """As `read`, once for each concept."""
        found = self._of.get(concept)
        if found is None:
            if len(self._of) >= _KEPT:
                self._of.clear()
            found = self._of[concept] = self.read(concept.codings)
        return found

    def read(self, codings: Iterable[Coding]) -> list[tuple[Coding, tuple[str, ...]]]:
        """The codings that mean something."""
        return [(coding, found) for coding in codings if (found := self.meanings(coding.system, coding.code))]


def agreed(meanings: list[tuple[Coding, tuple[str, ...]]]) -> tuple[str, ...] | None:
    """Codings of one concept are translations of each other: what they mean together; None where two share nothing."""
    for index, (_, one) in enumerate(meanings):
        for _, other in meanings[index + 1 :]:
            if not set(one) & set(other):
                return None
    return tuple(dict.fromkeys(meaning for _, found in meanings for meaning in found))


def finding_codes(knowledge: Knowledge, kinds: tuple[str, ...]) -> Iterator[tuple[Mapping[str, tuple[str, ...]], str]]:
    """Rows of a table of diseases: what stands on the entries. Codes shared by both ICDs are given to both."""
    for finding in knowledge.findings.values():
        if finding.kind in kinds:
            codes = finding.codes
            icd10cm = (*codes.icd10, *codes.icd10cm)
            yield {"icd10": codes.icd10, "icd10cm": icd10cm, "snomed": codes.snomed}, finding.id
