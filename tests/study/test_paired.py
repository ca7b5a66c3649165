"""Differences on the same seeds, against draws whose truth is known."""

import numpy as np
import pytest
from scipy import stats

from simsafe.study.paired import ALIKE, BETTER, DIFFERS, IDENTICAL, LEAST, TOO_FEW, WORSE, interval, pairs, ripe, t_quantile


def one(plan, reference, better=-1, smallest=0.0, planned=None, identical=False):
    """The comparison of a single measure, as a mapping."""
    grids = (np.atleast_2d(np.asarray(x, dtype=float)) for x in (plan, reference))
    made = pairs(*grids, np.array([better]), np.array([smallest]), planned or np.size(plan), identical)
    return made.iloc[0].to_dict()


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 10, 29, 60, 61, 100, 101, 250, 5000])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_quantiles_of_t_are_those_of_the_tables(freedom, level):
    assert t_quantile(freedom, level) == pytest.approx(stats.t.ppf(0.5 + level / 2, freedom), rel=1e-5)


@pytest.mark.parametrize("seeds", [3, 5, 10, 30])
def test_intervals_cover_the_true_mean_in_95_of_100_samples(seeds):
    draws = np.random.default_rng(seeds).normal(3.0, 2.0, (4000, seeds))
    _, _, low, high = interval(draws)
    covered = ((low <= 3.0) & (high >= 3.0)).mean()
    assert 0.935 <= covered <= 0.965  # within four standard errors of 0.95


def test_intervals_of_skewed_sums_of_children_still_cover():
    draws = np.random.default_rng(1).poisson(9.0, (4000, 10)).astype(float)  # a small count, the least normal we compare
    _, _, low, high = interval(draws)
    assert 0.93 <= ((low <= 9.0) & (high >= 9.0)).mean() <= 0.97


def test_mean_and_standard_error_are_the_textbook_s():
    values = np.array([[1.0, 4.0, 2.0, 9.0, np.nan]])
    mean, se, low, high = interval(values)
    assert mean[0] == pytest.approx(4.0)
    assert se[0] == pytest.approx(np.std(values[0, :4], ddof=1) / 2)
    assert (high[0] - low[0]) / 2 == pytest.approx(stats.t.ppf(0.975, 3) * se[0])


def test_one_seed_has_no_interval_and_ranks_nothing():
    made = one([3.0], [9.0])
    assert np.isnan(made["low"])
    assert np.isnan(made["se"])
    assert made["verdict"] == TOO_FEW


def test_the_same_runs_differ_by_exactly_nothing_and_are_identical():
    values = np.random.default_rng(2).normal(1e6, 1e3, 30) / 7
    made = one(values, values, identical=True)
    assert made["difference"] == made["low"] == made["high"] == made["se"] == made["worse"] == 0
    assert made["verdict"] == IDENTICAL
    assert np.isnan(made["more"])


def test_no_difference_in_a_measure_is_not_identical_when_runs_differ_elsewhere():
    assert one(np.arange(10.0), np.arange(10.0))["verdict"] == ALIKE


def test_better_needs_nine_seeds_of_ten():
    difference = np.full(10, -5.0)
    assert one(difference, np.zeros(10))["verdict"] == BETTER
    difference[0] = 1.0
    assert one(difference, np.zeros(10))["verdict"] == BETTER
    difference[1] = 0.0  # no difference does not agree with a difference
    assert one(difference, np.zeros(10))["verdict"] == ALIKE


def test_better_needs_more_than_the_smallest_difference_that_matters():
    assert one(np.full(10, -5.0), np.zeros(10), smallest=5.0)["verdict"] == ALIKE
    assert one(np.full(10, -5.1), np.zeros(10), smallest=5.0)["verdict"] == BETTER


def test_directions():
    more = np.full(10, 2.0)
    assert [one(more, np.zeros(10), better=b)["verdict"] for b in (1, -1, 0)] == [BETTER, WORSE, DIFFERS]
    assert [one(more, np.zeros(10), better=b)["worse"] for b in (1, -1)] == [0.0, 1.0]
    assert np.isnan(one(more, np.zeros(10), better=0)["worse"])


def test_nothing_is_ranked_below_95_per_cent_of_the_planned_runs():
    plan, reference = np.zeros(20), np.ones(20)
    assert one(plan, reference)["verdict"] == BETTER
    plan[0] = np.nan
    assert one(plan, reference)["verdict"] == BETTER
    reference[1] = np.nan
    made = one(plan, reference)
    assert made["verdict"] == TOO_FEW
    assert made["n"] == 18
    assert ripe(19, 20)
    assert not ripe(18, 20)


def test_too_few_seeds_to_agree_by_more_than_chance_rank_nothing():
    assert one(np.zeros(LEAST - 1), np.ones(LEAST - 1))["verdict"] == TOO_FEW
    assert one(np.zeros(LEAST), np.ones(LEAST))["verdict"] == BETTER


def test_means_are_over_the_seeds_that_both_have():
    made = one([1.0, 2.0, np.nan], [3.0, np.nan, 5.0])
    assert (made["value"], made["reference_value"], made["difference"], made["n"]) == (1.0, 3.0, -2.0, 1)


def test_luck_shared_by_both_plans_cancels():
    rng = np.random.default_rng(3)
    luck, own, other = rng.normal(0, 10, 4000), rng.normal(0, 1, 4000), rng.normal(0, 1, 4000)
    made = one(luck + own + 5, luck + other)
    assert made["variance_ratio"] == pytest.approx((101 + 101) / 2, rel=0.1)
    assert one(own, other)["variance_ratio"] == pytest.approx(1.0, rel=0.1)


def test_further_replications_would_settle_it():
    rng = np.random.default_rng(4)
    noisy = rng.normal(0, 1, 20)
    noisy = (noisy - noisy.mean()) / noisy.std(ddof=1) + 0.4  # mean 0.4 and standard deviation 1, exactly
    made = one(noisy, np.zeros(20), smallest=0.1)
    total = 20 + made["more"]
    assert made["more"] > 0
    assert t_quantile(int(total) - 1) / np.sqrt(total) <= 0.3 < t_quantile(int(total) - 3) / np.sqrt(total - 2)


def test_what_is_settled_needs_no_more():
    beyond, within = np.linspace(4.9, 5.1, 10), np.linspace(-0.1, 0.1, 10)
    assert np.isnan(one(beyond, np.zeros(10), smallest=1.0)["more"])
    assert np.isnan(one(within, np.zeros(10), smallest=1.0)["more"])
