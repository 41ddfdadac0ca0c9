"""The file of the browser and the file of the command line are one format, read, merged and refused alike."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from kram.diary.exchange import FORMAT, read_json, write_json
from kram.diary.merging import merge
from kram.diary.nights import Diary
from kram.errors import DiaryError
from tests.diary.test_exchange import diaries
from tests.diary_web.shared import bring, day, diary, export, open_diary, save, tap
from tests.spec.shared import ROOT

NIGHT = {"date": "2026-11-01", "cramps": 2, "written": "2026-11-02T07:00:00Z"}
FULL: dict[str, Any] = {
    **diary(
        {"date": "2026-10-31", "cramps": 0, "written": "2026-11-01T06:00:00.123456Z", "mood": {"deep": [1, None]}},
        {**NIGHT, "worst": 0, "minutes": 12, "leg": "left", "day": ["heat", "alcohol"], "note": "“ñ” <i>\n\u202e🦵"},
        uses=[{"care": "bedtime_stretching", "start": "2026-11-01", "end": "2026-11-09", "written": "2026-11-09T07:00:00Z"}],
        plans=[{
            "care": "magnesium", "start": "2026-11-10", "seed": 7, "written": "2026-11-09T07:00:00Z",
            "periods": [{"start": "2026-11-10", "nights": 7, "treated": True}, {"start": "2026-11-17", "nights": 7, "treated": False}],
        }],
        removed=[{"date": "2026-10-02", "written": "2026-11-01T07:00:00Z"}],
    ),
    "their_own": {"kept": True},
}  # fmt: skip


def test_through_the_browser_and_back_nothing_is_lost(visit: Any) -> None:
    open_diary(visit.page)
    assert "New nights: 2" in bring(visit.page, write_json(read_json(json.dumps(FULL))))
    assert read_json(json.dumps(export(visit.page))) == read_json(json.dumps(FULL))
    assert "The same already: 2" in bring(visit.page, FULL)


def test_what_the_browser_writes_the_command_line_reads(visit: Any) -> None:
    open_diary(visit.page)
    tap(visit.page, "cramps", 3)
    save(visit.page)
    (night,) = read_json(json.dumps(export(visit.page))).nights
    assert (night.date.isoformat(), night.cramps) == (day(1), 3)


def test_round_trip_with_the_terminal(visit: Any, tmp_path: Path) -> None:
    """Written in the browser, taken to the command line, changed there, and back again."""
    page = visit.page
    open_diary(page)
    bring(page, FULL)
    tap(page, "cramps", 3)
    save(page)
    file, kept, back = tmp_path / "out.json", str(tmp_path / "mine.sqlite"), tmp_path / "back.json"
    before = export(page)
    file.write_text(json.dumps(before))
    kram("diary", "import", str(file), "--diary", kept)
    kram("diary", "export", "-o", str(back), "--diary", kept)
    assert read_json(back.read_bytes()) == read_json(json.dumps(before))
    kram("diary", "add", "1", "--date", day(1), "--note", "it was one", "--diary", kept)
    kram("diary", "remove", "2026-11-01", "--diary", kept)
    told = bring(page, kram("diary", "export", "--diary", kept).encode())
    assert "Replaced by a later version: 1" in told
    after = export(page)
    assert [(n["date"], n["cramps"], n.get("note")) for n in after["nights"]] == [
        ("2026-10-31", 0, None),
        (day(1), 1, "it was one"),
    ]
    assert read_json(json.dumps(after)).removed == read_json(kram("diary", "export", "--diary", kept)).removed


def kram(*arguments: str) -> str:
    command = [sys.executable, "-m", "kram", *arguments, "--lang", "en"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_importing_never_loses_what_is_here(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    tap(page, "cramps", 3)
    save(page)
    mine = export(page)["nights"][0]
    told = bring(page, diary({**NIGHT, "date": day(1)}, {**NIGHT, "date": day(2)}))
    assert "New nights: 1" in told
    assert "Older than what is here: 1" in told
    assert [(n["date"], n["cramps"]) for n in export(page)["nights"]] == [(day(2), 2), (day(1), 3)]
    assert "Replaced by a later version: 1" in bring(
        page, diary({**mine, "cramps": 5, "written": "2999-01-01T00:00:00Z"})
    )
    tap(page, "cramps", 1)
    save(page)  # later still, though no clock shows that year
    assert export(page)["nights"][-1]["cramps"] == 1


@pytest.mark.parametrize("visit", [{"locale": "en-GB"}, {"locale": "id-ID"}], indirect=True, ids=["en", "id"])
def test_a_file_of_a_newer_version_changes_nothing(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    bring(page, FULL)
    before = export(page)
    for version in (2, 99):
        told = bring(page, {**diary({**NIGHT, "date": day(1), "phase": "moon"}), "version": version})
        assert str(version) in told
        assert "diary.json" in told
        assert len(told.splitlines()) == 1
        assert page.locator("#problem").is_visible()
    assert export(page) == before


BROKEN: list[Any] = [
    b"\x89PNG\r\n", b"", b"[1", b"null", b"[]", {"format": "other"}, {"format": FORMAT}, {"format": FORMAT, "version": "1"},
    {"format": FORMAT, "version": 0}, {"format": FORMAT, "version": True}, {**diary(), "nights": {}}, diary(3),  # type: ignore[arg-type]
    diary({"cramps": 1}), diary({**NIGHT, "date": "2026-02-30"}), diary({**NIGHT, "date": "1/11/2026"}),
    diary({**NIGHT, "date": 20261101}), diary({"date": "2026-11-01"}), diary({**NIGHT, "cramps": -1}),
    diary({**NIGHT, "cramps": 51}), diary({**NIGHT, "cramps": 1.5}), diary({**NIGHT, "cramps": "2"}),
    diary({**NIGHT, "cramps": True}), diary({**NIGHT, "worst": 11}), diary({**NIGHT, "minutes": 721}),
    diary({**NIGHT, "leg": "third"}), diary({**NIGHT, "day": ["moon"]}), diary({**NIGHT, "day": ["heat", "heat"]}),
    diary({**NIGHT, "day": "heat"}), diary({**NIGHT, "note": "x" * 501}), diary({**NIGHT, "note": 5}),
    diary({**NIGHT, "written": "yesterday"}), diary({**NIGHT, "written": "2026-11-02T07:00:00"}),
    diary(uses=[{"care": "", "start": "2026-11-01"}]), diary(uses=[{"care": "<b>", "start": "2026-11-01"}]),
    diary(uses=[{"care": "magnesium", "start": "2026-11-05", "end": "2026-11-01"}]),
    diary(plans=[{**FULL["plans"][0], "periods": []}]), diary(plans=[{**FULL["plans"][0], "seed": -1}]),
    diary(plans=[{**FULL["plans"][0], "periods": [{"start": "2026-11-11", "nights": 7, "treated": True}]}]),
    diary(plans=[{**FULL["plans"][0], "periods": [{"start": "2026-11-10", "nights": 999, "treated": True}]}]),
    diary(removed=[{"written": "2026-11-02T07:00:00Z"}]), {**diary(), "uses": None},
]  # fmt: skip


def test_what_is_no_diary_is_refused_by_both_and_changes_nothing(visit: Any) -> None:
    page = visit.page
    open_diary(page)
    bring(page, diary({**NIGHT, "date": day(1)}))
    before = export(page)
    for given_ in BROKEN:
        body = given_ if isinstance(given_, bytes) else json.dumps(given_).encode()
        with pytest.raises(DiaryError):
            read_json(body)
        told = bring(page, body)
        assert "nothing was changed" in told, body
        assert "Error" not in told
    assert export(page) == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=diaries, other=diaries)
def test_both_merge_alike(merging: Any, mine: Diary, other: Diary) -> None:
    """The same versions win in the browser and on the command line, and the same counts are told."""
    foreign = [value for one in (mine, other) for night in one.nights for value in night.extra.values()]
    assume(not any(isinstance(value, int) and abs(value) > 2**53 for value in foreign))  # no number of a browser
    contents = [json.loads(write_json(one)) for one in (mine, other)]
    found = merging.evaluate("([mine, other]) => window.mergeTexts(mine, other)", [json.dumps(one) for one in contents])
    expected = merge(read_json(json.dumps(contents[0])), read_json(json.dumps(contents[1])))
    assert read_json(found["text"]) == expected.diary
    assert found["counts"] == {name: getattr(expected, name) for name in ("added", "replaced", "same", "older")}


@pytest.fixture
def merging(visit: Any) -> Any:
    """A page that merges two texts by the browser's own code."""
    page = visit.page
    open_diary(page)
    page.evaluate(
        """async () => {
          const base = document.querySelector("script[type=module]").src.replace(/[^/]*$/, "");
          const exchange = await import(base + "diary_exchange.js"), { merge } = await import(base + "diary_merging.js");
          window.mergeTexts = (mine, other) => {
            const { diary, counts } = merge(exchange.readFile(mine), exchange.readFile(other));
            return { text: exchange.writeFile(diary), counts };
          };
        }"""
    )
    return page
