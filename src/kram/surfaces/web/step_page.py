"""What stands on the page of one step: its fields with what was said before, and the answers so far."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kram.assessment.case_reading import PREGNANCY
from kram.assessment.matching import Standing
from kram.finite import is_number
from kram.knowledge.entries import Finding, RedFlag, TickList
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids
from kram.knowledge.lookup import Lookup
from kram.surfaces.pages.forms import Form
from kram.surfaces.web.answering import UNKNOWN, Outcome, measured
from kram.surfaces.web.journey import Journey
from kram.surfaces.web.telling_answers import given_answers, offered_names

_SHOWN_CONDITIONS = 14
_LEVEL = {"emergency": 1, "same_day": 2, "soon": 3, "routine": 4, "self_care": 5}


def level_of(urgency: str) -> int:
    """1 (now) to 5 (at home): the colour, shape and meter of a banner."""
    return _LEVEL[urgency]


def step_values(
    lookup: Lookup,
    journey: Journey,
    at: str,
    lang: str,
    form: Form | None,
    outcome: Outcome,
    standing: Standing | None = None,
) -> dict[str, Any]:
    """`template` and everything it needs. With `form` the fields show what was typed, right or wrong."""
    knowledge = lookup.knowledge
    unclear = [replace(one, offers=offered_names(lookup, one.field, one.offers, lang)) for one in outcome.unclear]
    common = {"journey": journey, "given": given_answers(lookup, journey, lang, but=at), "unclear": unclear}
    if at == "person":
        return common | {"template": "person.html"} | _person(journey, form)
    if at == PREGNANCY:
        return common | {"template": "pregnancy.html"} | _pregnancy(journey, form)
    if at == "urgent" or at in knowledge.screen:
        lists = [t for t in knowledge.screen.values() if t.warning and t.asked_if is None]
        lists = lists if at == "urgent" else [knowledge.screen[at]]
        return common | {"template": "ticks.html"} | _ticks(knowledge, journey, lists, form, standing)
    if at == "medicines":
        text = form.get(at) if form else "\n".join(journey.case.get(at, []))
        return common | {"template": "medicines.html", "text": text}
    if at == "conditions":
        return common | {"template": "conditions.html"} | _conditions(lookup, journey, form)
    if at == "clinic":
        return common | {"template": "clinic.html"} | clinic_values(knowledge, journey, form)
    finding = knowledge.findings[at]
    return (
        common
        | {"template": "question.html", "finding": finding, "doubt": _doubt(journey, at)}
        | field_values(finding, journey, form)
    )


def _person(journey: Journey, form: Form | None) -> dict[str, Any]:
    person = journey.case.get("person", {})
    if form:
        return {"age": form.get("age"), "sex": form.get("sex")}
    return {"age": person.get("age", ""), "sex": person.get("sex", "")}


def _pregnancy(journey: Journey, form: Form | None) -> dict[str, Any]:
    if form:
        return {"said": form.get("pregnant"), "weeks": form.get("weeks")}
    said = journey.case.get("person", {}).get("pregnant")
    number = is_number(said)
    put = PREGNANCY in journey.asked
    said_key = "weeks" if number else said if said in ("yes", "no") else UNKNOWN if put else ""
    return {"said": said_key, "weeks": said if number else ""}


def _ticks(
    knowledge: Knowledge, journey: Journey, lists: Iterable[TickList], form: Form | None, standing: Standing | None
) -> dict[str, Any]:
    """The lists with what applies to this person; before there is one, with everything."""

    def applies(finding: Finding) -> bool:
        return standing is None or finding.asked_if is None or standing.holds(finding.asked_if) is not False

    every = [(ticks, [knowledge.findings[id] for id in ticks.findings]) for ticks in lists]
    rows = [(ticks, [finding for finding in findings if applies(finding)]) for ticks, findings in every]
    ids = [finding.id for _, findings in rows for finding in findings]
    ticked = {id for id in ids if (f"t.{id}" in form if form else journey.findings.get(id) == "yes")}
    return {"lists": rows, "ticked": ticked}


def _conditions(lookup: Lookup, journey: Journey, form: Form | None) -> dict[str, Any]:
    findings = [f for f in lookup.knowledge.findings.values() if f.kind == "condition" and f.ask]
    known = {finding.id for finding in findings}
    if form:
        ticked, text = set(form.beginning("c.")), form.get("conditions")
    else:
        names = journey.case.get("conditions", [])
        found = {name: lookup.condition(name) for name in names}
        ticked = {id for id in found.values() if id in known}
        text = "\n".join(name for name in names if found[name] not in known)
    first = findings[:_SHOWN_CONDITIONS]
    return {"first": first, "others": findings[_SHOWN_CONDITIONS:], "ticked": ticked, "text": text}


def clinic_values(knowledge: Knowledge, journey: Journey, form: Form | None) -> dict[str, Any]:
    """Laboratory values, then imaging and examination: what a health worker can add in one go."""
    kinds = {"tests": ("test",), "imaging": ("imaging",), "examination": ("examination",)}
    return {
        name: [(f, field_values(f, journey, form)) for f in knowledge.findings.values() if f.kind in wanted and f.ask]
        for name, wanted in kinds.items()
    }


def field_values(finding: Finding, journey: Journey, form: Form | None = None) -> dict[str, Any]:
    """`options` (value, level or None) with `selected`; or, of a measurement, `value` and `unit` among `units`."""
    if measured(finding):
        labs: list[dict[str, Any]] = journey.case.get("labs", [])
        lab = next((lab for lab in labs if lab.get("test") == finding.id), {})
        value = form.get(f"lab.{finding.id}") if form else lab.get("value", journey.findings.get(finding.id, ""))
        unit = form.get(f"unit.{finding.id}") if form else lab.get("unit", "")
        units = list(dict.fromkeys([str(finding.unit), *finding.units]))
        return {"lab": True, "value": value, "unit": unit or units[0], "units": units, "options": [], "selected": ""}
    options = [(id, None) for id in ("yes", "no")]
    if finding.levels:
        options = [(level.id, level.name) for level in finding.levels]  # type: ignore[misc]
    said = journey.findings.get(finding.id)
    selected = form.get(f"f.{finding.id}") if form else _choice(finding, said)
    if not form and said is None and finding.id in journey.asked:
        selected = UNKNOWN
    return {"lab": False, "options": options, "selected": selected, "exact": said if selected == "=" else ""}


def _choice(finding: Finding, said: Any) -> str:
    """The option that an answer of the case stands for; "=": a number that is kept as it is."""
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, int | float):
        return "="
    return str(said) if said in level_ids(finding) or said in {group.id for group in finding.groups} else ""


def _doubt(journey: Journey, at: str) -> list[float]:
    """Bits open at each question up to this one."""
    bits: list[float] = []
    for id, value in journey.doubt.items():
        bits.append(value)
        if id == at:
            break
    return bits


def flag_values(knowledge: Knowledge, journey: Journey, flags: list[RedFlag], lang: str) -> dict[str, Any]:
    """The most urgent flag speaks; the others follow. `yes`: what was answered, for the card to show."""
    yes = [
        knowledge.findings[id].name[lang]
        for id, said in journey.findings.items()
        if said == "yes" and id in _screened(knowledge)
    ]
    sources = [knowledge.sources[id] for id in dict.fromkeys(id for flag in flags for id in flag.sources)]
    return {
        "journey": journey,
        "flags": flags,
        "level": min((level_of(flag.urgency) for flag in flags), default=1),
        "yes": yes,
        "medicines": journey.case.get("medicines", []),
        "sources": sources,
        "problems": [],
        "unclear": [],
        "banner": [],
        "given": [],
    }


def _screened(knowledge: Knowledge) -> set[str]:
    return {id for ticks in knowledge.screen.values() if ticks.warning for id in ticks.findings}
