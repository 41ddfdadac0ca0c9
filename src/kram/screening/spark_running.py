"""A screening on a Spark cluster: Spark brings each person's records together, kram does the rest in its tasks.

    from kram.screening.spark_running import assess_records
    rows = assess_records(records)          # in a session that is running: a DataFrame of (person, text)

Every machine of the cluster needs the same kram; files of the source and of the results must be reachable by the same
path from all of them.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from kram.errors import KramError
from kram.inference.exact import threads
from kram.knowledge import keeping as kept_knowledge
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.lookup import Lookup
from kram.loading import load_knowledge
from kram.model import keeping as kept_draws
from kram.screening.fhir_lines import Tally
from kram.screening.mapping import Choices
from kram.screening.optional import needed
from kram.screening.part_reading import PartReader
from kram.screening.private_files import private_folder, write_private
from kram.screening.pseudonyms import key_in
from kram.screening.rows import schema
from kram.screening.running import Options, side_file, summarised
from kram.screening.sources import Source, find_source
from kram.screening.spooling import connect
from kram.screening.summary import Summary, Told

_LOOKING = 200_000_000  # bytes for a first look at a table
_ONE_BY_ONE = Source("fhir", Path(), (), 0)  # records that somebody else has brought together


def assess_records(records: Any, options: Options | None = None, knowledge: Knowledge | None = None) -> Any:
    """From a DataFrame of (person: string, text), each one FHIR resource as JSON, to one row a person.

    The column `told` is null but in one more row for each partition, which says as JSON what has no row.
    """
    knowledge = knowledge or load_knowledge()
    return _assessed(records, _carried(_ONE_BY_ONE, options or Options(), knowledge), knowledge)


def _assessed(records: Any, carried: Any, knowledge: Knowledge) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    from kram.screening import spark_tasks

    columns = spark_tasks.result_schema(schema(knowledge, carried.intervals))
    grouped = records.selectExpr("person", "CAST(text AS BINARY) AS text").repartition("person")
    grouped = grouped.sortWithinPartitions("person", "text")
    work = partial(_with, _share(records.sparkSession, carried), spark_tasks.assess_people)
    return grouped.mapInArrow(work, from_arrow_schema(columns))


def screen(source: Path, out: Path, options: Options, knowledge: Knowledge, master: str) -> Summary:
    """`out` becomes a folder of Parquet. Raises KramError for what cannot be screened."""
    needed("pyspark", "spark")
    needed("pyarrow", "spark")
    found = find_source(source.absolute())
    if found.kind != "fhir":
        needed("duckdb", "screen")
    if found.kind == "cases":  # a sentence now, and no trace of a task later
        _look_at_first(found, knowledge)
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise KramError("screen_no_java")
    session = _session(master)
    working = private_folder(out.with_name(out.name + ".working")).absolute()
    try:
        carried = _carried(found, options, knowledge)
        lines = _read(session, carried, working)
        medications = lines.filter("kind = 'medication'").selectExpr("medication", "text")
        own = lines.filter("kind = 'line'")
        shared = (
            own.filter("medication <> ''").select("person", "medication").distinct().join(medications, "medication")
        )
        records = own.select("person", "text").unionByName(shared.select("person", "text"))
        results = str(working / "results")
        _assessed(records, carried, knowledge).write.mode("overwrite").parquet(results)
        written = session.read.parquet(results)
        told = Told()
        for (text,) in lines.filter("kind = 'told'").select("text").collect():
            told.add(msgspec.json.decode(bytes(text), type=Told))
        for (text,) in written.filter("told IS NOT NULL").select("told").collect():
            told.add(msgspec.json.decode(text, type=Told))
        written.filter("told IS NULL").drop("told").write.parquet(str(out.absolute()))
    finally:
        session.stop()
    _make_private(out)
    summary = summarised(found.kind, told, options, knowledge)
    write_private(out / "_kram.json", msgspec.json.encode(summary))
    if told.faults:
        write_private(side_file(out), b"".join(msgspec.json.encode(fault) + b"\n" for fault in told.faults))
    shutil.rmtree(working)
    return summary


def _look_at_first(source: Source, knowledge: Knowledge) -> None:
    """Raises KramError for a table that is none of cases."""
    with TemporaryDirectory() as folder:
        connection = connect(_LOOKING, Path(folder))
        next(PartReader(Lookup(knowledge), source).read(source.parts[0], lambda: connection, Tally(), []), None)
        connection.close()


def _read(session: Any, carried: Any, working: Path) -> Any:
    """The lines of all parts, kept on disk: they are looked at more than once."""
    from pyspark.sql.pandas.types import from_arrow_schema

    from kram.screening import spark_tasks

    many = len(carried.source.parts)
    parts = session.range(0, many, 1, many).selectExpr("CAST(id AS INT) AS part")  # one task for each
    work = partial(_with, _share(session, carried), spark_tasks.read_parts)
    lines = parts.mapInArrow(work, from_arrow_schema(spark_tasks.LINES))
    folder = str(working / "lines")
    lines.write.mode("overwrite").parquet(folder)
    return session.read.parquet(folder)


def _carried(source: Source, options: Options, knowledge: Knowledge) -> Any:
    from kram.screening.spark_tasks import Carried

    draws = kept_draws.packed(kept_draws.compile_(knowledge).draws.made)
    key = key_in(options.key_file) if options.key_file is not None else None
    choices = Choices(date.today(), options.on, options.everybody)
    return Carried(kept_knowledge.packed(knowledge), draws, source, choices, options.intervals, key)


def _share(session: Any, carried: Any) -> Callable[[], Any]:
    """Sent once to each machine where the session can broadcast; with Spark Connect it travels with the function."""
    try:
        context = session.sparkContext
    except Exception:  # Spark Connect has none, and says so by an error of its own
        return partial(_same, carried)
    return partial(_broadcast_value, context.broadcast(carried))


def _same(carried: Any) -> Any:
    return carried


def _broadcast_value(broadcast: Any) -> Any:
    return broadcast.value


def _with(carried: Callable[[], Any], work: Callable[[Any, Any], Iterator[Any]], batches: Any) -> Iterator[Any]:
    os.environ["KRAM_THREADS"] = "1"
    return work(carried(), batches)


def _session(master: str) -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("kram screen")
    if master.startswith("sc://"):
        return builder.remote(master).getOrCreate()
    quiet = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.hadoop.fs.permissions.umask-mode": "077",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "5000",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.shuffle.partitions": str(4 * threads()),
    }
    if master.startswith("local"):
        quiet |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    for name, value in quiet.items():
        builder = builder.config(name, value)
    session = builder.master(master).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _make_private(out: Path) -> None:
    """Where the file system of the cluster is one of this machine."""
    for path in (out, *out.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
