"""What SOURCE is: a FHIR bulk export, a database in the OMOP model, or a table of cases; and its parts."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kram.errors import KramError
from kram.screening.optional import needed

Kind = Literal["fhir", "omop", "cases"]
NDJSON = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
TABLES = (".parquet", ".csv")
DATABASES = (".duckdb", ".ddb")
ROWS = 500_000  # of a Parquet file in one part
_LINE = 300  # bytes
OMOP_TABLES = ("person", "condition_occurrence", "drug_exposure", "measurement", "observation", "procedure_occurrence")


@dataclass(frozen=True)
class Part:
    """What is read in one go, by one process. `file`: "" for a table of a database. `table`: of OMOP. `first`, `end`:
    rows of a Parquet file; None: all that there are."""

    file: str = ""
    table: str = ""
    first: int = 0
    end: int | None = None


@dataclass(frozen=True)
class Source:
    """`size`: roughly the bytes of all lines, once they are unpacked."""

    kind: Kind
    path: Path
    parts: tuple[Part, ...]
    size: int

    def mark(self) -> list[str]:
        """Changes when a file of the source changes."""
        files = [self.path] if self.path.is_file() else sorted(p for p in self.path.rglob("*") if p.is_file())
        return [f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]


def find_source(path: Path) -> Source:
    """Raises KramError where it is none of the three."""
    if path.is_file():
        if path.suffix in DATABASES:
            return Source("omop", path, tuple(Part(table=name) for name in OMOP_TABLES), path.stat().st_size * 3)
        if path.suffix in TABLES:
            return Source("cases", path, tuple(_parts_of(path, "")), _in_lines(path))
        if path.name.endswith(NDJSON):
            return Source("fhir", path, (Part(str(path)),), _unpacked(path))
    elif path.is_dir():
        lines = sorted(file for file in path.rglob("*") if file.is_file() and file.name.endswith(NDJSON))
        if lines:
            lines.sort(key=_unpacked, reverse=True)  # the longest first: nobody waits for it at the end
            return Source("fhir", path, tuple(Part(str(file)) for file in lines), sum(map(_unpacked, lines)))
        tables = [name for name in OMOP_TABLES if omop_files(path, name)]
        if "person" in tables:
            files = [(name, file) for name in tables for file in omop_files(path, name)]
            parts = tuple(part for name, file in files for part in _parts_of(file, name))
            return Source("omop", path, parts, sum(_in_lines(file) for _, file in files))
        cases = [file for file in path.iterdir() if file.suffix in TABLES]
        if len(cases) == 1:
            return find_source(cases[0])
    else:
        raise KramError("screen_source_missing", source=str(path))
    raise KramError("screen_source_unknown", source=str(path))


def omop_files(folder: Path, table: str) -> list[Path]:
    """A table is one file or a folder of files, whatever the case of its name."""
    found = []
    for entry in sorted(folder.iterdir()):
        name = entry.name.lower()
        if entry.is_dir() and name == table:
            found += sorted(file for file in entry.iterdir() if file.suffix.lower() in TABLES)
        elif any(name in (f"{table}{end}", f"{table}{end}.gz") for end in TABLES):
            found.append(entry)
    return found


def _parts_of(file: Path, table: str) -> Iterator[Part]:
    """A long Parquet file is read in several parts, for several processes. If it cannot be read, its reader says so."""
    rows = _rows_in(file)
    for first in range(0, max(rows, 1), ROWS):
        yield Part(str(file), table, first, first + ROWS if rows > ROWS else None)


def _rows_in(file: Path) -> int:
    """Of a Parquet file; 0 where that cannot be said."""
    if file.suffix.lower() == ".parquet":
        pa, parquet = needed("pyarrow", "screen"), needed("pyarrow.parquet", "screen")
        with suppress(pa.ArrowException, OSError):
            return int(parquet.read_metadata(file).num_rows)
    return 0


def _in_lines(file: Path) -> int:
    """A row is a line of some hundred bytes, however well the table is packed."""
    return _rows_in(file) * _LINE or _unpacked(file) * 3


def _unpacked(file: Path) -> int:
    """Roughly: what is packed is some ten times as large."""
    return file.stat().st_size * (10 if file.suffix == ".gz" else 1)
