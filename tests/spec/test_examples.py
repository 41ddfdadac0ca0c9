"""The worked examples: what is expected of each, and what must hold for all."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
import yaml

from kram.assessment.result import Assessment
from tests.spec.shared import EXAMPLES, ROOT, assess, rank

SCHEMA = json.loads((ROOT / "schema" / "assessment.schema.json").read_text("utf-8"))
GROUPS = {
    "dehydration", "minerals", "pregnancy", "exercise", "fatigue", "posture", "medicine", "osteoarthritis", "artery",
    "multiple_sclerosis", "diabetic_neuropathy", "hypothyroidism",
}  # fmt: skip


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_true_cause_and_the_urgency(file: Path) -> None:
    case = yaml.safe_load(file.read_text("utf-8"))
    assessment = assess(case)
    expect = case["expect"]
    assert rank(assessment, expect["cause"]) <= expect["rank"]
    assert assessment.urgency == expect["urgency"]
    assert assessment.not_understood == ()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_contract(file: Path) -> None:
    assessment = assess(yaml.safe_load(file.read_text("utf-8")))
    data = json.loads(msgspec.json.encode(assessment))
    jsonschema.validate(data, SCHEMA)
    shares = [cause["share"] for cause in data["causes"]]
    assert abs(sum(shares) + data["unexplained"]["share"] - 1) < 1e-9
    assert shares == sorted(shares, reverse=True)
    for cause in data["causes"]:
        for name in ("share", "presence"):
            low, high = cause[f"{name}_interval"]
            assert 0 <= low <= cause[name] <= high <= 1


def test_every_group_of_the_twelve_has_an_example() -> None:
    from tests.spec.shared import assessor

    causes = assessor().knowledge.causes
    shown = {yaml.safe_load(file.read_text("utf-8"))["expect"]["cause"] for file in EXAMPLES}
    assert {causes[id].group for id in shown if id in causes} >= GROUPS
    assert {"deep_vein_thrombosis", "rhabdomyolysis"} <= shown


def test_the_schema_file_is_the_schema_of_the_contract() -> None:
    made = msgspec.json.schema(Assessment)
    assert made == SCHEMA, "write it anew: python -m tests.spec.write_schema"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_both_languages_say_the_same_numbers(file: Path) -> None:
    case = yaml.safe_load(file.read_text("utf-8"))
    one, other = assess(case, "en"), assess(case, "id")
    assert [(c.id, c.share, c.presence, c.share_interval) for c in one.causes] == [
        (c.id, c.share, c.presence, c.share_interval) for c in other.causes
    ]
    assert one.urgency == other.urgency
    assert [(w.finding, w.cause, w.log_odds) for w in one.why] == [(w.finding, w.cause, w.log_odds) for w in other.why]
    assert [(n.id, n.bits) for n in one.next] == [(n.id, n.bits) for n in other.next]
    assert [c.id for c in one.care] == [c.id for c in other.care]
