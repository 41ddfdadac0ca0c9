"""A red flag shows its page at once, wherever it comes up, and its banner stays."""

from typing import Any

import httpx
import pytest

from tests.web.parsing import fields, heading
from tests.web.walking import NEXT, at, give, press, to_questions, to_result


def test_the_urgent_door(visit: Any) -> None:
    page = visit.page
    page.goto("/")
    page.locator("a.door--urgent").click()
    page.locator("[name='t.leg_cold_pale']").check()
    assert press(page, NEXT) == "flag"
    assert page.locator(".urgent--1 a[href='tel:119']").is_visible()
    assert press(page, "main button[value=next]") == "person"
    assert page.locator(".urgent--slim.urgent--1").is_visible()
    give(page, "50", "male")
    assert page.locator(".urgent--slim.urgent--1").is_visible()
    assert at(page) == "medicines"  # the screen is not asked twice


def test_in_the_screen(visit: Any) -> None:
    page = visit.page
    page.goto("/questions")
    give(page, "50", "male")
    page.locator("[name='t.one_leg_swollen']").check()
    assert press(page, NEXT) == "flag"
    assert "clot" in page.locator(".urgent").inner_text()
    assert press(page, "main button[value=back]") == "screen_leg"
    assert page.locator("[name='t.one_leg_swollen']").is_checked()


def test_in_a_changed_answer_after_the_result(visit: Any) -> None:
    page = visit.page
    to_result(page)
    press(page, "button[value='edit:screen_body']")
    page.locator("[name='t.dark_urine']").check()
    assert press(page, NEXT) == "flag"
    press(page, "main button[value=next]")
    press(page, "main button[value=result]")
    assert page.locator("#outcome .urgent--1").is_visible()
    assert page.locator("[data-flag=flag_dark_urine]").count() == 1


def test_massage_is_withheld_where_a_clot_may_be(visit: Any) -> None:
    page = visit.page
    to_questions(page)
    press(page, "button[value='edit:screen_leg']")
    page.locator("[name='t.one_leg_swollen']").check()
    press(page, NEXT)
    press(page, "main button[value=next]")
    press(page, "main button[value=result]")
    assert page.locator("[data-care=rub_calf]").count() == 0


@pytest.mark.parametrize(("lab", "value", "unit"), [("potassium", "2,2", "mmol/L"), ("sodium", "115", "mmol/L")])
def test_a_critical_value(client: httpx.Client, lab: str, value: str, unit: str) -> None:
    """On the clinic page and in the fields of the result page alike."""
    page = client.get("/questions/worker").text
    page = client.post("/questions", data={**fields(page), "age": "70", "sex": "female", "do": "next"}).text
    for place in ("clinic", "result"):
        sent = {**fields(page), "at": place, f"lab.{lab}": value, f"unit.{lab}": unit, "do": "result"}
        answer = client.post("/questions", data=sent).text
        assert 'name="at" value="flag"' in answer
        assert "119" in answer or "today" in heading(answer)


def test_the_cramp_right_now_needs_no_question(client: httpx.Client) -> None:
    page = client.get("/now").text
    assert "clot" in page
    assert page.count('<svg class="art"') >= 3
