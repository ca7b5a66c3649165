"""A fast stand-in for the model: what a run's stages would be on the mean over luck, from the numbers it is run with.

For each stage a straight line in all numbers, with squares and products of the few that move it most, by ridge regression that knows
how much each run owes to luck; what is left is laid through a Gaussian process over those few. How wrong it is is measured on runs left out
of the fit, less what luck explains; that is its variance.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

ACTIVE = 5  # numbers whose squares and products are used, of each stage
FOLDS = 5
LINE = 3.0  # standard deviation of coefficients before any run: assumed
FLOOR = 0.02  # of the variance by luck, below which no emulator is believed to be
WORTH = 0.9  # of the error without it, which a process must stay below to be used
LARGEST = 250  # runs that a Gaussian process is laid through, at most


@dataclass(frozen=True)
class OneStage:
    """The emulator of one stage."""

    active: np.ndarray  # places of the numbers that move it most
    line: np.ndarray  # coefficients
    at: np.ndarray  # active numbers of the runs that the process is laid through
    weight: np.ndarray
    size: float  # variance of the process
    reach: float  # its length

    def process(self, x: np.ndarray) -> np.ndarray:
        """What the process adds to the line at points, one a row."""
        return self.size * np.exp(-0.5 * cdist(x[:, self.active], self.at, "sqeuclidean") / self.reach**2) @ self.weight


@dataclass(frozen=True)
class Emulator:
    """All stages; ``variance`` is that of each one's error, ``explained`` the share of what is not luck that it explains."""

    stages: tuple[OneStage, ...]
    variance: np.ndarray
    explained: np.ndarray
    runs: int

    def mean(self, shares: np.ndarray) -> np.ndarray:
        """Stages at points (coordinates from 0 to 1), one a row."""
        x = 2 * np.atleast_2d(shares) - 1
        lines, one, other, bends = self._coefficients
        found = lines[0] + x @ lines[1:] + (x[:, one] * x[:, other]) @ bends
        for place, stage in enumerate(self.stages):
            if stage.size > 0:
                found[:, place] += stage.process(x)
        return found

    @cached_property
    def _coefficients(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """All lines side by side, the pairs of numbers whose products any stage uses, and their coefficients: for speed."""
        numbers = len(self.stages[0].line) - 1 - len(pairs_of(self.stages[0].active))
        every = sorted({pair for stage in self.stages for pair in pairs_of(stage.active)})
        bends = np.zeros((len(every), len(self.stages)))
        for place, stage in enumerate(self.stages):
            for pair, value in zip(pairs_of(stage.active), stage.line[1 + numbers :], strict=True):
                bends[every.index(pair), place] = value
        lines = np.stack([stage.line[: 1 + numbers] for stage in self.stages], axis=1)
        return lines, np.array([i for i, _ in every], dtype=int), np.array([j for _, j in every], dtype=int), bends


def pairs_of(active: np.ndarray) -> list[tuple[int, int]]:
    """The pairs of active numbers whose products are used, each with itself too."""
    return [(int(active[i]), int(active[j])) for i in range(len(active)) for j in range(i, len(active))]


def features(x: np.ndarray, active: np.ndarray) -> np.ndarray:
    """1, every number, and squares and products of the active ones."""
    pairs = pairs_of(active)
    return np.column_stack([np.ones(len(x)), x, *(x[:, i] * x[:, j] for i, j in pairs)])


def fit_emulator(shares: np.ndarray, stages: np.ndarray, luck: np.ndarray) -> Emulator:
    """Lay emulators through runs: coordinates, stages and the variance of each stage by luck, one run a row."""
    x, made, errors, explained = 2 * shares - 1, [], [], []
    for y, noise in zip(stages.T, luck.T, strict=True):
        stage = one_stage(x, y, noise)
        straight = replace(stage, at=stage.at[:0], weight=stage.weight[:0], size=0.0)
        error, without = left_out_error(x, y, noise, stage), left_out_error(x, y, noise, straight)
        if stage.size > 0 and error > WORTH * without:
            stage, error = straight, without
        spread = max(float(np.var(y) - noise.mean()), 1e-12)
        made.append(stage)
        errors.append(error)
        explained.append(1 - min(error / spread, 1.0))
    return Emulator(tuple(made), np.array(errors), np.array(explained), len(x))


def one_stage(x: np.ndarray, y: np.ndarray, noise: np.ndarray) -> OneStage:
    """The emulator of one stage."""
    none = np.zeros(0, dtype=int)
    plain = ridge(features(x, none), y, noise + misfit_of(x, y, noise, none))
    active = np.sort(np.argsort(-np.abs(plain[1:]), kind="stable")[: min(ACTIVE, x.shape[1])])
    line = ridge(features(x, active), y, noise + misfit_of(x, y, noise, active))
    rows = np.arange(len(x))[-LARGEST:]
    at, left, luck = x[rows][:, active], (y - features(x, active) @ line)[rows], noise[rows]
    size, reach, excess = shape_of_process(at, left, luck)
    if size <= 0:
        return OneStage(active, line, at[:0], left[:0], 0.0, 1.0)
    near = size * np.exp(-0.5 * cdist(at, at, "sqeuclidean") / reach**2)
    return OneStage(active, line, at, np.linalg.solve(near + np.diag(luck + excess), left), size, reach)


def misfit_of(x: np.ndarray, y: np.ndarray, noise: np.ndarray, active: np.ndarray) -> float:
    """The variance that a line leaves beyond luck."""
    made = features(x, active)
    left = y - made @ ridge(made, y, noise)
    return max(float(np.mean(left**2 - noise)), 0.0)


def ridge(made: np.ndarray, y: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Coefficients given the variance of each run, with weak beliefs about their size; the level is free."""
    bends = made.shape[1] - 1
    beliefs = np.r_[1e-6, np.full(bends, 1 / LINE**2)]
    weighted = made / variance[:, None]
    return np.linalg.solve(made.T @ weighted + np.diag(beliefs), weighted.T @ y)


def shape_of_process(at: np.ndarray, left: np.ndarray, luck: np.ndarray) -> tuple[float, float, float]:
    """Variance and length of a process through what a line leaves, and variance that neither it nor luck explains; the size 0 where it
    would explain nothing."""
    spread = float(np.mean(left**2 - luck))
    if spread <= FLOOR * float(luck.mean()):
        return 0.0, 1.0, 0.0
    unit = float(np.sqrt(np.mean(left**2)))
    kernel = ConstantKernel(0.3, (1e-3, 1e2)) * RBF(1.5, (0.4, 6.0)) + WhiteKernel(0.1, (1e-5, 2.0))
    process: Any = GaussianProcessRegressor(kernel, alpha=luck / unit**2, n_restarts_optimizer=0)  # pyright: ignore[reportArgumentType]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(at, left / unit)
    found: dict[str, float] = process.kernel_.get_params()
    size = found["k1__k1__constant_value"] * unit**2
    return float(size), float(found["k1__k2__length_scale"]), float(found["k2__noise_level"]) * unit**2


def left_out_error(x: np.ndarray, y: np.ndarray, noise: np.ndarray, stage: OneStage) -> float:
    """The mean square error on runs left out, less luck: a fifth of the runs at a time, the shape of the process kept."""
    fold, square = np.arange(len(x)) % FOLDS, np.zeros(len(x))
    excess = misfit_of(x, y, noise, stage.active)
    for one in range(FOLDS):
        kept, out = fold != one, fold == one
        made = features(x[kept], stage.active)
        line = ridge(made, y[kept], noise[kept] + excess)
        guess = features(x[out], stage.active) @ line
        if stage.size > 0:
            at, left = x[kept][:, stage.active], y[kept] - made @ line
            near = stage.size * np.exp(-0.5 * cdist(at, at, "sqeuclidean") / stage.reach**2)
            weight = np.linalg.solve(near + np.diag(noise[kept] + 0.5 * excess + 1e-12), left)
            guess += stage.size * np.exp(-0.5 * cdist(x[out][:, stage.active], at, "sqeuclidean") / stage.reach**2) @ weight
        square[out] = (y[out] - guess) ** 2
    return max(float(np.mean(square - noise)), FLOOR * float(noise.mean()))
