"""What a user could take instead, on the same people: each as its documents say, and as an expert would use it.

All give presence only: none knows shares, character or danger. A peer is given one person and answers with the seconds
of building, the seconds of asking, and the presence of every cause.
"""

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from kram.model.cohort import Cohort
from kram.model.network import Array, Network

Answer = tuple[float, float, Array]
Peer = Callable[[Cohort, int], Answer]


def rows(network: Network) -> list[tuple[list[int], Array, float]]:
    """Of each positive sign, the complaint last: parents, their links, the leak."""
    keep = np.concatenate([network.keep[0], np.exp(-network.rate)])
    rest_keep = [*network.rest_keep[0], np.exp(-network.rest[0])]
    return [
        (np.flatnonzero(row < 1).tolist(), 1 - row[row < 1], 1 - float(rest))
        for row, rest in zip(keep, rest_keep, strict=True)
    ]


def quickscore(cohort: Cohort, person: int) -> Answer:
    """Heckerman 1989: over the subsets S of the positive signs, (-1)^|S| prod_i (1 - p_i + p_i prod_S (1 - lambda))."""
    network = cohort.person(person)
    start = time.perf_counter()
    on = network.prior * network.damp
    factor = np.ones(1)
    signs = np.concatenate([network.keep[0], np.exp(-network.rate)])
    for row, rest in zip(signs, [*network.rest_keep[0], np.exp(-network.rest[0])], strict=True):
        on = np.concatenate([on, on * row])
        factor = np.concatenate([factor, -factor * rest])
    both = 1 - network.prior + on
    weight = factor * both.prod(axis=1)
    presence = weight @ (on / both) / weight.sum()
    return 0.0, time.perf_counter() - start, presence


def _causes(network: Network) -> Any:
    """A net of the causes alone, each with its prior."""
    import pyagrum as gum

    net = gum.BayesNet()
    for i, p in enumerate(network.prior[0]):
        net.add(gum.LabelizedVariable(f"c{i}", "", 2))
        net.cpt(f"c{i}").fillWith([1 - float(p), float(p)])
    return net


def _chain(net: Any, name: str, parents: list[int], links: Array, leak: float) -> None:
    """An OR of two-parent ORs; the last is called `name`."""
    import pyagrum as gum

    before = None
    for at, (i, link) in enumerate(zip(parents, links, strict=True)):
        here = name if at == len(parents) - 1 else f"{name}s{at}"
        net.add(gum.LabelizedVariable(here, "", 2))
        net.addArc(f"c{i}", here)
        table = net.cpt(here)
        if before is None:
            table[{f"c{i}": 0}] = [1 - leak, leak]
            table[{f"c{i}": 1}] = [(1 - leak) * (1 - link), 1 - (1 - leak) * (1 - link)]
        else:
            net.addArc(before, here)
            for on in (0, 1):
                table[{f"c{i}": on, before: 1}] = [0, 1]
            table[{f"c{i}": 0, before: 0}] = [1, 0]
            table[{f"c{i}": 1, before: 0}] = [1 - link, link]
        before = here


def _asked(net: Any, evidence: dict[str, Any], n: int) -> tuple[float, Array]:
    import pyagrum as gum

    start = time.perf_counter()
    inference = gum.ShaferShenoyInference(net)
    inference.setTargets({f"c{i}" for i in range(n)})
    inference.setEvidence(evidence)
    inference.makeInference()
    presence = np.array([inference.posterior(f"c{i}")[1] for i in range(n)])
    return time.perf_counter() - start, presence


def pyagrum_documented(cohort: Cohort, person: int) -> Answer:
    """Noisy-OR nodes for all signs that are known, given as evidence; only the complaint is chained (2^n otherwise)."""
    import pyagrum as gum

    start = time.perf_counter()
    network = cohort.person(person)
    net = _causes(network)
    evidence = {}
    for level, signs in ((1, cohort.positive.of(person)), (0, cohort.negative.of(person))):
        for j in signs.tolist():
            net.addNoisyORNet(gum.LabelizedVariable(f"f{j}", "", 2), 1 - float(cohort.rest_keep[j]))
            for i in np.flatnonzero(cohort.keep[j] < 1).tolist():
                net.addWeightedArc(f"c{i}", f"f{j}", 1 - float(cohort.keep[j, i]))
            evidence[f"f{j}"] = level
    _chain(net, "y", *rows(network)[-1])
    built = time.perf_counter() - start
    return built, *_asked(net, {**evidence, "y": 1}, network.causes)


def pyagrum_chained(cohort: Cohort, person: int) -> Answer:
    """Positive signs as chains; negative ones folded into soft evidence on the causes."""

    start = time.perf_counter()
    network = cohort.person(person)
    net = _causes(network)
    for j, (parents, links, leak) in enumerate(rows(network)):
        _chain(net, f"f{j}", parents, links, leak)
    evidence: dict[str, Any] = {f"f{j}": 1 for j in range(network.signs + 1)}
    evidence |= {f"c{i}": [1.0, float(d)] for i, d in enumerate(network.damp[0]) if d < 1}
    built = time.perf_counter() - start
    return built, *_asked(net, evidence, network.causes)


def pyagrum_field(cohort: Cohort, person: int) -> Answer:
    """A Markov field by hand, a signed helper for each positive sign (Diez and Galan 2003), negatives folded."""
    import pyagrum as gum

    start = time.perf_counter()
    network = cohort.person(person)
    field = gum.MarkovRandomField()
    for i in range(network.causes):
        field.add(gum.LabelizedVariable(f"c{i}", "", 2))
        p, damp = float(network.prior[0, i]), float(network.damp[0, i])
        field.addFactor([f"c{i}"]).fillWith([1 - p, p * damp])
    for j, (parents, links, leak) in enumerate(rows(network)):
        field.add(gum.LabelizedVariable(f"b{j}", "", 2))
        field.addFactor([f"b{j}"]).fillWith([1.0, leak - 1.0])
        for i, link in zip(parents, links, strict=True):
            factor = field.addFactor([f"b{j}", f"c{i}"])
            factor.fillWith(1)
            factor[{f"b{j}": 1, f"c{i}": 1}] = 1 - float(link)
    built = time.perf_counter() - start
    start = time.perf_counter()
    inference = gum.ShaferShenoyMRFInference(field)
    inference.makeInference()
    presence = np.array([inference.posterior(f"c{i}")[1] for i in range(network.causes)])
    return built, time.perf_counter() - start, presence


def pgmpy_chained(cohort: Cohort, person: int) -> Answer:
    """Positive signs and complaint as chains, negatives folded into the priors; one query a cause."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.inference import VariableElimination
        from pgmpy.models import DiscreteBayesianNetwork

        start = time.perf_counter()
        network = cohort.person(person)
        p = network.prior[0] * network.damp[0]
        p = p / (p + 1 - network.prior[0])
        tables = [TabularCPD(f"c{i}", 2, [[1 - x], [x]]) for i, x in enumerate(p)]
        arcs = []
        for j, (parents, links, leak) in enumerate(rows(network)):
            before = None
            for at, (i, link) in enumerate(zip(parents, links, strict=True)):
                here = f"f{j}" if at == len(parents) - 1 else f"f{j}s{at}"
                arcs.append((f"c{i}", here))
                if before is None:
                    off = [1 - leak, (1 - leak) * (1 - link)]
                    tables.append(TabularCPD(here, 2, [off, [1 - x for x in off]], [f"c{i}"], [2]))
                else:
                    arcs.append((before, here))
                    table = [[1, 0, 1 - link, 0], [0, 1, link, 1]]
                    tables.append(TabularCPD(here, 2, table, [f"c{i}", before], [2, 2]))
                before = here
        net = DiscreteBayesianNetwork(arcs)
        net.add_cpds(*tables)
        built = time.perf_counter() - start
        start = time.perf_counter()
        inference = VariableElimination(net)
        evidence = {f"f{j}": 1 for j in range(network.signs + 1)}
        presence = np.array(
            [
                inference.query([f"c{i}"], evidence=evidence, show_progress=False).values[1]
                for i in range(network.causes)
            ]
        )
        return built, time.perf_counter() - start, presence


# name -> (module that must be there, peer, most positive signs by number of causes: dearer ones do not end)
PEERS: dict[str, tuple[str, Peer, dict[int, int]]] = {
    "pyAgrum, as documented": ("pyagrum", pyagrum_documented, {12: 8, 24: 5, 48: -1}),
    "pyAgrum, chained and folded": ("pyagrum", pyagrum_chained, {12: 15, 24: 12, 48: 8}),
    "pyAgrum, signed field by hand": ("pyagrum", pyagrum_field, {12: 20, 24: 20, 48: 20}),
    "pgmpy, chained and folded": ("pgmpy", pgmpy_chained, {12: 5, 24: 5, 48: 3}),
    "Quickscore in NumPy": ("numpy", quickscore, {12: 15, 24: 15, 48: 15}),
}
