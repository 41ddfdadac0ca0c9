"""When kram speaks at the moment of decision, and when it keeps silent; every reply by the fields of CDS Hooks 2.0."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from kram.surfaces.cds.cards import shortened
from kram.texts import languages
from tests.fhir.shared import call, post
from tests.records.shared import PATIENT, resource
from tests.spec.shared import assessor

# a hook is always about today
RECENTLY = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
CRAMPS = resource("Condition", {"icd10": "R25.2", "recordedDate": RECENTLY}, "cramps")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def searchset(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


def request(
    hook: str, *conditions: dict[str, Any], orders: tuple[dict[str, Any], ...] = (), **prefetch: Any
) -> dict[str, Any]:
    context: dict[str, Any] = {"userId": "Practitioner/1", "patientId": "p"}
    if hook != "patient-view":
        context["draftOrders"] = searchset(*orders)
        context["selections"] = [f"MedicationRequest/{order['id']}" for order in orders]
    return {
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": {"patient": PATIENT, "conditions": searchset(*conditions), **prefetch},
    }


def cards(body: dict[str, Any], lang: str = "en") -> list[dict[str, Any]]:
    response = post(f"/cds-services/kram-{body['hook']}?lang={lang}", body)
    assert response.status_code == 200, response.text
    assert set(response.json()) == {"cards"}
    found = response.json()["cards"]
    for card in found:
        conforms(card)
    assert sum(card["indicator"] != "info" for card in found) <= 1
    return found


def conforms(card: dict[str, Any]) -> None:
    """The fields of a card as the specification lists them: none missing, none besides, each of its form."""
    known = {
        "uuid",
        "summary",
        "detail",
        "indicator",
        "source",
        "suggestions",
        "selectionBehavior",
        "overrideReasons",
        "links",
    }
    assert set(card) <= known
    assert UUID.fullmatch(card["uuid"])
    assert 0 < len(card["summary"]) < 140
    assert card["indicator"] in ("info", "warning", "critical")
    assert set(card["source"]) <= {"label", "url", "icon", "topic"}
    assert card["source"]["label"]
    assert ("suggestions" in card) == ("selectionBehavior" in card)
    for suggestion in card.get("suggestions", []):
        assert set(suggestion) <= {"label", "uuid", "isRecommended", "actions"}
        for action in suggestion["actions"]:
            assert action["type"] in ("create", "update", "delete")
            assert action["description"]
            assert (action["type"] == "delete") == ("resourceId" in action)
    for reason in card.get("overrideReasons", []):
        assert set(reason) == {"code", "system", "display"}
    for link in card.get("links", []):
        assert set(link) == {"label", "url", "type"}
        assert link["type"] == "absolute"
        assert urlsplit(link["url"]).scheme in ("http", "https")


def order(id: str, **given: Any) -> dict[str, Any]:
    return resource("MedicationRequest", {"status": "draft", **given}, id)


QUININE = order("q", atc="P01BC01")
INDAPAMIDE = order("i", text="Indapamide 1.5 MG Extended Release Oral Tablet")
SALMETEROL = order("s", atc="R03AC12")
MALARIA = [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B51.9"}]}]


def test_discovery_names_the_three_services_with_their_prefetch() -> None:
    for lang in languages():
        services = call("GET", f"/cds-services?lang={lang}").json()["services"]
        assert {service["hook"] for service in services} == {"patient-view", "order-select", "order-sign"}
        for service in services:
            assert {"hook", "id", "title", "description", "prefetch"} <= set(service)
            assert service["prefetch"]["patient"] == "Patient/{{context.patientId}}"


def test_silent_where_no_cramps_are_recorded() -> None:
    assert cards(request("patient-view", resource("Condition", {"icd10": "I10"}, "c"))) == []


@pytest.mark.parametrize("lang", languages())
def test_where_cramps_are_recorded_the_leading_causes_the_medicine_and_the_test(lang: str) -> None:
    taken = searchset(order("t", atc="C03BA11", status="active", authoredOn=RECENTLY))
    (card,) = cards(request("patient-view", CRAMPS, requests=taken), lang)
    thiazide = assessor().knowledge.causes["thiazide"]
    assert card["indicator"] == "info"
    assert thiazide.name[lang] in card["detail"]
    assert f"http://kram.test/{lang}/library/causes/thiazide" in [link["url"] for link in card["links"]]
    assert assessor().knowledge.settings.notice[lang] in card["detail"]


def test_cramps_as_the_reason_of_the_visit_count() -> None:
    visit = {"resourceType": "Encounter", "id": "e", "status": "in-progress", "reasonCode": [{"text": "leg cramps"}]}
    assert len(cards(request("patient-view", encounter=visit))) == 1


def test_a_critical_value_is_a_warning() -> None:
    labs = searchset(
        resource("Observation", {"loinc": "2823-3", "effectiveDateTime": RECENTLY, "value": 2.3, "ucum": "mmol/L"}, "k")
    )
    body = request("patient-view", CRAMPS, observations=labs)
    (card,) = cards(body)
    assert card["indicator"] == "warning"


def test_quinine_for_cramps_is_warned_of_with_what_to_do_instead() -> None:
    for hook in ("order-select", "order-sign"):
        (card,) = cards(request(hook, CRAMPS, orders=(QUININE,)))
        assert card["indicator"] == "warning"
        assert "regulator" in card["detail"]
        assert assessor().knowledge.care["calf_stretch_standing"].name["en"] in card["detail"]
        assert card["suggestions"][0]["actions"][0] == {
            "type": "delete", "description": "Remove this order", "resourceId": "MedicationRequest/q"
        }  # fmt: skip
        assert "malaria" in {reason["code"] for reason in card["overrideReasons"]}


def test_quinine_says_itself_that_it_is_for_cramps() -> None:
    for_cramps = QUININE | {
        "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "G47.62"}]}]
    }
    assert len(cards(request("order-sign", orders=(for_cramps,)))) == 1


def test_quinine_for_malaria_passes_and_so_does_quinine_without_cramps() -> None:
    assert cards(request("order-sign", CRAMPS, orders=(QUININE | {"reasonCode": MALARIA},))) == []
    assert cards(request("order-sign", orders=(QUININE,))) == []


@pytest.mark.parametrize(("given", "cause"), [(INDAPAMIDE, "thiazide"), (SALMETEROL, "long_acting_beta_agonist")])
def test_a_medicine_that_feeds_cramps_is_told_once_it_is_started(given: dict[str, Any], cause: str) -> None:
    (card,) = cards(request("order-sign", CRAMPS, orders=(given,)))
    assert card["indicator"] == "info"
    assert card["links"][0]["url"].endswith(f"/library/causes/{cause}")
    assert cards(request("order-sign", orders=(given,))) == []


def test_what_is_taken_already_is_not_told_again() -> None:
    taken = searchset(INDAPAMIDE | {"id": "old", "status": "active", "authoredOn": RECENTLY})
    assert cards(request("order-sign", CRAMPS, orders=(INDAPAMIDE,), requests=taken)) == []


def test_at_most_one_warning_however_much_is_ordered() -> None:
    many = (QUININE, QUININE | {"id": "q2"}, INDAPAMIDE, SALMETEROL)
    found = cards(request("order-sign", CRAMPS, orders=many))
    assert [card["indicator"] for card in found] == ["warning", "info", "info"]


def test_order_select_looks_only_at_what_was_just_chosen() -> None:
    body = request("order-select", CRAMPS, orders=(QUININE, INDAPAMIDE))
    body["context"]["selections"] = ["MedicationRequest/i"]
    (card,) = cards(body)
    assert card["indicator"] == "info"


def test_another_order_needs_no_data_and_gets_no_card() -> None:
    assert cards(request("order-sign", CRAMPS, orders=(order("a", atc="N02BE01"),))) == []


def test_nobody_is_told_of_the_dead() -> None:
    body = request("patient-view", CRAMPS)
    body["prefetch"]["patient"] = PATIENT | {"deceasedBoolean": True}
    assert cards(body) == []


def test_a_long_summary_is_cut_at_a_word() -> None:
    cut = shortened("kalium " * 40)
    assert len(cut) < 140
    assert cut.endswith("kalium…")


def test_feedback_is_answered() -> None:
    accepted = {"card": "c", "outcome": "accepted", "outcomeTimestamp": "2026-11-23T01:00:00Z"}
    fine = post("/cds-services/kram-patient-view/feedback", {"feedback": [accepted]})
    assert fine.status_code == 200
    assert fine.content == b""
    for wrong in ({}, {"feedback": {}}, {"feedback": [{}]}, {"feedback": [accepted | {"outcome": "liked"}]}, [1]):
        assert post("/cds-services/kram-patient-view/feedback", wrong).status_code == 400
    assert post("/cds-services/other/feedback", {"feedback": []}).status_code == 404
