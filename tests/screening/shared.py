"""Small populations and what a screening makes of them."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from kram.knowledge.knowledge import Knowledge
from kram.loading import load_assessor
from kram.screening import running
from kram.screening.running import Options
from kram.screening.summary import Summary
from kram.screening.synthesis.population import Population, Synthetic
from kram.screening.synthesis.writing_fhir import FhirWriter
from kram.screening.synthesis.writing_tables import OmopWriter, write_cases

DAY = date(2026, 6, 30)


@cache
def knowledge() -> Knowledge:
    return load_assessor().knowledge


@cache
def population() -> Population:
    return Population(load_assessor().model)


def invented(count: int, seed: int = 5) -> list[Synthetic]:
    return list(population().people(count, seed))


def fhir_folder(folder: Path, people: list[Synthetic], packed: bool = False) -> Path:
    folder.mkdir()
    FhirWriter(knowledge()).write(people, folder, packed)
    return folder


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def screened(source: Path, out: Path, **chosen: Any) -> tuple[Summary, list[dict[str, Any]]]:
    """The summary, and the rows by person."""
    summary = running.screen(source, out, options(**chosen), knowledge(), silent)
    return summary, rows(out)


def options(**chosen: Any) -> Options:
    return Options(**{"on": DAY, "workers": 1, **chosen})


def all_sources(folder: Path, people: list[Synthetic]) -> dict[str, Path]:
    """The same people as FHIR, as OMOP tables and as a table of cases."""
    (folder / "omop").mkdir()
    OmopWriter(knowledge()).write(people, folder / "omop")
    (folder / "cases").mkdir()
    write_cases(people, folder / "cases", knowledge())
    fhir = fhir_folder(folder / "fhir", people)
    return {"fhir": fhir, "omop": folder / "omop", "cases": folder / "cases" / "cases.parquet"}


def rows(out: Path) -> list[dict[str, Any]]:
    return sorted(parquet.read_table(out).to_pylist(), key=lambda row: row["person"])


def faults(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in running.side_file(out).read_text().splitlines()]


def resources(*given: dict[str, Any]) -> str:
    return "".join(json.dumps(resource) + "\n" for resource in given)


def patient(id: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id, "gender": "female", "birthDate": "1958-03-02", **more}


def condition(person: str, code: str, on: str, system: str = "http://hl7.org/fhir/sid/icd-10") -> dict[str, Any]:
    return {"resourceType": "Condition", "id": f"{person}-{code}", "subject": {"reference": f"Patient/{person}"},
            "code": {"coding": [{"system": system, "code": code}]}, "recordedDate": on}  # fmt: skip


def prescription(person: str, rxnorm: str, on: str) -> dict[str, Any]:
    coding = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": rxnorm}
    return {"resourceType": "MedicationRequest", "id": f"{person}-{rxnorm}", "status": "active", "intent": "order",
            "subject": {"reference": f"urn:uuid:{person}"}, "authoredOn": on,
            "medicationCodeableConcept": {"coding": [coding]}}  # fmt: skip


def potassium(person: str, value: float, on: str) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": f"{person}-k", "status": "final", "effectiveDateTime": on,
            "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
            "subject": {"reference": f"Patient/{person}"},
            "valueQuantity": {"value": value, "unit": "mmol/L"}}  # fmt: skip
