"""Who gains and who loses under a plan, and the gaps between groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simsafe.results.groups import GROUPS
from simsafe.results.kept.words import words
from simsafe.results.periods import CRISIS
from simsafe.study.matters import Smallest, better_sign
from simsafe.study.paired import interval
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import by_seed, compared, kept, smallest_for

HEADLINES = (
    "seen_28_share",
    "days_unseen_mean",
    "undetected_share",
    "harm_found",
    "section_47_needless",
    "assessments_needless",
    "closed_harmed",
)
GAPS = {"seen_28_share": 1, "days_unseen_mean": -1, "undetected_share": -1, "needless_section_47_rate": -1}  # measure: sign of better
RATE = "needless_section_47_rate"  # per 10,000 children of the group
FEW = 20  # children of a group, mean over seeds, below which it is left out of gaps as mostly luck: assumed
SIDES = ("worst", "best")
OF_SIDE = {"value": "value", "reference_value": "reference", "difference": "change", "low": "low", "high": "high", "verdict": "verdict"}
A_POINT = Smallest(1.0, 0.05, "one unit, or one in twenty of the gap: less cannot be seen from one year to the next")


def who_gains(runs: Runs) -> pd.DataFrame:
    """plan, headline, dimension, group, value, reference_value, difference, low, high, verdict and more, in the crisis period."""
    known, totals = words(), kept(runs, "totals")
    own = totals[(totals["period"] == CRISIS) & totals["measure"].isin(HEADLINES) & (totals["group"] != "all")]
    rows, values = by_seed(own, runs, ["measure", "group"], "value")
    unit = rows["measure"].map(lambda name: known[name].unit)
    signs = rows["measure"].map(lambda name: better_sign(name, known)).to_numpy(dtype=np.int64)
    smallest = smallest_for(rows["measure"], unit, np.nan_to_num(interval(values[runs.reference])[0]))
    parts = [group.partition("/") for group in rows["group"]]
    front = pd.DataFrame(
        {"headline": rows["measure"], "dimension": [part[0] for part in parts], "group": [part[2] for part in parts], "unit": unit}
    )
    made = compared(runs, front, values, signs, smallest)
    return made[["plan", *(name for name in made.columns if name != "plan")]]


def gaps(runs: Runs) -> pd.DataFrame:
    """For each way of grouping children, the worst-off against the best-off group: how wide the gap is under a plan and the reference,
    and what becomes of each of the two by itself: a gap may widen while both gain.

    Which groups are worst and best off is settled once, by means over the seeds under the reference, so that luck cannot choose them
    anew in every run and make every gap look wide. The gap is never below nought under the reference; under a plan it may be: then the
    two have changed places.
    """
    totals = kept(runs, "totals")
    names = [*(n for n in GAPS if n != RATE), "section_47_needless", "children"]
    own = totals[(totals["period"] == CRISIS) & totals["measure"].isin(names) & (totals["group"] != "all")]
    rows, values = by_seed(own, runs, ["measure", "group"], "value")
    at = {key: k for k, key in enumerate(zip(rows["measure"], rows["group"], strict=True))}
    front, grids = [], {plan: [] for plan in runs.plans}
    ends = {side: {plan: [] for plan in runs.plans} for side in SIDES}
    for measure, sign in GAPS.items():
        for dimension, groups in GROUPS.items():
            found = [group for group in groups if ("children", f"{dimension}/{group}") in at]
            size = {g: float(interval(values[runs.reference][at["children", f"{dimension}/{g}"]][None, :])[0][0]) for g in found}
            found = [g for g in found if size[g] >= FEW]
            if dimension == "all" or len(found) < 2:
                continue
            grid = {plan: np.stack([_grid(values[plan], at, measure, f"{dimension}/{g}") for g in found]) for plan in runs.plans}
            usual = interval(grid[runs.reference])[0] * sign
            worst, best = int(np.nanargmin(usual)), int(np.nanargmax(usual))
            front.append({"headline": measure, "dimension": dimension, "worst_group": found[worst], "best_group": found[best]})
            for plan in runs.plans:
                grids[plan].append((grid[plan][best] - grid[plan][worst]) * sign)
                for side, k in zip(SIDES, (worst, best), strict=True):
                    ends[side][plan].append(grid[plan][k])
    table = pd.DataFrame(front, columns=["headline", "dimension", "worst_group", "best_group"])
    seeds = next(iter(values.values())).shape[1]
    wide = {plan: _stack(some, seeds) for plan, some in grids.items()}
    smallest = A_POINT.of(interval(wide[runs.reference])[0])
    made = compared(runs, table, wide, -np.ones(len(table), dtype=np.int64), smallest)
    made = made.rename(columns={"value": "gap", "reference_value": "reference_gap"})
    for side in SIDES:
        own = _of_side(runs, table, {plan: _stack(some, seeds) for plan, some in ends[side].items()})
        made = made.assign(**{f"{side}_{name}": own[column] for column, name in OF_SIDE.items()})
    return made


def _of_side(runs: Runs, table: pd.DataFrame, values: dict[str, np.ndarray]) -> pd.DataFrame:
    """The worst-off, or the best-off, groups by themselves against the reference: are they better or worse off than there?"""
    known, measures = words(), table["headline"].astype(object)
    signs = measures.map(GAPS.get).to_numpy(dtype=np.int64)
    unit = measures.map(lambda name: known[name].unit if name in known else "")
    smallest = smallest_for(measures, unit, np.nan_to_num(interval(values[runs.reference])[0]))
    return compared(runs, table, values, signs, smallest)


def _stack(grids: list[np.ndarray], seeds: int) -> np.ndarray:
    """One row a gap, one column a seed."""
    return np.stack(grids) if grids else np.empty((0, seeds))


def _grid(values: np.ndarray, at: dict[tuple[str, str], int], measure: str, group: str) -> np.ndarray:
    """A measure of a group, one value a seed."""
    if measure != RATE:
        return values[at[measure, group]]
    return 10_000 * values[at["section_47_needless", group]] / np.maximum(values[at["children", group]], 1)
