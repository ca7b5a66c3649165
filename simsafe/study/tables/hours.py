"""Hours by profession and task under each plan against the reference, and money where a unit cost has been published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simsafe.results.kept.hours import EXTRA, FUNDED, UNUSED
from simsafe.study.matters import OF_UNIT
from simsafe.study.money import BOUGHT, note, pounds
from simsafe.study.paired import interval
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import by_seed, compared, kept

KEYS = ["period", "profession", "task", "paid"]
USED = "used"  # funded hours that were worked
EVERY_TASK = "all tasks"


def hours(runs: Runs) -> pd.DataFrame:
    """One row a period, plan, profession, task and who pays. Task ``all tasks`` adds up the work of a profession, not what was left over.

    ``funded`` hours are of posts that are there anyway: more of them means less time over, not more cost; ``money`` prices the difference
    all the same, as what the time is worth.
    """
    table = kept(runs, "hours").astype(dict.fromkeys(KEYS, str))
    summed = ["hours", "pounds_low", "pounds_high"]
    table[summed] = table[summed].round(6)  # sums of many minutes end in dust
    worked = table[table["task"] != UNUSED]
    whole = worked.groupby(["plan", "seed", "period", "profession", "paid"], observed=True, as_index=False)[summed].sum()
    table: Any = pd.concat([table, whole.assign(task=EVERY_TASK)], ignore_index=True)
    rows, values = by_seed(table, runs, KEYS, "hours", zeros=True)
    usual = np.nan_to_num(values[runs.reference]).sum(axis=1) / np.maximum((~np.isnan(values[runs.reference])).sum(axis=1), 1)
    made = compared(runs, rows, values, np.zeros(len(rows), dtype=np.int64), OF_UNIT["hours"].of(usual))
    made = made.rename(columns={"value": "hours", "reference_value": "reference_hours"})
    worked = made["difference"].where(made["task"] != UNUSED)  # time left over is nobody's bill
    low, high = pounds(made["profession"].to_numpy(), worked.to_numpy(dtype=np.float64))
    bought = [_more(runs, table, name) for name in ("pounds_low", "pounds_high")]
    spent = np.any([x != 0 for x in bought], axis=0)
    low, high = (np.where(spent, np.nan_to_num(end) + x, end) for end, x in zip((low, high), bought, strict=True))
    notes = np.where(spent, BOUGHT, [note(name) for name in made["profession"]])
    made = made.assign(money_low=np.minimum(low, high), money_high=np.maximum(low, high), note=notes)
    front = ["period", "plan", "reference", "profession", "task", "paid"]
    return made[[*front, *(name for name in made.columns if name not in (*front, "worse"))]]


def _more(runs: Runs, table: Any, name: str) -> np.ndarray:
    """Pounds spent beyond the reference under each other plan, in the order of the rows of the table."""
    _, values = by_seed(table, runs, KEYS, name, zeros=True)
    more = [interval(values[plan] - values[runs.reference])[0] for plan in runs.plans if plan != runs.reference]
    return np.nan_to_num(np.concatenate(more)) if more else np.empty(0)


def staff_hours(runs: Runs, period: str, paid: str) -> dict[str, np.ndarray]:
    """Hours of a period under each plan, one a seed (nan where the run is missing): ``used`` of those funded, or ``extra``."""
    table = kept(runs, "hours")
    own = table[(table["period"] == period) & (table["paid"] == (FUNDED if paid == USED else EXTRA)) & (table["task"] != UNUSED)]
    whole = own.groupby(["plan", "seed"], observed=True, as_index=False)["hours"].sum().assign(of="all")
    everyone = kept(runs, "runs")[["plan", "seed"]].assign(hours=0.0, of="all")  # so that no hours at all is nought, not nothing
    whole: Any = pd.concat([everyone, whole.astype({"plan": str})]).groupby(["plan", "seed", "of"], as_index=False)["hours"].sum()
    _, values = by_seed(whole, runs, ["of"], "hours", zeros=True)
    return {plan: grid[0] for plan, grid in values.items()}
