"""What is worth asking, looking at or testing next, in words and in order of value."""

from dataclasses import dataclass
from typing import Literal

from kram.assessment.computing import Computed
from kram.assessment.matching import Standing
from kram.assessment.result import Next
from kram.knowledge.entries import Finding
from kram.texts import catalogue

KINDS: dict[str, Literal["question", "examination", "test"]] = {
    "question": "question",
    "condition": "question",
    "medicine": "question",
    "examination": "examination",
    "test": "test",
    "imaging": "test",
}
LISTS = {"medicine": "medicines", "condition": "conditions"}  # asked for as one list


@dataclass(frozen=True)
class Prospect:
    """`bits`: about cause and danger together; `value`: with danger weighted, per cost."""

    id: str
    finding: Finding | None  # None: a whole list
    kind: str
    bits: float
    value: float


def prospects(standing: Standing, computed: Computed) -> list[Prospect]:
    """Every open finding that is worth its cost, best first; medicines and diseases count as one list each."""
    settings = standing.knowledge.settings
    found = []
    sums: dict[str, tuple[float, float]] = {}
    for id, outlook in computed.outlooks.items():
        finding = standing.knowledge.findings[id]
        bits = outlook.cause + outlook.danger
        value = (outlook.cause + settings.danger_weight * outlook.danger) / settings.costs[finding.kind]
        if finding.kind in LISTS and LISTS[finding.kind] not in standing.answers.complete:
            total = sums.get(finding.kind, (0.0, 0.0))
            sums[finding.kind] = (total[0] + bits, total[1] + value)
        elif finding.kind not in LISTS:
            found.append(Prospect(id, finding, finding.kind, bits, value))
    found += [Prospect(LISTS[kind], None, kind, bits, value) for kind, (bits, value) in sums.items()]
    worth = [prospect for prospect in found if prospect.value >= settings.stop_below]
    return sorted(worth, key=lambda prospect: (-prospect.value, prospect.id))


def proposals(standing: Standing, computed: Computed, lang: str) -> list[Next]:
    words = catalogue(lang)
    found = []
    for prospect in prospects(standing, computed):
        finding = prospect.finding
        if finding is None:
            text, reason = words.say(f"ask_{prospect.id}"), words.say(f"ask_{prospect.id}_why")
        else:
            text = (finding.question or finding.name)[lang]
            reason = finding.why[lang] if finding.why else words.say("ask_why_default", name=finding.name[lang])
        kind = KINDS[prospect.kind]
        found.append(Next(prospect.id, kind, text, reason, round(prospect.bits, 12), round(prospect.value, 12)))
    return found
