"""Case files to keep and to load again: the same format as on the command line."""

from typing import Any

from kram import plain_yaml
from kram.assessment.answers import Answers
from kram.assessment.case_reading import PREGNANCY, UNNAMED, parse_case, read_case
from kram.finite import is_number
from kram.knowledge.ladders import level_ids
from kram.knowledge.lookup import Lookup
from kram.surfaces.pages.forms import RefusedError
from kram.surfaces.web.answering import MOST_NAMES, MOST_WORDS
from kram.surfaces.web.journey import Journey


def case_text(journey: Journey) -> str:
    """The case as YAML, ready for `kram assess`."""
    return plain_yaml.dump(plain_case(journey))


def plain_case(journey: Journey) -> dict[str, Any]:
    return {key: value for key, value in journey.case.items() if value not in ([], {})}


def open_case(name: str, content: bytes, lookup: Lookup) -> Journey:
    """A file -> a journey that stands before its result. Raises CaseError, RefusedError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise RefusedError(415, "web_file_not_text", file=name) from fault
    if "\x00" in text:
        raise RefusedError(415, "web_file_not_text", file=name)
    raw = parse_case(text, name)
    for key in ("medicines", "conditions", "labs"):
        if isinstance(raw.get(key), list) and len(raw[key]) > MOST_NAMES:
            raise RefusedError(413, "web_too_many_names", count=len(raw[key]), most=MOST_NAMES)
    answers = read_case(raw, lookup, name)
    case = {key: value for key, value in raw.items() if key not in UNNAMED and value is not None}
    case["person"] = _person(raw["person"], answers)
    case["labs"] = [_lab(lab, lookup) for lab in raw.get("labs") or []]
    if "complaint" in case:
        case["complaint"] = str(case["complaint"])[:MOST_WORDS]
    if "findings" in case:
        case["findings"] = _canonical(case["findings"], lookup)
    asked = ["person", *(["pregnancy"] if "pregnant" in case["person"] else []), *_lists(case)]
    asked += [
        ticks.id
        for ticks in lookup.knowledge.screen.values()
        if any(f in case.get("findings", {}) for f in ticks.findings)
    ]
    asked += [id for id in case.get("findings", {}) if id in lookup.knowledge.findings]
    return Journey(case=case, asked=list(dict.fromkeys(asked)))


def _lists(case: dict[str, Any]) -> list[str]:
    return [name for name in ("medicines", "conditions") if case.get(name) or name in case.get("complete", [])]


def _person(given: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Sex and pregnancy as the pages say them, in whatever language they were written."""
    person = {"age": given["age"], "sex": answers.evidence.sex}
    said = given.get("pregnant")
    levels = answers.evidence.answers.get(PREGNANCY)
    if said is not None and levels is not None:
        person["pregnant"] = said if is_number(said) else "no" if len(levels) == 1 else "yes"
    return person


def _lab(given: dict[str, Any], lookup: Lookup) -> dict[str, Any]:
    """With the id of the test where it is known, so that its field shows it."""
    name = str(given.get("test", given.get("loinc", "")))
    id = lookup.test(name) or lookup.loinc.get(name) or name
    kept = {key: value for key, value in given.items() if key in ("value", "unit", "result") and value is not None}
    return {"test": id, **kept}


def _canonical(findings: dict[str, Any], lookup: Lookup) -> dict[str, Any]:
    """Ids and level ids where names were written, so that every answer can be changed in its field."""
    found: dict[str, Any] = {}
    for key, said in findings.items():
        id = key if key in lookup.knowledge.findings else lookup.findings.find(str(key)) or str(key)
        finding = lookup.knowledge.findings.get(id)
        if finding is not None and isinstance(said, bool):
            said = "yes" if said else "no"
        if finding is not None and isinstance(said, str):
            levels = lookup.level(finding, said)
            if levels is not None and len(levels) == 1:
                said = next(iter(levels))
            elif levels is None and finding.levels and said == "no":
                said = finding.reference or level_ids(finding)[0]
        found[id] = said if isinstance(said, bool | int | float | str | None) else str(said)
    return found
