"""The answers of a journey in words, each with the step where it can be changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kram.assessment.case_reading import PREGNANCY
from kram.assessment.responding import by_cause
from kram.finite import is_number
from kram.knowledge.entries import Finding
from kram.knowledge.lookup import Lookup
from kram.surfaces.web.journey import Journey
from kram.texts import catalogue

FORGET = "forget:"  # and the id of what a diary showed


@dataclass(frozen=True)
class Given:
    """One answer. `step`: where to change it; or the button that leaves it out, where it can only be that."""

    step: str
    name: str
    answer: str

    @property
    def do(self) -> str:
        return self.step if self.step.startswith(FORGET) else f"edit:{self.step}"


def given_answers(lookup: Lookup, journey: Journey, lang: str, but: str = "") -> list[Given]:
    """Everything told so far, in the order of the way; the answer of the step `but` is left out."""
    words = catalogue(lang)
    rows = [*_person(journey, lang), *_screen(lookup, journey, lang), *_names(lookup, journey, lang)]
    screened = {id for ticks in lookup.knowledge.screen.values() for id in ticks.findings}
    for id in journey.findings:
        finding = lookup.knowledge.findings.get(id)
        if finding is not None and id not in screened and id != PREGNANCY:
            rows.append(Given(id, finding.name[lang], answer_words(finding, journey.findings[id], lang)))
    for lab in journey.case.get("labs", []):
        tested = lookup.knowledge.findings.get(str(lab.get("test")))
        if tested is not None:
            value = lab.get("value", lab.get("result"))
            shown = catalogue(lang).figure(value) if isinstance(value, int | float) else str(value)
            rows.append(
                Given(tested.id, tested.name[lang], f"{shown} {words.unit(lab.get('unit', tested.unit))}".strip())
            )
    rows += [row for one in journey.case.get("responses", []) for row in _response(lookup, one, lang)]
    return [row for row in rows if row.step != but]


def _response(lookup: Lookup, response: dict[str, Any], lang: str) -> list[Given]:
    care = str(response.get("care"))
    if care not in lookup.knowledge.care or not by_cause(lookup.knowledge, lookup.knowledge.care[care]):
        return []  # it stands among what was not understood
    seen = catalogue(lang).say("response_seen", ratio=catalogue(lang).figure(float(response["rate_ratio"]), 2))
    return [Given(FORGET + care, lookup.knowledge.care[care].name[lang], seen)]


def answer_words(finding: Finding, said: Any, lang: str) -> str:
    words = catalogue(lang)
    if isinstance(said, bool) or said in ("yes", "no"):
        plain = "yes" if said in (True, "yes") else "no"
        if not finding.levels:
            return words.say(plain)
    names = {level.id: level.name for level in finding.levels} | {group.id: group.name for group in finding.groups}
    if said in names:
        return names[said][lang]
    if isinstance(said, int | float):
        return f"{words.figure(said)} {words.unit(finding.unit)}".strip()
    return words.say(said) if said in ("yes", "no") else str(said)


def _person(journey: Journey, lang: str) -> list[Given]:
    words = catalogue(lang)
    person = journey.case.get("person")
    if not person:
        return []
    years = words.say("web_years", age=words.figure(float(person["age"])))
    rows = [
        Given("person", words.say("web_age"), years),
        Given("person", words.say("web_sex"), words.words(f"words_{person['sex']}")[0]),
    ]
    said = person.get("pregnant")
    if said is not None:
        number = is_number(said)
        shown = (
            words.say("web_weeks", weeks=words.figure(said)) if number else words.say("no" if said == "no" else "yes")
        )
        rows.append(Given(PREGNANCY, words.say("web_pregnant"), shown))
    return rows


def _screen(lookup: Lookup, journey: Journey, lang: str) -> list[Given]:
    words, rows = catalogue(lang), []
    for ticks in lookup.knowledge.screen.values():
        known = [id for id in ticks.findings if id in journey.findings]
        if known:
            yes = [lookup.knowledge.findings[id].name[lang] for id in known if journey.findings[id] in ("yes", True)]
            title = ticks.title[lang]
            name = words.say("web_signs", where=title.lower()) if ticks.warning else title
            rows.append(Given(ticks.id, name, "; ".join(yes) or words.say("web_none")))
    return rows


def _names(lookup: Lookup, journey: Journey, lang: str) -> list[Given]:
    words, rows = catalogue(lang), []
    for list_name in ("medicines", "conditions"):
        names = journey.case.get(list_name, [])
        whole = list_name in journey.case.get("complete", [])
        if names or whole:
            shown = ", ".join(shown_name(lookup, list_name, name, lang) for name in names)
            rows.append(Given(list_name, words.say(f"web_{list_name}"), shown or words.say("web_none")))
    return rows


def shown_name(lookup: Lookup, list_name: str, name: str, lang: str) -> str:
    """A medicine as it was typed; a condition by its name."""
    if list_name == "conditions":
        id = lookup.condition(name)
        return lookup.knowledge.findings[id].name[lang] if id else name
    id = lookup.medicine(name)
    return lookup.knowledge.medicines[id].name[lang] if id and id == name else name


def offered_names(lookup: Lookup, list_name: str, offers: Iterable[str], lang: str) -> list[str]:
    """Each thing once and in the person's language; a brand stays the brand that was nearly typed."""
    found = []
    for offer in offers:
        id = lookup.medicine(offer) if list_name == "medicines" else None
        names = lookup.knowledge.medicines[id].name if id else None
        found.append(names[lang] if names and offer in names.values() else shown_name(lookup, list_name, offer, lang))
    return list(dict.fromkeys(found))
