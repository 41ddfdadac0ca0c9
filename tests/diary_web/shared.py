"""Steps on the pages of the diary, as a person takes them."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

PHONE = {"viewport": {"width": 360, "height": 740}}
READY = "body[data-ready]"


def day(back: int) -> str:
    """The evening so many days ago, by this machine's calendar."""
    return (dt.date.today() - dt.timedelta(days=back)).isoformat()


def open_diary(page: Any, path: str = "/diary") -> None:
    page.goto(path)
    page.wait_for_selector(READY, state="attached")


def tap(page: Any, name: str, value: Any) -> None:
    page.locator(f"label:has([name={name}][value='{value}'])").click()


def save(page: Any) -> str:
    """Presses Save and waits until it is acknowledged."""
    page.evaluate("document.getElementById('told').hidden = true")
    page.locator("#save").click()
    page.wait_for_selector("#told:not([hidden])")
    return str(page.inner_text("#told"))


def refused(page: Any) -> str:
    page.locator("#save").click()
    page.wait_for_selector("#problem:not([hidden])")
    return str(page.inner_text("#problem"))


def cell(page: Any, back: int) -> Any:
    """The night in the calendar; its month is turned to if need be."""
    date = day(back)
    while not page.locator(f"[data-date='{date}']").count():
        page.locator("#month-earlier").click()
    return page.locator(f"[data-date='{date}']")


def export(page: Any) -> dict[str, Any]:
    with page.expect_download() as coming:
        page.locator("#export").click()
    return dict(json.loads(Path(coming.value.path()).read_text("utf-8")))


def bring(page: Any, content: Any) -> str:
    """Opens a file of this content; what the page says of it."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    page.evaluate("for (const id of ['told', 'problem']) document.getElementById(id).hidden = true")
    page.set_input_files("#import", files=[{"name": "diary.json", "mimeType": "application/json", "buffer": body}])
    page.wait_for_selector("#told:not([hidden]), #problem:not([hidden])")
    return str(page.inner_text("#told:not([hidden]), #problem:not([hidden])"))


def diary(*nights: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": "kram-diary", "version": 1, "nights": list(nights), **more}
