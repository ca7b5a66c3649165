"""From many runs to quantiles of what an area of its real size would show.

A sample of children has more luck in it than the area: deviations of seeds from the mean of their parameter set are brought to the
size that luck has among the area's real number of children, plus what is not known of the mean for want of seeds.
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
    float, as ``values``: the mean of each set kept, the variance around it that of luck among ``1 / simulated_share`` times as many
    children, plus that of the mean. Never below 0.
    """
    seeds = np.maximum(np.count_nonzero(~np.isnan(values), axis=1, keepdims=True), 1)
    mean = np.nansum(values, axis=1, keepdims=True) / seeds
    wider = np.sqrt((min(simulated_share, 1.0) + 1 / seeds) * seeds / np.maximum(seeds - 1, 1))
    return np.maximum(mean + (values - mean) * wider, 0.0)


def quantiles(draws: np.ndarray) -> np.ndarray:
    """The quantiles of ``LEVELS``, read so that a new value falls below the p-th with probability p (ranks over draws + 1)."""
    known = draws[np.isfinite(draws)]
    return np.quantile(known, LEVELS, method="weibull") if known.size else np.full(len(LEVELS), np.nan)


def ratios(draws: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Draw by draw, the value over that of the last ordinary year; nan where that is 0."""
    return np.divide(draws, base, out=np.full(draws.shape, np.nan), where=base > 0)
