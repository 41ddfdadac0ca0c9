"""The rules for reading records speak only of findings, answers and care that there are."""

from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids
from kram.knowledge.record_rules import RecordRules

PLACE = "records.yaml"


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    rules = knowledge.records
    answers = [(rule.finding, rule.is_) for rule in rules.measured] + [(rule.finding, rule.is_) for rule in rules.said]
    for id in [*_named(rules), *(finding for finding, _ in answers)]:
        if id not in knowledge.findings:
            yield KnowledgeError("id_unknown", place=PLACE, by="records", shelf="findings", id=id)
    for id in rules.orders.instead:
        if id not in knowledge.care:
            yield KnowledgeError("id_unknown", place=PLACE, by="records", shelf="care", id=id)
    for id, level in answers:
        finding = knowledge.findings.get(id)
        if finding is not None and level not in level_ids(finding):
            known = ", ".join(level_ids(finding))
            yield KnowledgeError("level_unknown", place=PLACE, id=id, level=level, known=known)


def _named(rules: RecordRules) -> list[str]:
    named = [*rules.conditions.lasting, *rules.conditions.days, *rules.medicine_days]
    named += [*rules.observations.days_by_finding, *rules.orders.warned, *rules.orders.watched]
    named += [rule.finding for rule in rules.adjustments]
    return named + [rule.finding for rule in rules.conversions]
