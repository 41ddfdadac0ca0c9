"""Steps of the way, as a person takes them in a browser."""

import time
from typing import Any

from playwright.sync_api import Error

NEXT = "main button.btn[value=next]"


def at(page: Any) -> str:
    """Which page of the way this is."""
    return str(page.input_value("[name=at]"))


MOVED_ON = """before => {
    const state = document.querySelector('[name=state]'), at = document.querySelector('[name=at]');
    return document.readyState === 'complete' && !document.body.hasAttribute('aria-busy')
        && state && state.value + at.value !== before }"""


def press(page: Any, selector: str) -> str:
    """Press a button and wait for the page that follows. Works with script and without.

    Asked again and again from outside: Playwright's own `wait_for_function` waits for the page's next frame, which a
    page without script may never draw.
    """
    before = page.input_value("[name=state]") + at(page)
    page.locator(selector).first.click()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if page.evaluate(MOVED_ON, before):
                return at(page)
        except Error:  # the page was exchanged while it was asked
            pass
        page.wait_for_timeout(50)
    raise AssertionError(f"pressing {selector} at {page.url} leads nowhere")


def give(page: Any, age: str, sex: str) -> str:
    page.fill("#age", age)
    page.locator(f"[name=sex][value={sex}]").check()
    return press(page, NEXT)


def pass_screen(page: Any) -> str:
    """None of the red flags."""
    while page.locator("[name=ticks]").count():
        press(page, "button[value=none]")
    return at(page)


def add_medicine(page: Any, name: str, script: bool) -> None:
    if script:
        page.fill("#medicines-search", name)
        page.keyboard.press("Enter")
    else:
        page.fill("#medicines", (page.input_value("#medicines") + "\n" + name).strip())


def to_questions(page: Any, script: bool = True) -> str:
    """From the first page to the first adaptive question: a man of 50 with high blood pressure who takes indapamide."""
    page.goto("/questions")
    give(page, "50", "male")
    pass_screen(page)
    add_medicine(page, "indapamide", script)
    press(page, NEXT)
    page.locator("[name='c.hypertension']").check()
    press(page, NEXT)
    return pass_screen(page)


def to_result(page: Any, script: bool = True) -> None:
    to_questions(page, script)
    assert press(page, "main button[value=result]") == "result"
