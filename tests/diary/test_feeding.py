"""What a diary saw goes back into the assessment as evidence on the causes the thing tried acts on, exactly."""

import math

import numpy as np
import pytest

from kram.assessment.answers import Response
from kram.assessment.assessing import shares_of
from kram.assessment.case_reading import read_case
from kram.assessment.responding import likelihood_ratios, responded
from kram.inference import enumeration, exact
from kram.loading import load_assessor
from kram.model.posing_many import ManyPoser

ASSESSOR = load_assessor()
KNOWLEDGE = ASSESSOR.knowledge
CASE = {
    "person": {"age": 67, "sex": "female"},
    "findings": {"setting": "in_bed", "standing_hours": 9},
    "medicines": ["indapamide"],
}


def response(care, mean, spread):
    """A diary whose likelihood is a Normal around this log ratio."""
    at = np.arange(-4.5, 2.51, 0.1)
    return Response(care, 0.5, tuple(at), tuple(-0.5 * ((at - mean) / spread) ** 2))


def assessed(*responses):
    answers = read_case(CASE, ASSESSOR.lookup, "case")
    answers = responded(answers, responses, KNOWLEDGE)
    return answers, ASSESSOR.assess(answers, "en")


def test_a_clear_response_to_stretching_speaks_for_what_stretching_acts_on():
    before, after = (shares_of(assessed(*some)[1]) for some in ((), (response("bedtime_stretching", -0.9, 0.15),)))
    for acted in ("unexplained", "long_standing"):
        assert after[acted] > before[acted]
    assert after["thiazide"] < before["thiazide"]
    assert sum(after.values()) == pytest.approx(1)


def test_no_response_at_all_speaks_against_it():
    before, after = (shares_of(assessed(*some)[1]) for some in ((), (response("discuss_diuretic", 0.0, 0.1),)))
    assert after["thiazide"] < before["thiazide"]


def test_a_diary_that_tells_nothing_changes_nothing():
    flat = Response("bedtime_stretching", 0.5, tuple(np.arange(-4.5, 2.51, 0.1)), (0.0,) * 71)
    before, after = (shares_of(assessed(*some)[1]) for some in ((), (flat,)))
    assert after == pytest.approx(before, abs=1e-6)


def test_the_ratio_is_the_overlap_of_two_normals():
    """With a Normal likelihood the average over a Normal belief is known in closed form."""
    entry = KNOWLEDGE.care["bedtime_stretching"]
    number = entry.effects[0].rate_ratio
    low, high = number.interval
    acts = math.hypot(math.log(high / low) / 3.919928, KNOWLEDGE.trials.beliefs.between_people)
    mean, spread = -0.6, 0.3

    def overlap(centre, wide):
        total = math.hypot(wide, spread)
        return math.exp(-0.5 * ((mean - centre) / total) ** 2) / total

    wanted = overlap(math.log(number.value), acts) / overlap(0.0, KNOWLEDGE.trials.beliefs.no_effect)
    found = likelihood_ratios(response("bedtime_stretching", mean, spread), KNOWLEDGE)
    assert found["unexplained"] == pytest.approx(wanted, rel=0.01)
    assert set(found) == {"unexplained", *entry.causes}


def test_the_published_effect_is_used_once():
    """A diary that is shifted by a belief beforehand would give another ratio than the one that is not."""
    plain = likelihood_ratios(response("bedtime_stretching", -0.7, 0.3), KNOWLEDGE)["unexplained"]
    number = KNOWLEDGE.care["bedtime_stretching"].effects[0].rate_ratio
    at = np.arange(-4.5, 2.51, 0.1)
    spread = math.hypot(
        math.log(number.interval[1] / number.interval[0]) / 3.919928, KNOWLEDGE.trials.beliefs.between_people
    )
    twice = -0.5 * ((at + 0.7) / 0.3) ** 2 - 0.5 * ((at - math.log(number.value)) / spread) ** 2
    doubled = likelihood_ratios(Response("bedtime_stretching", 0.5, tuple(at), tuple(twice)), KNOWLEDGE)["unexplained"]
    assert plain != pytest.approx(doubled, rel=0.02)


def test_the_engines_and_the_slow_reference_agree_with_a_response():
    """On a network small enough to count out: every set of causes, straight from the definitions."""
    answers, _ = assessed(response("bedtime_stretching", -0.9, 0.2))
    network = ASSESSOR.model.pose(answers.evidence, draws=False).network()
    few = np.argsort(-network.rate[0] * network.prior[0])[:12]
    small = type(network)(
        network.prior[:, few], network.rate[:, few], network.rest, network.phi[:, [0, *(few + 1)]], network.damp[:, few],
        network.keep[:, :, few], network.rest_keep, network.scale, network.dangerous[few],
    )  # fmt: skip
    assert len(set(small.phi[0])) > 1
    slow = enumeration.posterior(small)
    for engine in (exact.posterior, exact.posterior_in_numpy):
        np.testing.assert_allclose(engine(small).shares, slow.shares, atol=1e-12)


def test_a_batch_gives_the_same_as_one_person():
    answers, assessment = assessed(response("discuss_diuretic", -0.8, 0.2))
    cohort = ManyPoser(ASSESSOR.model).cohort([answers.evidence])
    shares = exact.posteriors(cohort).shares[0]
    ids = ["unexplained", *KNOWLEDGE.causes]
    assert dict(zip(ids, shares, strict=True)) == pytest.approx(dict(shares_of(assessment)), abs=1e-9)


def test_the_response_is_among_the_reasons_in_both_languages():
    answers, _ = assessed(response("bedtime_stretching", -0.9, 0.15))
    for lang in ("id", "en"):
        rows = [row for row in ASSESSOR.assess(answers, lang).why if row.finding == "bedtime_stretching"]
        assert rows
        assert rows[0].name == KNOWLEDGE.care["bedtime_stretching"].name[lang]
