"""The OpenAPI 3.1 document: generated from what reads the requests and what writes the answers."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from kram import __version__
from kram.assessment.result import Assessment
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.api.answers import (
    CareEntry,
    CauseDetail,
    CauseSummary,
    MedicineEntry,
    NextStep,
    Problem,
    Question,
    RedFlagEntry,
    SourceEntry,
)
from kram.surfaces.api.problems import JSON, PROBLEM
from kram.surfaces.api.requests import Case, NextRequest
from kram.texts import Catalogue, catalogue, languages

_REF = "#/components/schemas/{name}"
Document = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """`faults`: the statuses that a wrong request can meet."""

    method: str
    path: str
    name: str
    gives: Any
    takes: Any = None
    faults: tuple[int, ...] = (422, 500)


OPERATIONS = (
    Operation("post", "/api/assess", "assess", Assessment, Case, (400, 413, 415, 422, 500)),
    Operation("post", "/api/next", "next", NextStep, NextRequest, (400, 413, 415, 422, 500)),
    Operation("get", "/api/causes", "causes", list[CauseSummary]),
    Operation("get", "/api/causes/{id}", "cause", CauseDetail, faults=(404, 422, 500)),
    Operation("get", "/api/questions", "questions", list[Question]),
    Operation("get", "/api/medicines", "medicines", list[MedicineEntry]),
    Operation("get", "/api/red-flags", "red_flags", list[RedFlagEntry]),
    Operation("get", "/api/care", "care", list[CareEntry]),
    Operation("get", "/api/sources", "sources", list[SourceEntry]),
    Operation("get", "/api/openapi.json", "openapi", dict[str, Any]),
)


def document(knowledge: Knowledge, lang: str) -> Document:
    """The whole document; summaries in one language, ages and ids as the knowledge has them."""
    words = catalogue(lang)
    types = [kind for op in OPERATIONS for kind in (op.gives, op.takes) if kind is not None]
    schemas, components = _schemas((*types, Problem))
    _bounds(components, knowledge)
    by_type = dict(zip([repr(kind) for kind in (*types, Problem)], schemas, strict=True))
    paths: dict[str, Any] = {}
    for op in OPERATIONS:
        paths.setdefault(op.path, {})[op.method] = _operation(op, by_type, knowledge, words)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kram",
            "version": __version__,
            "summary": words.say("cli_about"),
            "description": knowledge.settings.notice[lang],
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components},
    }


@cache
def _generated(types: tuple[Any, ...]) -> bytes:
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    return msgspec.json.encode((list(schemas), components))


def _schemas(types: tuple[Any, ...]) -> tuple[list[Any], dict[str, Any]]:
    """A copy that may be written to."""
    schemas, components = msgspec.json.decode(_generated(types))
    return schemas, components


def _bounds(components: dict[str, Any], knowledge: Knowledge) -> None:
    """The limits that are medical come from the knowledge."""
    youngest, oldest = knowledge.settings.plausible_age
    components["Person"]["properties"]["age"] |= {"minimum": youngest, "maximum": oldest}
    components["Case"]["examples"] = [EXAMPLE]


EXAMPLE: Document = {
    "person": {"age": 67, "sex": "female"},
    "conditions": ["hypertension", "E11"],
    "medicines": ["indapamide", "C03BA11"],
    "findings": {"setting": "in_bed", "one_leg_swollen": "no", "standing_hours": 9},
    "complete": ["medicines"],
    "labs": [{"test": "potassium", "value": 2.9, "unit": "mmol/L"}],
}
_EXAMPLES = {"assess": EXAMPLE, "next": {"case": EXAMPLE, "asked": ["medicines", "conditions"], "clinic": False}}


def _operation(op: Operation, by_type: dict[str, Any], knowledge: Knowledge, words: Catalogue) -> Document:
    made: Document = {
        "operationId": op.name,
        "summary": words.say(f"api_do_{op.name}"),
        "parameters": _parameters(op, knowledge, words),
        "responses": {
            "200": {
                "description": words.say("api_fine"),
                "headers": {"Content-Language": {"schema": {"type": "string", "enum": list(languages())}}},
                "content": {JSON: {"schema": by_type[repr(op.gives)]}},
            },
            **{
                str(status): {
                    "description": words.say(f"api_title_{status}"),
                    "content": {PROBLEM: {"schema": by_type[repr(Problem)]}},
                }
                for status in op.faults
            },
        },
    }
    if op.takes is not None:
        body = {"schema": by_type[repr(op.takes)], "example": _EXAMPLES[op.name]}
        made["requestBody"] = {"required": True, "content": {JSON: body}}
    return made


def _parameters(op: Operation, knowledge: Knowledge, words: Catalogue) -> list[Document]:
    found: list[Document] = [
        {
            "name": "lang",
            "in": "query",
            "description": words.say("api_lang"),
            "schema": {"type": "string", "enum": list(languages())},
        },
    ]
    if "{id}" in op.path:
        ids = [*knowledge.causes, *knowledge.drafts]
        found.append({"name": "id", "in": "path", "required": True, "schema": {"type": "string", "enum": ids}})
    if op.name == "medicines":
        schema = {"type": "string", "maxLength": 100}
        found.append({"name": "q", "in": "query", "description": words.say("api_q"), "schema": schema})
    return found
