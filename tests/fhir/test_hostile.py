"""Junk anywhere in a request: an answer or a refusal, never a fault of ours."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fhir.shared import parameters, post, record
from tests.fhir.test_assess import RESOURCES
from tests.fhir.test_questionnaire import response_of
from tests.records.test_properties import JUNK, paths

PERSON = {"age": 30, "sex": "female", "pregnant": 20}
RESPONSE = response_of(
    {
        "person": PERSON,
        "medicines": ["indapamide"],
        "findings": {"setting": "in_bed", "standing_hours": 9},
        "labs": [{"test": "potassium", "value": 2.9, "unit": "mmol/L"}],
    }
)
FORM = {
    "resourceType": "Questionnaire",
    "id": "q",
    "item": [{"linkId": "person", "item": [{"linkId": "age"}, {"linkId": "sex"}]}],
}
NEXT = RESPONSE | {"contained": [FORM], "questionnaire": "#q"}
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("/fhir/$assess", parameters(record(*RESOURCES[:2]))),
    ("/fhir/QuestionnaireResponse/$assess", RESPONSE),
    ("/fhir/Questionnaire/$next-question", {"resourceType": "Parameters", "parameter": [{"name": "questionnaire-response", "resource": NEXT}]}),
    ("/fhir/Questionnaire/kram/$populate", {"resourceType": "Parameters", "parameter": [{"name": "content", "resource": record(*RESOURCES[:2])}]}),
]  # fmt: skip


def test_the_requests_are_right_before_anything_is_put_into_them() -> None:
    for path, body in REQUESTS:
        response = post(path, body)
        assert response.status_code == 200, response.text


KINDS: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**400, "", "x", "2026-13-45", "#q", "http://x/y", "\u202e\x00",
    [], {}, [None], ["x"], [[]], [{}], {"x": None}, [{"linkId": None}], {"resourceType": "Questionnaire"}, [1, {"a": [None]}],
)  # fmt: skip
NAMES = [path for path, _ in REQUESTS]


@pytest.mark.parametrize("index", range(len(REQUESTS)), ids=NAMES)
def test_every_place_takes_two_kinds_of_junk(index: int) -> None:
    for at, where in enumerate(path for path in paths(REQUESTS[index][1]) if path):
        for kind in (2 * at, 2 * at + 1):
            answered_or_refused(index, where, KINDS[kind % len(KINDS)])


@pytest.mark.slow
@pytest.mark.parametrize("index", range(len(REQUESTS)), ids=NAMES)
def test_every_place_takes_every_kind_of_junk(index: int) -> None:
    for where in filter(None, paths(REQUESTS[index][1])):
        for junk in KINDS:
            answered_or_refused(index, where, junk)


@given(st.integers(0, len(REQUESTS) - 1), st.randoms(use_true_random=False), JUNK)
@settings(max_examples=120, deadline=None)
def test_junk_anywhere_is_answered_or_refused(index: int, chance: random.Random, junk: Any) -> None:
    answered_or_refused(index, chance.choice([one for one in paths(REQUESTS[index][1]) if one]), junk)


def answered_or_refused(index: int, where: tuple[Any, ...], junk: Any) -> None:
    path, body = REQUESTS[index]
    body = json.loads(json.dumps(body))
    spot = body
    for step in where[:-1]:
        spot = spot[step]
    spot[where[-1]] = junk
    response = post(path, body)
    assert response.status_code in (200, 400, 422), (where, junk, response.text)
