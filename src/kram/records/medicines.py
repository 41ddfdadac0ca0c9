"""Prescriptions, dispensings, administrations and statements -> medicines that are taken now."""

from datetime import date, datetime
from typing import Any

from kram.knowledge.lookup import Lookup
from kram.knowledge.record_rules import MedicineRules, RecordRules
from kram.records.bundles import Resources
from kram.records.coding import Systems, text_of
from kram.records.dates import closing, days_before, moment, period_end, period_start
from kram.records.facts import Fact, Gathered, Resource
from kram.records.medicine_names import MedicineNames

KINDS = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")
_DATES = ("authoredOn", "effectiveDateTime", "whenHandedOver", "whenPrepared", "dateAsserted")


class MedicineReader:
    def __init__(self, lookup: Lookup, rules: RecordRules, systems: Systems) -> None:
        self._medicines = lookup.knowledge.medicines
        self._rules = rules
        self._systems = systems
        self.names = MedicineNames(lookup, rules)
        self._codes: dict[tuple[str, str], str] = {}
        for medicine in self._medicines.values():
            for system, codes in (("atc", medicine.atc), ("rxnorm", (medicine.rxnorm,)), ("kfa", (medicine.kfa,))):
                for code in codes:
                    if code is not None:
                        self._codes.setdefault((system, code), medicine.id)

    def read(self, name: str, resource: Resource, resources: Resources, on: date, into: Gathered) -> None:
        said, ids, agree = self.named(resource, resources)
        when = _when(resource)
        reason = self._not_now(resource, when, on)
        if ids and reason is None and when is not None and self._too_old(resource, ids, when, on):
            reason = "old"
        if reason is not None:
            into.leave(reason, name, said, str(resource.get("status", "")))  # type: ignore[arg-type]
        elif not agree:
            into.leave("codes_disagree", name, said)
        elif not ids:
            into.leave("unmapped" if said else "uncoded", name, said)
        elif self.names.local(said, *_routes(resource)):
            into.leave("local_form", name, said)
        else:
            for id in ids:
                into.facts.append(Fact("medicine", id, "yes", name, said, when, findings=self.acts_as(id)))

    def knows(self, concept: Any) -> bool:
        return bool(self._concept(concept)[1])

    def acts_as(self, id: str) -> tuple[str, ...]:
        medicine = self._medicines[id]
        inner = (finding for component in medicine.components for finding in self.acts_as(component))
        return tuple(dict.fromkeys((*medicine.acts_as, *inner)))

    def named(self, resource: Resource, resources: Resources) -> tuple[str, tuple[str, ...], bool]:
        """(how the record puts it, medicines, whether its codes agree)."""
        concept = resource.get("medicationCodeableConcept")
        if not isinstance(concept, dict):
            pointed = resource.get("medicationReference")
            medication = resources.find(pointed, resource)
            if medication is None:
                display = pointed.get("display") if isinstance(pointed, dict) else None
                said = display if isinstance(display, str) else ""
                return said, self.names.read(said), True
            return self._medication(medication, resources)
        return self._concept(concept)

    def _medication(self, medication: Resource, resources: Resources) -> tuple[str, tuple[str, ...], bool]:
        said, ids, agree = self._concept(medication.get("code"))
        form = text_of(medication.get("form"))
        if not ids:
            ingredients = medication.get("ingredient")
            for ingredient in ingredients if isinstance(ingredients, list) else ():
                if isinstance(ingredient, dict):
                    inner = ingredient.get("itemCodeableConcept")
                    if inner is None:
                        pointed = resources.find(ingredient.get("itemReference"), medication)
                        inner = pointed.get("code") if pointed else None
                    words, found, same = self._concept(inner)
                    ids, agree, said = (*ids, *found), agree and same, said or words
        return f"{said} ({form})" if form and said else said, tuple(dict.fromkeys(ids)), agree

    def _concept(self, concept: Any) -> tuple[str, tuple[str, ...], bool]:
        seen = self._systems.look(concept)
        said, codings = seen.said, seen.codings
        coded = [self._codes[key] for coding in codings if (key := (coding.system, coding.code)) in self._codes]
        for index, one in enumerate(coded):
            for other in coded[index + 1 :]:
                if not self._parts(one) & self._parts(other):
                    return said, (), False
        if coded:
            return said, tuple(dict.fromkeys(coded)), True
        for text in (said, *(coding.display for coding in codings)):
            found = self.names.read(text) if text else ()
            if found:
                return said, found, True
        return said, (), True

    def _parts(self, id: str) -> set[str]:
        """The medicine and all it is made of."""
        return {id, *(part for component in self._medicines[id].components for part in self._parts(component))}

    def _not_now(self, resource: Resource, when: datetime | None, on: date) -> str | None:
        rules = self._rules.medicines.get(resource["resourceType"])
        status = resource.get("status")
        if rules is None or status not in (*rules.now, *rules.just):
            return "status"
        intent = resource.get("intent")
        if resource["resourceType"] == "MedicationRequest" and intent not in self._rules.medicine_intents:
            return "not_ordered"
        if resource.get("doNotPerform") is True:
            return "not_ordered"
        if when is not None and when >= closing(on):
            return "future"
        if status in rules.just:
            end = _end(resource) or when
            return "undated" if end is None else None
        end = _end(resource)
        return "past" if end is not None and days_before(end, on) > 0 else None

    def _too_old(self, resource: Resource, ids: tuple[str, ...], when: datetime, on: date) -> bool:
        rules: MedicineRules = self._rules.medicines[resource["resourceType"]]
        lasting = [
            self._rules.medicine_days[f] for id in ids for f in self.acts_as(id) if f in self._rules.medicine_days
        ]
        ended = resource.get("status") in rules.just
        last = max(filter(None, (when, _end(resource))), default=when)
        return days_before(last, on) > max([rules.just_days if ended else rules.days, *lasting])


def _when(resource: Resource) -> datetime | None:
    for key in _DATES:
        found = moment(resource.get(key))
        if found is not None:
            return found
    return period_start(resource.get("effectivePeriod"))


def _end(resource: Resource) -> datetime | None:
    """The last day for which it was ordered or taken, if the record says."""
    supply = resource.get("dispenseRequest")
    ends = [period_end(resource.get("effectivePeriod"))]
    ends.append(period_end(supply.get("validityPeriod")) if isinstance(supply, dict) else None)
    doses = resource.get("dosageInstruction")
    for dose in doses if isinstance(doses, list) else ():
        timing = dose.get("timing") if isinstance(dose, dict) else None
        repeat = timing.get("repeat") if isinstance(timing, dict) else None
        ends.append(period_end(repeat.get("boundsPeriod")) if isinstance(repeat, dict) else None)
    return max(filter(None, ends), default=None)


def _routes(resource: Resource) -> list[str]:
    doses = resource.get("dosageInstruction", resource.get("dosage"))
    listed = doses if isinstance(doses, list) else [doses]
    return [text_of(dose.get("route")) for dose in listed if isinstance(dose, dict)]
