"""Published figures that the model is held to, as entries. Nothing here acts."""

from typing import Literal

from msgspec import Struct, field

from kram.knowledge.entries import Entry
from kram.knowledge.numbers import Number, Sex, Text


class People(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the study measured: an age range ("60+"; nothing: adults), a sex, and what was known of all of them."""

    age: str = "18+"
    sex: Sex | None = None
    given: dict[str, str] = field(default_factory=dict)  # finding -> level


class Prevalence(Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="prevalence"):
    """People with a cramp in so many months."""

    months: float = 1.0


class Ratio(Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="ratio"):
    """Cramps in those with a fact (or a cause) against those without, the same in age and sex."""

    scale: Literal["odds_ratio", "risk_ratio", "rate_ratio"]
    fact: str | None = None
    level: str = "yes"
    against: str | None = None  # the level compared with; the reference, unless named
    cause: str | None = None
    months: float = 1.0


class PrevalenceWithCause(Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="with_cause"):
    """Cramps in people who surely have a cause."""

    cause: str
    months: float = 1.0


class Sufferers(Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="sufferers"):
    """Of those with cramps: how many have this answer, or this character of the cramp, or this cause."""

    fact: str | None = None
    levels: tuple[str, ...] = ("yes",)
    cause: str | None = None
    measure: Literal["presence", "share"] = "presence"


class SignFrequency(Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="sign"):
    """People with a cause who show a finding (at `level` or further from normal), cramp or no cramp."""

    cause: str
    finding: str
    level: str | None = None


class CauseFrequency(Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="cause"):
    """People who have a cause, cramp or no cramp."""

    cause: str


class PostTest(Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="post_test"):
    """Presence of a cause among people who come with a cramp and these answers (`given` of the people)."""

    cause: str


class CharacterOfCause(Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="character"):
    """Of people who surely have a cause and have cramps: how many have this character of the cramp."""

    cause: str
    finding: str
    levels: tuple[str, ...]


Measure = (
    Prevalence | Ratio | PrevalenceWithCause | Sufferers | SignFrequency | CauseFrequency | PostTest | CharacterOfCause
)


class LiteratureFigure(Entry, frozen=True, kw_only=True):
    """One published figure and what of the model answers to it.

    `role`: a check shares no study with any number of the model and is not algebraically one of them.
    `miss`: where the model is known to miss, why.
    """

    name: Text
    people: People
    measure: Measure
    proportion: Number | None = None
    ratio: Number | None = None
    role: Literal["input", "check"]
    miss: Text | None = None

    @property
    def published(self) -> Number:
        number = self.proportion or self.ratio
        assert number is not None  # the check sees to it
        return number
