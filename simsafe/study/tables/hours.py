"""Hours by profession and task under each plan against the reference."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from simsafe.plans.costs import OF_THE_AREA
from simsafe.results.kept.hours import EXTRA, FUNDED, UNUSED, costs
from simsafe.study.matters import OF_UNIT
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import by_seed, compared, kept

KEYS = ["period", "profession", "task", "paid"]
SUMMED = ["hours", "pounds_low", "pounds_high"]
USED = "used"  # funded hours that were worked
EVERY_TASK = "all tasks"
SIMULATED, AREA = "simulated children", "whole area"  # whose hours or pounds, where the children are a sample


def hours(runs: Runs) -> pd.DataFrame:
    """One row a period, plan, profession, task and who pays. Task ``all tasks`` adds up the work of a profession, not what was left over.

    ``funded`` hours are of posts that are there anyway: more of them means less time over, not more cost. What all of it costs, and
    what each cost rests on, is in the table ``costs``.
    """
    table = with_sums(runs)
    rows, values = by_seed(table, runs, KEYS, "hours", zeros=True)
    usual = np.nan_to_num(values[runs.reference]).sum(axis=1) / np.maximum((~np.isnan(values[runs.reference])).sum(axis=1), 1)
    made = compared(runs, rows, values, np.zeros(len(rows), dtype=np.int64), OF_UNIT["hours"].of(usual))
    made = made.rename(columns={"value": "hours", "reference_value": "reference_hours"})
    front = ["period", "plan", "reference", "profession", "task", "paid"]
    return made[[*front, *(name for name in made.columns if name not in (*front, "worse"))]]


def with_sums(runs: Runs) -> Any:
    """The kept hours and pounds of every run, and a row more for all tasks of a profession."""
    table = kept(runs, "hours").astype(dict.fromkeys(KEYS, str))
    table[SUMMED] = table[SUMMED].round(6)  # sums of many minutes end in dust
    worked = table[table["task"] != UNUSED]
    whole = worked.groupby(["plan", "seed", "period", "profession", "paid"], observed=True, as_index=False)[SUMMED].sum()
    return pd.concat([table, whole.assign(task=EVERY_TASK)], ignore_index=True)


def staff_hours(runs: Runs, period: str, paid: str, whose: str | None = None) -> dict[str, np.ndarray]:
    """Hours of a period under each plan, one a seed (nan where the run is missing): ``used`` of those funded, or ``extra``.

    ``whose``: of the extra hours, those that grow with the simulated children, or those that come in full for the whole area.
    """
    table = kept(runs, "hours")
    own = table[(table["period"] == period) & (table["paid"] == (FUNDED if paid == USED else EXTRA)) & (table["task"] != UNUSED)]
    if whose is not None:
        in_full = [pair in tasks_of_the_area() for pair in zip(own["profession"], own["task"], strict=True)]
        own = own[np.array(in_full, dtype=bool) == (whose == AREA)]
    whole = own.groupby(["plan", "seed"], observed=True, as_index=False)["hours"].sum().assign(of="all")
    everyone = kept(runs, "runs")[["plan", "seed"]].assign(hours=0.0, of="all")  # so that no hours at all is nought, not nothing
    whole: Any = pd.concat([everyone, whole.astype({"plan": str})]).groupby(["plan", "seed", "of"], as_index=False)["hours"].sum()
    _, values = by_seed(whole, runs, ["of"], "hours", zeros=True)
    return {plan: grid[0] for plan, grid in values.items()}


@cache
def tasks_of_the_area() -> frozenset[tuple[str, str]]:
    """Professions and tasks whose hours come in full however few of an area's children are simulated."""
    return frozenset((c.profession, c.task) for some in costs().values() for c in some if not c.funded and c.per in OF_THE_AREA)


def is_sample(runs: Runs) -> bool:
    """Whether fewer or more children are simulated than the area has."""
    own = runs.about.get("area_children")
    return own is not None and int(own) != int(runs.about["children"])
