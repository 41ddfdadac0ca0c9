"""The services, as discovery tells them."""

from kram.surfaces.cds.requests import HookRequest, Json
from kram.texts import catalogue

REQUIRED = ("patient", "conditions")
PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "requests": "MedicationRequest?patient={{context.patientId}}",
    "statements": "MedicationStatement?patient={{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}&category=laboratory,vital-signs",
    "procedures": "Procedure?patient={{context.patientId}}",
    "encounter": "Encounter/{{context.encounterId}}",
}
HOOKS = {"kram-patient-view": "patient-view", "kram-order-select": "order-select", "kram-order-sign": "order-sign"}


def discovery(lang: str) -> Json:
    words = catalogue(lang)
    return {
        "services": [
            {
                "hook": hook,
                "id": id,
                "title": words.say("cds_title"),
                "description": words.say(f"cds_{hook.replace('-', '_')}"),
                "prefetch": PREFETCH,
                "usageRequirements": words.say("cds_requirements"),
            }
            for id, hook in HOOKS.items()
        ]
    }


def queries(request: HookRequest, keys: list[str]) -> dict[str, str]:
    """The prefetch templates filled in, without those that the context cannot fill."""
    found = {}
    for key in keys:
        query = PREFETCH[key].replace("{{context.patientId}}", request.patient)
        if "{{context.encounterId}}" in query:
            if request.encounter is None:
                continue
            query = query.replace("{{context.encounterId}}", request.encounter)
        found[key] = query
    return found
