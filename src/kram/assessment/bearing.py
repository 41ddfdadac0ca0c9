"""The plain bearer: an otherwise ordinary person who surely has one cause. What share does it get?"""

from dataclasses import replace

import numpy as np
from msgspec import Struct

from kram.assessment.assessing import Assessor
from kram.assessment.result import Interval
from kram.model.evidence import Evidence


class Bearer(Struct, frozen=True):
    """`share` with the other causes as usual for age and sex; `alone`: if nothing but the unexplained were there."""

    id: str
    name: str
    age: float
    sex: str
    share: float
    interval: Interval
    alone: float
    rate: float
    prevalence: float


def bearers(assessor: Assessor, lang: str) -> list[Bearer]:
    """One row a cause, in the order of the knowledge. A specialist should nod at each."""
    return [bearer(assessor, id, lang) for id in assessor.model.compiled.cause_ids]


def bearer(assessor: Assessor, id: str, lang: str) -> Bearer:
    """One cause of the model. Raises KeyError for what is none."""
    model = assessor.model
    index = model.compiled.position[id]
    cause = model.compiled.causes[index]
    posed = model.pose(Evidence(cause.typical.age, cause.typical.sex, {}))
    network = posed.network()
    prior = network.prior.copy()
    prior[:, index] = 1.0
    shares = assessor.engine(replace(network, prior=prior)).shares[:, index + 1]
    low, high = np.quantile(shares[1:], assessor.knowledge.settings.interval)
    rate, rest = float(network.rate[0, index]), float(network.rest[0])
    return Bearer(
        id=cause.id,
        name=cause.name[lang],
        age=cause.typical.age,
        sex=cause.typical.sex,
        share=float(shares[0]),
        interval=(min(float(low), float(shares[0])), max(float(high), float(shares[0]))),
        alone=rate / (rate + rest),
        rate=rate,
        prevalence=float(posed.stratum.average[index, 0]),
    )
