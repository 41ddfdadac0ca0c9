"""A diary as a file: nothing is lost on the way, and each fault has its own sentence."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kram.diary.exchange import read_json, write_csv, write_json
from kram.diary.merging import merge
from kram.diary.nights import LEGS, TAGS, Diary, Night, Period, Plan, Removal, Use, Withdrawal
from kram.errors import DiaryError

DAY = date(2026, 11, 1)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

moments = st.integers(0, 40).map(lambda hours: NOON + timedelta(hours=hours))
dates = st.integers(0, 30).map(lambda nights: DAY + timedelta(days=nights))
some_dates = st.integers(0, 2).map(lambda nights: DAY + timedelta(days=nights))
cares = st.sampled_from(["bedtime_stretching", "calf_raises"])
nights = st.builds(
    Night,
    date=dates,
    cramps=st.integers(0, 50),
    worst=st.none() | st.integers(0, 10),
    minutes=st.none() | st.integers(0, 720),
    leg=st.none() | st.sampled_from(LEGS),
    day=st.lists(st.sampled_from(TAGS), unique=True).map(tuple),
    note=st.none() | st.text(max_size=20),
    written=moments,
    extra=st.dictionaries(st.sampled_from(["mood", "x"]), st.integers() | st.text(max_size=3), max_size=2),
)


def plan(care, start, written):
    periods = tuple(Period(start=start + timedelta(14 * i), nights=14, treated=bool(i)) for i in range(2))
    return Plan(care=care, start=start, seed=7, periods=periods, written=written)


diaries = st.builds(
    Diary,
    nights=st.lists(nights, max_size=12).map(tuple),
    uses=st.lists(st.builds(Use, care=cares, start=some_dates, written=moments), max_size=4).map(tuple),
    removed_uses=st.lists(st.builds(Withdrawal, care=cares, start=some_dates, written=moments), max_size=4).map(tuple),
    plans=st.lists(
        st.builds(lambda care, start, written: plan(care, start, written), cares, some_dates, moments), max_size=4
    ).map(tuple),
    removed_plans=st.lists(st.builds(Withdrawal, care=cares, start=some_dates, written=moments), max_size=4).map(tuple),
    removed=st.lists(st.builds(Removal, date=dates, written=moments), max_size=3).map(tuple),
    extra=st.just({}) | st.just({"from": "elsewhere"}),
)


def bare(diary):
    return merge(Diary(), diary).diary


@settings(max_examples=60, deadline=None)
@given(diaries)
def test_what_is_written_is_read_again(diary):
    assert read_json(write_json(bare(diary))) == bare(diary)


@settings(max_examples=60, deadline=None)
@given(diaries, diaries, diaries)
def test_merging_gives_the_same_in_any_order_and_twice(one, two, three):
    left = merge(merge(one, two).diary, three).diary
    right = merge(one, merge(three, two).diary).diary
    assert (left.nights, left.uses, left.removed) == (right.nights, right.uses, right.removed)
    assert (left.plans, left.removed_uses, left.removed_plans) == (right.plans, right.removed_uses, right.removed_plans)
    assert merge(left, two).diary == left


@settings(max_examples=60, deadline=None)
@given(diaries, diaries)
def test_every_night_that_came_is_counted_once_and_none_is_lost(mine, other):
    merged = merge(bare(mine), other)
    assert merged.added + merged.replaced + merged.same + merged.older == len(bare(other).nights)
    there = {night.date for night in merged.diary.nights} | {removal.date for removal in merged.diary.removed}
    assert there == {e.date for diary in (mine, other) for e in (*diary.nights, *diary.removed)}


def test_the_later_version_wins_and_the_person_can_be_told():
    mine = Diary(
        nights=(Night(date=DAY, cramps=1, written=NOON), Night(date=DAY + timedelta(1), cramps=0, written=NOON))
    )
    later = Night(date=DAY, cramps=3, written=NOON + timedelta(hours=1))
    older = Night(date=DAY + timedelta(1), cramps=9, written=NOON - timedelta(hours=1))
    merged = merge(mine, Diary(nights=(later, older, Night(date=DAY + timedelta(2), cramps=2, written=NOON))))
    assert [night.cramps for night in merged.diary.nights] == [3, 0, 2]
    assert (merged.added, merged.replaced, merged.same, merged.older) == (1, 1, 0, 1)


def test_an_older_file_does_not_bring_back_what_was_removed():
    file = Diary(nights=(Night(date=DAY, cramps=1, written=NOON),))
    mine = Diary(removed=(Removal(date=DAY, written=NOON + timedelta(hours=1)),))
    assert merge(mine, file).diary.nights == ()
    again = Diary(nights=(Night(date=DAY, cramps=2, written=NOON + timedelta(hours=2)),))
    merged = merge(mine, again)
    assert merged.diary.nights == again.nights
    assert merged.replaced == 1


def test_a_use_that_was_taken_out_stays_out_whatever_older_file_comes():
    use = Use(care="calf_raises", start=DAY, written=NOON)
    file = Diary(uses=(use, Use(care="bedtime_stretching", start=DAY, written=NOON)))
    mine = Diary(removed_uses=(Withdrawal(care="calf_raises", start=DAY, written=NOON + timedelta(hours=1)),))
    both = merge(mine, file).diary
    assert [one.care for one in both.uses] == ["bedtime_stretching"]
    assert both.removed_uses == mine.removed_uses
    assert read_json(write_json(both)) == both
    again = Diary(uses=(Use(care="calf_raises", start=DAY, written=NOON + timedelta(hours=2)),))
    back = merge(both, again).diary
    assert [one.care for one in back.uses] == ["bedtime_stretching", "calf_raises"]
    assert back.removed_uses == ()


def test_a_plan_that_was_taken_out_stays_out_until_it_is_made_again():
    mine = Diary(removed_plans=(Withdrawal(care="calf_raises", start=DAY, written=NOON + timedelta(hours=1)),))
    both = merge(mine, Diary(plans=(plan("calf_raises", DAY, NOON),))).diary
    assert both.plans == ()
    assert read_json(write_json(both)) == both
    back = merge(both, Diary(plans=(plan("calf_raises", DAY, NOON + timedelta(hours=2)),))).diary
    assert [one.care for one in back.plans] == ["calf_raises"]
    assert back.removed_plans == ()


def test_unknown_fields_of_the_same_version_are_kept():
    file = {
        "format": "kram-diary",
        "version": 1,
        "app": {"name": "other"},
        "nights": [{"date": "2026-11-01", "cramps": 2, "sleep": 7.5}],
        "uses": [{"care": "bedtime_stretching", "start": "2026-11-01", "brand": "x"}],
    }
    written = json.loads(write_json(read_json(json.dumps(file))))
    assert written["app"] == {"name": "other"}
    assert written["nights"][0]["sleep"] == 7.5
    assert written["uses"][0]["brand"] == "x"


FAULTS = {
    "diary_not_json": "{",
    "diary_not_diary": '{"format": "other", "version": 1}',
    "diary_version_unreadable": '{"format": "kram-diary", "version": "1"}',
    "diary_newer": '{"format": "kram-diary", "version": 2, "nights": "as nobody knows yet"}',
    "diary_not_a_list": '{"format": "kram-diary", "version": 1, "nights": {}}',
    "diary_not_an_entry": '{"format": "kram-diary", "version": 1, "nights": [3]}',
    "wrong_shape": '{"format": "kram-diary", "version": 1, "nights": [{"date": "2026-02-30", "cramps": 1}]}',
    "shape_missing": '{"format": "kram-diary", "version": 1, "nights": [{"date": "2026-02-03"}]}',
    "shape_type": '{"format": "kram-diary", "version": 1, "nights": [{"date": "2026-02-03", "cramps": "two"}]}',
    "diary_value": '{"format": "kram-diary", "version": 1, "nights": [{"date": "2026-02-03", "cramps": 51}]}',
    "diary_ends_before": '{"format": "kram-diary", "version": 1, "uses": [{"care": "x", "start": "2026-02-03", "end": "2026-02-01"}]}',
    "diary_plan_broken": '{"format": "kram-diary", "version": 1, "plans": [{"care": "x", "start": "2026-02-03", "seed": 1, "periods": [{"start": "2026-02-04", "nights": 7, "treated": true}]}]}',
}


@pytest.mark.parametrize("key", FAULTS)
def test_every_fault_has_its_sentence(key):
    with pytest.raises(DiaryError) as caught:
        read_json(FAULTS[key])
    assert caught.value.key == key
    for lang in ("id", "en"):
        sentence = caught.value.sentence(lang)
        assert "\n" not in sentence
        assert len(sentence) < 260


@pytest.mark.parametrize(
    ("field", "value"),
    [("cramps", -1), ("cramps", 1.5), ("cramps", True), ("worst", 11), ("minutes", 721), ("leg", "third"), ("day", ["sun"]),
     ("day", ["heat", "heat"]), ("note", "x" * 501), ("date", "yesterday"), ("date", 5), ("written", "2026-11-01T10:00:00")],
)  # fmt: skip
def test_what_no_night_can_hold_is_refused_with_its_place(field, value):
    night = {"date": "2026-11-01", "cramps": 1, field: value}
    with pytest.raises(DiaryError, match=r"nights\[1\]"):
        read_json(
            json.dumps({"format": "kram-diary", "version": 1, "nights": [{"date": "2026-10-01", "cramps": 0}, night]})
        )


def test_a_spreadsheet_gets_one_line_a_night_and_no_formula():
    diary = Diary(
        nights=(
            Night(date=DAY, cramps=2, worst=7, leg="left", day=("sport",), note='=1+1, "so"'),
            Night(date=DAY + timedelta(days=2), cramps=0),
        )
    )
    rows = list(csv.DictReader(io.StringIO(write_csv(diary))))
    assert [row["date"] for row in rows] == ["2026-11-01", "2026-11-03"]
    assert rows[0]["sport"] == "1"
    assert rows[0]["note"] == '\'=1+1, "so"'
    assert rows[1]["cramps"] == "0"
    assert rows[1]["worst"] == ""


def test_a_plan_goes_through_a_file():
    periods = (
        Period(start=DAY, nights=7, treated=True),
        Period(start=DAY + timedelta(days=7), nights=7, treated=False),
    )
    diary = Diary(plans=(Plan(care="bedtime_stretching", start=DAY, seed=3, periods=periods, written=NOON),))
    assert read_json(write_json(diary)) == diary
