"""An ordered finding as ladders away from normal, and what an answer says on them.

A rung is "this level, or further from normal". Of a two-sided test the low side is looked at first; the high side
counts only if the value is not low.
"""

from dataclasses import dataclass

from kram.knowledge.entries import Finding

YES_NO = ("no", "yes")


def level_ids(finding: Finding) -> tuple[str, ...]:
    return tuple(level.id for level in finding.levels) or YES_NO


def reference(finding: Finding) -> str:
    return finding.reference or level_ids(finding)[0]


def ladders(finding: Finding) -> tuple[tuple[str, ...], ...]:
    """The low side from normal downwards (if there is one), then the high side upwards."""
    ids = level_ids(finding)
    at = ids.index(reference(finding))
    return tuple(side for side in (ids[:at][::-1], ids[at + 1 :]) if side)


def worse(finding: Finding, levels: tuple[str, ...]) -> tuple[str, ...]:
    """These levels, and those further from normal on their side."""
    sides = ladders(finding)
    found = list(levels)
    for level in levels:
        for side in sides:
            if level in side:
                found += side[side.index(level) :]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Reading:
    """What an answer says: rungs not reached, and at most one stretch of rungs on which it stands.

    `fired`: (nearest rung reached, nearest rung not reached or None).
    """

    not_reached: tuple[str, ...]
    fired: tuple[str, str | None] | None


def read(finding: Finding, possible: frozenset[str]) -> Reading | None:
    """None where the answer says nothing that the ladders can use (everything is possible, or a gap)."""
    ids = level_ids(finding)
    spots = sorted(ids.index(level) for level in possible)
    if not spots or len(spots) == len(ids) or spots[-1] - spots[0] + 1 != len(spots):
        return None
    low, high, normal = spots[0], spots[-1], ids.index(reference(finding))
    below = ids[low - 1] if low > 0 else None
    above = ids[high + 1] if high + 1 < len(ids) else None
    if low <= normal <= high:
        return Reading(tuple(rung for rung in (below, above) if rung is not None), None)
    if high < normal:  # on the low side: reached ids[high], not ids[low - 1]
        return Reading((below,) if below is not None else (), (ids[high], below))
    not_low = (ids[normal - 1],) if normal > 0 else ()
    return Reading((*not_low, *((above,) if above is not None else ())), (ids[low], above))
