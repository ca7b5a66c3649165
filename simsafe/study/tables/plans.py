"""What each plan turns, lever by lever, and when a lever that waited for a figure began to act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from simsafe.plans.change import Change
from simsafe.plans.shelf import own_first
from simsafe.study.plan_choice import value_of
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import kept
from simsafe.study.tables.meanings import COLUMNS
from simsafe.world.conditions import DIALS

BEGAN = ("began_in", "first_began", "middle_began", "last_began")


def plans(runs: Runs) -> pd.DataFrame:
    """A row a change of each plan, its own levers before those of the plans it starts from."""
    rows = [row for name in runs.plans for row in _rows(runs, name)]
    return pd.DataFrame(rows, columns=list(COLUMNS["plans"]))


def _rows(runs: Runs, name: str) -> Iterator[dict[str, Any]]:
    began = kept(runs, "triggers")
    began = began[began["plan"] == name]
    for change in own_first(runs.about["changes"][name], name):
        of, lever = change.lever
        yield {
            "plan": name, "written_in": of, "lever": lever, "dial": change.dial, "from": change.from_date, "to": change.to_date,
            "how": str(change.how), "value": value_of(change), "unit": DIALS[change.dial].metadata["unit"],
            "waits_for": str(change.when or ""), "source": change.source, **(_when(began, change) if change.when else {}),
        }  # fmt: skip


def _when(began: Any, change: Change) -> dict[str, Any]:
    """In how many seeds it began, and on which days at the earliest, in the middle of the seeds, and at the latest."""
    of, lever = change.lever
    mine = began[(began["written_in"] == of) & (began["lever"] == lever) & (began["dial"] == change.dial)]
    days = mine["began"].dropna().sort_values()
    some = [days.iloc[0], days.iloc[(len(days) - 1) // 2], days.iloc[-1]] if len(days) else [None] * 3
    return dict(zip(BEGAN, [len(days), *(None if day is None else day.date() for day in some)], strict=True))
