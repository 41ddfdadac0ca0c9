"""Records as they are: what becomes of each, and what is told of the rest."""

from pathlib import Path
from typing import Any

import pytest

from kram import plain_yaml
from kram.assessment.case_reading import read_case
from kram.records.bundles import RecordError
from kram.records.telling import fact_sentence, left_out_sentence
from kram.texts import languages
from tests.records.shared import ON, PATIENT, lookup, reader, resource

CASES = plain_yaml.load((Path(__file__).parent / "hard_cases.yaml").read_text("utf-8"))


def bundle(case: dict[str, Any]) -> dict[str, Any]:
    resources = []
    if case.get("patient", {}) is not None:
        patient = PATIENT | case.get("patient", {})
        resources.append({key: value for key, value in patient.items() if value is not None})
    for index, item in enumerate(case.get("record", [])):
        ((kind, given),) = item.items()
        resources.append(resource(kind, given, f"r{index}"))
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


@pytest.mark.parametrize("case", CASES, ids=[case["shows"].replace(" ", "_")[:60] for case in CASES])
def test_a_record_becomes_the_case_it_should(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(RecordError) as refused:
            reader().read(bundle(case), ON)
        assert refused.value.key == case["refused"]
        assert all(len(refused.value.sentence(lang)) > 20 for lang in languages())
        return
    record = reader().read(bundle(case), ON)
    found = record.case
    assert found.get("findings", {}) == case.get("findings", {})
    assert {lab["test"]: pytest.approx(lab["value"], rel=2e-3) for lab in found.get("labs", [])} == case.get("labs", {})
    assert found.get("medicines", []) == case.get("medicines", [])
    assert found["person"].get("pregnant") == case.get("pregnant")
    assert found["person"]["age"] == case.get("age", found["person"]["age"])
    assert found["person"]["sex"] == case.get("sex", found["person"]["sex"])
    assert sorted(item.reason for item in record.left_out) == sorted(case.get("left", []))
    assert bool(record.complaint) == case.get("complaint", False)
    answers = read_case(found, lookup())
    assert answers.not_understood == ()
    for lang in languages():
        for fact in record.facts:
            assert fact.reference in fact_sentence(fact, lookup().knowledge, lang)
        for item in record.left_out:
            assert "{" not in left_out_sentence(item, 2, lang)


def test_every_used_fact_points_at_the_resource_it_came_from() -> None:
    record = reader().read(
        bundle({"record": [{"MedicationRequest": {"atc": "C03EA01", "authoredOn": "2026-11-01"}}]}), ON
    )
    assert record.basis("takes_thiazide") == ("MedicationRequest/r0",)
    assert record.basis("takes_potassium_sparing") == ("MedicationRequest/r0",)
    assert record.basis("takes_loop_diuretic") == ()


def test_every_medicine_and_test_goes_by_its_own_id() -> None:
    """The case names them by id; a name shared with another would be lost."""
    for id in lookup().knowledge.medicines:
        assert lookup().medicine(id) == id
    for finding in lookup().knowledge.findings.values():
        if finding.kind == "test":
            assert lookup().test(finding.id) == finding.id


def test_five_thousand_observations() -> None:
    entries = [
        {
            "Observation": {
                "loinc": "2823-3",
                "effectiveDateTime": f"2026-{1 + i % 10:02}-{1 + i % 28:02}T{i % 24:02}:00:00Z",
                "value": 3 + i % 20 / 10,
                "ucum": "mmol/L",
            }
        }
        for i in range(4998)
    ]
    entries += [{"Observation": {"loinc": "2823-3", "effectiveDateTime": "2026-11-20", "value": 2.8, "ucum": "mmol/L"}}]
    record = reader().read(bundle({"record": entries}), ON)
    assert record.case["labs"] == [{"test": "potassium", "value": 2.8, "unit": "mmol/L"}]
    assert len(record.left_out) <= 4999


def test_a_silent_record_says_no_to_nothing() -> None:
    answers = read_case(reader().read(bundle({}), ON).case, lookup())
    assert answers.given == ()
    assert answers.complete == frozenset()
