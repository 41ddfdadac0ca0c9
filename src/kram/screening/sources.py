"""What SOURCE is: a FHIR bulk export, a database in the OMOP model, or a table of cases; and its parts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kram.errors import KramError

Kind = Literal["fhir", "omop", "cases"]
NDJSON = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
TABLES = (".parquet", ".csv")
DATABASES = (".duckdb", ".ddb")
OMOP_TABLES = ("person", "condition_occurrence", "drug_exposure", "measurement", "observation", "procedure_occurrence")


@dataclass(frozen=True)
class Source:
    """`parts`: files that are read on their own (fhir), names of tables (omop), or nothing. `size`: bytes, unpacked."""

    kind: Kind
    path: Path
    parts: tuple[str, ...]
    size: int

    def mark(self) -> list[str]:
        """Changes when a file of the source changes."""
        files = [self.path] if self.path.is_file() else sorted(p for p in self.path.rglob("*") if p.is_file())
        return [f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]


def find_source(path: Path) -> Source:
    """Raises KramError where it is none of the three."""
    if path.is_file():
        if path.suffix in DATABASES:
            return Source("omop", path, OMOP_TABLES, path.stat().st_size * 3)
        if path.suffix in TABLES:
            return Source("cases", path, ("",), path.stat().st_size)
        if path.name.endswith(NDJSON):
            return Source("fhir", path, (str(path),), _unpacked(path))
    elif path.is_dir():
        lines = sorted(file for file in path.rglob("*") if file.is_file() and file.name.endswith(NDJSON))
        if lines:
            lines.sort(key=_unpacked, reverse=True)  # the longest first: nobody waits for it at the end
            return Source("fhir", path, tuple(map(str, lines)), sum(map(_unpacked, lines)))
        tables = [name for name in OMOP_TABLES if omop_files(path, name)]
        if "person" in tables:
            size = sum(file.stat().st_size for name in tables for file in omop_files(path, name))
            return Source("omop", path, tuple(tables), size * 3)
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


def _unpacked(file: Path) -> int:
    """Roughly: what is packed is some ten times as large."""
    return file.stat().st_size * (10 if file.suffix == ".gz" else 1)
