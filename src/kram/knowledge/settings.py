"""What the model is told beside its causes: the population, and the choices that are judgements."""

from msgspec import Struct

from kram.knowledge.entries import Urgency
from kram.knowledge.numbers import Number, Shares, Text


class Population(Struct, frozen=True, forbid_unknown_fields=True):
    """Who comes: how many people have a leg cramp in a month, by age and sex; and how old people are."""

    prevalence: Number
    months: float  # the window in which it was asked
    ages: Shares  # by age band


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of the method itself. Each is explained beside its value in settings.yaml."""

    age_bands: tuple[str, ...]
    window_exponent: Number
    shrinkage_variance: float
    few_events: float
    character_pseudo_counts: float
    leak_floor: float
    rest_floor: float
    draws: int
    seed: int
    interval: tuple[float, float]
    unadjusted_weight: float
    referral_weight: float
    referral_reach: float
    danger_weight: float
    costs: dict[str, float]
    stop_below: float
    interview_stop_below: float
    interview_at_least: int
    thresholds: dict[Urgency, float]
    leading_share: float
    named_share: float
    care_presence: float
    plausible_age: tuple[float, float]
    fertile_age: tuple[float, float]
    reasons_from: float
    notice: Text
