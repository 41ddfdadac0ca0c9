"""How a health record is read: statuses, windows and the codes of what a record says in its own way (records.yaml)."""

from msgspec import Struct, field


class CodeSet(Struct, frozen=True, forbid_unknown_fields=True):
    """Codes by system. Those of the ICDs stand for everything below them, all others for themselves."""

    icd10: tuple[str, ...] = ()
    icd10cm: tuple[str, ...] = ()
    icd9cm: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()


class ConditionRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`lasting`: findings that stay true though the entry is closed. `days`: look-back of those that pass."""

    now: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    certain: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    days: dict[str, int] = field(default_factory=dict)


class MedicineRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Of one kind of resource. `just`: statuses of what has run out, believed for `just_days`; any other: not taken."""

    now: tuple[str, ...]
    just: tuple[str, ...]
    just_days: int
    days: int


class ObservationRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`yes`, `no`: codes by which a test that is not a number says so."""

    certain: tuple[str, ...] = ()
    days: int = 90
    days_by_finding: dict[str, int] = field(default_factory=dict)
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class ProcedureRules(Struct, frozen=True, forbid_unknown_fields=True):
    now: tuple[str, ...] = ()


class Adjustment(Struct, frozen=True, forbid_unknown_fields=True):
    """The value of `finding` plus `per_unit` for every `unit` that the companion is below `normal`."""

    finding: str
    by: CodeSet
    unit: str
    normal: float
    per_unit: float


class Conversion(Struct, frozen=True, forbid_unknown_fields=True):
    """From `unit` to the finding's own: value * factor + offset."""

    finding: str
    unit: str
    factor: float
    offset: float


class Measured(Struct, frozen=True, forbid_unknown_fields=True, rename={"is_": "is", "from_": "from"}):
    """At least `times` measurements of at least `at_least` within `days` answer the finding."""

    finding: str
    is_: str
    from_: CodeSet
    unit: str
    at_least: float
    days: int
    times: int = 1


class Said(Struct, frozen=True, forbid_unknown_fields=True, rename={"is_": "is", "from_": "from"}):
    """A code that answers a finding: as a disease or a procedure (`from`), or as an answer (`question` and `value`)."""

    finding: str
    is_: str
    days: int
    from_: CodeSet = CodeSet()
    question: CodeSet = CodeSet()
    value: CodeSet = CodeSet()


class PregnancyRules(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """`weeks_in_code`: beginning of codes that end in the week. `longest`: weeks after which it is over."""

    from_: CodeSet = CodeSet()
    status: CodeSet = CodeSet()
    pregnant: CodeSet = CodeSet()
    not_pregnant: CodeSet = CodeSet()
    weeks: CodeSet = CodeSet()
    weeks_in_code: str = ""
    due: CodeSet = CodeSet()
    last_period: CodeSet = CodeSet()
    ended: CodeSet = CodeSet()
    days: int = 0
    not_pregnant_days: int = 0
    longest: float = 43.0


class Complaint(Struct, frozen=True, forbid_unknown_fields=True):
    """How a record says that somebody has cramps."""

    codes: CodeSet = CodeSet()
    words: tuple[str, ...] = ()
    days: int = 365


class OrderRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`warned`, `watched`: medicine findings; `excused`: reasons for which it is right; `instead`: care to name."""

    warned: tuple[str, ...] = ()
    excused: CodeSet = CodeSet()
    watched: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


class RecordRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Each rule is explained beside its value in records.yaml."""

    systems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    conditions: ConditionRules = ConditionRules()
    medicines: dict[str, MedicineRules] = field(default_factory=dict)
    medicine_intents: tuple[str, ...] = ()
    medicine_days: dict[str, int] = field(default_factory=dict)
    local_forms: tuple[str, ...] = ()
    product_words: tuple[str, ...] = ()
    observations: ObservationRules = ObservationRules()
    procedures: ProcedureRules = ProcedureRules()
    adjustments: tuple[Adjustment, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    measured: tuple[Measured, ...] = ()
    said: tuple[Said, ...] = ()
    exceptions: CodeSet = CodeSet()
    pregnancy: PregnancyRules = PregnancyRules()
    complaint: Complaint = Complaint()
    ucum: dict[str, str] = field(default_factory=dict)
    orders: OrderRules = OrderRules()
