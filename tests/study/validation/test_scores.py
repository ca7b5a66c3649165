"""The arithmetic of scores, against what can be worked out by hand."""

import numpy as np
import pytest

from simsafe.study.validation.scores import covered, ends, sign_of, weighted_interval_score
from simsafe.study.validation.terms import INTERVALS, LEVELS

EVENLY = (np.arange(100_000) + 0.5) / 100_000
UNIFORM = np.broadcast_to(np.array(LEVELS), (EVENLY.size, len(LEVELS)))


def test_the_score_of_a_single_number_is_its_absolute_error():
    said, came = np.array([3.0, 10.0, 5.0]), np.array([7.0, 2.0, 5.0])
    assert weighted_interval_score(np.repeat(said[:, None], len(LEVELS), axis=1), came) == pytest.approx(abs(said - came))


def test_the_score_by_hand_of_one_forecast():
    quantiles = np.array([[0.0, 2.0, 3.0, 5.0, 7.0, 8.0, 10.0]])
    by_hand = 0.5 * 4 + 0.25 * (4 + 2 / 0.5 * 2) + 0.1 * (6 + 2 / 0.2 * 1) + 0.025 * 10  # 9 lies 4 from the middle, 2 and 1 outside, inside
    assert weighted_interval_score(quantiles, np.array([9.0])) == pytest.approx(by_hand / 3.5)


def test_the_score_is_the_sum_of_quantile_losses():
    rng = np.random.default_rng(3)
    quantiles, came = np.sort(rng.normal(size=(500, len(LEVELS))), axis=1), rng.normal(size=500) * 2
    loss = sum(np.where(came >= quantiles[:, i], p, p - 1) * (came - quantiles[:, i]) for i, p in enumerate(LEVELS))
    assert weighted_interval_score(quantiles, came) == pytest.approx(loss / 3.5)


def test_the_expected_score_of_the_right_uniform_forecast_is_as_worked_out():
    expected = sum(p * (1 - p) / 2 for p in LEVELS) / 3.5
    assert weighted_interval_score(UNIFORM, EVENLY).mean() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("wrong", [UNIFORM * 0.5, UNIFORM + 0.2, 0.5 + (UNIFORM - 0.5) * 1.5, 0.5 + (UNIFORM - 0.5) * 0.5])
def test_no_other_forecast_scores_better_than_the_right_one(wrong):
    assert weighted_interval_score(wrong, EVENLY).mean() > weighted_interval_score(UNIFORM, EVENLY).mean()


def test_the_score_grows_with_the_unit():
    quantiles, came = np.array([[0.0, 2.0, 3.0, 5.0, 7.0, 8.0, 10.0]]), np.array([12.0])
    assert weighted_interval_score(quantiles * 3, came * 3) == pytest.approx(3 * weighted_interval_score(quantiles, came))


@pytest.mark.parametrize("inside", INTERVALS)
def test_intervals_of_the_right_forecast_hold_what_they_say(inside):
    assert covered(UNIFORM, EVENLY, inside).mean() == pytest.approx(inside, abs=1e-4)


@pytest.mark.parametrize("inside", INTERVALS)
def test_the_ends_of_an_interval_belong_to_it(inside):
    quantiles = np.array([LEVELS])
    low, high = ends(quantiles, inside)
    assert high - low == pytest.approx(inside)
    assert covered(quantiles, low, inside).all()
    assert covered(quantiles, high, inside).all()
    assert not covered(quantiles, high + 1e-9, inside).any()


def test_a_change_under_two_per_cent_has_no_sign():
    assert sign_of(np.array([0.5, 0.979, 0.981, 1.0, 1.019, 1.021, 3.0])).tolist() == [-1, -1, 0, 0, 0, 1, 1]
