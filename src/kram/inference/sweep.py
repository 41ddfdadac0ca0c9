"""The all-positive sweep over causes, in NumPy: no term is ever subtracted, so rare causes keep their digits.

Beside the fired signs the state says whether the responsible cause T has been chosen. Two vectors: `u` (not yet)
and `s` (chosen). Passing cause i while it is on may choose it, with weight phi_i r_i. Arrays are (states, lanes).

A lone cause goes by on a state of its own, the one bit of its sign: `u` nobody among the sign's lone causes chosen, `s`
one of them. The sign then opens with that pair; on the way back, what is to come is summed over all other signs, and
the lone causes are met in the same way as all the others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kram.inference.planning import Op, Plan, Step
from kram.model.network import Array

Pair = tuple[Array, Array]  # u, s


@dataclass(frozen=True)
class Swept:
    """Sums over the linked causes, per lane; `closed` when T was chosen before them, `chosen` when among them.

    share, presence_u, presence_s, danger_u, danger_s: (linked, lanes); `_u`: T chosen among the linked causes,
    `_s`: T chosen outside, to be weighed with what chose it. Danger counts the first dangerous cause in sweep order,
    so that its terms add up.
    """

    chosen: Array
    closed: Array
    share: Array
    presence_u: Array
    presence_s: Array
    danger_u: Array
    danger_s: Array


@dataclass(frozen=True)
class Weights:
    """off, on, choose: (n, lanes), of a cause absent, present, and (times on) chosen; keep: (k, n, lanes);
    rest_keep: (k, lanes); dangerous: (n,) bool."""

    off: Array
    on: Array
    choose: Array
    keep: Array
    rest_keep: Array
    dangerous: NDArray[np.bool_]


def sweep(plan: Plan, w: Weights) -> Swept:
    """Forward and backward through the plan."""
    lanes = w.off.shape[1]
    before: list[Pair] = []
    before_safe: list[Pair] = []  # the same without dangerous causes
    own: dict[int, list[Pair]] = {}  # of each sign, as it opens
    own_safe: dict[int, list[Pair]] = {}
    now = safe = (np.ones((1, lanes)), np.zeros((1, lanes)))
    for op in plan.ops:
        before.append(now)
        before_safe.append(safe)
        if op.step is Step.CAUSE:
            now, safe = _pass(op, now, w), _pass_safe(op, safe, w)
        elif op.step is Step.OPEN:
            j = op.index
            own[j] = own_safe[j] = _alone(op, w, _pass)
            if w.dangerous[list(op.lone)].any():
                own_safe[j] = _alone(op, w, _pass_safe)
            now, safe = _open(now, own[j][-1]), _open(safe, own_safe[j][-1])
        else:
            now, safe = _close(op, now), _close(op, safe)
    closed, chosen = now[0][0], now[1][0]

    m = len(plan.linked)
    found = Swept(chosen, closed, *(np.zeros((m, lanes)) for _ in range(5)))
    back = (np.zeros((1, lanes)), np.ones((1, lanes)))  # what is to come: T must be chosen in the end
    at = m
    for op, state, safe_state in zip(reversed(plan.ops), reversed(before), reversed(before_safe), strict=True):
        if op.step is Step.CLOSE:
            back = _unclose(op, back[0]), _unclose(op, back[1])
        elif op.step is Step.CAUSE:
            at -= 1
            z = _unfired(op, back, w)
            _meet(found, at, op, state, z, w)
            _meet_danger(found, at, op, safe_state, z, w)
            back = _past(op, back, z, w)
        else:
            at -= len(op.lone)
            j = op.index
            _meet_lone(found, at, op, own[j], _elsewhere(state, back), w, _meet)
            if own_safe[j] is not own[j]:
                _meet_lone(found, at, op, own_safe[j], _elsewhere(safe_state, back), w, _meet_danger)
            back = _unopen(back, own[j][-1])
    return found


def _pass(op: Op, now: Pair, w: Weights) -> Pair:
    i = op.index
    u, s = now
    fired_u, fired_s = _fire(op, u, w.keep), _fire(op, s, w.keep)
    return w.off[i] * u + w.on[i] * fired_u, w.off[i] * s + w.on[i] * (fired_s + w.choose[i] * fired_u)


def _pass_safe(op: Op, now: Pair, w: Weights) -> Pair:
    if not w.dangerous[op.index]:
        return _pass(op, now, w)
    return w.off[op.index] * now[0], w.off[op.index] * now[1]


def _unfired(op: Op, back: Pair, w: Weights) -> Pair:
    return _unfire(op, back[0], w.keep), _unfire(op, back[1], w.keep)


def _past(op: Op, back: Pair, z: Pair, w: Weights) -> Pair:
    i = op.index
    return w.off[i] * back[0] + w.on[i] * (z[0] + w.choose[i] * z[1]), w.off[i] * back[1] + w.on[i] * z[1]


def _meet(found: Swept, at: int, op: Op, state: Pair, z: Pair, w: Weights) -> None:
    """Share and presence of a cause: the state before it, with what is to come if it is on."""
    i = op.index
    u, s = state
    found.presence_s[at] = w.on[i] * (u * z[1]).sum(axis=0)
    found.share[at] = w.choose[i] * found.presence_s[at]
    found.presence_u[at] = w.on[i] * ((u * z[0]).sum(axis=0) + (s * z[1]).sum(axis=0)) + found.share[at]


def _meet_danger(found: Swept, at: int, op: Op, safe: Pair, z: Pair, w: Weights) -> None:
    """The same, as the first dangerous cause: the state before it has none."""
    i = op.index
    if not w.dangerous[i]:
        return
    u, s = safe
    uz1 = (u * z[1]).sum(axis=0)
    found.danger_u[at] = w.on[i] * ((u * z[0]).sum(axis=0) + (s * z[1]).sum(axis=0) + w.choose[i] * uz1)
    found.danger_s[at] = w.on[i] * uz1


def _meet_lone(
    found: Swept, at: int, op: Op, own: list[Pair], back: Pair, w: Weights, meet: Callable[..., None]
) -> None:
    """The lone causes of a sign that opens, the last one first; the first of them stands at `at`."""
    for number, one in reversed(list(enumerate(_lone(op)))):
        z = _unfired(one, back, w)
        meet(found, at + number, one, own[number], z, w)
        back = _past(one, back, z, w)


def _lone(op: Op) -> list[Op]:
    return [Op(Step.CAUSE, i, ((0, op.index),)) for i in op.lone]


def _alone(op: Op, w: Weights, passing: Callable[[Op, Pair, Weights], Pair]) -> list[Pair]:
    """The one bit of a sign: before each of its lone causes, and after the last."""
    stay = w.rest_keep[op.index]
    own = [(np.stack([stay, 1.0 - stay]), np.zeros((2, stay.size)))]
    for one in _lone(op):
        own.append(passing(one, own[-1], w))
    return own


def _elsewhere(state: Pair, back: Pair) -> Pair:
    """What is to come for the one bit of a sign that opens in this state: all other signs are summed over."""
    u, s = (x[None] for x in state)
    zu, zs = (x.reshape(2, -1, x.shape[1]) for x in back)
    return (u * zu + s * zs).sum(axis=1), (u * zs).sum(axis=1)


def _open(now: Pair, own: Pair) -> Pair:
    """The sign becomes the highest bit."""
    u, s = now
    return np.concatenate([u * x for x in own[0]]), np.concatenate(
        [s * x + u * y for x, y in zip(own[0], own[1], strict=True)]
    )


def _unopen(back: Pair, own: Pair) -> Pair:
    zu, zs = (x.reshape(2, -1, x.shape[1]) for x in back)
    plain, chosen = (x[:, None] for x in own)
    return (plain * zu + chosen * zs).sum(axis=0), (plain * zs).sum(axis=0)


def _split(x: Array, bit: int) -> Array:
    """(states, lanes) seen as (above, this bit, below, lanes)."""
    return x.reshape(-1, 2, 1 << bit, x.shape[1])


def _fire(op: Op, x: Array, keep: Array) -> Array:
    y = x.copy()
    for bit, sign in op.links:
        view, stay = _split(y, bit), keep[sign, op.index]
        view[:, 1] += view[:, 0] * (1.0 - stay)
        view[:, 0] *= stay
    return y


def _unfire(op: Op, x: Array, keep: Array) -> Array:
    y = x.copy()
    for bit, sign in op.links:
        view, stay = _split(y, bit), keep[sign, op.index]
        view[:, 0] = view[:, 0] * stay + view[:, 1] * (1.0 - stay)
    return y


def _close(op: Op, now: Pair) -> Pair:
    """Only the states where the sign has fired live on."""
    u, s = (_split(x, op.index)[:, 1].reshape(-1, x.shape[1]) for x in now)
    return u, s


def _unclose(op: Op, x: Array) -> Array:
    view = x.reshape(-1, 1 << op.index, x.shape[1])
    return np.stack([np.zeros_like(view), view], axis=1).reshape(-1, x.shape[1])
