"""Two plans on the same seeds: differences, how sure they are, and when one may be called better.

Under one seed both plans meet the same children and the same luck, so a difference is taken seed by seed and only then averaged. Its
95 % interval is Student's t over the seeds: each difference is a sum over many children and near enough to normal, and for few seeds t
with n - 1 degrees of freedom is wide, as it should be (12.7 standard errors for two seeds, 2.8 for five, 2.0 for thirty). One seed has
no interval.

A plan is called better or worse only if at least 90 % of the seeds agree on the direction and the mean difference exceeds the smallest
that matters (``study/matters.py``). Otherwise the two cannot be told apart. Fewer than 95 % of the runs that were planned, or fewer than
five seeds (of which four in a hundred would agree by chance alone if there were no difference, twice that for either direction), rank
nothing.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

import numpy as np
import pandas as pd

AGREE, FINISHED_SHARE, LEAST = 0.9, 0.95, 5  # shares; seeds: assumed
MOST = 100_000  # further replications are not counted beyond this
IDENTICAL, BETTER, WORSE, DIFFERS, ALIKE, TOO_FEW = "identical", "better", "worse", "differs", "cannot be told apart", "too few runs"
COLUMNS = ("value", "reference_value", "difference", "low", "high", "se", "worse", "n", "more", "verdict", "smallest", "variance_ratio")


@cache
def t_quantile(freedom: int, level: float = 0.95) -> float:
    """Half the width, in standard errors, of a two-sided interval of Student's t with so many degrees of freedom (at least 1)."""
    if freedom < 1:
        return math.nan
    if freedom > 100:  # Cornish-Fisher about the normal: right to six digits here
        z, v = NormalDist().inv_cdf(0.5 + level / 2), freedom
        terms = ((z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384)
        return z + sum(term / v**k for k, term in enumerate(terms, 1))
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < level else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """P(|T| < t) for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2 == 1
    term = total = (cosine if freedom > 1 else 0.0) if odd else 1.0
    for k in range(2 if odd else 1, freedom - 1, 2):
        term *= cosine * cosine * k / (k + 1)
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard error, low and high end of the 95 % interval of each row; seeds that are not there are nan. nan for one seed."""
    there = ~np.isnan(values)
    n = there.sum(axis=-1)
    mean = np.where(there, values, 0.0).sum(axis=-1) / np.maximum(n, 1)
    mean = np.where(n > 0, mean, np.nan)
    squares = np.where(there, values - mean[..., None], 0.0) ** 2
    flat = np.nanmax(np.where(there, values, -np.inf), axis=-1, initial=-np.inf) == np.nanmin(
        np.where(there, values, np.inf), axis=-1, initial=np.inf
    )
    mean = np.where(flat & (n > 0), np.where(there, values, -np.inf).max(axis=-1, initial=-np.inf), mean)  # exactly, when all are alike
    spread = np.where(flat, 0.0, squares.sum(axis=-1) / np.maximum(n - 1, 1))
    se = np.where(n > 1, np.sqrt(spread / np.maximum(n, 1)), np.nan)
    half = _factors(n - 1) * se
    return mean, se, mean - half, mean + half


def _factors(freedom: np.ndarray) -> np.ndarray:
    """The quantile of t for each number of degrees of freedom."""
    known, which = np.unique(freedom, return_inverse=True)
    return np.array([t_quantile(int(v)) for v in known])[which].reshape(freedom.shape)


def pairs(
    plan: np.ndarray, reference: np.ndarray, better: np.ndarray, smallest: np.ndarray, planned: int, identical: bool = False
) -> pd.DataFrame:
    """Compare measures (rows) of a plan and of the reference over the same seeds (columns; nan where a run is missing).

    ``better`` is 1 where more is better, -1 where less is, 0 where neither; ``smallest`` the smallest difference that matters, in the
    unit of each row. ``identical`` says that every run of the plan has the reference's digest. Columns are ``COLUMNS``: means over the
    seeds that both have, ``worse`` the share of them in which the plan was worse (nan without a direction), ``more`` the further
    replications after which the interval would lie wholly beyond, or wholly within, the smallest difference that matters, if mean and
    spread stayed as they are (nan when it already does, or when nothing varies), ``variance_ratio`` the variance that a comparison on
    different seeds would have over that of this one (nan when nothing varies).
    """
    there = ~(np.isnan(plan) | np.isnan(reference))
    difference = np.where(there, plan - reference, np.nan)
    n = there.sum(axis=1)
    mean, se, low, high = interval(difference)
    own, its = (np.where(there, x, np.nan) for x in (plan, reference))
    value, reference_value = interval(own)[0], interval(its)[0]
    signed = np.where(there, difference, 0.0)
    worse = np.where(better == 0, np.nan, (signed * better[:, None] < 0).sum(axis=1) / np.maximum(n, 1))
    agree = (signed * np.sign(np.nan_to_num(mean))[:, None] > 0).sum(axis=1) / np.maximum(n, 1)
    tells = (agree >= AGREE) & (np.abs(mean) > smallest)
    verdict = np.select(
        [n < max(1, FINISHED_SHARE * planned), np.full(n.size, identical), n < LEAST, ~tells, better == 0, mean * better > 0],
        [TOO_FEW, IDENTICAL, TOO_FEW, ALIKE, DIFFERS, BETTER],
        WORSE,
    )
    made = (value, reference_value, mean, low, high, se, worse, n, _more(mean, se, low, high, n, smallest), verdict, smallest)
    return pd.DataFrame(dict(zip(COLUMNS, (*made, _variance_ratio(own, its, difference)), strict=True)))


def _more(mean: np.ndarray, se: np.ndarray, low: np.ndarray, high: np.ndarray, n: np.ndarray, smallest: np.ndarray) -> np.ndarray:
    """Further replications until the interval lies on one side of the smallest difference that matters."""
    settled = (low > smallest) | (high < -smallest) | ((low > -smallest) & (high < smallest))
    distance = np.abs(np.abs(mean) - smallest)
    spread = se * np.sqrt(np.maximum(n, 1))
    wanted = np.maximum(n, 2).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(20):  # the factor of t depends a little on the number asked for
            factor = _factors(np.clip(np.nan_to_num(wanted, nan=2.0, posinf=MOST), 2, MOST).astype(np.int64) - 1)
            wanted = np.minimum((factor * spread / distance) ** 2, MOST)
    more = np.maximum(np.ceil(wanted) - n, 1)
    return np.where(settled | (n < 2) | (spread == 0) | np.isnan(spread), np.nan, more)


def _variance_ratio(plan: np.ndarray, reference: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Variance on different seeds over variance on the same seeds."""

    def variance(values: np.ndarray) -> np.ndarray:
        _, se, _, _ = interval(values)
        return se**2 * np.maximum((~np.isnan(values)).sum(axis=1), 1)

    paired = variance(difference)
    return np.divide(variance(plan) + variance(reference), paired, out=np.full(paired.size, np.nan), where=paired > 0)


def ripe(n: int, planned: int) -> bool:
    """Whether so many of the planned runs are enough to rank anything."""
    return n >= max(1, FINISHED_SHARE * planned)


def n_of(n: int, planned: int) -> str:
    """How many of the planned runs a summary stands on, in words."""
    return f"{n} of {planned}"
