"""The entries that are not causes: sources, findings, medicines, care, red flags and settings. Nothing here acts."""

from typing import Literal

from msgspec import Struct, field

from kram.knowledge.numbers import Number, Shares, Text
from kram.knowledge.rules import Rule

Urgency = Literal["emergency", "same_day", "soon", "routine", "self_care"]
FindingKind = Literal["question", "condition", "medicine", "examination", "test", "imaging"]
Form = Literal["yes_no", "grades", "choice", "number"]


class Entry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Anything with an id. `place` (file:line) is filled in by the reader."""

    id: str
    place: str = ""


class Source(Entry, frozen=True, kw_only=True):
    """A work that numbers or statements come from. `people`: who was measured."""

    authors: str
    year: int | None = None
    title: str
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    people: Text | None = None
    confirmed: Literal["page", "abstract", "label", "secondary", "not"]
    how: str | None = None  # what was confirmed, and what not


class Level(Struct, frozen=True, forbid_unknown_fields=True):
    """One answer. `below`: the band of a number ends here (the last band has none)."""

    id: str
    name: Text
    below: float | None = None


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """A vaguer answer that stands for several levels ("pregnant", week unknown)."""

    id: str
    name: Text
    levels: tuple[str, ...]


class Codes(Struct, frozen=True, forbid_unknown_fields=True):
    """`icd10` holds beginnings of codes that mean the same in the WHO's ICD-10 and in ICD-10-CM; `icd10cm` what only
    the latter has. `snomed`: of the Global Patient Set, which may be used everywhere."""

    icd10: tuple[str, ...] = ()
    icd10cm: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    atc: tuple[str, ...] = ()


class Finding(Entry, frozen=True, kw_only=True):
    """Anything that can be known about a person: an answer, a disease, a medicine taken, a sign, a test.

    Levels run in order for `grades` and `number`; `reference` is the normal one (the first, unless named).
    `frequency` (of yes), `frequencies` (by level: this level or further from normal) and `shares` (of a choice)
    are those of people in general; for the character of the cramp, of the average sufferer.
    """

    kind: FindingKind
    form: Form = "yes_no"
    name: Text
    question: Text | None = None
    why: Text | None = None
    help: Text | None = None
    character: bool = False
    levels: tuple[Level, ...] = ()
    groups: tuple[Group, ...] = ()
    reference: str | None = None
    unit: str | None = None
    units: dict[str, float] = field(default_factory=dict)  # other unit -> factor to `unit`
    plausible: tuple[float, float] | None = None
    frequency: Number | None = None
    frequencies: dict[str, Number] = field(default_factory=dict)
    shares: Shares | None = None
    asked_if: Rule | None = None
    ask: bool = True
    also: tuple[str, ...] = ()
    codes: Codes = Codes()


class Medicine(Entry, frozen=True, kw_only=True):
    """A substance: its names, its codes, and which medicine findings it stands for (`acts_as`)."""

    name: Text
    also: tuple[str, ...] = ()
    atc: tuple[str, ...] = ()
    rxnorm: str | None = None
    kfa: str | None = None
    acts_as: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()


class Effect(Struct, frozen=True, forbid_unknown_fields=True):
    """`rate_ratio` of the cramps that come from these causes (or "unexplained")."""

    cramps_from: tuple[str, ...]
    rate_ratio: Number


class Exclusion(Struct, frozen=True, forbid_unknown_fields=True):
    """Care is not shown when `when` holds; `reason` says why, `question` what to find out if it is not known."""

    when: Rule
    reason: Text
    ask: Text | None = None


class Trial(Struct, frozen=True, forbid_unknown_fields=True):
    """How this care is tried in a trial of one, and what a diary is read with.

    `onset_nights`, `washout_nights`: until nine tenths of the effect are there, or gone again. `rate_ratio`: what is
    expected of those causes of the entry for which `effects` has no figure (and, where that has none, of the diary).
    `doctor`: only what the doctor has agreed to. `switching` false: it is not switched on and off by lot, so that no
    plan is made; a diary of before and after can still be read. `not_if`: beside those of the entry. `name`: of what
    is tried, where the entry's own name is of a talk with the doctor. `do`: the words of the evening's reminder.
    """

    onset_nights: Number
    washout_nights: Number
    name: Text | None = None
    rate_ratio: Number | None = None
    doctor: bool = False
    switching: bool = True
    do: Text | None = None
    not_if: tuple[Exclusion, ...] = ()


class Care(Entry, frozen=True, kw_only=True):
    """Something to do, or to leave."""

    kind: Literal["relief", "prevention", "treat_cause", "discuss", "test", "no_benefit", "danger"]
    name: Text
    text: Text
    causes: tuple[str, ...] = ()  # for whom: causes or "unexplained"; empty: everybody
    if_: Rule | None = field(default=None, name="if")
    effects: tuple[Effect, ...] = ()
    certainty: Literal["high", "moderate", "low", "very_low", "none"]
    harms: Text | None = None
    not_if: tuple[Exclusion, ...] = ()
    trial: Trial | None = None
    source: str | tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


class RedFlag(Entry, frozen=True, kw_only=True):
    """A rule that no arithmetic can lower. `text`: what to do, where and how soon."""

    name: Text
    when: Rule
    urgency: Urgency
    text: Text
    critical_value: bool = False
    source: str | tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


class EmergencyCall(Struct, frozen=True, forbid_unknown_fields=True):
    """A telephone number as it is dialled."""

    number: str
    note: Text | None = None


class EmergencyNumbers(Entry, frozen=True, kw_only=True):
    """Whom to call in one country; `id` is its ISO 3166 code. `text`: what to know about the numbers."""

    name: Text
    numbers: tuple[EmergencyCall, ...]
    text: Text | None = None
    source: str | tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


class TickList(Entry, frozen=True, kw_only=True):
    """A short list of questions to tick. `warning`: of the red-flag screen, which comes first and must be answered."""

    title: Text
    findings: tuple[str, ...]
    asked_if: Rule | None = None
    warning: bool = True


class Reason(Entry, frozen=True, kw_only=True):
    """Words that several judgements share."""

    text: Text
