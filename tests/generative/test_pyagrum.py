"""Presence without character agrees with pyAgrum's exact inference on the same network; T as an explicit table."""

import itertools
from dataclasses import replace

import numpy as np
import pyagrum as gum
import pytest

from kram.inference import exact
from kram.model.network import Network
from tests.generative.networks import random_network


def plain(network: Network) -> Network:
    """Without character and without folded negatives, which a network of nodes has no place for."""
    return replace(
        network, phi=np.ones_like(network.phi), damp=np.ones_like(network.damp), scale=np.ones_like(network.scale)
    )


def as_bayes_net(network: Network) -> tuple[gum.BayesNet, dict[str, int]]:
    """Signs and the complaint as noisy-OR nodes with net parameters (addNoisyORNet takes the link lambda)."""
    net = gum.BayesNet()
    n, k = network.causes, network.signs
    for i in range(n):
        net.add(gum.LabelizedVariable(f"c{i}", "", 2))
        p = float(network.prior[0, i])
        net.cpt(f"c{i}").fillWith([1 - p, p])
    for j in range(k):
        net.addNoisyORNet(gum.LabelizedVariable(f"f{j}", "", 2), 1 - float(network.rest_keep[0, j]))
        for i in range(n):
            if network.keep[0, j, i] < 1:
                net.addWeightedArc(f"c{i}", f"f{j}", 1 - float(network.keep[0, j, i]))
    net.addNoisyORNet(gum.LabelizedVariable("y", "", 2), float(-np.expm1(-network.rest[0])))
    for i in range(n):
        net.addWeightedArc(f"c{i}", "y", float(-np.expm1(-network.rate[0, i])))
    return net, {"y": 1, **{f"f{j}": 1 for j in range(k)}}


@pytest.mark.parametrize("seed", range(25))
def test_presence_agrees_with_pyagrum(seed: int) -> None:
    network = plain(random_network(seed, 3 + seed % 6, 1 + seed % 5))
    net, evidence = as_bayes_net(network)
    inference = gum.LazyPropagation(net)
    inference.setEvidence(evidence)
    inference.makeInference()
    ours = exact.posterior(network).presence[0]
    theirs = [inference.posterior(f"c{i}")[1] for i in range(network.causes)]
    assert np.abs(ours - theirs).max() < 1e-10


@pytest.mark.parametrize("seed", range(6))
def test_the_responsible_cause_agrees_with_an_explicit_table(seed: int) -> None:
    network = plain(random_network(100 + seed, 4, 3))
    n = network.causes
    net, evidence = as_bayes_net(network)
    net.add(gum.LabelizedVariable("t", "", n + 1))
    for i in range(n):
        net.addArc(f"c{i}", "t")
    for on in itertools.product((0, 1), repeat=n):
        rates = np.concatenate([network.rest, network.rate[0] * np.array(on)])
        net.cpt("t")[{f"c{i}": on[i] for i in range(n)}] = list(rates / rates.sum())
    inference = gum.LazyPropagation(net)
    inference.setEvidence(evidence)
    inference.makeInference()
    theirs = inference.posterior("t").toarray()
    assert np.abs(exact.posterior(network).shares[0] - theirs).max() < 1e-10


def test_the_two_noisy_ors_of_pyagrum_differ_and_ours_is_the_net_one() -> None:
    """addNoisyORCompound takes P(sign | this cause alone), leak included; a link given to it moves the answer."""
    network = plain(random_network(7, 4, 3))
    net, evidence = as_bayes_net(network)
    compound = gum.BayesNet()
    for i in range(network.causes):
        compound.add(gum.LabelizedVariable(f"c{i}", "", 2))
        compound.cpt(f"c{i}").fillWith([1 - float(network.prior[0, i]), float(network.prior[0, i])])
    for name in evidence:
        leak = float(-np.expm1(-network.rest[0])) if name == "y" else 1 - float(network.rest_keep[0, int(name[1:])])
        compound.addNoisyORCompound(gum.LabelizedVariable(name, "", 2), leak)
        for i in range(network.causes):
            link = (
                float(-np.expm1(-network.rate[0, i])) if name == "y" else 1 - float(network.keep[0, int(name[1:]), i])
            )
            if link > 0:
                compound.addWeightedArc(f"c{i}", name, 1 - (1 - leak) * (1 - link))
    ours = exact.posterior(network).presence[0]
    for bayes_net in (net, compound):
        inference = gum.LazyPropagation(bayes_net)
        inference.setEvidence(evidence)
        inference.makeInference()
        theirs = np.array([inference.posterior(f"c{i}")[1] for i in range(network.causes)])
        assert np.abs(ours - theirs).max() < 1e-10
