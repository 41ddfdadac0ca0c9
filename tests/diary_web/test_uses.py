"""What was tried and was written down by mistake: deleted with undo, corrected, and never brought back by a copy."""

from pathlib import Path
from typing import Any

import pytest

from kram.diary.keeping import Keeper
from tests.diary_web.shared import bring, day, diary, export, open_diary
from tests.diary_web.test_home import file, home, visitor  # noqa: F401 (fixtures)
from tests.diary_web.test_keeping import second

CARE = "calf_raises"
MISTAKE = {"care": CARE, "start": day(9), "brand": "x"}


def begun(page: Any) -> list[tuple[str, str, str | None]]:
    return [(use["care"], use["start"], use.get("end")) for use in export(page)["uses"]]


def press(page: Any, name: str) -> None:
    page.locator("#trying").get_by_role("button", name=name).click()


def told(page: Any) -> str:
    page.wait_for_selector("#told:not([hidden]), #problem:not([hidden])")
    return str(page.inner_text("#told:not([hidden]), #problem:not([hidden])"))


@pytest.mark.parametrize("where", ["visit", "visitor"])
def test_deleted_with_undo_and_no_copy_brings_it_back(request: Any, where: str) -> None:
    """In the browser's own database, and in the file of a server at home."""
    page = request.getfixturevalue(where).page
    open_diary(page)
    bring(page, diary({"date": day(1), "cramps": 1}, uses=[MISTAKE]))
    copy = export(page)
    press(page, "Delete")
    page.wait_for_selector("#undo")
    assert "Deleted" in page.inner_text("#told")
    assert begun(page) == []
    assert [gone["care"] for gone in export(page)["removed_uses"]] == [CARE]
    bring(page, copy)
    assert begun(page) == []
    press_undo = page.locator("#undo")
    assert press_undo.count() == 0  # the answer to the import took its place
    bring(page, {**copy, "uses": [{**MISTAKE, "written": "2999-01-01T00:00:00Z"}]})
    assert begun(page) == [(CARE, day(9), None)]
    press(page, "Delete")
    page.locator("#undo").click()
    page.wait_for_selector("#undo", state="detached")
    assert begun(page) == [(CARE, day(9), None)]
    assert export(page)["uses"][0]["brand"] == "x"
    assert export(page)["removed_uses"] == []
    press(page, "Delete")
    page.wait_for_selector("#undo")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert begun(page) == []


@pytest.mark.parametrize("where", ["visit", "visitor"])
def test_a_plan_is_deleted_with_undo_and_no_copy_brings_it_back(request: Any, where: str) -> None:
    page = request.getfixturevalue(where).page
    open_diary(page)
    periods = [{"start": day(3), "nights": 14, "treated": True}]
    bring(page, diary(plans=[{"care": CARE, "start": day(3), "seed": 4, "periods": periods}]))
    copy = export(page)
    press(page, "Delete")
    page.wait_for_selector("#undo")
    assert "Deleted" in told(page)
    assert export(page)["plans"] == []
    bring(page, copy)
    assert export(page)["plans"] == []
    bring(page, {**copy, "plans": [{**copy["plans"][0], "written": "2999-01-01T00:00:00Z"}]})
    press(page, "Delete")
    page.locator("#undo").click()
    page.wait_for_selector("#undo", state="detached")
    assert [plan["periods"] for plan in export(page)["plans"]] == [periods]
    assert export(page)["removed_plans"] == []


@pytest.mark.parametrize("where", ["visit", "visitor"])
def test_corrected_in_its_form(request: Any, where: str) -> None:
    page = request.getfixturevalue(where).page
    open_diary(page)
    bring(page, diary(uses=[MISTAKE]))
    copy = export(page)
    press(page, "Change")
    assert page.input_value("#try-start") == day(9)
    assert page.input_value("#try-care") == CARE
    assert "correcting" in page.inner_text("#try-correcting")
    page.select_option("#try-care", "bedtime_stretching")
    page.fill("#try-start", day(20))
    page.fill("#try-end", day(30))
    page.locator("#try-keep").click()
    assert "before the first" in told(page)
    assert page.evaluate("document.activeElement.id") == "try-end"
    page.fill("#try-end", day(3))
    page.locator("#try-keep").click()
    page.wait_for_function("() => document.getElementById('told').textContent.includes('Corrected')")
    assert begun(page) == [("bedtime_stretching", day(20), day(3))]
    bring(page, copy)
    assert begun(page) == [("bedtime_stretching", day(20), day(3))]
    press(page, "Change")
    page.locator("#try-leave").click()
    assert not page.locator("#try-leave").is_visible()
    press(page, "Change")
    page.fill("#try-end", "")
    page.locator("#try-keep").click()
    page.wait_for_function("() => document.getElementById('trying').textContent.includes('still going on')")
    assert begun(page) == [("bedtime_stretching", day(20), None)]


def test_what_is_written_down_already_is_not_written_twice(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    bring(page, diary(uses=[{**MISTAKE, "end": day(2)}]))
    page.locator("#try").evaluate("form => form.closest('details').open = true")
    page.select_option("#try-care", CARE)
    page.fill("#try-start", day(9))
    page.locator("#try-keep").click()
    assert "already" in told(page)
    assert begun(page) == [(CARE, day(9), day(2))]


def test_a_window_that_lags_behind_does_not_bring_it_back(visit: Any) -> None:
    """The other window has not heard of the deletion, and says that it was stopped."""
    page = visit.page
    open_diary(page)
    bring(page, diary(uses=[MISTAKE]))
    lagging = second(visit)
    lagging.wait_for_selector("#trying li")
    lagging.evaluate("BroadcastChannel.prototype.postMessage = () => {}; 0")
    page.evaluate("BroadcastChannel.prototype.postMessage = () => {}; 0")
    press(page, "Delete")
    page.wait_for_selector("#undo")
    press(lagging, "I have stopped")
    lagging.wait_for_selector("#problem:not([hidden])")
    assert "another window" in lagging.inner_text("#problem")
    assert begun(lagging) == []
    assert lagging.locator("#trying li").count() == 0


def test_two_windows_see_the_deletion(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    bring(page, diary(uses=[MISTAKE]))
    other = second(visit)
    other.wait_for_selector("#trying li")
    press(page, "Delete")
    other.wait_for_selector("#trying li", state="detached")


def test_a_browser_of_the_first_version_keeps_everything(visit: Any) -> None:
    """A database that had no place for removed uses gets one; nothing in it is lost."""
    page = visit.page
    page.goto("/privacy")
    page.evaluate(
        "([night, use]) => new Promise((done, fail) => { const r = indexedDB.open('kram-diary', 1); r.onerror = fail;"
        " r.onupgradeneeded = () => ['nights', 'uses', 'plans', 'removed', 'extra'].forEach(n => r.result.createObjectStore(n));"
        " r.onsuccess = () => { const t = r.result.transaction(['nights', 'uses'], 'readwrite');"
        " t.objectStore('nights').put(night, night.date); t.objectStore('uses').put(use, use.start + ' ' + use.care);"
        " t.oncomplete = () => { r.result.close(); done() } } })",
        [{"date": day(1), "cramps": 2, "written": "2026-11-02T07:00:00Z"}, {**MISTAKE, "written": "2026-11-02T07:00:00Z"}],
    )  # fmt: skip
    open_diary(page)
    assert [night["cramps"] for night in export(page)["nights"]] == [2]
    press(page, "Delete")
    page.wait_for_selector("#undo")
    assert begun(page) == []


def test_at_home_a_lagging_window_is_told(visitor: Any, file: Path) -> None:  # noqa: F811
    page = visitor.page
    open_diary(page)
    bring(page, diary(uses=[MISTAKE]))
    (use,) = Keeper(file).read().uses
    Keeper(file).untry(use.care, use.start)
    press(page, "I have stopped")
    page.wait_for_selector("#problem:not([hidden])")
    assert "another window" in page.inner_text("#problem")
    assert Keeper(file).read().uses == ()
    assert page.locator("#trying li").count() == 0
