"""What a screening has to tell beside its rows: counts, what could not be mapped, where the time went, what failed."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field

from kram.screening.fhir_lines import Tally
from kram.screening.people import Fault, Silent
from kram.screening.pseudonyms import Pseudonyms
from kram.screening.rows import Row

_MOST_CODES = 100_000


class FaultLine(Struct, frozen=True, omit_defaults=True):
    """One line of the side file."""

    reason: str
    file: str = ""
    line: int = 0
    person: str = ""
    values: dict[str, Any] = field(default_factory=dict)


class Codes(Struct):
    """Entries with a code: kind, system, code, entries, and whether kram knows it."""

    known: dict[str, int] = field(default_factory=dict)  # "kind|system|code" -> entries
    unknown: dict[str, int] = field(default_factory=dict)


class Told(Struct):
    """`people`: everybody met. `silent`: without a row, for no fault. `left_out`: reason -> entries."""

    people: int = 0
    rows: int = 0
    lines: int = 0
    silent: dict[str, int] = field(default_factory=dict)
    complaints: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    not_read: dict[str, int] = field(default_factory=dict)
    codes: Codes = field(default_factory=Codes)
    faults: list[FaultLine] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, outcome: Fault | Silent, pseudonym: Pseudonyms) -> None:
        if isinstance(outcome, Silent):
            self.silent[outcome.reason] = self.silent.get(outcome.reason, 0) + 1
        else:
            self.faults.append(fault_line(outcome, pseudonym))

    def count(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows += 1
            self.complaints[row["complaint"]] = self.complaints.get(row["complaint"], 0) + 1
            for reason, entries in row["left_out"]:
                self.left_out[reason] = self.left_out.get(reason, 0) + entries

    def add(self, other: "Told") -> None:
        self.people += other.people
        self.rows += other.rows
        self.lines += other.lines
        for name in ("silent", "complaints", "left_out", "not_read", "seconds"):
            setattr(self, name, dict(Counter(getattr(self, name)) + Counter(getattr(other, name))))
        self.codes = Codes(
            dict(Counter(self.codes.known) + Counter(other.codes.known)),
            dict(Counter(self.codes.unknown) + Counter(other.codes.unknown)),
        )
        self.faults += other.faults


class Summary(Struct):
    """Kept in the metadata of the results, under `kram`. Rare codes are not in it. `as_of`: the day for all, or ""."""

    version: str
    knowledge: str
    source: str
    as_of: str
    everybody: bool
    intervals: bool
    small_cell: int
    people: int
    rows: int
    lines: int
    silent: dict[str, int]
    complaints: dict[str, int]
    left_out: dict[str, int]
    not_read: dict[str, int]
    known_entries: dict[str, int]  # kind -> entries with a code that kram knows
    unknown_entries: dict[str, int]
    unknown_codes: list[tuple[str, str, str, int]]  # kind, system, code, entries; the most frequent first
    faults: dict[str, int]
    seconds: dict[str, float]


def told_of(tally: Tally, faults: list[Fault], pseudonym: Pseudonyms) -> Told:
    """Of reading a part."""
    told = Told(lines=tally.lines, not_read=dict(tally.not_read))
    told.codes = Codes(_named(tally.known), _named(tally.unknown))
    told.faults = [fault_line(fault, pseudonym) for fault in faults]
    return told


def fault_line(fault: Fault, pseudonym: Pseudonyms) -> FaultLine:
    person = pseudonym(fault.person) if fault.person is not None else ""
    return FaultLine(fault.reason, fault.file or "", fault.line or 0, person, dict(fault.values))


def unknown_codes(codes: Codes, small_cell: int, most: int) -> list[tuple[str, str, str, int]]:
    """A rare code can give somebody away, and so it is not told."""
    found = []
    for name, entries in sorted(codes.unknown.items(), key=lambda item: (-item[1], item[0])):
        kind, system, code = name.split("|", 2)
        if entries >= small_cell:
            found.append((kind, system, code, entries))
    return found[:most]


def by_kind(codes: dict[str, int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, entries in codes.items():
        found[name.split("|", 1)[0]] += entries
    return dict(found)


def _named(counts: Counter[tuple[str, str, str]]) -> dict[str, int]:
    return {"|".join(name): entries for name, entries in counts.most_common(_MOST_CODES)}
