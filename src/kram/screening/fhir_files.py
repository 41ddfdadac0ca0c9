"""Files of a FHIR bulk export -> lines with their person. What is broken is named and passed over."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from kram.screening.fhir_lines import Line, LineReader, Nonsense, Tally, lines_of
from kram.screening.people import Fault


def read_file(file: Path, reader: LineReader, tally: Tally, faults: list[Fault]) -> Iterator[Line]:
    number = 0
    try:
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as stream:
            for number, text in lines_of(cast(BinaryIO, stream)):
                tally.lines += 1
                try:
                    line = reader.read(text, tally)
                except Nonsense as fault:
                    faults.append(Fault(str(fault), file=file.name, line=number))
                    continue
                if line is not None:
                    yield line
    except (EOFError, OSError, zlib.error):  # cut off, or not gzip at all: what came before it counts
        faults.append(Fault("screen_file_broken", file=file.name, line=number + 1))
