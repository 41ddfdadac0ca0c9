"""Each bad case gets its one sentence and exit code 2, in both languages, and never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kram.assessment.case_reading import parse_case, read_case
from kram.errors import CaseError
from kram.texts import languages
from tests.spec.shared import answers, assess, assessor

BAD = yaml.safe_load((Path(__file__).parent / "bad_cases.yaml").read_text("utf-8"))


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_what_cannot_be_right_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(CaseError) as refused:
        read_case(parse_case(bad["case"], "CASE"), assessor().lookup, "CASE")
    assert refused.value.sentence("en").startswith(bad["says"])
    for lang in languages():
        sentence = refused.value.sentence(lang)
        assert "CASE" in sentence
        assert "\n" not in sentence


def kram(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "kram", *arguments], input=stdin, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (["assess", "nowhere.yaml", "--lang", "en"], b"", "The file nowhere.yaml does not exist; check the name."),
        (["assess", "nowhere.yaml", "--lang", "id"], b"", "Berkas nowhere.yaml tidak ada; periksa namanya."),
        (["assess", "/", "--lang", "en"], b"", "The file / does not exist; check the name."),
        (["assess", "-", "--lang", "en"], b"\xff\xfe\x00", "The file - is not a text file in UTF-8"),
        (["assess", "-", "--lang", "en"], b"x" * 1_000_001, "The file - is larger than 1 MB"),
        (["assess", "-", "--lang", "en"], b"person: {age: -3, sex: female}", "-: person.age is -3; it must be"),
        (["assess", "--lang", "en"], b"", "kram assess needs CASE; see kram assess --help."),
        (["assess", "x", "--colour", "--lang", "en"], b"", "kram assess has no option --colour"),
        (["assess", "x", "--lang", "xx"], b"", "kram assess"),
        (["show", "thiazid", "--lang", "en"], b"", "There is no cause, question, medicine, rule or source called thiazid."),
        (["check", "/nowhere", "--lang", "en"], b"", "The folder /nowhere does not exist"),
        (["dance", "--lang", "en"], b"", "kram"),
    ],
)  # fmt: skip
def test_the_command_line_says_what_is_wrong(arguments: list[str], stdin: bytes, says: str) -> None:
    done = kram(*arguments, stdin=stdin)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(says)
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert b"Traceback" not in done.stderr + done.stdout


def test_what_is_not_understood_is_listed_with_the_nearest_names_and_the_rest_is_used() -> None:
    case = {
        "person": {"age": 67, "sex": "female"},
        "conditions": ["diabetis", "hypertension"],
        "medicines": ["indapamit", "furosemide"],
        "findings": {"sweling": True, "setting": "under water", "fever": "yes"},
        "labs": [
            {"test": "kaliumm", "value": 3},
            {"test": "potassium", "value": 3, "unit": "cups"},
            {"test": "sodium", "value": 140, "unit": "mEq/L"},
        ],
    }
    listed = {item.place: item for item in answers(case).not_understood}
    assert set(listed) == {
        "conditions[0]", "medicines[0]", "findings.sweling", "findings.setting", "labs[0].test", "labs[1].unit"
    }  # fmt: skip
    assert "diabetes" in listed["conditions[0]"].nearest
    assert any("indapami" in name for name in listed["medicines[0]"].nearest)
    assert "in_bed" in listed["findings.setting"].nearest
    assert "potassium" in listed["labs[0].test"].nearest
    assert "mmol/L" in listed["labs[1].unit"].nearest
    understood = answers(case)
    assert {"hypertension", "takes_loop_diuretic", "fever", "sodium"} <= set(understood.given)
    assert len(assess(case).not_understood) == 6


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        ({"findings": {"fever": "ya"}}, {"fever": {"yes"}}),
        ({"findings": {"fever": "tidak"}}, {"fever": {"no"}}),
        ({"findings": {"fever": True}}, {"fever": {"yes"}}),
        ({"findings": {"fever": "tidak tahu"}}, {}),
        ({"findings": {"fever": None}}, {}),
        ({"findings": {"demam": "ya"}}, {"fever": {"yes"}}),
        ({"findings": {"setting": "malam hari atau saat berbaring"}}, {"setting": {"in_bed"}}),
        ({"findings": {"numb_feet": "yes"}}, {"numb_feet": {"tingling_numb", "burning"}}),
        ({"findings": {"numb_feet": "no"}}, {"numb_feet": {"none"}}),
        ({"findings": {"standing_hours": 9}}, {"standing_hours": {"over_8"}}),
        ({"labs": [{"test": "kalium", "value": 2.9}]}, {"potassium": {"moderately_low"}}),
        ({"labs": [{"loinc": "2823-3", "value": 2.9, "unit": "mEq/L"}]}, {"potassium": {"moderately_low"}}),
        ({"labs": [{"test": "calcium", "value": 9.2, "unit": "mg/dL"}]}, {"calcium": {"normal"}}),
        ({"labs": [{"test": "magnesium", "value": 1.5, "unit": "mg/dL"}]}, {"magnesium": {"low"}}),
        ({"labs": [{"test": "potassium", "result": "low"}]}, {"potassium": {"low", "moderately_low", "very_low"}}),
        ({"person": {"age": 30, "sex": "p", "pregnant": "ya"}}, {"pregnancy": {"first", "second", "third"}}),
        ({"person": {"age": 30, "sex": "perempuan", "pregnant": 30}}, {"pregnancy": {"third"}}),
        ({"person": {"age": 30, "sex": "female", "pregnant": "no"}}, {"pregnancy": {"none"}}),
    ],
)
def test_answers_are_read_in_either_language(given: dict, levels: dict) -> None:
    read = answers({"person": {"age": 60, "sex": "female"}, **given})
    assert {key: set(read.evidence.answers[key]) for key in read.given} == levels


def test_what_does_not_apply_is_absent() -> None:
    man = answers({"person": {"age": 60, "sex": "male"}}).evidence.answers
    assert man["pregnancy"] == {"none"}
    assert man["child_warning"] == {"no"}
    assert "pregnancy" not in answers({"person": {"age": 30, "sex": "unknown"}}).evidence.answers


def test_a_complete_list_denies_what_it_does_not_name() -> None:
    read = answers({"person": {"age": 60, "sex": "female"}, "medicines": ["furosemide"], "complete": ["medicines"]})
    assert read.evidence.answers["takes_loop_diuretic"] == {"yes"}
    assert read.evidence.answers["takes_thiazide"] == {"no"}
    assert "diabetes" not in read.evidence.answers
    assert read.given == ("takes_loop_diuretic",)
