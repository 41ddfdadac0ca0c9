"""The assessment of one person: the object that every surface gives. Nothing here acts."""

from typing import Literal

from msgspec import Struct

from kram.knowledge.entries import Urgency

Interval = tuple[float, float]
STRONG, CLEAR = 1.5, 0.6  # log-odds from which an answer speaks strongly, clearly


class KnowledgeUsed(Struct, frozen=True):
    fingerprint: str


class RedFlagMet(Struct, frozen=True):
    """A rule that holds for this person. `text`: what to do, where, how soon."""

    id: str
    urgency: Urgency
    name: str
    text: str
    sources: tuple[str, ...]


class OpenQuestion(Struct, frozen=True):
    """A question of the red-flag screen that is not answered."""

    id: str
    text: str


class Via(Struct, frozen=True):
    """A known fact that raised the cause's prior."""

    finding: str
    text: str


class CauseShare(Struct, frozen=True):
    """`share`: how likely this cause is behind the cramps. `presence`: is it there at all, cramp or no cramp."""

    id: str
    group: str
    name: str
    share: float
    share_interval: Interval
    presence: float
    presence_interval: Interval
    dangerous: bool
    modifiable: bool
    via: tuple[Via, ...]
    sources: tuple[str, ...]


class Unexplained(Struct, frozen=True):
    share: float
    share_interval: Interval


class Why(Struct, frozen=True):
    """How much `answer` moved `cause`: its log-odds of being responsible, less what they are without this answer.

    `raises`: the answer makes the cause itself likelier; where log_odds is below 0, it makes others likelier still.
    """

    finding: str
    name: str
    answer: str
    cause: str
    log_odds: float
    raises: bool = False

    @property
    def strength(self) -> str:
        """for_strong ... against_strong, or outweighed: the key of the words that say it."""
        if self.raises and self.log_odds < 0:
            return "outweighed"
        size = "strong" if abs(self.log_odds) >= STRONG else "clear" if abs(self.log_odds) >= CLEAR else "slight"
        return f"{'for' if self.log_odds > 0 else 'against'}_{size}"


class Next(Struct, frozen=True):
    """Something worth asking, looking at or testing. `bits`: expected information about cause and danger."""

    id: str
    kind: Literal["question", "examination", "test"]
    text: str
    reason: str
    bits: float
    value: float


class CareItem(Struct, frozen=True, rename={"for_": "for"}):
    """`rate_ratio`: the part of this person's cramps expected to remain. `questions`: to be settled before."""

    id: str
    kind: str
    name: str
    text: str
    rate_ratio: float | None
    interval: Interval | None
    certainty: str
    harms: str | None
    for_: tuple[str, ...]
    questions: tuple[str, ...]
    sources: tuple[str, ...]


class CareWithheld(Struct, frozen=True):
    id: str
    name: str
    reason: str


class NotUnderstoodItem(Struct, frozen=True):
    given: str
    place: str
    nearest: tuple[str, ...]


class Assessment(Struct, frozen=True):
    """See docs for the meaning of each part. Shares and `unexplained.share` add up to 1."""

    version: str
    lang: str
    notice: str
    knowledge: KnowledgeUsed
    urgency: Urgency
    urgency_text: str
    red_flags: tuple[RedFlagMet, ...]
    red_flags_open: tuple[OpenQuestion, ...]
    causes: tuple[CauseShare, ...]
    unexplained: Unexplained
    danger: float
    why: tuple[Why, ...]
    next: tuple[Next, ...]
    care: tuple[CareItem, ...]
    care_withheld: tuple[CareWithheld, ...]
    tell_the_doctor: tuple[str, ...]
    not_understood: tuple[NotUnderstoodItem, ...]
