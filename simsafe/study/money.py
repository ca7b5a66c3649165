"""Pounds for hours, where a unit cost has been published. Hours first, money second: a range, for thinking, not a budget."""

from __future__ import annotations

from dataclasses import dataclass

# New Economy unit cost database, at 2013-14 prices.
AN_HOUR = {"social workers": (40.0, 55.0)}  # pounds an hour of work, and an hour of work with or about families
UPRATED = (1.10, 1.30)  # from 2013-14 to 2020-21 prices: assumed, from general inflation to somewhat above it
NOTE = (
    "social workers £40 an hour, £55 an hour of client-related work, at 2013-14 prices (New Economy unit cost database), "
    f"times {UPRATED[0]:.2f} to {UPRATED[1]:.2f} for prices since (assumed)"
)
GRADE = "A (price), D (rise since)"  # the price is published for the United Kingdom; how far prices have risen since is assumed


@dataclass(frozen=True)
class Price:
    """Pounds for an hour of a profession: lowest, halfway and highest, with grade and source."""

    low: float
    usual: float
    high: float
    grade: str = GRADE
    source: str = NOTE


def price(profession: str) -> Price | None:
    """What an hour of a profession costs; None where no unit cost has been published."""
    if profession not in AN_HOUR:
        return None
    low, high = (pounds * times for pounds, times in zip(AN_HOUR[profession], UPRATED, strict=True))
    return Price(low, (low + high) / 2, high)
