"""All that we emit, by the official schema of R4, by two client libraries that others wrote, and by rules of the
specification that neither looks at."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.etree import ElementTree

import fhirclient.models.fhirelementfactory as fhirclient_models
import pytest
from fhir.resources.R4B import get_fhir_model_class

from kram.texts import languages
from tests.fhir.shared import call, every_resource, parameters, post, record, schema_faults
from tests.fhir.test_adaptive import ended
from tests.fhir.test_assess import RESOURCES


@cache
def emitted() -> dict[str, dict[str, Any]]:
    bundle = record(*RESOURCES)
    found = {}
    for lang in languages():
        found[f"assess {lang}"] = post("/fhir/$assess", parameters(bundle, lang)).json()
        for path in (
            "metadata",
            "Questionnaire/kram",
            "Questionnaire/kram-adaptive",
            "Questionnaire",
            "OperationDefinition/assess",
            "OperationDefinition/assess-response",
        ):
            found[f"{path} {lang}"] = call("GET", f"/fhir/{path}?lang={lang}").json()
    populate = {"resourceType": "Parameters", "parameter": [{"name": "content", "resource": bundle}]}
    found["populate"] = post("/fhir/Questionnaire/kram/$populate", populate).json()
    found["next question, first"] = post(
        "/fhir/Questionnaire/$next-question", {"resourceType": "QuestionnaireResponse", "status": "in-progress"}
    ).json()
    found["next question, last"] = ended()
    return found


def test_the_schema_finds_faults() -> None:
    """What finds nothing anywhere proves nothing."""
    assert schema_faults({"resourceType": "Flag", "status": "active", "code": {}, "subject": {}, "colour": "red"})
    assert schema_faults({"resourceType": "Observation", "status": "done", "code": {}})
    assert schema_faults(
        {
            "resourceType": "RiskAssessment",
            "status": "final",
            "subject": {},
            "prediction": [{"probabilityDecimal": "x"}],
        }
    )


def test_all_that_is_emitted_fits_the_official_schema() -> None:
    faults = {name: schema_faults(resource)[:3] for name, resource in emitted().items()}
    assert {name: found for name, found in faults.items() if found} == {}


def test_fhirclient_reads_all_of_it_and_gives_it_back() -> None:
    for name, whole in emitted().items():
        for resource in every_resource(whole):
            parsed = fhirclient_models.FHIRElementFactory.instantiate(resource["resourceType"], resource)
            assert parsed.as_json() == without_translations(resource), name


def without_translations(value: Any) -> Any:
    """fhirclient has no place for what stands beside a primitive value."""
    if isinstance(value, dict):
        return {key: without_translations(inner) for key, inner in value.items() if not key.startswith("_")}
    return [without_translations(inner) for inner in value] if isinstance(value, list) else value


def test_fhir_resources_reads_all_of_it() -> None:
    for whole in emitted().values():
        for resource in every_resource(whole):
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def test_rules_of_the_specification_that_schemas_do_not_hold() -> None:
    for name, whole in emitted().items():
        for element in walk(whole):
            assert element != {}, f"{name}: an empty element"
            if "url" in element and ("extension" in element) and "resourceType" not in element:
                assert not any(key.startswith("value") for key in element), f"{name}: ext-1"
            if "reference" in element and isinstance(element["reference"], str):
                assert element["reference"].startswith("urn:") or re.match(r"[A-Z]\w+/[\w.\-]+$", element["reference"])
            if "probabilityDecimal" in element:
                assert 0 <= element["probabilityDecimal"] <= 100  # ras-2
            if "div" in element:
                div = ElementTree.fromstring(element["div"])
                assert div.tag == "{http://www.w3.org/1999/xhtml}div"
                assert "".join(div.itertext()).strip()
        for value in strings(whole):
            assert value.strip(), f"{name}: an empty string"
        if whole["resourceType"] == "Bundle":
            urls = [entry["fullUrl"] for entry in whole["entry"]]
            assert len(set(urls)) == len(urls)


def strings(value: Any) -> Iterator[str]:
    for element in walk(value):
        yield from (inner for inner in element.values() if isinstance(inner, str))


def test_the_capability_statement_is_true() -> None:
    """Whatever it names is answered, and not with "not found"."""
    statement = call("GET", "/fhir/metadata").json()
    (rest,) = statement["rest"]
    base = statement["implementation"]["url"].removeprefix("http://kram.test")
    for operation in rest["operation"]:
        assert call("POST", f"{base}/${operation['name']}", json={}).status_code == 400
    for resource in rest["resource"]:
        for operation in resource.get("operation", []):
            assert call("POST", f"{base}/{resource['type']}/${operation['name']}", json={}).status_code == 400
    for operation in [*rest["operation"], *(o for r in rest["resource"] for o in r.get("operation", []))]:
        if operation["definition"].startswith("http://kram.test"):
            definition = call("GET", operation["definition"].removeprefix("http://kram.test")).json()
            assert definition["url"] == operation["definition"]
            assert definition["code"] == operation["name"]


@pytest.mark.parametrize("lang", languages())
def test_a_search_finds_the_questionnaire_by_its_url(lang: str) -> None:
    url = call("GET", "/fhir/Questionnaire/kram").json()["url"]
    found = call("GET", "/fhir/Questionnaire", params={"url": url, "lang": lang}).json()
    assert found["total"] == 1
    assert found["entry"][0]["resource"]["language"] == lang
    assert call("GET", "/fhir/Questionnaire", params={"url": "http://elsewhere"}).json()["total"] == 0
