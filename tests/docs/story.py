"""The story of docs/trial-of-one.md told again: python -m tests.docs.story writes what kram prints now into the page."""

import os
import re
import tempfile
from datetime import date
from pathlib import Path

import click
from click.testing import CliRunner

from kram.diary.exchange import read_json
from kram.diary.keeping import Keeper
from kram.diary.nights import Diary

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "trial-of-one.md"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def told() -> str:
    """The page with what each of its commands prints, on a diary of its own."""
    before, folder = dict(os.environ), os.getcwd()
    with tempfile.TemporaryDirectory() as place:
        try:
            os.chdir(ROOT)
            os.environ |= {"KRAM_DIARY": f"{place}/diary.sqlite", "COLUMNS": "100"}
            whole = read_json((ROOT / "docs" / "trial-of-one.json").read_bytes())
            july = Diary(nights=tuple(n for n in whole.nights if n.date < date(2026, 7, 1)), plans=whole.plans)
            Keeper(Path(place) / "july.sqlite").take_in(july)
            return _BLOCK.sub(lambda block: _run(block[1], place), PAGE.read_text("utf-8"))
        finally:
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(before)


def _run(block: str, place: str) -> str:
    from kram.__main__ import main

    lines = []
    for command in (line for line in block.splitlines() if line.startswith("$ ")):
        arguments = command.removeprefix("$ kram ").replace("july.sqlite", f"{place}/july.sqlite").split()
        said = CliRunner().invoke(main, arguments)
        lines += [command, *(line.rstrip() for line in click.unstyle(said.output).strip().splitlines())]
    return "```console\n" + "\n".join(lines) + "\n```"


if __name__ == "__main__":
    PAGE.write_text(told(), "utf-8")
