"""What was acknowledged is there: after kill -9, on a full disk, between two processes, and beside a newer version."""

import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest

from kram.diary import keeping
from kram.diary.exchange import read_json, write_json
from kram.diary.keeping import Keeper
from kram.diary.nights import Diary, Night, Period, Plan, Use
from kram.errors import DiaryError

DAY = date(2026, 11, 1)

# writes nights one after another, and says each of them when it has been kept
WRITER = """
import sys
from datetime import date, timedelta
from pathlib import Path
from kram.diary.keeping import Keeper
from kram.diary.nights import Night
from kram.errors import DiaryError
keeper, first, step, many = Keeper(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
for place in range(first, first + step * many, step):
    try:
        keeper.add(Night(date=date(2000, 1, 1) + timedelta(days=place), cramps=place % 51, note="x" * 400))
    except DiaryError as fault:
        print(fault.key, flush=True)
        sys.exit(3)
    print(place, flush=True)
"""


def writer(file, first, step=1, many=10**6, **options):
    arguments = [sys.executable, "-c", WRITER, str(file), str(first), str(step), str(many)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, **options)


def kept(file):
    return {(night.date - date(2000, 1, 1)).days: night.cramps for night in Keeper(file).read().nights}


def killed_again_and_again(file, times):
    rng = random.Random(7)
    acknowledged = 0
    for _ in range(times):
        process = writer(file, acknowledged)
        assert process.stdout.readline().strip() == str(acknowledged)  # it has begun
        acknowledged += 1
        time.sleep(rng.random() * 0.03)
        os.kill(process.pid, signal.SIGKILL)
        said = process.stdout.read().split()
        process.wait()
        process.stdout.close()
        acknowledged += len(said)
        there = kept(file)
        assert all(there.get(place) == place % 51 for place in range(acknowledged))
        acknowledged = max(there) + 1  # one more may have been kept and not yet said
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    return acknowledged


def test_killed_in_the_middle_of_writes_nothing_acknowledged_is_lost(tmp_path):
    assert killed_again_and_again(tmp_path / "diary.sqlite", 5) >= 5


@pytest.mark.slow
def test_killed_two_hundred_times(tmp_path):
    assert killed_again_and_again(tmp_path / "diary.sqlite", 200) >= 200


def test_a_full_disk_is_one_sentence_and_what_was_there_stays(tmp_path):
    resource = pytest.importorskip("resource", reason="no limit of a file's size here")
    file = tmp_path / "diary.sqlite"
    Keeper(file).add(Night(date=DAY, cramps=3))

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    process = writer(file, 0, preexec_fn=limited)
    said = process.communicate()[0].split()
    assert process.returncode == 3
    assert said.pop() == "diary_disk_full"
    assert len(said) > 5
    there = kept(file)
    assert all(there[int(place)] == int(place) % 51 for place in said)
    assert there[(DAY - date(2000, 1, 1)).days] == 3
    Keeper(file).add(Night(date=DAY + timedelta(days=1), cramps=4))  # and it goes on once there is room


def test_two_processes_at_once_wait_for_each_other(tmp_path):
    file = tmp_path / "diary.sqlite"
    both = [writer(file, first, step=2, many=60) for first in (0, 1)]
    said = [process.communicate()[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(int(place) for places in said for place in places) == list(range(120))
    assert kept(file) == {place: place % 51 for place in range(120)}


def test_another_program_that_does_not_let_go_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "PATIENCE", 0.1)
    file = tmp_path / "diary.sqlite"
    Keeper(file).add(Night(date=DAY, cramps=1))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DiaryError) as caught:
        Keeper(file).add(Night(date=DAY, cramps=2))
    assert caught.value.key == "diary_busy"
    assert [night.cramps for night in Keeper(file).read().nights] == [1]  # reading goes on
    other.execute("ROLLBACK")
    other.close()


def test_a_file_of_a_newer_version_is_not_touched(tmp_path):
    file = tmp_path / "diary.sqlite"
    Keeper(file).add(Night(date=DAY, cramps=1))
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {keeping.VERSION + 1}")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    before = file.read_bytes()
    for act in (lambda keeper: keeper.read(), lambda keeper: keeper.add(Night(date=DAY, cramps=2))):
        with pytest.raises(DiaryError) as caught:
            act(Keeper(file))
        assert caught.value.key == "diary_file_newer"
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", ["a letter to my doctor, long enough to be no header " * 30, None])
def test_a_file_that_is_no_diary_is_not_touched(tmp_path, content):
    file = tmp_path / "other"
    if content is None:
        connection = sqlite3.connect(file)
        connection.execute("CREATE TABLE letters (text)")
        connection.commit()
        connection.close()
    else:
        file.write_text(content)
    before = file.read_bytes()
    with pytest.raises(DiaryError) as caught:
        Keeper(file).add(Night(date=DAY, cramps=2))
    assert caught.value.key == "diary_file_foreign"
    if content is not None:
        assert file.read_bytes() == before
    else:
        connection = sqlite3.connect(file)
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("letters",)]
        connection.close()


def test_only_its_owner_can_read_it(tmp_path):
    os.umask(old := os.umask(0))
    os.umask(0)
    try:
        file = tmp_path / "new" / "diary.sqlite"
        Keeper(file).add(Night(date=DAY, cramps=1, note="private"))
    finally:
        os.umask(old)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    for beside in file.parent.iterdir():
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600


def test_a_clock_put_back_does_not_make_a_correction_older(tmp_path):
    keeper = Keeper(tmp_path / "diary.sqlite")
    ahead = Diary(nights=(Night(date=DAY, cramps=1, written=keeping.datetime(2040, 1, 1, tzinfo=keeping.UTC)),))
    keeper.take_in(ahead)
    keeper.add(Night(date=DAY, cramps=5))
    assert keeper.take_in(ahead).older == 1
    assert [night.cramps for night in keeper.read().nights] == [5]
    keeper.remove(DAY)
    assert keeper.take_in(ahead).diary.nights == ()


# begins, corrects and takes out one use after another, and says each when it has been kept
USER = """
import sys
from datetime import date, timedelta
from pathlib import Path
from kram.diary.keeping import Keeper
from kram.diary.nights import Use
keeper = Keeper(Path(sys.argv[1]))
for place in range(int(sys.argv[2]), 10**6):
    day = date(2000, 1, 1) + timedelta(days=place)
    keeper.try_(Use(care="calf_raises", start=day))
    print(f"begun {place}", flush=True)
    if place % 3 == 0:
        keeper.untry("calf_raises", day)
        print(f"out {place}", flush=True)
    if place % 3 == 1:
        keeper.try_(Use(care="less_alcohol", start=day), was=("calf_raises", day))
        print(f"other {place}", flush=True)
"""


def uses_killed_again_and_again(file, times):
    """What was said is so: never two versions of a use, never one that had been taken out."""
    rng, said, first, unsure = random.Random(3), {}, 0, set()
    for _ in range(times):
        arguments = [sys.executable, "-c", USER, str(file), str(first)]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        lines = [process.stdout.readline()]
        time.sleep(rng.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        for word, place in (line.split() for line in lines):
            said[int(place)] = word
        unsure.add(max(said))  # its next step may have been kept and not yet said
        first = max(said) + 2
        diary = Keeper(file).read()
        there = {(use.start - date(2000, 1, 1)).days: use.care for use in diary.uses}
        gone = {(use.start - date(2000, 1, 1)).days for use in diary.removed_uses}
        assert len(there) == len(diary.uses)
        for place, word in said.items():
            if place not in unsure:
                assert (there.get(place), place in gone) == {
                    "begun": ("calf_raises", False), "out": (None, True), "other": ("less_alcohol", True),
                }[word]  # fmt: skip
    return first


def test_killed_while_uses_are_corrected_and_taken_out(tmp_path):
    assert uses_killed_again_and_again(tmp_path / "diary.sqlite", 5) >= 5


@pytest.mark.slow
def test_killed_a_hundred_times_while_uses_are_corrected(tmp_path):
    assert uses_killed_again_and_again(tmp_path / "diary.sqlite", 100) >= 100


def test_a_use_taken_out_stays_out_through_files_and_a_clock_put_back(tmp_path):
    keeper, other = Keeper(tmp_path / "one"), Keeper(tmp_path / "two")
    ahead = Use(care="calf_raises", start=DAY, written=keeping.datetime(2040, 1, 1, tzinfo=keeping.UTC))
    keeper.take_in(Diary(uses=(ahead,)))
    old = write_json(keeper.read())
    other.take_in(read_json(old))
    assert keeper.untry("calf_raises", DAY).start == DAY
    assert keeper.untry("calf_raises", DAY) is None
    keeper.take_in(read_json(old))
    assert keeper.read().uses == ()
    other.take_in(read_json(write_json(keeper.read())))
    assert other.read().uses == ()
    keeper.try_(Use(care="calf_raises", start=DAY))  # and it can be begun anew
    other.take_in(read_json(write_json(keeper.read())))
    assert [use.care for use in other.read().uses] == ["calf_raises"]
    assert other.read().removed_uses == ()


def test_a_plan_taken_out_makes_room_and_stays_out(tmp_path):
    keeper = Keeper(tmp_path / "diary")
    keeper.plan(plan_of("bedtime_stretching", DAY))
    old = write_json(keeper.read())
    with pytest.raises(DiaryError):
        keeper.plan(plan_of("calf_raises", DAY + timedelta(7)))
    (seen,) = keeper.read().plans
    with pytest.raises(keeping.ChangedError):
        keeper.unplan("bedtime_stretching", DAY, seen=seen.written - timedelta(1))
    assert keeper.unplan("bedtime_stretching", DAY, seen=seen.written).seed == seen.seed
    assert keeper.unplan("bedtime_stretching", DAY) is None
    keeper.plan(plan_of("calf_raises", DAY + timedelta(7)))
    keeper.take_in(read_json(old))
    assert [plan.care for plan in keeper.read().plans] == ["calf_raises"]
    keeper.unplan("calf_raises", DAY + timedelta(7))
    keeper.plan(plan_of("bedtime_stretching", DAY))  # and it can be made anew
    keeper.take_in(read_json(old))
    assert [plan.care for plan in keeper.read().plans] == ["bedtime_stretching"]
    assert [gone.care for gone in keeper.read().removed_plans] == ["calf_raises"]


def plan_of(care, start):
    return Plan(care=care, start=start, seed=1, periods=(Period(start=start, nights=14, treated=True),))


def test_a_correction_takes_the_place_of_the_mistake_in_one_step(tmp_path):
    keeper = Keeper(tmp_path / "diary")
    keeper.try_(Use(care="calf_raises", start=DAY, extra={"brand": "x"}))
    before = write_json(keeper.read())
    keeper.try_(Use(care="calf_raises", start=DAY - timedelta(7)), was=("calf_raises", DAY))
    keeper.take_in(read_json(before))
    assert [(use.start, use.extra) for use in keeper.read().uses] == [(DAY - timedelta(7), {"brand": "x"})]
    keeper.try_(Use(care="less_alcohol", start=DAY))
    with pytest.raises(DiaryError) as caught:
        keeper.try_(Use(care="less_alcohol", start=DAY), was=("calf_raises", DAY - timedelta(7)))
    assert caught.value.key == "diary_use_there"
    assert len(keeper.read().uses) == 2  # nothing was half done


def test_a_use_changed_elsewhere_is_not_overwritten_unseen(tmp_path):
    keeper = Keeper(tmp_path / "diary")
    keeper.try_(Use(care="calf_raises", start=DAY))
    (seen,) = keeper.read().uses
    keeper.try_(Use(care="calf_raises", start=DAY, end=DAY))
    for act in (
        lambda: keeper.untry("calf_raises", DAY, seen=seen.written),
        lambda: keeper.try_(Use(care="calf_raises", start=DAY), seen=None),
        lambda: keeper.try_(Use(care="x", start=DAY), seen=seen.written, was=("calf_raises", DAY)),
    ):
        with pytest.raises(keeping.ChangedError) as caught:
            act()
        assert caught.value.entry.end == DAY
    assert [use.end for use in keeper.read().uses] == [DAY]


def test_a_file_of_the_first_version_is_read_and_brought_up_at_the_first_change(tmp_path):
    file = tmp_path / "diary"
    Keeper(file).try_(Use(care="calf_raises", start=DAY))
    connection = sqlite3.connect(file)
    connection.execute("DROP TABLE removed_uses")
    connection.execute("DROP TABLE removed_plans")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert [use.care for use in Keeper(file).read().uses] == ["calf_raises"]
    assert sqlite3.connect(file).execute("PRAGMA user_version").fetchone() == (1,)
    Keeper(file).untry("calf_raises", DAY)
    assert [gone.care for gone in Keeper(file).read().removed_uses] == ["calf_raises"]
    assert sqlite3.connect(file).execute("PRAGMA user_version").fetchone() == (keeping.VERSION,)


def test_the_whole_diary_goes_out_and_comes_in_again(tmp_path):
    one, two = Keeper(tmp_path / "one"), Keeper(tmp_path / "two")
    periods = (Period(start=DAY, nights=7, treated=True), Period(start=DAY + timedelta(7), nights=7, treated=False))
    one.plan(Plan(care="bedtime_stretching", start=DAY, seed=3, periods=periods))
    one.try_(Use(care="magnesium_tablets", start=DAY - timedelta(30)))
    one.try_(Use(care="magnesium_tablets", start=DAY - timedelta(30), end=DAY - timedelta(3)))
    one.add(Night(date=DAY, cramps=2, worst=7, leg="left", day=("sport",), note="tidur siang"))
    one.take_in(Diary(extra={"app": "x"}, nights=(Night(date=DAY + timedelta(1), cramps=0, extra={"mood": 3}),)))
    file = write_json(one.read())
    merged = two.take_in(read_json(file))
    assert merged.added == 2
    assert write_json(two.read()) == file
    assert len(two.read().uses) == 1
    assert two.take_in(read_json(file)).same == 2


@pytest.mark.parametrize(
    "wrong", [{"cramps": True}, {"cramps": 51}, {"cramps": 1, "day": ("moon",)}, {"cramps": 1, "worst": 3.5}]
)
def test_what_could_not_be_read_again_is_not_written(tmp_path, wrong):
    keeper = Keeper(tmp_path / "diary")
    keeper.add(Night(date=DAY, cramps=1))
    with pytest.raises(DiaryError):
        keeper.add(Night(date=DAY + timedelta(days=1), **wrong))
    assert [night.cramps for night in keeper.read().nights] == [1]


def test_plans_do_not_lie_across_each_other(tmp_path):
    keeper = Keeper(tmp_path / "diary")
    periods = (Period(start=DAY, nights=7, treated=True),)
    keeper.plan(Plan(care="bedtime_stretching", start=DAY, seed=3, periods=periods))
    later = DAY + timedelta(days=6)
    with pytest.raises(DiaryError) as caught:
        keeper.plan(
            Plan(care="loose_bedclothes", start=later, seed=3, periods=(Period(start=later, nights=7, treated=True),))
        )
    assert caught.value.key == "diary_plans_overlap"


def test_where_the_diary_lies(monkeypatch, tmp_path):
    monkeypatch.setenv("KRAM_DIARY", str(tmp_path / "mine"))
    assert keeping.usual_place() == tmp_path / "mine"
    monkeypatch.delenv("KRAM_DIARY")
    assert keeping.usual_place().name == "diary.sqlite"
    assert Keeper(tmp_path / "none").read() == Diary()
    assert not (tmp_path / "none").exists()
