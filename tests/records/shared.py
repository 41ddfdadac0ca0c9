"""Short ways to write resources, and the reader, made once."""

from datetime import date
from functools import cache
from typing import Any

from kram.knowledge.lookup import Lookup
from kram.loading import load_knowledge
from kram.records.reading import RecordReader

ON = date(2026, 11, 23)
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1958-05-10"}
URIS = {
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "icd9cm": "http://hl7.org/fhir/sid/icd-9-cm",
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
    "kfa": "http://sys-ids.kemkes.go.id/kfa",
}


@cache
def lookup() -> Lookup:
    return Lookup(load_knowledge())


@cache
def reader() -> RecordReader:
    return RecordReader(lookup())


def concept(codes: dict[str, Any], text: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if codes:
        found["coding"] = [{"system": URIS[system], "code": code} for system, code in codes.items()]
    if text is not None:
        found["text"] = text
    return found


def resource(kind: str, given: dict[str, Any], id: str) -> dict[str, Any]:
    """`given` as FHIR has it, with short keys: codes by system, text, value and unit, status words."""
    given = dict(given)
    codes = {system: given.pop(system) for system in URIS if system in given}
    text = given.pop("text", None)
    found: dict[str, Any] = {"resourceType": kind, "id": id, "subject": {"reference": "Patient/p"}}
    if codes or text is not None:
        found["medicationCodeableConcept" if kind.startswith("Medication") else "code"] = concept(codes, text)
    if kind == "Medication":
        found["code"] = found.pop("medicationCodeableConcept", {})
        del found["subject"]
    if "value" in given:
        found["valueQuantity"] = {"value": given.pop("value")}
        for key in ("unit", "comparator"):
            if key in given:
                found["valueQuantity"][key] = given.pop(key)
        if "ucum" in given:
            found["valueQuantity"] |= {"system": "http://unitsofmeasure.org", "code": given.pop("ucum")}
    for key in ("clinicalStatus", "verificationStatus"):
        if isinstance(given.get(key), str):
            found[key] = {"coding": [{"code": given.pop(key)}]}
    if kind == "Observation":
        found["status"] = "final"
    if kind == "MedicationRequest":
        found |= {"status": "active", "intent": "order"}
    return {key: value for key, value in (found | given).items() if value is not None}
