"""What a reason says where an answer raises a cause and its rivals, or makes a cause rarer."""

from kram.evaluation.recording import shipped_cases
from tests.spec.shared import assess

MAN = {"age": 71, "sex": "male"}


def test_an_answer_that_raises_a_cause_but_its_rivals_more_is_said_to_be_outweighed() -> None:
    found = assess(dict(shipped_cases())["exam-ali-58m.yaml"])
    artery = next(cause for cause in found.causes if cause.id == "peripheral_artery_disease")
    row = next(row for row in found.why if row.cause == artery.id and row.finding == "diabetes")
    assert "diabetes" in {item.finding for item in artery.via}
    assert row.raises
    assert row.log_odds < 0
    assert row.strength == "outweighed"


def test_what_speaks_against_a_cause_without_raising_it_is_said_to_speak_against_it() -> None:
    found = assess(
        {"person": MAN, "conditions": ["diabetes"], "findings": {"foot_pulses_weak": "no", "setting": "walking"}}
    )
    row = next(
        row for row in found.why if row.cause == "peripheral_artery_disease" and row.finding == "foot_pulses_weak"
    )
    assert not row.raises
    assert row.strength.startswith("against_")


def test_a_fact_that_makes_a_cause_rarer_is_not_said_to_raise_it() -> None:
    found = assess({"person": MAN, "conditions": ["parkinsons"], "findings": {"smoking": "current"}})
    raised = {cause.id: {item.finding for item in cause.via} for cause in found.causes}
    assert "smoking" not in raised["parkinson_dystonia"]
    assert "smoking" in raised["peripheral_artery_disease"]
