"""The Questionnaire holds everything that kram can be told, in both languages, and answers come back unchanged."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from fhirpathpy import evaluate

from kram.assessment.case_reading import read_case
from kram.texts import languages
from tests.fhir.shared import call, post, record
from tests.records.shared import PATIENT, resource
from tests.spec.shared import EXAMPLES, answers, assessor, example

NOT_ASKED = {"pregnancy"}  # asked as yes or no, and weeks


@cache
def questionnaire(lang: str = "en") -> dict[str, Any]:
    return call("GET", f"/fhir/Questionnaire/kram?lang={lang}").json()


def items(of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in of.get("item", []):
        yield item
        yield from items(item)


def test_every_question_is_there_once() -> None:
    links = [item["linkId"] for item in items(questionnaire())]
    assert len(links) == len(set(links))
    findings = assessor().knowledge.findings.values()
    asked = {f.id for f in findings if f.ask and f.kind not in ("condition", "medicine")} - NOT_ASKED
    assert asked <= set(links)
    (conditions,) = [item for item in items(questionnaire()) if item["linkId"] == "conditions"]
    options = {option["valueCoding"]["code"] for option in conditions["answerOption"]}
    assert options == {f.id for f in findings if f.kind == "condition"}


def test_a_condition_on_a_question_points_at_one_that_is_asked() -> None:
    by_link = {item["linkId"]: item for item in items(questionnaire())}
    conditional = [item for item in by_link.values() if "enableWhen" in item]
    assert {"pregnant", "weeks", "screen_child", "smoking"} <= {item["linkId"] for item in conditional}
    for item in conditional:
        assert len(item["enableWhen"]) == 1 or item["enableBehavior"] in ("all", "any")
        for condition in item["enableWhen"]:
            question = by_link[condition["question"]]
            if "answerCoding" in condition:
                codes = [option["valueCoding"]["code"] for option in question["answerOption"]]
                assert condition["answerCoding"]["code"] in codes


def test_every_sentence_is_in_both_languages() -> None:
    one, other = (questionnaire(lang) for lang in languages())
    for item, twin in zip(items(one), items(other), strict=True):
        assert item["linkId"] == twin["linkId"]
        (translation,) = item["_text"]["extension"]
        content = {part["url"]: list(part.values())[1] for part in translation["extension"]}
        assert content == {"lang": languages()[1], "content": twin["text"]}


def test_every_rule_about_when_to_ask_is_held_by_the_form() -> None:
    """A new rule that no form can hold is found here, not by a person filling it in."""
    by_link = {item["linkId"]: item for item in items(questionnaire())}
    for finding in assessor().knowledge.findings.values():
        if finding.asked_if is not None and finding.id in by_link:
            assert by_link[finding.id]["enableWhen"], finding.id


def response_of(case: dict[str, Any]) -> dict[str, Any]:
    """The answers of a case, typed into the form by hand."""
    person = case["person"]
    filled: list[dict[str, Any]] = [
        {"linkId": "age", "answer": [{"valueInteger": person["age"]}]},
        {"linkId": "sex", "answer": [{"valueCoding": {"code": person["sex"]}}]},
    ]
    if isinstance(person.get("pregnant"), int):
        filled.append({"linkId": "pregnant", "answer": [{"valueCoding": {"code": "yes"}}]})
        filled.append({"linkId": "weeks", "answer": [{"valueInteger": person["pregnant"]}]})
    for name in ("medicines", "conditions"):
        if case.get(name):
            filled.append({"linkId": name, "answer": [{"valueString": given} for given in case[name]]})
        if name in case.get("complete", []):
            filled.append({"linkId": f"{name}_complete", "answer": [{"valueCoding": {"code": "yes"}}]})
    for id, given in case.get("findings", {}).items():
        if isinstance(given, bool):
            filled.append({"linkId": id, "answer": [{"valueBoolean": given}]})
        elif isinstance(given, int | float):
            filled.append({"linkId": id, "answer": [{"valueDecimal": given}]})
        else:
            filled.append({"linkId": id, "answer": [{"valueCoding": {"code": given}}]})
    for lab in case.get("labs", []):
        value = {"valueQuantity": {"value": lab["value"], "unit": lab.get("unit", "")}} if "value" in lab else {}
        filled.append(
            {
                "linkId": assessor().lookup.test(lab["test"]),
                "answer": [value or {"valueCoding": {"code": lab["result"]}}],
            }
        )
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "r1",
        "status": "completed",
        "item": [{"linkId": "person", "item": filled}],
    }


@pytest.mark.parametrize("file", EXAMPLES, ids=[file.stem for file in EXAMPLES])
def test_the_worked_examples_typed_into_the_form_mean_the_same(file: Any) -> None:
    from kram.surfaces.fhir.responses import ResponseReader

    case = example(file.stem)
    told = {key: value for key, value in case.items() if key not in ("complaint", "expect", "id", "note")}
    read = ResponseReader(assessor().knowledge).read(response_of(told))
    mine, theirs = read_case(read, assessor().lookup), answers(case)
    assert mine.evidence == theirs.evidence
    assert dict(mine.values) == pytest.approx(dict(theirs.values))
    assert mine.complete == theirs.complete


def test_a_response_gives_the_numbers_of_the_same_case() -> None:
    case = example("night-cramps-thiazide")
    expected = assessor().assess(answers(case), "en")
    bundle = post("/fhir/QuestionnaireResponse/$assess?lang=en", response_of(case)).json()
    found = {
        p["outcome"]["coding"][0]["code"]: p["probabilityDecimal"] for p in bundle["entry"][0]["resource"]["prediction"]
    }
    for cause in expected.causes:
        assert found[cause.id] == pytest.approx(100 * cause.share, abs=1e-8)
    assert bundle["entry"][0]["resource"]["basis"] == [{"reference": "QuestionnaireResponse/r1"}]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"questionnaire": "http://elsewhere/Questionnaire/phq9"}, "phq9"),
        ({"item": [{"linkId": "shoe_size", "answer": [{"valueInteger": 43}]}]}, "shoe_size"),
        ({"item": [{"linkId": "sex", "answer": [{"valueCoding": {"code": "purple"}}]}]}, "purple"),
        ({"item": [{"linkId": "fever", "answer": [{"valueString": "maybe"}]}]}, "maybe"),
        ({"item": []}, "person.age"),
        ({"item": [{"linkId": "age", "answer": [{"valueInteger": 300}]}, {"linkId": "sex", "answer": [{"valueString": "male"}]}]}, "300"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused_by_name(change: dict[str, Any], says: str) -> None:
    response = post(
        "/fhir/QuestionnaireResponse/$assess?lang=en", response_of({"person": {"age": 50, "sex": "male"}}) | change
    )
    assert response.status_code == 422
    assert says in response.json()["issue"][0]["details"]["text"]


def test_the_record_fills_in_what_it_knows() -> None:
    bundle = record(
        resource("Condition", {"icd10": "E11.4"}, "dm"),
        resource("MedicationRequest", {"atc": "C03BA11", "authoredOn": "2026-11-01"}, "ind"),
        resource(
            "Observation", {"loinc": "2823-3", "effectiveDateTime": "2026-11-20", "value": 2.8, "ucum": "mmol/L"}, "k"
        ),
        resource("Observation", {"loinc": "2823-3", "effectiveDateTime": "2026-11-21", "value": 2.9}, "k2"),
    )
    context = {
        "name": "context",
        "part": [{"name": "name", "valueString": "patient"}, {"name": "content", "resource": bundle}],
    }
    day = {"name": "date", "valueDate": "2026-11-23"}
    ours = {"name": "questionnaireRef", "valueReference": {"reference": "Questionnaire/kram"}}
    body = {"resourceType": "Parameters", "parameter": [ours, context, day]}
    answer = post("/fhir/Questionnaire/$populate?lang=en", body).json()
    filled, issues = (part["resource"] for part in answer["parameter"])
    by_link = {item["linkId"]: item.get("answer") for item in items(filled)}
    assert by_link["age"] == [{"valueInteger": 68}]
    assert by_link["sex"][0]["valueCoding"]["code"] == "female"
    assert [one["valueCoding"]["code"] for one in by_link["conditions"]] == ["diabetes", "known_neuropathy"]
    assert [one["valueCoding"]["code"] for one in by_link["medicines"]] == ["indapamide"]
    assert by_link["potassium"] == [{"valueDecimal": 2.8}]
    assert "fever" not in by_link
    assert issues["issue"][0]["expression"] == ["Observation/k2"]
    direct = post(
        "/fhir/$assess", {"resourceType": "Parameters", "parameter": [{"name": "record", "resource": bundle}, day]}
    )
    through = post("/fhir/QuestionnaireResponse/$assess", filled)
    one, two = (answer.json()["entry"][0]["resource"]["prediction"] for answer in (direct, through))
    assert [p["probabilityDecimal"] for p in one] == pytest.approx([p["probabilityDecimal"] for p in two], abs=1e-6)


def test_the_age_that_fillers_compute_from_the_record_is_the_age() -> None:
    """The initialExpression, by a FHIRPath engine that others wrote."""
    from datetime import date

    (age,) = [item for item in items(questionnaire()) if item["linkId"] == "age"]
    (expression,) = [e["valueExpression"]["expression"] for e in age["extension"] if "valueExpression" in e]
    today = date.today()
    for born in (date(1958, 5, 10), date(1990, today.month, 28)):
        patient = PATIENT | {"birthDate": born.isoformat()}
        expected = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        assert evaluate(patient, expression, {"patient": patient}) == [expected]
