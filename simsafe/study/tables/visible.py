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
    """week, plan, group, agency, mode, children, usual, did, share, of_usual: means over the seeds.

    ``children``: of the group, living in the area; ``did``: different ones of them whom the agency met, in this mode; ``share``: per
    cent, did over children. ``usual``: whom that agency would have met, however it met them, in an ordinary week of the kind;
    ``of_usual``: did in per cent of it, which is no share: it is over 100 where an agency meets more children than in ordinary weeks,
    because others are shut or a plan sends it to the door. Empty where there is nobody to divide by. A row that a run does not have is
    nobody met. Rows of ``all`` are weekly, those of other groups means of four weeks, named by the last.
    """
    table = kept(runs, "ledger")
    keys = ["week", "group", "agency", "mode"]
    rows, did = by_seed(table, runs, keys, "children", zeros=True)
    anyhow, usual = by_seed(table[table["mode"] == "any"], runs, keys, "could")
    whose = pd.MultiIndex.from_frame(anyhow[keys[:3]])
    place = whose.get_indexer(pd.MultiIndex.from_frame(rows[keys[:3]]))
    children, made = _living(runs, rows), []
    for plan in runs.plans:
        mean = interval(usual[plan])[0]
        ordinary = np.where(place >= 0, mean[np.maximum(place, 0)], np.nan) if mean.size else np.full(len(rows), np.nan)
        met = interval(did[plan])[0]
        share = np.minimum(_per_cent(met, children), 100)  # means of four weeks are kept in whole children, and may be rounded up
        made.append(rows.assign(plan=plan, children=children, usual=ordinary, did=met, share=share, of_usual=_per_cent(met, ordinary)))
    joined: Any = pd.concat(made, ignore_index=True)
    return joined[["week", "plan", *keys[1:], "children", "usual", "did", "share", "of_usual"]]


def _per_cent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Per cent, nan where there is nobody to divide by."""
    return np.divide(100 * part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _living(runs: Runs, rows: Any) -> np.ndarray:
    """Children of each row's group who live in the area: of the week, or the mean of the weeks for which a group's row stands.

    They are as many under every plan, for nobody moves or dies; a run that is missing leaves its seed out.
    """
    weeks, ledger = kept(runs, "weeks"), kept(runs, "ledger")
    who, grids = by_seed(weeks[weeks["measure"] == "children"], runs, ["week", "group"], "value")
    count = who.assign(children=interval(np.concatenate([grids[plan] for plan in runs.plans], axis=1))[0])
    table = count.pivot_table(index="week", columns="group", values="children", aggfunc="first", sort=True)
    total = np.concatenate([np.zeros((1, table.shape[1])), np.cumsum(np.nan_to_num(table.to_numpy()), axis=0)])
    spans: Any = ledger[["week", "group", "weeks"]].astype({"group": str}).drop_duplicates(["week", "group"]).set_index(["week", "group"])
    span = spans["weeks"].reindex(pd.MultiIndex.from_frame(rows[["week", "group"]])).to_numpy(dtype=np.int64)
    week, group = table.index.get_indexer(rows["week"]), table.columns.get_indexer(rows["group"])
    living = (total[week + 1, group] - total[week + 1 - span, group]) / span
    return np.where((week < 0) | (group < 0), np.nan, living)
