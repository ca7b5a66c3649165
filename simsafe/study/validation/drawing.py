"""One finished run as the values that are predicted, at the size at which it was simulated."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.results.workforce import STAFF_GROUPS
from simsafe.study.validation.terms import FLOW, SERIES, SHARE, SOURCES, STOCK, TOTAL, Period, base_of, wanted
from simsafe.world.contact import PARTNERS, PUBLISHED_SOURCES

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

COLUMNS = ("series", "category", "first", "last", "value")
SOCIAL_WORKERS = list(STAFF_GROUPS.values()).index("social_workers")
# The published sources as far as the model's agencies can tell them apart; plan.md says what each is compared with.
OUR_SOURCES = {
    "schools": PUBLISHED_SOURCES["schools"], "health": PUBLISHED_SOURCES["health"], "police": PUBLISHED_SOURCES["police"],
    "local_authority_services": PUBLISHED_SOURCES["local_authority"], "individuals": PUBLISHED_SOURCES["individuals"],
}  # fmt: skip


def agencies_of(source: str) -> list[str]:
    """The daily measures that make up a source; ``others`` is whatever no other source counts."""
    named = {agency for agencies in OUR_SOURCES.values() for agency in agencies}
    chosen = OUR_SOURCES[source] if source in OUR_SOURCES else [a for a in PARTNERS if a not in named]
    return [f"referrals_{agency.name.lower()}" for agency in chosen]


class Reader:
    """Reads periods off a finished run."""

    def __init__(self, model: SafeguardingModel) -> None:
        self.model, self.daily, self.staff = model, model.measures.daily, model.measures.staff.table
        self.sums: dict[str, np.ndarray] = {}

    def day(self, when: date) -> int:
        """The run's number of a date, which may lie outside the run."""
        return (when - self.model.setup.first).days

    def total(self, measure: str, period: Period) -> float:
        """A daily measure added up over a period; nan when the run does not have all its days."""
        if measure not in self.sums:
            self.sums[measure] = np.concatenate([[0.0], np.cumsum(self.daily[measure], dtype=np.float64)])
        first, last = self.day(period.first), self.day(period.last)
        if first < 0 or last >= self.model.day:
            return np.nan
        return float(self.sums[measure][last + 1] - self.sums[measure][first])

    def value(self, series: str, category: str, period: Period) -> float:
        """One value; nan where the run cannot tell it, or has nothing to divide by."""
        about = SERIES[series]
        if about.kind == FLOW:
            measures = about.measures if category == TOTAL else agencies_of(category)
            return sum(self.total(measure, period) for measure in measures)
        if about.kind == STOCK:
            at_the_end = Period(period.last, period.last)
            return sum(self.total(measure, at_the_end) for measure in about.measures)
        if about.kind == SHARE:
            part, whole = (self.total(measure, period) for measure in about.measures)
            return part / whole if whole > 0 and self.day(period.first) >= about.history else np.nan
        return self.turnover(period.last)

    def turnover(self, last: date) -> float:
        """Social workers with a post for good who left within a year, over the mean number of them."""
        end = self.day(last)
        if end - 364 < 0 or end >= self.model.day:
            return np.nan
        rows = (self.staff["profession"] == SOCIAL_WORKERS) & (self.staff["day"] > end - 365) & (self.staff["day"] <= end)
        own = self.staff["in_post"][rows].astype(np.float64) - self.staff["agency_workers"][rows]
        weeks, there = int(rows.sum()), float(own.mean()) if rows.any() else 0.0
        return float(self.staff["left"][rows].sum()) / there * 52.18 / weeks if there > 0 else np.nan


def drawn(model: SafeguardingModel) -> pd.DataFrame:
    """Every value that is predicted, and the same of the last ordinary year: series, category, first, last, value."""
    reader, asked = Reader(model), dict.fromkeys(wanted())
    asked |= dict.fromkeys((series, category, base_of(period)) for series, category, period in wanted())
    days = dict.fromkeys((series, category, period.first, period.last) for series, category, period in asked)
    rows = [(s, c, str(first), str(last), reader.value(s, c, Period(first, last))) for s, c, first, last in days]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def run_dates() -> tuple[date, date]:
    """First reported and last day of a run that can tell all of it; its warm-up is the usual."""
    return date(2019, 4, 1), max(period.last for _, _, period in wanted())


def sources_add_up() -> bool:
    """Whether every agency belongs to exactly one source."""
    counted = [measure for source in SOURCES for measure in agencies_of(source)]
    return sorted(counted) == sorted(f"referrals_{agency.name.lower()}" for agency in PARTNERS)
