"""The all-positive sweep over causes, in NumPy: no term is ever subtracted, so rare causes keep their digits.

Beside the fired signs the state says whether the responsible cause T has been chosen. Two vectors: `u` (not yet)
and `s` (chosen). Passing cause i while it is on may choose it, with weight phi_i r_i. Arrays are (states, lanes).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kram.inference.planning import Op, Plan, Step
from kram.model.network import Array


@dataclass(frozen=True)
class Swept:
    """Sums over the linked causes, per lane; `closed` when T was chosen before them, `chosen` when among them.

    share, presence_u, presence_s, first_danger_u, first_danger_s: (linked, lanes); `_u`: T chosen among the
    linked causes, `_s`: T chosen outside, to be weighed with what chose it.
    """

    chosen: Array
    closed: Array
    share: Array
    presence_u: Array
    presence_s: Array
    danger_u: Array
    danger_s: Array


def sweep(
    plan: Plan, off: Array, on: Array, choose: Array, keep: Array, rest_keep: Array, dangerous: NDArray[np.bool_]
) -> Swept:
    """Forward and backward through the plan.

    off, on, choose: (n, lanes) weights of a cause absent, present, and (times on) chosen; keep: (k, n, lanes);
    rest_keep: (k, lanes); dangerous: (n,) bool. Danger counts the first dangerous cause in sweep order, so that
    its terms add up.
    """
    lanes = off.shape[1]
    before: list[tuple[Array, Array]] = []
    before_safe: list[tuple[Array, Array]] = []
    now = (np.ones((1, lanes)), np.zeros((1, lanes)))
    safe = now
    for op in plan.ops:
        if op.step is Step.CAUSE:
            before.append(now)
            before_safe.append(safe)
            now = _pass(op, now, off, on, choose, keep)
            if dangerous[op.index]:
                safe = (safe[0] * off[op.index], safe[1] * off[op.index])
            else:
                safe = _pass(op, safe, off, on, choose, keep)
        else:
            now = (_move(op, now[0], rest_keep), _move(op, now[1], rest_keep))
            safe = (_move(op, safe[0], rest_keep), _move(op, safe[1], rest_keep))
    closed, chosen = now[0][0], now[1][0]

    m = len(plan.linked)
    share, presence_u, presence_s, danger_u, danger_s = (np.zeros((m, lanes)) for _ in range(5))
    back = (np.zeros((1, lanes)), np.ones((1, lanes)))  # what is to come: T must be chosen in the end
    at = m
    for op in reversed(plan.ops):
        if op.step is Step.OPEN:
            back = (_unopen(op, back[0], rest_keep), _unopen(op, back[1], rest_keep))
        elif op.step is Step.CLOSE:
            back = (_unclose(op, back[0]), _unclose(op, back[1]))
        else:
            at -= 1
            i = op.index
            z = (_unfire(op, back[0], keep), _unfire(op, back[1], keep))
            u, s = before[at]
            share[at] = on[i] * choose[i] * (u * z[1]).sum(axis=0)
            presence_u[at] = on[i] * ((u * z[0]).sum(axis=0) + (s * z[1]).sum(axis=0)) + share[at]
            presence_s[at] = on[i] * (u * z[1]).sum(axis=0)
            if dangerous[i]:
                u, s = before_safe[at]
                uz1 = (u * z[1]).sum(axis=0)
                danger_u[at] = on[i] * ((u * z[0]).sum(axis=0) + (s * z[1]).sum(axis=0) + choose[i] * uz1)
                danger_s[at] = on[i] * uz1
            back = (off[i] * back[0] + on[i] * (z[0] + choose[i] * z[1]), off[i] * back[1] + on[i] * z[1])
    return Swept(chosen, closed, share, presence_u, presence_s, danger_u, danger_s)


def _pass(op: Op, now: tuple[Array, Array], off: Array, on: Array, choose: Array, keep: Array) -> tuple[Array, Array]:
    i = op.index
    u, s = now
    fired_u, fired_s = _fire(op, u, keep), _fire(op, s, keep)
    return off[i] * u + on[i] * fired_u, off[i] * s + on[i] * (fired_s + choose[i] * fired_u)


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


def _move(op: Op, x: Array, rest_keep: Array) -> Array:
    """Open a sign, whose leak may fire it, or close one: only where it has fired."""
    if op.step is Step.CLOSE:
        return _split(x, op.index)[:, 1].reshape(-1, x.shape[1])
    stay = rest_keep[op.index]
    return np.concatenate([x * stay, x * (1.0 - stay)])


def _unopen(op: Op, x: Array, rest_keep: Array) -> Array:
    stay = rest_keep[op.index]
    half = x.shape[0] // 2
    return x[:half] * stay + x[half:] * (1.0 - stay)


def _unclose(op: Op, x: Array) -> Array:
    view = x.reshape(-1, 1 << op.index, x.shape[1])
    return np.stack([np.zeros_like(view), view], axis=1).reshape(-1, x.shape[1])
