"""How heavy a number is: the same as changing it in the knowledge and assessing again."""

import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from kram.evaluation.sensitivity import held_by, weights
from kram.inference.exact import posterior
from kram.knowledge.figures import figures
from kram.knowledge.knowledge import Knowledge
from kram.model.compiling import Compiled
from kram.model.posing import Model
from tests.spec.shared import answers, assessor, example

CASE = answers(example("diabetic-neuropathy"))


def shares(knowledge: Knowledge) -> np.ndarray:
    return posterior(Model(Compiled(knowledge)).pose(CASE.evidence, draws=False).network()).shares[0]


def with_ratio(cause: str, value: float) -> Knowledge:
    knowledge = assessor().knowledge
    entry = knowledge.causes[cause]
    rate = msgspec.structs.replace(entry.rate, rate_ratio=msgspec.structs.replace(entry.rate.rate_ratio, value=value))
    causes = {**knowledge.causes, cause: msgspec.structs.replace(entry, rate=rate)}
    return replace(knowledge, causes=causes)


@pytest.mark.parametrize("cause", ["muscle_fatigue", "low_magnesium"])
def test_the_weight_of_a_number_is_what_changing_it_does(cause: str) -> None:
    knowledge = assessor().knowledge
    ratio = knowledge.causes[cause].rate.rate_ratio
    low, high = ratio.interval
    moved = with_ratio(cause, ratio.value * math.exp(math.log(high / low) / (2 * 1.959964)))
    expected = 0.5 * np.abs(shares(moved) - shares(knowledge)).sum()
    found = {weight.key: weight for weight in weights(assessor(), {"one": CASE})}
    assert found[f"{cause}/rate.rate_ratio"].mean == pytest.approx(expected, rel=1e-9)
    assert expected > 0


def test_every_number_has_a_weight_and_the_heaviest_come_first() -> None:
    found = weights(assessor(), {"one": CASE, "other": answers(example("runner"))})
    assert {weight.key for weight in found} == {figure.key for figure in figures(assessor().knowledge)}
    assert [weight.mean for weight in found] == sorted((weight.mean for weight in found), reverse=True)
    assert all(0 <= weight.mean <= weight.most <= 1 for weight in found)
    assert {weight.where for weight in found[:50]} == {"one", "other"}
    assert sum(held_by(found, kind) for kind in ("published", "derived", "judgement")) == pytest.approx(1)
