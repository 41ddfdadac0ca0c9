"""Ordered findings: what an answer says about each rung."""

import pytest

from kram.knowledge.entries import Finding, Level
from kram.knowledge.ladders import Reading, ladders, read, worse

NAME = {"id": "x", "en": "x"}
POTASSIUM = Finding(
    id="k",
    kind="test",
    form="number",
    name=NAME,
    reference="normal",
    levels=tuple(Level(id, NAME) for id in ("very_low", "low", "normal", "high")),
)
SWELLING = Finding(id="s", kind="question", name=NAME)


def test_the_low_side_comes_first_and_runs_away_from_normal() -> None:
    assert ladders(POTASSIUM) == (("low", "very_low"), ("high",))
    assert ladders(SWELLING) == (("yes",),)


@pytest.mark.parametrize(
    ("possible", "reading"),
    [
        ({"normal"}, Reading(("low", "high"), None)),
        ({"low"}, Reading(("very_low",), ("low", "very_low"))),
        ({"very_low"}, Reading((), ("very_low", None))),
        ({"low", "very_low"}, Reading((), ("low", None))),
        ({"high"}, Reading(("low",), ("high", None))),
        ({"low", "normal"}, Reading(("very_low", "high"), None)),
        ({"normal", "high"}, Reading(("low",), None)),
    ],
)
def test_readings_of_a_two_sided_test(possible: set[str], reading: Reading) -> None:
    assert read(POTASSIUM, frozenset(possible)) == reading


@pytest.mark.parametrize("possible", [set(), {"very_low", "low", "normal", "high"}, {"low", "high"}])
def test_what_says_nothing_is_not_read(possible: set[str]) -> None:
    assert read(POTASSIUM, frozenset(possible)) is None


def test_worse_runs_outwards_on_its_own_side() -> None:
    assert worse(POTASSIUM, ("low",)) == ("low", "very_low")
    assert worse(POTASSIUM, ("high",)) == ("high",)
