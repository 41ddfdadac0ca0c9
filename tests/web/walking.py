"""Steps of the way, as a person takes them in a browser."""

from typing import Any

NEXT = "main button.btn[value=next]"


def at(page: Any) -> str:
    """Which page of the way this is."""
    return str(page.input_value("[name=at]"))


def press(page: Any, selector: str) -> str:
    """Press a button and wait for the page that follows. Works with script and without."""
    before = page.input_value("[name=state]") + at(page)
    page.locator(selector).first.click()
    page.wait_for_function(
        "before => { const s = document.querySelector('[name=state]'), a = document.querySelector('[name=at]');"
        " return document.readyState === 'complete' && !document.body.hasAttribute('aria-busy') &&"
        " s && (s.value + a.value) !== before }",
        arg=before,
    )
    return at(page)


def give(page: Any, age: str, sex: str) -> str:
    page.fill("#age", age)
    page.locator(f"[name=sex][value={sex}]").check()
    return press(page, NEXT)


def pass_screen(page: Any) -> str:
    """None of the red flags."""
    while at(page).startswith("screen_"):
        press(page, "button[value=none]")
    return at(page)


def add_medicine(page: Any, name: str, script: bool) -> None:
    if script:
        page.fill("#medicines-search", name)
        page.keyboard.press("Enter")
    else:
        page.fill("#medicines", (page.input_value("#medicines") + "\n" + name).strip())


def to_questions(page: Any, script: bool = True) -> str:
    """From the first page to the first adaptive question: a woman of 67 who takes indapamide."""
    page.goto("/questions")
    give(page, "67", "female")
    pass_screen(page)
    add_medicine(page, "indapamide", script)
    press(page, NEXT)
    page.locator("[name='c.hypertension']").check()
    return press(page, NEXT)


def to_result(page: Any, script: bool = True) -> None:
    to_questions(page, script)
    assert press(page, "main button[value=result]") == "result"
