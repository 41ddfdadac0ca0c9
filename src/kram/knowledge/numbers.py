"""A number as the knowledge holds it: with its interval, its kind and where it comes from."""

from typing import Literal

from msgspec import Struct

Text = dict[str, str]  # language -> words
Sex = Literal["female", "male"]
Kind = Literal["published", "derived", "judgement"]


class Counts(Struct, frozen=True, forbid_unknown_fields=True):
    """`events` of `n` people."""

    events: float
    n: float


class Stratum(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of a number that differs by age ("18-39", "80+") or sex; a missing key means all.

    A row of a proportion that was come by otherwise than its neighbours says so: its own `kind`, `source`, `formula`.
    """

    age: str | None = None
    sex: Sex | None = None
    value: float | None = None
    interval: tuple[float, float] | None = None
    counts: Counts | None = None
    n: float | None = None
    kind: Kind | None = None
    source: str | tuple[str, ...] = ()
    formula: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


class Number(Struct, frozen=True, forbid_unknown_fields=True):
    """A figure. Its spread is its 95% `interval`, its `counts`, or the `n` of people behind `value`.

    `published`: as the source prints it. `derived`: computed by `formula`, which the check recomputes.
    `judgement`: nobody measured it; `because` says why this value.
    """

    kind: Kind
    value: float | None = None
    interval: tuple[float, float] | None = None
    interval_judged: bool = False  # the value is published, the width is ours
    counts: Counts | None = None
    n: float | None = None
    by: tuple[Stratum, ...] = ()
    source: str | tuple[str, ...] = ()
    where: str | None = None  # place in the source: "table 2"
    people: Text | None = None  # who was measured, where it is not simply the source's people
    formula: str | None = None
    because: str | Text | None = None  # a key of reasons.yaml, or the words themselves

    @property
    def sources(self) -> tuple[str, ...]:
        """Its own, and those of its rows."""
        own = (self.source,) if isinstance(self.source, str) else self.source
        return tuple(dict.fromkeys([*own, *(source for row in self.by for source in row.sources)]))

    @property
    def central(self) -> float:
        """The value of an unstratified number."""
        return point(self)

    def rows(self) -> tuple["Number | Stratum", ...]:
        return self.by or (self,)


def point(row: Number | Stratum) -> float:
    if row.value is not None:
        return row.value
    if row.counts is not None:
        return row.counts.events / row.counts.n
    raise ValueError("a number needs a value or counts")


class Shares(Struct, frozen=True, forbid_unknown_fields=True):
    """How something divides over the choices of a finding, seen in `n` people (or judged as if in n).

    What the named choices leave over goes to the others in proportion to the average sufferer. Of published
    shares, `measured` names the choices that the source counted, where it did not count them all.
    """

    kind: Literal["published", "judgement"]
    shares: dict[str, float]
    n: float
    measured: tuple[str, ...] = ()
    source: str | tuple[str, ...] = ()
    where: str | None = None
    people: Text | None = None
    because: str | Text | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source
