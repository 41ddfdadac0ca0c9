"""Back into the assessment: what a diary saw of something tried is evidence on the causes that it acts on.

If cause i is behind the cramps, and the thing tried acts on it, the person's log ratio is Normal around the published
effect; if it does not act on it, around 0, with what else may stir a diary. The diary's own likelihood, averaged over
each of the two, gives the likelihood of what was seen under each responsible cause. The published effect enters here
and only here: the diary's likelihood is that of `Response`, before any belief was laid on it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.special import logsumexp
from scipy.stats import norm

from kram.assessment.answers import Answers
from kram.diary.answer import Answer, Response
from kram.diary.counting import GRID
from kram.diary.effects import by_cause, trial_of
from kram.knowledge.knowledge import Knowledge

_MOST = 27.6  # no diary counts for more than a million millions to one


def likelihood_ratios(response: Response, knowledge: Knowledge) -> dict[str, float]:
    """Cause (or "unexplained") that the thing tried acts on -> P(what was seen | it is the cause), over the same of a
    cause that it does not act on. Raises DiaryError for something that cannot be tried."""
    entry, _trial = trial_of(knowledge, response.care)
    seen = CubicSpline(response.log_ratios, response.log_likelihood)(GRID)
    rules = knowledge.trials.beliefs
    idle = _averaged(seen, 0.0, rules.no_effect)
    return {
        cause: float(np.exp(np.clip(_averaged(seen, belief.mean, belief.spread) - idle, -_MOST, _MOST)))
        for cause, belief in by_cause(knowledge, entry).items()
    }


def _averaged(log_likelihood: np.ndarray, mean: float, spread: float) -> float:
    """log of the likelihood averaged over Normal(mean, spread^2) on the grid."""
    weight = norm.logpdf(GRID, mean, spread)
    return float(logsumexp(log_likelihood + weight) - logsumexp(weight))


def fed(answers: Answers, trials: Sequence[Answer], knowledge: Knowledge) -> Answers:
    """The person's answers and what their trials showed; one trial of each care, the last one given.

    Trials that are not randomised count as well: their likelihood is already spread by what comes anyway.
    """
    soft = {trial.care: likelihood_ratios(trial.response, knowledge) for trial in trials}
    return replace(
        answers,
        evidence=replace(answers.evidence, soft={**answers.evidence.soft, **soft}),
        responses={**answers.responses, **{trial.care: trial.rate_ratio for trial in trials}},
    )
