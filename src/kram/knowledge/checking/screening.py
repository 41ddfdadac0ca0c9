"""The rules of screening speak only of medicines and code systems that there are."""

from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.knowledge import Knowledge

PLACE = "screening.yaml"


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    rules = knowledge.screening
    for id in rules.complaint.medicines:
        if id not in knowledge.medicines:
            yield KnowledgeError("id_unknown", place=PLACE, by="complaint", shelf="medicines", id=id)
    omop = rules.omop
    named = {*omop.vocabularies.values(), *omop.source_values.values(), *(c.system for c in omop.concepts.values())}
    for system in sorted(named - set(knowledge.records.systems)):
        yield KnowledgeError("id_unknown", place=PLACE, by="omop", shelf="systems", id=system)
    for fact, diseases in rules.synthesis.given_for.items():
        for id in (fact, *diseases):
            if id not in knowledge.findings:
                yield KnowledgeError("id_unknown", place=PLACE, by="given_for", shelf="findings", id=id)
