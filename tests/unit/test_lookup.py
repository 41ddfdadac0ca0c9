"""Names and codes: forgiving, never guessing."""

import pytest

from kram.knowledge.lookup import Index, Lookup
from kram.loading import load_knowledge

LOOKUP = Lookup(load_knowledge())


@pytest.mark.parametrize(
    ("given", "medicine"),
    [
        ("indapamide", "indapamide"),
        ("Indapamid", "indapamide"),
        ("C03BA11", "indapamide"),
        ("c03ba11", "indapamide"),
        ("albuterol", "salbutamol"),
        ("Lasix", "furosemide"),
        ("HCT", "hydrochlorothiazide"),
        ("  FUROSEMID ", "furosemide"),
        ("parasetamol", "paracetamol"),
    ],
)
def test_medicines_by_name_brand_and_code(given: str, medicine: str) -> None:
    assert LOOKUP.medicine(given) == medicine


@pytest.mark.parametrize("given", ["indapamit", "furosemite", "xyzzy", "", "C99ZZ99"])
def test_a_near_miss_is_not_taken(given: str) -> None:
    assert LOOKUP.medicine(given) is None


def test_a_near_miss_is_offered() -> None:
    assert "indapamide" in [LOOKUP.medicine(name) for name in LOOKUP.medicines.nearest("indapamit")]
    assert LOOKUP.medicines.nearest("qqqqqq") == ()


@pytest.mark.parametrize(
    ("given", "condition"),
    [
        ("E11", "diabetes"),
        ("E11.9", "diabetes"),
        ("e119", "diabetes"),
        ("kencing manis", "diabetes"),
        ("hypertension", "hypertension"),
        ("I10", "hypertension"),
        ("G35", "known_ms"),
        ("multiple sclerosis", "known_ms"),
    ],
)
def test_conditions_by_name_and_icd10(given: str, condition: str) -> None:
    assert LOOKUP.condition(given) == condition


@pytest.mark.parametrize("given", ["E", "E1", "Z99999999", "diabetis", "11"])
def test_what_is_no_condition_is_none(given: str) -> None:
    assert LOOKUP.condition(given) is None


def test_a_name_that_means_two_things_means_neither() -> None:
    index = Index([("kina", "one", "kina"), ("kina", "two", "kina")])
    assert index.find("kina") is None
    assert set(index.nearest("kina")) == {"one", "two"}


def test_searching_as_one_types() -> None:
    assert LOOKUP.medicines.search("furo", 3)[0] == "furosemide"
    assert LOOKUP.medicines.search("", 3) == []
