"""axe on every page of the diary, light and dark, in both languages; nothing scrolls sideways."""

from typing import Any

import pytest

from tests.diary_web.shared import bring, day, diary, open_diary, refused
from tests.diary_web.test_answer import months
from tests.diary_web.test_taking_back import asked, open_case, trial
from tests.web.test_accessibility import Watch, open_all

LOCALES = [{"locale": "en-GB"}, {"locale": "id-ID"}]
DESKTOP = pytest.param({"viewport": {"width": 1280, "height": 900}, "locale": "id-ID"}, marks=pytest.mark.slow)


@pytest.mark.parametrize("visit", [*LOCALES, DESKTOP], ids=["en", "id", "desktop"], indirect=True)
def test_the_diary(visit: Any) -> None:
    page, watch = visit.page, Watch(visit.page)
    open_diary(page)
    refused(page)
    watch.look("empty")
    content = months(1, 2)
    content["plans"] = [
        {"care": "calf_raises", "start": day(9), "seed": 1, "periods": [
            {"start": day(9), "nights": 7, "treated": False}, {"start": day(2), "nights": 7, "treated": True}]}
    ]  # fmt: skip
    bring(page, content)
    open_all(page)
    page.locator("label:has([name=cramps][value='4'])").click()
    watch.look("full")
    assert watch.wrong == {}


@pytest.mark.parametrize("visit", [*LOCALES, DESKTOP], ids=["en", "id", "desktop"], indirect=True)
def test_the_answer(visit: Any) -> None:
    page, watch = visit.page, Watch(visit.page)
    open_diary(page, "/diary/answer")
    watch.look("nothing")
    open_diary(page)
    bring(page, months(1, 2))
    open_diary(page, "/diary/answer")
    page.locator("#ask button").click()
    page.wait_for_selector("#answer:not([hidden])")
    open_all(page)
    watch.look("answer")
    page.locator("#back-go").click()
    page.wait_for_selector("#age")
    watch.look("the first page with it")
    assert watch.wrong == {}


@pytest.mark.parametrize("visit", [*LOCALES, DESKTOP], ids=["en", "id", "desktop"], indirect=True)
def test_what_was_tried_and_the_result_with_it(visit: Any) -> None:
    page, watch = visit.page, Watch(visit.page)
    open_diary(page)
    bring(page, {**trial(), "uses": [{"care": "calf_raises", "start": day(3)}]})
    page.locator("#trying button").nth(1).click()  # change
    watch.look("correcting")
    page.locator("#trying button").nth(2).click()  # delete
    page.wait_for_selector("#undo")
    watch.look("deleted")
    page.locator("#undo").click()
    page.wait_for_selector("#undo", state="detached")
    open_case(page)
    open_diary(page, "/diary/answer")
    asked(page, "calf_raises")
    watch.look("left out")
    asked(page)
    page.locator("#back-go").click()
    page.wait_for_selector("#outcome")
    open_all(page)
    watch.look("result")
    assert watch.wrong == {}


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_the_ways_to_the_diary_need_no_script(visit: Any) -> None:
    page = visit.page
    page.goto("/")
    page.locator("a[href='/diary']").click()
    assert "switched off" in page.inner_text("main")
    page.goto("/en/library/care/bedtime_stretching")
    assert page.locator("a[href='/diary/trial#bedtime_stretching']").count() == 1
    page.goto("/en/library/care/discuss_inhaler")
    assert page.locator("a[href^='/diary/trial']").count() == 0


def test_a_long_name_and_many_nights_fit(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    name = "x" * 80
    bring(
        page,
        diary(
            *({"date": day(n), "cramps": 50, "note": "w" * 500} for n in range(1, 9)),
            uses=[{"care": name, "start": day(5)}],
        ),
    )
    open_all(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
