"""What a mistyped name may mean: each thing once, in the person's language."""

import pytest

from kram.knowledge.lookup import Lookup
from kram.loading import load_knowledge
from kram.surfaces.web.telling_answers import offered_names

LOOKUP = Lookup(load_knowledge())


@pytest.mark.parametrize(("lang", "word"), [("id", "indapamid"), ("en", "indapamide")])
def test_a_medicine_is_offered_once_in_the_language(lang: str, word: str) -> None:
    offers = offered_names(LOOKUP, "medicines", LOOKUP.medicines.nearest("indapamit"), lang)
    assert offers[0] == word
    assert len({LOOKUP.medicine(offer) for offer in offers}) == len(offers)


def test_a_brand_stays_a_brand() -> None:
    assert "Norvask" in offered_names(LOOKUP, "medicines", LOOKUP.medicines.nearest("norvasx"), "id")


def test_a_condition_is_offered_by_its_name() -> None:
    assert offered_names(LOOKUP, "conditions", ["known_hypothyroidism"], "id") == [
        "kelenjar tiroid kurang aktif (hipotiroid)"
    ]
