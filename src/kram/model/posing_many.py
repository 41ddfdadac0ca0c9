"""The evidence of many people -> one Cohort, by the central values alone. What people have in common is made once.

The numbers are those of `Model.pose(evidence, draws=False)`, put together in the same order.
"""

from collections.abc import Sequence

import numpy as np

from kram.knowledge.ages import band_of
from kram.knowledge.ladders import read
from kram.model.cohort import Cohort, Lists
from kram.model.compiling import Compiled
from kram.model.evidence import Evidence, Levels
from kram.model.network import Array
from kram.model.posing import Model
from kram.model.stratum import MixedStratum, Stratum

_KEPT = 100_000  # combinations of facts whose priors are kept; 130 MB

Facts = frozenset[tuple[str, Levels]]


class _Signs:
    """Rows of `keep` and `rest_keep` that have been needed so far."""

    def __init__(self) -> None:
        self.keep: list[Array] = []
        self.rest: list[float] = []

    def add(self, keep: Array, rest: float) -> int:
        self.keep.append(np.clip(keep, 0.0, 1.0))
        self.rest.append(min(max(rest, 0.0), 1.0))
        return len(self.rest) - 1


class ManyPoser:
    """Lays people out for `inference.exact.posteriors`. Keeps what it has made, so one serves any number of batches."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.compiled: Compiled = model.compiled.central
        self._usual: dict[tuple[int, str], tuple[Array, Array, float]] = {}
        self._moved: dict[tuple[int, str, Facts], tuple[Array, Array]] = {}
        self._signs: dict[tuple[int, str, str, Levels], tuple[tuple[int, ...], int | None]] = {}
        self._rows = _Signs()
        self._phi: dict[tuple[str, Levels], Array] = {}

    def cohort(self, people: Sequence[Evidence]) -> Cohort:
        """One row for each of the people, in their order."""
        n = len(self.compiled.causes)
        prior, rate = np.empty((len(people), n)), np.empty((len(people), n))
        rest, phi = np.empty(len(people)), np.ones((len(people), n + 1))
        positive: list[list[int]] = []
        negative: list[list[int]] = []
        for row, evidence in enumerate(people):
            prior[row], rate[row], rest[row] = self.before(evidence)
            fired, silent = self._signs_of(evidence)
            positive.append(fired)
            negative.append(silent)
            for id, levels in evidence.answers.items():
                if id in self.compiled.phi:
                    phi[row] *= self._character(id, levels)
            for likelihood in evidence.soft.values():
                phi[row] *= self.compiled.soft(likelihood)
        used = sorted({sign for lists in (positive, negative) for signs in lists for sign in signs})
        place = {sign: at for at, sign in enumerate(used)}
        return Cohort(
            prior=prior,
            rate=rate,
            rest=rest,
            phi=phi,
            scale=np.ones(1),
            keep=np.stack([self._rows.keep[sign] for sign in used]) if used else np.ones((0, n)),
            rest_keep=np.array([self._rows.rest[sign] for sign in used]),
            dangerous=self.compiled.dangerous,
            positive=Lists.of_people([[place[sign] for sign in signs] for signs in positive]),
            negative=Lists.of_people([[place[sign] for sign in signs] for signs in negative]),
        )

    def before(self, evidence: Evidence) -> tuple[Array, Array, float]:
        """(causes,) P(present) and r_i, and r_0, with the facts of the evidence and without its signs."""
        band = band_of(evidence.age, self.compiled.settings.age_bands)
        stratum, prior, rate, rest = self._stratum(evidence, band)
        movers = self.compiled.movers
        facts = frozenset((id, levels) for id, levels in evidence.answers.items() if id in movers)
        if not facts:
            return prior, rate, rest
        key = (band, evidence.sex, facts)
        if key not in self._moved:
            if len(self._moved) >= _KEPT:
                self._moved.clear()
            self._moved[key] = self._with_facts(stratum, prior, rate, dict(facts))
        return *self._moved[key], rest

    def _stratum(self, evidence: Evidence, band: int) -> tuple[Stratum | MixedStratum, Array, Array, float]:
        stratum = self._model.stratum(evidence.age, evidence.sex, draws=False)
        key = (band, evidence.sex)
        if key not in self._usual:
            causes = range(len(self.compiled.causes))
            prior = np.array([stratum.prior(index, {})[0] for index in causes])
            rate = np.array([stratum.rate(index, {})[0] for index in causes])
            self._usual[key] = prior, rate, float(stratum.rest[0])
        return stratum, *self._usual[key]

    def _with_facts(
        self, stratum: Stratum | MixedStratum, prior: Array, rate: Array, facts: dict[str, Levels]
    ) -> tuple[Array, Array]:
        prior, rate = prior.copy(), rate.copy()
        for index in sorted({index for fact in facts for index in self.compiled.movers[fact]}):
            known = {fact: facts.get(fact) for fact in self.compiled.facts[index]}
            prior[index] = stratum.prior(index, known)[0]
            rate[index] = stratum.rate(index, known)[0]
        return prior, rate

    def _signs_of(self, evidence: Evidence) -> tuple[list[int], list[int]]:
        """Rows of the signs that fired, and of those that did not."""
        band = band_of(evidence.age, self.compiled.settings.age_bands)
        fired: list[int] = []
        silent: list[int] = []
        for id, levels in evidence.answers.items():
            if id not in self.compiled.links:
                continue
            key = (band, evidence.sex, id, levels)
            if key not in self._signs:
                self._signs[key] = self._made(evidence, id, levels)
            rows, positive = self._signs[key]
            silent.extend(rows)
            if positive is not None:
                fired.append(positive)
        return fired, silent

    def _made(self, evidence: Evidence, id: str, levels: Levels) -> tuple[tuple[int, ...], int | None]:
        reading = read(self.compiled.knowledge.findings[id], levels)
        if reading is None:
            return (), None
        stratum = self._model.stratum(evidence.age, evidence.sex, draws=False)
        rows = []
        for rung in reading.not_reached:
            links, leak = stratum.sign(id, rung)
            rows.append(self._rows.add(1.0 - links[:, 0], 1.0 - float(leak[0])))
        if reading.fired is None:
            return tuple(rows), None
        near, far = reading.fired
        links, leak = stratum.sign(id, near)
        keep, rest = 1.0 - links[:, 0], 1.0 - float(leak[0])
        if far is not None:  # at least `near`, given that `far` is not reached
            further, further_leak = stratum.sign(id, far)
            beyond = further[:, 0]
            keep = np.divide(keep, 1.0 - beyond, out=np.ones_like(keep), where=beyond < 1.0)
            rest = rest / (1.0 - float(further_leak[0]))
        return tuple(rows), self._rows.add(keep, rest)

    def _character(self, id: str, levels: Levels) -> Array:
        if (id, levels) not in self._phi:
            finding = self.compiled.knowledge.findings[id]
            rows = [index for index, level in enumerate(finding.levels) if level.id in levels]
            self._phi[id, levels] = np.asarray(self.compiled.phi[id][rows].sum(axis=0)[:, 0])
        return self._phi[id, levels]
