"""Results of a screening -> the counts of its report. Groups of fewer people than `small_cell` are not told apart."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kram.assessment.urgency import ORDER
from kram.errors import KramError
from kram.knowledge.ages import span
from kram.knowledge.knowledge import Knowledge
from kram.screening.optional import needed
from kram.screening.summary import Summary

_GROUPS = ("0-17", "18-39", "40-59", "60-79", "80+")
_CAUSES = 12  # as many as a chart can hold


class Cell(Struct, frozen=True):
    """`count`: None where there are too few people to say."""

    name: str
    count: int | None


class GroupOfPeople(Struct, frozen=True):
    """`shares`: of 100 cramps of these people, how many come from each cause on average; empty for a small group."""

    age: str
    sex: str
    people: int | None
    shares: dict[str, float]


class ToCall(Struct, frozen=True):
    person: str
    age: float
    sex: str
    urgency: str
    complaint: str
    red_flags: list[str]
    leading_cause: str
    medicines: list[str]
    tests_missing: list[str]


class Counted(Struct, frozen=True):
    summary: Summary
    people: int
    small_cell: int
    urgency: list[Cell]
    red_flags: list[Cell]
    causes: list[str]  # the largest mean shares, "unexplained" among them
    groups: list[GroupOfPeople]
    modifiable: list[Cell]
    medicines: list[Cell]
    known_tests: list[Cell]
    missing_tests: list[Cell]
    first: list[ToCall]
    first_count: int


def counted(results: Path, knowledge: Knowledge, small_cell: int) -> Counted:
    """Raises KramError for a file that is no result of a screening."""
    return _Counter(results, knowledge, small_cell).counted()


def summary_of(results: Path) -> Summary:
    parquet = needed("pyarrow.parquet", "screen")
    pa = needed("pyarrow", "screen")
    beside = results / "_kram.json"  # the results of a cluster are a folder
    try:
        if beside.is_file():
            return msgspec.json.decode(beside.read_bytes(), type=Summary)
        return msgspec.json.decode(parquet.read_metadata(results).metadata[b"kram"], type=Summary)
    except (OSError, KeyError, TypeError, pa.ArrowException, msgspec.DecodeError) as fault:
        raise KramError("screen_no_results", file=str(results)) from fault


class _Counter:
    def __init__(self, results: Path, knowledge: Knowledge, small_cell: int) -> None:
        self._summary = summary_of(results)
        self._knowledge = knowledge
        self._small = small_cell
        self._rules = knowledge.screening.report
        self._connection = needed("duckdb", "screen").connect()
        where = str(results / "*.parquet" if results.is_dir() else results).replace("'", "''")
        self._connection.execute(f"CREATE VIEW rows AS SELECT * FROM read_parquet('{where}')")

    def counted(self) -> Counted:
        ((people,),) = self._all("SELECT count(*) FROM rows")
        tests = {f.id for f in self._knowledge.findings.values() if f.kind in ("test", "imaging")}
        used = self._cells(self._unnested("used"), None)
        urgent = ", ".join(f"'{level}'" for level in self._rules.first)
        ((first_count,),) = self._all(f"SELECT count(*) FROM rows WHERE urgency IN ({urgent})")
        return Counted(
            summary=self._summary,
            people=people,
            small_cell=self._small,
            urgency=sorted(
                self._cells("SELECT urgency, count(*) n FROM rows GROUP BY 1", None),
                key=lambda cell: -ORDER.index(cell.name),
            ),
            red_flags=self._cells(self._unnested("red_flags")),
            causes=self._largest(),
            groups=self._groups(),
            modifiable=self._cells(
                "SELECT leading_modifiable, count(*) n FROM rows WHERE leading_modifiable_share >= "
                f"{self._knowledge.settings.leading_share} GROUP BY 1"
            ),
            medicines=self._cells(self._unnested("medicines")),
            known_tests=[cell for cell in used if cell.name in tests],
            missing_tests=self._cells(self._unnested("tests_missing")),
            first=self._first(urgent),
            first_count=first_count,
        )

    def _all(self, query: str) -> list[Any]:
        return list(self._connection.execute(query).fetchall())

    def _unnested(self, column: str) -> str:
        return f"SELECT item, count(*) n FROM (SELECT unnest({column}) item FROM rows) GROUP BY 1"

    def _cells(self, query: str, most: int | None = 0) -> list[Cell]:
        """Most frequent first. `most`: 0 is as many as a list of the report holds, None is all."""
        limit = "" if most is None else f" LIMIT {most or self._rules.listed}"
        rows = self._all(f"SELECT * FROM ({query}) ORDER BY n DESC, 1{limit}")
        return [Cell(str(name), self._told(count)) for name, count in rows]

    def _told(self, count: int) -> int | None:
        return count if count >= self._small or count == 0 else None

    def _columns(self) -> list[str]:
        return ["unexplained", *self._knowledge.causes]

    def _largest(self) -> list[str]:
        means = ", ".join(f'avg("share_{id}")' for id in self._columns())
        (values,) = self._all(f"SELECT {means} FROM rows")
        ranked = sorted(zip(self._columns(), values, strict=True), key=lambda pair: -(pair[1] or 0.0))
        return [id for id, _ in ranked[:_CAUSES]]

    def _groups(self) -> list[GroupOfPeople]:
        found = []
        means = ", ".join(f'avg("share_{id}")' for id in self._largest())
        for group in _GROUPS:
            low, high = span(group)
            older = f"age >= {low}" + (f" AND age < {high}" if high < float("inf") else "")
            for sex in ("female", "male", "unknown"):
                (row,) = self._all(f"SELECT count(*), {means} FROM rows WHERE {older} AND sex = '{sex}'")
                people, *shares = row
                if people:
                    told = self._told(people)
                    known = {} if told is None else dict(zip(self._largest(), shares, strict=True))
                    found.append(GroupOfPeople(group, sex, told, known))
        return found

    def _first(self, urgent: str) -> list[ToCall]:
        order = ", ".join(f"'{level}'" for level in self._rules.first)
        rows = self._all(
            "SELECT person, age, sex, urgency, complaint, red_flags, leading_cause, medicines, tests_missing FROM rows "
            f"WHERE urgency IN ({urgent}) ORDER BY list_position([{order}], urgency), complaint = 'assumed', "
            f"len(red_flags) DESC, danger DESC, person LIMIT {self._rules.listed}"
        )
        return [ToCall(*row) for row in rows]
