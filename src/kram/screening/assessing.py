"""People -> rows of the results: the very assessment of `kram assess`, many people at a time.

Without intervals only the central values are computed, all people in one call of the kernel. With intervals each person
goes through the whole assessment.
"""

from collections.abc import Sequence

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
from kram.model.network import Array
from kram.model.posing_many import ManyPoser
from kram.screening.people import Fault, Ready
from kram.screening.rows import DIGITS, Batch, Row, presence_columns, share_columns

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

    def batch(self, people: Sequence[Ready]) -> Batch:
        """In the order of the people. Who would take too much computing is a fault."""
        return self._whole(people) if self._intervals else self._central(people)

    def _central(self, people: Sequence[Ready]) -> Batch:
        if not people:
            return Batch([], {}, [])
        found = posteriors(self._poser.cohort([person.answers.evidence for person in people]))
        there = np.isfinite(found.danger)
        faults = [
            Fault("too_costly_person", {}, person.person) for person, ok in zip(people, there, strict=True) if not ok
        ]
        rows = [
            self._row(people[at], found.shares[at].tolist(), found.presence[at].tolist(), float(found.danger[at]))
            for at in np.flatnonzero(there).tolist()
        ]
        shares, presence = _rounded(found.shares[there]), _rounded(found.presence[there])
        names = (*share_columns(self._knowledge), *presence_columns(self._knowledge))
        return Batch(rows, dict(zip(names, np.concatenate([shares, presence], axis=1).T, strict=True)), faults)

    def _whole(self, people: Sequence[Ready]) -> Batch:
        rows, faults, figures = [], [], []
        for person in people:
            try:
                whole = self._assessor.assess(person.answers, "en")
            except CostError:
                faults.append(Fault("too_costly_person", {}, person.person))
                continue
            by_id = {cause.id: cause for cause in whole.causes}
            causes = [by_id[id] for id in self._ids]
            shares = [whole.unexplained.share, *(cause.share for cause in causes)]
            row = self._row(person, shares, [cause.presence for cause in causes], whole.danger)
            row["tests_proposed"] = [item.id for item in whole.next if item.kind == "test"]
            rows.append(row)
            ends = [whole.unexplained.share_interval, *(cause.share_interval for cause in causes)]
            own = [(p, *interval) for p, interval in zip(shares, ends, strict=True)]
            figures.append(own + [(cause.presence, *cause.presence_interval) for cause in causes])
        names = (*share_columns(self._knowledge), *presence_columns(self._knowledge))
        table = _rounded(np.array(figures).reshape(len(rows), len(names), 3))
        columns = {
            f"{name}{end}": table[:, at, part]
            for at, name in enumerate(names)
            for part, end in enumerate(("", "_low", "_high"))
        }
        return Batch(rows, columns, faults)

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
            "as_of": person.on,
            "complaint": person.complaint,
            "urgency": urgencies.urgency(standing, flags, not urgencies.screen_open(standing)),
            "red_flags": [flag.id for flag in flags],
            "danger": _rounded_one(danger),
            "leading_cause": leaders[0],
            "leading_modifiable": self._ids[modifiable],
            "leading_modifiable_share": _rounded_one(shares[modifiable + 1]),
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


def _rounded(p: Array) -> Array:
    return np.asarray(np.round(np.clip(p, 0.0, 1.0), DIGITS))


def _rounded_one(p: float) -> float:
    return round(min(max(p, 0.0), 1.0), DIGITS)
