"""What one process does: read a part of the source into buckets, or assess the people of one bucket."""

import os
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from kram.loading import load_assessor
from kram.screening.assessing import ManyAssessor
from kram.screening.batching import assessed
from kram.screening.fhir_lines import Tally
from kram.screening.mapping import Choices
from kram.screening.optional import needed
from kram.screening.part_reading import PartReader, mapper_for
from kram.screening.people import Fault
from kram.screening.private_files import write_private
from kram.screening.pseudonyms import Pseudonyms
from kram.screening.rows import schema
from kram.screening.sources import Source
from kram.screening.spooling import connect, read_bucket, spool
from kram.screening.summary import Told, told_of


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
        self._mapper = mapper_for(job.source.kind, lookup, Choices(job.today, job.on, job.everybody))
        self._reader = PartReader(lookup, job.source)
        self._pseudonym = Pseudonyms(job.key)

    def read(self, index: int) -> None:
        """One part of the source, whole; what was told of it is left in a file."""
        started = time.process_time()
        tally, faults = Tally(), list[Fault]()
        lines = self._reader.read(self._job.source.parts[index], self._connection, tally, faults)
        spool(lines, self._connection(), self._job.spooled, index, self._job.buckets)
        told = told_of(tally, faults, self._pseudonym)
        told.seconds["reading"] = time.process_time() - started
        write_private(self._job.told(f"read-{index}"), msgspec.json.encode(told))

    def _connection(self) -> Any:
        return connect(self._job.memory // 2, self._job.folder / "temporary")

    def assess(self, bucket: int) -> int:
        """The people of one bucket: their rows in a file of their own, whole or not at all. Gives how many."""
        parquet = needed("pyarrow.parquet", "screen")
        told = Told()
        part = self._job.part(bucket)
        draft = part.with_suffix(".draft")
        columns = schema(self._assessor.knowledge, self._job.intervals)
        people = read_bucket(self._connection(), self._job.spooled, bucket)
        with parquet.ParquetWriter(draft, columns, compression="zstd") as writer:
            for batch in assessed(people, self._mapper, self._many, self._pseudonym, told):
                writer.write_table(batch.table(columns, self._pseudonym))
        draft.chmod(0o600)
        draft.replace(part)
        write_private(self._job.told(f"bucket-{bucket}"), msgspec.json.encode(told))
        return told.people


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
