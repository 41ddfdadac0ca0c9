"""The rule language: what can be written, and yes, no or cannot tell."""

import pytest

from kram.assessment.answers import Answers
from kram.assessment.matching import Standing
from kram.knowledge.rules import RuleFault, parse
from kram.loading import load_knowledge
from kram.model.evidence import Evidence

KNOWLEDGE = load_knowledge()


def standing(age: float = 60, sex: str = "female", values: dict[str, float] | None = None, **answers: str) -> Standing:
    evidence = Evidence(age, sex, {key: frozenset(level.split("|")) for key, level in answers.items()})  # type: ignore[arg-type]
    return Standing(KNOWLEDGE, Answers(evidence, values or {}), {"statin": 0.2}, {"deep_vein_thrombosis": 0.04})


@pytest.mark.parametrize(
    ("rule", "person", "verdict"),
    [
        ("dark_urine", standing(dark_urine="yes"), True),
        ("dark_urine", standing(dark_urine="no"), False),
        ("dark_urine", standing(), None),
        ({"not": "dark_urine"}, standing(dark_urine="no"), True),
        ({"not": "dark_urine"}, standing(), None),
        ({"any": ["dark_urine", "jaw_stiff"]}, standing(jaw_stiff="yes"), True),
        ({"any": ["dark_urine", "jaw_stiff"]}, standing(jaw_stiff="no"), None),
        ({"all": ["dark_urine", "jaw_stiff"]}, standing(jaw_stiff="no"), False),
        ({"all": ["dark_urine", "jaw_stiff"]}, standing(jaw_stiff="yes"), None),
        ({"at_least": 2, "of": ["dark_urine", "jaw_stiff", "fever"]}, standing(fever="yes", jaw_stiff="yes"), True),
        ({"at_least": 2, "of": ["dark_urine", "jaw_stiff", "fever"]}, standing(fever="no", jaw_stiff="no"), False),
        ({"fact": "pregnancy", "is": ["second", "third"]}, standing(pregnancy="third"), True),
        ({"fact": "pregnancy", "is": ["second", "third"]}, standing(pregnancy="first|second|third"), None),
        ({"fact": "potassium", "is": "low", "or_worse": True}, standing(potassium="very_low"), True),
        ({"fact": "potassium", "is": "low"}, standing(potassium="very_low"), False),
        ({"fact": "sex", "is": ["female"]}, standing(sex="male"), False),
        ({"fact": "sex", "is": ["female"]}, standing(sex="unknown"), None),
        ({"value": "age", "at_least": 60}, standing(age=60), True),
        ({"value": "age", "below": 60}, standing(age=60), False),
        ({"value": "age", "above": 60}, standing(age=60), False),
        ({"value": "age", "at_most": 60}, standing(age=60), True),
        ({"value": "potassium", "below": 2.5}, standing(values={"potassium": 2.4}), True),
        ({"value": "potassium", "below": 2.5}, standing(), None),
        ({"share": "statin", "at_least": 0.2}, standing(), True),
        ({"presence": "deep_vein_thrombosis", "at_least": 0.05}, standing(), False),
        ({"presence": "tetanus", "at_least": 0.05}, standing(), None),
    ],
)
def test_verdicts(rule: object, person: Standing, verdict: bool | None) -> None:
    assert person.holds(parse(rule)) is verdict


@pytest.mark.parametrize(
    "raw",
    [
        3,
        None,
        {},
        {"any": []},
        {"any": "dark_urine"},
        {"value": "age"},
        {"fact": "x", "at_least": 3},
        {"some": ["a"]},
        {"at_least": 4, "of": ["a", "b"]},
        {"at_least": 0, "of": ["a", "b"]},
        {"all": ["a"], "any": ["b"]},
    ],
)
def test_what_is_no_rule_is_refused(raw: object) -> None:
    with pytest.raises(RuleFault):
        parse(raw)
