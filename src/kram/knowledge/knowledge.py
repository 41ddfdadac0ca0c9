"""All entries together, as read: what everything above this room is given."""

from collections.abc import Mapping
from dataclasses import dataclass

from kram.knowledge.causes import Cause
from kram.knowledge.entries import Care, EmergencyNumbers, Entry, Finding, Medicine, Reason, RedFlag, Source, TickList
from kram.knowledge.evaluation import LiteratureFigure
from kram.knowledge.record_rules import RecordRules
from kram.knowledge.screening_rules import ScreeningRules
from kram.knowledge.settings import Population, Settings
from kram.knowledge.trial_rules import TrialRules


@dataclass(frozen=True)
class Knowledge:
    """Entries by id, in the order of their files. `fingerprint` names exactly this content.

    `drafts` are causes that are not complete enough for the model: checked and shown, never computed with.
    """

    fingerprint: str
    settings: Settings
    population: Population
    sources: dict[str, Source]
    reasons: dict[str, Reason]
    findings: dict[str, Finding]
    medicines: dict[str, Medicine]
    causes: dict[str, Cause]
    drafts: dict[str, Cause]
    care: dict[str, Care]
    red_flags: dict[str, RedFlag]
    screen: dict[str, TickList]
    emergency_numbers: dict[str, EmergencyNumbers]
    literature: dict[str, LiteratureFigure]
    records: RecordRules
    screening: ScreeningRules
    trials: TrialRules

    def entries(self, id: str) -> list[Entry]:
        """What has this id: one thing, or a cause with the finding and the medicine that it is."""
        return [shelf[id] for shelf in self.shelves().values() if id in shelf]

    def shelves(self) -> Mapping[str, Mapping[str, Entry]]:
        return {
            "causes": self.causes,
            "drafts": self.drafts,
            "findings": self.findings,
            "medicines": self.medicines,
            "care": self.care,
            "red_flags": self.red_flags,
            "screen": self.screen,
            "emergency_numbers": self.emergency_numbers,
            "literature": self.literature,
            "sources": self.sources,
            "reasons": self.reasons,
        }
