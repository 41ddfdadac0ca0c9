"""A diary in one SQLite file of the person's own choosing, readable by that person only.

What has been acknowledged is on the disk: every change is one transaction with synchronous=FULL in a write-ahead log,
so that a process that is killed, or a disk that is full, leaves the diary as it was before. Two processes at once wait
for each other. A file of a newer version is left alone.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from platformdirs import user_data_path

from kram.diary import exchange
from kram.diary.merging import Merge, merge, tidy
from kram.diary.nights import EARLIEST, Diary, Night, Plan, Removal, Use, Withdrawal
from kram.errors import DiaryError

VERSION = 2  # PRAGMA user_version; 1 had no tables of removed uses and plans
APPLICATION = 0x6B72616D  # PRAGMA application_id: "kram"
PATIENCE = 15.0  # seconds to wait for another process
_TABLES = ("nights", "uses", "plans", "removed", "removed_uses", "removed_plans")
_SCHEMA = (
    *(f"CREATE TABLE IF NOT EXISTS {name} (key TEXT PRIMARY KEY, entry TEXT NOT NULL) STRICT" for name in _TABLES),
    "CREATE TABLE IF NOT EXISTS extra (key TEXT PRIMARY KEY, entry TEXT NOT NULL) STRICT",
)
_NO_ROOM = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)
_TICK = timedelta(microseconds=1)


def usual_place() -> Path:
    """KRAM_DIARY, else the user's data folder."""
    named = os.environ.get("KRAM_DIARY", "")
    return Path(named) if named else user_data_path("kram") / "diary.sqlite"


ANY: Any = object()  # whatever version is there


class ChangedError(DiaryError):
    """Somebody else has written this entry in the meantime. `entry`: what is there now, if anything."""

    def __init__(self, key: str, entry: Night | Use | Plan | None) -> None:
        super().__init__(key)
        self.entry = entry


class Keeper:
    """One diary file. Every method opens it, does one thing whole or not at all, and closes it.

    All raise DiaryError: a file that is no diary, of a newer version, locked for too long, or a disk that is full.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> Diary:
        """The whole diary; empty where there is no file yet."""
        if not self.file.exists():
            return Diary()
        with self._open() as connection:
            return self._read(connection)

    def add(self, night: Night, seen: datetime | None = ANY) -> Night | None:
        """Write a night, in place of an older entry of the same date, which is given back.

        `seen`: when the version that the person saw was written (None: there was none). Raises ChangedError
        where it is another by now.
        """
        with self._changing() as (connection, diary):
            before = next((one for one in diary.nights if one.date == night.date), None)
            _unchanged("diary_night_changed", before, seen)
            gone = next((one for one in diary.removed if one.date == night.date), None)
            extra = night.extra or (before.extra if before else {})
            moment = _after(before, gone)
            _put(connection, "nights", msgspec.structs.replace(night, written=moment, extra=extra))
            connection.execute("DELETE FROM removed WHERE key = ?", (night.date.isoformat(),))
            return before

    def remove(self, day: Any, seen: datetime | None = ANY) -> Night | None:
        """Take out the entry of a date; None where there was none. `seen`: as for `add`."""
        with self._changing() as (connection, diary):
            before = next((one for one in diary.nights if one.date == day), None)
            _unchanged("diary_night_changed", before, seen)
            if before is not None:
                connection.execute("DELETE FROM nights WHERE key = ?", (day.isoformat(),))
                _put(connection, "removed", Removal(date=day, written=_after(before)))
            return before

    def try_(self, use: Use, seen: datetime | None = ANY, was: tuple[str, date] | None = None) -> Use | None:
        """Write that something is or was tried; what it takes the place of is given back.

        `was`: care and start of the use that this one corrects (else the same care and start again: when it ended).
        `seen`: as for `add`. Raises DiaryError where the new care and start are those of another use.
        """
        at = was or (use.care, use.start)
        with self._changing() as (connection, diary):
            uses = {(one.care, one.start): one for one in diary.uses}
            gone = {(one.care, one.start): one for one in diary.removed_uses}
            before, new = uses.get(at), (use.care, use.start)
            _unchanged("diary_use_changed", before, seen)
            if new != at:
                if new in uses:
                    raise DiaryError("diary_use_there", care=use.care, start=use.start)
                self._take_out(connection, before)
            moment = _after(before, gone.get(new))
            extra = use.extra or (before.extra if before else {})
            _put(connection, "uses", msgspec.structs.replace(use, written=moment, extra=extra))
            connection.execute("DELETE FROM removed_uses WHERE key = ?", (_key_of(use),))
            return before

    def untry(self, care: str, start: date, seen: datetime | None = ANY) -> Use | None:
        """Take out a use that was written by mistake; None where there was none. `seen`: as for `add`."""
        with self._changing() as (connection, diary):
            before = next((one for one in diary.uses if (one.care, one.start) == (care, start)), None)
            _unchanged("diary_use_changed", before, seen)
            self._take_out(connection, before)
            return before

    def _take_out(self, connection: sqlite3.Connection, use: Use | None) -> None:
        if use is not None:
            connection.execute("DELETE FROM uses WHERE key = ?", (_key_of(use),))
            _put(connection, "removed_uses", Withdrawal(care=use.care, start=use.start, written=_after(use)))

    def plan(self, plan: Plan) -> None:
        """Write a plan. Raises DiaryError where it would lie across another plan that is written already."""
        with self._changing() as (connection, diary):
            for other in diary.plans:
                if (other.care, other.start) != (plan.care, plan.start) and _overlap(other, plan):
                    raise DiaryError("diary_plans_overlap", care=other.care, start=other.start, end=_end(other))
            at = (plan.care, plan.start)
            before = next((one for one in diary.plans if (one.care, one.start) == at), None)
            gone = next((one for one in diary.removed_plans if (one.care, one.start) == at), None)
            _put(connection, "plans", msgspec.structs.replace(plan, written=_after(before, gone)))
            connection.execute("DELETE FROM removed_plans WHERE key = ?", (_key_of(plan),))

    def unplan(self, care: str, start: date, seen: datetime | None = ANY) -> Plan | None:
        """Take out a plan that was made by mistake; None where there was none. `seen`: as for `add`."""
        with self._changing() as (connection, diary):
            before = next((one for one in diary.plans if (one.care, one.start) == (care, start)), None)
            _unchanged("diary_plan_changed", before, seen)
            if before is not None:
                connection.execute("DELETE FROM plans WHERE key = ?", (_key_of(before),))
                _put(connection, "removed_plans", Withdrawal(care=care, start=start, written=_after(before)))
            return before

    def take_in(self, other: Diary) -> Merge:
        """Merge another diary into this one: all of it or nothing."""
        with self._changing() as (connection, diary):
            merged = merge(diary, other)
            for name in _TABLES:
                connection.execute(f"DELETE FROM {name}")  # noqa: S608 (our own names)
                for entry in getattr(merged.diary, name):
                    _put(connection, name, entry)
            for key, value in merged.diary.extra.items():
                row = (key, msgspec.json.encode(value).decode())
                connection.execute("INSERT OR REPLACE INTO extra VALUES (?, ?)", row)
            return merged

    @contextmanager
    def _changing(self) -> Iterator[tuple[sqlite3.Connection, Diary]]:
        """One transaction, which nobody else can come between."""
        self._make()
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                _bring_up(connection)
                yield connection, self._read(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = None
        try:
            connection = sqlite3.connect(self.file, timeout=PATIENCE, isolation_level=None)
            self._look(connection)
            yield connection
        except (sqlite3.Error, OSError) as fault:
            raise self._sentence(fault) from fault
        finally:
            if connection is not None:
                connection.close()

    def _make(self) -> None:
        """The file and its folder, for this user only, before anything is in it."""
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as fault:
            raise self._sentence(fault) from fault

    def _look(self, connection: sqlite3.Connection) -> None:
        """Is it a diary of ours, and not a newer one? An empty file becomes one."""
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        if application == APPLICATION and version > VERSION:
            raise DiaryError("diary_file_newer", file=str(self.file), given=version, version=VERSION)
        if application == APPLICATION and version > 0:
            connection.execute("PRAGMA synchronous = FULL")
            return
        self._refuse_foreign(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            # another process may have been quicker
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
                self._refuse_foreign(connection)
                for statement in _SCHEMA:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _refuse_foreign(self, connection: sqlite3.Connection) -> None:
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
        if not ours and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise DiaryError("diary_file_foreign", file=str(self.file))

    def _read(self, connection: sqlite3.Connection) -> Diary:
        content: dict[str, Any] = {"version": exchange.VERSION}
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        for name in there.intersection(_TABLES):
            rows = connection.execute(f"SELECT entry FROM {name} ORDER BY key")  # noqa: S608 (our own names)
            content[name] = [msgspec.json.decode(entry) for (entry,) in rows]
        extra = {key: msgspec.json.decode(entry) for key, entry in connection.execute("SELECT key, entry FROM extra")}
        return tidy(exchange.from_content({**content, **extra}))

    def _sentence(self, fault: Exception) -> DiaryError:
        """What the machine said, as one sentence that a person can act on."""
        text = str(fault).lower()
        file = str(self.file)
        if (
            "full" in text
            or "disk i/o" in text
            or "too large" in text
            or getattr(fault, "errno", None) in (27, 28, 122)
        ):
            return DiaryError("diary_disk_full", file=file)
        if "locked" in text or "busy" in text:
            return DiaryError("diary_busy", file=file, seconds=int(PATIENCE))
        if "not a database" in text or "malformed" in text or isinstance(fault, IsADirectoryError):
            return DiaryError("diary_file_foreign", file=file)
        return DiaryError("diary_file_closed", file=file, problem=str(fault))


def _bring_up(connection: sqlite3.Connection) -> None:
    """A file of an earlier version gets what it lacks, in the transaction of the first change that is made to it."""
    if connection.execute("PRAGMA user_version").fetchone()[0] < VERSION:
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _unchanged(key: str, before: Night | Use | Plan | None, seen: datetime | None) -> None:
    if seen is not ANY and seen != (before.written if before else None):
        raise ChangedError(key, before)


def _put(connection: sqlite3.Connection, table: str, entry: msgspec.Struct) -> None:
    exchange.check(entry)
    row = (_key_of(entry), msgspec.json.encode(exchange.plain(entry)).decode())
    connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", row)  # noqa: S608 (our own names)


def _key_of(entry: msgspec.Struct) -> str:
    return "/".join(str(getattr(entry, name)) for name in ("date", "start", "care") if hasattr(entry, name))


def _after(*before: Night | Use | Plan | Removal | Withdrawal | None) -> datetime:
    """Now; but never before what it takes the place of, should the clock have been put back."""
    latest = max((entry.written for entry in before if entry is not None), default=EARLIEST)
    return max(datetime.now(UTC), latest + _TICK)


def _end(plan: Plan) -> Any:
    return plan.periods[-1].start + timedelta(days=plan.periods[-1].nights - 1)


def _overlap(one: Plan, other: Plan) -> bool:
    return bool(one.start <= _end(other) and other.start <= _end(one))
