"""Tables in Parquet or CSV files as relations of DuckDB, and the rows of them that could not be taken apart."""

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from kram.screening.people import Fault
from kram.screening.sources import Part

_DELIMITERS = ",;\t|"


def rows_of(part: Part) -> str:
    """The rows of a part of a table, as a relation."""
    if part.end is None:
        return str(relation_of([Path(part.file)]))
    return (
        f"(SELECT * EXCLUDE (file_row_number) FROM read_parquet({_quoted(part.file)}, file_row_number = true) "
        f"WHERE file_row_number >= {part.first} AND file_row_number < {part.end})"
    )


def relation_of(files: Sequence[Path]) -> str | None:
    """None where there are none."""
    if not files:
        return None
    listed = ", ".join(_quoted(str(file)) for file in files)
    if files[0].suffix.lower() == ".parquet":
        return f"read_parquet([{listed}], union_by_name = true)"
    return f"read_csv([{listed}], {_dialect(files[0])})"


def _dialect(file: Path) -> str:
    """As the first line shows it. Guessed from all of the file, one broken row would change how all are read. Tables
    with tabs (vocabularies as they are downloaded) have bare quotes in their words."""
    with (
        gzip.open(file, "rt", encoding="utf-8-sig")
        if file.suffix == ".gz"
        else file.open(encoding="utf-8-sig") as stream
    ):
        first = cast(TextIO, stream).readline(100_000).rstrip("\r\n")
    delimiter = max(_DELIMITERS, key=first.count)
    quote = "" if delimiter == "\t" else '"'
    names = next(csv.reader([first], delimiter=delimiter), [""])
    columns = ", ".join(f"{_quoted(name.strip())}: 'VARCHAR'" for name in names)
    return (
        f"auto_detect = false, header = true, store_rejects = true, delim = {_quoted(delimiter)}, "
        f"quote = {_quoted(quote)}, escape = {_quoted(quote)}, columns = {{{columns}}}"
    )


def rejected(connection: Any, name: str) -> list[Fault]:
    """Rows of CSV files that DuckDB could not take apart."""
    listed = connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchall()
    if not listed:
        return []
    rows = connection.execute("SELECT DISTINCT line FROM reject_errors ORDER BY line").fetchall()
    return [Fault("screen_row_broken", file=name, line=int(line)) for (line,) in rows]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
