"""Two diaries become one: of two versions of an entry the one written later stays, and nothing else is lost."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec import Struct, json

from kram.diary.nights import Diary, Night, Plan, Removal, Use, Withdrawal

Entry = TypeVar("Entry", Night, Use, Plan, Removal, Withdrawal)
Gone = TypeVar("Gone", Removal, Withdrawal)


class Merge(Struct, frozen=True):
    """`diary`: the two as one. Of the nights that came: how many are new, took the place of an older version, were
    there already just so, and gave way to what is here."""

    diary: Diary
    added: int = 0
    replaced: int = 0
    same: int = 0
    older: int = 0


def merge(mine: Diary, other: Diary) -> Merge:
    """`other` into `mine`. Which is which matters only for the counts."""
    here = {night.date: night for night in mine.nights}
    gone = {removal.date: removal for removal in mine.removed}
    diary = tidy(
        Diary(
            nights=mine.nights + other.nights,
            uses=mine.uses + other.uses,
            plans=mine.plans + other.plans,
            removed=mine.removed + other.removed,
            removed_uses=mine.removed_uses + other.removed_uses,
            removed_plans=mine.removed_plans + other.removed_plans,
            extra={**other.extra, **mine.extra},
        )
    )
    now = {night.date: night for night in diary.nights}
    counts = {"added": 0, "replaced": 0, "same": 0, "older": 0}
    for night in tidy(other).nights:
        counts[_fate(night, here.get(night.date), now.get(night.date), night.date in gone)] += 1
    return Merge(diary, **counts)


def _fate(came: Night, before: Night | None, now: Night | None, removed: bool) -> str:
    if before is not None and _content(before) == _content(came):
        return "same"
    if now is None or _content(now) != _content(came):
        return "older"
    return "added" if before is None and not removed else "replaced"


def tidy(diary: Diary) -> Diary:
    """Each night, use and plan once, the latest version of it, in order; a removal counts as a version of its entry."""
    nights, removed = _standing(diary.nights, diary.removed, lambda one: (one.date,))
    uses, removed_uses = _standing(diary.uses, diary.removed_uses, lambda one: (one.start, one.care))
    plans, removed_plans = _standing(diary.plans, diary.removed_plans, lambda one: (one.start, one.care))
    return Diary(
        nights=nights,
        uses=uses,
        plans=plans,
        removed=removed,
        removed_uses=removed_uses,
        removed_plans=removed_plans,
        extra=diary.extra,
    )


def _standing(
    entries: Iterable[Entry], removals: Iterable[Gone], key: Callable[[Any], tuple[Any, ...]]
) -> tuple[tuple[Entry, ...], tuple[Gone, ...]]:
    """What was not removed later than it was written, and the removals that still hold."""
    latest, gone = _latest(entries, key), _latest(removals, key)
    when = {key(removal): removal.written for removal in gone}
    kept = tuple(entry for entry in latest if key(entry) not in when or when[key(entry)] <= entry.written)
    there = {key(entry) for entry in kept}
    return kept, tuple(removal for removal in gone if key(removal) not in there)


def _latest(entries: Iterable[Entry], key: Callable[[Entry], tuple[Any, ...]]) -> tuple[Entry, ...]:
    """Of versions written in the same moment the same one wins on every machine: by what is in them."""
    found: dict[tuple[Any, ...], Entry] = {}
    for entry in entries:
        before = found.get(key(entry))
        if before is None or (before.written, _content(before)) < (entry.written, _content(entry)):
            found[key(entry)] = entry
    return tuple(found[at] for at in sorted(found))


def _content(entry: Night | Use | Plan | Removal | Withdrawal) -> bytes:
    """What an entry says, without when it was written."""
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__ if name != "written"}
    return json.encode(fields, order="sorted")
