"""Attendance at schools in England as one of the naive forecasts reads it: a driver, published, and no outcome of the model."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np

from simsafe.world.published import england_calendar, table

ORDINARY = 95.3  # per cent of sessions
SHUT = 2  # the level of OxCGRT's school closing from which schools are shut to most
FIRST, DAYS = date(2018, 9, 1), 1310  # to 2 April 2022


@cache
def daily() -> np.ndarray:
    """Per cent of pupils in school on each day from ``FIRST``; nan where schools do not meet.

    Within each spell of one level of school closing (``drivers/policy_levels.csv``): lines between the days of which a figure for all
    pupils is published, the nearest of them before the first and after the last. A spell without any is ordinary while open, and as the
    last figure before it while shut. Where only absence with COVID is published, ordinary less that absence.
    """
    made = np.full(DAYS, ORDINARY)
    days, values = published()
    spells = [row for row in table("policy_levels").to_dict("records") if row["category"] == "school_closing"]
    for row in sorted(spells, key=lambda row: row["date_start"]):
        first, last = (min(max(number(date.fromisoformat(row[n])), 0), DAYS - 1) for n in ("date_start", "date_end"))
        inside = (days >= first) & (days <= last)
        if inside.any():
            made[first : last + 1] = np.interp(np.arange(first, last + 1), days[inside], values[inside])
        elif row["value"] >= SHUT and (days < first).any():
            made[first : last + 1] = values[days < first][-1]
    open_days = england_calendar(FIRST, DAYS).school_day[:DAYS]
    return np.where(open_days, made, np.nan)


def published() -> tuple[np.ndarray, np.ndarray]:
    """Days, counted from ``FIRST``, and per cent of all pupils in school on each."""
    rows = table("attendance").to_dict("records")
    absent = {row["date_start"]: ORDINARY - row["value"] for row in rows if row["category"] == "covid_related_absence"}
    present = {row["date_start"]: row["value"] for row in rows if row["category"] == "all_pupils"}
    found = {number(date.fromisoformat(day)): float(value) for day, value in (absent | present).items()}
    days = np.array(sorted(found))
    return days, np.array([found[day] for day in days.tolist()])


def number(day: date) -> int:
    """Days from ``FIRST``."""
    return (day - FIRST).days


def attendance(first: date, last: date) -> float:
    """Mean over the school days of a period; nan without any, or outside the days that are known."""
    if first < FIRST or number(last) >= DAYS:
        return float("nan")
    known = daily()[number(first) : number(last) + 1]
    known = known[~np.isnan(known)]
    return float(known.mean()) if known.size else float("nan")


def relative(first: date, last: date, days_before: int) -> float:
    """Attendance over that of the same days so many days earlier; 1 where schools do not meet in one of them."""
    before = timedelta(days_before)
    now, then = attendance(first, last), attendance(first - before, last - before)
    return now / then if now == now and then == then and then > 0 else 1.0
