"""Which numbers the answers hang on: each is moved alone, by one standard deviation, and the shares are looked at.

What a doctor should doubt first, and where the next study would help most.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.knowledge.figures import Figure, figures
from kram.knowledge.numbers import Kind
from kram.model.posing import Model

_LANES = 512  # numbers moved side by side


class Weight(Struct, frozen=True):
    """`mean`: how much of all shares changes hands, of 1, on average over the cases; `most`: in the case `where`."""

    key: str
    kind: Kind
    mean: float
    most: float
    where: str


def weights(assessor: Assessor, cases: Mapping[str, Answers]) -> list[Weight]:
    """One for each number of the knowledge, the heaviest first. Takes a quarter of a second a case."""
    numbers = list({figure.key: figure for figure in figures(assessor.knowledge)}.values())
    found: list[Weight] = []
    for start in range(0, len(numbers), _LANES):
        found += _weights(assessor, numbers[start : start + _LANES], cases)
    return sorted(found, key=lambda weight: (-weight.mean, weight.key))


def _weights(assessor: Assessor, numbers: Sequence[Figure], cases: Mapping[str, Answers]) -> list[Weight]:
    model = Model(assessor.model.compiled.moving([figure.key for figure in numbers]))
    moved = np.stack([_moved(assessor, model, answers) for answers in cases.values()])  # (cases, numbers)
    worst, names = moved.argmax(axis=0), list(cases)
    return [
        Weight(
            figure.key,
            figure.number.kind,
            float(moved[:, at].mean()),
            float(moved[worst[at], at]),
            names[worst[at]],
        )
        for at, figure in enumerate(numbers)
    ]


def _moved(assessor: Assessor, model: Model, answers: Answers) -> np.ndarray:
    """(numbers,): total variation between the shares as they are and with the number moved."""
    shares = assessor.engine(model.pose(answers.evidence).network()).shares
    first = 1 + assessor.knowledge.settings.draws
    distance: np.ndarray = 0.5 * np.abs(shares[first:] - shares[0]).sum(axis=1)
    return distance


def held_by(weights: Sequence[Weight], kind: Kind) -> float:
    """What part of all that moves is moved by numbers of this kind."""
    return sum(weight.mean for weight in weights if weight.kind == kind) / max(
        sum(weight.mean for weight in weights), 1e-300
    )
