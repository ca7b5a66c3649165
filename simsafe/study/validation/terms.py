"""What is predicted, for when and where, and what counts as failure: the same as ``validation/plan.md``, which a test checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SEAL = date(2020, 6, 30)  # the last day of which any outcome may have been used
FIRST_WEEK, LAST_WEEK = date(2020, 8, 31), date(2022, 3, 21)  # Mondays
ORDINARY_UNTIL = date(2020, 3, 15)  # after it families kept children at home
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
INTERVALS = (0.50, 0.80, 0.95)
GEOGRAPHIES = ("england", "shropshire", "devon", "oxfordshire", "liverpool", "southwark", "lambeth", "birmingham")
TOTAL = "total"
SOURCES = ("schools", "health", "police", "local_authority_services", "individuals", "others")
RATIO = "ratio to the last ordinary year"
FLOW, STOCK, SHARE, YEARLY_SHARE = "flow", "stock", "share", "share of a year"
WEEK, YEAR, SPAN = "week", "year", "span"


@dataclass(frozen=True)
class Series:
    """One outcome: its unit, whether it is counted over a period or stands at its end, what a run calls it, and its categories."""

    unit: str
    kind: str
    measures: tuple[str, ...]  # added up; of a share, the part and the whole
    categories: tuple[str, ...] = (TOTAL,)
    history: int = 0  # days a run must have behind it before it can tell a share


SERIES: dict[str, Series] = {
    "referrals": Series("referrals", FLOW, ("referrals",), (TOTAL, *SOURCES)),
    "section_47": Series("enquiries", FLOW, ("section_47",)),
    "initial_conferences": Series("conferences", FLOW, ("conferences",)),
    "plan_starts": Series("plans", FLOW, ("plans_started",)),
    "plan_stock": Series("children", STOCK, ("open_protection",)),
    "in_need_stock": Series("children", STOCK, ("open_assessment", "open_in_need", "open_protection", "open_looked_after")),
    "assessments_in_45_days": Series("share", SHARE, ("assessments_in_time", "assessments_completed")),
    "conferences_in_15_days": Series("share", SHARE, ("conferences_in_time", "conferences")),
    "re_referrals": Series("share", SHARE, ("re_referrals", "referrals"), history=365),
    "caseload": Series("cases per worker", STOCK, ("caseload",)),
    "turnover": Series("share", YEARLY_SHARE, ("left", "in_post")),
}
PER_HEAD = ("plan_stock", "in_need_stock")  # stocks that grow with the area, as flows do


@dataclass(frozen=True, order=True)
class Period:
    """Days, both included, that one value is about."""

    first: date
    last: date
    kind: str = WEEK

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


SPANS = {  # the patterns of plan.md: whole weeks, school holidays at either end left out
    "autumn 2020": Period(date(2020, 8, 31), date(2020, 12, 20), SPAN),
    "schools shut, early 2021": Period(date(2021, 1, 4), date(2021, 3, 7), SPAN),
    "spring and summer 2021": Period(date(2021, 3, 8), date(2021, 7, 18), SPAN),
    "autumn 2021": Period(date(2021, 8, 30), date(2021, 12, 19), SPAN),
    "early 2022": Period(date(2022, 1, 3), date(2022, 3, 13), SPAN),
    "all of it": Period(date(2020, 8, 31), date(2022, 3, 27), SPAN),
}
YEARS = tuple(Period(date(y - 1, 4, 1), date(y, 3, 31), YEAR) for y in (2021, 2022))
STAFF_YEARS = tuple(Period(date(y - 1, 10, 1), date(y, 9, 30), YEAR) for y in (2020, 2021))  # the workforce census is of 30 September


def weeks() -> list[Period]:
    """Weeks from Monday to Sunday."""
    count = (LAST_WEEK - FIRST_WEEK).days // 7 + 1
    return [Period(FIRST_WEEK + timedelta(7 * i), FIRST_WEEK + timedelta(7 * i + 6)) for i in range(count)]


def periods() -> list[Period]:
    """Every period that is predicted."""
    return [*weeks(), *YEARS, *STAFF_YEARS, *SPANS.values()]


def base_of(period: Period) -> Period:
    """The same part of the last ordinary year: what a change is measured from.

    A year's is the year to March 2020 (or September 2019); of weeks and spans, the same weeks as many times 364 days earlier as bring
    them before 16 March 2020; a span of over a year is held against the 364 days before that day, at its own length (``scale_of``).
    """
    if period.kind == YEAR:
        ends = date(2020, 3, 31) if period.last.month == 3 else date(2019, 9, 30)
        return Period(ends.replace(year=ends.year - 1) + timedelta(1), ends, YEAR)
    if period.days > 364:
        return Period(ORDINARY_UNTIL - timedelta(363), ORDINARY_UNTIL, SPAN)
    back = max(1, -(-((period.last - ORDINARY_UNTIL).days) // 364))
    return Period(period.first - timedelta(364 * back), period.last - timedelta(364 * back), period.kind)


def scale_of(series: str, period: Period) -> float:
    """What to multiply the base's value by so that it is about as many days."""
    return period.days / base_of(period).days if SERIES[series].kind == FLOW and period.kind == SPAN else 1.0


def wanted() -> Iterator[tuple[str, str, Period]]:
    """Every series, category and period that is predicted."""
    for name, series in SERIES.items():
        for category in series.categories:
            for period in periods():
                if period not in STAFF_YEARS or name in ("caseload", "turnover"):
                    yield name, category, period


# What counts as failure

FEWEST = 8  # values of a group, below which coverage is judged on all of its series, kind of period and unit
COVERED = {0.50: (0.30, 0.75), 0.80: (0.60, 0.95), 0.95: (0.85, 1.00)}  # shares of values inside that pass
NO_CHANGE = 0.02  # an observed change smaller than this has no sign
RIGHT_SIGNS = 0.75
ENOUGH_DRAWS = 40  # below this the outer interval cannot be read from the draws
