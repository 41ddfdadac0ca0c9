"""What a diary showed comes into the assessment: as `responses` of a case, and by kram assess CASE --diary FILE."""

import json
import math
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kram import plain_yaml
from kram.__main__ import main
from kram.assessment.answers import Response
from kram.assessment.assessing import shares_of
from kram.assessment.case_reading import read_case
from kram.assessment.responding import put_responses, responded
from kram.diary.analysing import analyse
from kram.diary.exchange import write_json
from kram.diary.feeding import Fed, feed
from kram.diary.keeping import Keeper
from kram.diary.nights import Diary, Night, Period, Plan, Use
from kram.errors import CaseError
from tests.spec.shared import assessor

ASSESSOR = assessor()
KNOWLEDGE = ASSESSOR.knowledge
CARE = "bedtime_stretching"
FIRST = date(2026, 6, 1)
CASE = {"person": {"age": 67, "sex": "female"}, "findings": {"setting": "in_bed", "standing_hours": 9}}


def trial(nights=112, with_=0.3, without=2.0, **more):
    """Two weeks with, two without, one after the other."""
    draw = random.Random(5)
    on = [place // 14 % 2 == 1 for place in range(nights)]
    entries = tuple(
        Night(date=FIRST + timedelta(place), cramps=sum(draw.random() < (with_ if on[place] else without) / 10 for _ in range(10)))
        for place in range(nights)
    )  # fmt: skip
    periods = tuple(
        Period(start=FIRST + timedelta(at), nights=14, treated=bool(at // 14 % 2)) for at in range(0, nights, 14)
    )
    plan = Plan(care=CARE, start=FIRST, seed=1, periods=periods)
    return Diary(nights=entries, plans=(plan,), **more)


@pytest.fixture(scope="module")
def answered():
    return analyse(trial(), CARE, KNOWLEDGE)


def entry(response=None, **changed):
    """As it stands in a case."""
    at = [round(-4.5 + 0.1 * step, 4) for step in range(71)]
    seen = [-0.5 * ((x + 0.9) / 0.2) ** 2 for x in at]
    return {"care": CARE, "rate_ratio": 0.4, "log_ratios": at, "log_likelihood": seen, **changed}


def shares(case):
    return shares_of(ASSESSOR.assess(read_case(case, ASSESSOR.lookup), "en"))


def test_a_case_file_carries_the_answer_without_changing_it(answered):
    """Through a YAML file and back the shares are those of the diary itself."""
    straight = responded(read_case(CASE, ASSESSOR.lookup), [answered.response], KNOWLEDGE)
    written = plain_yaml.load(plain_yaml.dump(put_responses(CASE, [answered.response])))
    read = read_case(written, ASSESSOR.lookup)
    assert read.evidence.soft == straight.evidence.soft
    assert read.responses == {CARE: answered.response.rate_ratio}
    assert shares(written)["long_standing"] > shares(CASE)["long_standing"]
    assert shares(written)["thiazide"] <= shares(CASE)["thiazide"]


def test_a_later_answer_takes_the_place_of_the_earlier_one_of_the_same_thing():
    first, second, other = (Response(care, ratio, (-2.0, 1.0), (0.0, 0.0)) for care, ratio in
                            ((CARE, 0.4), (CARE, 0.9), ("calf_raises", 0.5)))  # fmt: skip
    case = put_responses(put_responses(CASE, [first, other]), [second])
    assert {one["care"]: one["rate_ratio"] for one in case["responses"]} == {CARE: 0.9, "calf_raises": 0.5}


def test_the_published_effect_is_not_in_what_is_carried(answered):
    """A person whose nights say nothing of the ratio carries a flat likelihood, whatever the studies say."""
    few = trial(nights=28, with_=0.05, without=0.05)
    flat = analyse(few, CARE, KNOWLEDGE).response
    near = [seen for at, seen in zip(flat.log_ratios, flat.log_likelihood, strict=True) if abs(at) < 0.7]
    sharp = [seen for at, seen in zip(answered.response.log_ratios, answered.response.log_likelihood, strict=True)
             if abs(at) < 0.7]  # fmt: skip
    assert max(near) - min(near) < 1.0 < max(sharp) - min(sharp)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("stretching", "care"), ([], "care"), ({}, "care"), (entry(care=3), "care"), (entry(rate_ratio="half"), "rate_ratio"),
        (entry(rate_ratio=-1), "rate_ratio"), (entry(rate_ratio=math.inf), "rate_ratio"), (entry(log_ratios=[]), "log_ratios"),
        (entry(log_ratios=[0.0] * 71), "log_ratios"), (entry(log_ratios=[-4.5, 2.5]), "log_ratios"),
        (entry(log_ratios=[x / 10 for x in range(71)]), "log_ratios"), (entry(log_likelihood=[0.0]), "log_likelihood"),
        (entry(log_likelihood=[math.nan] * 71), "log_likelihood"), (entry(log_likelihood=["0"] * 71), "log_likelihood"),
        (entry(log_likelihood=[-math.inf] * 71), "log_likelihood"),
    ],
    ids=range(15),
)  # fmt: skip
@pytest.mark.parametrize("lang", ["id", "en"])
def test_what_no_diary_has_written_is_one_sentence_that_names_the_field(given, field, lang):
    with pytest.raises(CaseError) as caught:
        read_case({**CASE, "responses": [given]}, ASSESSOR.lookup, "mine.yaml")
    said = caught.value.sentence(lang)
    assert "responses[0]" in said
    assert field in said
    assert "\n" not in said


def test_too_many_and_twice_are_refused_and_unknown_things_are_listed():
    for many in ([entry()] * 2, [entry()] * 51, "mine"):
        with pytest.raises(CaseError):
            read_case({**CASE, "responses": many}, ASSESSOR.lookup)
    strange = [entry(care="moonlight"), entry(care="loose_bedclothes"), entry()]
    read = read_case({**CASE, "responses": strange}, ASSESSOR.lookup)
    assert [one.given for one in read.not_understood] == ["moonlight", "loose_bedclothes"]
    assert set(read.responses) == {CARE}


def test_what_goes_in_and_why_the_rest_does_not():
    uses = (
        Use(care="loose_bedclothes", start=FIRST + timedelta(50)),
        Use(care="calf_raises", start=FIRST + timedelta(108)),
        Use(care="drink_with_salts", start=FIRST + timedelta(5)),
        Use(care="break_standing", start=FIRST + timedelta(400)),
        Use(care="their_own_idea", start=FIRST + timedelta(60)),
    )
    fed = feed(trial(uses=uses), KNOWLEDGE)
    assert [one.care for one in fed.used] == [CARE]
    assert {one.care: (one.reason, one.nights) for one in fed.left} == {
        "loose_bedclothes": ("no_cause", 0), "calf_raises": ("few_with", 4), "drink_with_salts": ("few_without", 5),
        "break_standing": ("few_with", 0), "their_own_idea": ("unknown", 0),
    }  # fmt: skip
    assert feed(trial(with_=0, without=0), KNOWLEDGE).left[0].reason == "no_cramps"
    assert feed(Diary(), KNOWLEDGE) == Fed()


@pytest.fixture
def kram(tmp_path):
    def run(*arguments):
        done = CliRunner().invoke(main, [str(one) for one in arguments])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr

    (tmp_path / "case.yaml").write_text(yaml.safe_dump(CASE))
    Keeper(tmp_path / "diary.sqlite").take_in(trial(uses=(Use(care="calf_raises", start=FIRST + timedelta(108)),)))
    (tmp_path / "copy.json").write_bytes(write_json(Keeper(tmp_path / "diary.sqlite").read()))
    return run


@pytest.mark.parametrize("file", ["diary.sqlite", "copy.json"])
def test_assess_with_a_diary_is_the_case_with_its_responses(kram, tmp_path, file):
    case, new = tmp_path / "case.yaml", tmp_path / f"new-{file}.yaml"
    code, said, _ = kram("assess", case, "--diary", tmp_path / file, "--lang", "en")
    assert code == 0
    line = said.strip().splitlines()[-1]
    assert "stretching" in line.split("Left out")[0]
    assert "heel raises (4 nights with it are entered, and it takes 10)" in line or "4 nights with it" in line
    code, plain, err = kram("assess", case, "--diary", tmp_path / file, "--json", "--lang", "en")
    assert line in err
    code, _, _ = kram("trial", "answer", "--diary", tmp_path / "diary.sqlite", "--case", case, "-o", new)
    assert code == 0
    again = json.loads(kram("assess", new, "--json", "--lang", "en")[1])
    assert again == json.loads(plain)
    assert again["causes"] != json.loads(kram("assess", case, "--json", "--lang", "en")[1])["causes"]
    assert {row["finding"] for row in again["why"]} >= {CARE}
    assert kram("trial", "answer", "--diary", tmp_path / "diary.sqlite", "--case", case, "-o", new)[0] == 2


def test_the_reasons_stand_under_the_causes_in_both_languages(kram, tmp_path):
    for lang, words in (("en", "times as many cramps with it"), ("id", "kali semula, menurut catatan")):
        said = " ".join(
            kram("assess", tmp_path / "case.yaml", "--diary", tmp_path / "copy.json", "--lang", lang)[1].split()
        )
        assert words in said


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("wrong", ["none.sqlite", "", "case.yaml"])
def test_a_diary_that_cannot_be_read_is_one_sentence(kram, tmp_path, wrong, lang):
    code, said, err = kram("assess", tmp_path / "case.yaml", "--diary", tmp_path / wrong, "--lang", lang)
    assert code == 2
    assert len((said + err).strip().splitlines()) == 1


def test_output_needs_a_case(kram, tmp_path):
    assert kram("trial", "answer", "--diary", tmp_path / "diary.sqlite", "-o", tmp_path / "x.yaml")[0] == 2
    assert not Path(tmp_path / "x.yaml").exists()
