"""What a trial of one is told beside its care entry: what comes anyway, how wide the guesses start (trials.yaml)."""

from msgspec import Struct

from kram.knowledge.numbers import Number


class Anyway(Struct, frozen=True, forbid_unknown_fields=True):
    """What happens to people who get nothing that works. `improved`: how many have a quarter fewer cramps;
    `rate_ratio`: what is left of one person's cramps some weeks after the person began to look for help."""

    improved: Number
    rate_ratio: Number


class Beliefs(Struct, frozen=True, forbid_unknown_fields=True):
    """Standard deviations on the logarithm of the nightly rate, unless it says otherwise; see trials.yaml."""

    between_people: float
    no_effect: float
    sceptical: float
    baseline: tuple[float, float]  # median cramps a night, standard deviation of its logarithm
    dispersion: tuple[float, float]  # median of variance = mean + d mean^2, standard deviation of its logarithm
    trend: float  # over four weeks
    weekday: float
    day: float
    spell: float  # scale of a half-normal, of weeks around their trend
    spell_nights: int
    other_care: float


class Deciding(Struct, frozen=True, forbid_unknown_fields=True):
    """When an answer is an answer. `worthwhile`: the rate ratio that counts as a real help."""

    worthwhile: float
    sure: float
    diary_alone: float
    least_nights: int
    foresee_sure: float
    foresee_nights: int
    missing_from: float
    not_as_planned_from: float


class Planning(Struct, frozen=True, forbid_unknown_fields=True):
    """`least_period`: nights in a row with or without, and at least `period_over_slowest` times the slower of onset and
    wash-out. `least_weeks`, `most_weeks`: of a whole plan."""

    least_period: int
    period_over_slowest: float
    least_weeks: int
    most_weeks: int
    evening: tuple[int, int]  # hour and minute of the reminder of what to do
    morning: tuple[int, int]  # and of the one to count the cramps of the night


class TrialRules(Struct, frozen=True, forbid_unknown_fields=True):
    anyway: Anyway
    beliefs: Beliefs
    deciding: Deciding
    planning: Planning
