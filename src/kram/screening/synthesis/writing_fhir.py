"""Invented people as a FHIR bulk export: NDJSON, a few files for each type of resource."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from kram.knowledge.entries import Finding, Medicine
from kram.knowledge.knowledge import Knowledge
from kram.screening.synthesis.population import LAST_DAY, Synthetic

PEOPLE_IN_A_FILE = 50_000
_PACKED = 1  # level of gzip: quick


class FhirWriter:
    def __init__(self, knowledge: Knowledge) -> None:
        self._findings = knowledge.findings
        self._medicines = knowledge.medicines
        rules = knowledge.records
        self._uris = {name: uris[0] for name, uris in rules.systems.items()}
        self._ucum = rules.ucum
        complaint = rules.complaint.codes
        self._complaint = {"coding": [self._coding("icd10", complaint.icd10[0])]}

    def write(self, people: Iterable[Synthetic], folder: Path, packed: bool) -> int:
        """How many people were written."""
        stream, written = iter(people), 0
        for number in count():
            chunk = list(islice(stream, PEOPLE_IN_A_FILE))
            if not chunk:
                return written
            with ExitStack() as open_files:
                files: dict[str, BinaryIO] = {}
                for resource in (resource for person in chunk for resource in self.resources(person)):
                    kind = resource["resourceType"]
                    if kind not in files:
                        file = folder / f"{kind}.{number:03d}.ndjson{'.gz' if packed else ''}"
                        files[kind] = open_files.enter_context(_opened(file, packed))
                    files[kind].write(msgspec.json.encode(resource) + b"\n")
            written += len(chunk)
        raise AssertionError

    def resources(self, person: Synthetic) -> Iterator[dict[str, Any]]:
        subject = {"reference": f"Patient/{person.id}"}
        yield {"resourceType": "Patient", "id": person.id, "gender": person.sex, "birthDate": person.born.isoformat()}
        known = [self._concept(self._findings[id]) for id in person.conditions]
        if person.cramps:
            known.append(self._complaint)
        for index, concept in enumerate(known):
            yield {
                "resourceType": "Condition",
                "id": f"{person.id}-c{index}",
                "clinicalStatus": {"coding": [{"code": "active"}]},
                "code": concept,
                "subject": subject,
                "recordedDate": _ago(20 + 5 * index),
            }
        for index, id in enumerate(person.medicines):
            yield {
                "resourceType": "MedicationRequest",
                "id": f"{person.id}-m{index}",
                "status": "active",
                "intent": "order",
                "medicationCodeableConcept": self.medicine(self._medicines[id]),
                "subject": subject,
                "authoredOn": _ago(30 + 7 * index),
            }
        for index, (id, value, days) in enumerate(person.tests):
            finding = self._findings[id]
            unit = str(finding.unit)
            yield {
                "resourceType": "Observation",
                "id": f"{person.id}-o{index}",
                "status": "final",
                "code": {"coding": [self._coding("loinc", finding.codes.loinc[0])]} if finding.codes.loinc else {},
                "subject": subject,
                "effectiveDateTime": _ago(days),
                "valueQuantity": {"value": value, "unit": unit, "code": self._ucum.get(unit, unit),
                                  "system": "http://unitsofmeasure.org"},
            }  # fmt: skip

    def medicine(self, medicine: Medicine) -> dict[str, Any]:
        system, code = ("rxnorm", medicine.rxnorm) if medicine.rxnorm else ("atc", medicine.atc[0])
        return {"coding": [self._coding(system, str(code))], "text": medicine.name["en"]}

    def _concept(self, finding: Finding) -> dict[str, Any]:
        codes = finding.codes
        for system, listed in (("snomed", codes.snomed), ("icd10", codes.icd10), ("icd10cm", codes.icd10cm)):
            if listed:
                return {"coding": [self._coding(system, listed[0])], "text": finding.name["en"]}
        return {"text": finding.name["en"]}

    def _coding(self, system: str, code: str) -> dict[str, str]:
        return {"system": self._uris[system], "code": code}


def _ago(days: int) -> str:
    return (LAST_DAY - timedelta(days=days)).isoformat()


def _opened(file: Path, packed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file, "wb", compresslevel=_PACKED) if packed else file.open("wb"))
