"""From runs of a sample to what an area of its real size would show."""

import numpy as np
import pytest

from simsafe.study.validation.spread import at_real_size, quantiles, ratios

RUNS = np.random.default_rng(5).normal([[100.0], [140.0]], 10, size=(2, 30))


@pytest.mark.parametrize("share", [1.0, 0.25, 0.0085])
def test_luck_is_brought_to_the_real_size_and_the_mean_is_not_moved(share):
    one = RUNS[:1]
    made = at_real_size(one, share)
    assert made.mean() == pytest.approx(one.mean())
    assert made.var() == pytest.approx(one.var(ddof=1) * (share + 1 / 30))
    assert at_real_size(RUNS, share).mean() == pytest.approx(RUNS.mean())


def test_what_differs_between_parameter_sets_stays():
    assert np.ptp(at_real_size(RUNS, 1e-9).mean(axis=1)) == pytest.approx(np.ptp(RUNS.mean(axis=1)), rel=0.01)


@pytest.mark.parametrize("differ", [0.0, 20.0])
def test_with_many_sets_and_two_seeds_each_the_spread_is_that_of_the_sets_and_of_luck_at_the_real_size(differ):
    rng = np.random.default_rng(8)
    found = []
    for _ in range(60):
        sets = rng.normal(500, differ, size=(50, 1)) if differ else np.full((50, 1), 500.0)
        found.append(at_real_size(rng.normal(sets, 10, size=(50, 2)), 0.01).var())
    assert np.mean(found) == pytest.approx(differ**2 + 100 * (0.01 + 1 / 100), rel=0.1, abs=6)


def test_an_area_is_never_taken_for_smaller_than_what_was_simulated():
    assert at_real_size(RUNS, 3.0) == pytest.approx(at_real_size(RUNS, 1.0))


def test_counts_do_not_fall_below_nothing():
    assert at_real_size(np.array([[0.0, 1.0]]), 1.0).min() == 0


def test_a_sample_of_a_quarter_covers_the_whole_as_it_says():
    """Sums over 4 times as many draws of luck, predicted from runs with a quarter of them."""
    rng = np.random.default_rng(11)
    inside = []
    for _ in range(400):
        runs = 4 * rng.poisson(25, size=(1, 40)).astype(float)
        q = quantiles(at_real_size(runs, 0.25))
        inside.append(q[1] <= rng.poisson(100) <= q[5])
    assert 0.75 <= np.mean(inside) <= 0.87


def test_the_outer_interval_of_39_draws_is_all_of_them():
    draws = np.arange(1.0, 40.0)
    assert quantiles(draws)[[0, 3, 6]].tolist() == pytest.approx([1.0, 20.0, 39.0])


def test_a_ratio_to_nothing_is_left_out():
    over = ratios(np.array([[2.0, 3.0]]), np.array([[4.0, 0.0]]))
    assert over[0, 0] == 0.5
    assert np.isnan(over[0, 1])
    assert quantiles(over)[3] == 0.5
