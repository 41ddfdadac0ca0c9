"""After the first visit the diary opens and saves without a network; the analysis says that it needs one."""

from typing import Any

import pytest

from tests.diary_web.shared import export, open_diary, save, tap

ACTIVE = "navigator.serviceWorker.ready.then(r => new Promise(done => r.active.state === 'activated' ? done() : r.active.addEventListener('statechange', done)))"


def visited(page: Any) -> None:
    open_diary(page)
    page.evaluate(ACTIVE)


@pytest.mark.parametrize("visit", [{"locale": "en-GB"}, {"locale": "id-ID"}], indirect=True, ids=["en", "id"])
def test_it_opens_saves_and_looks_the_same(visit: Any) -> None:
    page = visit.page
    visited(page)
    heading = page.inner_text("#heading")
    page.context.set_offline(True)
    open_diary(page)
    assert page.inner_text("#heading") == heading
    assert page.evaluate("getComputedStyle(document.querySelector('.taps')).display") == "grid"
    tap(page, "cramps", 2)
    save(page)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert [night["cramps"] for night in export(page)["nights"]] == [2]
    for path in ("/diary/trial", "/diary/answer"):
        open_diary(page, path)
        assert page.locator("#diary").is_visible()


def test_a_changed_language_goes_along(visit: Any) -> None:
    page = visit.page
    visited(page)
    page.get_by_role("button", name="Bahasa Indonesia").click()
    page.wait_for_selector("html[lang=id] body[data-ready]", state="attached")
    page.wait_for_function(
        "async () => { const kept = await caches.match('/diary/trial', {ignoreVary: true});"
        " return kept && kept.headers.get('content-language') === 'id' }"
    )
    page.context.set_offline(True)
    for path in ("/diary", "/diary/trial"):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "id"


def test_a_server_that_is_gone_is_a_network_that_is_gone(visit: Any) -> None:
    """The pages kept hold nothing of anybody, and nothing but the diary is kept."""
    page = visit.page
    visited(page)
    tap(page, "cramps", 3)
    save(page)
    kept = page.evaluate(
        """async () => {
          const found = {};
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys())
              found[new URL(request.url).pathname] = await (await cache.match(request, {ignoreVary: true})).text();
          }
          return found;
        }"""
    )
    assert {path for path in kept if not path.startswith("/static/")} == {"/diary", "/diary/trial", "/diary/answer"}
    assert not any("3 cramps" in text for text in kept.values())
