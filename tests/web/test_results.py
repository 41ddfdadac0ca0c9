"""The result page and the contract say the same, number for number; case files go round."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import pytest
import yaml

from tests.spec.shared import EXAMPLES, assess
from tests.web.parsing import Elements, fields


def opened(client: httpx.Client, file: Path, lang: str = "en") -> str:
    answer = client.post("/case", files={"file": (file.name, file.read_bytes())}, headers={"accept-language": lang})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_page_of_an_example_equals_the_command(client: httpx.Client, file: Path) -> None:
    contract = msgspec.json.decode(msgspec.json.encode(assess(yaml.safe_load(file.read_text("utf-8")))))
    if file.stem == "claudication":  # the command gives the same object; one example shows it
        run = [sys.executable, "-m", "kram", "assess", str(file), "--json", "--lang", "en"]
        assert json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout) == contract
    page = Elements(opened(client, file))
    rows = {a["data-cause"]: a for a in page.having("data-cause")}
    assert rows.keys() == {cause["id"] for cause in contract["causes"]}
    for cause in contract["causes"]:
        row = rows[cause["id"]]
        assert float(row["data-share"]) == cause["share"]
        assert [float(row["data-low"]), float(row["data-high"])] == cause["share_interval"]
        assert float(row["data-presence"]) == cause["presence"]
    (rest,) = page.having("data-unexplained")
    assert float(rest["data-unexplained"]) == contract["unexplained"]["share"]
    assert [float(rest["data-low"]), float(rest["data-high"])] == contract["unexplained"]["share_interval"]
    assert float(page.having("data-danger")[0]["data-danger"]) == contract["danger"]
    assert page.having("data-urgency")[0]["data-urgency"] == contract["urgency"]
    assert [a["data-flag"] for a in page.having("data-flag")] == [flag["id"] for flag in contract["red_flags"]]
    ratios = {item["id"]: item["rate_ratio"] for item in contract["care"] if item["rate_ratio"] is not None}
    shown = {a["data-care"]: float(a["data-ratio"]) for a in page.having("data-ratio")}
    assert shown == {id: ratio for id, ratio in ratios.items() if id in shown}
    kinds = {item["id"]: item["kind"] for item in contract["care"]}
    assert shown.keys() >= {id for id in ratios if kinds[id] in ("prevention", "treat_cause", "discuss", "test")}
    why = {(row["finding"], row["log_odds"]) for row in contract["why"]}
    assert {(a["data-why"], float(a["data-log-odds"])) for a in page.having("data-why")} <= why


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_case_file_goes_round(client: httpx.Client, file: Path) -> None:
    """Kept from the page and opened again, it is the same person."""
    page = opened(client, file)
    kept = client.post("/case/file", data=fields(page))
    assert kept.headers["content-disposition"].startswith("attachment")
    again = client.post("/case", files={"file": ("kept.yaml", kept.content)})
    assert shares(again.text) == shares(page)
    said = yaml.safe_load(kept.text)
    original = yaml.safe_load(file.read_text("utf-8"))
    assert said["person"] == original["person"]
    assert said.get("medicines") == original.get("medicines")


def shares(page: str) -> dict[str, str]:
    return {a["data-cause"]: a["data-share"] for a in Elements(page).having("data-cause")}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_both_languages_show_the_same_numbers(client: httpx.Client, lang: str) -> None:
    file = next(file for file in EXAMPLES if file.stem == "claudication")
    page = opened(client, file, lang)
    assert shares(page) == shares(opened(client, file, "en"))
    assert f'<html lang="{lang}">' in page


def test_a_changed_answer_changes_the_shares(client: httpx.Client) -> None:
    file = next(file for file in EXAMPLES if file.stem == "shop-assistant")
    page = opened(client, file)
    changed = client.post("/questions", data={**fields(page), "f.standing_hours": "under_4", "do": "result"})
    assert float(shares(changed.text)["long_standing"]) < float(shares(page)["long_standing"])
    back = client.post("/questions", data={**fields(changed.text), "f.standing_hours": "over_8", "do": "result"})
    assert shares(back.text) == shares(page)


def test_every_share_opens_to_a_study_or_a_judgement(client: httpx.Client) -> None:
    page = opened(client, next(file for file in EXAMPLES if file.stem == "night-cramps-thiazide"))
    for row in page.split('<details class="share" data-cause')[1:]:
        drawer = row.split("</details></li>")[0]
        assert "How it entered" in drawer
        assert "Kind of figure" in drawer


def test_the_doctors_page_says_the_same(client: httpx.Client) -> None:
    page = opened(client, next(file for file in EXAMPLES if file.stem == "claudication"))
    sheet = client.post("/questions", data={**fields(page), "complaint": "Kaki <b>sakit</b>", "do": "doctor"}).text
    lead = max(shares(page).items(), key=lambda pair: float(pair[1]))
    assert f"<b>{round(100 * float(lead[1]))}</b>" in sheet
    assert "Kaki &lt;b&gt;sakit&lt;/b&gt;" in sheet


def test_a_file_in_other_words_is_the_same_person(client: httpx.Client) -> None:
    """Indonesian words, names instead of ids, a LOINC code: the fields of the page show what was meant."""
    case = {
        "person": {"age": 29, "sex": "perempuan", "pregnant": "ya"},
        "findings": {"Berapa jam": 3, "one_leg_swollen": False, "lama berdiri": "8 jam atau lebih"},
        "labs": [{"loinc": "2823-3", "value": 3.2}],
        "note": "not for the page",
    }
    answer = client.post("/case", files={"file": ("kasus.json", json.dumps(case).encode())})
    assert answer.status_code == 200
    state = json.loads(fields(answer.text)["state"])["case"]
    assert state["person"] == {"age": 29, "sex": "female", "pregnant": "yes"}
    assert state["findings"]["standing_hours"] == "over_8"
    assert state["findings"]["one_leg_swollen"] == "no"
    assert state["labs"] == [{"test": "potassium", "value": 3.2}]
    assert "note" not in state
    assert "Berapa jam" in answer.text  # what was not understood is said
