"""Which care suits this person, what part of the cramps it is expected to leave, and what is withheld and why."""

import numpy as np

from kram.assessment.intervals import interval_of
from kram.assessment.matching import Standing
from kram.assessment.result import CareItem, CareWithheld
from kram.knowledge.entries import Care
from kram.knowledge.numbers import Number
from kram.model.compiling import Compiled
from kram.model.drawing import Draws
from kram.model.network import Array

UNEXPLAINED = "unexplained"
KINDS = ("relief", "treat_cause", "discuss", "prevention", "test", "no_benefit", "danger")


def care(
    standing: Standing, compiled: Compiled, shares: Array, interval: tuple[float, float], lang: str
) -> tuple[list[CareItem], list[CareWithheld]]:
    """`shares`: (lanes, causes + 1), column 0 unexplained. Ordered by kind, then by what they are expected to leave."""
    items, withheld = [], []
    for entry in standing.knowledge.care.values():
        if not _suits(standing, entry):
            continue
        reason = next((x.reason[lang] for x in entry.not_if if standing.holds(x.when) is True), None)
        if reason is not None:
            withheld.append(CareWithheld(entry.id, entry.name[lang], reason))
        else:
            items.append(_item(standing, compiled, entry, shares, interval, lang))
    items.sort(key=lambda item: (KINDS.index(item.kind), 1.0 if item.rate_ratio is None else item.rate_ratio, item.id))
    return items, withheld


def _suits(standing: Standing, entry: Care) -> bool:
    """Its own rule holds, and (where it is for certain causes) one of them has a share worth speaking of."""
    if entry.if_ is not None and standing.holds(entry.if_) is not True:
        return False
    least = standing.knowledge.settings.leading_share
    return not entry.causes or any(
        standing.shares[id] >= least
        or (id != UNEXPLAINED and standing.presence[id] >= standing.knowledge.settings.care_presence)
        for id in entry.causes
    )


def _item(
    standing: Standing, compiled: Compiled, entry: Care, shares: Array, interval: tuple[float, float], lang: str
) -> CareItem:
    ratio, spread = None, None
    if entry.effects:
        left = remaining(entry, compiled, shares)
        ratio = float(left[0])
        low, high = interval_of(left, interval)
        spread = (float(low), float(high))
    unsettled = tuple(x.ask[lang] for x in entry.not_if if x.ask is not None and standing.holds(x.when) is None)
    sources = dict.fromkeys([*entry.sources, *(s for e in entry.effects for s in e.rate_ratio.sources)])
    return CareItem(
        id=entry.id,
        kind=entry.kind,
        name=entry.name[lang],
        text=entry.text[lang],
        rate_ratio=ratio,
        interval=spread,
        certainty=entry.certainty,
        harms=entry.harms[lang] if entry.harms else None,
        for_=entry.causes,
        questions=unsettled,
        sources=tuple(sources),
    )


def remaining(entry: Care, compiled: Compiled, shares: Array) -> Array:
    """(lanes,) s_0 m_0 + sum_i s_i m_i: the part of today's cramps left, with m = 1 where no study says otherwise."""
    lanes = shares.shape[0]
    ratio = np.ones((lanes, shares.shape[1]))
    for index, effect in enumerate(entry.effects):
        drawn = _drawn(compiled.draws, f"{entry.id}/effects.{index}.rate_ratio", effect.rate_ratio)[:lanes]
        for id in effect.cramps_from:
            ratio[:, 0 if id == UNEXPLAINED else compiled.position[id] + 1] = drawn
    return np.asarray((shares * ratio).sum(axis=1))


def _drawn(draws: Draws, key: str, number: Number) -> Array:
    return draws.row(key, number, 0, "ratio")
