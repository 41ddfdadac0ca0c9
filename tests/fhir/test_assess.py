"""$assess: the same numbers as everywhere, each pointing at the resources it rests on."""

import json
from functools import cache
from typing import Any

import pytest

from kram.assessment.case_reading import read_case
from kram.texts import languages
from tests.fhir.shared import assessed, parameters, post, record
from tests.records.shared import ON, reader, resource
from tests.spec.shared import assessor

RESOURCES = (
    resource("Condition", {"icd10": "E11.4", "recordedDate": "2020-02"}, "dm"),
    resource("MedicationRequest", {"atc": "C03BA11", "authoredOn": "2026-10-01"}, "ind"),
    resource("MedicationRequest", {"atc": "P01BC01", "authoredOn": "2026-11-01"}, "kina"),
    resource(
        "Observation", {"loinc": "2823-3", "effectiveDateTime": "2026-11-20", "value": 2.8, "ucum": "mmol/L"}, "k"
    ),
    resource("Observation", {"loinc": "2951-2", "effectiveDateTime": "2026-11-20", "value": 139}, "na"),
    resource("Condition", {"text": "Sinusitis"}, "sin"),
)


@cache
def answer(lang: str = "en") -> dict[str, list[dict[str, Any]]]:
    return assessed(record(*RESOURCES), lang)


def predictions(lang: str = "en") -> dict[str, dict[str, Any]]:
    (risk,) = answer(lang)["RiskAssessment"]
    return {one["outcome"]["coding"][0]["code"]: one for one in risk["prediction"]}


def test_each_cause_has_its_share_as_a_percentage_and_they_add_up() -> None:
    case = reader().read(record(*RESOURCES), ON).case
    expected = assessor().assess(read_case(case, assessor().lookup), "en")
    found = predictions()
    for cause in expected.causes:
        one = found[cause.id]
        assert one["probabilityDecimal"] == pytest.approx(100 * cause.share, abs=1e-8)
        (interval,) = [e["valueRange"] for e in one["extension"] if e["url"].endswith("/share-interval")]
        assert interval["low"]["value"] == pytest.approx(100 * cause.share_interval[0], abs=1e-8)
        assert interval["high"]["value"] == pytest.approx(100 * cause.share_interval[1], abs=1e-8)
        (presence,) = [e["valueDecimal"] for e in one["extension"] if e["url"].endswith("/presence")]
        assert presence == pytest.approx(100 * cause.presence, abs=1e-8)
    assert sum(one["probabilityDecimal"] for one in found.values()) == pytest.approx(100, abs=1e-6)


def test_a_prediction_points_at_what_moved_it() -> None:
    def basis(cause: str) -> set[str]:
        extensions = predictions()[cause]["extension"]
        return {e["valueReference"]["reference"] for e in extensions if e["url"].endswith("/prediction-basis")}

    assert "Observation/k" in basis("very_low_potassium")
    assert "MedicationRequest/ind" in basis("thiazide")
    assert basis("mcardle") == set()
    (risk,) = answer()["RiskAssessment"]
    assert {one["reference"] for one in risk["basis"]} == {
        "Condition/dm", "MedicationRequest/ind", "MedicationRequest/kina", "Observation/k"
    }  # fmt: skip


def test_red_flags_are_flags_and_medicines_are_detected_issues() -> None:
    flags = {flag["code"]["coding"][0]["code"] for flag in answer()["Flag"]}
    assert "critical_potassium_low" in flags
    issues = {issue["code"]["coding"][0]["code"]: issue for issue in answer()["DetectedIssue"]}
    assert issues["thiazide"]["implicated"] == [{"reference": "MedicationRequest/ind"}]
    assert issues["thiazide"]["severity"] == "moderate"
    assert issues["quinine_taken"]["implicated"] == [{"reference": "MedicationRequest/kina"}]
    assert issues["quinine_taken"]["severity"] == "high"


def test_what_was_left_out_is_told_with_its_place() -> None:
    (outcome,) = answer()["OperationOutcome"]
    places = {place: issue for issue in outcome["issue"] for place in issue.get("expression", [])}
    assert places["Observation/na"]["severity"] == "warning"
    assert "no unit" in places["Observation/na"]["details"]["text"]
    assert places["Condition/sin"]["code"] == "not-supported"


def test_the_narrative_speaks_the_language_asked_for() -> None:
    for lang in languages():
        (risk,) = answer(lang)["RiskAssessment"]
        assert risk["language"] == lang
        assert f'xml:lang="{lang}"' in risk["text"]["div"]
        assert assessor().knowledge.causes["thiazide"].name[lang] in risk["text"]["div"]


def test_the_same_record_gives_the_same_bytes() -> None:
    one, two = (post("/fhir/$assess", parameters(record(*RESOURCES))).content for _ in range(2))
    assert one == two


def test_a_bare_bundle_and_single_resources_are_taken_too() -> None:
    bundle = record(*RESOURCES[:1])
    bare = post("/fhir/$assess?lang=en", bundle)
    listed = {
        "resourceType": "Parameters",
        "parameter": [{"name": "resource", "resource": e["resource"]} for e in bundle["entry"]],
    }
    single = post("/fhir/$assess", listed, headers={"Accept-Language": "fr, en;q=0.5"})
    assert bare.status_code == single.status_code == 200
    assert (
        json.loads(bare.content)["entry"][0]["resource"]["prediction"]
        == single.json()["entry"][0]["resource"]["prediction"]
    )


def test_one_of_several_people() -> None:
    other = {"resourceType": "Patient", "id": "q", "gender": "male", "birthDate": "1990-01-01"}
    bundle = record(*RESOURCES[:1], other)
    refused = post("/fhir/$assess", parameters(bundle))
    assert refused.status_code == 422
    chosen = post("/fhir/$assess", parameters(bundle, "en", {"name": "subject", "valueString": "Patient/q"}))
    assert chosen.json()["entry"][0]["resource"]["subject"] == {"reference": "Patient/q"}
