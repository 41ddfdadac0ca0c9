"""The posterior in 80 digits, by inclusion and exclusion over the positive signs: another road than the sweep's.

In floats this sum loses all its digits; with 80 it can afford to.
"""

from collections.abc import Iterator

from mpmath import mp, mpf
from mpmath.calculus.quadrature import GaussLegendre

from kram.model.network import Network

DIGITS = 80
_Term = tuple[mpf, list[mpf]]
_DEGREE = 5  # 48 nodes: exp(-tL) to 50 digits for L up to 30


def posterior(network: Network) -> tuple[list[mpf], list[mpf], mpf, mpf]:
    """Of lane 0: shares (the unexplained part first), presence, danger, evidence."""
    with mp.workdps(DIGITS):
        n = network.causes
        shares, presence, safe, evidence = [mpf(0)] * (n + 1), [mpf(0)] * n, mpf(0), mpf(0)
        for x, weight in GaussLegendre(mp).calc_nodes(_DEGREE, mp.prec):
            part = _at(network, (x + 1) / 2)
            shares = [a + weight / 2 * b for a, b in zip(shares, part[0], strict=True)]
            presence = [a + weight / 2 * b for a, b in zip(presence, part[1], strict=True)]
            safe += weight / 2 * part[2]
            evidence += weight / 2 * part[3]
        return [x / evidence for x in shares], [x / evidence for x in presence], 1 - safe / evidence, evidence


def _at(network: Network, t: mpf) -> tuple[list[mpf], list[mpf], mpf, mpf]:
    """The integrand at t, not yet divided by the evidence."""
    n, k = network.causes, network.signs
    prior, damp = ([mpf(float(x)) for x in row[0]] for row in (network.prior, network.damp))
    rate, phi = ([mpf(float(x)) for x in row[0]] for row in (network.rate, network.phi))
    fade = [mp.exp(-t * r) for r in rate]
    rest = mpf(float(network.rest[0]))
    pull = [phi[i + 1] * rate[i] for i in range(n)]
    shares, presence, safe, evidence = [mpf(0)] * (n + 1), [mpf(0)] * n, mpf(0), mpf(0)
    off = [1 - p for p in prior]
    keep = [[mpf(float(x)) for x in row] for row in network.keep[0]]
    rest_keep = [mpf(float(x)) for x in network.rest_keep[0]]
    start = mpf(float(network.scale[0])) * mp.exp(-t * rest)
    for factor, on in _subsets(
        start, [p * d * f for p, d, f in zip(prior, damp, fade, strict=True)], keep, rest_keep, k
    ):
        both = [a + b for a, b in zip(off, on, strict=True)]
        whole, calm = factor, factor
        for i in range(n):
            whole *= both[i]
            calm *= off[i] if network.dangerous[i] else both[i]
        here = [a / b if b else mpf(0) for a, b in zip(on, both, strict=True)]
        claim = [a * b for a, b in zip(here, pull, strict=True)]
        total = phi[0] * rest + sum(claim)
        evidence += whole * total
        shares[0] += whole * phi[0] * rest
        safe += calm * (phi[0] * rest + sum(claim[i] for i in range(n) if not network.dangerous[i]))
        for i in range(n):
            shares[i + 1] += whole * claim[i]
            presence[i] += whole * here[i] * (total - claim[i] + pull[i])
    return shares, presence, safe, evidence


def _subsets(factor: mpf, on: list[mpf], keep: list[list[mpf]], rest_keep: list[mpf], k: int) -> Iterator[_Term]:
    """Every subset of the signs: its signed factor, and each cause's weight while it is on."""
    if not k:
        yield factor, on
        return
    yield from _subsets(factor, on, keep, rest_keep, k - 1)
    row = keep[k - 1]
    yield from _subsets(
        -factor * rest_keep[k - 1], [a * b for a, b in zip(on, row, strict=True)], keep, rest_keep, k - 1
    )


def presence(network: Network) -> list[mpf]:
    """Presence alone, without character: the complaint is one more sign, of all causes."""
    with mp.workdps(DIGITS):
        prior, damp = ([mpf(float(x)) for x in row[0]] for row in (network.prior, network.damp))
        off = [1 - p for p in prior]
        keep = [[mpf(float(x)) for x in row] for row in network.keep[0]]
        keep.append([mp.exp(-mpf(float(r))) for r in network.rate[0]])
        rest_keep = [*(mpf(float(x)) for x in network.rest_keep[0]), mp.exp(-mpf(float(network.rest[0])))]
        total, found = mpf(0), [mpf(0)] * len(prior)
        on = [p * d for p, d in zip(prior, damp, strict=True)]
        for factor, here in _subsets(mpf(1), on, keep, rest_keep, len(keep)):
            both = [a + b for a, b in zip(off, here, strict=True)]
            for x in both:
                factor *= x
            total += factor
            found = [f + factor * a / b if b else f for f, a, b in zip(found, here, both, strict=True)]
        return [f / total for f in found]
