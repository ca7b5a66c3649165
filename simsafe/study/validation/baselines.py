"""Naive forecasts that the model must beat: last year, flat mean, last year x attendance. They may use outcomes the model never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from simsafe.study.validation.attendance import relative
from simsafe.study.validation.terms import FLOW, GEOGRAPHIES, LEVELS, RATIO, SEAL, SERIES, TOTAL, YEAR, Period, base_of
from simsafe.world.area import load_area

BASELINES = {  # and what they are called
    "last_year": "the same days of last year", "flat_mean": "a flat mean", "last_year_attendance": "last year x attendance",
}  # fmt: skip
FEWEST_ERRORS = 10  # earlier errors of a naive forecast from which it gets intervals of its own
Key = tuple[str, str, str, str]  # geography, series, category, unit
PUBLISHED = {  # where nothing earlier was delivered: the area's published mean of the years to March 2018-20, per 10,000 children a year
    ("referrals", TOTAL): "referral_rate", ("section_47", TOTAL): "s47_rate", ("initial_conferences", TOTAL): "conference_rate",
    ("plan_starts", TOTAL): "plan_start_rate",
}  # fmt: skip
SHARES = {"schools": "source_school", "health": "source_health", "police": "source_police"}  # of referrals


def kind_of(first: date, last: date) -> str:
    """Whether days make a year, as far as their number tells."""
    return YEAR if 364 < (last - first).days + 1 <= 366 else "other"


def year_before(period: Period, years: int = 1) -> Period:
    """The same days of an earlier year: of a whole year by date, otherwise 364 days before, so that weekdays agree."""
    if kind_of(period.first, period.last) == YEAR:
        first, after = same_date(period.first, years), same_date(period.last + timedelta(1), years)
        return Period(first, after - timedelta(1), period.kind)
    return Period(period.first - timedelta(364 * years), period.last - timedelta(364 * years), period.kind)


def same_date(day: date, years: int) -> date:
    """The date of that name some years earlier; 28 February for a 29th."""
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


def published_rate(key: Key) -> float:
    """What an area's published profile says of a flow: a day; nan where it says nothing."""
    geography, series, category, unit = key
    name = PUBLISHED.get((series, TOTAL))
    if name is None or unit == RATIO or geography not in GEOGRAPHIES or (category != TOTAL and category not in SHARES):
        return float("nan")
    area = load_area(geography)
    share = 1.0 if category == TOTAL else float(getattr(area, SHARES[category]))
    return float(getattr(area, name)) * share * area.children / 10_000 / 365.25


@dataclass(frozen=True)
class Naive:
    """Naive forecasts from a table of outcomes (columns as delivered, counts in whole numbers)."""

    outcomes: pd.DataFrame

    @cached_property
    def known(self) -> Mapping[Key, dict[tuple[date, date], float]]:
        """Every outcome by what it is of and its days."""
        made: dict[Key, dict[tuple[date, date], float]] = {}
        for row in self.outcomes.to_dict("records"):
            key = row["geography"], row["series"], row["category"], row["unit"]
            days = date.fromisoformat(row["date_start"]), date.fromisoformat(row["date_end"])
            made.setdefault(key, {})[days] = float(row["value"])
        return made

    def earlier(self, key: Key, period: Period) -> dict[tuple[date, date], float]:
        """Outcomes to June 2020 about as many days, but for the period itself."""
        return {
            days: value
            for days, value in self.known.get(key, {}).items()
            if days[1] <= SEAL and abs((days[1] - days[0]).days + 1 - period.days) <= 1 and days != (period.first, period.last)
        }

    def last_year(self, key: Key, period: Period) -> float:
        """The same days a year before as observed, even after June 2020; two years before without it; else the published mean."""
        for years in (1, 2):
            before = year_before(period, years)
            if (before.first, before.last) in self.known.get(key, {}):
                return self.known[key][before.first, before.last]
        return 1.0 if key[3] == RATIO else published_rate(key) * period.days

    def flat_mean(self, key: Key, period: Period) -> float:
        """The mean of what was observed to June 2020; else the published mean."""
        if key[3] == RATIO:
            return 1.0
        found = list(self.earlier(key, period).values())
        return float(np.mean(found)) if found else published_rate(key) * period.days

    def last_year_attendance(self, key: Key, period: Period) -> float:
        """Last year times attendance over last year's; of flows only, last year otherwise."""
        if SERIES[key[1]].kind != FLOW:
            return self.last_year(key, period)
        if key[3] == RATIO:
            base = base_of(period)
            return 1.0 if period.days > 366 else relative(period.first, period.last, (period.first - base.first).days)
        back = (period.first - year_before(period).first).days
        return self.last_year(key, period) * relative(period.first, period.last, back)

    def forecast(self, name: str, key: Key, period: Period) -> float:
        """One number; nan when the baseline has nothing to go by."""
        return {"last_year": self.last_year, "flat_mean": self.flat_mean, "last_year_attendance": self.last_year_attendance}[name](
            key, period
        )

    def with_interval(self, name: str, key: Key, period: Period) -> np.ndarray | None:
        """Quantiles of ``LEVELS`` from the ratios of outcomes to June 2020 to what it would have said; None where these are too few."""
        ratios = []
        for (first, last), value in self.earlier(key, period).items():
            said = self.forecast(name, key, Period(first, last, period.kind))
            if said > 0 and value > 0:
                ratios.append(value / said)
        if len(ratios) < FEWEST_ERRORS:
            return None
        return self.forecast(name, key, period) * np.quantile(ratios, LEVELS, method="weibull")
