"""When a cause is complete: its rate, and at least three of its findings, are published or computed from what is.

Incomplete causes stay outside the model as drafts, unless they belong to the groups that must always work or are
dangerous to miss.
"""

from msgspec import Struct

from kram.knowledge.causes import Cause
from kram.knowledge.figures import entry_figures

LEAST_FINDINGS = 3
OPTIONAL_GROUPS = {"other", "mimic"}
_COMPARISON = ("without", "baseline", "placebo")


class Completeness(Struct, frozen=True):
    """`rate`: published or derived; `findings`: how many findings have such a number, of how many."""

    rate: bool
    findings: int
    of: int

    @property
    def complete(self) -> bool:
        return self.rate and self.findings >= LEAST_FINDINGS


def completeness(cause: Cause) -> Completeness:
    rate = False
    measured: dict[str, bool] = {}
    for figure in entry_figures(cause):
        part, _, rest = figure.path.partition(".")
        sound = figure.number.kind != "judgement"
        if part in ("rate", "stages"):
            rate = rate or (sound and not figure.path.endswith(_COMPARISON))
        elif part in ("signs", "character"):
            name = rest.split(".")[0].split(":")[0]
            measured[name] = measured.get(name, False) or sound
        elif rest.startswith(("moved_by.", "set_by.")):
            name = rest.split(".")[1].split(":")[0]
            measured[name] = measured.get(name, False) or sound
    return Completeness(rate, sum(measured.values()), len(measured))


def may_stay_incomplete(cause: Cause) -> bool:
    return cause.group not in OPTIONAL_GROUPS or cause.dangerous
