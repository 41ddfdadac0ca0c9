"""A cause as the knowledge holds it. Nothing here acts."""

from typing import Literal

from msgspec import Struct, field

from kram.knowledge.entries import Codes, Entry, Urgency
from kram.knowledge.numbers import Number, Sex, Shares, Text

GroupId = Literal[
    "dehydration",
    "minerals",
    "pregnancy",
    "exercise",
    "fatigue",
    "posture",
    "medicine",
    "osteoarthritis",
    "artery",
    "multiple_sclerosis",
    "diabetic_neuropathy",
    "hypothyroidism",
    "other",
    "mimic",
]
Design = Literal["observational", "randomised"]


class Mover(Struct, frozen=True, forbid_unknown_fields=True):
    """A known fact that moves the prior: by odds ratio or relative risk, or by one for each level.

    `adjusted`: the ratio comes from the one adjusted analysis on this prior. Of separate analyses the strongest
    that applies enters whole, the others at half their logarithm.
    """

    fact: str
    odds_ratio: Number | None = None
    odds_ratios: dict[str, Number] = field(default_factory=dict)
    relative_risk: Number | None = None
    relative_risks: dict[str, Number] = field(default_factory=dict)
    adjusted: bool = False


class Setter(Struct, frozen=True, forbid_unknown_fields=True):
    """A known fact that is the cause, or settles how probable it is: with this answer, P(present) = `to`."""

    fact: str
    to: Number
    levels: tuple[str, ...] = ("yes",)


class Prior(Struct, frozen=True, forbid_unknown_fields=True):
    """P(present now) by age and sex, in one of three ways, then moved by facts.

    `prevalence`; or `incidence` per person-year times `duration_months` (at least 1); or `fact`: the cause is
    that fact itself (being pregnant, taking the medicine), with the fact's own frequency where it is not known.
    """

    prevalence: Number | None = None
    incidence: Number | None = None
    duration_months: Number | None = None
    fact: str | None = None
    fact_levels: tuple[str, ...] = ("yes",)
    set_by: tuple[Setter, ...] = ()
    moved_by: tuple[Mover, ...] = ()


class Proportions(Struct, frozen=True, forbid_unknown_fields=True, tag_field="from", tag="proportions"):
    """Cramps in those with the cause and in those without, over one window; without `without`: people in general."""

    with_cause: Number
    without: Number | None = None
    months: float = 1.0


class OddsRatio(Struct, frozen=True, forbid_unknown_fields=True, tag_field="from", tag="odds_ratio"):
    odds_ratio: Number
    baseline: Number
    months: float = 1.0
    design: Design = "observational"
    events: float | None = None


class RiskRatio(Struct, frozen=True, forbid_unknown_fields=True, tag_field="from", tag="risk_ratio"):
    risk_ratio: Number
    baseline: Number
    months: float = 1.0
    design: Design = "observational"
    events: float | None = None


class RateRatio(Struct, frozen=True, forbid_unknown_fields=True, tag_field="from", tag="rate_ratio"):
    """A hazard, rate or sequence ratio against comparators who carry the whole ordinary rate."""

    rate_ratio: Number
    design: Design = "observational"
    events: float | None = None


class Trial(Struct, frozen=True, forbid_unknown_fields=True, tag_field="from", tag="trial"):
    """Cramps recorded on the drug and on placebo."""

    drug: Number
    placebo: Number


class Called(Struct, frozen=True, forbid_unknown_fields=True, tag_field="from", tag="called_a_cramp"):
    """A mimic: the probability that, in `months` with it, it is called a cramp. Also cramps named after it."""

    probability: Number
    months: float = 1.0


Rate = Proportions | OddsRatio | RiskRatio | RateRatio | Trial | Called


class Route(Struct, frozen=True, forbid_unknown_fields=True):
    """The cause also raises the prior of `cause` (through `fact`); that part of its rate is left to it."""

    cause: str
    fact: str


class SignLink(Struct, frozen=True, forbid_unknown_fields=True):
    """How often a finding (at `level` or further from normal) comes with the cause.

    Give sensitivity with false_positive or specificity of the same study; or sensitivity alone (against people
    in general); or likelihood ratios; or an odds ratio. `referred`: measured in people sent with the suspicion.
    """

    finding: str
    level: str | None = None
    sensitivity: Number | None = None
    false_positive: Number | None = None
    specificity: Number | None = None
    lr_positive: Number | None = None
    lr_negative: Number | None = None
    odds_ratio: Number | None = None
    referred: bool = False


class CauseUrgency(Struct, frozen=True, forbid_unknown_fields=True):
    level: Urgency
    presence_at_least: float | None = None  # the default of the level, where not given


class Typical(Struct, frozen=True, forbid_unknown_fields=True):
    """The ordinary bearer, for the plain-bearer list and for rates against people in general."""

    age: float
    sex: Sex


class Cause(Entry, frozen=True, kw_only=True):
    """One page of the knowledge."""

    group: GroupId
    name: Text
    summary: Text
    mechanism: Text
    advice: Text
    disputed: Text | None = None  # both sides, where the evidence conflicts
    disease: bool = True
    dangerous: bool = False
    modifiable: bool = False
    urgency: CauseUrgency | None = None
    typical: Typical
    prior: Prior
    rate: Rate | None = None
    stages: dict[str, Rate] = field(default_factory=dict)  # the rate by level of `prior.fact`
    routes: tuple[Route, ...] = ()
    signs: tuple[SignLink, ...] = ()
    character: dict[str, Shares] = field(default_factory=dict)
    tests: tuple[str, ...] = ()
    codes: Codes = Codes()
    source: str | tuple[str, ...] = ()  # of the words; the numbers carry their own
