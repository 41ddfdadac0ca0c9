"""The questionnaire in a form renderer that others wrote (LHC-Forms of the US National Library of Medicine, from npm), in
a real browser: it renders, is filled in by hand, and what it gives back means the same as the same answers elsewhere."""

import json
import mimetypes
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from kram.texts import languages
from tests.fhir.shared import call, post, schema_faults

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "npm"
LFORMS = "lforms@40.1.3"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>form</title>
<link rel="stylesheet" href="/lforms/webcomponent/styles.css"></head><body><div id="form"></div>
<script src="/lforms/webcomponent/assets/lib/zone.min.js"></script>
<script src="/lforms/webcomponent/lhc-forms.js"></script>
<script src="/lforms/fhir/R4/lformsFHIR.min.js"></script></body></html>"""
CASE = {
    "person": {"age": 67, "sex": "female"},
    "medicines": ["indapamide"],
    "conditions": ["hypertension"],
    "complete": ["medicines"],
    "findings": {"setting": "in_bed", "one_leg_swollen": "no", "numb_feet": "tingling_numb", "standing_hours": 9},
    "labs": [{"test": "potassium", "value": 2.9, "unit": "mmol/L"}],
}


@pytest.fixture(scope="module")
def lforms() -> Path:
    """Its files, fetched once into the cache."""
    folder = CACHE / "package" / "dist" / "lforms"
    if not folder.is_dir():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not on this machine; it brings LHC-Forms")
        CACHE.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [npm, "pack", LFORMS, "--silent"], cwd=CACHE, capture_output=True, text=True, timeout=300
        )
        if fetched.returncode != 0:
            pytest.skip(f"npm cannot fetch {LFORMS}: {fetched.stderr[-200:]}")
        with tarfile.open(CACHE / fetched.stdout.strip().splitlines()[-1]) as archive:
            # Python before 3.11.4 has no filters; Python from 3.12 warns without one
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
            archive.extractall(CACHE)
    return folder


@pytest.fixture(scope="module")
def page(lforms: Path, browser: Any) -> Iterator[Any]:
    def serve(route: Any) -> None:
        address = route.request.url
        path = address.removeprefix("http://kram.test/").split("?")[0]
        file = lforms / path.removeprefix("lforms/")
        if not address.startswith("http://kram.test/"):
            outside.append(address)
            route.abort()
        elif path == "":
            route.fulfill(body=PAGE, content_type="text/html")
        elif path.startswith("lforms/") and file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "text/plain")
        else:
            route.fulfill(status=404)

    outside: list[str] = []
    opened = browser.new_page(viewport={"width": 900, "height": 1600})
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.route("**/*", serve)
    opened.goto("http://kram.test/")
    opened.wait_for_function("window.LForms && LForms.Util && LForms.FHIR")
    yield opened
    opened.close()
    assert faults == []
    assert outside == []


@cache
def questionnaire(lang: str) -> dict[str, Any]:
    return call("GET", f"/fhir/Questionnaire/kram?lang={lang}").json()


def show(page: Any, lang: str) -> None:
    page.evaluate("async (q) => { await LForms.Util.addFormToPage(q, 'form') }", questionnaire(lang))
    page.wait_for_selector("[id='label-sex/1/1']")


def choose(page: Any, link: str, code: str) -> None:
    page.locator(f"[id='item-{link}/1/1'] label[id$='|{code}']").first.click()


def name_one(page: Any, link: str, name: str) -> None:
    field = page.locator(f"[id='{link}/1/1']")
    field.fill(name)
    field.press("Tab")


def number(page: Any, link: str, value: float) -> None:
    field = page.locator(f"[id='{link}/1/1']")
    field.fill(str(value))
    field.press("Tab")


def test_it_renders_in_both_languages(page: Any) -> None:
    for lang in languages():
        show(page, lang)
        text = page.inner_text("#form")
        assert questionnaire(lang)["title"] in text
        for group in questionnaire(lang)["item"]:
            if "enableWhen" not in group:
                assert group["text"] in text


def test_a_question_appears_when_it_applies(page: Any) -> None:
    show(page, "en")
    assert page.locator("[id='label-pregnant/1/1']").count() == 0
    number(page, "age", 30)
    choose(page, "sex", "female")
    page.wait_for_selector("[id='label-pregnant/1/1']")
    choose(page, "pregnant", "yes")
    page.wait_for_selector("[id='label-weeks/1/1']")
    number(page, "age", 67)
    page.wait_for_selector("[id='label-pregnant/1/1']", state="detached")


def test_filled_in_by_hand_it_gives_the_numbers_of_the_terminal(page: Any, tmp_path: Path) -> None:
    show(page, "en")
    number(page, "age", CASE["person"]["age"])
    choose(page, "sex", CASE["person"]["sex"])
    name_one(page, "medicines", "indapamide")
    choose(page, "medicines_complete", "yes")
    name_one(page, "conditions", "high blood pressure (hypertension)")
    for link, answer in CASE["findings"].items():
        if isinstance(answer, str):
            choose(page, link, answer)
        else:
            number(page, link, answer)
    number(page, "potassium", CASE["labs"][0]["value"])
    response = page.evaluate("() => LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4')")
    assert schema_faults(response) == []
    answer = post("/fhir/QuestionnaireResponse/$assess?lang=en", response)
    assert answer.status_code == 200, answer.text
    predictions = answer.json()["entry"][0]["resource"]["prediction"]
    by_form = {one["outcome"]["coding"][0]["code"]: one["probabilityDecimal"] for one in predictions}
    file = tmp_path / "case.yaml"
    file.write_text(yaml.safe_dump(CASE), "utf-8")
    command = [sys.executable, "-m", "kram", "assess", str(file), "--json", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    for cause in json.loads(done.stdout)["causes"]:
        assert by_form[cause["id"]] == pytest.approx(100 * cause["share"], abs=1e-8), cause["id"]
