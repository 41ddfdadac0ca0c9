"""The posterior in 80 digits, by inclusion and exclusion over the positive signs: another road than the sweep's.

In floats this sum loses all its digits; with 80 it can afford to.
"""

from mpmath import mp, mpf
from mpmath.calculus.quadrature import GaussLegendre

from kram.model.network import Network

DIGITS = 80
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
    for subset in range(1 << k):
        inside = [j for j in range(k) if subset >> j & 1]
        whole = mpf(-1 if len(inside) % 2 else 1) * mpf(float(network.scale[0])) * mp.exp(-t * rest)
        for j in inside:
            whole *= mpf(float(network.rest_keep[0, j]))
        calm = whole
        on, both = [], []
        for i in range(n):
            here = prior[i] * damp[i] * fade[i]
            for j in inside:
                here *= mpf(float(network.keep[0, j, i]))
            on.append(here)
            both.append(1 - prior[i] + here)
            whole *= both[i]
            calm *= (1 - prior[i]) if network.dangerous[i] else both[i]
        on = [a / b if b else mpf(0) for a, b in zip(on, both, strict=True)]
        claim = [on[i] * pull[i] for i in range(n)]
        total = phi[0] * rest + sum(claim)
        evidence += whole * total
        shares[0] += whole * phi[0] * rest
        safe += calm * (phi[0] * rest + sum(claim[i] for i in range(n) if not network.dangerous[i]))
        for i in range(n):
            shares[i + 1] += whole * claim[i]
            presence[i] += whole * on[i] * (total - claim[i] + pull[i])
    return shares, presence, safe, evidence
