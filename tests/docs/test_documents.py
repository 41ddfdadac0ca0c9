"""The documents are true: files they name exist, notices match the codes in use, no place of a machine is named."""

import re
import subprocess
from pathlib import Path

import pytest

from kram.errors import KramError
from kram.loading import load_knowledge
from kram.texts import catalogue, languages
from tests.docs.story import PAGE, told

ROOT = Path(__file__).parents[2]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_notice_names_every_code_system_in_use_and_no_other() -> None:
    knowledge = load_knowledge()
    codes = [finding.codes for finding in knowledge.findings.values()]
    codes += [cause.codes for cause in knowledge.causes.values()]
    medicines = knowledge.medicines.values()
    used = {
        "LOINC": any(c.loinc for c in codes),
        "ICD-10": any(c.icd10 for c in codes),
        "SNOMED": any(c.snomed for c in codes),
        "ATC": any(m.atc for m in medicines),
        "RxNorm": any(m.rxnorm for m in medicines),
        "KFA": any(m.kfa for m in medicines),
    }
    assert {name for name in used if re.search(rf"^{name}", NOTICE, re.MULTILINE)} == {n for n, u in used.items() if u}


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "ARCHITECTURE.md",
        "DECISIONS.md",
        "GLOSSARY.md",
        "CHANGELOG.md",
        "SPEC_CLARIFICATIONS.md",
        "docs/satusehat.md",
        "docs/trial-of-one.md",
    ],
)
def test_files_that_a_document_names_exist(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    named = set(re.findall(r"`((?:src|examples|tests|benchmarks|schema|docs)/[\w./-]+)`", text))
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_the_readme_names_every_command() -> None:
    import click

    from kram.__main__ import main

    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in main.list_commands(click.Context(main)) if f"kram {name}" not in text] == []


def test_the_project_speaks_only_of_itself() -> None:
    places = re.compile(r"\.\./shared|/work/|/tmp/studio|farm-studio")
    told = []
    for file in tracked():
        if file.suffix in {".lock", ".png"} or file == Path(__file__):
            continue
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if places.search(text):
            told.append(str(file.relative_to(ROOT)))
    assert told == []


def test_every_error_key_has_its_sentence() -> None:
    """Keys are written where the error is raised; a typo would only show when a person meets it."""
    raised = set()
    for file in (ROOT / "src").rglob("*.py"):
        text = file.read_text("utf-8")
        raised |= set(
            re.findall(
                r'(?:KnowledgeError|CaseError|CostError|KramError|self\._fault|_fault)\(\s*(?:figure, )?"(\w+)"', text
            )
        )
    assert len(raised) > 50
    for lang in languages():
        missing = [key for key in raised if key not in catalogue(lang).sentences]
        assert missing == []
    assert isinstance(KramError("folder_not_found", folder="x").sentence("id"), str)


def test_source_files_are_short() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in (ROOT / "src").rglob("*.py")
        if (lines := len(file.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_the_story_of_a_trial_is_what_kram_prints() -> None:
    """After a change of the knowledge or of the words: python -m tests.docs.story."""
    assert told() == PAGE.read_text("utf-8")
