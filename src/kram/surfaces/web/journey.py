"""How far one person has come: everything there is to know travels in the page, as one hidden field.

The server keeps none of it. `asked` holds the steps in the order in which they were put, for the way back.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from kram.assessment.answers import Response
from kram.assessment.response_reading import MOST as MOST_RESPONSES
from kram.errors import KramError

MOST_STEPS = 400
Mode = Literal["self", "other", "worker"]


class BrokenPageError(KramError):
    """The hidden field of a page is not what we wrote into it."""


Said = bool | int | float | str | None


class PersonShape(Struct, forbid_unknown_fields=True):
    """What stands under `person`."""

    age: int | float
    sex: Literal["female", "male", "unknown"]
    pregnant: Said = None


class LabShape(Struct, forbid_unknown_fields=True):
    """One measurement."""

    test: str
    value: Said = None
    unit: str | None = None
    result: Said = None


class CaseShape(Struct, forbid_unknown_fields=True):
    """The parts of a case that a page may send back; only held against, the case itself stays a mapping."""

    person: PersonShape | UnsetType = UNSET
    complaint: str = ""
    conditions: list[str] = []
    medicines: list[str] = []
    findings: dict[str, Said] = {}
    complete: list[Literal["conditions", "medicines", "findings"]] = []
    labs: list[LabShape] = []
    responses: Annotated[list[Response], Meta(max_length=MOST_RESPONSES)] = []


class Journey(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """`case`: as in a case file. `seen`: red flags whose page was shown. `doubt`: bits open when a question came up."""

    mode: Mode = "self"
    case: dict[str, Any] = field(default_factory=dict)
    asked: Annotated[list[str], Meta(max_length=MOST_STEPS)] = field(default_factory=list)
    seen: Annotated[list[str], Meta(max_length=MOST_STEPS)] = field(default_factory=list)
    doubt: Annotated[dict[str, float], Meta(max_length=MOST_STEPS)] = field(default_factory=dict)

    @property
    def clinic(self) -> bool:
        return self.mode == "worker"

    @property
    def findings(self) -> dict[str, Any]:
        found: dict[str, Any] = self.case.setdefault("findings", {})
        return found

    def put(self, step: str) -> None:
        """This step has been put to the person."""
        if step not in self.asked:
            self.asked.append(step)

    def forget(self, step: str) -> None:
        if step in self.asked:
            self.asked.remove(step)

    def before(self, step: str) -> str | None:
        """The step that was put before this one; None: there is none."""
        index = self.asked.index(step) if step in self.asked else len(self.asked)
        return self.asked[index - 1] if index > 0 else None

    def leave_out(self, care: str) -> None:
        """What a diary showed of this is no longer counted."""
        self.case["responses"] = [one for one in self.case.get("responses", []) if one.get("care") != care]

    def complete(self, name: str, whole: bool) -> None:
        """Whether a list names everything there is."""
        names = [known for known in self.case.get("complete", []) if known != name]
        self.case["complete"] = [*names, name] if whole else names


_JOURNEY = msgspec.json.Decoder(Journey)


def decode(text: str) -> Journey:
    """Raises BrokenPageError."""
    try:
        journey = _JOURNEY.decode(text)
        msgspec.convert(journey.case, CaseShape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
        raise BrokenPageError("web_page_broken") from fault
    return journey


def encode(journey: Journey) -> str:
    return msgspec.json.encode(journey).decode()
