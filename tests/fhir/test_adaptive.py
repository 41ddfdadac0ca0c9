"""$next-question runs the interview of kram for any filler of adaptive forms."""

from functools import cache
from typing import Any

import pytest

from kram.assessment.case_reading import read_case
from kram.assessment.interviewing import next_step
from tests.fhir.shared import call, post
from tests.spec.shared import assessor

START = {
    "resourceType": "QuestionnaireResponse",
    "status": "in-progress",
    "questionnaire": "#next",
    "contained": [{"resourceType": "Questionnaire", "id": "next", "status": "active"}],
    "subject": {"reference": "Patient/p"},
}
PERSON = {"age": {"valueInteger": 67}, "sex": "female"}
TOLD = {"potassium": None, "setting": "in_bed", "diarrhoea_vomiting": "no"}


def asked(response: dict[str, Any]) -> list[dict[str, Any]]:
    (questionnaire,) = [inner for inner in response["contained"] if inner["resourceType"] == "Questionnaire"]
    return questionnaire.get("item", [])


def ask(response: dict[str, Any], parameters: bool = True) -> dict[str, Any]:
    body = {"resourceType": "Parameters", "parameter": [{"name": "questionnaire-response", "resource": response}]}
    answer = post("/fhir/Questionnaire/$next-question?lang=en", body if parameters else response)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fill(item: dict[str, Any]) -> dict[str, Any]:
    """What a filler does: answer each question of the last group, with "no" where nothing else is told."""
    filled: dict[str, Any] = {"linkId": item["linkId"]}
    inner = [fill(one) for one in item.get("item", []) if one["type"] != "display"]
    if inner:
        filled["item"] = inner
    told = PERSON.get(item["linkId"], TOLD.get(item["linkId"], "no"))
    if isinstance(told, dict):
        filled["answer"] = [told]
    elif item["type"] == "choice":
        options = {option["valueCoding"]["code"]: option["valueCoding"] for option in item["answerOption"]}
        chosen = options.get(told) or options.get("unknown")
        if chosen is not None:
            filled["answer"] = [{"valueCoding": chosen}]
    return filled


@cache
def ended() -> dict[str, Any]:
    """The last call of an interview in which everything was asked: the whole form, with age and sex answered."""
    whole = call("GET", "/fhir/Questionnaire/kram?lang=en").json()
    person = {"linkId": "person", "item": [fill(item) for item in whole["item"][0]["item"][:2]]}
    contained = {"resourceType": "Questionnaire", "id": "next", "status": "active", "item": whole["item"]}
    return ask({**START, "contained": [contained], "item": [person]})


@cache
def finished() -> dict[str, Any]:
    """The whole interview, to its end."""
    response = ask(START)
    for _ in range(60):
        if response["status"] == "completed":
            return response
        response["item"] = [fill(item) for item in asked(response)]
        response = ask(response)
    raise AssertionError("the interview does not end")


def test_the_first_questions_are_age_and_sex() -> None:
    (group,) = asked(ask(START))
    assert [item["linkId"] for item in group["item"]] == ["age", "sex"]
    assert asked(ask(START)) == asked(ask(START, parameters=False))


def test_without_them_the_next_is_not_told() -> None:
    response = ask(START)
    refused = post("/fhir/Questionnaire/$next-question?lang=en", response)
    assert refused.status_code == 422
    assert "age" in refused.json()["issue"][0]["details"]["text"]


@pytest.mark.slow
def test_it_asks_what_our_own_interview_asks_in_the_same_order() -> None:
    links = [item["linkId"] for item in asked(finished())]
    case: dict[str, Any] = {"person": {"age": 67, "sex": "female"}, "findings": {}, "complete": []}
    seen: set[str] = set()
    expected = ["person"]
    while (step := next_step(assessor(), read_case(case, assessor().lookup), frozenset(seen))).kind != "done":
        if step.kind == "screen":
            expected.append(step.ticks.id)
            case["findings"] |= {finding.id: "no" for finding in step.findings if finding.form == "yes_no"}
            seen |= {finding.id for finding in step.findings}
        elif step.kind in ("medicines", "conditions"):
            expected.append(f"{step.kind}_list")
        else:
            expected.append(step.finding.id)
            answer = TOLD.get(step.finding.id, "no")
            levels = [level.id for level in step.finding.levels] or ["yes", "no"]
            if answer in levels and step.finding.form != "number":
                case["findings"][step.finding.id] = answer
        seen.add(step.ticks.id if step.kind == "screen" else step.kind if step.finding is None else step.finding.id)
    assert links == [*expected, "result"]


def test_the_first_steps_are_those_of_our_interview() -> None:
    response = ask(START)
    for _ in range(3):
        response["item"] = [fill(item) for item in asked(response)]
        response = ask(response)
    assert [item["linkId"] for item in asked(response)] == ["person", "screen_leg", "screen_body", "screen_nerves"]
    assert response["status"] == "in-progress"


def test_at_the_end_it_says_what_it_thinks() -> None:
    assert ended()["status"] == "completed"
    result = asked(ended())[-1]
    assert result["linkId"] == "result"
    assert all(item["type"] == "display" for item in result["item"])
    assert any("(" in item["text"] for item in result["item"])
    assert ended()["subject"] == START["subject"]


def test_the_ended_response_is_assessed_like_any_other() -> None:
    response = {key: value for key, value in ended().items() if key != "contained"}
    answer = post(
        "/fhir/QuestionnaireResponse/$assess?lang=en", response | {"questionnaire": "Questionnaire/kram-adaptive"}
    )
    assert answer.status_code == 200, answer.text
    risk = answer.json()["entry"][0]["resource"]
    assert risk["subject"] == START["subject"]
