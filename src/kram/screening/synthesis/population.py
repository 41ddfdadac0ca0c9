"""Invented people from the knowledge's own population: ages, diseases, medicines, causes, what tests show, and cramps.

Chunk by chunk, each with a seed of its own: a million people are the first thousand and more, and nothing is held.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kram.assessment.answers import Answers
from kram.assessment.matching import Standing
from kram.knowledge.ages import span
from kram.knowledge.entries import Finding
from kram.knowledge.ladders import ladders, level_ids, reference
from kram.model.evidence import Evidence
from kram.model.network import Array
from kram.model.posing import Model
from kram.model.stratum import Stratum

CHUNK = 20_000
LAST_DAY = date(2026, 6, 30)  # of all records
_OLDEST = 95
_KEPT = 200_000
_RECENT = 40  # days since a test

Sex = Literal["female", "male"]


@dataclass(frozen=True, slots=True)
class Synthetic:
    """`answers`: facts beside the normal ones. `tests`: finding, value, days ago."""

    id: str
    sex: Sex
    born: date
    age: int
    cramps: bool
    conditions: tuple[str, ...]
    medicines: tuple[str, ...]
    answers: Mapping[str, str]
    tests: tuple[tuple[str, float, int], ...]


class Population:
    def __init__(self, model: Model) -> None:
        self._model = model
        self._compiled = model.compiled.central
        self._knowledge = model.compiled.knowledge
        self._rules = self._knowledge.screening.synthesis
        findings = self._knowledge.findings
        facts = [id for id in self._compiled.movers if findings[id].kind in ("condition", "medicine", "question")]
        facts += [f.id for f in findings.values() if f.kind in ("condition", "medicine") and f.frequency is not None]
        later = set(self._rules.given_for)  # takers are chosen among those who have what it is given for
        self._facts = sorted(dict.fromkeys(facts), key=lambda id: id in later)
        self._tests = [f for f in findings.values() if f.form == "number" and f.kind == "test" and f.frequencies]
        self._takers = {
            fact: [m.id for m in self._knowledge.medicines.values() if m.acts_as == (fact,) and (m.rxnorm or m.atc)]
            for fact in self._facts
        }
        self._known: dict[tuple[int, str, int, tuple[str, ...]], tuple[float, float]] = {}

    def people(self, count: int, seed: int) -> Iterator[Synthetic]:
        for chunk in range(-(-count // CHUNK)):
            rng = np.random.default_rng([seed, chunk])
            first = chunk * CHUNK
            yield from self._chunk(rng, first, min(CHUNK, count - first))

    def _chunk(self, rng: Generator, first: int, wanted: int) -> list[Synthetic]:
        """Always a whole chunk is drawn, so that fewer people are a beginning of more."""
        bands = self._compiled.settings.age_bands
        shares = np.array([self._knowledge.population.ages.shares.get(band, 0.0) for band in bands])
        band = rng.choice(len(bands), CHUNK, p=shares / shares.sum())
        female = rng.random(CHUNK) < 0.5
        found: list[Synthetic] = []
        for at in range(len(bands)):
            for sex in ("female", "male"):
                rows = np.flatnonzero((band == at) & (female == (sex == "female")))
                if rows.size:
                    found += self._group(rng, rows + first, bands[at], at, "female" if sex == "female" else "male")
        found.sort(key=lambda person: person.id)
        return found[:wanted]

    def _group(self, rng: Generator, numbers: NDArray[np.int64], band: str, at: int, sex: Sex) -> list[Synthetic]:
        low, high = span(band)
        ages = rng.integers(int(low), int(min(high, _OLDEST)), numbers.size)
        stratum = self._model.stratum(float(low), sex, draws=False)
        assert isinstance(stratum, Stratum)
        facts = self._drawn(rng, stratum, ages, sex)
        present, rate = self._causes(rng, stratum, at, facts)
        load = stratum.rest[0] + (present * rate).sum(axis=1)
        cramps = rng.random(numbers.size) < -np.expm1(-load)
        tests = {test.id: self._values(rng, stratum, test, present) for test in self._tests}
        return self._told(rng, numbers, ages, sex, facts, cramps, tests)

    def _drawn(
        self, rng: Generator, stratum: Stratum, ages: NDArray[np.int64], sex: Sex
    ) -> dict[str, NDArray[np.int64]]:
        """Finding -> index of its level, for each person."""
        frail = rng.standard_normal(ages.size)
        drawn: dict[str, NDArray[np.int64]] = {}
        for id in self._facts:
            finding = self._knowledge.findings[id]
            levels = level_ids(finding)
            frequency = np.array([float(stratum.fact(id).frequency[level][0]) for level in levels])
            own = rng.standard_normal(ages.size)
            if finding.kind in ("condition", "medicine"):
                own = np.sqrt(self._rules.together) * frail + np.sqrt(1.0 - self._rules.together) * own
            normal = levels.index(reference(finding))
            chosen = np.full(ages.size, normal)
            among = self._reasons(id, drawn, ages.size)
            scale = 1.0 / max(float(among.mean()), 1e-9)
            above = 0.0
            for level in (index for index in range(len(levels)) if index != normal):
                edge = min(above + float(frequency[level]) * scale, 1.0)
                inside = (own <= _edge(1.0 - above)) & (own > _edge(1.0 - edge)) & among
                chosen[inside] = level
                above = edge
            if finding.asked_if is not None:
                applies = {int(age): self._applies(finding, int(age), sex) for age in np.unique(ages)}
                chosen[[not applies[int(age)] for age in ages]] = normal
            drawn[id] = chosen
        return drawn

    def _reasons(self, id: str, drawn: Mapping[str, NDArray[np.int64]], people: int) -> NDArray[np.bool_]:
        """Who has a disease for which it is given; where none is named, or nobody has one, everybody."""
        named = [drawn[reason] for reason in self._rules.given_for.get(id, ()) if reason in drawn]
        found = np.logical_or.reduce([level > 0 for level in named]) if named else np.ones(people, np.bool_)
        return found if found.any() else np.ones(people, np.bool_)

    def _applies(self, finding: Finding, age: int, sex: Sex) -> bool:
        assert finding.asked_if is not None
        standing = Standing(self._knowledge, Answers(Evidence(float(age), sex, {})))
        first, last = self._knowledge.settings.fertile_age
        fits = finding.id != "pregnancy" or first <= age <= last
        return fits and standing.holds(finding.asked_if) is not False

    def _causes(
        self, rng: Generator, stratum: Stratum, at: int, facts: Mapping[str, NDArray[np.int64]]
    ) -> tuple[Array, Array]:
        """(people, causes): is it there (0 or 1), and its rate; by the facts that each cause looks at."""
        people = next(iter(facts.values())).size
        n = len(self._compiled.causes)
        prior, rate = np.empty((people, n)), np.empty((people, n))
        for index, own in enumerate(self._compiled.facts):
            looked_at = [id for id in own if id in facts]
            if not looked_at:
                prior[:, index], rate[:, index] = stratum.prior(index, {})[0], stratum.rate(index, {})[0]
                continue
            table = np.stack([facts[id] for id in looked_at], axis=1)
            kinds, which = np.unique(table, axis=0, return_inverse=True)
            pairs = np.array([self._pair(stratum, at, index, looked_at, kind.tolist()) for kind in kinds])
            prior[:, index], rate[:, index] = pairs[which.reshape(-1)].T
        return (rng.random((people, n)) < prior).astype(np.float64), rate

    def _pair(self, stratum: Stratum, at: int, index: int, ids: list[str], levels: list[int]) -> tuple[float, float]:
        names = tuple(level_ids(self._knowledge.findings[id])[level] for id, level in zip(ids, levels, strict=True))
        key = (at, stratum.sex, index, names)
        if key not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = {id: frozenset({name}) for id, name in zip(ids, names, strict=True)}
            self._known[key] = float(stratum.prior(index, known)[0]), float(stratum.rate(index, known)[0])
        return self._known[key]

    def _values(self, rng: Generator, stratum: Stratum, test: Finding, present: Array) -> Array:
        """What the test shows in each person: the rungs that their causes reach, and a value in that band."""
        ids = level_ids(test)
        level = np.full(len(present), ids.index(reference(test)))
        open_ = np.ones(len(present), np.bool_)
        for side in ladders(test):
            chance, reached = rng.random(len(present)), np.zeros(len(present), np.bool_)
            for rung in side:
                if test.id in self._compiled.links:
                    links, leak = stratum.sign(test.id, rung)
                    free = np.log1p(-np.minimum(links[:, 0], 1 - 1e-12))
                    p = 1.0 - (1.0 - leak[0]) * np.exp(present @ free)
                else:
                    p = np.full(len(present), float(stratum.fact(test.id).frequency[rung][0]))
                here = open_ & (chance < p)
                level[here] = ids.index(rung)
                reached |= here
            open_ &= ~reached
        ends = np.array(_ends(test))
        return ends[level, 0] + rng.random(len(present)) * (ends[level, 1] - ends[level, 0])

    def _told(
        self,
        rng: Generator,
        numbers: NDArray[np.int64],
        ages: NDArray[np.int64],
        sex: Sex,
        facts: Mapping[str, NDArray[np.int64]],
        cramps: NDArray[np.bool_],
        tests: Mapping[str, Array],
    ) -> list[Synthetic]:
        """What of all this is on record."""
        findings = self._knowledge.findings
        people = len(numbers)
        kept = rng.random((people, len(facts))) < self._rules.recorded
        complains = cramps & (rng.random(people) < self._rules.complains)
        days = rng.integers(90, 365, people)  # nobody is younger than their records
        ill = sum((facts[id] > 0).astype(np.int64) for id in facts if findings[id].kind == "condition")
        likely = np.where(ill > 0, self._rules.tested_ill, self._rules.tested)
        tested = rng.random((people, len(tests))) < likely[:, None]
        ago = rng.integers(0, _RECENT, people)
        which = rng.random((people, len(facts)))
        conditions: list[list[str]] = [[] for _ in range(people)]
        medicines: list[list[str]] = [[] for _ in range(people)]
        answers: list[dict[str, str]] = [{} for _ in range(people)]
        for column, (id, levels) in enumerate(facts.items()):
            finding = findings[id]
            normal = level_ids(finding).index(reference(finding))
            for row in np.flatnonzero((levels != normal) & kept[:, column]).tolist():
                if finding.kind == "condition":
                    conditions[row].append(id)
                elif finding.kind == "question":
                    answers[row][id] = level_ids(finding)[levels[row]]
                elif self._takers[id]:
                    medicines[row].append(self._takers[id][int(which[row, column] * len(self._takers[id]))])
        results: list[list[tuple[str, float, int]]] = [[] for _ in range(people)]
        for column, (id, values) in enumerate(tests.items()):
            for row in np.flatnonzero(tested[:, column]).tolist():
                results[row].append((id, round(float(values[row]), 2), int(ago[row])))
        return [
            Synthetic(
                f"{int(numbers[row]):09d}",
                sex,
                LAST_DAY - timedelta(days=int(365.25 * int(ages[row])) + 1 + int(days[row])),
                int(ages[row]),
                bool(complains[row]),
                tuple(conditions[row]),
                tuple(medicines[row]),
                answers[row],
                tuple(results[row]),
            )
            for row in range(people)
        ]


@lru_cache(maxsize=100_000)
def _edge(p: float) -> float:
    """The standard normal value below which a proportion `p` lies."""
    return float("-inf") if p <= 0.0 else float("inf") if p >= 1.0 else NormalDist().inv_cdf(p)


def _ends(test: Finding) -> list[tuple[float, float]]:
    """Of each band: between which values people are drawn; an open end reaches half as far again."""
    low, high = test.plausible or (0.0, float("inf"))
    found, before = [], low
    edges = [level.below for level in test.levels]
    for index, edge in enumerate(edges):
        start = max(low, (edge or before) * 0.75) if index == 0 else before
        end = edge if edge is not None else min(high, before * 1.5)
        found.append((start, np.nextafter(end, -np.inf)))
        before = end
    return found
