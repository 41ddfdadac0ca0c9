"""What the interface gives beside the assessment itself. Nothing here acts."""

from msgspec import Struct

from kram.assessment.result import RedFlagMet
from kram.knowledge.entries import Codes, Urgency
from kram.knowledge.explaining import Explained


class FieldFault(Struct, frozen=True, omit_defaults=True):
    """`place`: where in the body."""

    place: str
    detail: str


class Problem(Struct, frozen=True, omit_defaults=True):
    """One error, as RFC 9457 has it. `type` leads to its explanation; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldFault, ...] = ()
    nearest: tuple[str, ...] = ()


class CauseSummary(Struct, frozen=True):
    """`draft`: not complete enough for the model; shown, never computed with."""

    id: str
    group: str
    name: str
    summary: str
    dangerous: bool
    modifiable: bool
    draft: bool


class CauseDetail(Struct, frozen=True):
    """One cause in one language, with every number behind it. `care`: ids of the care that is meant for it."""

    id: str
    group: str
    name: str
    summary: str
    mechanism: str
    advice: str
    disputed: str | None
    dangerous: bool
    modifiable: bool
    draft: bool
    tests: tuple[str, ...]
    care: tuple[str, ...]
    codes: Codes
    figures: tuple[Explained, ...]
    sources: tuple[str, ...]


class LevelNamed(Struct, frozen=True):
    id: str
    name: str


class Question(Struct, frozen=True):
    """Something that can be known about a person. `levels`: the answers there are; of a number, its bands."""

    id: str
    kind: str
    form: str
    name: str
    text: str | None
    why: str | None
    help: str | None
    levels: tuple[LevelNamed, ...]
    unit: str | None
    plausible: tuple[float, float] | None
    codes: Codes


class MedicineEntry(Struct, frozen=True):
    """`acts_as`: the medicine findings that it stands for; empty where it is not known to change cramps."""

    id: str
    name: str
    also: tuple[str, ...]
    brands: tuple[str, ...]
    atc: tuple[str, ...]
    rxnorm: str | None
    kfa: str | None
    acts_as: tuple[str, ...]
    components: tuple[str, ...]


class RedFlagEntry(Struct, frozen=True):
    id: str
    name: str
    urgency: Urgency
    text: str
    critical_value: bool
    sources: tuple[str, ...]


class CareEntry(Struct, frozen=True, rename={"for_": "for"}):
    """`for`: the causes it is meant for; empty: everybody."""

    id: str
    kind: str
    name: str
    text: str
    certainty: str
    harms: str | None
    for_: tuple[str, ...]
    figures: tuple[Explained, ...]
    sources: tuple[str, ...]


class SourceEntry(Struct, frozen=True):
    """`confirmed`: how far it was seen; `how`: what was."""

    id: str
    authors: str
    year: int | None
    title: str
    journal: str | None
    doi: str | None
    pmid: str | None
    url: str | None
    people: str | None
    confirmed: str
    how: str | None


class ListAsked(Struct, frozen=True):
    """A short list to tick."""

    id: str
    title: str


class NextStep(Struct, frozen=True):
    """What to ask now.

    `kind`: pregnancy, screen (tick what fits in `list`), medicines, conditions, question, or done. Put the id of
    the list or question (`asked`) into the `asked` of the next call. `uncertainty`: bits still open about the cause
    behind the cramps; `left`: how many more questions may be worth asking.
    """

    kind: str
    asked: str | None
    list: ListAsked | None
    questions: tuple[Question, ...]
    red_flags: tuple[RedFlagMet, ...]
    left: int
    uncertainty: float | None
