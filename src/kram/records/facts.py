"""What a record told, what of it was left out and why. Nothing here acts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

Resource = dict[str, Any]  # a FHIR resource as plain JSON
Kind = Literal["finding", "medicine", "measurement", "pregnancy"]

# Why something of the record does not count. Each has its sentence in texts/*/records.yaml.
Reason = Literal[
    "status", "not_certain", "past", "old", "future", "undated", "unmapped", "uncoded", "codes_disagree", "no_value",
    "no_unit", "unit_unknown", "implausible", "comparator", "values_disagree", "other_person", "does_not_apply",
    "local_form", "not_ordered", "modifier", "not_read", "reference_broken", "malformed", "superseded",
]  # fmt: skip


class Fact(Struct, frozen=True):
    """One thing that the record says of this person now.

    id         a finding; of kind "medicine", a medicine
    answer     a level of the finding ("yes"); of a measurement, its band
    value      of a measurement or weeks of pregnancy, in the finding's own unit
    findings   the findings that it answers (a medicine: those it acts as)
    said       how the record puts it: a code or words
    when       UTC without a zone; None: undated
    """

    kind: Kind
    id: str
    answer: str
    reference: str
    said: str
    when: datetime | None = None
    value: float | None = None
    findings: tuple[str, ...] = ()


class LeftOut(Struct, frozen=True):
    """`what`: the code or words concerned; `detail`: what the sentence of the reason needs beside it."""

    reason: Reason
    reference: str
    what: str
    detail: str = ""


@dataclass(frozen=True)
class Record:
    """`case` is what `read_case` takes. `complaint`: references to where the record speaks of cramps."""

    case: dict[str, Any]
    patient: str
    facts: tuple[Fact, ...]
    left_out: tuple[LeftOut, ...]
    complaint: tuple[str, ...] = ()

    def basis(self, finding: str) -> tuple[str, ...]:
        """References of the resources on which this finding rests."""
        return tuple(dict.fromkeys(fact.reference for fact in self.facts if finding in fact.findings))


@dataclass
class Gathered:
    """What the readers of single resources find, before it is settled."""

    facts: list[Fact] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    complaint: list[str] = field(default_factory=list)

    def leave(self, reason: Reason, reference: str, what: str, detail: str = "") -> None:
        self.left_out.append(LeftOut(reason, reference, what, detail))
