"""Invented people as a table of cases, or as tables in the OMOP model (Parquet)."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from kram.knowledge.entries import Finding
from kram.knowledge.knowledge import Knowledge
from kram.screening.optional import needed
from kram.screening.synthesis.population import LAST_DAY, Synthetic

_CHUNK = 20_000
_LOCAL = 2_000_000_000  # where the numbers of local concepts begin in OMOP
Rows = dict[str, list[dict[str, Any]]]


def write_cases(people: Iterable[Synthetic], folder: Path, knowledge: Knowledge) -> int:
    pa, parquet = needed("pyarrow", "screen"), needed("pyarrow.parquet", "screen")
    findings = knowledge.findings
    asked = [f.id for f in findings.values() if f.kind == "question" and f.id != "pregnancy"]
    tests = [f.id for f in findings.values() if f.kind == "test" and f.form == "number"]
    own = [("person", pa.string()), ("age", pa.int32()), ("sex", pa.string()), ("pregnant", pa.string())]
    lists = [(name, pa.string()) for name in ("cramps", "date", "conditions", "medicines")]
    columns = pa.schema([*own, *lists, *((id, pa.string()) for id in asked), *((id, pa.float64()) for id in tests)])
    written = 0
    with parquet.ParquetWriter(folder / "cases.parquet", columns, compression="zstd") as writer:
        for chunk in _chunks(people):
            rows = [_case(person) for person in chunk]
            writer.write_table(pa.Table.from_pylist(rows, schema=columns))
            written += len(rows)
    return written


def _case(person: Synthetic) -> dict[str, Any]:
    answers = dict(person.answers)
    pregnant = "yes" if answers.pop("pregnancy", None) else None
    return {
        "person": person.id,
        "age": person.age,
        "sex": person.sex,
        "pregnant": pregnant,
        "cramps": "yes" if person.cramps else "no",
        "date": LAST_DAY.isoformat(),
        "conditions": ";".join(person.conditions) or None,
        "medicines": ";".join(person.medicines) or None,
        **answers,
        **{id: value for id, value, _ in person.tests},
    }


class OmopWriter:
    """Concepts have local numbers; the table of concepts says what they are."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._concepts: dict[tuple[str, str, str], int] = {}

    def write(self, people: Iterable[Synthetic], folder: Path) -> int:
        pa, parquet = needed("pyarrow", "screen"), needed("pyarrow.parquet", "screen")
        whole, words, day, number = pa.int64(), pa.string(), pa.date32(), pa.float64()
        schemas = {
            "person": [("person_id", whole), ("gender_concept_id", whole), ("year_of_birth", whole),
                       ("month_of_birth", whole), ("day_of_birth", whole)],
            "condition_occurrence": [("condition_occurrence_id", whole), ("person_id", whole),
                                     ("condition_concept_id", whole), ("condition_start_date", day),
                                     ("condition_end_date", day), ("condition_source_value", words)],
            "drug_exposure": [("drug_exposure_id", whole), ("person_id", whole), ("drug_concept_id", whole),
                              ("drug_exposure_start_date", day), ("drug_exposure_end_date", day),
                              ("drug_source_value", words)],
            "measurement": [("measurement_id", whole), ("person_id", whole), ("measurement_concept_id", whole),
                            ("measurement_date", day), ("value_as_number", number), ("unit_concept_id", whole),
                            ("unit_source_value", words)],
        }  # fmt: skip
        writers = {
            name: parquet.ParquetWriter(folder / f"{name}.parquet", pa.schema(fields), compression="zstd")
            for name, fields in schemas.items()
        }
        written = 0
        try:
            for chunk in _chunks(people):
                rows: Rows = {name: [] for name in schemas}
                for person in chunk:
                    self._add(person, rows)
                for name, fields in schemas.items():
                    writers[name].write_table(pa.Table.from_pylist(rows[name], schema=pa.schema(fields)))
                written += len(chunk)
        finally:
            for writer in writers.values():
                writer.close()
        concepts = [
            {"concept_id": id, "concept_name": name, "vocabulary_id": vocabulary, "concept_code": code}
            for (vocabulary, code, name), id in self._concepts.items()
        ]
        fields = [("concept_id", whole), ("concept_name", words), ("vocabulary_id", words), ("concept_code", words)]
        parquet.write_table(pa.Table.from_pylist(concepts, schema=pa.schema(fields)), folder / "concept.parquet")
        return written

    def _add(self, person: Synthetic, rows: Rows) -> None:
        omop = self._knowledge.screening.omop
        own = int(person.id)
        gender = (omop.female if person.sex == "female" else omop.male)[0]
        rows["person"].append({
            "person_id": own, "gender_concept_id": gender, "year_of_birth": person.born.year,
            "month_of_birth": person.born.month, "day_of_birth": person.born.day,
        })  # fmt: skip
        concepts = [self._condition(self._knowledge.findings[id]) for id in person.conditions]
        if person.cramps:
            concepts.append(self._concept("ICD10", self._knowledge.records.complaint.codes.icd10[0], ""))
        for index, concept in enumerate(concepts):
            rows["condition_occurrence"].append({
                "condition_occurrence_id": own * 100 + index, "person_id": own, "condition_concept_id": concept,
                "condition_start_date": LAST_DAY - timedelta(days=20 + 5 * index),
            })  # fmt: skip
        for index, id in enumerate(person.medicines):
            medicine = self._knowledge.medicines[id]
            vocabulary, code = ("RxNorm", medicine.rxnorm) if medicine.rxnorm else ("ATC", medicine.atc[0])
            rows["drug_exposure"].append({
                "drug_exposure_id": own * 100 + index, "person_id": own,
                "drug_concept_id": self._concept(vocabulary, str(code), medicine.name["en"]),
                "drug_exposure_start_date": LAST_DAY - timedelta(days=30 + 7 * index),
            })  # fmt: skip
        for index, (id, value, days) in enumerate(person.tests):
            finding = self._knowledge.findings[id]
            unit = self._knowledge.records.ucum.get(str(finding.unit), str(finding.unit))
            code = finding.codes.loinc[0] if finding.codes.loinc else ""
            rows["measurement"].append({
                "measurement_id": own * 100 + index, "person_id": own,
                "measurement_concept_id": self._concept("LOINC", code, finding.name["en"]) if code else 0,
                "measurement_date": LAST_DAY - timedelta(days=days), "value_as_number": value,
                "unit_concept_id": self._concept("UCUM", unit, unit), "unit_source_value": str(finding.unit),
            })  # fmt: skip

    def _condition(self, finding: Finding) -> int:
        codes = finding.codes
        for vocabulary, listed in (("SNOMED", codes.snomed), ("ICD10", codes.icd10), ("ICD10CM", codes.icd10cm)):
            if listed:
                return self._concept(vocabulary, listed[0], finding.name["en"])
        return self._concept("None", finding.id, finding.name["en"])

    def _concept(self, vocabulary: str, code: str, name: str) -> int:
        return self._concepts.setdefault((vocabulary, code, name), _LOCAL + len(self._concepts))


def _chunks(people: Iterable[Synthetic]) -> Iterator[list[Synthetic]]:
    stream = iter(people)
    while chunk := list(islice(stream, _CHUNK)):
        yield chunk
