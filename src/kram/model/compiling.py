"""Entries -> what is the same for everybody: the draws, who is linked to what, the characters of the cramp."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kram.knowledge.causes import Cause, SignLink
from kram.knowledge.entries import Finding
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import ladders
from kram.model.drawing import Draws, Moved
from kram.model.network import Array


@dataclass(frozen=True)
class Link:
    """A cause's link to one rung of a sign."""

    cause: int
    sign: SignLink
    key: str


class Compiled:
    """Knowledge compiled. `lanes` = 1 + draws; lane 0 is the central values. `made`: draws made before."""

    def __init__(self, knowledge: Knowledge, made: Mapping[str, Array] | None = None) -> None:
        self.knowledge = knowledge
        self.settings = knowledge.settings
        self.draws = Draws(self.settings.draws, self.settings.seed, made)
        self.lanes = 1 + self.settings.draws
        self.causes: tuple[Cause, ...] = tuple(knowledge.causes.values())
        self.cause_ids = tuple(knowledge.causes)
        self.position = {id: index for index, id in enumerate(self.cause_ids)}
        self.dangerous = np.array([cause.dangerous for cause in self.causes], dtype=np.bool_)

    def moving(self, keys: Sequence[str]) -> "Compiled":
        """The same with one more lane for each of these numbers, in which it alone is moved by one deviation."""
        moving = copy(self)
        moving.draws = Moved(self.draws, keys)
        moving.lanes = self.lanes + len(keys)
        for made in ("phi", "central"):
            moving.__dict__.pop(made, None)
        return moving

    @cached_property
    def central(self) -> "Compiled":
        """The same with the central values alone, for what needs no interval."""
        central = copy(self)
        central.draws = Draws(0, self.settings.seed)
        central.lanes = 1
        central.__dict__["central"] = central
        central.__dict__.pop("phi", None)
        for shared in ("links", "movers", "facts", "characters"):
            central.__dict__[shared] = getattr(self, shared)
        return central

    @cached_property
    def links(self) -> dict[str, dict[str, tuple[Link, ...]]]:
        """Sign -> rung -> links. Every rung of a linked sign is there, if only with its leak."""
        table: dict[str, dict[str, list[Link]]] = {}
        for index, cause in enumerate(self.causes):
            for sign in cause.signs:
                finding = self.knowledge.findings[sign.finding]
                rungs = table.setdefault(finding.id, {r: [] for side in ladders(finding) for r in side})
                level = sign.level or ladders(finding)[-1][0]
                key = f"{cause.id}/signs.{sign.finding}" + (f":{sign.level}" if sign.level else "")
                rungs[level].append(Link(index, sign, key))
        return {id: {rung: tuple(links) for rung, links in rungs.items()} for id, rungs in table.items()}

    @cached_property
    def movers(self) -> dict[str, tuple[int, ...]]:
        """Fact -> the causes whose prior it moves or sets."""
        table: dict[str, list[int]] = {}
        for index, facts in enumerate(self.facts):
            for fact in facts:
                table.setdefault(fact, []).append(index)
        return {fact: tuple(indices) for fact, indices in table.items()}

    @cached_property
    def facts(self) -> tuple[tuple[str, ...], ...]:
        """By cause: the findings that move or set its prior."""
        return tuple(facts_of(cause) for cause in self.causes)

    @cached_property
    def characters(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.knowledge.findings.values() if finding.character)

    @cached_property
    def phi(self) -> "Characters":
        return Characters(self)

    def character(self, finding: Finding) -> Array:
        """(values, causes + 1, lanes): P(value | T), shrunk to the average sufferer."""
        values = [level.id for level in finding.levels]
        assert finding.shares is not None  # the check sees to it
        average = self._shares(f"{finding.id}/shares", finding, values)
        pseudo = self.settings.character_pseudo_counts
        columns = [average]  # T = unexplained: the average sufferer
        for cause in self.causes:
            own = cause.character.get(finding.id)
            if own is None:
                columns.append(average)
                continue
            drawn = self.draws.shares(f"{cause.id}/character.{finding.id}", own, values)
            unnamed = np.array([value not in own.shares for value in values])[:, None] * average
            left = np.clip(1.0 - drawn.sum(axis=0), 0.0, 1.0)
            total = unnamed.sum(axis=0)
            drawn = drawn + np.where(total > 0, left * unnamed / np.where(total > 0, total, 1.0), left * average)
            columns.append((own.n * drawn + pseudo * average) / (own.n + pseudo))
        return np.stack(columns, axis=1)

    def soft(self, likelihood: Mapping[str, float]) -> Array:
        """(causes + 1,): a soft piece of evidence by cause, "unexplained" first; 1 for what it does not name."""
        factors = [likelihood.get("unexplained", 1.0), *(likelihood.get(id, 1.0) for id in self.cause_ids)]
        return np.array(factors, dtype=np.float64)

    def _shares(self, key: str, finding: Finding, values: list[str]) -> Array:
        assert finding.shares is not None
        drawn = self.draws.shares(key, finding.shares, values)
        return np.maximum(drawn, 1e-6) / np.maximum(drawn, 1e-6).sum(axis=0)


class Characters(Mapping[str, Array]):
    """Character -> (values, causes + 1, lanes): P(value | T); each made when it is first asked for."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._findings = {finding.id: finding for finding in compiled.characters}
        self._made: dict[str, Array] = {}

    def __getitem__(self, id: str) -> Array:
        if id not in self._made:
            self._made[id] = self._compiled.character(self._findings[id])
        return self._made[id]

    def __contains__(self, id: object) -> bool:
        return id in self._findings

    def __iter__(self) -> Iterator[str]:
        return iter(self._findings)

    def __len__(self) -> int:
        return len(self._findings)


def facts_of(cause: Cause) -> tuple[str, ...]:
    """The findings that move or set this cause's prior, each once, in order."""
    prior = cause.prior
    named = [prior.fact] if prior.fact else []
    named += [setter.fact for setter in prior.set_by] + [mover.fact for mover in prior.moved_by]
    return tuple(dict.fromkeys(named))
