"""Tables in the OMOP model (a DuckDB file, or a folder of Parquet or CSV) -> lines with their person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kram.screening.fhir_lines import Line, LineReader, Nonsense, Tally
from kram.screening.omop_resources import COLUMNS, CONCEPTS, OmopReader
from kram.screening.optional import needed
from kram.screening.people import Fault
from kram.screening.sources import Part, omop_files
from kram.screening.table_files import rejected, relation_of, rows_of

_BATCH = 10_000


def read_table(
    source: Path, part: Part, connection: Any, omop: OmopReader, reader: LineReader, tally: Tally, faults: list[Fault]
) -> Iterator[Line]:
    """Every row of the part as a line. A table that cannot be read, and every row of a CSV that is none, is a fault."""
    duckdb = needed("duckdb", "screen")
    table = part.table
    try:
        query = _query(source, part, connection)
        if query is None:
            return
        connection.execute(query)
        names = [column[0] for column in connection.description]
        while rows := connection.fetchmany(_BATCH):
            for values in rows:
                tally.lines += 1
                resource = omop.resource(table, dict(zip(names, values, strict=True)))
                if resource is None:
                    faults.append(Fault("screen_no_subject", file=table))
                    continue
                try:
                    line = reader.read(msgspec.json.encode(resource), tally)
                except Nonsense as fault:
                    faults.append(Fault(str(fault), file=table))
                    continue
                if line is not None:
                    yield line
        faults += rejected(connection, Path(part.file).name or table)
    except (duckdb.Error, OSError, EOFError, UnicodeDecodeError):
        faults.append(Fault("screen_table_broken", {"table": table}, file=table))


def _query(source: Path, part: Part, connection: Any) -> str | None:
    """None where the source has no such table."""
    if source.is_file():
        return _of_database(source, part.table, connection)
    concept, death = relation_of(omop_files(source, "concept")), relation_of(omop_files(source, "death"))
    return _joined(part.table, rows_of(part), concept, death, connection)


def _of_database(source: Path, table: str, connection: Any) -> str | None:
    quoted = str(source).replace("'", "''")
    connection.execute(f"ATTACH IF NOT EXISTS '{quoted}' AS source (READ_ONLY)")
    listed = connection.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'source'")
    names = {name.lower(): f"source.{_name(schema)}.{_name(name)}" for schema, name in listed.fetchall()}
    if table not in names:
        return None
    return _joined(table, names[table], names.get("concept"), names.get("death"), connection)


def _joined(table: str, here: str, concept: str | None, death: str | None, connection: Any) -> str:
    """The columns that there are, with what the data's own table of concepts says of them."""
    there = {name.lower() for name in _columns(connection, here)}
    chosen = [f't."{name}"' for name in COLUMNS[table] if name in there]
    joins = ""
    if table == "person" and death is not None:
        chosen.append("d.death_date")
        joins = (
            f" LEFT JOIN (SELECT person_id, min(death_date) AS death_date FROM {death} GROUP BY 1) d USING (person_id)"
        )
        chosen[0] = "person_id"
    for index, column in enumerate(CONCEPTS.get(table, ())):
        if concept is not None and column in there:
            joins += f' LEFT JOIN {concept} c{index} ON t."{column}" = c{index}.concept_id'
            parts = {"vocabulary": "vocabulary_id", "code": "concept_code", "name": "concept_name"}
            chosen += [f'c{index}.{name} AS "{column}:{part}"' for part, name in parts.items()]
    return f"SELECT {', '.join(chosen)} FROM {here} t{joins}"


def _columns(connection: Any, relation: str) -> list[str]:
    return [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]


def _name(given: str) -> str:
    escaped = given.replace('"', '""')
    return f'"{escaped}"'
