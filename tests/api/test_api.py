"""The JSON interface: the same numbers as the command line, one shape of error, true documents."""

import json
import logging
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from kram.__main__ import main
from kram.surfaces.api import routing
from kram.surfaces.api.requests import LARGEST
from kram.texts import languages
from tests.api.shared import call
from tests.spec.shared import EXAMPLES, assessor

WOMAN = {"person": {"age": 67, "sex": "female"}}


def case_of(file: Path) -> dict:
    """An example as it is, with its name and its answer, which are not read."""
    return yaml.safe_load(file.read_text("utf-8"))


def as_json_case(case: dict) -> dict:
    """YAML of PyYAML reads yes and no as truth values, which the interface takes as well."""
    return json.loads(json.dumps(case))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_same_numbers_as_the_command_line(file: Path) -> None:
    answer = call("POST", "/api/assess?lang=id", json=as_json_case(case_of(file)))
    assert answer.status_code == 200
    told = CliRunner().invoke(main, ["assess", str(file), "--json", "--lang", "id"], standalone_mode=False)
    assert answer.json() == json.loads(told.stdout)


def test_the_language_is_asked_for_by_query_or_header() -> None:
    assert call("POST", "/api/assess", lang="en-GB,id;q=0.3", json=WOMAN).json()["lang"] == "en"
    assert call("POST", "/api/assess", lang="fr", json=WOMAN).json()["lang"] == "id"
    answer = call("POST", "/api/assess?lang=id", lang="en", json=WOMAN)
    assert answer.json()["lang"] == answer.headers["content-language"] == "id"


BAD = {
    "no such page": ("GET", "/api/nothing", {}, 404),
    "no such cause": ("GET", "/api/causes/thiazde", {}, 404),
    "no such method": ("PUT", "/api/assess", {}, 405),
    "no such language": ("GET", "/api/causes?lang=fr", {}, 422),
    "not JSON": ("POST", "/api/assess", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
    "not UTF-8": ("POST", "/api/assess", {"content": b'{"a": "\xff"}', "headers": {"content-type": "application/json"}}, 400),
    "another type": ("POST", "/api/assess", {"content": b"person: x", "headers": {"content-type": "text/plain"}}, 415),
    "no type": ("POST", "/api/assess", {"content": b"{}"}, 415),
    "too large": ("POST", "/api/assess", {"json": {**WOMAN, "complaint": "x" * LARGEST}}, 413),
    "nested without end": ("POST", "/api/assess", {"content": b"[" * 50_000, "headers": {"content-type": "application/json"}}, 400),
    "no person": ("POST", "/api/assess", {"json": {}}, 422),
    "an unknown key": ("POST", "/api/assess", {"json": {**WOMAN, "drugs": []}}, 422),
    "a wrong type": ("POST", "/api/assess", {"json": {"person": {"age": "old", "sex": "female"}}}, 422),
    "an impossible age": ("POST", "/api/assess", {"json": {"person": {"age": 300, "sex": "female"}}}, 422),
    "a pregnant man": ("POST", "/api/assess", {"json": {"person": {"age": 30, "sex": "male", "pregnant": 20}}}, 422),
    "ten thousand medicines": ("POST", "/api/assess", {"json": {**WOMAN, "medicines": ["aspirin"] * 10_000}}, 422),
    "a medicine that is a list": ("POST", "/api/assess", {"json": {**WOMAN, "medicines": [["aspirin"]]}}, 422),
    "an endless search": ("GET", "/api/medicines?q=" + "x" * 500, {}, 422),
    "asked for what is no question": ("POST", "/api/next", {"json": {"case": WOMAN, "asked": ["nothing_such"]}}, 422),
}  # fmt: skip


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", BAD)
def test_every_error_has_one_shape_and_a_sentence(name: str, lang: str) -> None:
    method, path, options, status = BAD[name]
    answer = call(method, path, lang=lang, **options)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"].strip()
    assert problem["title"].strip()
    assert problem["type"].startswith("/api/#")
    assert "Traceback" not in answer.text
    assert len(answer.content) < 2000  # what was sent is not echoed back whole


def test_the_type_of_a_problem_leads_to_its_explanation() -> None:
    page = call("GET", "/api/")
    assert page.status_code == 200
    for name, (method, path, options, _) in BAD.items():
        kind = call(method, path, **options).json()["type"]
        assert f'id="{kind.removeprefix("/api/#")}"' in page.text, name
    for path in call("GET", "/api/openapi.json").json()["paths"]:
        assert path in page.text


def test_errors_speak_both_languages() -> None:
    for name, (method, path, options, _) in BAD.items():
        told = {lang: call(method, path, lang=lang, **options).json()["detail"] for lang in languages()}
        assert len(set(told.values())) == len(told), name


def test_the_place_and_the_nearest_are_told() -> None:
    problem = call("POST", "/api/assess", json={**WOMAN, "labs": [{"test": "potassium", "value": 900}]}).json()
    assert problem["errors"][0]["place"] == "labs[0].value"
    assert "potassium" in problem["detail"]
    assert call("GET", "/api/causes/thiazde").json()["nearest"] == ["thiazide"]
    allowed = call("DELETE", "/api/assess")
    assert allowed.headers["allow"] == "POST"


def test_a_fault_of_ours_tells_nothing_of_the_case(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret complaint")

    monkeypatch.setattr(routing, "read_case", broken)
    with caplog.at_level(logging.ERROR):
        answer = call("POST", "/api/assess", json={**WOMAN, "complaint": "the secret complaint"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_an_interview_ends_and_every_question_can_be_answered() -> None:
    case: dict = {"person": {"age": 44, "sex": "male"}}
    asked: list[str] = []
    kinds = []
    for _ in range(60):
        step = call("POST", "/api/next", json={"case": case, "asked": asked}).json()
        kinds.append(step["kind"])
        if step["kind"] == "done":
            break
        assert step["asked"] not in asked
        asked.append(step["asked"])
        case.setdefault("findings", {}).update({q["id"]: "no" for q in step["questions"] if q["form"] == "yes_no"})
    assert kinds[-1] == "done"
    assert kinds[0] == "screen"
    assert {"medicines", "conditions", "question"} <= set(kinds)


def test_a_red_flag_is_told_at_once() -> None:
    case = {**WOMAN, "findings": {"one_leg_swollen": "yes"}}
    step = call("POST", "/api/next", json={"case": case}).json()
    assert [flag["id"] for flag in step["red_flags"]] == ["flag_clot"]


def test_the_knowledge_is_there_whole() -> None:
    knowledge = assessor().knowledge
    counts = {
        "/api/causes": len(knowledge.causes) + len(knowledge.drafts),
        "/api/questions": len(knowledge.findings),
        "/api/medicines": len(knowledge.medicines),
        "/api/red-flags": len(knowledge.red_flags),
        "/api/care": len(knowledge.care),
        "/api/sources": len(knowledge.sources),
    }
    for path, count in counts.items():
        assert len(call("GET", path).json()) == count, path
    thiazide = call("GET", "/api/causes/thiazide").json()
    ratio = next(figure for figure in thiazide["figures"] if figure["path"] == "rate.rate_ratio")
    assert ratio["rows"][0]["value"] == 1.48
    assert ratio["rows"][0]["interval"] == [1.29, 1.68]
    assert ratio["sources"] == ["garrison-2012"]


def test_a_brand_finds_its_medicine() -> None:
    assert call("GET", "/api/medicines?q=lasi").json()[0]["id"] == "furosemide"
    assert call("GET", "/api/medicines?q=").json() == []


def test_the_document_is_true_of_every_answer() -> None:
    document = call("GET", "/api/openapi.json").json()
    listed = set(document["paths"])
    assert {"/api/assess", "/api/next", "/api/causes", "/api/causes/{id}", "/api/medicines"} <= listed
    for path, item in document["paths"].items():
        for method, operation in item.items():
            options = {}
            if "requestBody" in operation:
                options["json"] = operation["requestBody"]["content"]["application/json"]["example"]
            answer = call(method, path.replace("{id}", "thiazide"), **options)
            assert answer.status_code == 200
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            jsonschema.validate(answer.json(), {**schema, "components": document["components"]})


def test_answers_about_people_are_not_kept() -> None:
    assert call("POST", "/api/assess", json=WOMAN).headers["cache-control"] == "no-store"
    assert call("POST", "/api/assess", json={}).headers["cache-control"] == "no-store"
