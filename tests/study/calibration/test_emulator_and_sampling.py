"""Emulators of known surfaces, regions of known size, and known truths found again."""

from __future__ import annotations

import numpy as np
import pytest

from simsafe.study.calibration.emulator import fit_emulator
from simsafe.study.calibration.recovery import ALLOWED, held_of, recover
from simsafe.study.calibration.sampling import Fit, draws_by_fit, region, spread_out
from simsafe.study.calibration.stages import RATIO, Chain, Stage


def surface(x):
    """Two stages: one nearly straight, one bent."""
    u = 2 * x - 1
    return np.stack([1 + 2 * u[:, 0] - u[:, 1] + 0.3 * u[:, 0] ** 2, np.sin(2 * u[:, 2]) + 0.5 * u[:, 3]], axis=1)


def test_an_emulator_is_near_a_known_surface_and_says_how_near():
    rng = np.random.default_rng(1)
    x, luck = rng.random((200, 8)), np.full((200, 2), 0.1**2)
    emulator = fit_emulator(x, surface(x) + 0.1 * rng.standard_normal((200, 2)), luck)
    fresh = rng.random((500, 8))
    error = np.mean((emulator.mean(fresh) - surface(fresh)) ** 2, axis=0)
    assert error[0] < 0.06**2
    assert error[1] < 0.2**2 < 0.1 * np.var(surface(fresh)[:, 1])
    assert np.all(error < 4 * emulator.variance)
    assert np.all(emulator.explained > 0.95)


def test_what_is_only_luck_is_not_explained():
    rng = np.random.default_rng(2)
    x = rng.random((150, 5))
    emulator = fit_emulator(x, rng.standard_normal((150, 1)), np.ones((150, 1)))
    assert emulator.explained[0] < 0.1
    assert np.mean(emulator.mean(rng.random((200, 5))) ** 2) < 2 * emulator.variance[0]


def test_a_thin_region_of_known_size_is_found_and_its_size_told():
    found = region(lambda some: np.max(np.abs(some - 0.4), axis=1), 0.02, 8, 200, np.random.default_rng(3))
    assert found.reached
    assert np.abs(found.points - 0.4).max() <= 0.02
    assert found.log10_share == pytest.approx(8 * np.log10(0.04), abs=1.2)
    assert found.points.std(axis=0) == pytest.approx(np.full(8, 0.04 / np.sqrt(12)), rel=0.4)


def test_where_nothing_is_left_it_says_so():
    assert not region(lambda some: 5 + some.sum(axis=1), 3.0, 4, 60, np.random.default_rng(4)).reached


def test_points_are_chosen_far_apart():
    points = np.r_[np.zeros((50, 2)), [[1.0, 0.0], [0.0, 1.0]]]
    assert len(np.unique(spread_out(points, 3, np.random.default_rng(5)), axis=0)) == 3


def test_draws_by_fit_have_the_spread_that_errors_give():
    fit = Fit(lambda some: some[:, :2] * 10, np.array([0.25, 0.25]))
    found = draws_by_fit(fit, np.array([5.0, 5.0]), np.full(3, 0.5), 400, 60, np.random.default_rng(6))
    assert found[:, :2].std(axis=0) == pytest.approx([0.05, 0.05], rel=0.2)
    assert found[:, 2].std() == pytest.approx(1 / np.sqrt(12), rel=0.2)


def test_figures_come_back_from_their_stages():
    chain = Chain((Stage("a"), Stage("b"), Stage("c", "logit", "all"), Stage("d", RATIO, "c")), {"all": ("a", "b")})
    figures = {"a": np.array([30.0]), "b": np.array([70.0]), "all": np.array([100.0]), "c": np.array([25.0]), "d": np.array([5.0])}
    back = chain.figures(chain.of_figures(figures, 0.01))
    assert {name: float(value[0]) for name, value in back.items()} == pytest.approx({name: float(v[0]) for name, v in figures.items()})


@pytest.mark.slow
def test_of_two_hundred_known_truths_intervals_hold_as_many_as_they_promise():
    rng = np.random.default_rng(7)
    slopes = np.eye(10, 14) * 4 + 0.5 * rng.standard_normal((10, 14))
    fit = Fit(lambda some: (2 * some - 1) @ slopes.T, np.full(10, 0.3**2))
    found = recover(fit, [str(i) for i in range(14)], rng, steps=3_000)
    assert ALLOWED[0] <= held_of(found) <= ALLOWED[1]
