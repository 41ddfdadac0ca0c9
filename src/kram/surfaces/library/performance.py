"""How well the whole does: the kept record of both instruments, laid out for its page."""

import math
from dataclasses import dataclass

from kram.evaluation.casebook import Share
from kram.evaluation.recording import CaseHeld, FigureHeld, kept, share
from kram.knowledge.entries import Source
from kram.knowledge.evaluation import LiteratureFigure
from kram.knowledge.explaining import cause_name, counted
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.library.views import View
from kram.texts import Catalogue, catalogue

_LOW, _HIGH = 0.1, 100.0  # the scale on which ratios are drawn


@dataclass(frozen=True)
class Held:
    """One figure: both values in words, and where they lie along a bar from 0 to 1."""

    entry: LiteratureFigure
    inside: bool
    agrees: bool
    published: str
    interval: str
    computed: str
    computed_interval: str
    there: tuple[float, float, float]
    here: tuple[float, float, float]
    sources: list[Source]


@dataclass(frozen=True)
class Missed:
    """A case in which the true cause did not come first, or the urgency was wrong."""

    case: CaseHeld
    cause: str
    leading: str


def performance(knowledge: Knowledge, lang: str) -> View:
    record, words = kept(), catalogue(lang)
    held = [_held(knowledge, row, words) for row in record.figures if row.id in knowledge.literature]
    checks = [row for row in held if row.entry.role == "check"]
    known = {*knowledge.causes, *knowledge.drafts, "unexplained"}
    cases = [case for case in record.cases if {case.cause, case.leading} <= known]
    kinds = [("all", cases), *((kind, [c for c in cases if c.kind == kind]) for kind in ("report", "exam", "benign"))]
    return {
        "current": record.fingerprint == knowledge.fingerprint,
        "checks": checks,
        "inputs": [row for row in held if row.entry.role == "input"],
        "inside": share([row.inside for row in checks]),
        "agree": share([row.agrees for row in checks]),
        "groups": [(kind, _counts(those)) for kind, those in kinds if those],
        "missed": [
            Missed(case, cause_name(knowledge, case.cause, words), cause_name(knowledge, case.leading, words))
            for case in cases
            if case.accepted > 1 or case.steps != 0
        ],
    }


def _counts(cases: list[CaseHeld]) -> dict[str, Share]:
    return {
        "first": share([case.accepted == 1 for case in cases]),
        "top3": share([case.accepted <= 3 for case in cases]),
        "urgency_right": share([case.steps == 0 for case in cases]),
        "urgency_low": share([case.steps < 0 for case in cases]),
        "urgency_high": share([case.steps > 0 for case in cases]),
    }


def _held(knowledge: Knowledge, row: FigureHeld, words: Catalogue) -> Held:
    entry = knowledge.literature[row.id]
    ratio = entry.ratio is not None
    values = (row.published, *row.interval, row.computed, *row.computed_interval)
    of, shown = ("", tuple(words.figure(value, 3) for value in values)) if ratio else counted(values, words)
    places = tuple(_place(value, ratio) for value in values)

    def point(text: str) -> str:
        return words.say("figure_ratio", value=text) if ratio else words.say("figure_of", count=text, of=of)

    return Held(
        entry=entry,
        inside=row.inside,
        agrees=row.agrees,
        published=point(shown[0]),
        interval=words.say("rule_between", low=shown[1], high=shown[2]),
        computed=point(shown[3]),
        computed_interval=words.say("rule_between", low=shown[4], high=shown[5]),
        there=(places[0], places[1], places[2]),
        here=(places[3], places[4], places[5]),
        sources=[knowledge.sources[id] for id in entry.published.sources],
    )


def _place(value: float, ratio: bool) -> float:
    """Along the bar: a proportion as it is, a ratio by its logarithm."""
    if not ratio:
        return value
    span = math.log(_HIGH / _LOW)
    return min(max(math.log(max(value, _LOW) / _LOW) / span, 0.0), 1.0)
