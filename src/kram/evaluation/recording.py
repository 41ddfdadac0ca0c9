"""Both instruments run once and kept, for pages that cannot wait for them: the record names the knowledge it is of."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kram import __version__, plain_yaml
from kram.assessment.assessing import Assessor
from kram.assessment.urgency import ORDER
from kram.evaluation.casebook import SHIPPED, Share, score
from kram.evaluation.literature import compare, wilson
from kram.knowledge.entries import Urgency
from kram.texts import FIRST

KEPT = Path(__file__).with_name("record.json")
_DIGITS = 4  # significant, as far as a page can show


class FigureHeld(Struct, frozen=True):
    """A published figure and the model's own; `id` names it in the knowledge."""

    id: str
    published: float
    interval: tuple[float, float]
    computed: float
    computed_interval: tuple[float, float]
    inside: bool
    agrees: bool


class CaseHeld(Struct, frozen=True):
    """A case with a known answer, and where that came (`accepted`: or another that would be right)."""

    id: str
    kind: str
    cause: str
    rank: int
    accepted: int
    leading: str
    urgency: Urgency
    expected_urgency: Urgency

    @property
    def steps(self) -> int:
        """How many levels of urgency too high (below 0: too low)."""
        return ORDER.index(self.urgency) - ORDER.index(self.expected_urgency)


class Record(Struct, frozen=True):
    """`figures`: the worst misses first. `fingerprint`: of the knowledge that was measured."""

    version: str
    fingerprint: str
    figures: tuple[FigureHeld, ...]
    cases: tuple[CaseHeld, ...]


def record(assessor: Assessor) -> Record:
    """Takes a minute or two."""
    figures = tuple(
        FigureHeld(
            id=row.id,
            published=_short(row.published),
            interval=(_short(row.interval[0]), _short(row.interval[1])),
            computed=_short(row.computed),
            computed_interval=(_short(row.computed_interval[0]), _short(row.computed_interval[1])),
            inside=row.inside,
            agrees=row.agrees,
        )
        for row in compare(assessor.model, FIRST).comparisons
    )
    cases = tuple(_case(assessor, raw, file) for file, raw in shipped_cases())
    return Record(__version__, assessor.knowledge.fingerprint, figures, cases)


def shipped_cases() -> list[tuple[str, Mapping[str, Any]]]:
    """(file, case) of every case that comes with kram."""
    return [(file.name, plain_yaml.load(file.read_bytes())) for file in sorted(SHIPPED.rglob("*.yaml"))]


def _case(assessor: Assessor, raw: Mapping[str, Any], file: str) -> CaseHeld:
    scored = score(assessor, raw, file, FIRST)
    names = (field.name for field in msgspec.structs.fields(CaseHeld))
    return CaseHeld(**{name: getattr(scored, name) for name in names})


@cache
def kept() -> Record:
    """The record that comes with kram."""
    return msgspec.json.decode(KEPT.read_bytes(), type=Record)


def write(found: Record, file: Path = KEPT) -> None:
    file.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def share(hits: list[bool]) -> Share:
    """How many, of how many, with the 95% interval."""
    return Share(sum(hits), len(hits), wilson(sum(hits), len(hits)) if hits else (0.0, 1.0))


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
