"""How true it is: both instruments run, what they say is well-formed, and what was reached is not lost again."""

import json
from functools import cache

from click.testing import CliRunner

from kram.__main__ import main
from kram.evaluation.casebook import SHIPPED, Scored, score_all, summaries
from kram.evaluation.literature import LiteratureReport, compare
from kram.surfaces.terminal.case_files import cases_in
from tests.spec.shared import ROOT, assessor


@cache
def report() -> LiteratureReport:
    return compare(assessor().model, "en")


@cache
def scored() -> tuple[Scored, ...]:
    return tuple(score_all(assessor(), cases_in(SHIPPED), "en"))


def test_there_are_enough_checks_and_most_agree_with_the_model() -> None:
    """Half of the checks were collected without sight of the model's figures; the bound is what was reached."""
    assert report().checks >= 80
    assert report().agree >= 0.65 * report().checks
    assert report().inside >= 0.35 * report().checks


def test_a_miss_says_why() -> None:
    assert [row.id for row in report().comparisons if row.role == "check" and not row.agrees and not row.miss] == []


def test_the_model_is_not_vague() -> None:
    assert report().mean_factor < 3


def test_inside_is_what_it_says() -> None:
    for row in report().comparisons:
        assert row.inside == (row.interval[0] <= row.computed <= row.interval[1])
        assert row.computed_interval[0] <= row.computed <= row.computed_interval[1]
        assert row.agrees == (row.foretold[0] <= row.published <= row.foretold[1])


def test_no_benign_case_is_an_emergency() -> None:
    benign = [case for case in scored() if case.kind == "benign"]
    assert len(benign) >= 25
    assert [case.id for case in benign if case.urgency in ("same_day", "emergency")] == []


def test_what_was_reached_on_cases() -> None:
    found = {summary.name: summary for summary in summaries(scored())}
    everything = found["all"]
    assert everything.accepted_first.hits >= 0.75 * everything.accepted_first.of
    assert everything.accepted_top3.hits >= 0.85 * everything.accepted_top3.of
    assert everything.urgency_too_high.hits <= 0.15 * everything.urgency_too_high.of
    assert found["kind: exam"].top3.hits == found["kind: exam"].top3.of
    led = found["reports that lead with cramps, told in full"]
    assert led.accepted_first.hits >= 0.75 * led.accepted_first.of
    assert led.top3.hits >= 0.85 * led.top3.of
    assert led.urgency_too_high.hits <= 0.15 * led.urgency_too_high.of


def test_no_emergency_is_put_off() -> None:
    emergencies = [case for case in scored() if case.expected_urgency == "emergency"]
    assert len(emergencies) >= 20
    assert [case.id for case in emergencies if case.urgency not in ("same_day", "emergency")] == []


def test_everything_in_the_cases_is_understood() -> None:
    assert [case.id for case in scored() if case.not_understood] == []


def test_the_commands_give_their_data() -> None:
    run = CliRunner()
    rows = json.loads(run.invoke(main, ["literature", "--json"], standalone_mode=False).stdout)
    assert {"id", "role", "published", "interval", "computed", "inside", "source"} <= rows[0].keys()
    page = run.invoke(main, ["literature", "--html", "--lang", "id"], standalone_mode=False).stdout
    assert page.count("<article") == len(rows)
    assert "<script" not in page
    assert "http" not in page
    few = json.loads(run.invoke(main, ["cases", str(SHIPPED / "benign"), "--json"], standalone_mode=False).stdout)
    assert len(few["cases"]) == sum(1 for _ in cases_in(SHIPPED / "benign"))


def test_the_model_card_is_the_one_that_the_knowledge_gives() -> None:
    card = CliRunner().invoke(main, ["model-card"], standalone_mode=False).stdout
    assert (ROOT / "MODEL_CARD.md").read_text("utf-8").split() == card.split()
