"""`kram serve --diary FILE`: the same pages keep the diary in the owner's file, and nobody else's page can reach it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kram.diary.exchange import read_json
from kram.diary.keeping import Keeper
from kram.diary.nights import Night
from kram.server import application
from kram.surfaces.diary import Home
from tests.conftest import Visit, serving
from tests.diary_web.shared import bring, day, diary, export, open_diary, refused, save, tap
from tests.spec.shared import ROOT, assessor
from tests.web.test_serving import reached, running, serve


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.sqlite"


@pytest.fixture
def home(file: Path) -> Iterator[str]:
    """The address of a server with a diary of its own."""
    with serving(application(assessor(), at_home=Home(file))) as address:
        yield address


@pytest.fixture
def visitor(browser: Any, home: str) -> Iterator[Visit]:
    context = browser.new_context(base_url=home, viewport={"width": 360, "height": 740}, locale="en-GB")
    found = Visit(context.new_page(), home)
    found.watch(found.page)
    yield found
    context.close()
    assert found.foreign == []
    assert found.faults == []


def nights(file: Path) -> list[tuple[str, int]]:
    return [(night.date.isoformat(), night.cramps) for night in Keeper(file).read().nights]


def test_a_night_goes_into_the_file_and_not_into_the_browser(visitor: Visit, file: Path) -> None:
    page = visitor.page
    open_diary(page)
    tap(page, "cramps", 2)
    save(page)
    assert nights(file) == [(day(1), 2)]
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    tap(page, "cramps", 3)
    save(page)
    assert nights(file) == [(day(1), 3)]
    page.locator("#delete").click()
    page.wait_for_selector("#undo")
    assert nights(file) == []
    page.locator("#undo").click()
    page.wait_for_selector("#undo", state="detached")
    assert nights(file) == [(day(1), 3)]


def test_what_the_command_line_wrote_meanwhile_is_not_overwritten_unseen(visitor: Visit, file: Path) -> None:
    page = visitor.page
    open_diary(page)
    tap(page, "cramps", 2)
    save(page)
    (mine,) = Keeper(file).read().nights
    Keeper(file).add(Night(date=mine.date, cramps=7))
    tap(page, "cramps", 1)
    assert "7 cramps" in refused(page)
    assert nights(file) == [(day(1), 7)]
    save(page)
    assert nights(file) == [(day(1), 1)]


def test_import_export_uses_and_a_newer_version(visitor: Visit, file: Path) -> None:
    page = visitor.page
    open_diary(page)
    assert "New nights: 1" in bring(page, {**diary({"date": day(3), "cramps": 1, "mood": "x"}), "theirs": 1})
    page.locator("#try").evaluate("form => form.closest('details').open = true")
    page.locator("#try-keep").click()
    page.wait_for_selector("#trying li")
    assert read_json(json.dumps(export(page))) == Keeper(file).read()
    assert "newer kram" in bring(page, {**diary({"date": day(4), "cramps": 1}), "version": 2})
    assert nights(file) == [(day(3), 1)]


def test_a_server_that_is_gone_loses_nothing(visitor: Visit) -> None:
    page = visitor.page
    open_diary(page)
    tap(page, "cramps", 2)
    page.context.set_offline(True)
    assert "does not answer" in refused(page)
    assert page.locator("[name=cramps][value='2']").is_checked()
    page.context.set_offline(False)
    save(page)


NIGHT = json.dumps({"entry": {"date": "2026-11-01", "cramps": 1}})


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"}, {"host": "evil.example"}, {"host": "127.0.0.1.evil.example"},
        {"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)  # fmt: skip
def test_other_sites_neither_write_nor_read(home: str, file: Path, headers: dict[str, str]) -> None:
    with httpx.Client(base_url=home) as http:
        sent = {"content-type": "application/json", **headers}
        assert http.put("/diary/kept/nights", content=NIGHT, headers=sent).status_code in (403, 415)
        assert http.post("/diary/kept/import", content=json.dumps(diary()), headers=sent).status_code in (403, 415)
        if "content-type" not in headers:
            answer = http.get("/diary/kept", headers=headers)
            assert answer.status_code == 403
            assert "nights" not in answer.text
    assert not file.exists()


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"entry": 1}', '{"entry": {"date": "x"}}', '{"entry": {"date": "2026-11-01", "cramps": 99}}'],
)
def test_what_is_no_entry_is_one_sentence(home: str, file: Path, body: str) -> None:
    answer = httpx.put(f"{home}/diary/kept/nights", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert len(answer.json()["problem"].splitlines()) == 1


def test_a_public_server_has_no_place_for_a_diary(client: httpx.Client) -> None:
    assert client.get("/diary/kept").status_code == 404
    assert client.put("/diary/kept/nights", content=NIGHT).status_code == 404


def test_the_option_of_kram_serve(file: Path) -> None:
    with running(*serve("--port", "0", "--diary", str(file))) as (_, address, _said):
        assert reached(f"{address}diary/kept").json()["nights"] == []
        put = httpx.put(f"{address}diary/kept/nights", content=NIGHT, headers={"content-type": "application/json"})
        assert put.status_code == 200
    assert nights(file) == [("2026-11-01", 1)]
    assert file.stat().st_mode & 0o077 == 0


def test_beyond_this_machine_only_when_said(file: Path) -> None:
    beyond = ("--host", "0.0.0.0", "--port", "0", "--diary", str(file))
    done = subprocess.run(serve(*beyond), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--diary-beyond" in done.stderr
    with running(*serve(*beyond, "--diary-beyond")) as (_, address, _said):
        assert reached(f"{address}diary/kept").status_code == 200


def test_a_file_that_is_no_diary_is_said_at_once(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Wulan, " * 500)
    done = subprocess.run(serve("--diary", str(other)), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert other.read_text().startswith("Dear Wulan")
