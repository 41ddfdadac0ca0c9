"""Every number of the knowledge, with where it stands: for the check, the sources, the draws and the pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import msgspec

from kram.knowledge.entries import Entry
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Number, Shares

Scale = Literal["proportion", "ratio", "positive"]

_RATIOS = {
    "ratio",
    "odds_ratio",
    "relative_risk",
    "risk_ratio",
    "odds_ratios",
    "relative_risks",
    "rate_ratio",
    "lr_positive",
    "lr_negative",
}
_LEAVES = {str, bool, int, float, type(None)}  # most of what an entry holds; no number of the knowledge
_POSITIVE = {"incidence", "duration_months", "window_exponent", "onset_nights", "washout_nights"}


@dataclass(frozen=True)
class Figure:
    """`path` says which number of the entry: "rate.odds_ratio", "signs.muscle_stiffness.sensitivity"."""

    entry: Entry | None  # None: settings, population and trials
    path: str
    number: Number | Shares

    @property
    def key(self) -> str:
        return f"{self.entry.id if self.entry else ''}/{self.path}"

    @property
    def scale(self) -> Scale:
        return scale_of(self.path)


def scale_of(path: str) -> Scale:
    """What kind of quantity stands under this name."""
    names = set(path.split("."))
    if names & _RATIOS:
        return "ratio"
    return "positive" if names & _POSITIVE else "proportion"


def figures(knowledge: Knowledge) -> Iterator[Figure]:
    yield from _walk(None, "population", knowledge.population)
    yield from _walk(None, "settings", knowledge.settings)
    yield from _walk(None, "trials", knowledge.trials)
    for shelf in knowledge.shelves().values():
        for entry in shelf.values():
            yield from _walk(entry, "", entry)


def entry_figures(entry: Entry) -> list[Figure]:
    return list(_walk(entry, "", entry))


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in msgspec.structs.fields(kind))


def _walk(entry: Entry | None, path: str, value: Any) -> Iterator[Figure]:
    if isinstance(value, Number | Shares):
        yield Figure(entry, path, value)
    elif isinstance(value, msgspec.Struct):
        for name in _fields(type(value)):
            if type(item := getattr(value, name)) not in _LEAVES:
                yield from _walk(entry, f"{path}.{name}" if path else name, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if type(item) not in _LEAVES:
                yield from _walk(entry, f"{path}.{key}", item)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            if type(item) not in _LEAVES:
                yield from _walk(entry, f"{path}.{_label(item, index)}", item)


def _label(item: Any, index: int) -> str:
    """Items of a list go by what they are about, so that a key survives reordering."""
    for name in ("finding", "fact"):
        about = getattr(item, name, None)
        if isinstance(about, str):
            level = getattr(item, "level", None) or "-".join(getattr(item, "levels", ()) or ())
            return f"{about}:{level}" if level else about
    return str(index)
