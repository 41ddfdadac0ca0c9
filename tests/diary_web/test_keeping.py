"""Kept in the browser: two windows, a full device, a newer version, a changed clock and time zone."""

import datetime as dt
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.conftest import ARGUMENTS, CHROMIUM
from tests.diary_web.shared import bring, cell, day, diary, export, open_diary, refused, save, tap

# writes until nothing more goes in, even a little, in a database of its own
FILL = """async () => {
  const open = await new Promise((done) => {
    const request = indexedDB.open("filler", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("s", {autoIncrement: true});
    request.onsuccess = () => done(request.result);
  });
  const write = (size) => new Promise((done) => {
    const over = open.transaction("s", "readwrite", {durability: "strict"});
    over.objectStore("s").put("x".repeat(size));
    over.oncomplete = () => done(true);
    over.onabort = () => done(false);
  });
  for (let refused = 0, size = 4000000; refused < 25; size = Math.max(300, size / 2)) refused = await write(size) ? 0 : refused + 1;
}"""


def second(visit: Any) -> Any:
    """Another window of the same browser."""
    page = visit.page.context.new_page()
    visit.watch(page)
    open_diary(page)
    return page


def test_two_windows_write_different_nights_and_see_each_other(visit: Any) -> None:
    one = visit.page
    open_diary(one)
    two = second(visit)
    tap(one, "cramps", 1)
    save(one)
    two.wait_for_function("() => document.querySelector('[name=cramps][value=\"1\"]').checked")
    cell(two, 2).click()
    tap(two, "cramps", 3)
    save(two)
    one.wait_for_function("date => document.querySelector(`[data-date='${date}'] b`).textContent === '3'", arg=day(2))
    assert [(n["date"], n["cramps"]) for n in export(one)["nights"]] == [(day(2), 3), (day(1), 1)]


def test_the_same_night_in_two_windows_is_never_overwritten_unseen(visit: Any) -> None:
    one = visit.page
    open_diary(one)
    two = second(visit)
    tap(two, "cramps", 3)  # typed, not saved yet
    tap(one, "cramps", 1)
    save(one)
    told = refused(two)
    assert "changed in another window" in told
    assert "1 cramp" in told
    assert export(one)["nights"][0]["cramps"] == 1
    assert two.locator("[name=cramps][value='3']").is_checked()
    save(two)  # knowingly
    assert export(two)["nights"][0]["cramps"] == 3
    one.wait_for_function("() => document.querySelector('[name=cramps][value=\"3\"]').checked")


def test_a_full_device_loses_nothing(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    cell(page, 5).click()
    tap(page, "cramps", 2)
    save(page)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": visit.server, "quotaSize": 1})
    page.evaluate(FILL)
    cell(page, 1).click()
    tap(page, "cramps", 3)
    page.locator("#more > summary").click()
    page.fill("#note", "x" * 500)
    assert "no room left" in refused(page)
    assert page.input_value("#note") == "x" * 500
    assert [n["cramps"] for n in export(page)["nights"]] == [2]
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": visit.server})
    save(page)
    assert [n["cramps"] for n in export(page)["nights"]] == [2, 3]


def test_a_database_of_a_newer_version_is_left_alone(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    tap(page, "cramps", 2)
    save(page)
    page.goto("/privacy")
    page.evaluate(
        "new Promise((done, fail) => { const r = indexedDB.open('kram-diary', 9);"
        " r.onsuccess = () => { r.result.close(); done() }; r.onerror = fail })"
    )
    page.goto("/diary")
    page.wait_for_selector("#problem:not([hidden])")
    assert "newer kram" in page.inner_text("#problem")
    kept = page.evaluate(
        "new Promise(done => { const r = indexedDB.open('kram-diary'); r.onsuccess = () => {"
        " r.result.transaction('nights').objectStore('nights').getAll().onsuccess = e => done(e.target.result) } })"
    )
    assert [night["cramps"] for night in kept] == [2]


def test_a_clock_set_back_does_not_lose_the_later_change(visit: Any) -> None:
    """What is written after an entry is later than it, whatever the clock says; so an older copy gives way."""
    page = visit.page
    open_diary(page)
    tap(page, "cramps", 2)
    save(page)
    before = export(page)
    page.evaluate("Date.now = () => 946684800000")  # the year 2000
    tap(page, "cramps", 4)
    save(page)
    assert "Older than what is here: 1" in bring(page, before)
    assert export(page)["nights"][0]["cramps"] == 4


def test_a_journey_across_time_zones_moves_no_night(visit: Any) -> None:
    page = visit.page
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Jakarta"})
    page.clock.set_fixed_time(dt.datetime(2026, 3, 8, 18, 30, tzinfo=dt.UTC))  # in Jakarta it is 9 March, 01:30
    open_diary(page)
    assert "Sun 8" in page.inner_text("#which")
    tap(page, "cramps", 2)
    save(page)
    cdp.send("Emulation.setTimezoneOverride", {"timezoneId": "America/Los_Angeles"})  # the clocks change that night
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert "Sat 7" in page.inner_text("#which")
    assert [(n["date"], n["cramps"]) for n in export(page)["nights"]] == [("2026-03-08", 2)]
    assert page.locator("[data-date='2026-03-08'] b").inner_text() == "2"


def test_a_clock_set_back_by_months_hides_no_night(visit: Any) -> None:
    page = visit.page
    page.clock.set_fixed_time(dt.datetime(2026, 8, 1, 8))
    open_diary(page)
    bring(page, diary({"date": "2026-11-20", "cramps": 6}))
    for _ in range(4):  # from July to November
        page.locator("#month-later").click()
    page.locator("[data-date='2026-11-20']").click()
    assert page.input_value("#exact") == "6"


def test_the_morning_after_the_page_asks_about_the_new_night(visit: Any) -> None:
    page = visit.page
    page.clock.install(time=dt.datetime(2026, 11, 20, 8))
    open_diary(page)
    assert "Thu 19" in page.inner_text("#which")
    page.clock.set_system_time(dt.datetime(2026, 11, 21, 8))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("() => document.getElementById('which').textContent.includes('Fri 20')")


def test_private_windows_without_a_database_are_told(visit: Any) -> None:
    page = visit.page
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page.goto("/diary")
    page.wait_for_selector("#problem:not([hidden])")
    assert "ordinary window" in page.inner_text("#problem")


def test_the_browser_is_asked_to_hold_on_to_it(visit: Any) -> None:
    page = visit.page
    page.add_init_script("navigator.storage.persist = async () => { window.asked = true; return true };"
                         "const put = IDBDatabase.prototype.transaction; window.hard = [];"
                         "IDBDatabase.prototype.transaction = function (s, m, o) { if (m === 'readwrite') window.hard.push(o?.durability);"
                         " return put.call(this, s, m, o) }")  # fmt: skip
    open_diary(page)
    tap(page, "cramps", 0)
    save(page)
    page.wait_for_function("() => window.asked")
    assert page.evaluate("window.hard") == ["strict"]


def test_a_write_that_fails_is_not_acknowledged(visit: Any) -> None:
    """The transaction breaks off after the entry was put: nothing is told as saved, and saving again works."""
    page = visit.page
    open_diary(page)
    page.evaluate(
        "window.put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (...given) {"
        " const request = window.put.apply(this, given); const over = this.transaction;"
        " request.addEventListener('success', () => over.abort()); return request; }; 0"
    )
    tap(page, "cramps", 2)
    assert "could not write this down" in refused(page)
    assert not page.locator("#told").is_visible()
    page.evaluate("IDBObjectStore.prototype.put = window.put; 0")
    save(page)
    assert export(page) == diary(
        *export(page)["nights"], uses=[], plans=[], removed=[], removed_uses=[], removed_plans=[]
    )
    assert [n["cramps"] for n in export(page)["nights"]] == [2]


def test_a_browser_that_is_killed_keeps_what_was_acknowledged(browser: Any, server: str, tmp_path: Path) -> None:
    """kill -9 of all its processes in the moment after "Saved", over and over."""
    profile = str(tmp_path / "profile")
    for number in range(4):
        context = browser.browser_type.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=ARGUMENTS, base_url=server, locale="en-GB"
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        open_diary(page)
        assert [n["cramps"] for n in export(page)["nights"]] == [3] * number
        cell(page, number + 1).click()
        tap(page, "cramps", 3)
        save(page)
        kill(profile)
        with suppress(Exception):
            context.close()


def kill(profile: str) -> None:
    """The processes of this test's own browser, known by the folder of their profile."""
    found = [file.parent for file in Path("/proc").glob("[0-9]*/cmdline") if profile.encode() in read(file)]
    assert found
    for process in found:
        with suppress(ProcessLookupError):
            os.kill(int(process.name), signal.SIGKILL)


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended
        return b""
