"""A diary as a file: JSON with format "kram-diary", version 1; and its nights as CSV.

Reading is strict, with one sentence for the first fault. Fields that this version does not know are kept; a file of a
newer version is refused whole, since nobody can say what it means.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from kram.diary.merging import tidy
from kram.diary.nights import (
    LONGEST_NOTE,
    MOST_CRAMPS,
    MOST_MINUTES,
    TAGS,
    WORST,
    Diary,
    Extra,
    Night,
    Plan,
    Removal,
    Use,
    Withdrawal,
)
from kram.errors import DiaryError

FORMAT = "kram-diary"
VERSION = 1
LARGEST = 16_000_000  # bytes: some two hundred years of nights
LONGEST_PLAN = 366  # nights

_LISTS: dict[str, type[msgspec.Struct]] = {
    "nights": Night,
    "uses": Use,
    "plans": Plan,
    "removed": Removal,
    "removed_uses": Withdrawal,
    "removed_plans": Withdrawal,
}
_HEAD = ("format", "version")


def read_json(data: bytes | str) -> Diary:
    """Raises DiaryError: which entry is at fault, what is wrong with it, and what would be right."""
    if len(data) > LARGEST:
        raise DiaryError("diary_file_too_large", most=LARGEST // 1_000_000)
    try:
        content = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise DiaryError("diary_not_json", problem=str(fault)) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DiaryError("diary_not_diary", format=FORMAT)
    return from_content(content)


def from_content(content: Mapping[str, Any]) -> Diary:
    """The same from what is decoded already. Raises DiaryError."""
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise DiaryError("diary_version_unreadable", given=_shown(version), version=VERSION)
    if version > VERSION:
        raise DiaryError("diary_newer", given=version, version=VERSION)
    entries = {name: _entries(name, kind, content.get(name, [])) for name, kind in _LISTS.items()}
    extra = {key: value for key, value in content.items() if key not in _LISTS and key not in _HEAD}
    return tidy(Diary(**entries, extra=extra))


def write_json(diary: Diary) -> bytes:
    """The whole diary, readable by people too."""
    return msgspec.json.format(msgspec.json.encode(to_content(diary)), indent=2) + b"\n"


def to_content(diary: Diary) -> dict[str, Any]:
    """As plain lists, mappings, words and numbers."""
    lists = {name: [plain(entry) for entry in getattr(diary, name)] for name in _LISTS}
    return {"format": FORMAT, "version": VERSION, **lists, **diary.extra}


def plain(entry: msgspec.Struct) -> dict[str, Any]:
    """One entry without what is empty, with the fields that were not ours in their old places."""
    content: dict[str, Any] = msgspec.to_builtins(entry)
    extra = content.pop("extra", {})
    return {
        **{key: value for key, value in content.items() if value is not None and value != () and value != []},
        **extra,
    }


def check(entry: msgspec.Struct) -> None:
    """Raises DiaryError for an entry that could not be read again: it must not get into a diary."""
    _entry(type(entry).__name__.lower(), type(entry), json_content(entry))


def json_content(entry: msgspec.Struct) -> Any:
    """What a file would hold of it."""
    return msgspec.json.decode(msgspec.json.encode(plain(entry)))


CSV_FIELDS = ("date", "cramps", "worst", "minutes", "leg", *TAGS, "note")


def write_csv(diary: Diary) -> str:
    """One line a night, for a spreadsheet; what is tried and planned is only in the JSON file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_FIELDS)
    for night in diary.nights:
        tags = [int(tag in night.day) for tag in TAGS]
        row = [night.date.isoformat(), night.cramps, night.worst, night.minutes, night.leg, *tags, _cell(night.note)]
        writer.writerow(["" if value is None else value for value in row])
    return out.getvalue()


def _cell(note: str | None) -> str | None:
    """A spreadsheet would take such a beginning for a formula."""
    return f"'{note}" if note and note[0] in "=+-@\t\r" else note


def _entries(name: str, kind: type[msgspec.Struct], given: Any) -> tuple[Any, ...]:
    if not isinstance(given, list):
        raise DiaryError("diary_not_a_list", list=name, given=_shown(given))
    return tuple(_entry(f"{name}[{index}]", kind, item) for index, item in enumerate(given))


def _entry(where: str, kind: type[msgspec.Struct], item: Any) -> msgspec.Struct:
    if not isinstance(item, dict):
        raise DiaryError("diary_not_an_entry", where=where, given=_shown(item))
    names = [field.name for field in msgspec.structs.fields(kind) if field.name != "extra"]
    known = {key: value for key, value in item.items() if key in names}
    extra: Extra = {key: value for key, value in item.items() if key not in names}
    try:
        entry = msgspec.convert({**known, "extra": extra} if "extra" in kind.__struct_fields__ else known, kind)
    except msgspec.ValidationError as fault:
        raise _told(where, str(fault)) from None
    for problem in faults(entry, where):
        raise problem
    return entry


# what msgspec says -> the key of our own sentence
_MESSAGES = {
    r"Object missing required field `(?P<field>.+)`": "shape_missing",
    r"Expected `(?P<expected>.+)`, got `(?P<got>.+)`": "shape_type",
    r"Invalid (?:enum )?value (?P<given>.+)": "shape_choice",
    r"(?P<problem>.+)": "wrong_shape",
}


def _told(where: str, message: str) -> DiaryError:
    what, _, path = message.partition(" - at `$")
    path = path.rstrip("`").removeprefix(".") or where
    for pattern, key in _MESSAGES.items():
        if match := re.fullmatch(pattern, what, re.DOTALL):
            return DiaryError(key, place=where, path=path, **match.groupdict())
    raise AssertionError(message)  # the last pattern matches everything


def faults(entry: msgspec.Struct, where: str) -> Iterable[DiaryError]:
    """What cannot be in an entry whose types are right. `where`: which entry it is, as the person would look for it."""
    for name, fits, wanted in _LIMITS.get(type(entry), ()):
        value = getattr(entry, name)
        if value is not None and not fits(value):
            yield DiaryError("diary_value", where=where, field=name, given=_shown(value), wanted=wanted)
    if isinstance(entry, Use) and entry.end is not None and entry.end < entry.start:
        yield DiaryError("diary_ends_before", where=where, start=entry.start, end=entry.end)
    if isinstance(entry, Plan) and not _in_a_row(entry):
        yield DiaryError("diary_plan_broken", where=where, most=LONGEST_PLAN)
    written = getattr(entry, "written", None)
    if written is not None and written.tzinfo is None:
        yield DiaryError(
            "diary_value", where=where, field="written", given=_shown(written), wanted="2026-11-23T20:00:00Z"
        )


def _in_a_row(plan: Plan) -> bool:
    """Each period begins where the one before it ends."""
    nights = 0
    for period in plan.periods:
        if period.nights < 1 or nights > LONGEST_PLAN or (period.start - plan.start).days != nights:
            return False
        nights += period.nights
    return 0 < nights <= LONGEST_PLAN


def _within(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: low <= value <= high


def _named(value: str) -> bool:
    return 0 < len(value) <= 80 and value.replace("_", "").isalnum()


_LIMITS: dict[type, tuple[tuple[str, Callable[[Any], bool], str], ...]] = {
    Night: (
        ("cramps", _within(0, MOST_CRAMPS), f"0-{MOST_CRAMPS}"),
        ("worst", _within(0, WORST), f"0-{WORST}"),
        ("minutes", _within(0, MOST_MINUTES), f"0-{MOST_MINUTES}"),
        ("day", lambda tags: len(set(tags)) == len(tags), ", ".join(TAGS)),
        ("note", lambda note: len(note) <= LONGEST_NOTE, f"<= {LONGEST_NOTE}"),
    ),
    Use: (("care", _named, "bedtime_stretching"),),
    Withdrawal: (("care", _named, "bedtime_stretching"),),
    Plan: (("care", _named, "bedtime_stretching"), ("seed", _within(0, 2**53), f"0-{2**53}")),
}


def _shown(value: Any) -> str:
    """What was given, short enough for a sentence."""
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."
