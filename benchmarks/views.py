"""The flat views of benchmarks.flattening as SQL-on-FHIR ViewDefinitions, and a run of the engine `sqlonfhir` on them.

Imports nothing of kram: the engine wants another version of fhirpathpy than kram's tests do, and runs in an environment
of its own: `PYTHON benchmarks/views.py FOLDER OUT.json`.
"""

import json
import sys
import time
from pathlib import Path

COLUMNS = ("id", "person", "code", "day", "value", "unit")
WHERE = {  # resource -> path of the person, of the codings, of the day, of the number
    "Patient": ("id", None, "birthDate", False),
    "Condition": ("subject.reference", "code.coding", "recordedDate", False),
    "MedicationRequest": ("subject.reference", "medicationCodeableConcept.coding", "authoredOn", False),
    "Observation": ("subject.reference", "code.coding", "effectiveDateTime", True),
}


def definitions() -> list[dict[str, object]]:
    """One row for each coding; a resource without a code has one row as well."""
    found = []
    for kind, (person, codings, day, number) in WHERE.items():
        paths = {"id": "id", "person": person, "day": day}
        if number:
            paths |= {"value": "value.ofType(Quantity).value", "unit": "value.ofType(Quantity).unit"}
        select: list[object] = [{"column": [{"name": name, "path": path} for name, path in paths.items()]}]
        if codings:
            select.append({"forEachOrNull": codings, "column": [{"name": "code", "path": "code"}]})
        found.append({"resourceType": "ViewDefinition", "resource": kind, "status": "active", "select": select})
    return found


def main(folder: Path, out: Path) -> None:
    from sqlonfhir import evaluate

    started = time.process_time()
    rows: list[list[object]] = []
    for view in definitions():
        for file in sorted(folder.glob(f"{view['resource']}.*ndjson")):
            resources = [json.loads(line) for line in file.open("rb")]
            rows += [[row.get(name) for name in COLUMNS] for row in evaluate(resources, view)]
    seconds = time.process_time() - started
    out.write_text(json.dumps({"seconds": seconds, "rows": rows}, default=float))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
