"""The diary in a real browser: a night is added, changed, deleted, found again; nothing that was typed is lost."""

import datetime as dt
from typing import Any

import pytest

from kram.texts import catalogue, languages
from tests.diary_web.shared import bring, cell, day, diary, export, open_diary, refused, save, tap

LOCALES = pytest.mark.parametrize("visit", [{"locale": "en-GB"}, {"locale": "id-ID"}], indirect=True, ids=["en", "id"])


@LOCALES
def test_two_taps_are_enough_and_survive_a_reload(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    words = catalogue(page.evaluate("document.documentElement.lang"))
    assert page.inner_text("#heading") == words.say("dw_question")
    tap(page, "cramps", 2)
    assert words.say("dw_cramps_n", count=2) in save(page)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.locator("[name=cramps][value='2']").is_checked()
    assert cell(page, 1).inner_text().split()[-1] == "2"
    assert [(n["date"], n["cramps"]) for n in export(page)["nights"]] == [(day(1), 2)]


def test_every_detail_is_kept(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    page.locator("#more > summary").click()
    tap(page, "cramps", 4)
    page.fill("#exact", "7")
    tap(page, "worst", 0)
    page.fill("#minutes", "12")
    tap(page, "leg", "both")
    tap(page, "day", "sport")
    tap(page, "day", "heat")
    page.fill("#note", "after the market; <b>long</b> walk")
    save(page)
    (night,) = export(page)["nights"]
    assert night.pop("written").startswith(dt.datetime.now(dt.UTC).date().isoformat())
    assert night == {
        "date": day(1), "cramps": 7, "worst": 0, "minutes": 12, "leg": "both", "day": ["sport", "heat"],
        "note": "after the market; <b>long</b> walk",
    }  # fmt: skip
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.input_value("#exact") == "7"
    assert page.input_value("#note") == "after the market; <b>long</b> walk"


def test_a_missing_night_is_not_a_night_without_cramps(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    tap(page, "cramps", 0)
    save(page)
    cell(page, 3).click()
    assert page.inner_text("#heading") == "How many cramps that night?"
    tap(page, "cramps", 1)
    save(page)
    assert "no cramp" in (cell(page, 1).get_attribute("aria-label") or "")
    assert "not written down" in (cell(page, 2).get_attribute("aria-label") or "")
    assert page.locator(".nights__row .none").count() == 1
    assert page.locator(".nights__row .some").count() == 1
    assert page.locator(".nights__row .missing").count() == 40
    assert "2 nights written down, 40 not" in (page.locator(".nights__row").get_attribute("aria-label") or "")
    assert [n["date"] for n in export(page)["nights"]] == [day(3), day(1)]


def test_what_was_tried_is_drawn_above_the_nights(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    periods = [{"start": day(3), "nights": 2, "treated": False}, {"start": day(1), "nights": 5, "treated": True}]
    uses = [
        {"care": "magnesium_tablets", "start": day(10), "end": day(5)},
        {"care": "calf_raises", "start": day(7), "end": day(6)},
    ]
    plan = {"care": "bedtime_stretching", "start": day(3), "seed": 1, "periods": periods}
    bring(page, diary({"date": day(4), "cramps": 1}, uses=uses, plans=[plan]))
    assert page.locator(".nights__row .with").count() == 2
    assert page.locator(".nights__row .without").count() == 1
    assert "period 2 of 2: tonight WITH it" in page.inner_text("#trying")
    page.locator("#table-drawer > summary").click()
    page.locator("#table").get_by_role("button", name="Change").click()
    assert page.locator("[name=cramps][value='1']").is_checked()


def test_stopping_what_is_tried(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    page.get_by_text("I am already trying something").click()
    page.select_option("#try-care", "magnesium_tablets")
    page.fill("#try-start", day(8))
    page.locator("#try-keep").click()
    page.get_by_role("button", name="I have stopped").click()
    page.wait_for_function("() => !document.querySelector('#trying').textContent.includes('I have stopped')")
    (use,) = export(page)["uses"]
    assert (use["care"], use["start"], use["end"]) == ("magnesium_tablets", day(8), day(1))


def test_changed_deleted_and_brought_back(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    tap(page, "cramps", 3)
    save(page)
    tap(page, "cramps", 1)
    save(page)
    assert export(page)["nights"][0]["cramps"] == 1
    page.locator("#delete").click()
    page.wait_for_selector("#undo")
    gone = export(page)
    assert gone["nights"] == []
    assert [removal["date"] for removal in gone["removed"]] == [day(1)]
    page.locator("#undo").click()
    page.wait_for_selector("#undo", state="detached")
    back = export(page)
    assert [n["cramps"] for n in back["nights"]] == [1]
    assert back["removed"] == []


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("#exact", "51", "4 to 50"),
        ("#exact", "", "4 to 50"),
        ("#minutes", "721", "0 to 720"),
        ("#minutes", "-3", "0 to 720"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_stays_in_the_form(visit: Any, field: str, typed: str, told: str) -> None:
    page = visit.page
    open_diary(page)
    page.locator("#more > summary").click()
    tap(page, "cramps", 4)
    page.fill(field, typed)
    page.fill("#note", "kept")
    assert told in refused(page)
    assert page.evaluate("'#' + document.activeElement.id") == field
    assert page.input_value("#note") == "kept"
    assert export(page)["nights"] == []


def test_nothing_tapped_is_said(visit: Any) -> None:
    open_diary(visit.page)
    assert "0 if there were none" in refused(visit.page)


def test_what_was_typed_survives_a_reload_and_another_night(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    tap(page, "cramps", 2)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.locator("[name=cramps][value='2']").is_checked()
    assert export(page)["nights"] == []
    page.locator("#earlier").click()
    assert "not saved yet" in page.inner_text("#told")
    assert page.locator("[name=cramps][value='2']").is_checked()
    page.get_by_role("button", name="Leave it unsaved").click()
    assert page.locator("[name=cramps]:checked").count() == 0


def test_with_the_keyboard_alone(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    page.locator("#later").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.locator("[name=cramps][value='1']").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "save"
    page.keyboard.press("Enter")
    page.wait_for_selector("#told:not([hidden])")
    assert [n["cramps"] for n in export(page)["nights"]] == [1]


@pytest.mark.parametrize(
    "visit",
    [{"java_script_enabled": False, "locale": lang} for lang in languages()],
    indirect=True,
    ids=languages(),
)
def test_without_script_the_page_says_so(visit: Any, request: pytest.FixtureRequest) -> None:
    for path in ("/diary", "/diary/trial", "/diary/answer"):
        visit.page.goto(path)
        lang = visit.page.locator("html").get_attribute("lang")
        assert lang in request.node.name
        assert catalogue(lang).say("dw_no_script") in visit.page.inner_text("main")
        assert not visit.page.locator("#diary").is_visible()
