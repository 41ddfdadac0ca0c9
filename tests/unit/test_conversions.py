"""Each rule from a study to a parameter, against arithmetic done by hand."""

import math

import numpy as np
import pytest

from kram.model import conversions as convert


def lanes(x: float) -> np.ndarray:
    return np.array([x])


def test_two_proportions_in_one_month_give_the_difference_of_log_risks() -> None:
    r = convert.rate_from_proportions(lanes(0.6), lanes(0.25), 1, lanes(0.3))
    assert r[0] == pytest.approx(math.log(0.75 / 0.4))


def test_a_window_of_three_months_counts_as_three_to_the_power_a() -> None:
    r = convert.rate_from_proportions(lanes(0.6), lanes(0.25), 3, lanes(0.3))
    assert r[0] == pytest.approx(math.log(0.75 / 0.4) / 3**0.3)


def test_a_rate_never_falls_below_zero() -> None:
    assert convert.rate_from_proportions(lanes(0.2), lanes(0.25), 1, lanes(0.3))[0] == 0
    assert convert.rate_from_ratio(lanes(0.8), lanes(0.5))[0] == 0


def test_an_odds_ratio_at_a_baseline() -> None:
    q = convert.with_odds_ratio(lanes(0.45), lanes(2.9))
    assert convert.rate_from_proportions(q, lanes(0.45), 1, lanes(0.3))[0] == pytest.approx(math.log(1 + 0.45 * 1.9))


def test_a_rate_ratio_multiplies_the_whole_rate_of_the_comparators() -> None:
    assert convert.rate_from_ratio(lanes(1.48), lanes(0.6))[0] == pytest.approx(0.48 * 0.6)


def test_shrinkage_pulls_an_uncertain_ratio_towards_one() -> None:
    certain = convert.shrink(np.array([2.0, 2.0]), 0.01, 0.25)
    doubtful = convert.shrink(np.array([2.0, 2.0]), 1.0, 0.25)
    assert certain[0] == pytest.approx(2.0, rel=1e-3)
    assert math.log(doubtful[0]) == pytest.approx(math.log(2) * 0.25 / 1.25)


def test_shrunk_draws_have_the_spread_of_the_posterior() -> None:
    rng = np.random.default_rng(0)
    ratio = np.concatenate([[2.0], 2.0 * np.exp(0.5 * rng.standard_normal(200_000))])
    shrunk = np.log(convert.shrink(ratio, 0.5, 0.25)[1:])
    assert shrunk.std() == pytest.approx(math.sqrt(0.25 * 0.25 / (0.25 + 0.25)), rel=0.01)
    assert shrunk.mean() == pytest.approx(math.log(2) / 2, abs=0.005)


def test_a_net_link_leaves_the_studys_background_out() -> None:
    assert convert.net_link(lanes(0.7), lanes(0.4))[0] == pytest.approx(1 - 0.3 / 0.6)
    assert convert.net_link(lanes(0.3), lanes(0.4))[0] == 0


def test_likelihood_ratios_give_back_sensitivity_and_false_positives() -> None:
    s, f = convert.sensitivity_from_ratios(lanes(7.0), lanes(0.3 / 0.9))
    assert (s[0], f[0]) == (pytest.approx(0.7), pytest.approx(0.1))


def test_a_referred_study_lies_between_its_two_readings() -> None:
    ratio, spread = convert.referral_mean(lanes(0.6), lanes(0.4), lanes(0.02), 0.75, 0.25)
    kept_sensitivity = 0.6 / 0.02
    kept_odds = convert.with_odds_ratio(lanes(0.02), lanes(2.25))[0] / 0.02
    assert kept_odds < ratio[0] < kept_sensitivity
    assert math.exp(2 * 1.959964 * spread) == pytest.approx(1.25 * kept_sensitivity / (0.75 * kept_odds))


def test_a_leak_is_what_the_parents_do_not_explain() -> None:
    leak = convert.leak(lanes(0.1), lanes(0.95), 1e-5)[0]
    assert 1 - (1 - leak) * 0.95 == pytest.approx(0.1)
    assert convert.leak(lanes(0.01), lanes(0.95), 1e-5)[0] == 1e-5


def test_the_unexplained_rest_and_the_causes_together_are_the_published_prevalence() -> None:
    prior, rate = np.array([[0.2], [0.05]]), np.array([[0.5], [1.0]])
    q = 0.4
    rest = convert.rest(lanes(-math.log(1 - q)), prior, rate, 0.1)[0]
    none = math.exp(-rest) * np.prod(1 - prior[:, 0] * (1 - np.exp(-rate[:, 0])))
    assert none == pytest.approx(1 - q)


def test_the_rest_has_a_floor() -> None:
    assert convert.rest(lanes(0.5), np.array([[1.0]]), np.array([[3.0]]), 0.1)[0] == pytest.approx(0.05)


def test_the_direct_part_leaves_the_route_to_the_other_cause() -> None:
    """Total risk with the medicine = direct part plus what the other cause gains."""
    total, p0, p1, r = 0.4, 0.02, 0.1, 1.5
    direct = convert.direct_part(lanes(total), lanes(p1), lanes(p0), lanes(r))[0]
    gained = math.log(1 - p0 * (1 - math.exp(-r))) - math.log(1 - p1 * (1 - math.exp(-r)))
    assert direct == pytest.approx(total - gained)
