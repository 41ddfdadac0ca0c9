"""Draws: the central value first, the right distribution behind it, the same on every run."""

import numpy as np
import pytest

from kram.knowledge.numbers import Counts, Number, Shares, Stratum
from kram.model.drawing import Draws, log_error


def draws() -> Draws:
    return Draws(256, 7)


def test_lane_zero_is_the_value_as_printed() -> None:
    number = Number(kind="published", value=0.3, interval=(0.2, 0.4))
    assert draws().row("x", number, 0, "proportion")[0] == 0.3


def test_a_proportion_has_the_mean_and_interval_it_came_with() -> None:
    number = Number(kind="published", value=0.3, interval=(0.2, 0.4))
    drawn = draws().row("x", number, 0, "proportion")[1:]
    assert drawn.mean() == pytest.approx(0.3, abs=0.002)
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx([0.2, 0.4], abs=0.015)


def test_counts_give_their_beta() -> None:
    drawn = draws().row("x", Number(kind="published", counts=Counts(10, 40)), 0, "proportion")[1:]
    assert drawn.mean() == pytest.approx(10.5 / 41, abs=0.002)
    assert drawn.std() == pytest.approx(np.sqrt(0.256 * 0.744 / 42), rel=0.05)


def test_a_ratio_is_log_normal() -> None:
    number = Number(kind="published", value=2.0, interval=(1.0, 4.0))
    drawn = draws().row("x", number, 0, "ratio")[1:]
    assert np.log(drawn).mean() == pytest.approx(np.log(2), abs=0.01)
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx([1.0, 4.0], rel=0.08)
    assert log_error(number) == pytest.approx(np.log(4) / (2 * 1.959964))


def test_the_same_key_gives_the_same_draws_and_another_key_others() -> None:
    number = Number(kind="published", value=0.3, n=50)
    one, again, other = (draws().row(key, number, 0, "proportion") for key in ("a", "a", "b"))
    assert (one == again).all()
    assert (one != other).any()
    assert sorted(one) == pytest.approx(sorted(other))


def test_rows_of_one_number_move_together() -> None:
    number = Number(
        kind="judgement",
        by=(
            Stratum(sex="female", value=0.2, interval=(0.1, 0.3)),
            Stratum(sex="male", value=0.1, interval=(0.05, 0.2)),
        ),
    )
    made = draws()
    women, men = (made.row("x", number, row, "proportion")[1:] for row in (0, 1))
    assert (np.argsort(women) == np.argsort(men)).all()


def test_shares_add_up_to_what_was_named() -> None:
    shares = Shares(kind="judgement", shares={"a": 0.5, "b": 0.3}, n=20)
    drawn = draws().shares("x", shares, ["a", "b", "c"])
    assert drawn[:, 0] == pytest.approx([0.5, 0.3, 0.0])
    assert drawn.sum(axis=0) == pytest.approx(np.full(257, 0.8))
    assert drawn[0, 1:].mean() == pytest.approx(0.5, abs=0.02)
