"""kram check: the small knowledge is sound, and each way of being wrong is told in its own words."""

import shutil
from pathlib import Path

import pytest
import yaml

from kram.knowledge.explaining import explain
from kram.knowledge.figures import entry_figures
from kram.loading import check, load_knowledge
from kram.texts import catalogue, languages

HERE = Path(__file__).parent
SMALL = HERE / "small"
MUSEUM = yaml.safe_load((HERE / "broken.yaml").read_text("utf-8"))


def told(folder: Path) -> list[str]:
    return [fault.sentence("en") for fault in check(folder)]


def test_the_small_knowledge_is_sound() -> None:
    assert told(SMALL) == []


@pytest.mark.parametrize("wrong", MUSEUM, ids=[f"{w['file']}-{i}" for i, w in enumerate(MUSEUM)])
def test_each_way_of_being_wrong(wrong: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL, folder)
    file = folder / wrong["file"]
    text = file.read_text("utf-8")
    assert wrong["text"] in text
    file.write_text(text.replace(wrong["text"], wrong["becomes"], 1), "utf-8")
    sentences = told(folder)
    assert any(sentence.startswith(wrong["says"]) for sentence in sentences), sentences
    for lang in languages():
        for fault in check(folder):
            assert fault.sentence(lang).strip()


def test_a_row_may_be_measured_where_its_neighbours_are_judged(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL, folder)
    file = folder / "causes.yaml"
    text = file.read_text("utf-8")
    whole = "{value: 0.02, interval: [0.01, 0.04], kind: published, source: survey}"
    assert whole in text
    rows = (
        "{kind: judgement, because: teaching, by: ["
        "{age: 0-59, value: 0.01, interval: [0.005, 0.02]}, "
        "{age: 60+, value: 0.02, interval: [0.01, 0.04], kind: derived, formula: 1/50, source: survey}]}"
    )
    file.write_text(text.replace(whole, rows), "utf-8")
    assert told(folder) == []
    knowledge = load_knowledge(folder)
    number = knowledge.causes["clot"].prior.prevalence
    assert number is not None
    assert number.sources == ("survey",)
    figure = next(f for f in entry_figures(knowledge.causes["clot"]) if f.path == "prior.prevalence")
    judged, computed = (explain(knowledge, figure, "en", only=row) for row in number.by)
    assert (judged.kind, judged.formula) == ("judgement", None)
    assert (computed.kind, computed.formula, computed.sources) == ("derived", "1/50", ("survey",))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL, folder)
    (folder / "settings.yaml").unlink()
    assert told(folder) == ["settings.yaml is missing: this file belongs to every knowledge folder."]


def test_a_setter_may_not_exceed_the_prevalence(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL, folder)
    file = folder / "causes.yaml"
    text = file.read_text("utf-8")
    mover = "    moved_by:\n      - {fact: takes_pill, odds_ratio: {value: 2, interval: [1.5, 3], kind: published, source: survey}}"
    setter = "    set_by:\n      - {fact: takes_pill, to: {value: 0.5, interval: [0.4, 0.6], kind: published, source: survey}}"
    assert mover in text
    file.write_text(text.replace(mover, setter), "utf-8")
    assert told(folder)[0].startswith("causes.yaml:1: with takes_pill alone, clot would be in 0.05 of people aged 0-7")


def test_catalogues_have_the_same_sentences_and_placeholders() -> None:
    keys = [set(catalogue(lang).sentences) for lang in languages()]
    assert all(found == keys[0] for found in keys)


def test_the_knowledge_itself_is_sound() -> None:
    from kram.knowledge.reading import DATA

    assert told(DATA) == []
