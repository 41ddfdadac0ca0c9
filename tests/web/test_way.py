"""The whole way in a real browser: both languages, phone and desktop, with script and without, by keyboard alone."""

from pathlib import Path
from typing import Any

import pytest

from tests.web.walking import NEXT, add_medicine, at, give, pass_screen, press, to_questions

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WAYS = [
    {"locale": "id-ID", "viewport": PHONE, "java_script_enabled": True},
    {"locale": "en-GB", "viewport": PHONE, "java_script_enabled": False},
    {"locale": "id-ID", "viewport": DESKTOP, "java_script_enabled": False},
    {"locale": "en-GB", "viewport": DESKTOP, "java_script_enabled": True},
]
SLOW_WAYS = [
    {**way, "locale": "en-GB" if way["locale"] == "id-ID" else "id-ID"} for way in WAYS
]  # the other half of the combinations


def name(way: dict[str, Any]) -> str:
    script = "script" if way.get("java_script_enabled", True) else "plain"
    return f"{way['locale'][:2]}-{way['viewport']['width']}-{script}"


@pytest.mark.parametrize(
    "visit",
    [*WAYS, *(pytest.param(way, marks=pytest.mark.slow) for way in SLOW_WAYS)],
    ids=[name(way) for way in [*WAYS, *SLOW_WAYS]],
    indirect=True,
)
def test_the_whole_way(visit: Any, request: pytest.FixtureRequest) -> None:
    way = request.node.callspec.params["visit"]
    script, page = way["java_script_enabled"], visit.page
    page.goto("/")
    page.locator("a.door[href='/questions']").click()
    assert give(page, "67", "female") == "screen_leg"
    assert pass_screen(page) == "medicines"
    add_medicine(page, "indapamide", script)
    assert press(page, NEXT) == "conditions"
    page.locator("[name='c.hypertension']").check()
    asked = press(page, NEXT)
    for _ in range(40):
        if asked == "result":
            break
        assert page.locator("main h1").count() == 1
        page.locator(f"[name='f.{asked}']").first.check()
        asked = press(page, NEXT)
    assert asked == "result"
    assert page.locator(".shares details.share").count() >= 3
    assert page.locator("html").get_attribute("lang") == way["locale"][:2]
    assert press(page, "button[value=doctor]") == "doctor"
    assert page.locator(".sheet table tbody tr").count() >= 3
    assert visit.server in page.url
    assert "?" not in page.url


@pytest.mark.parametrize("visit", [{}, {"java_script_enabled": False}], ids=["script", "plain"], indirect=True)
def test_another_language_loses_no_answer(visit: Any) -> None:
    page = visit.page
    page.goto("/questions")
    page.fill("#age", "67")
    page.locator("[name=sex][value=female]").check()
    page.locator("header button[name=lang]").click()
    page.wait_for_selector("html[lang=id]")
    assert page.input_value("#age") == "67"
    assert page.locator("[name=sex][value=female]").is_checked()
    assert press(page, NEXT) == "screen_leg"
    page.locator("[name='t.fever']").wait_for(state="detached")
    page.goto("/privacy")
    assert page.locator("html").get_attribute("lang") == "id"  # the cookie, and nothing but the language in it
    assert [(c["name"], c["value"]) for c in page.context.cookies()] == [("lang", "id")]


def test_back_forward_and_reload_lose_nothing(visit: Any) -> None:
    page = visit.page
    question = to_questions(page)
    page.locator(f"[name='f.{question}']").first.check()
    page.reload()
    page.wait_for_function("q => document.querySelector('[name=at]').value === q", arg=question)
    assert page.locator(f"[name='f.{question}']").first.is_checked()
    second = press(page, NEXT)
    page.go_back()
    page.wait_for_function("q => document.querySelector('[name=at]').value === q", arg=question)
    assert page.locator(f"[name='f.{question}']").first.is_checked()
    page.go_back()
    page.wait_for_selector("[name='c.hypertension']")
    assert page.locator("[name='c.hypertension']").is_checked()
    page.go_forward()
    page.go_forward()
    page.wait_for_function("q => document.querySelector('[name=at]').value === q", arg=second)


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], ids=["plain"], indirect=True)
def test_without_script_the_buttons_and_a_reload_lose_nothing(visit: Any) -> None:
    page = visit.page
    question = to_questions(page, script=False)
    page.reload()  # the browser sends the same answers again
    assert at(page) == question
    assert press(page, "button[value=back]") == "conditions"
    assert page.locator("[name='c.hypertension']").is_checked()
    assert press(page, "button[value=back]") == "medicines"
    assert page.input_value("#medicines") == "indapamide"
    assert press(page, "button[value='edit:person']") == "person"
    assert page.input_value("#age") == "67"


def test_two_tabs_do_not_disturb_each_other(visit: Any) -> None:
    one = visit.page
    to_questions(one)
    two = one.context.new_page()
    visit.watch(two)
    two.goto("/questions")
    give(two, "30", "male")
    assert at(two) == "screen_leg"
    assert "67" in one.locator(".given").inner_text()
    one.reload()
    one.wait_for_selector(".given")
    assert "67" in one.locator(".given").inner_text()
    assert "30" in two.locator(".given").inner_text()


def test_the_keyboard_alone(visit: Any) -> None:
    page = visit.page
    page.goto("/questions")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the Tab key never reaches {selector}")

    def follow(key: str) -> str:
        before = page.input_value("[name=state]")
        page.keyboard.press(key)
        page.wait_for_function("b => document.querySelector('[name=state]').value !== b", arg=before)
        return at(page)

    tab_to("#age")
    page.keyboard.type("67")
    tab_to("[name=sex]")
    page.keyboard.press("Space")
    assert follow("Enter") == "screen_leg"  # Enter in a field means Continue, never another language
    assert page.locator("html").get_attribute("lang") == "en"
    while at(page).startswith("screen_"):
        tab_to("button[value=none]")
        follow("Enter")
    tab_to("#medicines-search")
    page.keyboard.type("indapam")
    page.wait_for_selector(".found li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator(".chips li").count() == 1
    tab_to("button[value=next]")
    assert follow("Enter") == "conditions"
    tab_to("[name='c.hypertension']")
    page.keyboard.press("Space")
    tab_to("button[value=next]")
    question = follow("Enter")
    tab_to(f"[name='f.{question}']")
    page.keyboard.press("Space")
    tab_to("button[value=result]")
    assert follow("Enter") == "result"
    tab_to("details.share > summary")
    page.keyboard.press("Enter")
    assert page.locator("details.share").first.get_attribute("open") is not None


SHOP = Path(__file__).parents[2] / "examples" / "shop-assistant.yaml"


def open_case(page: Any) -> None:
    """A shop assistant who stands nine hours a day."""
    page.goto("/questions")
    page.locator("main details > summary").first.click()
    page.set_input_files("#case-file", SHOP)
    page.locator("form.upload button").click()
    page.wait_for_selector("#outcome")


def test_the_chart_follows_a_changed_answer(visit: Any) -> None:
    page = visit.page
    open_case(page)
    row = "[data-cause=long_standing]"
    before = page.locator(row).first.get_attribute("data-share")
    page.locator("#what-if select[name='f.standing_hours']").focus()
    page.locator("#what-if select[name='f.standing_hours']").select_option("under_4")
    page.wait_for_function("([row, before]) => document.querySelector(row).dataset.share !== before", arg=[row, before])
    assert page.locator("#live").inner_text()
    assert page.evaluate("document.activeElement.name") == "f.standing_hours"
    after = page.locator(row).first.get_attribute("data-share")
    page.reload()
    page.wait_for_function("([row, after]) => document.querySelector(row)?.dataset.share === after", arg=[row, after])


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], ids=["plain"], indirect=True)
def test_the_chart_follows_without_script(visit: Any) -> None:
    page = visit.page
    open_case(page)
    before = page.locator("[data-cause=long_standing]").first.get_attribute("data-share")
    page.locator("#what-if select[name='f.standing_hours']").select_option("under_4")
    press(page, "#what-if button[value=result]")
    assert page.locator("[data-cause=long_standing]").first.get_attribute("data-share") != before


def test_a_health_worker_adds_a_laboratory_value(visit: Any) -> None:
    page = visit.page
    page.goto("/questions/worker")
    give(page, "67", "male")
    pass_screen(page)
    press(page, "button[value=none]")
    assert press(page, "button[value=none]") == "clinic"
    page.fill("[name='lab.potassium']", "99")
    page.locator(NEXT).click()
    page.wait_for_selector("#problems")
    assert page.input_value("[name='lab.potassium']") == "99"
    page.fill("[name='lab.potassium']", "3,2")
    press(page, NEXT)
    press(page, "button[value=result]")
    assert float(page.locator("[data-cause=low_potassium]").first.get_attribute("data-share")) > 0.1
    assert "log-odds" in page.locator("#outcome").inner_text()
