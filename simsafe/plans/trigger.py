"""Triggers: a lever that waits until a figure that a partnership could know has crossed a threshold.

A figure is known for whole weeks from Monday to Sunday, and so many days late. Only records and published counts are here; what is
true of children is not. The counting is done in ``results/watch.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from simsafe.ground.parameter import ConfigError, check_number, counted, nearest
from simsafe.world.contact import PUBLISHED_SOURCES

WHEN_KEYS = ("indicator", "below", "above", "against", "weeks", "lag_days", "latest", "days")
MOST_WEEKS, LONGEST_LAG, LONGEST = 26, 182, 2557  # weeks; days; days
BASE_WEEKS = 13  # weeks before the crisis that stand for ordinary times: assumed


class Against(StrEnum):
    """What a relative figure is held against."""

    BEFORE_CRISIS = "before_crisis"  # the mean of the 13 weeks before the crisis
    YEAR_BEFORE = "year_before"  # the same weeks 52 weeks earlier: holidays fall alike


USUAL = {Against.BEFORE_CRISIS: "the usual before the crisis", Against.YEAR_BEFORE: "the same weeks a year before"}


@dataclass(frozen=True)
class Indicator:
    """A figure that a partnership could watch: its unit, its plausible range, and whether it is held against an earlier time."""

    unit: str
    meaning: str
    relative: bool
    high: float


INDICATORS: dict[str, Indicator] = {
    "referrals": Indicator("times the usual", "referrals to social care a week", True, 10.0),
    **{
        f"referrals_{source}": Indicator("times the usual", f"referrals a week from {source.replace('_', ' ')}", True, 10.0)
        for source in PUBLISHED_SOURCES
    },
    "attendance": Indicator("times the usual", "children in school or nursery on a school day", True, 10.0),
    "unallocated": Indicator("share of open cases", "open without a worker at the end of a day", False, 1.0),
    "visits_overdue": Indicator("share of open cases", "with a visit due and not made at the end of a day", False, 1.0),
    "staff_absence": Indicator("share of social workers in post", "off sick in a week", False, 1.0),
    "contacts_waiting": Indicator("working days of contacts", "waiting at the front door at the end of a day", False, 100.0),
}


@dataclass(frozen=True)
class When:
    """An indicator below or above a threshold over so many whole weeks, as it is known ``lag_days`` after the last of them.

    ``latest`` is the last date on which it may begin to act (None: the lever's last day), ``days`` for how long it acts once it has
    begun (None: to the lever's last day).
    """

    indicator: str
    threshold: float
    below: bool
    against: Against = Against.BEFORE_CRISIS
    weeks: int = 2
    lag_days: int = 14
    latest: date | None = None
    days: int | None = None

    def crossed(self, value: float | None) -> bool:
        """Whether a value, or None where nothing is known, is across the threshold."""
        if value is None:
            return False
        return value < self.threshold if self.below else value > self.threshold

    def __str__(self) -> str:
        about = INDICATORS[self.indicator]
        held = f" times {USUAL[self.against]}" if about.relative else f" {about.unit}"
        crossed = f"{self.indicator} {'below' if self.below else 'above'} {self.threshold:g}{held}"
        known = f"over {counted(self.weeks, 'week')}, known {counted(self.lag_days, 'day')} late"
        until = f"; begins by {self.latest} or not at all" if self.latest else ""
        return f"{crossed} {known}{until}{f'; then acts for {self.days} days' if self.days else ''}"


def read_when(given: Any, key: str, read_date: Any) -> When:
    """The settings under ``when``, checked. ``read_date`` reads a date by its key. Raises :class:`ConfigError` in one line."""
    if not isinstance(given, Mapping):
        raise ConfigError(f"{key} = {str(given)[:60]!r}; expected settings: {', '.join(WHEN_KEYS)}")
    for name in given:
        if name not in WHEN_KEYS:
            raise ConfigError(f"{key}.{str(name)[:60]}: no such setting{nearest(str(name)[:60], WHEN_KEYS)}")
    indicator = given.get("indicator")
    if not isinstance(indicator, str) or indicator not in INDICATORS:
        raise ConfigError(f"{key}.indicator = {str(indicator)[:60]!r}; no such indicator{nearest(str(indicator)[:60], INDICATORS)}")
    about, sides = INDICATORS[indicator], [side for side in ("below", "above") if given.get(side) is not None]
    if len(sides) != 1:
        raise ConfigError(f"{key}: expected one of below and above, a number in {about.unit}")
    against = given.get("against", Against.BEFORE_CRISIS)
    if against not in list(Against) or ("against" in given and not about.relative):
        allowed = f"expected {' or '.join(Against)}" if about.relative else f"{indicator} is held against nothing"
        raise ConfigError(f"{key}.against = {str(against)[:60]!r}; {allowed}")
    days = given.get("days")
    return When(
        indicator,
        check_number(f"{key}.{sides[0]}", given[sides[0]], float, 0.0, about.high, about.unit),
        sides[0] == "below",
        Against(against),
        check_number(f"{key}.weeks", given.get("weeks", When.weeks), int, 1, MOST_WEEKS, "whole weeks"),
        check_number(f"{key}.lag_days", given.get("lag_days", When.lag_days), int, 0, LONGEST_LAG, "days"),
        None if given.get("latest") is None else read_date(f"{key}.latest", given["latest"]),
        None if days is None else check_number(f"{key}.days", days, int, 1, LONGEST, "days"),
    )
