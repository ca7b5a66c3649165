"""From the kept tables of many runs to tables for people: pure functions, one a table."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from simsafe.study.runs import Runs
from simsafe.study.tables.children import enquiries
from simsafe.study.tables.costs import costs
from simsafe.study.tables.differences import detection, differences, false_alarms, harm_days, kept, let_go
from simsafe.study.tables.equity import gaps, who_gains
from simsafe.study.tables.first_page import first_page
from simsafe.study.tables.hours import hours
from simsafe.study.tables.meanings import COLUMNS, meanings
from simsafe.study.tables.plans import plans
from simsafe.study.tables.visible import ledger, visibility

__all__ = ["TABLES", "meanings"]


def run_list(runs: Runs) -> pd.DataFrame:
    """plan, seed, digest, seconds, status of every run that was asked for."""
    return kept(runs, "runs")[["plan", "seed", "digest", "seconds", "status"]].reset_index(drop=True)


def beside(runs: Runs, name: str) -> pd.DataFrame:
    """A table made from runs beside those of the comparison; without rows where nobody asked for it."""
    return runs.kept[name].copy() if name in runs.kept else pd.DataFrame(columns=list(COLUMNS[name]))


TABLES: dict[str, Callable[[Runs], pd.DataFrame]] = {
    "first_page": first_page,
    "differences": differences,
    "who_gains": who_gains,
    "gaps": gaps,
    "hours": hours,
    "costs": costs,
    "enquiries": enquiries,
    "false_alarms": false_alarms,
    "let_go": let_go,
    "harm_days": harm_days,
    "detection": detection,
    "visibility": visibility,
    "ledger": ledger,
    "plans": plans,
    "effort": lambda runs: beside(runs, "effort"),
    "break_even": lambda runs: beside(runs, "break_even"),
    "runs": run_list,
}
