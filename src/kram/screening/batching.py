"""People with their lines -> batches of rows: the steps of every engine, and where their time goes."""

import time
from collections.abc import Iterable, Iterator, Sequence

from kram.screening.assessing import ManyAssessor
from kram.screening.part_reading import AnyMapper
from kram.screening.people import Ready
from kram.screening.pseudonyms import Pseudonyms
from kram.screening.rows import Batch
from kram.screening.summary import Told

BATCH = 1000  # people in one call of the kernel


def assessed(
    people: Iterable[tuple[str, Sequence[bytes]]],
    mapper: AnyMapper,
    many: ManyAssessor,
    pseudonym: Pseudonyms,
    told: Told,
) -> Iterator[Batch]:
    """Batches that have rows, in the order of the people. Who has none, and the seconds of shaping, inference and (what
    the caller does with a batch) writing are added to `told`."""
    clock = _Clock(told)

    def batch(ready: list[Ready]) -> Iterator[Batch]:
        clock.lap("shaping")
        found = many.batch(ready)
        for fault in found.faults:
            told.note(fault, pseudonym)
        clock.lap("inference")
        if found.rows:
            told.count(found.rows)
            yield found
        clock.lap("writing")

    ready: list[Ready] = []
    for person, lines in people:
        told.people += 1
        outcome = mapper.map(person, lines)
        if isinstance(outcome, Ready):
            ready.append(outcome)
        else:
            told.note(outcome, pseudonym)
        if len(ready) >= BATCH:
            yield from batch(ready)
            ready = []
    yield from batch(ready)


class _Clock:
    """Processor seconds, so that other work on the machine does not count."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._since = time.process_time()

    def lap(self, what: str) -> None:
        now = time.process_time()
        self._told.seconds[what] = self._told.seconds.get(what, 0.0) + now - self._since
        self._since = now
