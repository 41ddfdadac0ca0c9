"""What a diary saw of something tried, as evidence on the causes that it acts on.

If cause i is behind the cramps, and the thing tried acts on it, the person's log ratio is Normal around the published
effect; if it does not act on it, around 0, with what else may stir a diary. The diary's own likelihood, averaged over
each of the two, gives the likelihood of what was seen under each responsible cause. The published effect enters here
and only here: a `Response` holds the likelihood before any belief was laid on it.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from kram.assessment.answers import Answers, Response
from kram.knowledge.entries import Care
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.numbers import Number
from kram.model.network import Array

_Z = 1.959964  # half-width of a 95% interval in standard deviations
_MOST = 27.6  # no diary counts for more than a million millions to one


@dataclass(frozen=True)
class Belief:
    """A log rate ratio: Normal(mean, spread^2). `number`: where it comes from."""

    mean: float
    spread: float
    number: Number


def expected(knowledge: Knowledge, number: Number) -> Belief:
    """What a published effect lets one expect of one person, who may lie apart from the average."""
    assert number.interval is not None  # ratios have one, the check sees to it
    low, high = number.interval
    error = (math.log(high) - math.log(low)) / (2 * _Z)
    return Belief(math.log(number.central), math.hypot(error, knowledge.trials.beliefs.between_people), number)


def by_cause(knowledge: Knowledge, entry: Care) -> dict[str, Belief]:
    """Cause (or "unexplained") -> what the thing tried does to cramps that come from it; others are not acted on."""
    if entry.trial is None:
        return {}
    found: dict[str, Belief] = {}
    if entry.trial.rate_ratio is not None:
        found = {cause: expected(knowledge, entry.trial.rate_ratio) for cause in entry.causes}
    for effect in entry.effects:
        found |= {cause: expected(knowledge, effect.rate_ratio) for cause in effect.cramps_from}
    return found


def likelihood_ratios(response: Response, knowledge: Knowledge) -> dict[str, float]:
    """Cause (or "unexplained") that the thing tried acts on -> P(what was seen | it is the cause), over the same of a
    cause that it does not act on. Empty for something that acts on no cause."""
    at, seen = np.array(response.log_ratios), np.array(response.log_likelihood)
    idle = _averaged(at, seen, 0.0, knowledge.trials.beliefs.no_effect)
    return {
        cause: math.exp(min(max(_averaged(at, seen, belief.mean, belief.spread) - idle, -_MOST), _MOST))
        for cause, belief in by_cause(knowledge, knowledge.care[response.care]).items()
    }


def _averaged(at: Array, log_likelihood: Array, mean: float, spread: float) -> float:
    """log of the likelihood averaged over Normal(mean, spread^2), by the trapezoidal rule."""
    weight = np.log(np.gradient(at)) - 0.5 * ((at - mean) / spread) ** 2
    return _log_sum(log_likelihood + weight) - _log_sum(weight)


def _log_sum(values: Array) -> float:
    most = float(values.max())
    return most + math.log(float(np.exp(values - most).sum()))


def responded(answers: Answers, responses: Iterable[Response], knowledge: Knowledge) -> Answers:
    """The person's answers and what was seen of each thing tried; of one care the last one given counts."""
    seen = {response.care: response for response in responses}
    soft = {care: likelihood_ratios(response, knowledge) for care, response in seen.items()}
    return replace(
        answers,
        evidence=replace(answers.evidence, soft={**answers.evidence.soft, **soft}),
        responses={**answers.responses, **{care: response.rate_ratio for care, response in seen.items()}},
    )


def put_responses(case: Mapping[str, Any], responses: Iterable[Response]) -> dict[str, Any]:
    """A case as people write it, with these responses; one of the same care gives way."""
    new = {response.care: msgspec.to_builtins(response) for response in responses}
    kept = [one for one in case.get("responses") or [] if not (isinstance(one, dict) and one.get("care") in new)]
    return {**case, "responses": [*kept, *new.values()]} if kept or new else dict(case)
