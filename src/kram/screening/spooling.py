"""Everything read, sorted into buckets of people on disk, so that each bucket can be assessed on its own.

DuckDB writes the buckets (Parquet, one folder each); memory is bounded whatever the size of the source.
"""

import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from kram.errors import KramError
from kram.screening.fhir_lines import Line
from kram.screening.optional import needed

BATCH = 20_000  # lines
_NOBODY = -1  # the bucket of what belongs to no one person: Medications, which several may share


def bucket_of(person: str, buckets: int) -> int:
    return zlib.crc32(person.encode("utf-8", "surrogatepass")) % buckets


def connect(memory: int, temporary: Path) -> Any:
    """A DuckDB of one thread. `memory`: bytes."""
    duckdb = needed("duckdb", "screen")
    settings = {"threads": 1, "memory_limit": f"{memory // 1_000_000}MB", "temp_directory": str(temporary)}
    connection = duckdb.connect(config={**settings, "preserve_insertion_order": False})
    connection.execute("SET enable_progress_bar = false")
    return connection


def spool(lines: Iterable[Line], connection: Any, folder: Path, part: int, buckets: int) -> None:
    """Adds the lines to the buckets in `folder`. `part`: a number of its own for each call."""
    stopped: list[KramError] = []
    connection.register("incoming", _stream(_guarded(lines, stopped), buckets))
    connection.execute(f"SET partitioned_write_max_open_files = {buckets + 1}")
    connection.execute(
        f"COPY (SELECT * FROM incoming) TO '{_quoted(folder)}' "
        "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARTITION_BY (bucket), OVERWRITE_OR_IGNORE, "
        f"FILENAME_PATTERN 'part{part}_{{i}}')"
    )
    connection.unregister("incoming")
    if stopped:
        raise stopped[0]


def _guarded(lines: Iterable[Line], stopped: list[KramError]) -> Iterator[Line]:
    """DuckDB would hide our own errors in one of its own: they are kept, and raised behind it."""
    try:
        yield from lines
    except KramError as fault:
        stopped.append(fault)


def read_bucket(connection: Any, folder: Path, bucket: int) -> Iterator[tuple[str, list[bytes]]]:
    """Each person of the bucket with their lines, in an order that depends on nothing else."""
    own, shared = folder / f"bucket={bucket}", folder / f"bucket={_NOBODY}"
    if not own.is_dir():
        return
    query = f"SELECT person, text FROM read_parquet('{_quoted(own)}/*.parquet', hive_partitioning = false)"
    if shared.is_dir():
        query += (
            f" UNION SELECT r.person, m.text FROM read_parquet('{_quoted(own)}/*.parquet', hive_partitioning = false) r"
            f" JOIN read_parquet('{_quoted(shared)}/*.parquet', hive_partitioning = false) m USING (medication)"
            " WHERE r.medication <> ''"
        )
    connection.execute(f"SELECT person, text FROM ({query}) ORDER BY person, text")
    yield from by_person(row for rows in iter(lambda: connection.fetchmany(BATCH), []) for row in rows)


def by_person(rows: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, list[bytes]]]:
    """Rows of (person, text) of which those of a person stand together -> each person with their lines."""
    for person, own in groupby(rows, key=itemgetter(0)):
        yield person, [text for _, text in own]


def _stream(lines: Iterable[Line], buckets: int) -> Any:
    pa = needed("pyarrow", "screen")
    schema = pa.schema(
        [("bucket", pa.int32()), ("person", pa.string()), ("medication", pa.string()), ("text", pa.binary())]
    )

    def batches() -> Iterator[Any]:
        held: list[Line] = []
        for line in lines:
            held.append(line)
            if len(held) >= BATCH:
                yield batch(held)
                held = []
        if held:
            yield batch(held)

    def batch(held: list[Line]) -> Any:
        people, medications, texts = zip(*held, strict=True)
        of = [bucket_of(person, buckets) if person else _NOBODY for person in people]
        columns = [pa.array(of, pa.int32()), pa.array(people), pa.array(medications), pa.array(texts, pa.binary())]
        return pa.record_batch(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
