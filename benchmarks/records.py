"""How long a health record takes, and how often the hooks speak, on synthetic charts.

    python -m benchmarks.records FOLDER [DAY]

FOLDER holds Patient.ndjson, Condition.ndjson, MedicationRequest.ndjson and Observation.ndjson (FHIR R4, as bulk exports
write them); DAY is the day for which they are read.
"""

import asyncio
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette

from kram.assessment.case_reading import read_case
from kram.loading import load_assessor
from kram.records.bundles import RecordError
from kram.records.reading import RecordReader
from kram.surfaces import cds, fhir
from kram.surfaces.cds.deciding import Deciding
from kram.surfaces.cds.requests import HookRequest

KINDS = ("Condition", "MedicationRequest", "Observation")
RUNS = 20

Chart = list[dict[str, Any]]


def charts(folder: Path) -> dict[str, Chart]:
    """Person -> resources, the Patient first."""
    found: dict[str, Chart] = defaultdict(list)
    for line in (folder / "Patient.ndjson").open("rb"):
        patient = msgspec.json.decode(line)
        found[patient["id"]].append(patient)
    for kind in KINDS:
        for line in (folder / f"{kind}.ndjson").open("rb"):
            resource = msgspec.json.decode(line)
            found[resource["subject"]["reference"].split(":")[-1].split("/")[-1]].append(resource)
    return found


def spread(name: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    print(f"{name:<58} p50 {1000 * statistics.median(seconds):8.1f} ms   p95 {1000 * cuts[18]:8.1f} ms")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def hook(name: str, chart: Chart, order: dict[str, Any] | None = None) -> tuple[HookRequest, dict[str, Any]]:
    """The request that a record system would send for this chart."""
    context: dict[str, Any] = {"patientId": chart[0]["id"]}
    if order is not None:
        context["draftOrders"] = {"resourceType": "Bundle", "entry": [{"resource": order}]}
        context["selections"] = [f"MedicationRequest/{order['id']}"]
    data = {
        "patient": chart[0],
        "conditions": {"resourceType": "Bundle", "entry": [{"resource": r} for r in chart[1:]]},
    }
    return HookRequest(name, chart[0]["id"], None, context, {}, None, None), data


def fatigue(deciding: Deciding, people: list[Chart], on: date) -> None:
    """The share of charts that get any card, and any warning: as they are, and if all of them had cramps recorded."""
    cards, warnings, orders, spoken, warned = 0, 0, 0, 0, 0
    for chart in people:
        found = deciding.cards(*hook("patient-view", chart), "en", "http://kram", on)
        cards += bool(found)
        warnings += any(card["indicator"] != "info" for card in found)
        for order in [r for r in chart if r["resourceType"] == "MedicationRequest" and r["status"] == "active"]:
            rest = [r for r in chart if r is not order]
            found = deciding.cards(*hook("order-sign", rest, order | {"status": "draft"}), "en", "http://kram", on)
            orders += 1
            spoken += bool(found)
            warned += any(card["indicator"] != "info" for card in found)
    print(f"\npatient-view on {len(people)} charts as they are: {cards} with a card, {warnings} with a warning")
    print(f"order-sign on their {orders} active prescriptions: {spoken} with a card, {warned} with a warning")
    cards, warnings, spoken, warned = 0, 0, 0, 0
    for chart in people:
        cramps = {
            "resourceType": "Condition",
            "id": "cramps",
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "G47.62"}]},
            "recordedDate": on.isoformat(),
        }
        found = deciding.cards(*hook("patient-view", [*chart, cramps]), "en", "http://kram", on)
        cards += bool(found)
        warnings += any(card["indicator"] != "info" for card in found)
        for order in [r for r in chart if r["resourceType"] == "MedicationRequest" and r["status"] == "active"]:
            rest = [r for r in chart if r is not order]
            found = deciding.cards(*hook("order-sign", [*rest, cramps], order), "en", "http://kram", on)
            spoken += bool(found)
            warned += any(card["indicator"] != "info" for card in found)
    print(f"if each of them had cramps recorded: patient-view {cards} with a card, {warnings} with a warning;")
    print(f"order-sign on the same prescriptions {spoken} with a card, {warned} with a warning")


def latency(people: list[Chart], on: date) -> None:
    """On a chart of 1,000 resources: one person's own, then others' measurements in that person's name."""
    assessor = load_assessor()
    reader = RecordReader(assessor.lookup)
    chart = max(people, key=len)[:1000]
    name = {"reference": f"Patient/{chart[0]['id']}"}
    others = (r for person in people for r in person[1:])
    while len(chart) < 1000:
        chart.append(next(others) | {"subject": name, "id": f"extra-{len(chart)}"})
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in chart]}
    body = msgspec.json.encode(
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "record", "resource": bundle}, {"name": "date", "valueDate": on.isoformat()}],
        }
    )
    application = Starlette(routes=[*fhir.routes(assessor), *cds.routes(assessor)])
    case = reader.read(bundle, on).case

    async def posted() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://kram") as client:
            response = await client.post(
                "/fhir/$assess", content=body, headers={"Content-Type": "application/fhir+json"}
            )
            response.raise_for_status()

    print(f"\na chart of {len(chart)} resources ({len(body) / 1e6:.1f} MB), {RUNS} runs")
    spread("reading the record", [timed(lambda: reader.read(bundle, on))[0] for _ in range(RUNS)])
    answers = read_case(case, assessor.lookup)
    spread("assessing its case", [timed(lambda: assessor.assess(answers, "en"))[0] for _ in range(RUNS)])
    spread("POST /fhir/$assess, whole", [timed(lambda: asyncio.run(posted()))[0] for _ in range(RUNS)])
    deciding = Deciding(assessor)
    silent = hook("patient-view", chart)
    spread(
        "patient-view, where it is silent",
        [timed(lambda: deciding.cards(*silent, "en", "http://kram", on))[0] for _ in range(RUNS)],
    )


def main(folder: Path, on: date) -> None:
    assessor = load_assessor()
    reader = RecordReader(assessor.lookup)
    people, seconds, resources = [], [], 0
    for chart in charts(folder).values():
        try:
            taken, _ = timed(lambda chart=chart: reader.read(chart, on))  # type: ignore[misc]
        except RecordError:
            continue
        people.append(chart)
        seconds.append(taken)
        resources += len(chart)
    print(f"{len(people)} people alive on {on}, {resources} resources")
    spread("reading a chart", seconds)
    print(f"{'a million such charts on one core':<58} {sum(seconds) / len(seconds) * 1e6 / 3600:.2f} h")
    fatigue(Deciding(assessor), people, on)
    latency(people, on)


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else date(2020, 1, 1))
