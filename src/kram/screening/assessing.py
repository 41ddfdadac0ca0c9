"""People -> rows of the results: the very assessment of `kram assess`, many people at a time.

Without intervals only the central values are computed, all people in one call of the kernel. With intervals each person
goes through the whole assessment.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kram.assessment import reasoning
from kram.assessment import urgency as urgencies
from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.matching import Standing
from kram.errors import CostError
from kram.inference.exact import posteriors
from kram.knowledge.entries import RedFlag
from kram.knowledge.rules import Compare, Fact, Likely, atoms
from kram.model.posing_many import ManyPoser
from kram.screening.people import Fault, Ready
from kram.screening.rows import DIGITS, Row

_UNEXPLAINED = "unexplained"


class ManyAssessor:
    def __init__(self, assessor: Assessor, intervals: bool = False) -> None:
        self._assessor = assessor
        self._intervals = intervals
        self._knowledge = assessor.knowledge
        self._poser = ManyPoser(assessor.model)
        self._ids = assessor.model.compiled.cause_ids
        self._flags = {id: _looks_at(flag) for id, flag in self._knowledge.red_flags.items()}
        self._modifiable = [index for index, id in enumerate(self._ids) if self._knowledge.causes[id].modifiable]
        self._of_medicines = [
            (id, cause.prior.fact)
            for id, cause in self._knowledge.causes.items()
            if cause.group == "medicine" and cause.prior.fact
        ]

    def rows(self, people: Sequence[Ready]) -> tuple[list[Row], list[Fault]]:
        """In the order of the people. Who would take too much computing is a fault."""
        return self._whole(people) if self._intervals else self._central(people)

    def _central(self, people: Sequence[Ready]) -> tuple[list[Row], list[Fault]]:
        if not people:
            return [], []
        found = posteriors(self._poser.cohort([person.answers.evidence for person in people]))
        rows, faults = [], []
        for index, person in enumerate(people):
            if not np.isfinite(found.danger[index]):
                faults.append(Fault("too_costly_person", {}, person.person))
                continue
            shares, presence = found.shares[index].tolist(), found.presence[index].tolist()
            row = self._row(person, shares, presence, float(found.danger[index]))
            row |= {f"share_{id}": _rounded(p) for id, p in zip((_UNEXPLAINED, *self._ids), shares, strict=True)}
            row |= {f"presence_{id}": _rounded(p) for id, p in zip(self._ids, presence, strict=True)}
            rows.append(row)
        return rows, faults

    def _whole(self, people: Sequence[Ready]) -> tuple[list[Row], list[Fault]]:
        rows, faults = [], []
        for person in people:
            try:
                whole = self._assessor.assess(person.answers, "en")
            except CostError:
                faults.append(Fault("too_costly_person", {}, person.person))
                continue
            by_id = {cause.id: cause for cause in whole.causes}
            shares = [whole.unexplained.share, *(by_id[id].share for id in self._ids)]
            row = self._row(person, shares, [by_id[id].presence for id in self._ids], whole.danger)
            row["tests_proposed"] = [item.id for item in whole.next if item.kind == "test"]
            _with_ends(row, f"share_{_UNEXPLAINED}", whole.unexplained.share, whole.unexplained.share_interval)
            for id in self._ids:
                _with_ends(row, f"share_{id}", by_id[id].share, by_id[id].share_interval)
                _with_ends(row, f"presence_{id}", by_id[id].presence, by_id[id].presence_interval)
            rows.append(row)
        return rows, faults

    def _row(self, person: Ready, shares: list[float], presence: list[float], danger: float) -> Row:
        """Everything but the shares and presences themselves. `shares`: the unexplained part first."""
        answers = person.answers
        standing = Standing(
            self._knowledge,
            answers,
            dict(zip((_UNEXPLAINED, *self._ids), shares, strict=True)),
            dict(zip(self._ids, presence, strict=True)),
        )
        flags = self._flags_met(standing)
        modifiable = max(self._modifiable, key=lambda index: shares[index + 1])
        leaders = reasoning.leading(self._knowledge, dict(standing.shares))
        return {
            "person": person.person,
            "age": answers.evidence.age,
            "sex": answers.evidence.sex,
            "on": person.on,
            "complaint": person.complaint,
            "urgency": urgencies.urgency(standing, flags, not urgencies.screen_open(standing)),
            "red_flags": [flag.id for flag in flags],
            "danger": _rounded(danger),
            "leading": leaders[0],
            "leading_modifiable": self._ids[modifiable],
            "leading_modifiable_share": _rounded(shares[modifiable + 1]),
            "medicines": self._medicines(standing),
            "tests_missing": self._missing(answers, leaders),
            "tests_proposed": None,
            "used": sorted(answers.given),
            "not_understood": len(answers.not_understood),
            "left_out": sorted(person.left_out.items()),
        }

    def _flags_met(self, standing: Standing) -> list[RedFlag]:
        """As urgency.flags_met. A rule can only hold where something is known of what it looks at."""
        known = standing.answers.evidence.answers.keys() | standing.answers.values.keys()
        flags = self._knowledge.red_flags
        met = [
            flags[id]
            for id, looked_at in self._flags.items()
            if (looked_at is None or not looked_at.isdisjoint(known)) and standing.holds(flags[id].when) is True
        ]
        return sorted(met, key=lambda flag: -urgencies.ORDER.index(flag.urgency))

    def _medicines(self, standing: Standing) -> list[str]:
        """The medicines taken that are named to the doctor as possibly behind the cramps."""
        least = self._knowledge.settings.named_share
        taken = standing.answers.medicines
        named = [taken[fact] for id, fact in self._of_medicines if fact in taken and standing.shares[id] >= least]
        return sorted({medicine for medicines in named for medicine in medicines})

    def _missing(self, answers: Answers, leaders: list[str]) -> list[str]:
        """Tests that the pages of the leading causes name, and of which nothing is known."""
        tests = (test for id in leaders for test in self._knowledge.causes[id].tests)
        return [test for test in dict.fromkeys(tests) if test not in answers.evidence.answers]


def _looks_at(flag: RedFlag) -> frozenset[str] | None:
    """The findings and values without which the rule cannot hold; None: it can hold of what is always known."""
    found: set[str] = set()
    for atom in atoms(flag.when):
        name = atom.fact if isinstance(atom, Fact) else atom.value if isinstance(atom, Compare) else ""
        if isinstance(atom, Likely) or name in ("sex", "age"):
            return None
        found.add(name)
    return frozenset(found)


def _rounded(p: Any) -> float:
    return round(min(max(float(p), 0.0), 1.0), DIGITS)


def _with_ends(row: Row, name: str, value: float, ends: tuple[float, float]) -> None:
    row[name], row[f"{name}_low"], row[f"{name}_high"] = _rounded(value), _rounded(ends[0]), _rounded(ends[1])
