"""From many runs to quantiles of what an area of its real size would show.

A sample of children has more luck in it than the area. So deviations of seeds from the mean of their parameter set are brought to the size
that luck has among the area's real number of children, plus what is not known of the mean for want of runs; and the means of sets, which
luck sets apart too, are drawn together by as much as luck alone would have set them apart. Every set has seeds of its own.
"""

from __future__ import annotations

import numpy as np

from simsafe.study.validation.terms import LEVELS


def at_real_size(values: np.ndarray, simulated_share: float) -> np.ndarray:
    """Predictive draws from values of runs.

    Parameters
    ----------
    values : float, (parameter sets, seeds)
        Already in the area's real numbers; nan where a run had nothing to say. Two seeds a set at least.
    simulated_share : float
        Children simulated over children of the area; 1 where it is simulated whole.

    Returns
    -------
    float, as ``values``: the variance within sets is that of luck among ``1 / simulated_share`` times as many children plus that of the
    mean of all runs, the variance between sets what is left of it without luck. Never below 0.
    """
    known = ~np.isnan(values)
    seeds = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = np.nansum(values, axis=1, keepdims=True) / seeds
    luck = np.nansum((values - mean) ** 2) / max(int((seeds - 1).sum()), 1)
    there = mean[known.any(axis=1)]
    grand = float(there.mean()) if there.size else np.nan
    between = float(there.var(ddof=1)) if there.size > 1 else 0.0
    kept = np.sqrt(np.clip(1 - luck * np.mean(1 / seeds) / between, 0, 1)) if between > 0 else 1.0
    wider = np.sqrt((min(simulated_share, 1.0) + 1 / max(int(known.sum()), 1)) * seeds / np.maximum(seeds - 1, 1))
    return np.maximum(grand + kept * (mean - grand) + (values - mean) * wider, 0.0)


def quantiles(draws: np.ndarray) -> np.ndarray:
    """The quantiles of ``LEVELS``, read so that a new value falls below the p-th with probability p (ranks over draws + 1)."""
    known = draws[np.isfinite(draws)]
    return np.quantile(known, LEVELS, method="weibull") if known.size else np.full(len(LEVELS), np.nan)


def ratios(draws: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Draw by draw, the value over that of the last ordinary year; nan where that is 0."""
    return np.divide(draws, base, out=np.full(draws.shape, np.nan), where=base > 0)
