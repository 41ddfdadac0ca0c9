"""What one person has told us, in the vocabulary of the knowledge."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from kram.model.evidence import Evidence


@dataclass(frozen=True)
class NotUnderstood:
    """Something given that the knowledge has no entry for. `place`: where in the case it stood."""

    given: str
    place: str
    nearest: tuple[str, ...] = ()


class Response(Struct, frozen=True):
    """What a diary alone says of something tried (`care`), without any belief: log likelihood (up to a constant) at
    ascending logarithms of the rate ratio. `rate_ratio`: what the person was told, for words only.

    It is what goes back into the assessment, and stands so under `responses` of a case.
    """

    care: str
    rate_ratio: float
    log_ratios: tuple[float, ...]
    log_likelihood: tuple[float, ...]


@dataclass(frozen=True)
class Answers:
    """`evidence` is what the model sees; the rest is what the rules and the words need beside it.

    values     numbers as measured, in the finding's own unit: laboratory values, hours, weeks, age
    medicines  medicine finding -> ids of the medicines given that stand for it
    given      findings answered by the person, in their order (those that a complete list denies are not here)
    complete   lists of which everything not named is absent
    responses  care tried -> cramps with it for each without it; the likelihood of that is in the evidence, as `soft`
    """

    evidence: Evidence
    values: Mapping[str, float] = field(default_factory=dict)
    medicines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    complete: frozenset[str] = frozenset()
    not_understood: tuple[NotUnderstood, ...] = ()
    responses: Mapping[str, float] = field(default_factory=dict)
