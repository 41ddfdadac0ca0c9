"""A form and a journey -> the journey with what was answered, or what is wrong with it.

Fields: `age`, `sex`, `pregnant`, `weeks`; `t.ID` a tick of a list; `f.ID` the answer to a finding (a level, yes, no,
a number, ? for unknown); `lab.ID` with `unit.ID` a measurement; `medicines`, `conditions` names, one a line;
`c.ID` a condition ticked; `fix.medicines.0` what a name that was not understood stands for.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from kram.assessment.case_reading import PREGNANCY
from kram.errors import KramError
from kram.knowledge.entries import Finding
from kram.knowledge.ladders import level_ids
from kram.knowledge.lookup import Lookup
from kram.surfaces.pages.forms import Form
from kram.surfaces.web.journey import Journey

MOST_NAMES = 100
MOST_NAME = 200
MOST_WORDS = 2000  # of the complaint
UNKNOWN = "?"
LEAVE = "leave"  # the person turns to another page: what can be kept is kept, nothing is asked of it
KEEP = "~"  # a name that is not understood and is left as it is


class AnswerError(KramError):
    """One field is wrong. `name`: the field."""

    def __init__(self, name: str, key: str, /, **values: object) -> None:
        super().__init__(key, **values)
        self.name = name


@dataclass
class Unclear:
    """A name that was not understood, and what it may mean."""

    field: str
    given: str
    offers: list[str]


@dataclass
class Outcome:
    errors: list[AnswerError] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        return not self.errors and not self.unclear


def answer(journey: Journey, step: str, form: Form, lookup: Lookup, do: str) -> Outcome:
    """Takes up what the form says about this step. What is wrong leaves that part of the journey as it was."""
    outcome = Outcome([AnswerError(name, "web_field_too_long") for name in form.cut if name != "state"])
    knowledge = lookup.knowledge
    try:
        if step == "person":
            _person(journey, form, lookup, outcome)
        elif step == PREGNANCY:
            _pregnancy(journey, form, lookup)
        elif step in knowledge.screen or step == "urgent":
            _ticks(journey, form, lookup, do)
        elif step in ("medicines", "conditions"):
            _names(journey, step, form, lookup, do, outcome)
        elif step in knowledge.findings:
            _one(journey, knowledge.findings[step], form, do)
        elif step in ("clinic", "result"):
            _many(journey, form, lookup, outcome)
    except AnswerError as fault:
        outcome.errors.append(fault)
    return outcome


def _person(journey: Journey, form: Form, lookup: Lookup, outcome: Outcome) -> None:
    settings = lookup.knowledge.settings
    low, high = settings.plausible_age
    given = form.get("age").strip()
    age = number(given)
    if not given:
        outcome.errors.append(AnswerError("age", "web_age_missing"))
    elif age is None or not low <= age <= high:
        outcome.errors.append(AnswerError("age", "web_age_wrong", given=given[:40], oldest=int(high)))
    sex = form.get("sex")
    if sex not in ("female", "male", "unknown"):
        outcome.errors.append(AnswerError("sex", "web_sex_missing"))
    if outcome.errors or age is None:
        return
    before = journey.case.get("person", {})
    person = {"age": int(age) if age == int(age) else age, "sex": sex}
    first, last = settings.fertile_age
    if "pregnant" in before and sex != "male" and first <= age <= last:
        person["pregnant"] = before["pregnant"]
    else:
        journey.forget(PREGNANCY)
    journey.case["person"] = person


def _pregnancy(journey: Journey, form: Form, lookup: Lookup) -> None:
    finding = lookup.knowledge.findings[PREGNANCY]
    said = form.get("pregnant") or ("weeks" if form.get("weeks").strip() else "")
    person = journey.case.setdefault("person", {})
    if said not in ("yes", "no", "weeks", UNKNOWN):
        raise AnswerError("pregnant", "web_choose_one")
    if said == "weeks":
        low, high = finding.plausible or (0.0, 44.0)
        weeks = number(form.get("weeks"))
        if weeks is None or not low < weeks <= high:
            raise AnswerError("weeks", "web_weeks_wrong", given=form.get("weeks")[:40] or "-", most=int(high))
        person["pregnant"] = int(weeks) if weeks == int(weeks) else weeks
    elif said == UNKNOWN:
        person.pop("pregnant", None)
    else:
        person["pregnant"] = said
    journey.findings.pop(PREGNANCY, None)


def _ticks(journey: Journey, form: Form, lookup: Lookup, do: str) -> None:
    lists = lookup.knowledge.screen
    ids = [id for ticks in form.all("ticks") if ticks in lists for id in lists[ticks].findings]
    shown = set(form.all("of")) or set(ids)  # what does not apply to the person was not shown, so not denied
    ids = [id for id in ids if id in shown]
    ticked = [id for id in ids if f"t.{id}" in form]
    if do == LEAVE:
        journey.findings.update(dict.fromkeys(ticked, "yes"))
        return
    if do == "none" and ticked:
        raise AnswerError(f"t.{ticked[0]}", "web_none_but_ticked")
    if do == "skip":
        answers = dict.fromkeys(ticked, "yes")
        for id in ids:
            journey.findings.pop(id, None)
    elif do != "none" and not ticked:
        raise AnswerError(f"t.{ids[0]}" if ids else "ticks", "web_nothing_ticked")
    else:
        answers = {id: "yes" if id in ticked else "no" for id in ids}
    journey.findings.update(answers)
    for name in form.all("ticks"):
        if name in lists:
            journey.put(name)


def _names(journey: Journey, step: str, form: Form, lookup: Lookup, do: str, outcome: Outcome) -> None:
    find: Callable[[str], str | None] = lookup.medicine if step == "medicines" else lookup.condition
    index = lookup.medicines if step == "medicines" else lookup.conditions
    typed = [line.strip() for line in form.get(step).replace(";", "\n").splitlines()]
    typed += [more.strip() for more in form.all(f"more.{step}") if more.strip()]
    names = (
        [*form.beginning("c."), *(name for name in typed if name)]
        if step == "conditions"
        else list(filter(None, typed))
    )
    if do == "skip":
        if names:
            raise AnswerError(step, "web_skip_but_named")
        journey.case.pop(step, None)
        journey.complete(step, False)
        return
    if do == "none" and names:
        raise AnswerError(step, "web_none_but_named")
    if do == LEAVE and not names:
        return
    if do != "none" and not names:
        raise AnswerError(step, f"web_no_{step}")
    if len(names) > MOST_NAMES:
        raise AnswerError(step, "web_too_many_names", count=len(names), most=MOST_NAMES)
    if any(len(name) > MOST_NAME for name in names):
        raise AnswerError(step, "web_name_too_long", most=MOST_NAME)
    if do == LEAVE:
        journey.case[step] = list(dict.fromkeys(names))
        return
    fixes = dict(zip(form.all(f"was.{step}"), form.beginning(f"fix.{step}.").values(), strict=False))
    kept = []
    for name in dict.fromkeys(names):
        fix = fixes.get(name, "")
        if fix and fix != KEEP:
            kept.append(fix)
            continue
        if find(name) is None and fix != KEEP:
            outcome.unclear.append(Unclear(step, name, list(index.nearest(name))))
        kept.append(name)
    if not outcome.unclear:
        journey.case[step] = list(dict.fromkeys(kept))
        journey.complete(step, True)


def _one(journey: Journey, finding: Finding, form: Form, do: str) -> None:
    if measured(finding):
        if do != "skip" and not form.get(f"lab.{finding.id}").strip():
            raise AnswerError(f"lab.{finding.id}", "web_no_value")
        _lab(
            journey, finding, form.get(f"lab.{finding.id}").strip(), form.get(f"unit.{finding.id}") or str(finding.unit)
        )
        return
    given = UNKNOWN if do == "skip" else form.get(f"f.{finding.id}").strip()
    if not given:
        raise AnswerError(f"f.{finding.id}", "web_choose_one")
    take(journey, finding, given)


def measured(finding: Finding) -> bool:
    """A laboratory value with a unit; other numbers (hours, weeks) are answered by their bands."""
    return finding.form == "number" and finding.kind == "test"


def take(journey: Journey, finding: Finding, given: str) -> None:
    """One answer. Raises AnswerError for what this finding cannot be."""
    if given == UNKNOWN:
        journey.findings.pop(finding.id, None)
        return
    if given in (level_ids(finding) if finding.levels else ("yes", "no")):
        journey.findings[finding.id] = given
        return
    if given in {group.id for group in finding.groups}:
        journey.findings[finding.id] = given
        return
    value = number(given) if finding.form == "number" else None
    low, high = finding.plausible or (-math.inf, math.inf)
    if value is None or not low <= value <= high:
        raise AnswerError(
            f"f.{finding.id}",
            "web_number_wrong" if finding.form == "number" else "web_choose_one",
            given=given[:40],
            low=f"{low:g}",
            high=f"{high:g}",
            unit=finding.unit or "",
        )
    journey.findings[finding.id] = value


def _many(journey: Journey, form: Form, lookup: Lookup, outcome: Outcome) -> None:
    """Any number of answers at once: the clinic page and the result page. An empty field changes nothing."""
    findings = lookup.knowledge.findings
    for id, given in form.beginning("f.").items():
        if id in findings and given.strip():
            try:
                take(journey, findings[id], given.strip())
            except AnswerError as fault:
                outcome.errors.append(fault)
    if "complaint" in form:
        said = form.get("complaint").strip()[:MOST_WORDS]
        journey.case.pop("complaint", None)
        if said:
            journey.case["complaint"] = said
    for id, given in form.beginning("lab.").items():
        if id in findings:
            try:
                _lab(journey, findings[id], given.strip(), form.get(f"unit.{id}") or str(findings[id].unit))
            except AnswerError as fault:
                outcome.errors.append(fault)


def _lab(journey: Journey, finding: Finding, given: str, unit: str) -> None:
    """An empty field takes the measurement away."""
    others = [lab for lab in journey.case.get("labs", []) if lab.get("test") != finding.id]
    if given:
        value = number(given)
        factor = 1.0 if unit == finding.unit else finding.units.get(unit)
        low, high = finding.plausible or (-math.inf, math.inf)
        if value is None or factor is None or not low <= value * factor <= high:
            factor = factor or 1.0
            raise AnswerError(
                f"lab.{finding.id}",
                "web_number_wrong",
                given=given[:40],
                low=f"{low / factor:g}",
                high=f"{high / factor:g}",
                unit=unit,
            )
        others.append({"test": finding.id, "value": value, "unit": unit})
        journey.findings.pop(finding.id, None)
    journey.case["labs"] = others


def number(text: str) -> float | None:
    """A decimal comma or point; None: not a number."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
