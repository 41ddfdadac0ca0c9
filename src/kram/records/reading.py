"""A patient's resources -> a case, with what it rests on and what was left out."""

from datetime import date
from typing import Any

from kram.knowledge.lookup import Lookup
from kram.records.bundles import RecordError, Resources, plain_reference
from kram.records.coding import Systems
from kram.records.conditions import ConditionReader
from kram.records.dates import age, closing, moment
from kram.records.facts import Gathered, LeftOut, Record, Resource
from kram.records.medicines import KINDS as MEDICINES
from kram.records.medicines import MedicineReader
from kram.records.observations import ObservationReader
from kram.records.settling import Settling, Sex

_SUBJECTS = ("subject", "patient")
_SILENT = {"Patient", "Medication", "OperationOutcome", "Parameters"}  # looked at, or nothing of a person
_BIRTH_SEX = "birthsex"


class RecordReader:
    """The tables of one knowledge, compiled once. `read` is pure: plain dicts in, a Record out."""

    def __init__(self, lookup: Lookup) -> None:
        knowledge = lookup.knowledge
        self._knowledge = knowledge
        self.systems = systems = Systems(knowledge.records)
        self.medicines = MedicineReader(lookup, knowledge.records, systems)
        self.conditions = ConditionReader(lookup, systems)
        self._observations = ObservationReader(knowledge, systems)

    def read(self, raw: Any, on: date, subject: str | None = None) -> Record:
        """`raw`: a Bundle, a list of resources or one; `on`: the day for which it is read; `subject`: Patient/id, where
        there are several people. Raises RecordError where nobody can be assessed."""
        resources = Resources(raw)
        name, patient, others = self._patient(resources, subject)
        years, sex = self._person(name, patient, on)
        gathered, companions = Gathered(), dict[str, Any]()
        own = {name, plain_reference(name), f"Patient/{patient.get('id')}", f"urn:uuid:{patient.get('id')}"}
        for reference, resource in resources.all:
            kind = resource["resourceType"]
            if kind in _SILENT:
                continue
            if not self._belongs(resource, own, others):
                gathered.leave("other_person", reference, kind)
            elif resource.get("modifierExtension") or resource.get("implicitRules"):
                gathered.leave("modifier", reference, kind)
            else:
                self._one(kind, reference, resource, resources, on, gathered, companions)
        settled = Settling(self._knowledge, years, sex, on)
        settled.settle(gathered, companions)
        return Record(
            settled.case,
            name,
            tuple(sorted(set(settled.used), key=lambda fact: (fact.kind, fact.id, fact.reference, fact.said))),
            tuple(sorted(set(gathered.left_out), key=_order)),
            tuple(sorted(set(gathered.complaint))),
        )

    def knows(self, kind: str, concept: Any) -> bool:
        """Whether a resource of this kind with this code could be mapped; `kind` is a type of resource."""
        if kind == "Observation":
            return self._observations.knows(concept)
        if kind in MEDICINES:
            return self.medicines.knows(concept)
        return self.conditions.knows(concept)

    def _one(
        self,
        kind: str,
        reference: str,
        resource: Resource,
        resources: Resources,
        on: date,
        gathered: Gathered,
        companions: dict[str, Any],
    ) -> None:
        if kind == "Observation":
            self._observations.read(reference, resource, on, gathered, companions)
        elif kind == "Condition":
            self.conditions.read_condition(reference, resource, on, gathered)
        elif kind == "Procedure":
            self.conditions.read_procedure(reference, resource, on, gathered)
        elif kind in MEDICINES:
            self.medicines.read(reference, resource, resources, on, gathered)
        elif kind == "Encounter":
            self.conditions.read_reasons(reference, resource, on, gathered)
        else:
            gathered.leave("not_read", reference, kind)

    def _patient(self, resources: Resources, subject: str | None) -> tuple[str, Resource, bool]:
        """(reference, resource, whether there are other people)."""
        people = dict(resources.of("Patient"))
        if not people:
            raise RecordError("record_no_patient")
        if subject is not None:
            wanted = {subject, plain_reference(subject), f"Patient/{subject}"}
            chosen = [name for name in people if name in wanted or plain_reference(name) in wanted]
            if len(chosen) != 1:
                raise RecordError("record_subject_unknown", subject=subject, known=", ".join(sorted(people)[:5]))
            return chosen[0], people[chosen[0]], len(people) > 1
        if len(people) > 1:
            raise RecordError("record_many_patients", count=len(people))
        ((name, patient),) = people.items()
        return name, patient, False

    def _person(self, name: str, patient: Resource, on: date) -> tuple[float, Sex]:
        died = moment(patient.get("deceasedDateTime"))
        if patient.get("deceasedBoolean") is True or (died is not None and died < closing(on)):
            raise RecordError("record_deceased", patient=name)
        years = age(patient.get("birthDate"), on)
        youngest, oldest = self._knowledge.settings.plausible_age
        if years is None:
            raise RecordError("record_no_birth_date", patient=name)
        if not youngest <= years <= oldest:
            raise RecordError("record_birth_date_wrong", patient=name, given=str(patient.get("birthDate")), on=str(on))
        return years, _sex(patient)

    def _belongs(self, resource: Resource, own: set[str], others: bool) -> bool:
        """A resource without a reference to anybody belongs to the only person there is."""
        for key in _SUBJECTS:
            pointed = resource.get(key)
            if isinstance(pointed, dict) and isinstance(pointed.get("reference"), str) and pointed["reference"]:
                address = pointed["reference"]
                return address in own or plain_reference(address) in own
        return not others


def _sex(patient: Resource) -> Sex:
    """The recorded gender; where it is neither female nor male, the sex at birth if that is recorded."""
    given = [patient.get("gender")]
    extensions = patient.get("extension")
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, dict) and str(extension.get("url", "")).lower().endswith(_BIRTH_SEX):
            given.append(extension.get("valueCode"))
    for value in given:
        match str(value).casefold():
            case "female" | "f":
                return "female"
            case "male" | "m":
                return "male"
    return "unknown"


def _order(item: LeftOut) -> tuple[str, str, str, str]:
    return item.reason, item.what, item.reference, item.detail
