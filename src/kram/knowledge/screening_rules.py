"""How a population is screened: who counts as having cramps, and how OMOP names things (screening.yaml)."""

from msgspec import Struct, field

from kram.knowledge.entries import Urgency
from kram.knowledge.record_rules import CodeSet


class Complainers(Struct, frozen=True, forbid_unknown_fields=True):
    """Beside the complaint itself: medicines given for cramps, unless the record names another reason for them."""

    medicines: tuple[str, ...] = ()
    unless: CodeSet = CodeSet()
    unless_days: int = 365


class Concept(Struct, frozen=True, forbid_unknown_fields=True):
    """What a standard concept of OMOP is in the system that it comes from."""

    system: str
    code: str


class OmopRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`vocabularies`: of OMOP -> our systems. `source_values`: the system of source codes, by table.
    `concepts`: standard concepts, for data that come without the table of concepts. `units`, `operators`: likewise.
    """

    vocabularies: dict[str, str] = field(default_factory=dict)
    source_values: dict[str, str] = field(default_factory=dict)
    concepts: dict[int, Concept] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    operators: dict[int, str] = field(default_factory=dict)
    female: tuple[int, ...] = ()
    male: tuple[int, ...] = ()


class ReportRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`small_cell`: counts of people below it are not shown. `first`: urgencies whose people are called first."""

    small_cell: int = 10
    first: tuple[Urgency, ...] = ()
    listed: int = 20


class SynthesisRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Of invented people. `together`: correlation by which diseases and medicines gather in the same people.

    `given_for`: medicine findings -> diseases of which their takers have one. `recorded`, `complains`, `tested`,
    `tested_ill`: proportions of diseases that are on record, of cramps that are told, of tests that were made.
    """

    together: float = 0.0
    given_for: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recorded: float = 1.0
    complains: float = 1.0
    tested: float = 0.5
    tested_ill: float = 0.5


class ScreeningRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Each rule is explained beside its value in screening.yaml."""

    complaint: Complainers = Complainers()
    omop: OmopRules = OmopRules()
    report: ReportRules = ReportRules()
    synthesis: SynthesisRules = SynthesisRules()
