"""Reading a FHIR bulk export: kram's reader beside what else one would take, on the same files.

    python -m benchmarks.flattening [PEOPLE [PYTHON]]

PYTHON: of an environment with `sqlonfhir` (an engine of SQL on FHIR, from PyPI); without it that row is left out.

The others make one flat row of each coding: id, person, code, day, value and unit. kram's first step needs less (whose
the line is, and whether a code of it is known) and keeps the resource; its whole way (the resource taken apart by the
mapping of the service) is the second row, and answers more: status, look-back, units, contradictions. It is checked
that all of them found the same resources of the same people, and the others the same rows. Processor seconds of one
thread; kram's two and DuckDB and pandas the best of three runs.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from benchmarks.views import COLUMNS, WHERE
from kram.loading import load_assessor
from kram.screening.fhir_files import read_file
from kram.screening.fhir_lines import LineReader, Tally
from kram.screening.mapping import Choices, Mapper
from kram.screening.synthesis.population import Population
from kram.screening.synthesis.writing_fhir import FhirWriter

Rows = set[tuple[Any, ...]]
DAY = date(2026, 6, 30)
REPEATS = 3
_QUANTITY = "STRUCT(value DOUBLE, unit VARCHAR)"
_CODED = "STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[])"


def of_kram(folder: Path) -> Callable[[], list[tuple[str, bytes]]]:
    reader = LineReader(load_assessor().lookup)

    def work() -> list[tuple[str, bytes]]:
        lines = (line for file in sorted(folder.iterdir()) for line in read_file(file, reader, Tally(), []))
        return [(line.person, line.text) for line in lines]

    return work


def of_kram_whole(folder: Path) -> Callable[[], list[tuple[str, bytes]]]:
    read, mapper = of_kram(folder), Mapper(load_assessor().lookup, Choices(DAY, DAY, True))

    def work() -> list[tuple[str, bytes]]:
        lines = read()
        people: dict[str, list[bytes]] = {}
        for person, text in lines:
            people.setdefault(person, []).append(text)
        for person, texts in people.items():
            mapper.map(person, texts)
        return lines

    return work


def of_pandas(folder: Path) -> Rows:
    import pandas

    found: Rows = set()
    for kind, (person, codings, day, number) in WHERE.items():
        for file in sorted(folder.glob(f"{kind}.*")):
            flat = pandas.json_normalize([json.loads(line) for line in file.open("rb")])
            if codings:
                flat = flat.explode(codings)
                flat["code"] = flat[codings].map(lambda one: one.get("code"), na_action="ignore")
            chosen = {"id": "id", "person": person, "code": "code", "day": day}
            chosen |= {"value": "valueQuantity.value", "unit": "valueQuantity.unit"} if number else {}
            flat = flat.rename(columns={path: name for name, path in chosen.items() if path != "id"})
            if kind == "Patient":
                flat["person"] = flat["id"]
            flat = flat.reindex(columns=COLUMNS).astype(object)
            found.update(flat.where(flat.notna(), None).itertuples(index=False, name=None))
    return found


def of_duckdb(folder: Path) -> Rows:
    """DuckDB's own reader with declared columns, and one SELECT a view."""
    connection = duckdb.connect(config={"threads": 1})
    found: Rows = set()
    for kind, (person, codings, day, number) in WHERE.items():
        concept = codings.split(".")[0] if codings else "code"
        columns = {"id": "VARCHAR", "subject": "STRUCT(reference VARCHAR)", concept: _CODED, day: "VARCHAR",
                   "valueQuantity": _QUANTITY}  # fmt: skip
        declared = ", ".join(f"{name}: '{form}'" for name, form in columns.items())
        code = f"unnest(coalesce(nullif({codings}, []), [NULL])).code" if codings else "NULL"
        value = "valueQuantity.value, valueQuantity.unit" if number else "NULL, NULL"
        source = f"read_ndjson('{folder}/{kind}.*', columns = {{{declared}}})"
        query = f"SELECT id, {person}, {code}, {day}, {value} FROM {source}"
        found.update(connection.execute(query).fetchall())
    return found


def of_sqlonfhir(folder: Path, python: str) -> tuple[float, Rows]:
    out = folder.parent / "views.json"
    script = Path(__file__).with_name("views.py")
    subprocess.run([python, str(script), str(folder), str(out)], check=True)
    told = json.loads(out.read_bytes())
    return told["seconds"], {tuple(row) for row in told["rows"]}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The quickest of a few runs."""
    best, found = float("inf"), None
    for _ in range(REPEATS):
        started = time.process_time()
        found = work()
        best = min(best, time.process_time() - started)
    return best, found


def same(lines: list[tuple[str, bytes]], rows: Rows, codes: Rows) -> None:
    """Of kram's lines and of a peer's rows, and of two peers. kram lets go what has no code."""
    own = {(msgspec.json.decode(text)["id"], person) for person, text in lines}
    theirs = {(id, str(person).split("/")[-1]): code for id, person, code, *_ in rows}
    assert own <= theirs.keys()
    assert {theirs[left] for left in theirs.keys() - own} <= {None}
    assert rows == codes


def main(people: int, python: str | None) -> None:
    assessor = load_assessor()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "fhir"
        folder.mkdir()
        FhirWriter(assessor.knowledge).write(Population(assessor.model).people(people, 7), folder, False)
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        own, lines = timed(of_kram(folder))
        whole, _ = timed(of_kram_whole(folder))
        taken = {"kram, reading": own, "kram, reading and mapping": whole}
        taken["DuckDB, SQL views"], views = timed(lambda: of_duckdb(folder))
        taken["pandas, json_normalize"], frames = timed(lambda: of_pandas(folder))
        same(lines, views, frames)
        if python is not None:
            taken["sqlonfhir, ViewDefinitions"], rows = of_sqlonfhir(folder, python)
            same(lines, rows, views)
        print(f"{len(lines)} lines of {people} people, {size:.1f} MB; load {os.getloadavg()[0]:.1f}")
        for who, seconds in taken.items():
            per_line = 1e6 * seconds / len(lines)
            print(f"{who:<28} {seconds:7.2f} s {per_line:7.1f} us a line, {seconds / own:6.2f} of kram's reading")


if __name__ == "__main__":
    chosen = sys.argv[1:]
    main(int(chosen[0]) if chosen else 2000, chosen[1] if len(chosen) > 1 else None)
