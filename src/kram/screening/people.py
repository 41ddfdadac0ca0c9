"""A person on the way through a screening: from the records of one key to a row, or the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from kram.assessment.answers import Answers

Complaint = Literal["recorded", "medicine", "assumed"]  # how it is known that this person has cramps


@dataclass(frozen=True, slots=True)
class Ready:
    """Somebody who can be assessed. `on`: the day for which it holds; None: undated (a table of cases)."""

    person: str
    answers: Answers
    complaint: Complaint
    on: date | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)  # reason -> entries that were not used


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not in the results. `reason` and `values`: a sentence of the catalogues. Nothing identifying
    stands in `values`; `person` is made a pseudonym before it is written."""

    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody without cramps, or who has died: counted, nothing more."""

    reason: Literal["no_complaint", "deceased"]


Outcome = Ready | Fault | Silent
