"""What one process does: read a part of the source into buckets, or assess the people of one bucket."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from kram.loading import load_assessor
from kram.screening.assessing import ManyAssessor
from kram.screening.case_table import CaseMapper, read_rows
from kram.screening.fhir_files import read_file
from kram.screening.fhir_lines import Line, LineReader, Tally
from kram.screening.mapping import Choices, Mapper
from kram.screening.omop_resources import OmopReader
from kram.screening.omop_tables import read_table
from kram.screening.optional import needed
from kram.screening.people import Fault, Ready
from kram.screening.private_files import write_private
from kram.screening.pseudonyms import Pseudonyms
from kram.screening.rows import schema
from kram.screening.sources import Source
from kram.screening.spooling import connect, read_bucket, spool
from kram.screening.summary import Told, told_of

BATCH = 1000  # people in one call of the kernel


@dataclass(frozen=True)
class Job:
    """All that a process needs to know. `memory`: bytes for DuckDB in this process."""

    source: Source
    folder: Path
    buckets: int
    memory: int
    today: date
    on: date | None
    everybody: bool
    intervals: bool
    key: bytes | None

    @property
    def spooled(self) -> Path:
        return self.folder / "buckets"

    def part(self, bucket: int) -> Path:
        return self.folder / f"part-{bucket:05d}.parquet"

    def told(self, name: str) -> Path:
        return self.folder / f"told-{name}.json"


class Worker:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._assessor = load_assessor()
        lookup = self._assessor.lookup
        self._many = ManyAssessor(self._assessor, job.intervals)
        choices = Choices(job.today, job.on, job.everybody)
        self._mapper = CaseMapper(lookup, choices) if job.source.kind == "cases" else Mapper(lookup, choices)
        self._pseudonym = Pseudonyms(job.key)

    def read(self, index: int) -> None:
        """One part of the source, whole; what was told of it is left in a file."""
        started = time.process_time()
        tally, faults = Tally(), list[Fault]()
        connection = self._connection()
        reading = self._connection()
        lines = self._lines(self._job.source.parts[index], reading, tally, faults)
        spool(lines, connection, self._job.spooled, index, self._job.buckets)
        told = told_of(tally, faults, self._pseudonym)
        told.seconds["reading"] = time.process_time() - started
        write_private(self._job.told(f"read-{index}"), msgspec.json.encode(told))

    def _connection(self) -> Any:
        return connect(self._job.memory // 2, self._job.folder / "temporary")

    def _lines(self, part: str, connection: Any, tally: Tally, faults: list[Fault]) -> Iterator[Line]:
        lookup, source = self._assessor.lookup, self._job.source
        if source.kind == "fhir":
            return read_file(Path(part), LineReader(lookup), tally, faults)
        if source.kind == "omop":
            knowledge = lookup.knowledge
            omop = OmopReader(knowledge.screening.omop, knowledge.records)
            return read_table(source.path, part, connection, omop, LineReader(lookup), tally, faults)
        return read_rows(source.path, lookup, connection, tally, faults)

    def assess(self, bucket: int) -> int:
        """The people of one bucket: their rows in a file of their own, whole or not at all. Gives how many."""
        parquet = needed("pyarrow.parquet", "screen")
        told = Told()
        part = self._job.part(bucket)
        draft = part.with_suffix(".draft")
        columns = schema(self._assessor.knowledge, self._job.intervals)
        clock = _Clock(told)
        with parquet.ParquetWriter(draft, columns, compression="zstd") as writer:
            ready: list[Ready] = []
            for person, lines in read_bucket(self._connection(), self._job.spooled, bucket):
                told.people += 1
                outcome = self._mapper.map(person, lines)
                if isinstance(outcome, Ready):
                    ready.append(outcome)
                else:
                    told.note(outcome, self._pseudonym)
                if len(ready) >= BATCH:
                    clock.lap("shaping")
                    self._write(ready, writer, columns, told, clock)
                    ready = []
            clock.lap("shaping")
            self._write(ready, writer, columns, told, clock)
        draft.chmod(0o600)
        draft.replace(part)
        write_private(self._job.told(f"bucket-{bucket}"), msgspec.json.encode(told))
        return told.people

    def _write(self, ready: list[Ready], writer: Any, columns: Any, told: Told, clock: "_Clock") -> None:
        batch = self._many.batch(ready)
        for fault in batch.faults:
            told.note(fault, self._pseudonym)
        clock.lap("inference")
        if batch.rows:
            told.count(batch.rows)
            writer.write_table(batch.table(columns, self._pseudonym))
        clock.lap("writing")


class _Clock:
    """Where the time goes."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._since = time.process_time()

    def lap(self, what: str) -> None:
        now = time.process_time()
        self._told.seconds[what] = self._told.seconds.get(what, 0.0) + now - self._since
        self._since = now


# what a pool of processes calls: each process makes its worker once

_worker: Worker | None = None


def begin(job: Job) -> None:
    global _worker
    os.environ["KRAM_THREADS"] = "1"  # one process for each processor
    os.umask(0o077)
    _worker = Worker(job)


def read_part(index: int) -> int:
    assert _worker is not None
    _worker.read(index)
    return index


def assess_bucket(bucket: int) -> int:
    assert _worker is not None
    return _worker.assess(bucket)
