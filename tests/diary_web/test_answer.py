"""Does it help? Nothing is sent without consent, nothing but dates and counts is sent, and the answer is the analysis's."""

import json
import random
from typing import Any

import httpx
import pytest

from kram.diary.analysing import analyse
from kram.diary.exchange import read_json
from kram.diary.telling import tell, warnings
from kram.texts import catalogue
from tests.diary_web.shared import bring, day, diary, open_diary
from tests.spec.shared import assessor

CARE = "bedtime_stretching"
SECRET = "seen by Dr Wulan, tel 0812"


def months(with_: float, without: float) -> dict[str, Any]:
    """Ten weeks, the second half with the thing tried, with notes and other private things."""
    draw = random.Random(7)
    nights = []
    for back in range(70, 0, -1):
        if draw.random() < 0.1:
            continue
        mean = with_ if back <= 35 else without
        cramps = sum(draw.random() < mean / 10 for _ in range(10))
        nights.append({"date": day(back), "cramps": cramps, "worst": 4, "minutes": 3, "leg": "left", "note": SECRET})
        if back % 9 == 0:
            nights[-1]["day"] = ["heat"]
    use = {"care": CARE, "start": day(35), "diagnosis": SECRET}
    return {**diary(*nights, uses=[use]), "name": SECRET}


def to_answer(page: Any, content: dict[str, Any]) -> None:
    open_diary(page)
    bring(page, content)
    open_diary(page, "/diary/answer")


@pytest.mark.parametrize("visit", [{"locale": "en-GB"}, {"locale": "id-ID"}], indirect=True, ids=["en", "id"])
def test_after_consent_only_dates_and_counts_are_sent_and_the_answer_is_the_analysis(visit: Any) -> None:
    page = visit.page
    content = months(0.4, 2.4)
    posted = []
    page.on("request", lambda request: posted.append(request.post_data) if request.method == "POST" else None)
    to_answer(page, content)
    words = catalogue(page.evaluate("document.documentElement.lang"))
    assert visit.server.removeprefix("http://") in page.inner_text("#consent")
    assert posted == []
    page.locator("#ask button").click()
    page.wait_for_selector("#answer:not([hidden])")
    (body,) = posted
    sent = json.loads(body)
    assert SECRET not in body
    assert set(sent) == {"care", "diary"}
    assert {name for night in sent["diary"]["nights"] for name in night} == {"date", "cramps", "day"}
    assert {name for use in sent["diary"]["uses"] for name in use} == {"care", "start"}
    assert set(sent["diary"]) == {"format", "version", "nights", "uses", "plans"}

    knowledge = assessor().knowledge
    found = analyse(read_json(json.dumps(content)), CARE, knowledge)
    told = page.inner_text("#answer")
    for sentence in (*tell(found, knowledge, words.lang)[:-1], *warnings(found, knowledge, words.lang)):
        assert sentence in told
    assert found.warnings
    assert "66" in page.inner_text("#answer .why")  # most people get better anyway
    assert page.locator(".nights__row .some").count() == sum(
        night.cramps is not None and night.cramps > 0 for night in found.chart
    )
    assert page.locator(".nights__row .expected").count() == found.nights


def test_a_trial_that_was_planned_gets_its_answer(visit: Any) -> None:
    page = visit.page
    periods = [{"start": day(70 - 14 * n), "nights": 14, "treated": n % 2 == 1} for n in range(5)]
    draw = random.Random(3)
    nights = []
    for back in range(70, 0, -1):
        often = 0.4 if (70 - back) // 14 % 2 else 3.0
        nights.append({"date": day(back), "cramps": sum(draw.random() < often / 10 for _ in range(10))})
    to_answer(page, diary(*nights, plans=[{"care": CARE, "start": day(70), "seed": 1, "periods": periods}]))
    page.locator("#ask button").click()
    page.wait_for_selector("#answer:not([hidden])")
    assert "It helps you" in page.inner_text("#answer .verdict")
    assert "dummy pill" not in page.inner_text("#answer")
    assert page.locator(".nights__row .with").count() == 2


def test_too_few_nights_say_how_many_more(visit: Any) -> None:
    page = visit.page
    content = months(1.0, 1.0)
    content["nights"] = content["nights"][-45:]
    to_answer(page, content)
    page.locator("#ask button").click()
    page.wait_for_selector("#answer:not([hidden])")
    found = analyse(read_json(json.dumps(content)), CARE, assessor().knowledge)
    assert found.more_nights
    assert f"{found.more_nights} more nights" in page.inner_text("#answer .verdict")


def test_with_nothing_tried_there_is_nothing_to_send(visit: Any) -> None:
    to_answer(visit.page, diary({"date": day(1), "cramps": 2}))
    assert visit.page.locator("#nothing").is_visible()
    assert not visit.page.locator("#ask").is_visible()


def test_without_a_network_it_says_so_and_the_diary_stays(visit: Any) -> None:
    page = visit.page
    to_answer(page, months(1, 1))
    page.context.set_offline(True)
    page.locator("#ask button").click()
    page.wait_for_selector("#problem:not([hidden])")
    assert "needs a network" in page.inner_text("#problem")


MANY = [{"date": day(back), "cramps": 1} for back in range(20)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"[]", 400), (b'{"care": 1}', 400), (b'{"care": "x", "diary": {}, "name": "me"}', 400),
        (b"\xff", 400), (b"[" * 9000, 400), (b'{"care": "x", "diary": {}}', 422),
        (json.dumps({"care": "quinine", "diary": diary()}).encode(), 422),
        (json.dumps({"care": CARE, "diary": {**diary(), "version": 9}}).encode(), 422),
        (json.dumps({"care": CARE, "diary": diary({"date": "x", "cramps": 1})}).encode(), 422),
        (b" " * 5_000_000, 413),
        (json.dumps({"care": CARE, "diary": diary({"date": "2026-01-01", "cramps": 1}, uses=[{"care": CARE, "start": "0001-01-01"}])}).encode(), 422),
        (json.dumps({"care": CARE, "diary": diary(*MANY, uses=[{"care": f"care_{n}", "start": "2026-01-01"} for n in range(200)])}).encode(), 422),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_cannot_be_answered_is_one_sentence(client: httpx.Client, body: bytes, status: int) -> None:
    answer = client.post("/diary/answer", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.json()["problem"].splitlines()) == 1


def test_a_form_of_another_site_is_not_read(client: httpx.Client) -> None:
    body = json.dumps({"care": CARE, "diary": diary()})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert client.post("/diary/answer", content=body, headers={"content-type": kind}).status_code == 415


def test_nothing_that_was_sent_is_logged(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    content = months(0.4, 2.4)
    with caplog.at_level("DEBUG"):
        body = {"care": CARE, "diary": content}
        answer = client.post("/diary/answer", json=body)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert CARE not in caplog.text
    assert SECRET not in caplog.text
    assert day(35) not in caplog.text
