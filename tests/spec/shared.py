"""The worked examples, and an assessor to share between tests."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import read_case
from kram.assessment.result import Assessment
from kram.loading import load_assessor

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


@cache
def assessor() -> Assessor:
    return load_assessor()


def example(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "examples" / f"{name}.yaml").read_text("utf-8"))


def answers(case: dict[str, Any]) -> Answers:
    return read_case(case, assessor().lookup)


def assess(case: dict[str, Any], lang: str = "en") -> Assessment:
    return assessor().assess(answers(case), lang)


def ranked(assessment: Assessment) -> list[str]:
    """Cause ids and "unexplained", largest share first."""
    shares = {"unexplained": assessment.unexplained.share, **{c.id: c.share for c in assessment.causes}}
    return sorted(shares, key=lambda id: -shares[id])


def rank(assessment: Assessment, cause: str) -> int:
    """By share; a dangerous cause also by presence among the dangerous ones, whichever is better."""
    places = [ranked(assessment).index(cause) + 1]
    dangerous = sorted((c for c in assessment.causes if c.dangerous), key=lambda c: -c.presence)
    places += [place for place, c in enumerate(dangerous, 1) if c.id == cause]
    return min(places)
