"""The pictures of docs/trial-of-one.md, drawn anew from its diary: python docs/draw_pictures.py (needs Chromium).

The clock of the browser stands on the morning after the last night of the story.
"""

import datetime as dt
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MORNING = dt.datetime(2026, 10, 19, 8, tzinfo=dt.UTC)
FIRST = dt.datetime(2026, 6, 1, 20, tzinfo=dt.UTC)
MARGIN = 16
PHONE = {"width": 360, "height": 700}


def main() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "kram", "serve", "--port", port, "--lang", "en"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        server.stdout.readline()  # it says where it is once it listens
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport=PHONE, locale="en-GB")
            context.set_default_timeout(60_000)
            draw(context.new_page())
            browser.close()
    finally:
        server.terminate()


def draw(page: Any) -> None:
    page.clock.set_fixed_time(FIRST)
    ready(page, "/diary/trial#bedtime_stretching")
    for doubt in page.query_selector_all("#about-bedtime_stretching .doubt"):
        doubt.query_selector("label:has([value=no])").click()
    page.select_option("#weeks", "20")
    page.locator("#when .drawer > summary").click()
    page.fill("#seed", "11")
    page.locator("#plan button.btn").click()
    page.wait_for_selector("#drawn:not([hidden])")
    take(page, "trial-order", "#drawn")

    page.clock.set_fixed_time(MORNING)
    ready(page, "/diary")
    page.set_input_files("#import", HERE / "trial-of-one.json")
    page.wait_for_selector("#told:not([hidden])")
    ready(page, "/diary")
    take(page, "diary-night")
    page.locator("section:has(#month)").scroll_into_view_if_needed()
    take(page, "diary-month", "section:has(#month)")

    ready(page, "/diary/answer")
    page.locator("#ask button").click()
    page.wait_for_selector("#answer:not([hidden])")
    take(page, "trial-answer", "#answer")


def ready(page: Any, path: str) -> None:
    page.goto(path)
    page.wait_for_selector("body[data-ready]", state="attached")


def take(page: Any, name: str, part: str = "") -> None:
    file = HERE / "images" / f"{name}.png"
    if part:
        box = page.locator(part).evaluate("e => ({y: e.getBoundingClientRect().y + scrollY, height: e.offsetHeight})")
        clip = {"x": 0, "y": box["y"] - MARGIN, "width": PHONE["width"], "height": box["height"] + 2 * MARGIN}
        page.screenshot(path=file, full_page=True, clip=clip)
    else:
        page.screenshot(path=file)
    print(file.relative_to(HERE.parent), file.stat().st_size)


if __name__ == "__main__":
    main()
