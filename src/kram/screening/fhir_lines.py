"""Lines of a FHIR bulk export -> whose they are, and whether kram reads them. The resource itself stays as it is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

import msgspec

from kram.knowledge.lookup import Lookup
from kram.records.medicines import KINDS as MEDICINES
from kram.records.reading import RecordReader

PATIENT, MEDICATION, OBSERVATION, ENCOUNTER = "Patient", "Medication", "Observation", "Encounter"
READ = frozenset({PATIENT, MEDICATION, OBSERVATION, ENCOUNTER, "Condition", "Procedure", *MEDICINES})
LONGEST = 10_000_000  # bytes of one line; a resource is a few hundred to a few thousand


class _Head(msgspec.Struct):
    """All that is looked at before the mapping."""

    resourceType: str  # noqa: N815
    id: Any = None
    subject: Any = None
    patient: Any = None
    code: Any = None
    component: Any = None
    reasonCode: Any = None  # noqa: N815
    medicationCodeableConcept: Any = None  # noqa: N815
    medicationReference: Any = None  # noqa: N815


class Line(NamedTuple):
    """`person`: the plain id ("" for a Medication, which belongs to nobody). `medication`: the plain id of the
    Medication that it is, or points at."""

    person: str
    medication: str
    text: bytes


class Nonsense(ValueError):
    """A line that is no resource; the message is a key of the catalogues."""


@dataclass
class Tally:
    """What was seen, for the summary. `known`, `unknown`: entries by (kind, system, code)."""

    lines: int = 0
    not_read: Counter[str] = field(default_factory=Counter)  # kinds of resources
    known: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str, str]] = field(default_factory=Counter)


class LineReader:
    def __init__(self, lookup: Lookup) -> None:
        self._reader = RecordReader(lookup)
        self._decoder = msgspec.json.Decoder(_Head)
        self._known: dict[tuple[str, bytes], bool] = {}

    def read(self, text: bytes, tally: Tally) -> Line | None:
        """None: of a kind, or about something, that kram does not read. Raises Nonsense."""
        try:
            head = self._decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise Nonsense("screen_not_json") from fault
        kind = head.resourceType
        if kind not in READ:
            tally.not_read[kind] += 1
            return None
        if kind in (PATIENT, MEDICATION):
            if not isinstance(head.id, str) or not head.id:
                raise Nonsense("screen_no_id")
            return Line(head.id, "", text) if kind == PATIENT else Line("", head.id, text)
        if kind == ENCOUNTER and not head.reasonCode:
            return None  # of a visit only its reason is read
        person = plain_id(head.subject) or plain_id(head.patient)
        if not person:
            raise Nonsense("screen_no_subject")
        if not self._counts(kind, head, tally) and kind == OBSERVATION:
            return None
        return Line(person, plain_id(head.medicationReference), text)

    def _counts(self, kind: str, head: _Head, tally: Tally) -> bool:
        """Whether the mapping knows one of its codes; told to the tally."""
        concepts = [head.code, head.medicationCodeableConcept]
        if isinstance(head.component, list):
            concepts += [part.get("code") for part in head.component if isinstance(part, dict)]
        knows = False
        for concept in concepts:
            listed = concept.get("coding") if isinstance(concept, dict) else None
            known = concept is not None and self._knows(kind, concept)
            knows = knows or known
            for coding in listed if isinstance(listed, list) else ():
                if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                    name = self._reader.systems.name(coding.get("system")) or "?"
                    (tally.known if known else tally.unknown)[kind, name, coding["code"]] += 1
        return knows

    def _knows(self, kind: str, concept: Any) -> bool:
        key = (kind, msgspec.json.encode(concept))
        if key not in self._known:
            if len(self._known) > 200_000:
                self._known.clear()
            self._known[key] = self._reader.knows(kind, concept)
        return self._known[key]


def plain_id(reference: Any) -> str:
    """The id of what a Reference points at: without type, server, version and urn."""
    address = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(address, str):
        return ""
    return address.split("/_history/")[0].rstrip("/").split("/")[-1].split(":")[-1]


def lines_of(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their number from 1. One that never ends is cut up: nonsense."""
    number = 0
    while text := stream.readline(LONGEST):
        number += 1
        bare = text.strip()
        if bare:
            yield number, bare
