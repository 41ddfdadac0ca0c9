"""A screening gives what `kram assess` gives one by one, from every source, and nothing broken stops it."""

import gzip
import json
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb", reason="screening needs duckdb")
pytest.importorskip("pyarrow", reason="screening needs pyarrow")

import pyarrow.parquet as parquet
from pyarrow import csv

from kram.assessment.case_reading import read_case
from kram.errors import KramError
from kram.loading import load_assessor
from kram.records.reading import RecordReader
from kram.screening import running
from kram.screening.assessing import ManyAssessor
from kram.screening.people import Ready
from kram.screening.running import Options
from kram.screening.synthesis.writing_tables import OmopWriter, write_cases
from tests.screening import shared
from tests.screening.shared import (
    DAY,
    condition,
    faults,
    fhir_folder,
    invented,
    knowledge,
    patient,
    potassium,
    prescription,
    resources,
    screened,
)  # fmt: skip

PEOPLE = 150


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fhir_folder(tmp_path_factory.mktemp("population") / "fhir", invented(PEOPLE))


@pytest.fixture(scope="module")
def everybody(source: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return screened(source, tmp_path_factory.mktemp("results") / "out.parquet", everybody=True)[1]


def records(folder: Path) -> Iterator[list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(folder.glob("*.ndjson")):
        for line in file.read_text().splitlines():
            resource = json.loads(line)
            person = resource.get("subject", {}).get("reference", resource["id"]).split("/")[-1]
            found.setdefault(person, []).append(resource)
    yield from found.values()


def test_each_row_is_what_the_assessment_of_that_record_gives(source: Path, everybody: list[dict[str, Any]]) -> None:
    assessor = load_assessor()
    reader = RecordReader(assessor.lookup)
    assert len(everybody) == PEOPLE
    found = {(row["as_of"], row["age"], row["sex"], tuple(row["used"]), row["danger"]): row for row in everybody}
    told = sorted(records(source), key=len, reverse=True)[:40]
    for record in told:
        answers = read_case(reader.read(record, DAY).case, assessor.lookup)
        one = assessor.assess(answers, "en")
        key = (DAY, answers.evidence.age, answers.evidence.sex, tuple(sorted(answers.given)), round(one.danger, 9))
        row = found[key]
        assert row["urgency"] == one.urgency
        assert row["red_flags"] == [flag.id for flag in one.red_flags]
        assert row["share_unexplained"] == pytest.approx(one.unexplained.share, abs=1e-9)
        for cause in one.causes:
            assert row[f"share_{cause.id}"] == pytest.approx(cause.share, abs=1e-9)
            assert row[f"presence_{cause.id}"] == pytest.approx(cause.presence, abs=1e-9)


def test_every_worked_case_comes_out_alike_alone_and_among_many() -> None:
    """Also characters, pregnancy, dangerous causes, answers that leave several levels open."""
    assessor = load_assessor()
    cases = sorted((Path(__file__).parents[2] / "src/kram/cases").rglob("*.yaml"))[::3]
    from kram.assessment.case_reading import parse_case

    people = [
        Ready(file.stem, read_case(parse_case(file.read_text("utf-8"), str(file)), assessor.lookup), "recorded")
        for file in cases
    ]
    batch = ManyAssessor(assessor).batch(people)
    assert batch.faults == []
    for at, (person, row) in enumerate(zip(people, batch.rows, strict=True)):
        one = assessor.assess(person.answers, "en")
        assert row["urgency"] == one.urgency, person.person
        assert row["red_flags"] == [flag.id for flag in one.red_flags]
        for cause in one.causes:
            assert batch.figures[f"share_{cause.id}"][at] == pytest.approx(cause.share, abs=1e-9)
            assert batch.figures[f"presence_{cause.id}"][at] == pytest.approx(cause.presence, abs=1e-9)


def test_intervals_are_those_of_the_whole_assessment() -> None:
    assessor = load_assessor()
    answers = read_case({"person": {"age": 67, "sex": "female"}, "medicines": ["indapamide"]}, assessor.lookup)
    batch = ManyAssessor(assessor, intervals=True).batch([Ready("one", answers, "recorded")])
    one = assessor.assess(answers, "en")
    cause = next(cause for cause in one.causes if cause.id == "thiazide")
    low, high = (batch.figures[f"share_thiazide_{end}"][0] for end in ("low", "high"))
    assert (low, high) == pytest.approx(cause.share_interval, abs=1e-9)
    assert low < batch.figures["share_thiazide"][0] < high
    assert batch.rows[0]["medicines"] == ["indapamide"]
    assert batch.rows[0]["tests_proposed"] == [item.id for item in one.next if item.kind == "test"]


def test_omop_and_fhir_give_the_same_rows(everybody: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "omop").mkdir()
    OmopWriter(knowledge()).write(invented(PEOPLE), tmp_path / "omop")
    _, rows = screened(tmp_path / "omop", tmp_path / "out.parquet", everybody=True, key_file=None)
    assert len(rows) == PEOPLE

    def alike(row: dict[str, Any]) -> str:  # what was left out is told in the words of the source
        return repr({**row, "person": "", "left_out": None})

    assert sorted(map(alike, rows)) == sorted(map(alike, everybody))


def test_omop_without_its_table_of_concepts_is_read_by_known_concepts_and_source_codes(tmp_path: Path) -> None:
    folder = tmp_path / "omop"
    folder.mkdir()
    (folder / "person.csv").write_text("person_id,gender_concept_id,year_of_birth\n1,8532,1958\n")
    (folder / "condition_occurrence.csv").write_text(
        "person_id,condition_occurrence_id,condition_concept_id,condition_start_date,condition_source_value\n"
        "1,1,0,2026-06-01,G47.62\n1,2,0,2026-06-01,I10\n"
    )
    (folder / "drug_exposure.csv").write_text(
        "person_id,drug_exposure_id,drug_concept_id,drug_exposure_start_date\n1,1,974166,2026-06-01\n"
    )
    (folder / "measurement.csv").write_text(
        "person_id,measurement_id,measurement_concept_id,measurement_date,value_as_number,unit_concept_id,"
        "operator_concept_id\n1,1,3023103,2026-06-20,2.0,8753,4171756\n1,2,3019550,2026-06-20,140,8753,4172703\n"
    )
    _, (row,) = screened(folder, tmp_path / "out.parquet", key_file=None)
    assert row["complaint"] == "recorded"
    assert row["used"] == ["hypertension", "potassium", "sodium", "takes_thiazide"]
    assert "critical_potassium_very_low" in row["red_flags"]  # less than 2.0


def test_tables_in_several_parts_and_as_csv_give_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long Parquet files are cut into parts; a row of a CSV that cannot be taken apart is named."""
    from kram.screening import sources

    found = shared.all_sources(tmp_path, invented(PEOPLE))
    whole = {kind: screened(found[kind], tmp_path / f"{kind}.parquet", everybody=True)[1] for kind in ("omop", "cases")}
    (tmp_path / "csv").mkdir()
    for file in found["omop"].iterdir():
        csv.write_csv(parquet.read_table(file), tmp_path / "csv" / f"{file.stem.upper()}.csv")
    with (tmp_path / "csv" / "DRUG_EXPOSURE.csv").open("a") as table:
        table.write('1,2,"cut\n')
    _, rows = screened(tmp_path / "csv", tmp_path / "csv.parquet", everybody=True)
    assert rows == whole["omop"]
    assert [(f["file"], f["reason"]) for f in faults(tmp_path / "csv.parquet")] == [
        ("DRUG_EXPOSURE.csv", "screen_row_broken")
    ]
    monkeypatch.setattr(sources, "ROWS", 40)
    assert len(sources.find_source(found["cases"]).parts) == 4
    for kind, rows in whole.items():
        assert screened(found[kind], tmp_path / f"{kind}-parts.parquet", everybody=True)[1] == rows


def test_a_table_of_cases_is_read_by_its_columns(tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    table.write_text(
        "person,age,sex,cramps,medicines,potassium,one_leg_swollen\n"
        "a,67,female,yes,indapamide;amlodipin,2.8,no\nb,40,laki-laki,no,,,\nc,-4,male,yes,,,\nd,50,male,yes,,99,\n"
    )
    summary, rows = screened(table, tmp_path / "out.parquet")
    assert [row["person"] for row in rows] == ["a"]
    assert rows[0]["urgency"] in ("same_day", "emergency")
    assert "low_potassium" in rows[0]["leading_cause"] or rows[0]["share_very_low_potassium"] > 0.1
    assert summary.silent == {"no_complaint": 1}
    assert {fault["person"]: fault["reason"] for fault in faults(tmp_path / "out.parquet")} == {
        "c": "age_wrong", "d": "value_impossible",
    }  # fmt: skip


def test_invented_cases_go_through_without_a_fault(tmp_path: Path) -> None:
    write_cases(invented(PEOPLE), tmp_path, knowledge())
    summary, rows = screened(tmp_path / "cases.parquet", tmp_path / "out.parquet", everybody=True)
    assert (len(rows), summary.faults) == (PEOPLE, {})


def test_a_column_that_is_no_question_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("age,sex,potasium\n67,female,2.9\n")
    with pytest.raises(KramError) as fault:
        screened(tmp_path / "cases.csv", tmp_path / "out.parquet")
    assert "potasium" in fault.value.sentence("en")
    assert "otassium" in fault.value.sentence("en").split("nearest")[1]


def test_who_has_cramps_is_known_by_code_or_by_quinine_outside_malaria(tmp_path: Path) -> None:
    folder = tmp_path / "fhir"
    folder.mkdir()
    people = [patient(id) for id in ("coded", "quinine", "malaria", "neither")] + [
        patient("dead", deceasedBoolean=True)
    ]
    (folder / "Patient.ndjson").write_text(resources(*people))
    (folder / "rest.ndjson").write_text(
        resources(
            condition("coded", "R25.2", "2026-06-20"),
            prescription("quinine", "9071", "2026-06-01"),
            prescription("malaria", "9071", "2026-06-01"),
            condition("malaria", "B50.9", "2026-06-01"),
            potassium("neither", 2.8, "2026-06-20"),
        )
    )
    summary, rows = screened(folder, tmp_path / "out.parquet")
    assert {row["person"]: row["complaint"] for row in rows} == {"coded": "recorded", "quinine": "medicine"}
    assert summary.silent == {"no_complaint": 2, "deceased": 1}
    _, rows = screened(folder, tmp_path / "all.parquet", everybody=True)
    assert {row["person"]: row["complaint"] for row in rows} == {
        "coded": "recorded", "quinine": "medicine", "malaria": "assumed", "neither": "assumed",
    }  # fmt: skip


def test_facts_hold_as_of_the_cramp_or_else_of_the_newest_record(tmp_path: Path) -> None:
    folder = tmp_path / "fhir"
    folder.mkdir()
    (folder / "Patient.ndjson").write_text(resources(patient("cramp"), patient("none"), patient("future")))
    (folder / "rest.ndjson").write_text(
        resources(
            condition("cramp", "R25.2", "2019-05-10"),
            potassium("cramp", 2.8, "2019-05-01"),
            prescription("cramp", "5487", "2020-01-01"),
            potassium("none", 4.1, "2020-02-02"),
            potassium("future", 4.1, "2020-02-02"),
            prescription("future", "5487", "2999-01-01"),
        )
    )
    _, rows = screened(folder, tmp_path / "out.parquet", on=None, everybody=True)
    found = {row["person"]: row for row in rows}
    assert {person: row["as_of"] for person, row in found.items()} == {
        "cramp": date(2019, 5, 10), "none": date(2020, 2, 2), "future": date(2020, 2, 2),
    }  # fmt: skip
    assert found["cramp"]["used"] == ["potassium"]


def test_what_is_broken_is_named_and_does_not_stop_the_run(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fhir"
    folder.mkdir()
    good = (source / "Patient.000.ndjson").read_bytes()
    lines = [
        *good.splitlines()[:50],
        b'{"resourceType": "Patient", "id"',
        b"",
        b'{"resourceType": "Condition", "code": {}}',
    ]
    (folder / "Patient.000.ndjson").write_bytes(b"\n".join(lines))
    observations = gzip.compress((source / "Observation.000.ndjson").read_bytes())
    (folder / "Observation.000.ndjson.gz").write_bytes(observations[: len(observations) // 2])
    nonsense = [patient("born-late", birthDate="2044-01-01"), patient("odd", birthDate={"year": 3}),
                condition("nobody", "R25.2", "2026-06-01"), patient("fine")]  # fmt: skip
    (folder / "more.ndjson").write_text(resources(*nonsense))
    out = tmp_path / "out.parquet"
    summary, rows = screened(folder, out, everybody=True)
    named = faults(out)
    places = {(f.get("file"), f.get("line"), f["reason"]) for f in named if "file" in f}
    assert ("Patient.000.ndjson", 51, "screen_not_json") in places
    assert ("Patient.000.ndjson", 53, "screen_no_subject") in places
    assert any(file == "Observation.000.ndjson.gz" and reason == "screen_file_broken" for file, _, reason in places)
    people = {f["person"]: f["reason"] for f in named if "person" in f}
    assert people["born-late"] == "record_birth_date_wrong"
    assert people["odd"] == "record_no_birth_date"
    assert people["nobody"] == "record_no_patient"
    assert "fine" in [row["person"] for row in rows]
    assert any("potassium" in row["used"] for row in rows)  # what stood before the cut is used
    assert summary.people == len(rows) + len(people)


def test_an_interrupted_run_goes_on_and_ends_alike(
    source: Path, everybody: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BUCKET", 40_000)
    out = tmp_path / "out.parquet"
    options = Options(on=DAY, everybody=True, workers=1)

    def stop(what: str, done: int, _total: int) -> None:
        if what == "assessing" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.screen(source, out, options, knowledge(), stop)
    working = tmp_path / "out.parquet.working"
    done = sorted(working.glob("part-*.parquet"))
    assert done
    assert not out.exists()
    before = {file.name: file.stat().st_mtime_ns for file in done}
    with pytest.raises(KramError) as fault:  # other options are another run
        running.screen(source, out, Options(on=DAY, workers=1), knowledge(), shared.silent)
    assert fault.value.key == "screen_other_run"

    def look(what: str, done: int, _total: int) -> None:
        if what == "assessing" and done == len(before):
            again = {name: (working / name).stat().st_mtime_ns for name in before}
            assert again == before  # nothing is done twice

    running.screen(source, out, options, knowledge(), look)
    assert shared.rows(out) == everybody
    assert not working.exists()


def test_results_are_private_and_pseudonymous(source: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out.parquet", tmp_path / "out.key"
    _, rows = screened(source, out, everybody=True, key_file=key)
    assert {stat.S_IMODE(file.stat().st_mode) for file in (out, key)} == {0o600}
    ids = {person.id for person in invented(PEOPLE)}
    assert not ids & {row["person"] for row in rows}
    assert all(len(row["person"]) == 32 for row in rows)
    _, again = screened(source, tmp_path / "again.parquet", everybody=True, key_file=key)
    assert again == rows
    _, others = screened(source, tmp_path / "others.parquet", everybody=True, key_file=tmp_path / "other.key")
    assert not {row["person"] for row in rows} & {row["person"] for row in others}


def test_medications_of_their_own_are_brought_to_who_takes_them(tmp_path: Path) -> None:
    folder = tmp_path / "fhir"
    folder.mkdir()
    coding = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "5487"}
    shared_one = {"resourceType": "Medication", "id": "hct", "code": {"coding": [coding]}}
    pointing = {key: value for key, value in prescription("x", "1", "2026-06-01").items() if "Concept" not in key}
    (folder / "all.ndjson").write_text(
        resources(
            patient("x"), patient("y"), shared_one, {**pointing, "medicationReference": {"reference": "Medication/hct"}}
        )
    )
    _, rows = screened(folder, tmp_path / "out.parquet", everybody=True)
    assert {row["person"]: "takes_thiazide" in row["used"] for row in rows} == {"x": True, "y": False}
