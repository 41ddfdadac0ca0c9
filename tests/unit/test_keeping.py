"""What is kept between starts is what would be made anew; stale, broken or foreign, it is made anew."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kram import storing
from kram.knowledge import keeping as kept_knowledge
from kram.knowledge import reading
from kram.model import keeping as kept_draws
from kram.model.compiling import Compiled
from kram.model.drawing import Draws
from kram.model.stratum import Stratum

SMALL = Path(__file__).parents[1] / "knowledge" / "small"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("KRAM_CACHE", raising=False)
    return tmp_path / "kram"


def test_the_knowledge_that_was_kept_is_the_knowledge_that_was_read(place: Path) -> None:
    read = reading.read()
    assert kept_knowledge.unpacked(kept_knowledge.packed(read)) == read
    assert kept_knowledge.read() == read
    assert [file.name.split("-")[0] for file in place.iterdir()] == ["knowledge"]
    assert kept_knowledge.read() == read


def test_the_draws_that_were_kept_are_the_draws_that_are_made(place: Path) -> None:
    """And nothing that a stratum asks for is missing among them."""
    knowledge = kept_knowledge.read()
    for _ in range(2):  # made, then kept
        compiled = kept_draws.compile_(knowledge)
        known = set(compiled.draws.made)
        stratum = Stratum(compiled, 7, "female")
        for id, rungs in compiled.links.items():
            for rung in rungs:
                stratum.sign(id, rung)
        for index, facts in enumerate(compiled.facts):
            stratum.prior(index, {fact: frozenset([*stratum.fact(fact).frequency][-1:]) for fact in facts})
        assert [phi.shape[2] for phi in compiled.phi.values()] == [compiled.lanes] * len(compiled.phi)
        assert stratum.rest.shape == (compiled.lanes,)
        assert set(compiled.draws.made) == known
    fresh = Stratum(Compiled(knowledge), 7, "female")
    for id, rungs in list(compiled.links.items())[::9]:
        for rung in rungs:
            for one, other in zip(fresh.sign(id, rung), stratum.sign(id, rung), strict=True):
                assert np.array_equal(one, other)
    assert np.array_equal(fresh.rest, stratum.rest)


def test_only_the_user_may_read_what_is_kept(place: Path) -> None:
    kept_knowledge.read(SMALL)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()] == [0o600]


def test_a_changed_file_is_read_anew(place: Path, tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL, folder)
    before = kept_knowledge.read(folder)
    file = folder / "settings.yaml"
    file.write_text(file.read_text("utf-8") + "# a remark\n", "utf-8")
    after = kept_knowledge.read(folder)
    assert after.fingerprint != before.fingerprint
    assert after == reading.read(folder)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


BREAKAGES: dict[str, Callable[[Path], object]] = {
    "a byte changed": flip,
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-9]),
    "empty": lambda file: file.write_bytes(b""),
    "writable by others": lambda file: file.chmod(0o666),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("how", BREAKAGES)
def test_what_is_broken_counts_as_absent(how: str, place: Path) -> None:
    storing.keep("thing", "key", b"content" * 9)
    assert storing.kept("thing", "key") == b"content" * 9
    assert storing.kept("thing", "other") is None
    BREAKAGES[how](place / "thing-key")
    assert storing.kept("thing", "key") is None
    knowledge = kept_knowledge.read(SMALL)
    for file in place.glob("knowledge-*"):
        BREAKAGES[how](file)
    assert kept_knowledge.read(SMALL) == knowledge


def test_a_file_under_another_name_counts_as_absent(place: Path) -> None:
    storing.keep("thing", "key", b"content")
    (place / "thing-key").rename(place / "thing-other")
    assert storing.kept("thing", "other") is None


def test_without_a_place_everything_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert kept_knowledge.read(SMALL) == reading.read(SMALL)
    assert blocked.read_text("utf-8") == "in the way"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("KRAM_CACHE", "off")
    assert kept_knowledge.read(SMALL) == reading.read(SMALL)
    assert not (tmp_path / "kram").exists()


def test_old_things_go(place: Path) -> None:
    for number in range(40):
        storing.keep("thing", str(number), b"x")
    names = {file.name for file in place.iterdir()}
    assert "thing-39" in names
    assert len(names) <= 24


def test_draws_by_row_are_made_once() -> None:
    draws = Draws(256, 7)
    kept_draws.fill(draws, reading.read(SMALL))
    again = kept_draws.unpacked(kept_draws.packed(draws.made))
    assert again.keys() == draws.made.keys()
    assert all(np.array_equal(again[name], made) for name, made in draws.made.items())


def test_a_second_start_neither_draws_nor_loads_what_it_does_not_need(place: Path) -> None:
    program = (
        "import sys; from kram.__main__ import main\n"
        "sys.argv[1:] = ['assess', 'examples/runner.yaml', '--lang', 'en']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*(name for name in ('numpy.random', 'numpy.polynomial', 'numpy.ma', 'rapidfuzz') if name in sys.modules))"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(place.parent)}
    root = Path(__file__).parents[2]
    said = [
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert said[0][:-1] == said[1][:-1]
    assert said[1][-1] == ""
