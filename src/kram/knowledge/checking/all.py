"""Everything that can be said against the knowledge without computing a posterior."""

from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.checking import literature, numbers, records, references, rules, screening, structure, texts, trials
from kram.knowledge.knowledge import Knowledge


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    for check in (numbers, references, structure, texts, rules, literature, records, screening, trials):
        yield from check.faults(knowledge)
