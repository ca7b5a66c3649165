"""Sobol indices of the numbers that matter, on an emulator: which share of a measure's variance each of them answers for.

The model is run at points that fill the space of these numbers, each under its own seed, so that luck is noise to the emulator and not
taken for an effect. A Gaussian process (scikit-learn) learns each measure and each plan difference from them; it predicts points that it
has not seen, a fifth of them at a time, and how well is its validation. Only one that predicts is asked for indices (SALib, Saltelli's
sample). A point of which any run is missing is left out whole, with its own places, and the rest stay as they were.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simsafe.study.paired import TOO_FEW
from simsafe.study.sensitivity.measuring import MEASURES
from simsafe.study.sensitivity.morris import needed
from simsafe.study.sensitivity.points import Answers, Point
from simsafe.study.sensitivity.space import Factor, values_at

FOLDS = 5
PREDICTS = 0.2  # share of the variance of unseen points that an emulator must predict to be asked
SALTELLI = 1_024  # points of Saltelli's sample; each is asked once more for every number and once more
RESTARTS = 2
SEEDS_APART = 1_000  # between the trajectories' seeds and those of these points
ASKED, BLIND, STILL = "asked", "predicts too little", "nothing varies"
INDEX_COLUMNS = ("measure", "plan", "rank", "name", "grade", "first", "first_half", "total", "total_half")
EMULATOR_COLUMNS = ("measure", "plan", "unit", "of", "predicts", "error", "spread", "noise", "answer")


@dataclass(frozen=True)
class Filled:
    """Points that fill the space: ``places`` (points, factors) from 0 to 1."""

    moved: tuple[Factor, ...]
    places: np.ndarray
    seed: int

    def points(self) -> list[Point]:
        """Every point, each under its own seed."""
        return [Point(self.seed + SEEDS_APART + i, values_at(self.moved, at)) for i, at in enumerate(self.places)]


@dataclass(frozen=True)
class Emulated:
    """``indices``: one row a measure, plan and number; ``emulators``: one a measure and plan, with its validation; ``points``: the sample.

    ``first`` is the share of variance that the number answers for by itself, ``total`` with all that it does together with others, both of
    what the emulator predicts, with half the width of a 95 % interval. ``predicts`` is the share of the variance of unseen points that
    is predicted, ``error`` the root mean square error at them, ``noise`` the share of variance that the emulator takes for luck.
    """

    indices: pd.DataFrame
    emulators: pd.DataFrame
    points: pd.DataFrame
    counted: str
    failed: tuple[str, ...]


def design(moved: Sequence[Factor], points: int, seed: int) -> Filled:
    """A Latin hypercube of so many points."""
    sample = needed("SALib.sample.latin").sample
    places = np.asarray(sample(problem_of(moved), points, seed=seed))
    return Filled(tuple(moved), places, seed)


def problem_of(moved: Sequence[Factor]) -> dict[str, Any]:
    """The numbers as SALib names them."""
    return {"num_vars": len(moved), "names": [factor.name for factor in moved], "bounds": [[0.0, 1.0]] * len(moved)}


def emulated(plan: Filled, answers: Answers) -> Emulated:
    """Emulators and indices of every measure and plan difference."""
    indices, emulators = [], []
    for (measure, name), values in answers.outcomes().items():
        row, own = one(plan, values, answers)
        emulators.append((measure, name, MEASURES[measure].unit, *row))
        indices += [(measure, name, rank, *index) for rank, index in enumerate(own, 1)]
    names = [factor.name for factor in plan.moved]
    sample = pd.DataFrame([[factor.at(p) for factor, p in zip(plan.moved, at, strict=True)] for at in plan.places], columns=names)
    return Emulated(
        pd.DataFrame(indices, columns=list(INDEX_COLUMNS)),
        pd.DataFrame(emulators, columns=list(EMULATOR_COLUMNS)),
        sample.assign(answered=answers.there),
        answers.counted,
        tuple(answers.failed()),
    )


def one(plan: Filled, values: np.ndarray, answers: Answers) -> tuple[tuple, list[tuple]]:
    """The emulator's row after measure, plan and unit, and the rows of the indices after rank, largest total first."""
    there = ~np.isnan(values)
    of = f"{int(there.sum())} of {there.size}"
    x, y = plan.places[there], values[there]
    spread = float(y.std(ddof=1)) if y.size > 1 else np.nan
    if not answers.enough or y.size < 2 * FOLDS:
        return (of, np.nan, np.nan, spread, np.nan, TOO_FEW), []
    if spread == 0:
        return (of, np.nan, 0.0, 0.0, 0.0, STILL), []
    whole = fitted(x, y)
    guess = unseen(x, y, whole)
    error = float(np.sqrt(np.mean((y - guess) ** 2)))
    predicts = 1 - error**2 / float(y.var())
    noise = float(np.exp(whole.kernel_.k2.theta[0]))  # of a variance of one
    row = (of, predicts, error, spread, min(noise, 1.0), ASKED if predicts >= PREDICTS else BLIND)
    return row, indices_of(whole, plan) if predicts >= PREDICTS else []


def fitted(x: np.ndarray, y: np.ndarray, kernel: Any = None) -> Any:
    """A Gaussian process with a length for each number and its own noise."""
    process, kernels = needed("sklearn.gaussian_process"), needed("sklearn.gaussian_process.kernels")
    if kernel is None:
        smooth = kernels.ConstantKernel(1.0, (1e-3, 1e3)) * kernels.RBF(np.full(x.shape[1], 1.0), (0.05, 100.0))
        kernel, restarts = smooth + kernels.WhiteKernel(0.3, (1e-4, 2.0)), RESTARTS
    else:
        restarts = 0
    made = process.GaussianProcessRegressor(kernel, normalize_y=True, n_restarts_optimizer=restarts, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a length at the end of its bounds: the number does nothing
        return made.fit(x, y)


def unseen(x: np.ndarray, y: np.ndarray, whole: Any) -> np.ndarray:
    """What an emulator made without it predicts of each point, a fifth at a time."""
    fold = np.arange(y.size) % FOLDS
    guess = np.empty(y.size)
    for k in range(FOLDS):
        guess[fold == k] = fitted(x[fold != k], y[fold != k], whole.kernel_).predict(x[fold == k])
    return guess


def indices_of(whole: Any, plan: Filled) -> list[tuple]:
    """(name, grade, first, half its interval, total, half its interval) of every number, from the emulator's predictions."""
    sample, analyze = needed("SALib.sample.sobol").sample, needed("SALib.analyze.sobol").analyze
    problem = problem_of(plan.moved)
    places = sample(problem, SALTELLI, calc_second_order=False, seed=plan.seed)
    answers = np.asarray(whole.predict(places))
    if answers.std() == 0:
        return []
    made = analyze(problem, answers, calc_second_order=False, seed=plan.seed)
    rows = [
        (factor.name, factor.grade, *(float(made[key][k]) for key in ("S1", "S1_conf", "ST", "ST_conf")))
        for k, factor in enumerate(plan.moved)
    ]
    totals = np.array([made["ST"][k] for k in range(len(rows))])
    return [rows[k] for k in np.argsort(-totals, kind="stable")]
