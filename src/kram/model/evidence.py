"""What is known about one person, in the vocabulary of findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Levels = frozenset[str]


@dataclass(frozen=True)
class Evidence:
    """`answers`: finding -> the levels that are possible; one level is an answer, no entry is not known.

    `soft`: something seen of the cramps themselves that is no level of a finding -> by cause (or "unexplained") the
    likelihood of seeing it if that cause is the responsible one, relative to causes that are not named.
    """

    age: float
    sex: Literal["female", "male", "unknown"]
    answers: Mapping[str, Levels]
    soft: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def without(self, finding: str) -> "Evidence":
        return replace(self, answers={key: levels for key, levels in self.answers.items() if key != finding})

    def given(self, finding: str, *levels: str) -> "Evidence":
        return replace(self, answers={**self.answers, finding: frozenset(levels)})
