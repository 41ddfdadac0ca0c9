"""What the tasks of Spark do, in Python processes of the cluster: the very steps of the embedded engine.

`Carried` brings the knowledge along, as read, and its draws as arrays: a task reads no file of knowledge.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pyarrow as pa

from kram.assessment.assessing import Assessor
from kram.knowledge import keeping as kept_knowledge
from kram.model import keeping as kept_draws
from kram.model.compiling import Compiled
from kram.model.posing import Model
from kram.screening.assessing import ManyAssessor
from kram.screening.batching import assessed
from kram.screening.fhir_lines import Tally
from kram.screening.mapping import Choices
from kram.screening.part_reading import AnyMapper, PartReader, mapper_for
from kram.screening.people import Fault
from kram.screening.pseudonyms import Pseudonyms
from kram.screening.rows import schema
from kram.screening.sources import Source
from kram.screening.spooling import by_person, connect
from kram.screening.summary import Told, told_of

LINES = pa.schema([("kind", pa.string()), ("person", pa.string()), ("medication", pa.string()), ("text", pa.binary())])
TOLD = "told"  # the column beside the results: what a task has to tell at its end, as JSON
_HELD = 10_000  # lines in one batch
_MEMORY = 500_000_000  # bytes for the DuckDB of a task that reads tables


@dataclass(frozen=True)
class Carried:
    knowledge: bytes
    draws: bytes
    source: Source
    choices: Choices
    intervals: bool
    key: bytes | None

    @property
    def mark(self) -> str:
        """Names exactly this: a process keeps what it has made of it."""
        said = repr((self.source, self.choices, self.intervals, self.key))
        return hashlib.sha256(self.knowledge + said.encode()).hexdigest()


@dataclass(frozen=True)
class _Tools:
    reader: PartReader
    mapper: AnyMapper
    many: ManyAssessor
    columns: pa.Schema


_made: dict[str, _Tools] = {}


def result_schema(columns: pa.Schema) -> pa.Schema:
    return columns.append(pa.field(TOLD, pa.string()))


def _tools(carried: Carried) -> _Tools:
    if carried.mark not in _made:
        knowledge = kept_knowledge.unpacked(carried.knowledge)
        assessor = Assessor(Model(Compiled(knowledge, kept_draws.unpacked(carried.draws))))
        _made.clear()
        _made[carried.mark] = _Tools(
            PartReader(assessor.lookup, carried.source),
            mapper_for(carried.source.kind, assessor.lookup, carried.choices),
            ManyAssessor(assessor, carried.intervals),
            schema(knowledge, carried.intervals),
        )
    return _made[carried.mark]


def read_parts(carried: Carried, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of (number of a part of the source) -> lines with their person; a last one of kind `told` for each."""
    with TemporaryDirectory() as temporary:
        for part in (part for batch in batches for part in batch.column(0).to_pylist()):
            yield from _read(carried, part, Path(temporary))


def _read(carried: Carried, part: int, temporary: Path) -> Iterator[pa.RecordBatch]:
    tools = _tools(carried)
    started = time.process_time()
    tally, faults = Tally(), list[Fault]()
    held: list[tuple[str, str, str, bytes]] = []
    for line in tools.reader.read(carried.source.parts[part], partial(connect, _MEMORY, temporary), tally, faults):
        held.append(("line" if line.person else "medication", line.person, line.medication, line.text))
        if len(held) >= _HELD:
            yield _lines(held)
            held = []
    told = told_of(tally, faults, Pseudonyms(carried.key))
    told.seconds["reading"] = time.process_time() - started
    yield _lines([*held, (TOLD, "", "", msgspec.json.encode(told))])


def _lines(held: list[tuple[str, str, str, bytes]]) -> pa.RecordBatch:
    columns = zip(*held, strict=True)
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, LINES, strict=True)], schema=LINES)


def assess_people(carried: Carried, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of (person, text), a person's lines together -> rows of the results; a last one that only tells."""
    tools, pseudonym, told = _tools(carried), Pseudonyms(carried.key), Told()
    whole = result_schema(tools.columns)
    rows = (row for batch in batches for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))
    for found in assessed(by_person(rows), tools.mapper, tools.many, pseudonym, told):
        table = found.table(tools.columns, pseudonym)
        yield from table.append_column(whole.field(TOLD), pa.nulls(len(found.rows), pa.string())).to_batches()
    last = {name: [None] for name in tools.columns.names} | {TOLD: [msgspec.json.encode(told).decode()]}
    yield pa.record_batch([pa.array(last[field.name], field.type) for field in whole], schema=whole)
