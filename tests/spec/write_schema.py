"""Writes schema/assessment.schema.json anew: python -m tests.spec.write_schema."""

import json

import msgspec

from kram.assessment.result import Assessment
from tests.spec.shared import ROOT

if __name__ == "__main__":
    file = ROOT / "schema" / "assessment.schema.json"
    file.write_text(json.dumps(msgspec.json.schema(Assessment), indent=1) + "\n", "utf-8")
