"""Weighted interval score, coverage and signs: arithmetic only. Bracher et al. 2021, doi:10.1371/journal.pcbi.1008618."""

from __future__ import annotations

import numpy as np

from simsafe.study.validation.terms import INTERVALS, LEVELS, NO_CHANGE

MIDDLE = LEVELS.index(0.5)


def weighted_interval_score(quantiles: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """The score of each forecast, in the unit of what is forecast; smaller is better, that of a single number is its absolute error.

    Parameters
    ----------
    quantiles : float, (forecasts, levels)
        Of ``LEVELS``, not falling from left to right.
    observed : float, (forecasts,)

    Returns
    -------
    float, (forecasts,): (|y - median| / 2 + sum over intervals of alpha / 2 x interval score) / (intervals + 1/2).
    """
    total = 0.5 * np.abs(observed - quantiles[:, MIDDLE])
    for inside in INTERVALS:
        low, high = ends(quantiles, inside)
        alpha = 1 - inside
        score = (high - low) + 2 / alpha * (np.maximum(low - observed, 0) + np.maximum(observed - high, 0))
        total = total + alpha / 2 * score
    return total / (len(INTERVALS) + 0.5)


def ends(quantiles: np.ndarray, inside: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends of a central interval."""
    tail = (1 - inside) / 2
    places = [int(np.argmin(np.abs(np.array(LEVELS) - level))) for level in (tail, 1 - tail)]
    return quantiles[:, places[0]], quantiles[:, places[1]]


def covered(quantiles: np.ndarray, observed: np.ndarray, inside: float) -> np.ndarray:
    """bool, (forecasts,): the observed value lies in the central interval, its ends included."""
    low, high = ends(quantiles, inside)
    return (low <= observed) & (observed <= high)


def sign_of(ratio: np.ndarray) -> np.ndarray:
    """-1, 0 or 1: fell, no clear change, rose."""
    change = np.asarray(ratio, dtype=np.float64) - 1
    return np.where(np.abs(change) < NO_CHANGE, 0, np.sign(change)).astype(int)
