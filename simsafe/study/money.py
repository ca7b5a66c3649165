"""Pounds for hours, where a unit cost has been published. Hours first, money second: a range, for thinking, not a budget."""

from __future__ import annotations

import numpy as np

# New Economy unit cost database, at 2013-14 prices.
AN_HOUR = {"social workers": (40.0, 55.0)}  # pounds an hour of work, and an hour of work with or about families
UPRATED = (1.10, 1.30)  # from 2013-14 to 2020-21 prices: assumed, from general inflation to somewhat above it
NOTE = (
    "social workers £40 an hour, £55 an hour of client-related work, at 2013-14 prices (New Economy unit cost database), "
    f"times {UPRATED[0]:.2f} to {UPRATED[1]:.2f} for prices since (assumed)"
)
BOUGHT = "what levers buy, low to high as assumed with each (simsafe/plans/costs.py)"
NO_NOTE = "no published unit cost used"


def pounds(profession: np.ndarray, hours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Low and high end, in pounds, for hours of each profession; nan where there is no published unit cost. Signs are kept."""
    rate = np.array([AN_HOUR.get(str(name), (np.nan, np.nan)) for name in profession]).reshape(-1, 2)
    ends = np.stack([hours * rate[:, 0] * UPRATED[0], hours * rate[:, 1] * UPRATED[1]])
    return ends.min(axis=0), ends.max(axis=0)


def note(profession: str) -> str:
    """Where the pounds of a profession come from."""
    return NOTE if profession in AN_HOUR else NO_NOTE
