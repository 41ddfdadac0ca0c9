"""axe (WCAG 2.2 AA) on every kind of page, light and dark; nothing scrolls sideways, on a phone or at 200% zoom."""

import re
from typing import Any

import pytest

from tests.web.walking import NEXT, add_medicine, give, pass_screen, press, to_result

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


SCHEMES = ("light", "dark")
DESKTOP = pytest.param({"viewport": {"width": 1280, "height": 900}, "locale": "id-ID"}, marks=pytest.mark.slow)


class Watch:
    """Looks at a page as it is now, in both colour schemes; keeps what it finds wrong, by kind of page."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.wrong: dict[str, list[Any]] = {}
        self.axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def look(self, kind: str) -> None:
        page, wrong = self.page, []
        size = page.viewport_size
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = self.axe.run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
            wrong += [(scheme, v["id"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]]
        for width in (size["width"], 320, 640):  # 640: a desktop at 200% zoom
            page.set_viewport_size({"width": width, "height": 740})
            across = page.evaluate("document.documentElement.scrollWidth")
            if across > width:
                wrong.append(("sideways", width, across))
        page.set_viewport_size(size)
        if wrong:
            self.wrong[kind] = wrong


def open_all(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


@pytest.mark.parametrize("visit", [{}, DESKTOP], ids=["phone", "desktop"], indirect=True)
def test_pages_without_answers(visit: Any) -> None:
    page, watch = visit.page, Watch(visit.page)
    for path in ("/", "/now", "/privacy", "/urgent", "/nothing"):
        page.goto(path)
        open_all(page)
        watch.look(path)
    assert watch.wrong == {}


@pytest.mark.parametrize("visit", [{}, DESKTOP], ids=["phone", "desktop"], indirect=True)
def test_the_pages_of_the_way(visit: Any) -> None:
    page, watch = visit.page, Watch(visit.page)
    page.goto("/questions/other")
    page.locator(NEXT).click()
    page.wait_for_selector("#problems")
    watch.look("person")
    assert give(page, "30", "female") == "pregnancy"
    watch.look("pregnancy")
    page.locator("[name=pregnant][value=no]").check()
    press(page, NEXT)
    page.locator("[name='t.leg_cold_pale']").check()
    assert press(page, NEXT) == "flag"
    open_all(page)
    watch.look("flag")
    press(page, "main button[value=next]")
    watch.look("ticks")
    pass_screen(page)
    add_medicine(page, "amlodipim", True)
    page.locator(NEXT).click()
    page.wait_for_selector(".unclear")
    page.fill("#medicines-search", "indap")
    page.wait_for_selector(".found li")
    page.keyboard.press("ArrowDown")
    watch.look("medicines")
    page.keyboard.press("Enter")
    press(page, NEXT)
    page.locator(".ask details > summary").click()
    watch.look("conditions")
    press(page, "button[value=none]")
    watch.look("question")
    press(page, "main button[value=result]")
    open_all(page)
    watch.look("result")
    press(page, "button[value=doctor]")
    watch.look("doctor")
    assert watch.wrong == {}


@pytest.mark.parametrize("visit", [{}, DESKTOP], ids=["phone", "desktop"], indirect=True)
def test_the_pages_of_a_health_worker(visit: Any) -> None:
    page, watch = visit.page, Watch(visit.page)
    page.goto("/questions/worker")
    give(page, "67", "male")
    pass_screen(page)
    press(page, "button[value=none]")
    assert press(page, "button[value=none]") == "clinic"
    watch.look("clinic")
    press(page, NEXT)
    press(page, "button[value=result]")
    open_all(page)
    watch.look("result")
    assert watch.wrong == {}


@pytest.mark.parametrize("visit", [{"viewport": {"width": 1280, "height": 900}}], ids=["desktop"], indirect=True)
def test_the_doctors_page_prints_on_one_sheet(visit: Any) -> None:
    page = visit.page
    to_result(page)
    press(page, "button[value=doctor]")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
