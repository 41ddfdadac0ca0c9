"""Invented people are the same for the same seed; the report says what the results hold, and gives nobody away."""

import re
from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="screening needs duckdb")
pytest.importorskip("pyarrow", reason="screening needs pyarrow")

from click.testing import CliRunner

from kram.__main__ import main
from kram.errors import KramError
from kram.knowledge.ages import span
from kram.loading import load_model
from kram.screening.counting import counted
from kram.surfaces.terminal.screen_report import screen_report
from tests.screening.shared import fhir_folder, invented, knowledge, rows, screened


def test_the_same_seed_gives_the_same_people_and_fewer_are_a_beginning_of_more() -> None:
    assert invented(60) == invented(200)[:60]
    assert invented(60) != invented(60, seed=6)


def test_invented_people_are_as_common_as_the_knowledge_says() -> None:
    people = invented(20_000)
    stratum = load_model().stratum(65.0, "female", draws=False)
    old = [person for person in people if person.sex == "female" and 60 <= person.age < 70]
    recorded = knowledge().screening.synthesis.recorded
    for disease in ("hypertension", "diabetes", "osteoarthritis_known"):
        expected = recorded * float(stratum.fact(disease).frequency["yes"][0])
        found = sum(disease in person.conditions for person in old) / len(old)
        assert found == pytest.approx(expected, abs=4 * (expected / len(old)) ** 0.5), disease
    low, high = span("0-7")
    young = sum(low <= person.age < high for person in people) / len(people)
    assert young == pytest.approx(knowledge().population.ages.shares["0-7"], abs=0.02)
    both = sum({"hypertension", "diabetes"} <= set(person.conditions) for person in old) / len(old)
    alone = [sum(d in person.conditions for person in old) / len(old) for d in ("hypertension", "diabetes")]
    assert both > 1.1 * alone[0] * alone[1]  # they gather in the same people


def test_packed_or_not_the_export_says_the_same(tmp_path: Path) -> None:
    people = invented(40)
    _, plain = screened(fhir_folder(tmp_path / "plain", people), tmp_path / "plain.parquet", everybody=True)
    _, packed = screened(fhir_folder(tmp_path / "packed", people, True), tmp_path / "packed.parquet", everybody=True)
    assert plain == packed


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_report_counts_what_the_results_hold(tmp_path: Path, lang: str) -> None:
    out = tmp_path / "out.parquet"
    people = invented(120)
    screened(fhir_folder(tmp_path / "fhir", people), out, everybody=True, key_file=tmp_path / "key")
    found = counted(out, knowledge(), 10)
    assert found.people == 120
    urgencies = [row["urgency"] for row in rows(out)]
    for cell in found.urgency:
        assert cell.count == (urgencies.count(cell.name) if urgencies.count(cell.name) >= 10 else None)
    page = screen_report(found, knowledge(), lang)
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=|https?://", page)
    assert not [person.id for person in people if person.id in page]
    for group in found.groups:
        assert group.people is None or group.people >= 10
        assert (group.people is None) == (group.shares == {})
    everything = counted(out, knowledge(), 0)
    assert sum(group.people or 0 for group in everything.groups) == 120


def test_the_three_commands_work_together_and_say_one_sentence_when_they_cannot(tmp_path: Path) -> None:
    def run(*arguments: object) -> str:
        result = CliRunner().invoke(main, [*map(str, arguments), "--lang", "en"])
        assert result.exception is None, result.output
        return result.output

    folder, out = tmp_path / "invented", tmp_path / "out.parquet"
    assert "30 invented people" in run("synthesize", "-n", 30, "--seed", 2, "-o", folder)
    assert "30 people, 30 assessed" in run("screen", folder, "-o", out, "--all", "--workers", 1)
    assert "out.html" in run("screen-report", out)
    assert (tmp_path / "out.html").read_text("utf-8").startswith("<!doctype html>")
    for arguments, key in (
        (["screen", folder, "-o", out], "screen_exists"),
        (["screen", tmp_path / "none", "-o", tmp_path / "x.parquet"], "screen_source_missing"),
        (["screen", tmp_path, "-o", tmp_path / "none" / "x.parquet"], "screen_folder_missing"),
        (["screen-report", tmp_path / "out.html"], "screen_no_results"),
        (["synthesize", "-n", 3, "-o", folder], "screen_synthesis_not_empty"),
    ):
        with pytest.raises(KramError) as fault:
            main.commands[str(arguments[0])].main([*map(str, arguments[1:])], standalone_mode=False)
        assert fault.value.key == key
        assert fault.value.sentence("id") != fault.value.sentence("en")
