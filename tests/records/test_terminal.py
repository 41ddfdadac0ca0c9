"""A health record in the terminal: the same command, the same numbers, and what of it was used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.records.shared import ON, reader

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "satusehat-bundle.json"


def kram(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "kram", *arguments], input=stdin, capture_output=True, timeout=120)


def test_a_bundle_gives_the_numbers_of_the_case_that_it_holds(tmp_path: Path) -> None:
    case = reader().read(json.loads(EXAMPLE.read_text("utf-8")), ON).case
    file = tmp_path / "case.yaml"
    file.write_text(yaml.safe_dump(case), "utf-8")
    one = kram("assess", str(EXAMPLE), "--date", "2026-11-23", "--json", "--lang", "en")
    two = kram("assess", str(file), "--json", "--lang", "en")
    assert one.returncode == two.returncode == 0
    assert json.loads(one.stdout)["causes"] == json.loads(two.stdout)["causes"]


def test_the_satusehat_example_is_understood_whole() -> None:
    record = reader().read(json.loads(EXAMPLE.read_text("utf-8")), ON)
    assert record.left_out == ()
    assert record.case["person"] == {"age": 67.0, "sex": "female"}
    assert record.case["medicines"] == ["captopril", "hydrochlorothiazide"]
    assert record.case["findings"] == {"diabetes": "yes", "hypertension": "yes"}
    assert {lab["test"] for lab in record.case["labs"]} == {"potassium", "sodium", "creatinine"}
    assert len(record.complaint) == 2


def test_the_page_says_what_was_used_and_what_was_not() -> None:
    bundle = json.loads(EXAMPLE.read_text("utf-8"))
    potassium = bundle["entry"][5]["resource"]
    del potassium["valueQuantity"]["unit"], potassium["valueQuantity"]["code"]
    bundle["entry"].append({"resource": {"resourceType": "Immunization"}})
    done = kram("assess", "-", "--date", "2026-11-23", "--lang", "en", stdin=json.dumps(bundle).encode())
    text = " ".join(done.stdout.decode().split())
    assert "From the health record" in text
    assert "3.1 has no unit, and is not guessed at." in text
    assert "1 other entries of which kram knows nothing." in text


def test_ndjson_is_a_record_too(tmp_path: Path) -> None:
    lines = [json.dumps(entry["resource"]) for entry in json.loads(EXAMPLE.read_text("utf-8"))["entry"][:1]]
    lines.append(json.dumps({"resourceType": "Condition", "id": "c", "code": {"text": "Hipertensi"}}))
    file = tmp_path / "export.ndjson"
    file.write_text("\n".join(lines), "utf-8")
    done = kram("assess", str(file), "--lang", "id")
    assert done.returncode == 0
    assert "tekanan darah tinggi" in done.stdout.decode()


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        (b'{"resourceType": "Bundle"}', "There is no FHIR resource in it"),
        (b'{"resourceType": "Condition", "code": {"text": "x"}}', "There is no Patient in it"),
        (
            b'[{"resourceType": "Patient", "id": "a"}, {"resourceType": "Patient", "id": "b"}]',
            "There are 2 people in it",
        ),
    ],
)
def test_a_record_that_cannot_be_assessed_is_refused_in_one_sentence(stdin: bytes, says: str) -> None:
    done = kram("assess", "-", "--lang", "en", stdin=stdin)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(says)
    assert len(done.stderr.decode().strip().splitlines()) == 1


def test_a_case_written_as_json_is_still_a_case() -> None:
    done = kram("assess", "-", "--lang", "en", "--json", stdin=b'{"person": {"age": 50, "sex": "male"}}')
    assert done.returncode == 0
