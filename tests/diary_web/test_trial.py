"""A trial of one on its page: only what is safe, the questions first, the order of the lot, the calendar, the plan kept."""

import datetime as dt
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pytest

from kram.diary.planning import make_plan, offer
from tests.diary_web.shared import bring, day, diary, export, open_diary
from tests.spec.shared import assessor
from tests.web.test_accessibility import Watch, open_all

CARE = "bedtime_stretching"
LOCALES = pytest.mark.parametrize("visit", [{"locale": "en-GB"}, {"locale": "id-ID"}], indirect=True, ids=["en", "id"])


def begin(page: Any, care: str = CARE) -> None:
    open_diary(page, f"/diary/trial#{care}")
    page.wait_for_selector("#when:not([hidden])")


def answer(page: Any, said: str = "no", only: int | None = None, care: str = CARE) -> None:
    doubts = page.locator(f"#about-{care} .doubt")
    for place in range(doubts.count()):
        if only is None or only == place:
            doubts.nth(place).locator(f"label:has([value={said}])").click()


def draw(page: Any, seed: int) -> None:
    page.locator("#when .drawer > summary").click()
    page.fill("#seed", str(seed))
    page.locator("#plan button.btn").click()
    page.wait_for_selector("#drawn:not([hidden])")


def refused(page: Any) -> str:
    page.locator("#plan button.btn").click()
    page.wait_for_selector("#problem:not([hidden])")
    assert not page.locator("#drawn").is_visible()
    return str(page.inner_text("#problem"))


def plan(seed: int, weeks: int = 8) -> Any:
    knowledge = assessor().knowledge
    return make_plan(knowledge, offer(knowledge, None, CARE, "en"), dt.date.today(), weeks, seed, settled=True)


@LOCALES
def test_the_order_is_that_of_the_lot_and_the_plan_is_kept_in_the_diary(visit: Any) -> None:
    page = visit.page
    begin(page)
    answer(page)
    draw(page, 42)
    expected = plan(42)
    rows = page.locator("#drawn-plan tbody tr")
    assert [rows.nth(n).get_attribute("class") == "treated" for n in range(rows.count())] == [
        p.treated for p in expected.periods
    ]
    page.locator("#keep").click()
    page.wait_for_selector("#kept:not([hidden])")
    open_diary(page)
    (kept,) = export(page)["plans"]
    assert (kept["care"], kept["start"], kept["seed"]) == (CARE, day(0), 42)
    assert [p["treated"] for p in kept["periods"]] == [p.treated for p in expected.periods]
    assert page.locator("#trying li").count() == 1


def test_the_calendar_file_reminds_of_every_night(visit: Any) -> None:
    page = visit.page
    begin(page)
    answer(page)
    draw(page, 7)
    with page.expect_download() as coming:
        page.locator("#drawn .acts button").first.click()
    assert coming.value.suggested_filename.endswith(".ics")
    events = icalendar.Calendar.from_ical(Path(coming.value.path()).read_bytes()).walk("VEVENT")
    nights = sum(period.nights for period in plan(7).periods)
    counts = [int(event["rrule"]["count"][0]) for event in events]
    assert sum(counts[:-1]) == counts[-1] == nights


def test_a_yes_says_why_not_and_no_order_is_drawn(visit: Any) -> None:
    page = visit.page
    begin(page)
    assert "every question" in refused(page)
    answer(page)
    answer(page, "yes", 0)
    assert page.locator(f"#about-{CARE}").get_by_text("There may be a blood clot").is_visible()
    assert "not for you now" in refused(page)
    answer(page, "no", 0)
    assert not page.locator(f"#about-{CARE}").get_by_text("There may be a blood clot").is_visible()


def test_what_a_doctor_must_agree_to(visit: Any) -> None:
    page = visit.page
    begin(page, "discuss_statin")
    assert "doctor first" in refused(page)
    page.locator("label:has([name='doctor.discuss_statin'])").click()
    draw(page, 1)


def test_nothing_unsafe_is_offered(visit: Any) -> None:
    page = visit.page
    open_diary(page, "/diary/trial")
    offered = page.locator("[name=care]").evaluate_all("boxes => boxes.map(box => box.value)")
    knowledge = assessor().knowledge
    assert CARE in offered
    assert not any(knowledge.care[id].kind == "danger" for id in offered)
    assert "leave_quinine" not in offered
    assert "discuss_diuretic" not in offered  # not switched on and off by lot
    assert page.locator("#when").is_visible() is False


def test_answers_about_health_stay_in_the_page(visit: Any) -> None:
    page = visit.page
    posted = []
    page.on("request", lambda request: posted.append(request.post_data_json) if request.method == "POST" else None)
    begin(page)
    answer(page)
    draw(page, 5)
    assert posted == [
        {"care": CARE, "start": day(0), "weeks": 8, "seed": 5, "settled": True, "doctor_agreed": True}
    ]  # fmt: skip


def test_two_plans_never_lie_across_each_other(visit: Any) -> None:
    page = visit.page
    periods = [{"start": day(10), "nights": 14, "treated": True}, {"start": day(-4), "nights": 14, "treated": False}]
    open_diary(page)
    bring(page, diary(plans=[{"care": "calf_raises", "start": day(10), "seed": 1, "periods": periods}]))
    begin(page)
    answer(page)
    draw(page, 5)
    page.locator("#keep").click()
    page.wait_for_selector("#problem:not([hidden])")
    open_diary(page)
    assert len(export(page)["plans"]) == 1


def test_without_a_network_it_says_so(visit: Any) -> None:
    page = visit.page
    begin(page)
    answer(page)
    page.context.set_offline(True)
    assert "needs a network" in refused(page)


@pytest.mark.parametrize(
    ("field", "value"),
    [("care", "leave_quinine"), ("care", "discuss_diuretic"), ("care", "x"), ("weeks", 1), ("weeks", 999), ("weeks", "8"),
     ("start", "2026-13-01"), ("seed", -1), ("seed", 2**60), ("settled", False), ("start", "9999-12-30")],
)  # fmt: skip
def test_what_cannot_be_planned_is_one_sentence(client: httpx.Client, field: str, value: Any) -> None:
    wanted = {"care": CARE, "start": "2026-11-23", "weeks": 8, "seed": 1, "settled": True, field: value}
    answer = client.post("/diary/plan", json=wanted)
    assert answer.status_code in (400, 422)
    assert len(answer.json()["problem"].splitlines()) == 1
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("given", [{}, {"care": CARE}, {"care": "x", "start": "2026-11-23", "seed": 1, "periods": []}])
def test_reminders_of_what_is_no_plan(client: httpx.Client, given: dict[str, Any]) -> None:
    assert client.post("/diary/reminders", json={"plan": given}).status_code == 422


@LOCALES
def test_accessible(visit: Any) -> None:
    page, watch = visit.page, Watch(visit.page)
    open_diary(page, "/diary/trial")
    watch.look("offers")
    page.locator(f"label:has([value={CARE}])").click()
    answer(page)
    answer(page, "yes", 0)
    open_all(page)
    watch.look("questions")
    answer(page, "no", 0)
    page.locator("#plan button.btn").click()
    page.wait_for_selector("#drawn:not([hidden])")
    watch.look("order")
    page.locator("#keep").click()
    page.wait_for_selector("#kept:not([hidden])")
    watch.look("kept")
    assert watch.wrong == {}
