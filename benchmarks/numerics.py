"""How far the signed sum is off where the all-positive sweep is not: python -m benchmarks.numerics

Networks of 40 causes, 60 signs and 6 parents a sign, as a symptom checker would have. The signed sum over subsets of
positive signs (inclusion-exclusion) is the textbook way; both run in float64 on the same people, and the oracle is the
signed sum in 60-digit arithmetic for a few of them.
"""

import argparse

import numpy as np
from mpmath import mp, mpf

from kram.inference import exact
from kram.model.network import Array, Network

CAUSES, SIGNS, PARENTS = 40, 60, 6


def network(rng: np.random.Generator, low: float, high: float, k: int, coherent: bool) -> Network:
    """One person: k positive signs, drawn from the model with 1 to 3 causes on (coherent) or at random."""
    prior = np.exp(rng.uniform(np.log(low), np.log(high), CAUSES))
    keep = np.ones((SIGNS, CAUSES))
    for j in range(SIGNS):
        keep[j, rng.choice(CAUSES, PARENTS, replace=False)] = 1 - rng.uniform(0.1, 0.9, PARENTS)
    leak = np.exp(rng.uniform(np.log(0.002), np.log(0.05), SIGNS))
    while True:
        if coherent:
            on = rng.choice(CAUSES, rng.integers(1, 4), replace=False, p=prior / prior.sum())
            fires = rng.random(SIGNS) > (1 - leak) * keep[:, on].prod(axis=1)
            positive = np.flatnonzero(fires)
        else:
            positive = rng.permutation(SIGNS)
        if len(positive) >= k:
            chosen = rng.permutation(positive)[:k]
            break
    return Network(
        prior=prior[None],
        rate=-np.log1p(-rng.uniform(0.05, 0.9, (1, CAUSES))),  # the complaint: one more sign, of all causes
        rest=-np.log1p(-np.array([0.02])),
        phi=np.ones((1, CAUSES + 1)),
        damp=np.ones((1, CAUSES)),
        keep=keep[chosen][None],
        rest_keep=1 - leak[chosen][None],
        scale=np.ones(1),
        dangerous=np.zeros(CAUSES, dtype=np.bool_),
    )


def with_complaint(net: Network) -> tuple[Array, Array, Array]:
    """Priors, and what keeps each positive sign from firing, the complaint last."""
    keep = np.concatenate([net.keep[0], np.exp(-net.rate)])
    return net.prior[0], keep, np.concatenate([net.rest_keep[0], np.exp(-net.rest)])


def signed(net: Network) -> Array:
    """Presence by inclusion and exclusion over the positive signs, in float64."""
    prior, keep, rest_keep = with_complaint(net)
    k = len(rest_keep)
    total, present = 0.0, np.zeros(CAUSES)
    for subset in range(1 << k):
        inside = [j for j in range(k) if subset >> j & 1]
        sign = -1.0 if len(inside) % 2 else 1.0
        on = prior * keep[inside].prod(axis=0)
        both = on + 1 - prior
        weight = sign * rest_keep[inside].prod() * both.prod()
        total += weight
        present += weight * on / both
    return present / total if total else np.full(CAUSES, np.nan)


def signed_precisely(net: Network) -> Array:
    """The same sum with 60 digits: the oracle."""
    mp.dps = 60
    floats = with_complaint(net)
    prior, rest_keep = [mpf(x) for x in floats[0]], [mpf(x) for x in floats[2]]
    keep = [[mpf(x) for x in row] for row in floats[1]]
    k = len(rest_keep)
    total, present = mpf(0), [mpf(0)] * CAUSES
    for subset in range(1 << k):
        inside = [j for j in range(k) if subset >> j & 1]
        weight = mpf(-1 if len(inside) % 2 else 1)
        for j in inside:
            weight *= rest_keep[j]
        on, both = [], []
        for i in range(CAUSES):
            p = prior[i]
            for j in inside:
                p *= keep[j][i]
            on.append(p)
            both.append(p + 1 - prior[i])
            weight *= both[-1]
        total += weight
        present = [old + weight * a / b for old, a, b in zip(present, on, both, strict=True)]
    return np.array([float(p / total) for p in present])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100, help="people for each row")
    people = parser.parse_args().people
    print(f"{people} people a row; share of them for whom the signed sum is off by more than 0.01 somewhere")
    print(
        f"{'priors':>15} {'evidence':>14} {'signs':>6} {'off':>7} {'worst':>10} {'sweep, worst against 60 digits':>32}"
    )
    for low, high in ((0.0003, 0.01), (0.005, 0.2)):
        for coherent in (True, False):
            for k in (6, 8, 10, 12, 14):
                rng = np.random.default_rng([k, int(1 / low), coherent])
                worst, off = 0.0, 0
                checked = 0.0
                for number in range(people):
                    net = network(rng, low, high, k, coherent)
                    ours = exact.posterior(net).presence[0]
                    difference = float(np.nan_to_num(np.abs(signed(net) - ours), nan=1.0).max())
                    worst, off = max(worst, difference), off + (difference > 0.01)
                    if k <= 8 and number < 2:
                        checked = max(checked, float(np.abs(signed_precisely(net) - ours).max()))
                oracle = f"{checked:.0e}" if k <= 8 else ""
                kind = "coherent" if coherent else "contradictory"
                print(
                    f"{low:g} to {high:g}".rjust(15),
                    f"{kind:>14} {k:>6} {off / people:>7.1%} {worst:>10.1e} {oracle:>32}",
                )


if __name__ == "__main__":
    main()
