"""How far one person has come: everything there is to know travels in the page, as one hidden field.

The server keeps none of it. `asked` holds the steps in the order in which they were put, for the way back.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from kram.errors import KramError

MOST_STEPS = 400
Mode = Literal["self", "other", "worker"]


class BrokenPageError(KramError):
    """The hidden field of a page is not what we wrote into it."""


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

    def complete(self, name: str, whole: bool) -> None:
        """Whether a list names everything there is."""
        names = [known for known in self.case.get("complete", []) if known != name]
        self.case["complete"] = [*names, name] if whole else names


_JOURNEY = msgspec.json.Decoder(Journey)


def decode(text: str) -> Journey:
    """Raises BrokenPageError."""
    try:
        journey = _JOURNEY.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
        raise BrokenPageError("web_page_broken") from fault
    for key, kind in (
        ("findings", dict),
        ("conditions", list),
        ("medicines", list),
        ("labs", list),
        ("complete", list),
    ):
        if not isinstance(journey.case.get(key, kind()), kind):
            raise BrokenPageError("web_page_broken")
    for key, of in (("complete", str), ("conditions", str), ("medicines", str), ("labs", dict)):
        if not all(isinstance(item, of) for item in journey.case.get(key, [])):
            raise BrokenPageError("web_page_broken")
    return journey


def encode(journey: Journey) -> str:
    return msgspec.json.encode(journey).decode()
