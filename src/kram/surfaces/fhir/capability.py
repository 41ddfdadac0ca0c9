"""What this server does, as it does it: CapabilityStatement and OperationDefinitions."""

from datetime import date

from kram import __version__
from kram.surfaces.fhir import naming
from kram.surfaces.fhir.naming import Json
from kram.texts import catalogue, languages

DATE = date(2026, 11, 23)  # of this description
JSON = ("application/fhir+json", "json")


def capability_statement(base: str, lang: str) -> Json:
    own = f"{base}/OperationDefinition"
    sdc = f"{naming.SDC}/OperationDefinition"
    return {
        "resourceType": "CapabilityStatement",
        "language": lang,
        "status": "active",
        "date": DATE.isoformat(),
        "kind": "instance",
        "software": {"name": "kram", "version": __version__},
        "implementation": {"description": catalogue(lang).say("op_assess"), "url": base},
        "fhirVersion": "4.0.1",
        "format": list(JSON),
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {
                        "type": "OperationDefinition",
                        "interaction": [{"code": "read"}],
                    },
                    {
                        "type": "Questionnaire",
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [{"name": "url", "type": "uri"}],
                        "operation": [
                            {"name": "next-question", "definition": f"{sdc}/Questionnaire-next-question"},
                            {"name": "populate", "definition": f"{sdc}/Questionnaire-populate"},
                        ],
                    },
                    {
                        "type": "QuestionnaireResponse",
                        "operation": [{"name": "assess", "definition": f"{own}/assess-response"}],
                    },
                ],
                "operation": [{"name": "assess", "definition": f"{own}/assess"}],
            }
        ],
    }


def operation_definitions(base: str, lang: str) -> dict[str, Json]:
    words = catalogue(lang)
    language = _parameter("language", "in", 0, "code", ", ".join(languages()))
    day = _parameter("date", "in", 0, "date", words.say("fhir_date"))
    out = _parameter("return", "out", 1, "Bundle", "RiskAssessment, Flag, DetectedIssue, OperationOutcome")
    assess = _operation(base, "assess", words.say("op_assess"), system=True)
    assess["parameter"] = [
        _parameter("record", "in", 0, "Bundle", "Patient, Condition, Medication*, Observation, Procedure"),
        {**_parameter("resource", "in", 0, "Resource", "record"), "max": "*"},
        _parameter("subject", "in", 0, "string", "Patient/id"),
        language,
        day,
        out,
    ]
    response = _operation(base, "assess-response", words.say("op_assess_response"), system=False)
    response["resource"] = ["QuestionnaireResponse"]
    response["parameter"] = [
        _parameter("questionnaire-response", "in", 1, "QuestionnaireResponse", naming.QUESTIONNAIRE), language, out
    ]  # fmt: skip
    return {"assess": assess, "assess-response": response}


def _operation(base: str, id: str, description: str, system: bool) -> Json:
    return {
        "resourceType": "OperationDefinition",
        "id": id,
        "url": f"{base}/OperationDefinition/{id}",
        "version": __version__,
        "name": "Assess" if system else "AssessResponse",
        "status": "active",
        "kind": "operation",
        "date": DATE.isoformat(),
        "description": description,
        "affectsState": False,
        "code": "assess",
        "system": system,
        "type": not system,
        "instance": False,
    }


def _parameter(name: str, use: str, least: int, kind: str, documentation: str) -> Json:
    return {"name": name, "use": use, "min": least, "max": "1", "documentation": documentation, "type": kind}
