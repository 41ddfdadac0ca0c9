"""One by one through `kram assess`, through the service over loopback, and through both engines: the same numbers."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("duckdb", reason="screening needs duckdb")
pytest.importorskip("pyarrow", reason="screening needs pyarrow")

from click.testing import CliRunner

from kram import __main__ as door
from kram.errors import KramError
from kram.screening.summary import Summary
from kram.surfaces.fhir import naming
from tests.screening import shared
from tests.screening.shared import DAY, fhir_folder, invented, knowledge, screened
from tests.spec.shared import assessor

FEW, MANY = 40, 1000
FINER = 1e-9  # the rows are rounded to nine digits


@dataclass
class Told:
    """What one way says of one person; shares with the unexplained part under its own name."""

    urgency: str
    red_flags: set[str]
    shares: dict[str, float]
    presence: dict[str, float]


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_alone_through_the_service_and_among_many(
    count: int, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "load_assessor", lambda **_: assessor())  # read once, not for each person
    folder = fhir_folder(tmp_path / "fhir", invented(count, seed=11))
    _, rows = screened(folder, tmp_path / "out.parquet", everybody=True, key_file=None)
    found = {row["person"]: of_row(row) for row in rows}
    people = dict(records(folder))
    assert found.keys() == people.keys()
    assert len(found) == count
    with httpx.Client(base_url=server, timeout=60, trust_env=False) as client:
        for person, record in people.items():
            alone, served = assessed(record, tmp_path / "record.json"), posted(record, client)
            assert alike(alone, served, 1e-12), person
            assert alike(alone, found[person], FINER), person


@pytest.mark.slow
def test_both_engines_and_three_sources_give_the_same_rows(tmp_path: Path) -> None:
    """The cluster on one machine; a real one with a worker that dies: test_spark.py."""
    spark_there()
    people = invented(MANY, seed=11)
    sources = shared.all_sources(tmp_path, people)
    from kram.screening import spark_running

    for kind, source in sources.items():
        expected, rows = screened(source, tmp_path / f"{kind}.parquet", everybody=True, key_file=None)
        out = tmp_path / f"{kind}.spark"
        options = shared.options(everybody=True, key_file=None)
        summary = spark_running.screen(source, out, options, knowledge(), "local[2]")
        assert len(rows) == MANY
        assert shared.rows(out) == rows, kind
        assert counts(summary) == counts(expected), kind


def test_a_table_that_is_none_of_cases_is_refused_before_the_cluster_starts(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed (./test --all installs it)")
    from kram.screening import spark_running

    (tmp_path / "cases.csv").write_text("age,sex,potasium\n67,female,2.9\n")
    with pytest.raises(KramError, match=r"potasium.*potassium"):
        spark_running.screen(tmp_path / "cases.csv", tmp_path / "out", shared.options(), knowledge(), "local[1]")
    assert not (tmp_path / "out.working").exists()


def spark_there() -> None:
    for package in ("pyspark", "pandas"):
        pytest.importorskip(package, reason=f"{package} is not installed (./test --all installs it)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this machine")


def counts(summary: Summary) -> dict[str, Any]:
    names = ("source", "people", "rows", "lines", "silent", "complaints", "left_out", "known_entries", "faults")
    return {name: getattr(summary, name) for name in names}


def records(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in (line for file in sorted(folder.glob("*.ndjson")) for line in file.read_text().splitlines()):
        resource = json.loads(line)
        person = resource.get("subject", {}).get("reference", resource["id"]).split("/")[-1]
        found.setdefault(person, []).append(resource)
    yield from found.items()


def alike(one: Told, other: Told, within: float) -> bool:
    same = (one.urgency, one.red_flags) == (other.urgency, other.red_flags)
    return (
        same
        and one.shares == pytest.approx(other.shares, abs=within, rel=0)
        and one.presence == pytest.approx(other.presence, abs=within, rel=0)
    )


def assessed(record: list[dict[str, Any]], file: Path) -> Told:
    """By the command, as somebody types it."""
    file.write_text(json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in record]}))
    command = ["assess", str(file), "--json", "--date", DAY.isoformat(), "--lang", "en"]
    run = CliRunner().invoke(door.main, command, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    shares = {cause["id"]: cause["share"] for cause in told["causes"]} | {"unexplained": told["unexplained"]["share"]}
    presence = {cause["id"]: cause["presence"] for cause in told["causes"]}
    return Told(told["urgency"], {flag["id"] for flag in told["red_flags"]}, shares, presence)


def posted(record: list[dict[str, Any]], client: httpx.Client) -> Told:
    """By the FHIR operation, over a socket."""
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in record]}
    parameter = [{"name": "record", "resource": bundle}, {"name": "date", "valueDate": DAY.isoformat()}]
    answer = client.post("/fhir/$assess?lang=en", json={"resourceType": "Parameters", "parameter": parameter})
    assert answer.status_code == 200, answer.text
    given = [entry["resource"] for entry in answer.json()["entry"]]
    (risk,) = [resource for resource in given if resource["resourceType"] == "RiskAssessment"]
    shares, presence = {}, {}
    for prediction in risk["prediction"]:
        cause = prediction["outcome"]["coding"][0]["code"]
        shares[cause] = prediction["probabilityDecimal"] / 100
        for extension in prediction["extension"]:
            if extension["url"] == naming.PRESENCE:
                presence[cause] = extension["valueDecimal"] / 100
    (urgency,) = [one["valueCode"] for one in risk["extension"] if one["url"] == naming.URGENCY]
    flags = {one["code"]["coding"][0]["code"] for one in given if one["resourceType"] == "Flag"}
    return Told(urgency, flags, shares, presence)


def of_row(row: dict[str, Any]) -> Told:
    ids = list(knowledge().causes)
    shares = {id: row[f"share_{id}"] for id in (*ids, "unexplained")}
    return Told(row["urgency"], set(row["red_flags"]), shares, {id: row[f"presence_{id}"] for id in ids})
