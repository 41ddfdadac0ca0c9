"""The diary's answer goes back into the assessment: into the answers of this tab, into a case file, or to the first page."""

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from kram import plain_yaml
from kram.assessment.answers import Response
from kram.assessment.assessing import shares_of
from kram.assessment.case_reading import read_case
from kram.assessment.responding import put_responses
from kram.diary.analysing import analyse
from kram.diary.exchange import read_json
from kram.texts import catalogue
from tests.diary_web.shared import bring, day, diary, open_diary
from tests.spec.shared import assessor
from tests.web.parsing import fields as hidden

CARE = "bedtime_stretching"
CASE = "person: {age: 67, sex: female}\nid: mine\nfindings: {setting: in_bed, standing_hours: 9}\n"
URL = "/case/response"


def trial() -> dict[str, Any]:
    """Two weeks with, two without: nearly nothing is left with it."""
    draw = random.Random(3)
    periods = [{"start": day(112 - 14 * n), "nights": 14, "treated": n % 2 == 1} for n in range(8)]
    nights = [
        {"date": day(back), "cramps": sum(draw.random() < (0.02 if (112 - back) // 14 % 2 else 0.3) for _ in range(10))}
        for back in range(112, 0, -1)
    ]
    use = {"care": "loose_bedclothes", "start": day(40), "end": day(20)}
    return diary(*nights, plans=[{"care": CARE, "start": day(112), "seed": 1, "periods": periods}], uses=[use])


@pytest.fixture(scope="module")
def response() -> dict[str, Any]:
    answer = analyse(read_json(json.dumps(trial())), CARE, assessor().knowledge)
    found: dict[str, Any] = json.loads(msgspec.json.encode(answer.response))
    return found


def shares(case: dict[str, Any]) -> dict[str, float]:
    return dict(shares_of(assessor().assess(read_case(case, assessor().lookup), "en")))


def asked(page: Any, care: str = CARE) -> None:
    page.locator(f"#ask [value={care}]").check()
    page.locator("#ask button").click()
    page.wait_for_selector("#back:not([hidden])")


def open_case(page: Any) -> None:
    page.goto("/")
    page.locator("details:has(form.upload) > summary").click()
    page.set_input_files("#case-file", files=[{"name": "mine.yaml", "mimeType": "text/yaml", "buffer": CASE.encode()}])
    page.locator("form.upload button").click()
    page.wait_for_selector("#outcome")


def shown(page: Any, cause: str) -> float:
    return float(page.locator(f"#outcome [data-cause={cause}]").first.get_attribute("data-share"))


@pytest.mark.parametrize("visit", [{"locale": "en-GB"}, {"locale": "id-ID"}], indirect=True, ids=["en", "id"])
def test_into_the_answers_of_this_tab_and_out_again(visit: Any, response: dict[str, Any]) -> None:
    page = visit.page
    open_diary(page)
    bring(page, trial())
    open_case(page)
    lang = page.evaluate("document.documentElement.lang")
    without = shown(page, "long_standing")
    open_diary(page, "/diary/answer")
    asked(page)
    assert page.locator("#back-here").is_visible()
    page.locator("#back-go").click()
    page.wait_for_selector("#outcome")
    assert "?" not in page.url
    with_ = shares(put_responses(plain_yaml.load(CASE), [msgspec.convert(response, type=Response)]))
    assert shown(page, "long_standing") == pytest.approx(with_["long_standing"], abs=1e-9)
    assert with_["long_standing"] > without
    care = assessor().knowledge.care[CARE].name[lang]
    seen = catalogue(lang).say("response_seen", ratio=catalogue(lang).figure(response["rate_ratio"], 2))
    why = page.locator("section[aria-labelledby=why-long_standing] .why--for")
    assert f"{care}: {seen}".casefold() in why.inner_text().casefold()
    drawer = page.locator("[data-cause=long_standing]").first
    drawer.evaluate("drawer => drawer.open = true")
    assert seen.casefold() in drawer.inner_text().casefold()
    assert "75" in drawer.locator("[data-seen] + .facts").inner_text()  # what the studies let one expect
    assert not page.locator("[data-cause=peripheral_artery_disease] [data-seen]").count()
    page.reload()
    page.wait_for_selector("#outcome")
    assert seen.casefold() in page.inner_text(".given").casefold()
    page.locator(f"button[value='forget:{CARE}']").click()
    page.wait_for_selector(f"button[value='forget:{CARE}']", state="detached")
    assert shown(page, "long_standing") == pytest.approx(without, abs=1e-9)


def test_without_answers_the_first_page_comes_and_the_result_has_it(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    bring(page, trial())
    open_diary(page, "/diary/answer")
    asked(page)
    assert page.locator("#back-none").is_visible()
    assert not page.locator("#back-save").is_visible()
    page.locator("#back-go").click()
    page.fill("#age", "67")
    page.locator("[name=sex][value=female]").check()
    assert page.locator(f"button[value='forget:{CARE}']").is_visible()
    page.locator("main button.btn[value=next]").click()
    page.wait_for_selector("#age", state="detached")
    state = json.loads(page.input_value("input[name=state]"))
    assert [one["care"] for one in state["case"]["responses"]] == [CARE]


def test_what_does_not_go_in_says_why(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    bring(page, trial())
    open_diary(page, "/diary/answer")
    asked(page, "loose_bedclothes")
    assert "does not go into the assessment" in page.inner_text("#back-not")
    assert not page.locator("#take-back").is_visible()
    asked(page)
    assert not page.locator("#back-not").is_visible()


def test_into_a_case_file_that_the_command_line_reads(visit: Any, response: dict[str, Any]) -> None:
    page = visit.page
    open_diary(page)
    bring(page, trial())
    open_diary(page, "/diary/answer")
    asked(page)
    page.locator("#back-drawer > summary").click()
    page.set_input_files("#back-case", files=[{"name": "mine.yaml", "mimeType": "text/yaml", "buffer": CASE.encode()}])
    with page.expect_download() as coming:
        page.locator("#back-save").click()
    case = plain_yaml.load(Path(coming.value.path()).read_text("utf-8"))
    assert case["id"] == "mine"  # what the pages have no field for is kept
    assert case["responses"] == [response]
    assert shares(case)["long_standing"] > shares(plain_yaml.load(CASE))["long_standing"]


def sent(client: httpx.Client, response: Any, **fields: Any) -> httpx.Response:
    file = fields.pop("file", None)
    given = response if isinstance(response, str) else json.dumps(response)
    parts: list[Any] = [("response", (None, given)), *((name, (None, value)) for name, value in fields.items())]
    parts += [("file", ("mine.yaml", file, "text/yaml"))] if file is not None else []
    return client.post(URL, files=parts)


def test_by_a_plain_form_without_script(client: httpx.Client, response: dict[str, Any]) -> None:
    """A file, and one after another: of one thing tried only the latest answer counts."""
    page = sent(client, response, file=CASE.encode(), do="go")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert 'id="outcome"' in page.text
    earlier = plain_yaml.dump({**plain_yaml.load(CASE), "responses": [{**response, "rate_ratio": 0.9}]})
    both = sent(client, response, file=earlier.encode(), do="file")
    assert both.headers["content-disposition"].startswith("attachment")
    assert [one["rate_ratio"] for one in plain_yaml.load(both.text)["responses"]] == [response["rate_ratio"]]
    other = sent(client, {**response, "care": "calf_raises"}, file=both.content, do="file")
    assert [one["care"] for one in plain_yaml.load(other.text)["responses"]] == [CARE, "calf_raises"]
    assert sent(client, response).status_code == 200  # the first page


def test_the_doctors_page_and_a_saved_case_hold_it(client: httpx.Client, response: dict[str, Any]) -> None:
    state = hidden(sent(client, response, file=CASE.encode()).text)["state"]
    sheet = client.post("/questions", data={"state": state, "at": "result", "do": "doctor"})
    assert "in the diary" in sheet.text
    saved = client.post("/case/file", data={"state": state})
    assert plain_yaml.load(saved.text)["responses"] == [response]


@pytest.mark.parametrize(
    ("given", "fields", "status"),
    [
        ("", {}, 400), ("[", {}, 400), ("[" * 9000, {}, 400), ("3", {}, 400), ("{}", {}, 400), ('{"care": "x"}', {}, 400),
        (None, {"state": "broken"}, 400), (None, {"do": "file"}, 422), (None, {"file": b"\xff\xfe"}, 415),
        (None, {"file": b"person: 3"}, 400), (None, {"file": b"x" * 300_000}, 413), ({"care": "moonlight"}, {}, 422),
        (None, {"state": '{"case": {"responses": [{"care": 1}]}}'}, 400),
        ({"log_likelihood": [-1e308] * 35 + [1e308] * 36}, {}, 400),
    ],
    ids=range(14),
)  # fmt: skip
@pytest.mark.parametrize("lang", ["id", "en"])
def test_what_cannot_be_taken_up_is_one_sentence(
    client: httpx.Client, response: dict[str, Any], given: Any, fields: dict[str, Any], status: int, lang: str
) -> None:
    client.headers["accept-language"] = lang
    answer = sent(client, given if isinstance(given, str) else {**response, **(given or {})}, **fields)
    assert answer.status_code == status
    assert f'lang="{lang}"' in answer.text
    assert "Traceback" not in answer.text
    assert client.post(URL, json=response).status_code == 415


def test_nothing_of_it_is_logged(
    client: httpx.Client, response: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        sent(client, response, file=CASE.encode())
    assert CARE not in caplog.text
    assert (date.today() - timedelta(1)).isoformat() not in caplog.text.replace(str(date.today()), "")


def test_the_json_interface_takes_it_too(client: httpx.Client, response: dict[str, Any]) -> None:
    case = {"person": {"age": 67, "sex": "female"}, "findings": {"setting": "in_bed", "standing_hours": 9}}
    answer = client.post("/api/assess", json={**case, "responses": [response]})
    assert answer.status_code == 200
    found = {cause["id"]: cause["share"] for cause in answer.json()["causes"]}
    assert found["long_standing"] == pytest.approx(shares({**case, "responses": [response]})["long_standing"], abs=1e-9)
    assert client.post("/api/assess", json={**case, "responses": [{**response, "rate_ratio": -1}]}).status_code == 422
    assert "responses" in client.get("/api/openapi.json").json()["components"]["schemas"]["Case"]["properties"]
