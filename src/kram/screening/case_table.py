"""A table of cases, one row a person: columns named after questions -> cases as `read_case` takes them.

person (an identifier), age, sex, pregnant, cramps (yes or no), medicines and conditions (names or codes, separated by
semicolons), complete (lists that are complete), date; every other column is a finding: a question, or a test in its own
unit. Empty cells are unknown.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from kram.assessment.case_reading import read_case
from kram.errors import KramError
from kram.knowledge.lookup import Lookup
from kram.screening.fhir_lines import Line, Tally
from kram.screening.mapping import Choices
from kram.screening.optional import needed
from kram.screening.people import Fault, Outcome, Ready, Silent
from kram.screening.sources import Part
from kram.screening.table_files import rejected, rows_of

_LISTS = ("medicines", "conditions", "complete")
_OWN = ("person", "age", "sex", "pregnant", "cramps", "date", *_LISTS)
_NO = {"no", "tidak", "0", "false"}


def read_rows(part: Part, lookup: Lookup, connection: Any, tally: Tally, faults: list[Fault]) -> Iterator[Line]:
    """Raises KramError for a table that is none of cases."""
    duckdb = needed("duckdb", "screen")
    file = Path(part.file)
    try:
        connection.execute(f"SELECT * FROM {rows_of(part)}")
    except (duckdb.Error, OSError, EOFError, ValueError) as fault:
        raise KramError("screen_table_unreadable", file=str(file)) from fault
    names = [column[0] for column in connection.description]
    _check(names, lookup, file)
    number = part.first
    while rows := connection.fetchmany(10_000):
        for values in rows:
            number += 1
            tally.lines += 1
            row = {name: value for name, value in zip(names, values, strict=True) if value not in (None, "")}
            person = str(row.get("person", number))
            yield Line(person, "", msgspec.json.encode(row, enc_hook=str))
    faults += rejected(connection, file.name)


def _check(names: Sequence[str], lookup: Lookup, file: Path) -> None:
    missing = [name for name in ("age", "sex") if name not in names]
    if missing:
        raise KramError("screen_columns_missing", file=str(file), columns=", ".join(missing))
    unknown = [name for name in names if name not in _OWN and name not in lookup.knowledge.findings]
    if unknown:
        near = lookup.findings.nearest(unknown[0])
        raise KramError("screen_column_unknown", file=str(file), column=unknown[0], nearest=", ".join(near) or "-")


class CaseMapper:
    """The counterpart of `mapping.Mapper` for rows of a table of cases."""

    def __init__(self, lookup: Lookup, choices: Choices) -> None:
        self._lookup = lookup
        self._choices = choices

    def map(self, person: str, lines: Sequence[bytes | str]) -> Outcome:
        if len(lines) > 1:
            return Fault("screen_person_twice", {"count": len(lines)}, person)
        row: dict[str, Any] = msgspec.json.decode(lines[0])
        without = str(row.get("cramps", "yes")).strip().casefold() in _NO
        if without and not self._choices.everybody:
            return Silent("no_complaint")
        try:
            answers = read_case(self._case(row), self._lookup)
            on = self._choices.on or (date.fromisoformat(str(row["date"])[:10]) if "date" in row else None)
        except KramError as fault:
            return Fault(
                fault.key, {**dict.fromkeys(fault.values, "-"), "place": fault.values.get("place", "-")}, person
            )
        except ValueError:
            return Fault("screen_date_wrong", {}, person)
        return Ready(person, answers, "assumed" if without else "recorded", on)

    def _case(self, row: Mapping[str, Any]) -> dict[str, Any]:
        case: dict[str, Any] = {"person": {"age": _number(row.get("age")), "sex": row.get("sex")}}
        if "pregnant" in row:
            case["person"]["pregnant"] = _number(row["pregnant"])
        for name in _LISTS:
            if name in row:
                given = row[name] if isinstance(row[name], list) else str(row[name]).split(";")
                case[name] = [str(item).strip() for item in given if str(item).strip()]
        findings = self._lookup.knowledge.findings
        answers = {
            name: _number(value) if findings[name].form == "number" else _level(value)
            for name, value in row.items()
            if name in findings
        }
        if answers:
            case["findings"] = answers
        return case


def _number(given: Any) -> Any:
    """The number that a cell says; what says none is left to the reader of cases."""
    try:
        value = float(str(given).replace(",", ".")) if not isinstance(given, bool) else math.nan
    except ValueError:
        return given
    return value if math.isfinite(value) else given


def _level(given: Any) -> Any:
    return str(given) if not isinstance(given, bool | str) else given
