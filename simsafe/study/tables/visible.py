"""Week by week: visibility by group, and the ledger of who could have met each group and who did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simsafe.study.paired import interval
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import by_seed, kept

SHARES = {  # made from two weekly measures: (part, whole, times)
    "seen_7_share": ("seen_7", "children", 100.0), "seen_28_share": ("seen_28", "children", 100.0),
    "seen_90_share": ("seen_90", "children", 100.0), "days_unseen_mean": ("days_unseen", "children", 1.0),
    "harmed_unseen_28_share": ("harmed_unseen_28", "harmed", 100.0), "on_plan_seen_share": ("on_plan_seen", "on_plan", 100.0),
    "on_plan_seen_alone_share": ("on_plan_seen_alone", "on_plan", 100.0),
    "in_need_plan_seen_share": ("in_need_plan_seen", "in_need_plan", 100.0),
}  # fmt: skip
WEEK = ["week", "measure", "group"]


def visibility(runs: Runs) -> pd.DataFrame:
    """week, plan, measure, group, mean, low, high: every weekly measure and the shares made from them, means over the seeds with their
    95 % interval. Intervals are each plan's own; differences between plans are surer than they look here, because seeds are shared.
    """
    rows, values = by_seed(kept(runs, "weeks"), runs, WEEK, "value")
    at: Any = pd.Series(np.arange(len(rows)), index=pd.MultiIndex.from_frame(rows[WEEK]))
    parts = [(rows, values)]
    for name, (part, whole, times) in SHARES.items():
        own, of = (at[at.index.get_level_values("measure") == n].droplevel("measure") for n in (part, whole))
        both = own.index.intersection(of.index)
        if len(both):
            a, b = own[both].to_numpy(), of[both].to_numpy()
            shares = {p: times * np.divide(v[a], v[b], out=np.zeros((len(both), v.shape[1])), where=v[b] != 0) for p, v in values.items()}
            parts.append((both.to_frame(index=False).assign(measure=name)[WEEK], shares))
    made = []
    for front, grids in parts:
        for plan, grid in grids.items():
            mean, _, low, high = interval(grid)
            made.append(front.assign(plan=plan, mean=mean, low=low, high=high))
    table: Any = pd.concat(made, ignore_index=True)
    return table[["week", "plan", "measure", "group", "mean", "low", "high"]]


def ledger(runs: Runs) -> pd.DataFrame:
    """week, plan, group, agency, mode, could, did, share: means over the seeds.

    ``could``: children of the group whom that agency would have met, however it met them, in an ordinary week of the kind; ``did``:
    different children it met, in this mode; ``share``: per cent, empty where nobody could. A row that a run does not have is nobody met.
    Rows of ``all`` are weekly, those of other groups means of four weeks, named by the last.
    """
    table = kept(runs, "ledger")
    keys = ["week", "group", "agency", "mode"]
    rows, did = by_seed(table, runs, keys, "children", zeros=True)
    anyhow, usual = by_seed(table[table["mode"] == "any"], runs, keys, "could")
    whose = pd.MultiIndex.from_frame(anyhow[keys[:3]])
    place = whose.get_indexer(pd.MultiIndex.from_frame(rows[keys[:3]]))
    made = []
    for plan in runs.plans:
        mean = interval(usual[plan])[0]
        could = np.where(place >= 0, mean[np.maximum(place, 0)], np.nan) if mean.size else np.full(len(rows), np.nan)
        met = interval(did[plan])[0]
        share = np.divide(100 * met, could, out=np.full(len(rows), np.nan), where=could > 0)
        made.append(rows.assign(plan=plan, could=could, did=met, share=share))
    joined: Any = pd.concat(made, ignore_index=True)
    return joined[["week", "plan", *keys[1:], "could", "did", "share"]]
