"""The answer: what the arithmetic must be, what a diary must and must not be able to say."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from benchmarks.trials_people import person
from scipy.integrate import quad
from scipy.stats import nbinom, norm

from kram.diary.analysing import analyse
from kram.diary.counting import GRID, Choices, Counts, marginal
from kram.diary.exposure import build_up, treated
from kram.diary.nights import Diary, Night, Period, Plan, Use
from kram.diary.telling import headline, tell, warnings
from kram.errors import DiaryError
from kram.loading import load_knowledge

KNOWLEDGE = load_knowledge()
CARE = "bedtime_stretching"
DAY = date(2026, 1, 5)


def diary(counts, treated_nights, *, planned=True, day=None, missing=(), care=CARE):
    nights = tuple(
        Night(date=DAY + timedelta(days=i), cramps=int(count), day=day(i) if day else ())
        for i, count in enumerate(counts)
        if i not in missing
    )
    if planned:
        periods = tuple(
            Period(start=DAY + timedelta(days=i), nights=1, treated=bool(on)) for i, on in enumerate(treated_nights)
        )
        return Diary(nights=nights, plans=(Plan(care=care, start=DAY, seed=1, periods=periods),))
    start = int(np.argmax(treated_nights))
    return Diary(nights=nights, uses=(Use(care=care, start=DAY + timedelta(days=start)),))


def drawn(ratio, weeks, base=1.5, seed=1, **options):
    rng = np.random.default_rng(seed)
    used = np.arange(7 * weeks) // 14 % 2 == 1
    return diary(rng.poisson(base * np.where(used, ratio, 1.0)), used, **options)


def test_the_marginal_likelihood_is_the_integral():
    """With the level as the only unknown, against adaptive quadrature of the same integrand."""
    rng = np.random.default_rng(3)
    cramps, exposure = rng.poisson(1.0, 24).astype(float), (np.arange(24) % 2).astype(float)
    counts = Counts(
        cramps=cramps, columns=np.ones((24, 1)), centre=np.array([0.2]), spread=np.array([0.9]),
        week=np.zeros(24, np.int64), exposure=exposure[None], paces=np.ones(1),
    )  # fmt: skip
    size = 1 / 0.7
    found = marginal(counts, Choices(np.array([0.7]), np.zeros(1), np.array([1e-4]), np.zeros(1))).log_likelihood

    def exact(log_ratio):
        def integrand(level):
            rate = np.exp(level + log_ratio * exposure)
            return math.exp(nbinom.logpmf(cramps, size, size / (size + rate)).sum() + 60) * norm.pdf(level, 0.2, 0.9)

        return math.log(quad(integrand, -4, 4, epsabs=0, epsrel=1e-10, limit=200)[0])

    at = [300, 600, 900, 1000, 1200]  # log ratios of -3, -1.5, 0, 0.5, 1.5
    wanted = np.array([exact(GRID[i]) for i in at])
    np.testing.assert_allclose(found[at] - found[900], wanted - wanted[2], atol=0.004)


def test_a_clear_effect_is_found_and_a_clear_absence_too():
    helped = analyse(drawn(0.25, 40), CARE, KNOWLEDGE)
    assert helped.verdict == "helps"
    assert helped.interval[0] < 0.25 < helped.interval[1] * 1.2
    assert helped.more_nights is None
    assert helped.randomised
    assert helped.with_.value < 0.6 * helped.without.value
    idle = analyse(drawn(1.0, 50, base=3), CARE, KNOWLEDGE)
    assert idle.verdict == "not_by_a_third"
    assert idle.interval[0] < 1 < idle.interval[1]


def test_a_harm_is_found():
    assert analyse(drawn(2.5, 50), CARE, KNOWLEDGE).verdict == "worse"


def test_few_nights_say_so_and_about_how_many_more():
    answer = analyse(drawn(0.5, 4), CARE, KNOWLEDGE)
    assert not answer.enough
    assert answer.more_nights
    assert answer.more_nights % 7 == 0
    assert str(answer.more_nights) in headline(answer, KNOWLEDGE, "id")
    longer = analyse(drawn(0.5, 16), CARE, KNOWLEDGE)
    assert longer.enough or longer.more_nights < answer.more_nights


def test_a_strong_trial_alone_is_no_answer():
    """Vitamin K2's one trial is so strong that belief alone would be sure; the diary has to say it itself."""
    counts = [1, 0, 2] * 10
    answer = analyse(diary(counts, [i % 6 > 2 for i in range(30)], care="vitamin_k2"), "vitamin_k2", KNOWLEDGE)
    assert answer.prior.rate_ratio < 0.3
    assert answer.verdict == "unsure"


def test_before_and_after_is_less_sure_than_the_lot_and_says_why():
    rng = np.random.default_rng(2)
    counts = np.concatenate([rng.poisson(2.0, 42), rng.poisson(0.9, 42)])
    half = np.arange(84) >= 42
    after = analyse(diary(counts, half, planned=False), CARE, KNOWLEDGE)
    by_lot = drawn(0.45, 12, base=2.0, seed=2)
    lot = analyse(by_lot, CARE, KNOWLEDGE)
    assert not after.randomised
    assert after.warnings[0] == "not_randomised"
    assert after.chance_helps < lot.chance_helps
    assert after.interval[1] / after.interval[0] > lot.interval[1] / lot.interval[0]
    for lang, word in (("id", "66 dari 100"), ("en", "66 of 100")):
        assert word in warnings(after, KNOWLEDGE, lang)[0]


def test_missing_nights_are_not_zeros():
    """Leaving out whole stretches of nights moves the rate a little; calling them zero would halve it."""
    rng = np.random.default_rng(8)
    counts, used = rng.poisson(1.5, 84), np.arange(84) // 14 % 2 == 1
    gaps = set(range(5, 84, 2))
    whole, holes = (analyse(diary(counts, used, missing=gone), CARE, KNOWLEDGE) for gone in ((), gaps))
    assert holes.nights == 84 - len(gaps)
    assert holes.without.value == pytest.approx(whole.without.value, rel=0.25)
    zeros = analyse(diary([0 if i in gaps else c for i, c in enumerate(counts)], used), CARE, KNOWLEDGE)
    assert zeros.without.value < 0.7 * holes.without.value
    assert "missing_nights" in holes.warnings
    assert sum(night.cramps is None for night in holes.chart) == holes.missing


def test_what_a_day_brought_is_not_put_down_to_the_thing_tried():
    """Sport on the nights without only: the diary cannot tell the two apart, and is less sure than it looks."""
    rng = np.random.default_rng(5)
    used = np.arange(84) // 14 % 2 == 1
    counts = rng.poisson(np.where(used, 0.8, 1.8))
    plain = analyse(diary(counts, used), CARE, KNOWLEDGE)
    told = analyse(diary(counts, used, day=lambda i: () if used[i] else ("sport",)), CARE, KNOWLEDGE)
    assert told.chance_third < plain.chance_third


def test_a_trend_is_not_an_effect():
    """Cramps that fade steadily, with nothing tried doing anything: no help is seen in the ordinary balanced plan."""
    rng = np.random.default_rng(4)
    used = np.repeat([True, False, False, True, False, True, True, False], 14)
    counts = rng.poisson(4 * np.exp(-np.arange(112) / 60))
    assert analyse(diary(counts, used), CARE, KNOWLEDGE).verdict in ("unsure", "not_by_a_third")


def test_doing_otherwise_than_planned_is_seen():
    base = drawn(0.5, 8)
    other = Use(care=CARE, start=DAY, end=DAY + timedelta(days=6))
    answer = analyse(Diary(nights=base.nights, plans=base.plans, uses=(other,)), CARE, KNOWLEDGE)
    assert "not_as_planned" in answer.warnings
    assert sum(night.used for night in answer.chart) == 7


def test_something_else_tried_at_once_makes_it_less_sure():
    base = drawn(0.5, 12)
    alone = analyse(base, CARE, KNOWLEDGE)
    start = base.plans[0].start + timedelta(days=14)
    both = Diary(
        nights=base.nights,
        plans=base.plans,
        uses=(Use(care="magnesium_tablets", start=start, end=start + timedelta(13)),),
    )
    answer = analyse(both, CARE, KNOWLEDGE)
    assert "other_care" in answer.warnings
    assert answer.interval[1] / answer.interval[0] > alone.interval[1] / alone.interval[0]


@pytest.mark.parametrize("counts", [[0] * 60, [50] * 60, [0] * 59 + [50], [1]])
def test_odd_diaries_have_an_answer_without_a_word_that_is_not_true(counts):
    answer = analyse(diary(counts, [i % 20 >= 10 or len(counts) == 1 for i in range(len(counts))]), CARE, KNOWLEDGE)
    assert 0 < answer.interval[0] < answer.rate_ratio < answer.interval[1]
    assert np.isfinite([answer.without.value, answer.with_.value, *answer.without.interval]).all()
    assert ("no_cramps" in answer.warnings) == (sum(counts) == 0)
    if sum(counts) in (0, 50, 1):
        assert not answer.enough


def test_a_slip_of_the_pen_in_a_date_costs_nothing():
    base = drawn(0.5, 6)
    long_ago = Use(care="magnesium_tablets", start=date(1, 1, 1), end=date(1, 2, 1))
    answer = analyse(
        Diary(nights=(Night(date=date(1926, 1, 5), cramps=3), *base.nights), plans=base.plans, uses=(long_ago,)),
        CARE,
        KNOWLEDGE,
    )
    assert answer.nights == 42


def test_nothing_to_go_by_is_one_sentence():
    for content, key in (
        (Diary(), "trial_no_nights"),
        (Diary(nights=(Night(date=DAY, cramps=1),)), "trial_never_used"),
    ):
        with pytest.raises(DiaryError) as caught:
            analyse(content, CARE, KNOWLEDGE)
        assert caught.value.key == key
    with pytest.raises(DiaryError) as caught:
        analyse(drawn(1, 4), "no_such_care", KNOWLEDGE)
    assert caught.value.key == "trial_care_unknown"


def test_the_same_diary_gives_the_same_answer_to_the_last_digit():
    assert analyse(drawn(0.6, 8), CARE, KNOWLEDGE) == analyse(drawn(0.6, 8), CARE, KNOWLEDGE)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_answer_has_its_words(lang):
    for content in (drawn(0.25, 40), drawn(1.0, 4), diary([1, 0] * 30, np.arange(60) >= 30, planned=False)):
        answer = analyse(content, CARE, KNOWLEDGE)
        sentences = (*tell(answer, KNOWLEDGE, lang), *warnings(answer, KNOWLEDGE, lang))
        assert len(sentences) == 6 + len(answer.warnings)
        assert not any("{" in sentence or "None" in sentence for sentence in sentences)


def test_the_effect_comes_and_goes_at_its_pace():
    level = build_up(np.array([True] * 20 + [False] * 20), onset=7, washout=4)
    assert level[6] == pytest.approx(0.9)
    assert level[23] == pytest.approx(level[19] * 0.1)


def test_a_plan_says_what_was_used_and_uses_say_the_rest():
    plan = drawn(1, 4).plans[0]
    earlier = Use(care=CARE, start=DAY - timedelta(days=10), end=DAY - timedelta(days=6))
    course = treated(Diary(plans=(plan,), uses=(earlier,)), CARE, DAY + timedelta(days=27))
    assert course.used.tolist() == [True] * 5 + [False] * 5 + [False] * 14 + [True] * 14
    assert course.planned.sum() == 28
    assert not course.off_plan.any()


@pytest.mark.slow
def test_planted_effects_are_recovered():
    """60 simulated people with trend, carry-over, good and bad weeks and gaps: the 90% interval holds at its rate."""
    inside, away = 0, []
    for seed in range(60):
        one = person(seed, 12, None, "plan")
        answer = analyse(one.diary, CARE, KNOWLEDGE)
        inside += answer.interval[0] <= math.exp(one.log_ratio) <= answer.interval[1]
        away.append(math.log(answer.rate_ratio) - one.log_ratio)
    assert 47 <= inside <= 60  # 1 in 1,000 at 90%
    assert abs(np.mean(away)) < 3.3 * np.std(away) / math.sqrt(60) + 0.05
