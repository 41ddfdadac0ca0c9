"""What a diary holds. Nothing here acts.

A date is the calendar date of the evening on which the night began, as the person would say it: it has no clock and
no time zone. `written` says when an entry was last written (UTC); it only settles which of two versions is the later.
"""

from datetime import UTC, date, datetime
from typing import Any, Literal

from msgspec import Struct

Leg = Literal["left", "right", "both"]
Tag = Literal["long_standing", "sport", "heat", "alcohol", "medicine_change"]

LEGS: tuple[Leg, ...] = ("left", "right", "both")
TAGS: tuple[Tag, ...] = ("long_standing", "sport", "heat", "alcohol", "medicine_change")
MOST_CRAMPS = 50  # a night
WORST = 10
MOST_MINUTES = 720  # no night is longer
LONGEST_NOTE = 500  # characters

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # of what does not say when it was written

Extra = dict[str, Any]  # fields that a program we do not know has written: kept as they came


class Night(Struct, frozen=True, kw_only=True):
    """One night. `cramps` 0 is an entry; a night that is not there is missing. `worst` 0-10; `minutes` of the longest.

    `day`: what happened on the day before the night.
    """

    date: date
    cramps: int
    worst: int | None = None
    minutes: int | None = None
    leg: Leg | None = None
    day: tuple[Tag, ...] = ()
    note: str | None = None
    written: datetime = EARLIEST
    extra: Extra = {}


class Use(Struct, frozen=True, kw_only=True):
    """Something tried: `care` is the id of a care entry; from the night of `start` to that of `end`, both included.

    No `end`: still going on. Care and start say which use it is.
    """

    care: str
    start: date
    end: date | None = None
    written: datetime = EARLIEST
    extra: Extra = {}


class Period(Struct, frozen=True, kw_only=True):
    """Nights in a row of a trial, from `start` on, with the thing tried or without it."""

    start: date
    nights: int
    treated: bool


class Plan(Struct, frozen=True, kw_only=True):
    """A trial of one: periods in a row, in an order that `seed` drew. Care and start say which plan it is."""

    care: str
    start: date
    seed: int
    periods: tuple[Period, ...]
    written: datetime = EARLIEST
    extra: Extra = {}


class Removal(Struct, frozen=True, kw_only=True):
    """The entry of this night was taken out, so that an older file does not bring it back."""

    date: date
    written: datetime = EARLIEST


class Withdrawal(Struct, frozen=True, kw_only=True):
    """This use or plan was written by mistake and taken out; an older file does not bring it back."""

    care: str
    start: date
    written: datetime = EARLIEST


class Diary(Struct, frozen=True, kw_only=True):
    """Everything one person has written: nights in the order of their dates, each date once."""

    nights: tuple[Night, ...] = ()
    uses: tuple[Use, ...] = ()
    plans: tuple[Plan, ...] = ()
    removed: tuple[Removal, ...] = ()
    removed_uses: tuple[Withdrawal, ...] = ()
    removed_plans: tuple[Withdrawal, ...] = ()
    extra: Extra = {}
