"""The rules for reading records speak only of findings and answers that there are."""

from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids

PLACE = "records.yaml"


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    rules = knowledge.records
    named = [*rules.conditions.lasting, *rules.conditions.days, *rules.medicine_days, *rules.observations.days_by_finding]
    named += [rule.finding for rule in (*rules.adjustments, *rules.conversions)]
    for id in named:
        if id not in knowledge.findings:
            yield KnowledgeError("id_unknown", place=PLACE, by="records", shelf="findings", id=id)
    for rule in (*rules.measured, *rules.said):
        finding = knowledge.findings.get(rule.finding)
        if finding is None:
            yield KnowledgeError("id_unknown", place=PLACE, by="records", shelf="findings", id=rule.finding)
        elif rule.is_ not in (level_ids(finding) if finding.form != "yes_no" else ("yes", "no")):
            known = ", ".join(level_ids(finding))
            yield KnowledgeError("level_unknown", place=PLACE, id=rule.finding, level=rule.is_, known=known)
