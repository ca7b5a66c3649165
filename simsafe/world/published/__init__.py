"""The published statistics that simsafe ships; LICENCE-DATA.md says which file is what and whom to thank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pandas as pd

from simsafe.ground.calendar import Calendar
from simsafe.ground.parameter import ConfigError, nearest

TABLES = {
    "areas": "areas.csv",
    "area_adjustments": "area_adjustments.csv",
    "areas_dictionary": "areas_dictionary.csv",
    "bank_holidays": "bank_holidays_england.csv",
    "school_terms": "school_terms_england.csv",
    "attendance": "drivers/attendance.csv",
    "gp": "drivers/gp.csv",
    "policy_levels": "drivers/policy_levels.csv",
    "timeline": "timeline.csv",
    "sources": "sources.csv",
}


@lru_cache
def _read(name: str) -> pd.DataFrame:
    path = files(__name__).joinpath(*TABLES[name].split("/"))
    with path.open(encoding="utf-8") as lines:
        return pd.read_csv(lines)


def table(name: str) -> pd.DataFrame:
    """One shipped table, read once; the caller gets its own copy. ConfigError when there is none of that name."""
    if name not in TABLES:
        raise ConfigError(f"table = {name!r}; no such table{nearest(str(name), TABLES)}")
    return _read(name).copy()


def bank_holidays() -> list[date]:
    """Bank holidays of England that fall on weekdays, substitute days included, 2018 to 2024."""
    rows = table("bank_holidays")
    return [date.fromisoformat(day) for day in rows.loc[rows["bank_holiday"] == "yes", "date"]]


def default_terms() -> list[tuple[date, date]]:
    """First and last days of the half terms of 2019-20 and 2020-21 (Solihull) and 2021-22 (Essex), as typical of England."""
    rows = table("school_terms")
    rows = rows[(rows["default"] == "yes") & (rows["kind"] == "term")]
    return [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in zip(rows["start"], rows["end"], strict=True)]


def england_calendar(first: date | str, days: int, terms: Sequence[Sequence[Any]] | None = None) -> Calendar:
    """England's calendar for a run of ``days`` days from ``first``; ``terms`` are an area's own school terms, if it has sent them."""
    return Calendar(first, days, bank_holidays=bank_holidays(), terms=default_terms() if terms is None else terms)
