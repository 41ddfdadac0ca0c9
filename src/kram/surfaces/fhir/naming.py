"""Addresses that stand in what we emit, each once."""

from datetime import UTC, date, datetime
from typing import Any

from kram.texts import catalogue, languages

CANONICAL = "https://pypi.org/project/kram-betis/fhir"  # a name, not a place: nothing is fetched from it
CAUSES = f"{CANONICAL}/CodeSystem/causes"
FINDINGS = f"{CANONICAL}/CodeSystem/findings"
ANSWERS = f"{CANONICAL}/CodeSystem/answers"
MEDICINES = f"{CANONICAL}/CodeSystem/medicines"
FLAGS = f"{CANONICAL}/CodeSystem/red-flags"
SHARE_INTERVAL = f"{CANONICAL}/StructureDefinition/share-interval"
PRESENCE = f"{CANONICAL}/StructureDefinition/presence"
PRESENCE_INTERVAL = f"{CANONICAL}/StructureDefinition/presence-interval"
PREDICTION_BASIS = f"{CANONICAL}/StructureDefinition/prediction-basis"
URGENCY = f"{CANONICAL}/StructureDefinition/urgency"
QUESTIONNAIRE = f"{CANONICAL}/Questionnaire/kram"
ADAPTIVE = f"{CANONICAL}/Questionnaire/kram-adaptive"

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
SNOMED = "http://snomed.info/sct"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
ITEM_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
SDC = "http://hl7.org/fhir/uv/sdc"
NARRATIVE_LINK = "http://www.w3.org/1999/xhtml"

Json = dict[str, Any]


def translated(texts: dict[str, str], lang: str) -> tuple[str, Json | None]:
    """The words in one language, and the sibling element that carries the others (None where there are none)."""
    others = [
        {
            "url": TRANSLATION,
            "extension": [{"url": "lang", "valueCode": other}, {"url": "content", "valueString": words}],
        }
        for other, words in texts.items()
        if other != lang
    ]
    return texts[lang], {"extension": others} if others else None


def said(key: str) -> dict[str, str]:
    """A sentence of the catalogues in every language."""
    return {lang: catalogue(lang).say(key) for lang in languages()}


def with_words(element: Json, field: str, texts: dict[str, str], lang: str) -> Json:
    """The element with `field` in one language and its translations beside it."""
    words, sibling = translated(texts, lang)
    element[field] = words
    if sibling is not None:
        element[f"_{field}"] = sibling
    return element


def coding(system: str, code: str, texts: dict[str, str], lang: str) -> Json:
    return with_words({"system": system, "code": code}, "display", texts, lang)


def reference(name: str) -> Json:
    """A Reference; what has no address is named."""
    return {"reference": name} if "/" in name or name.startswith("urn:") else {"display": name}


def percent(share: float) -> float:
    """R4 wants the probability of a RiskAssessment as a percentage."""
    return round(100 * share, 10)


def instant(on: date) -> str:
    return datetime(on.year, on.month, on.day, tzinfo=UTC).isoformat().replace("+00:00", "Z")
