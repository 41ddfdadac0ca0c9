"""Errors, and what of a record was left out, as OperationOutcomes."""

from collections.abc import Iterable
from itertools import groupby

from kram.errors import KramError
from kram.records.facts import LeftOut
from kram.records.telling import left_out_sentence
from kram.surfaces.fhir.naming import Json, said

_CODES = {
    "unmapped": "not-supported", "not_read": "not-supported", "uncoded": "incomplete", "no_value": "incomplete",
    "no_unit": "incomplete", "undated": "incomplete", "unit_unknown": "value", "implausible": "value",
    "comparator": "value", "codes_disagree": "conflict", "values_disagree": "conflict", "malformed": "structure",
    "modifier": "extension", "other_person": "business-rule",
}  # fmt: skip
_WARNINGS = {
    "no_unit",
    "unit_unknown",
    "implausible",
    "codes_disagree",
    "values_disagree",
    "modifier",
    "does_not_apply",
}
_NAMED = 50  # references of one issue


def issue(severity: str, code: str, sentence: str, expressions: Iterable[str] = ()) -> Json:
    found: Json = {"severity": severity, "code": code, "details": {"text": sentence}, "diagnostics": sentence}
    listed = list(expressions)
    if listed:
        found["expression"] = listed
    return found


def outcome(issues: list[Json], lang: str) -> Json:
    return {"resourceType": "OperationOutcome", "language": lang, "issue": issues}


def refusal(fault: KramError, lang: str, code: str = "processing") -> Json:
    return outcome([issue("error", code, fault.sentence(lang))], lang)


def left_out(items: Iterable[LeftOut], lang: str) -> list[Json]:
    """One issue for each thing that was left out for one reason, with all the places where it stands."""
    issues = []
    ordered = sorted(items, key=lambda item: (item.reason, item.what, item.detail))
    for (reason, what), group in groupby(ordered, key=lambda item: (item.reason, item.what)):
        members = list(group)
        details = ", ".join(dict.fromkeys(item.detail for item in members if item.detail))
        sentence = left_out_sentence(LeftOut(reason, members[0].reference, what, details), len(members), lang)
        severity = "warning" if reason in _WARNINGS else "information"
        places = sorted({item.reference for item in members})[:_NAMED]
        issues.append(issue(severity, _CODES.get(reason, "informational"), sentence, places))
    return issues


def all_understood(lang: str) -> Json:
    return issue("information", "informational", said("fhir_all_understood")[lang])
