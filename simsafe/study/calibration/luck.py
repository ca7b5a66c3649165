"""How much runs of the same numbers differ by luck alone: measured on the shipped numbers, and scaled to others by their counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.study.calibration.problem import Figures, Problem

LEAST, MOST = 0.3, 20.0  # times the luck of the shipped numbers, at least and at most


@dataclass(frozen=True)
class Luck:
    """Variance by luck of one run with the shipped numbers: of stages and of fitted figures, on their scales; and what they rest on."""

    stages: np.ndarray
    fits: np.ndarray
    events: np.ndarray
    figures: np.ndarray

    def of_stages(self, problem: Problem, runs: list[Figures]) -> np.ndarray:
        """Variance of the stages of single runs, one a row: the rarer the events the larger."""
        return self.stages * np.clip(self.events / problem.chain.events(problem.columns(runs), problem.least), LEAST, MOST)

    def of_fits(self, problem: Problem, runs: list[Figures]) -> np.ndarray:
        """Variance of the fitted figures of single runs, one a row."""
        return self.fits * np.clip(self.figures / counts(problem, runs), LEAST, MOST)


def counts(problem: Problem, runs: list[Figures]) -> np.ndarray:
    """What the luck of fitted figures falls with: their size where they are rates, 1 elsewhere."""
    found = problem.columns(runs)
    rates = [np.maximum(found[t.name], problem.least) if t.kind in ("total", "split") else np.ones(len(runs)) for t in problem.fitted]
    return np.stack(rates, axis=1)


def luck_of(problem: Problem, runs: list[Figures]) -> Luck:
    """Luck, from runs of the same numbers with different seeds."""
    stages, fits = problem.stages(runs), problem.fits(runs)
    events = problem.chain.events(problem.columns(runs), problem.least).mean(axis=0)
    return Luck(spread(stages), spread(fits), events, counts(problem, runs).mean(axis=0))


def spread(rows: np.ndarray) -> np.ndarray:
    """Variances of columns, none of them nothing."""
    return np.maximum(np.var(rows, axis=0, ddof=1), 1e-8)


def implausibility(problem: Problem, luck: Luck, runs: list[Figures]) -> np.ndarray:
    """How far the mean of several runs of one set is from each fitted figure, in standard deviations of all that is uncertain about it."""
    away = np.abs(problem.fits(runs).mean(axis=0) - problem.observed)
    return away / np.sqrt(problem.variance + luck.of_fits(problem, runs).mean(axis=0) / len(runs))
