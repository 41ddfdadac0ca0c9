"""Every fault is an OperationOutcome with one sentence in the language asked for."""

from typing import Any

import pytest

from tests.fhir.shared import call, parameters, post, record, schema_faults

FHIR = {"Content-Type": "application/fhir+json"}


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "says"),
    [
        ("POST", "/fhir/$assess", {"content": b"{", "headers": FHIR}, 400, "not valid JSON"),
        ("POST", "/fhir/$assess", {"content": b"\xff\xfe", "headers": FHIR}, 400, "not valid JSON"),
        ("POST", "/fhir/$assess", {"content": b'{"resourceType": NaN}', "headers": FHIR}, 400, "not valid JSON"),
        ("POST", "/fhir/$assess", {"content": b"[" * 100_000, "headers": FHIR}, 400, "not valid JSON"),
        ("POST", "/fhir/$assess", {"json": [1]}, 400, "one FHIR resource"),
        ("POST", "/fhir/$assess", {"json": {"resourceType": 3}}, 400, "one FHIR resource"),
        ("POST", "/fhir/$assess", {"content": b"<a/>", "headers": {"Content-Type": "application/fhir+xml"}}, 415, "content type"),
        ("POST", "/fhir/$assess", {"json": {"resourceType": "Parameters"}}, 422, "No record"),
        ("POST", "/fhir/$assess", {"json": {"resourceType": "Bundle"}}, 422, "no FHIR resource"),
        ("POST", "/fhir/$assess", {"json": {"resourceType": "Organization"}}, 422, "no Patient"),
        ("POST", "/fhir/QuestionnaireResponse/$assess", {"json": record()}, 422, "QuestionnaireResponse"),
        ("POST", "/fhir/Questionnaire/$next-question", {"json": record()}, 422, "QuestionnaireResponse"),
        ("POST", "/fhir/Questionnaire/$populate", {"json": {"resourceType": "Parameters"}}, 422, "questionnaireRef"),
        ("POST", "/fhir/Questionnaire/kram/$populate", {"json": {"resourceType": "Parameters"}}, 422, "No record"),
        ("GET", "/fhir/Patient/1", {}, 404, "is not here"),
        ("GET", "/fhir/Questionnaire/other", {}, 404, "is not here"),
        ("GET", "/fhir/$assess", {}, 405, "is not done"),
        ("DELETE", "/fhir/Questionnaire/kram", {}, 405, "is not done"),
    ],
)  # fmt: skip
def test_a_fault_is_an_operation_outcome(
    method: str, path: str, options: dict[str, Any], status: int, says: str
) -> None:
    response = call(method, path + "?lang=en", **options)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/fhir+json"
    outcome = response.json()
    assert schema_faults(outcome) == []
    (issue,) = outcome["issue"]
    assert issue["severity"] == "error"
    assert says in issue["details"]["text"]
    indonesian = call(method, path + "?lang=id", **options).json()
    assert indonesian["language"] == "id"
    assert indonesian["issue"][0]["details"]["text"] != issue["details"]["text"]


def test_a_date_that_is_none_is_refused() -> None:
    body = parameters(record())
    body["parameter"][2]["valueDate"] = "2026-02-30"
    response = post("/fhir/$assess", body)
    assert response.status_code == 422
    assert "date" in response.json()["issue"][0]["details"]["text"]


def test_nothing_of_a_request_may_be_kept_on_the_way() -> None:
    assert post("/fhir/$assess", parameters(record())).headers["cache-control"] == "no-store"
