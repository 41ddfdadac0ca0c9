"""Rows of OMOP tables -> the FHIR resources that say the same, so that one mapping reads both."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from kram.knowledge.record_rules import RecordRules
from kram.knowledge.screening_rules import OmopRules

Row = Mapping[str, Any]
# columns that are read; what a table lacks is empty
COLUMNS: dict[str, tuple[str, ...]] = {
    "person": ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth",
               "gender_source_value", "death_date"),
    "condition_occurrence": ("person_id", "condition_occurrence_id", "condition_concept_id", "condition_start_date",
                             "condition_end_date", "condition_source_value"),
    "drug_exposure": ("person_id", "drug_exposure_id", "drug_concept_id", "drug_exposure_start_date",
                      "drug_exposure_end_date", "days_supply", "drug_source_value"),
    "measurement": ("person_id", "measurement_id", "measurement_concept_id", "measurement_date", "value_as_number",
                    "value_as_concept_id", "unit_concept_id", "unit_source_value", "operator_concept_id",
                    "measurement_source_value"),
    "observation": ("person_id", "observation_id", "observation_concept_id", "observation_date", "value_as_concept_id",
                    "observation_source_value"),
    "procedure_occurrence": ("person_id", "procedure_occurrence_id", "procedure_concept_id", "procedure_date",
                             "procedure_source_value"),
}  # fmt: skip
CONCEPTS = {
    "condition_occurrence": ("condition_concept_id",),
    "drug_exposure": ("drug_concept_id",),
    "measurement": ("measurement_concept_id", "unit_concept_id", "value_as_concept_id"),
    "observation": ("observation_concept_id", "value_as_concept_id"),
    "procedure_occurrence": ("procedure_concept_id",),
}


class OmopReader:
    """`resource` turns one row into one resource. A row holds its columns, and for each column of concepts that the
    data's own table knows `<column>:vocabulary`, `<column>:code` and `<column>:name`."""

    def __init__(self, rules: OmopRules, records: RecordRules) -> None:
        self._rules = rules
        self._uris = {name: uris[0] for name, uris in records.systems.items() if uris}
        self._makers: dict[str, Callable[[Row], dict[str, Any]]] = {
            "person": self._person,
            "condition_occurrence": self._condition,
            "drug_exposure": self._drug,
            "measurement": self._measurement,
            "observation": self._observation,
            "procedure_occurrence": self._procedure,
        }

    def resource(self, table: str, row: Row) -> dict[str, Any] | None:
        """None where the row belongs to nobody."""
        person = _text(row.get("person_id"))
        if not person:
            return None
        made = self._makers[table](row)
        if table == "person":
            return {"resourceType": "Patient", "id": person, **made}
        id = _text(row.get(f"{table}_id"))
        return {**made, "id": f"{table}-{id}", "subject": {"reference": f"Patient/{person}"}}

    def _person(self, row: Row) -> dict[str, Any]:
        year, month, day = (_whole(row.get(f"{part}_of_birth")) for part in ("year", "month", "day"))
        born = f"{year:04d}" if year else ""
        if year and month:
            born += f"-{month:02d}" + (f"-{day:02d}" if day else "")
        concept, said = _whole(row.get("gender_concept_id")), _text(row.get("gender_source_value")).casefold()
        sex = "female" if concept in self._rules.female else "male" if concept in self._rules.male else said
        made = {"gender": sex, "birthDate": born}
        return {**made, "deceasedDateTime": _day(row["death_date"])} if row.get("death_date") else made

    def _condition(self, row: Row) -> dict[str, Any]:
        made = {"resourceType": "Condition", "code": self._concept(row, "condition_occurrence", "condition")}
        made["onsetDateTime"] = _day(row.get("condition_start_date"))
        end = _day(row.get("condition_end_date"))
        return {**made, "abatementDateTime": end} if end and end != made["onsetDateTime"] else made

    def _drug(self, row: Row) -> dict[str, Any]:
        start, end = _day(row.get("drug_exposure_start_date")), _day(row.get("drug_exposure_end_date"))
        period = {"start": start, **({"end": end} if end else {})}
        return {
            "resourceType": "MedicationStatement",
            "status": "completed" if end else "active",
            "medicationCodeableConcept": self._concept(row, "drug_exposure", "drug"),
            "effectivePeriod": period,
        }

    def _measurement(self, row: Row) -> dict[str, Any]:
        made: dict[str, Any] = {
            "resourceType": "Observation",
            "status": "final",
            "code": self._concept(row, "measurement", "measurement"),
            "effectiveDateTime": _day(row.get("measurement_date")),
        }
        value = _number(row.get("value_as_number"))
        if value is not None:
            unit = _text(row.get("unit_concept_id:code")) or self._rules.units.get(
                _whole(row.get("unit_concept_id")), ""
            )
            made["valueQuantity"] = {"value": value, "unit": unit or _text(row.get("unit_source_value"))}
            comparator = self._rules.operators.get(_whole(row.get("operator_concept_id")))
            if comparator:
                made["valueQuantity"]["comparator"] = comparator
        elif _whole(row.get("value_as_concept_id")):
            made["valueCodeableConcept"] = {"coding": self._coding(row, "value_as_concept_id")}
        return made

    def _observation(self, row: Row) -> dict[str, Any]:
        return {
            "resourceType": "Observation",
            "status": "final",
            "code": self._concept(row, "observation", "observation"),
            "effectiveDateTime": _day(row.get("observation_date")),
            "valueCodeableConcept": {"coding": self._coding(row, "value_as_concept_id")},
        }

    def _procedure(self, row: Row) -> dict[str, Any]:
        return {
            "resourceType": "Procedure",
            "status": "completed",
            "code": self._concept(row, "procedure_occurrence", "procedure"),
            "performedDateTime": _day(row.get("procedure_date")),
        }

    def _concept(self, row: Row, table: str, prefix: str) -> dict[str, Any]:
        """The standard concept; where nothing tells what it is, the source's own code."""
        coding = self._coding(row, f"{prefix}_concept_id")
        source = _text(row.get(f"{prefix}_source_value"))
        system = self._rules.source_values.get(table)
        if not coding and source and system:
            coding = [{"system": self._uris.get(system, ""), "code": source}]
        text = _text(row.get(f"{prefix}_concept_id:name")) or source
        return {"coding": coding, **({"text": text} if text else {})}

    def _coding(self, row: Row, column: str) -> list[dict[str, str]]:
        system = self._rules.vocabularies.get(_text(row.get(f"{column}:vocabulary")))
        code = _text(row.get(f"{column}:code"))
        name = _text(row.get(f"{column}:name"))
        if system is None or not code:
            known = self._rules.concepts.get(_whole(row.get(column)))
            if known is None:
                return []
            system, code = known.system, known.code
        return [{"system": self._uris.get(system, ""), "code": code, **({"display": name} if name else {})}]


def _text(given: Any) -> str:
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    return "" if given is None else str(given).strip()


def _number(given: Any) -> float | None:
    try:
        return None if given is None or given == "" else float(given)
    except (TypeError, ValueError):
        return None


def _whole(given: Any) -> int:
    value = _number(given)
    return int(value) if value is not None and abs(value) < 2**53 else 0


def _day(given: Any) -> str:
    if isinstance(given, datetime):
        return given.date().isoformat()
    return given.isoformat() if isinstance(given, date) else _text(given)[:10]
