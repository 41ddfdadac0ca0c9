"""The library in a real browser: accessible in both themes, nothing sideways, nothing foreign, no script needed."""

from typing import Any

import pytest

from kram.texts import languages
from tests.web.conftest import Visit

KINDS = [
    "", "/causes/thiazide", "/causes/alcohol_cramps", "/medicines/furosemide", "/red-flags",
    "/red-flags/flag_clot_pregnancy", "/care/bedtime_stretching", "/signs/potassium", "/sources/garrison-2012",
    "/method", "/performance", "/search?q=kalium", "/causes/none-such",
]  # fmt: skip
LONG = ["/causes", "/causes/deep_vein_thrombosis", "/medicines", "/care", "/signs", "/sources"]  # axe takes its time
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN = "document.querySelectorAll('details').forEach((d, i) => { if (i < 12) d.open = true })"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults_of(page: Any, rule: str = "") -> list[str]:
    """What axe finds on the page as it stands; of one rule or of all."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    which = {"type": "rule", "values": [rule]} if rule else {"type": "tag", "values": RULES}
    results = axe.run(page, options={"runOnly": which}).response
    return [f"{v['id']}: {[node['target'] for node in v['nodes']][:3]}" for v in results["violations"]]


def look(visit: Visit, path: str, faults: list[str], rule: str = "") -> None:
    visit.page.goto(path)
    visit.page.evaluate(OPEN)
    faults += [f"{path}: {fault}" for fault in faults_of(visit.page, rule)]
    if visit.page.evaluate(SIDEWAYS) > 0:
        faults.append(f"{path}: scrolls sideways")


def test_every_kind_of_page_on_a_phone(visit: Visit) -> None:
    """One language here: the other has the same frame, and longer or shorter words."""
    faults: list[str] = []
    for kind in KINDS:
        look(visit, f"/id/library{kind}", faults)
    assert faults == []


@pytest.mark.parametrize("visit", [{"color_scheme": "dark"}], indirect=True)
def test_every_kind_of_page_at_night(visit: Visit) -> None:
    """Only the colours differ."""
    faults: list[str] = []
    for kind in KINDS:
        look(visit, f"/id/library{kind}", faults, "color-contrast")
    assert faults == []


def test_no_long_page_scrolls_sideways(visit: Visit) -> None:
    for lang in languages():
        for kind in LONG:
            visit.page.goto(f"/{lang}/library{kind}")
            assert visit.page.evaluate(SIDEWAYS) == 0, (lang, kind)


@pytest.mark.slow
@pytest.mark.parametrize(
    "visit",
    [
        {"viewport": {"width": 1280, "height": 900}},
        {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        {"viewport": {"width": 640, "height": 450}},  # a desktop window of 1280 px at 200 %
        {"viewport": {"width": 320, "height": 640}},
    ],
    indirect=True,
    ids=["desktop", "dark", "zoomed", "narrow"],
)
@pytest.mark.parametrize("lang", languages())
def test_every_kind_of_page_in_both_languages(visit: Visit, lang: str) -> None:
    faults: list[str] = []
    for kind in (*KINDS, *LONG):
        look(visit, f"/{lang}/library{kind}", faults)
    assert faults == []


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_script_numbers_open_search_finds_and_the_language_keeps_the_page(visit: Visit) -> None:
    page = visit.page
    page.goto("/id/library/causes/thiazide")
    drawer = page.locator("#share ~ details").first
    drawer.locator("summary").click()
    assert "British Columbia" in drawer.inner_text()
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/en/library/causes/thiazide")
    page.get_by_role("searchbox").fill("lasix")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Furosemide", exact=True).click()
    assert page.url.endswith("/en/library/medicines/furosemide")


def test_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    page.goto("/en/library")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "#artery":
            break
    page.keyboard.press("Enter")
    assert page.url.endswith("#artery")
