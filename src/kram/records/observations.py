"""Observations -> laboratory values, and answers that stand in measurements or codes."""

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from kram.finite import is_number
from kram.knowledge.entries import Finding
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.record_rules import CodeSet, Measured
from kram.records.coding import CodeTable, Coding, Concept, Systems, shown_code, text_of
from kram.records.dates import closing, days_before, moment, period_end, period_start
from kram.records.facts import Fact, Gathered, Resource
from kram.records.units import UCUM, Units, factor

_WHEN = ("effectiveDateTime", "effectiveInstant")
_YES_NO = {"positive": "yes", "positif": "yes", "negative": "no", "negatif": "no"}
PREGNANCY = ("status", "weeks", "due", "last_period")
_NONE = CodeSet()


class ObservationReader:
    def __init__(self, knowledge: Knowledge, systems: Systems) -> None:
        self._findings = knowledge.findings
        self._rules = knowledge.records
        self._systems = systems
        self._units = Units(self._rules.conversions)
        self._table = CodeTable(_rows(knowledge), _NONE)
        self._answers = [
            (rule, CodeTable([(rule.question, "question"), (rule.value, "value")], _NONE))
            for rule in self._rules.said
            if rule.value != _NONE
        ]
        pregnancy = self._rules.pregnancy
        self._pregnant = CodeTable([(pregnancy.pregnant, "yes"), (pregnancy.not_pregnant, "no")], _NONE)

    def read(self, name: str, observation: Resource, on: date, into: Gathered, companions: dict[str, Any]) -> None:
        """`companions`: (kind of companion, day) -> value, filled here and used when all are read."""
        parts = [observation]
        components = observation.get("component")
        parts += [part for part in components if isinstance(part, dict)] if isinstance(components, list) else []
        looked = [(part, self._systems.look(part.get("code"))) for part in parts]
        known = [(part, concept.said, found) for part, concept in looked if (found := self._meanings(concept))]
        if not known:
            concept = looked[0][1]
            said = concept.said
            into.leave("unmapped" if said else "uncoded", name, shown_code(said, concept.codings))
            return
        said = known[0][1]
        if observation.get("status") not in self._rules.observations.certain:
            into.leave("status", name, said, str(observation.get("status", "")))
            return
        when = _when(observation)
        if when is None:
            into.leave("undated", name, said)
        elif when >= closing(on):
            into.leave("future", name, said)
        else:
            for part, words, meanings in known:
                for meaning in meanings:
                    self._take(meaning, name, words, part, observation, when, on, into, companions)

    def knows(self, concept: Any) -> bool:
        return bool(self._meanings(self._systems.look(concept)))

    def _meanings(self, concept: Concept) -> tuple[str, ...]:
        found = self._table.of(concept)
        return found[0][1] if len(found) == 1 else tuple(dict.fromkeys(m for _, meanings in found for m in meanings))

    def _take(
        self,
        meaning: str,
        name: str,
        said: str,
        part: Resource,
        whole: Resource,
        when: datetime,
        on: date,
        into: Gathered,
        companions: dict[str, Any],
    ) -> None:
        kind, _, rest = meaning.partition(" ")
        if kind == "test":
            self._test(self._findings[rest], name, part, whole, when, on, into, said)
        elif kind == "measured":
            self._measured(rest, name, part, when, on, into, said, companions)
        elif kind == "companion":
            adjustment = self._rules.adjustments[int(rest)]
            value = _in_unit(part, adjustment.unit)
            if value is not None:
                companions.setdefault(f"{meaning} {when.date()}", []).append((value, name))
        elif kind == "answer":
            self._answer(name, part, when, on, into, said)
        else:
            self._pregnancy(rest, name, part, when, into, said)

    # tests

    def _test(
        self,
        finding: Finding,
        name: str,
        part: Resource,
        whole: Resource,
        when: datetime,
        on: date,
        into: Gathered,
        said: str,
    ) -> None:
        rules = self._rules.observations
        if days_before(when, on) > rules.days_by_finding.get(finding.id, rules.days):
            into.leave("old", name, said, when.date().isoformat())
        elif finding.form == "number":
            self._number(finding, name, part, when, into, said)
        elif (answer := self._interpreted(part, whole)) is None:
            into.leave("no_value", name, said)
        else:
            into.facts.append(Fact("finding", finding.id, answer, name, said, when, findings=(finding.id,)))

    def _number(self, finding: Finding, name: str, part: Resource, when: datetime, into: Gathered, said: str) -> None:
        quantity = part.get("valueQuantity")
        value = number(quantity.get("value")) if isinstance(quantity, dict) else None
        if not isinstance(quantity, dict) or value is None:
            into.leave("no_value", name, said)
            return
        units = [quantity.get(key) for key in ("code", "unit")]
        if quantity.get("system") not in (None, UCUM):
            units.reverse()
        named = [unit for unit in units if isinstance(unit, str) and unit.strip()]
        if not named:
            into.leave("no_unit", name, said, f"{value:g}")
            return
        scale = next((found for unit in named if (found := self._units.scale(finding, unit)) is not None), None)
        if scale is None:
            into.leave("unit_unknown", name, said, f"{value:g} {named[0]}")
            return
        measured = scale(value)
        low, high = finding.plausible or (-math.inf, math.inf)
        if not low <= measured <= high:
            into.leave("implausible", name, said, f"{value:g} {named[0]}")
            return
        banded = _bounded(finding, measured, quantity.get("comparator"))
        if banded is None:
            into.leave("comparator", name, said, f"{quantity.get('comparator')}{value:g} {named[0]}")
            return
        into.facts.append(
            Fact("measurement", finding.id, band(finding, banded), name, said, when, banded, (finding.id,))
        )

    def _interpreted(self, part: Resource, whole: Resource) -> str | None:
        """yes or no: by the coded answer, by the interpretation, or by words."""
        rules = self._rules.observations
        given = part.get("interpretation") or whole.get("interpretation")
        concepts = [part.get("valueCodeableConcept"), *(given if isinstance(given, list) else [])]
        for concept in concepts:
            codes = {coding.code for coding in self._systems.codings(concept)}
            if codes & set(rules.yes):
                return "yes"
            if codes & set(rules.no):
                return "no"
        words = part.get("valueString") or text_of(part.get("valueCodeableConcept"))
        return _YES_NO.get(words.strip().casefold()) if isinstance(words, str) else None

    # measurements and coded answers of other findings

    def _measured(
        self,
        index: str,
        name: str,
        part: Resource,
        when: datetime,
        on: date,
        into: Gathered,
        said: str,
        companions: dict[str, Any],
    ) -> None:
        rule: Measured = self._rules.measured[int(index)]
        value = _in_unit(part, rule.unit)
        if value is None:
            into.leave("no_value" if part.get("valueQuantity") is None else "unit_unknown", name, said)
        elif days_before(when, on) > rule.days:
            into.leave("old", name, said, when.date().isoformat())
        elif value >= rule.at_least:
            companions.setdefault(f"measured {index}", []).append(
                Fact("finding", rule.finding, rule.is_, name, said, when, findings=(rule.finding,))
            )

    def _answer(self, name: str, part: Resource, when: datetime, on: date, into: Gathered, said: str) -> None:
        codings = self._systems.codings(part.get("valueCodeableConcept"))
        asked = self._systems.codings(part.get("code"))
        for rule, table in self._answers:
            if _means(table, asked, "question") and _means(table, codings, "value"):
                if days_before(when, on) > rule.days:
                    into.leave("old", name, said, when.date().isoformat())
                else:
                    words = text_of(part.get("valueCodeableConcept"))
                    into.facts.append(
                        Fact("finding", rule.finding, rule.is_, name, words, when, findings=(rule.finding,))
                    )
                return
        into.leave("no_value" if not codings else "unmapped", name, said, text_of(part.get("valueCodeableConcept")))

    def _pregnancy(self, what: str, name: str, part: Resource, when: datetime, into: Gathered, said: str) -> None:
        """Facts of kind pregnancy: `answer` says which; the weeks are those at the time of the observation."""
        weeks: float | None = None
        answer = "*pregnant"
        if what == "status":
            found = self._pregnant.read(self._systems.codings(part.get("valueCodeableConcept")))
            if not found:
                into.leave("no_value", name, said, text_of(part.get("valueCodeableConcept")))
                return
            answer = "*pregnant" if found[0][1][0] == "yes" else "*not_pregnant"
        elif what == "weeks":
            weeks = _in_unit(part, "wk")
        else:
            day = moment(part.get("valueDateTime"))
            if day is not None:
                before = days_before(day, when.date()) / 7
                weeks = before if what == "last_period" else 40 + before
        if what != "status" and weeks is None:
            into.leave("no_value", name, said)
        else:
            into.facts.append(Fact("pregnancy", answer, "", name, said, when, weeks, ("pregnancy",)))


def _rows(knowledge: Knowledge) -> Iterator[tuple[CodeSet, str]]:
    rules = knowledge.records
    for finding in knowledge.findings.values():
        if finding.codes.loinc:
            yield CodeSet(loinc=finding.codes.loinc), f"test {finding.id}"
    for index, measured in enumerate(rules.measured):
        yield measured.from_, f"measured {index}"
    for index, adjustment in enumerate(rules.adjustments):
        yield adjustment.by, f"companion {index}"
    for said in rules.said:
        yield said.question, "answer"
    for what in PREGNANCY:
        yield getattr(rules.pregnancy, what), f"pregnancy {what}"


def _means(table: CodeTable, codings: list[Coding], meaning: str) -> bool:
    return any(meaning in found for _, found in table.read(codings))


def _when(observation: Resource) -> datetime | None:
    for key in _WHEN:
        found = moment(observation.get(key))
        if found is not None:
            return found
    period = observation.get("effectivePeriod")
    return period_end(period) or period_start(period) or moment(observation.get("issued"))


def number(given: Any) -> float | None:
    return float(given) if is_number(given) else None


def _in_unit(part: Resource, unit: str) -> float | None:
    """The measured value in a unit of UCUM."""
    quantity = part.get("valueQuantity")
    value = number(quantity.get("value")) if isinstance(quantity, dict) else None
    if not isinstance(quantity, dict) or value is None or quantity.get("comparator"):
        return None
    for key in ("code", "unit"):
        given = quantity.get(key)
        if isinstance(given, str) and given.strip():
            if given.strip() == unit:
                return value
            scale = factor(given.strip(), unit)
            if scale is not None:
                return scale(value)
    return None


def band(finding: Finding, value: float) -> str:
    return next(level.id for level in finding.levels if level.below is None or value < level.below)


def _bounded(finding: Finding, value: float, comparator: Any) -> float | None:
    """ "less than" and "more than" are read where they leave no doubt about the band: at either end of the scale."""
    if comparator in (None, ""):
        return value
    if comparator in ("<", "<="):
        just = math.nextafter(value, -math.inf) if comparator == "<" else value
        return just if band(finding, just) == finding.levels[0].id else None
    if comparator in (">", ">="):
        return value if band(finding, value) == finding.levels[-1].id else None
    return None
