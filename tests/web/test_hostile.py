"""Hostile and odd input: a clear sentence, no traceback, no 500, and the answers are kept."""

import json
import logging
from typing import Any

import httpx
import pytest

from kram.surfaces.pages.headers import POLICY
from tests.spec.shared import ROOT
from tests.web.parsing import fields, heading

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20


def on_the_way(client: httpx.Client, step: str) -> str:
    """The page of this step, for a woman of 67 without red flags."""
    page = client.get("/questions").text
    sent = {"age": "67", "sex": "female", "do": "next"}
    for _ in range(12):
        page = client.post("/questions", data={**fields(page), **sent}).text
        at = fields(page)["at"]
        if at == step:
            return page
        sent = {"do": "none", "ticks": at}
    raise AssertionError(f"the way never comes to {step}")


def post(client: httpx.Client, page: str, **sent: str) -> httpx.Response:
    return client.post("/questions", data={**fields(page), "do": "next", **sent})


def clear(answer: httpx.Response, *status: int) -> str:
    """The answer is a page with a sentence for people, and nothing of our insides."""
    assert answer.status_code in status
    assert "Traceback" not in answer.text
    assert heading(answer.text)
    assert 'role="alert"' in answer.text or answer.status_code == 200
    return answer.text


def test_a_megabyte_in_a_field(client: httpx.Client) -> None:
    page = on_the_way(client, "medicines")
    text = clear(post(client, page, medicines="x" * 1_000_000), 422)
    assert fields(text)["at"] == "medicines"
    assert "67 years" in text  # the answers before it are kept
    assert len(text) < 200_000


def test_more_than_is_read_at_all(client: httpx.Client) -> None:
    clear(post(client, on_the_way(client, "medicines"), medicines="x" * 5_000_000), 413)


def test_ten_thousand_medicines(client: httpx.Client) -> None:
    names = "\n".join(f"obat{n}" for n in range(10_000))[:60_000]
    text = clear(post(client, on_the_way(client, "medicines"), medicines=names), 422)
    assert "at most 100" in text
    assert "obat42" in text


def test_ten_thousand_medicines_in_a_file(client: httpx.Client) -> None:
    case = json.dumps({"person": {"age": 67, "sex": "female"}, "medicines": [f"obat{n}" for n in range(10_000)]})
    clear(client.post("/case", files={"file": ("many.json", case.encode())}), 413)


def test_control_characters_and_right_to_left_text(client: httpx.Client) -> None:
    odd = "\x00\x07\x1b[31mindapamide\x7f\n\u202eالملح\u202c <script>alert(1)</script>"
    text = clear(post(client, on_the_way(client, "medicines"), medicines=odd), 422)
    assert "\x07" not in text
    assert "\x1b" not in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("age", ["", "-1", "121", "1e400", "nan", "sixty", "٦٧x", "67; drop", "9" * 5000])
def test_ages_that_are_none(client: httpx.Client, age: str) -> None:
    page = client.get("/questions").text
    text = clear(post(client, page, age=age, sex="female"), 422)
    assert fields(text)["at"] == "person"


@pytest.mark.parametrize("age", ["67", " 67 ", "67,5", "0", "120"])
def test_ages_as_people_write_them(client: httpx.Client, age: str) -> None:
    assert fields(post(client, client.get("/questions").text, age=age, sex="male").text)["at"] == "screen_leg"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cramp.png", PNG),
        ("null.yaml", b"person: {age: 67, sex: female}\x00"),
        ("empty.yaml", b""),
        ("list.yaml", b"[1, 2]"),
        ("broken.yaml", b"person: {age: 67"),
        ("deep.yaml", b"[" * 5000),
        ("sexless.yaml", b"person: {age: 67}"),
        ("age.yaml", b"person: {age: -3, sex: female}"),
        ("strange.yaml", b"person: {age: 67, sex: female}\nfindings: [no, yes]"),
        ("pregnant.yaml", b"person: {age: 67, sex: male, pregnant: 30}"),
        ("names.yaml", b"person: {age: 67, sex: female}\nmedicines: [{a: 1}]"),
        ("labs.yaml", b"person: {age: 67, sex: female}\nlabs: [1]"),
    ],
)
def test_files_that_are_no_case(client: httpx.Client, name: str, content: bytes) -> None:
    text = clear(client.post("/case", files={"file": (name, content)}), 400, 415)
    assert name in text


def test_a_large_file_and_no_file(client: httpx.Client) -> None:
    clear(client.post("/case", files={"file": ("big.yaml", b"a" * 300_000)}), 413)
    clear(client.post("/case", files={"other": ("a.yaml", b"")}), 400)
    clear(client.post("/case", content=b"x", headers={"content-type": "text/plain"}), 415)
    clear(client.post("/case", content=b"x", headers={"content-type": "multipart/form-data"}), 400)


STATES: list[Any] = [
    "", "{", "null", "[]", '"x"', '{"case": 1}', '{"case": {"person": 3}}', '{"case": {"findings": []}}',
    '{"case": {"labs": [1]}}', '{"case": {"complete": [{}]}}', '{"case": {"medicines": [1]}}', '{"mode": "god"}',
    '{"case": {"person": {"age": "x", "sex": "female"}}}', '{"unknown": 1}', '{"asked": ["nonsense"]}',
    '{"case": {"person": {"age": 67, "sex": "female"}, "findings": {"site": {"a": []}}}}',
    '{"case": {"person": {"age": 67, "sex": "female"}, "labs": [{"test": []}]}}',
    '{"case": {"person": {"age": 67, "sex": "female"}, "complete": ["nonsense"]}}',
    '{"case": {"person": {"age": 67, "sex": "female"}, "findings": {"fever": "yes"}}, "seen": ["nonsense"]}',
    "{" * 20_000, '{"case": {"person": {"age": 1e999, "sex": "female"}}}',
]  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
@pytest.mark.parametrize("at", ["result", "person", "flag", "doctor", "site"])
def test_a_hidden_field_that_was_changed(client: httpx.Client, state: str, at: str) -> None:
    for do in ("next", "back", "result", "stay"):
        clear(client.post("/questions", data={"state": state, "at": at, "do": do}), 200, 400, 422)
    assert client.post("/case/file", data={"state": state, "at": at}).status_code in (200, 400)


@pytest.mark.parametrize("do", ["", "nonsense", "edit:", "edit:nonsense", "edit:__class__", "back"])
@pytest.mark.parametrize("at", ["person", "nonsense", "../etc", ""])
def test_buttons_and_places_that_do_not_exist(client: httpx.Client, at: str, do: str) -> None:
    clear(client.post("/questions", data={"state": "{}", "at": at, "do": do}), 200, 400, 422)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/xml", "", "application/x-www-form-urlencoded; charset=\xff"]
)
def test_content_types(client: httpx.Client, kind: str) -> None:
    answer = client.post("/questions", content=b"\xff\xfe=1", headers={"content-type": kind.encode("latin-1")})
    assert answer.status_code in (400, 415)
    assert heading(answer.text)


def test_ten_thousand_fields(client: httpx.Client) -> None:
    clear(
        client.post(
            "/questions", content=b"a=1&" * 10_000, headers={"content-type": "application/x-www-form-urlencoded"}
        ),
        413,
    )


def test_a_wrong_answer_is_shown_again_beside_its_sentence(client: httpx.Client) -> None:
    text = post(client, client.get("/questions").text, age="six", sex="male").text
    assert 'value="six"' in text
    assert "The age six cannot be used" in text
    assert 'value="male" form="answers" checked' in text


@pytest.mark.parametrize(
    "to", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", "/a\r\nb"]
)
def test_the_language_switch_leads_nowhere_else(client: httpx.Client, to: str) -> None:
    assert client.post("/language", data={"lang": "id", "to": to}).headers["location"] == "/"


def test_nothing_is_changed_by_looking(client: httpx.Client) -> None:
    for path in ("/case", "/case/file", "/medicines", "/language"):
        assert client.get(path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/now", "/urgent", "/questions", "/nothing", "/privacy"])
def test_headers(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    assert "onclick" not in answer.text


def test_what_may_be_kept_is_named_by_its_content(client: httpx.Client) -> None:
    style = next(part for part in client.get("/").text.split('"') if part.endswith("kram.css"))
    assert "immutable" in client.get(style).headers["cache-control"]
    assert client.get("/static/old/kram.css").headers["cache-control"] == "no-store"
    assert client.get("/static/x/..%2f..%2fpages.py").status_code == 404


def test_the_log_holds_no_answer(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="kram.access"):
        post(client, on_the_way(client, "medicines"), medicines="indapamide")
        client.get("/questions?medicine=indapamide")
        client.post("/case", files={"file": ("x.yaml", (ROOT / "examples" / "runner.yaml").read_bytes())})
    assert "POST /questions 200" in caplog.text
    assert "indapamide" not in caplog.text
    assert "127.0.0.1" not in caplog.text


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("en", "en"),
        ("id", "id"),
        ("de,en;q=0.5", "en"),
        ("fr", "id"),
        ("en;q=0.2, id;q=0.9", "id"),
        ("", "id"),
        ("en;q=x", "id"),
    ],
)
def test_the_language_of_the_browser(client: httpx.Client, header: str, lang: str) -> None:
    assert f'<html lang="{lang}">' in client.get("/", headers={"accept-language": header}).text
