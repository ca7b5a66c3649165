"""What each plan costs beyond the reference, cost by cost: hours asked of others, what is bought, and what funded time is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simsafe.plans.costs import Cost
from simsafe.results.kept.hours import EXTRA, FUNDED
from simsafe.results.kept.hours import costs as of_levers
from simsafe.study.matters import OF_UNIT
from simsafe.study.money import price
from simsafe.study.paired import TOO_FEW, interval
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import by_seed, compared
from simsafe.study.tables.hours import AREA, EVERY_TASK, KEYS, SIMULATED, is_sample, tasks_of_the_area, with_sums

ASKED, BOUGHT, WORTH = "asked of others", "bought", "worth of funded time"
TOGETHER = "all that is bought"
FIXED = "same in every seed"
ENDS = ("each", "each_low", "each_high")  # usual, lowest and highest cost of a unit
FRONT = ("period", "profession", "task", "kind", "of_whom", "per", "unit", *ENDS, "grade", "source")
COLUMNS = (
    "plan", "reference", *FRONT, "units", "value", "reference_value", "difference", "least", "most", "low", "high", "se", "n", "of",
    "more", "verdict", "smallest", "variance_ratio",
)  # fmt: skip
Grids = dict[str, np.ndarray]  # plan: one row a cost, one column a seed


def costs(runs: Runs) -> pd.DataFrame:
    """One row a period, plan and cost that some plan adds to the reference or takes away; columns in ``study/tables/meanings.py``.

    Interval and verdict are of luck over the seeds, at the usual cost of a unit; ``least`` and ``most`` are the mean at the lowest and
    the highest. A cost that luck does not move is ``same in every seed``. What is bought is added up only where it is for the same
    children: a run of a sample counts the sample's contacts, but the whole area's settings.
    """
    front, units = _lines(runs)
    amounts = [{plan: grid * _a_unit(front, end)[:, None] for plan, grid in units.items()} for end in ENDS]
    front, units, amounts = _with_sums(front, units, amounts)
    usual, *ends = amounts
    smallest = _smallest(front["unit"], interval(usual[runs.reference])[0])
    made = compared(runs, front, usual, np.zeros(len(front), dtype=np.int64), smallest)
    others = [plan for plan in runs.plans if plan != runs.reference]
    more = {"units": _beyond(runs, units, others)}
    least, most = (_beyond(runs, end, others) for end in ends)
    more |= {"least": np.minimum(least, most), "most": np.maximum(least, most)}
    fixed = (made["se"] == 0) & (made["n"] > 1) & (made["difference"] != 0) & (made["verdict"] != TOO_FEW)
    made = made.assign(**more, verdict=made["verdict"].where(~fixed, FIXED))
    return made[list(COLUMNS)]


def _lines(runs: Runs) -> tuple[pd.DataFrame, Grids]:
    """What stands in front of every cost that differs between plans, and its units by plan: one row a cost, one column a seed."""
    rows, hours = by_seed(with_sums(runs), runs, KEYS, "hours", zeros=True)
    _, pounds = by_seed(with_sums(runs), runs, KEYS, "pounds_high", zeros=True)
    known = {(cost.profession, cost.task): cost for some in of_levers().values() for cost in some if not cost.funded}
    sample, fronts, grids = is_sample(runs), [], {plan: [] for plan in runs.plans}
    for k, row in enumerate(rows.to_dict("records")):
        made = _line(row, known, sample)
        if made is None:
            continue
        front, paid, a_unit = made
        own = {plan: (pounds if paid == BOUGHT else hours)[plan][k] / a_unit for plan in runs.plans}
        if any(np.nan_to_num(grid - own[runs.reference]).round(9).any() for grid in own.values()):
            fronts.append(front)
            for plan, grid in own.items():
                grids[plan].append(grid)
    seeds = next(iter(hours.values())).shape[1]
    stacked = {plan: np.stack(some) if some else np.empty((0, seeds)) for plan, some in grids.items()}
    return pd.DataFrame(fronts, columns=list(FRONT)), stacked


def _line(row: dict[str, Any], known: dict[tuple[str, str], Cost], sample: bool) -> tuple[dict[str, Any], str, float] | None:
    """What stands in front of a row of hours or pounds, its kind, and the hours or pounds of a unit; None for a row that is no cost."""
    who, task = row["profession"], row["task"]
    if row["paid"] == FUNDED:
        rate = price(who) if task == EVERY_TASK else None
        if rate is None:
            return None
        about = (WORTH, AREA if not sample else SIMULATED, "hours", "pounds", rate.usual, rate.low, rate.high, rate.grade, rate.source)
        return dict(zip(FRONT, (row["period"], who, task, *about), strict=True)), WORTH, 1.0
    if row["paid"] != EXTRA or (who, task) not in known:
        return None
    cost = known[who, task]
    whose = AREA if not sample or (who, task) in tasks_of_the_area() else SIMULATED
    kind, unit, each = (BOUGHT, "pounds", cost.pounds) if cost.pounds else (ASKED, "hours", cost.minutes)
    about = (kind, whose, cost.per, unit, each, cost.low, cost.high, str(cost.grade), cost.source)
    return dict(zip(FRONT, (row["period"], who, task, *about), strict=True)), kind, cost.high if cost.pounds else cost.minutes / 60


def _with_sums(front: pd.DataFrame, units: Grids, amounts: list[Grids]) -> tuple[pd.DataFrame, Grids, list[Grids]]:
    """The same with a row more for each period and group of children for whom more than one thing is bought."""
    fronts, grids = [], [{plan: [grid] for plan, grid in some.items()} for some in amounts]
    bought: Any = front[front["kind"] == BOUGHT]
    for (period, whose), part in bought.groupby(["period", "of_whom"], sort=False):
        if len(part) > 1:
            about = (period, "none", TOGETHER, BOUGHT, whose, "", "pounds", np.nan, np.nan, np.nan, "", "the rows above, added up")
            fronts.append(dict(zip(FRONT, about, strict=True)))
            for some, own in zip(grids, amounts, strict=True):
                for plan, grid in own.items():
                    some[plan].append(grid[part.index].sum(axis=0, keepdims=True))
    if not fronts:
        return front, units, amounts
    nothing = {plan: np.concatenate([grid, np.full((len(fronts), grid.shape[1]), np.nan)]) for plan, grid in units.items()}
    whole = pd.concat([front, pd.DataFrame(fronts, columns=list(FRONT))], ignore_index=True)
    return whole, nothing, [{plan: np.concatenate(some) for plan, some in own.items()} for own in grids]


def _a_unit(front: pd.DataFrame, end: str) -> np.ndarray:
    """Hours or pounds that a unit comes to, for each cost: minutes are given of hours."""
    return front[end].to_numpy(dtype=np.float64) / np.where(front["unit"] == "hours", 60, 1)


def _smallest(units: Any, usual: np.ndarray) -> np.ndarray:
    """The smallest difference that matters, in hours or pounds."""
    return np.where(units == "hours", OF_UNIT["hours"].of(usual), OF_UNIT["pounds"].of(usual))


def _beyond(runs: Runs, grids: Grids, others: list[str]) -> np.ndarray:
    """Mean over the seeds of what each other plan adds to the reference, plan after plan."""
    parts = [interval(grids[plan] - grids[runs.reference])[0] for plan in others]
    return np.concatenate(parts) if parts else np.empty(0)
