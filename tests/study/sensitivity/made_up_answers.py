"""Answers that no model gave: a known function of the numbers moved, for tests of how designs are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from simsafe.study.sensitivity.measuring import MEASURES
from simsafe.study.sensitivity.points import Answers, Point
from simsafe.study.sensitivity.space import Factor

PLANS = ("usual", "other")


def numbers(*names: str, low: float = 0.0, high: float = 2.0) -> tuple[Factor, ...]:
    """Numbers at 1 between 0 and 2."""
    return tuple(Factor(name, 1.0, low, high, False, "D", "") for name in names)


def answered(points: Sequence[Point], of: Callable[[Point], float], more: Callable[[Point], float], lost: Sequence[int] = ()) -> Answers:
    """``of`` is every measure under the reference, ``more`` what the other plan adds; points in ``lost`` have no answer."""
    usual = np.array([of(point) for point in points])
    values = np.stack([usual, usual + np.array([more(point) for point in points])], axis=1)[:, :, None].repeat(len(MEASURES), axis=2)
    values[list(lost)] = np.nan
    return Answers(values, PLANS, "usual")


def noise(seed: int, size: float = 1.0) -> float:
    """The same for the same seed."""
    return float(size * np.random.default_rng(seed).normal())
