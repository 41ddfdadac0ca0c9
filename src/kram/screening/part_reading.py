"""What is read of any source, and how the people in it are understood: the same for every engine."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from kram.knowledge.lookup import Lookup
from kram.screening.case_table import CaseMapper, read_rows
from kram.screening.fhir_files import read_file
from kram.screening.fhir_lines import Line, LineReader, Tally
from kram.screening.mapping import Choices, Mapper
from kram.screening.omop_resources import OmopReader
from kram.screening.omop_tables import read_table
from kram.screening.people import Fault, Outcome
from kram.screening.sources import Kind, Part, Source


class AnyMapper(Protocol):
    def map(self, person: str, lines: Sequence[bytes | str]) -> Outcome:
        """The lines of one person, of a kind of source -> somebody to assess. Never raises for what stands in them."""


def mapper_for(kind: Kind, lookup: Lookup, choices: Choices) -> AnyMapper:
    return CaseMapper(lookup, choices) if kind == "cases" else Mapper(lookup, choices)


class PartReader:
    """Tables compiled once, for any number of parts of one source."""

    def __init__(self, lookup: Lookup, source: Source) -> None:
        self._lookup = lookup
        self._source = source
        self._lines = LineReader(lookup)
        knowledge = lookup.knowledge
        self._omop = OmopReader(knowledge.screening.omop, knowledge.records)

    def read(self, part: Part, connect: Callable[[], Any], tally: Tally, faults: list[Fault]) -> Iterator[Line]:
        """`connect`: gives a DuckDB, where the source is one of tables. Raises KramError for a table that is none of
        cases."""
        if self._source.kind == "fhir":
            return read_file(Path(part.file), self._lines, tally, faults)
        if self._source.kind == "omop":
            return read_table(self._source.path, part, connect(), self._omop, self._lines, tally, faults)
        return read_rows(part, self._lookup, connect(), tally, faults)
