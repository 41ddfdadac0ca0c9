"""Facts of single resources -> one answer a finding, in a case that can be right. The order of resources has no say."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from msgspec.structs import replace

from kram.assessment.answers import Answers
from kram.assessment.matching import Standing
from kram.knowledge.knowledge import Knowledge
from kram.model.evidence import Evidence
from kram.records.dates import days_before
from kram.records.facts import Fact, Gathered
from kram.records.observations import band

Sex = Literal["female", "male", "unknown"]
_NEVER = datetime.min


class Settling:
    """One person's facts on one day. `case` and `used` are filled by `settle`."""

    def __init__(self, knowledge: Knowledge, age: float, sex: Sex, on: date) -> None:
        self._knowledge = knowledge
        self._on = on
        self._standing = Standing(knowledge, Answers(Evidence(age, sex, {}), {}))
        self.case: dict[str, Any] = {"person": {"age": age, "sex": sex}}
        self.used: list[Fact] = []

    def settle(self, gathered: Gathered, companions: dict[str, Any]) -> None:
        for index, rule in enumerate(self._knowledge.records.measured):
            found = _newest_first(companions.get(f"measured {index}", []))
            if len({fact.when for fact in found}) >= rule.times:
                gathered.facts.append(found[0])
        apply = [fact for fact in gathered.facts if self._applies(fact, gathered)]
        measured = self._measurements([fact for fact in apply if fact.kind == "measurement"], gathered, companions)
        self._findings([fact for fact in apply if fact.kind == "finding"], measured, gathered)
        self._medicines([fact for fact in apply if fact.kind == "medicine"])
        self._pregnancy([fact for fact in apply if fact.kind == "pregnancy"], gathered)

    def _applies(self, fact: Fact, gathered: Gathered) -> bool:
        """No man is pregnant, whatever the record says; such a fact is told and left out."""
        for id in fact.findings:
            rule = self._knowledge.findings[id].asked_if
            if rule is not None and self._standing.holds(rule) is False:
                gathered.leave("does_not_apply", fact.reference, fact.said)
                return False
        return True

    def _measurements(self, facts: list[Fact], gathered: Gathered, companions: dict[str, Any]) -> set[str]:
        labs: list[dict[str, Any]] = []
        taken_ids: set[str] = set()
        for id, found in sorted(_by_id(facts).items()):
            finding = self._knowledge.findings[id]
            adjusted = [self._adjusted(fact, companions) for fact in found]
            newest = [fact for fact in adjusted if fact.when == adjusted[0].when]
            if len({fact.answer for fact in newest}) > 1:
                for fact in newest:
                    gathered.leave("values_disagree", fact.reference, fact.said, f"{fact.value:g}")
                continue
            taken = min(newest, key=lambda fact: (fact.value or 0.0, fact.reference))
            labs.append({"test": id, "value": taken.value, "unit": finding.unit})
            taken_ids.add(id)
            self.used.append(taken)
        if labs:
            self.case["labs"] = labs
        return taken_ids

    def _adjusted(self, fact: Fact, companions: dict[str, Any]) -> Fact:
        for index, rule in enumerate(self._knowledge.records.adjustments):
            if rule.finding == fact.id and fact.when is not None and fact.value is not None:
                near = companions.get(f"companion {index} {fact.when.date()}")
                if near:
                    value = fact.value + rule.per_unit * (rule.normal - min(near)[0])
                    return replace(fact, value=value, answer=band(self._knowledge.findings[fact.id], value))
        return fact

    def _findings(self, facts: list[Fact], measured: set[str], gathered: Gathered) -> None:
        findings = {}
        for id, found in sorted(_by_id(facts).items()):
            if id in measured:  # the value itself says more than a diagnosis made of it
                for fact in found:
                    gathered.leave("superseded", fact.reference, fact.said)
                continue
            newest = [fact for fact in found if fact.when == found[0].when]
            answers = {fact.answer for fact in newest}
            if len(answers) > 1:
                for fact in newest:
                    gathered.leave("values_disagree", fact.reference, fact.said, fact.answer)
                continue
            findings[id] = newest[0].answer
            self.used += newest
        if findings:
            self.case["findings"] = findings

    def _medicines(self, facts: list[Fact]) -> None:
        if facts:
            self.case["medicines"] = sorted({fact.id for fact in facts})
            self.used += facts

    def _pregnancy(self, facts: list[Fact], gathered: Gathered) -> None:
        """The newest statement counts; one with weeks, carried on to the day, before one without."""
        rules = self._knowledge.records.pregnancy
        first, last = self._knowledge.settings.fertile_age
        if not first <= self._standing.answers.evidence.age <= last:
            for fact in facts:
                gathered.leave("does_not_apply", fact.reference, fact.said)
            return
        over = max((fact.when or _NEVER for fact in facts if fact.id == "*ended"), default=_NEVER)
        dated: list[tuple[datetime, float, Fact]] = []
        plain: list[Fact] = []
        for fact in facts:
            when = fact.when or _NEVER
            if fact.id == "*ended" or when < over or (over > _NEVER and fact.when is None):
                continue
            days = days_before(when, self._on) if fact.when else 0
            weeks = fact.value + days / 7 if fact.value is not None else None
            if weeks is not None and 0 < weeks <= rules.longest and fact.id == "*pregnant":
                dated.append((when, weeks, fact))
            elif weeks is not None or days > (rules.days if fact.id == "*pregnant" else rules.not_pregnant_days):
                gathered.leave("old", fact.reference, fact.said)
            else:
                plain.append(fact)
        said = _newest_first(plain)
        newest_no = max((fact.when or _NEVER for fact in said if fact.id == "*not_pregnant"), default=_NEVER)
        dated = [entry for entry in dated if entry[0] >= newest_no]
        if dated:
            when, weeks, fact = max(dated, key=lambda entry: (entry[0], entry[1], entry[2].reference))
            self.case["person"]["pregnant"] = max(1, int(weeks))
            self.used.append(fact)
        elif said:
            newest = [fact for fact in said if fact.when == said[0].when]
            if len({fact.id for fact in newest}) > 1:
                for fact in newest:
                    gathered.leave("values_disagree", fact.reference, fact.said, fact.id.strip("*"))
                return
            self.case["person"]["pregnant"] = "yes" if newest[0].id == "*pregnant" else "no"
            self.used += newest


def _newest_first(facts: Iterable[Fact]) -> list[Fact]:
    """Newest first, the rest of the order by what they say: never by where they stood."""
    ordered = sorted(set(facts), key=lambda fact: (fact.answer, fact.reference, fact.said, fact.value or 0.0))
    return sorted(ordered, key=lambda fact: fact.when or _NEVER, reverse=True)


def _by_id(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.id].append(fact)
    return {id: _newest_first(group) for id, group in found.items()}
