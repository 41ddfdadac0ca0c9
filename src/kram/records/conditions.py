"""Conditions and procedures -> what is present in the person now, and whether they are known to have cramps."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from kram.knowledge.knowledge import Knowledge
from kram.knowledge.lookup import Lookup, plain
from kram.knowledge.record_rules import Said
from kram.records.coding import CodeTable, Coding, Systems, agreed, finding_codes, shown_code
from kram.records.dates import closing, days_before, moment, period_end, period_start
from kram.records.facts import Fact, Gathered, Reason, Resource

COMPLAINT, PREGNANT, ENDED = "*complaint", "*pregnant", "*ended"  # meanings that are no finding


class ConditionReader:
    def __init__(self, lookup: Lookup, systems: Systems) -> None:
        knowledge = lookup.knowledge
        self._rules = knowledge.records
        self._lookup = lookup
        self._systems = systems
        self._said = {f"*said {index}": rule for index, rule in enumerate(self._rules.said)}
        self._table = CodeTable(_rows(knowledge, self._said), self._rules.exceptions)
        self._complaint = frozenset(plain(words) for words in self._rules.complaint.words)
        self._weeks = self._rules.pregnancy.weeks_in_code
        self._words = _names_in_brackets(knowledge)

    def read_condition(self, name: str, condition: Resource, on: date, into: Gathered) -> None:
        when = _latest(condition)
        standing, past = self._standing(condition, when, on)
        self._read(name, condition, when, on, into, standing, past)

    def read_procedure(self, name: str, procedure: Resource, on: date, into: Gathered) -> None:
        when = moment(procedure.get("performedDateTime")) or period_start(procedure.get("performedPeriod"))
        standing: Reason | None = None
        if procedure.get("status") not in self._rules.procedures.now:
            standing = "status"
        elif when is not None and when >= closing(on):
            standing = "future"
        self._read(name, procedure, when, on, into, standing, False)

    def read_reasons(self, name: str, resource: Resource, on: date, into: Gathered) -> None:
        """Of a visit: only whether cramps are why the person came."""
        period = resource.get("period")
        when = period_start(period) or moment(resource.get("authoredOn"))
        near = when is not None and 0 <= days_before(when, on) <= self._rules.complaint.days
        if (near or when is None) and self.speaks_of_cramps(resource):
            into.complaint.append(name)

    def speaks_of_cramps(self, resource: Resource) -> bool:
        """One of its reasons is the complaint, by code or in words."""
        reasons = resource.get("reasonCode")
        for concept in reasons if isinstance(reasons, list) else ():
            seen = self._systems.look(concept)
            known = self._table.of(seen)
            if any(COMPLAINT in found for _, found in known) or plain(seen.said) in self._complaint:
                return True
        return False

    def knows(self, concept: Any) -> bool:
        seen = self._systems.look(concept)
        return bool(self._table.of(seen) or self._by_words(seen.said))

    def _read(
        self,
        name: str,
        resource: Resource,
        when: datetime | None,
        on: date,
        into: Gathered,
        standing: Reason | None,
        past: bool,
    ) -> None:
        concept = self._systems.look(resource.get("code"))
        said, codings = concept.said, concept.codings
        known = self._table.of(concept)
        meanings = agreed(known) or ()
        if known and not meanings and standing is None:
            into.leave("codes_disagree", name, said, ", ".join(coding.code for coding, _ in known))
            return
        if not known:
            meanings = self._by_words(said)
        if not meanings:
            into.leave(
                standing or ("unmapped" if said else "uncoded"), name, shown_code(said, codings), _status(resource)
            )
        elif standing is not None:
            into.leave(standing, name, said, _status(resource))
        else:
            for meaning in meanings:
                self._take(meaning, name, said, codings, when, on, past, into)

    def _by_words(self, said: str) -> tuple[str, ...]:
        """Where no code is known: a name that is exactly one of ours."""
        if plain(said) in self._complaint:
            return (COMPLAINT,)
        id = self._lookup.conditions.find(said) or self._words.get(plain(said)) if said else None
        return (id,) if id is not None else ()

    def _take(
        self,
        meaning: str,
        name: str,
        said: str,
        codings: list[Coding],
        when: datetime | None,
        on: date,
        past: bool,
        into: Gathered,
    ) -> None:
        rules, rule = self._rules, self._said.get(meaning)
        finding = rule.finding if rule else meaning
        days = rule.days if rule else self._window(meaning)
        if past and finding not in rules.conditions.lasting and meaning != ENDED:
            into.leave("past", name, said)
        elif days is not None and when is not None and days_before(when, on) > days:
            into.leave("old", name, said)
        elif meaning == COMPLAINT:
            into.complaint.append(name)
        elif meaning in (PREGNANT, ENDED):
            weeks = self._weeks_of(codings) if meaning == PREGNANT else None
            into.facts.append(Fact("pregnancy", meaning, "", name, said, when, weeks, ("pregnancy",)))
        else:
            answer = rule.is_ if rule else "yes"
            into.facts.append(Fact("finding", finding, answer, name, said, when, findings=(finding,)))

    def _window(self, meaning: str) -> int | None:
        if meaning == COMPLAINT:
            return self._rules.complaint.days
        if meaning in (PREGNANT, ENDED):
            return self._rules.pregnancy.days
        return self._rules.conditions.days.get(meaning)

    def _weeks_of(self, codings: list[Coding]) -> float | None:
        for coding in codings:
            if self._weeks and coding.code.upper().startswith(self._weeks):
                last = coding.code.split(".")[-1]
                return float(last) if last.isdigit() and 0 < float(last) <= self._rules.pregnancy.longest else None
        return None

    def _standing(self, condition: Resource, when: datetime | None, on: date) -> tuple[Reason | None, bool]:
        """(why it does not count at all, whether it is over)."""
        rules = self._rules.conditions
        certain = _codes(condition.get("verificationStatus"))
        if certain and not certain & set(rules.certain):
            return "not_certain", False
        if when is not None and when >= closing(on):
            return "future", False
        status = _codes(condition.get("clinicalStatus"))
        if status and not status & {*rules.now, *rules.past}:
            return "status", False
        return None, bool(status & set(rules.past)) or _over(condition, on)


def _rows(knowledge: Knowledge, said: dict[str, Said]) -> Iterator[tuple[Any, str]]:
    rules = knowledge.records
    yield from finding_codes(knowledge, ("condition", "question"))
    yield from ((rule.from_, meaning) for meaning, rule in said.items())
    yield rules.complaint.codes, COMPLAINT
    yield rules.pregnancy.from_, PREGNANT
    yield rules.pregnancy.ended, ENDED


def _names_in_brackets(knowledge: Knowledge) -> dict[str, str]:
    """Plain and medical name of an entry stand together, "high blood pressure (hypertension)"; records use either."""
    found: dict[str, set[str]] = {}
    for finding in knowledge.findings.values():
        if finding.kind == "condition":
            for name in finding.name.values():
                for part in re.findall(r"[^()]+", name):
                    found.setdefault(plain(part), set()).add(finding.id)
    return {name: ids.pop() for name, ids in found.items() if name and len(ids) == 1}


def _codes(concept: Any) -> set[str]:
    """The bare codes of a status, whatever system they name; a status is written in many ways."""
    listed = concept.get("coding") if isinstance(concept, dict) else None
    return {
        coding["code"].strip().lower()
        for coding in (listed if isinstance(listed, list) else ())
        if isinstance(coding, dict) and isinstance(coding.get("code"), str)
    }


def _latest(condition: Resource) -> datetime | None:
    """When it was last known to be there: recorded, or begun."""
    dates = [moment(condition.get(key)) for key in ("recordedDate", "onsetDateTime")]
    dates.append(period_start(condition.get("onsetPeriod")))
    return max(filter(None, dates), default=None)


def _over(condition: Resource, on: date) -> bool:
    """An end is given, and it is not ahead."""
    end = moment(condition.get("abatementDateTime")) or period_end(condition.get("abatementPeriod"))
    end = end or period_end(condition.get("onsetPeriod"))
    if end is not None:
        return end < closing(on)
    return any(condition.get(f"abatement{kind}") for kind in ("Age", "Range", "String", "Boolean", "DateTime"))


def _status(resource: Resource) -> str:
    for key in ("verificationStatus", "clinicalStatus"):
        if found := _codes(resource.get(key)):
            return ", ".join(sorted(found))
    status = resource.get("status")
    return status if isinstance(status, str) else ""
