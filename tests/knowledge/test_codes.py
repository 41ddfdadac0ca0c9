"""Codes of the knowledge: each has the form of its system, and stands for one thing."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from kram.knowledge.entries import Codes
from kram.loading import load_knowledge

KNOWLEDGE = load_knowledge()
SHAPES = {
    "icd10": r"[A-Z](\d\d(\.\d{1,2})?)?",  # a code, or the letter of a whole chapter
    "loinc": r"\d{3,5}-\d",
    "snomed": r"\d{6,18}",
    "atc": r"[A-Z]\d\d[A-Z]{2}\d\d",
    "rxnorm": r"\d{1,7}",
    "kfa": r"91\d{6}",  # 91 begins a substance; products begin with 92 and 93
}


def _codes(codes: Codes) -> Iterator[tuple[str, str]]:
    for system in ("icd10", "loinc", "snomed", "atc"):
        for code in getattr(codes, system):
            yield system, code


def _medicine_codes() -> Iterator[tuple[str, str, str]]:
    for medicine in KNOWLEDGE.medicines.values():
        single = {"rxnorm": medicine.rxnorm, "kfa": medicine.kfa}
        yield from (("atc", code, medicine.id) for code in medicine.atc)
        yield from ((system, code, medicine.id) for system, code in single.items() if code is not None)


def _all() -> Iterator[tuple[str, str, str]]:
    for cause in (*KNOWLEDGE.causes.values(), *KNOWLEDGE.drafts.values()):
        yield from ((system, code, cause.id) for system, code in _codes(cause.codes))
    for finding in KNOWLEDGE.findings.values():
        yield from ((system, code, finding.id) for system, code in _codes(finding.codes))
    yield from _medicine_codes()


def _check_digit(digits: str) -> int:
    """The last digit of a LOINC code (modulus 10, every second digit from the right doubled)."""
    doubled = "".join(str(int(digit) * (2 if place % 2 == 0 else 1)) for place, digit in enumerate(reversed(digits)))
    return -sum(map(int, doubled)) % 10


def test_every_code_has_the_form_of_its_system() -> None:
    wrong = [(id, system, code) for system, code, id in _all() if not re.fullmatch(SHAPES[system], code)]
    assert not wrong


def test_every_laboratory_code_has_its_check_digit() -> None:
    codes = {code for system, code, _ in _all() if system == "loinc"}
    assert codes
    assert not {code for code in codes if _check_digit(code.split("-")[0]) != int(code.split("-")[1])}


def test_a_slip_of_one_digit_is_noticed() -> None:
    assert _check_digit("2823") == 3
    assert _check_digit("2832") != 3
    assert _check_digit("2824") != 3


@pytest.mark.parametrize("system", ["atc", "rxnorm", "kfa"])
def test_no_code_stands_for_two_medicines(system: str) -> None:
    times = Counter(code for found, code, _ in _medicine_codes() if found == system)
    assert times
    assert not [code for code, count in times.items() if count > 1]


def test_no_laboratory_code_stands_for_two_tests() -> None:
    times = Counter(code for finding in KNOWLEDGE.findings.values() for code in finding.codes.loinc)
    assert not [code for code, count in times.items() if count > 1]


def test_no_entry_names_a_code_twice() -> None:
    for entry in (*KNOWLEDGE.drafts.values(), *KNOWLEDGE.causes.values()):
        codes = list(_codes(entry.codes))
        assert len(codes) == len(set(codes)), entry.id
    for finding in KNOWLEDGE.findings.values():
        codes = list(_codes(finding.codes))
        assert len(codes) == len(set(codes)), finding.id
