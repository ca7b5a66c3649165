"""Every measure under every plan against the reference, on the same seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simsafe.results.kept.words import words
from simsafe.study.matters import better_sign, smallest_of
from simsafe.study.paired import COLUMNS, n_of, pairs
from simsafe.study.runs import Runs

KEYS = ["period", "measure", "group"]
FRONT = [*KEYS, "unit", "better", "plan", "reference"]
SEVERITIES = ("", "_1", "_2", "_3")
STAGES = ("contacts", "referrals", "assessments", "section_47", "conferences", "plans")
FALSE_ALARMS = tuple(f"{stage}_{what}" for stage in STAGES for what in ("needless", "no_harm")) + tuple(
    f"{name}_needless_share" for name in STAGES if name != "assessments"
)
LET_GO = ("no_further_action_harmed", "stepped_down_harmed", "closed_harmed", "closed_harmed_remote", "no_further_action_harmed_share",
          "stepped_down_harmed_share")  # fmt: skip
HARM_DAYS = (*(f"{name}{of}" for name in ("harm_days", "undetected_days") for of in SEVERITIES), "undetected_share")


def differences(runs: Runs) -> pd.DataFrame:
    """One row a period, measure, group and plan other than the reference; columns in :mod:`simsafe.study.tables.meanings`."""
    return _compared(runs, lambda measure: True)


def false_alarms(runs: Runs) -> pd.DataFrame:
    """Stages reached about children not harmed, by stage: the same columns as ``differences``."""
    return _compared(runs, FALSE_ALARMS.__contains__)


def let_go(runs: Runs) -> pd.DataFrame:
    """Harmed children closed, stepped down or given no further action: the same columns."""
    return _compared(runs, LET_GO.__contains__)


def harm_days(runs: Runs) -> pd.DataFrame:
    """Days of harm, and of these before it was found: the same columns."""
    return _compared(runs, HARM_DAYS.__contains__)


def detection(runs: Runs) -> pd.DataFrame:
    """The ladder of detection by plan: the same columns."""
    return _compared(runs, lambda measure: measure.startswith(("harm_", "hidden_harm_")) and not measure.startswith("harm_days"))


def kept(runs: Runs, name: str) -> Any:
    """One of the stacked tables. ``Any``, because pandas declares that a selection from a table may be anything."""
    return runs.kept[name]


def same_digests(runs: Runs, plan: str) -> bool:
    """Whether every finished run of a plan has the digest of the reference's run under its seed, and there is one at least."""
    table = kept(runs, "runs")
    table = table[table["status"] == "finished"]
    of = [dict(zip(rows["seed"], rows["digest"], strict=True)) for rows in (table[table["plan"] == p] for p in (plan, runs.reference))]
    both = of[0].keys() & of[1].keys()
    return bool(both) and all(of[0][seed] == of[1][seed] for seed in both)


def finished_seeds(runs: Runs, plan: str) -> set[int]:
    """Seeds under which the run of a plan is finished."""
    table = kept(runs, "runs")
    return set(table.loc[(table["plan"] == plan) & (table["status"] == "finished"), "seed"].tolist())


def by_seed(table: Any, runs: Runs, keys: Sequence[str], value: str, zeros: bool = False) -> tuple[Any, dict[str, np.ndarray]]:
    """The rows of ``keys`` and, for each plan, their ``value`` under each seed: an array (rows, seeds), nan where a run is missing.

    ``zeros``: a row that a finished run does not have is 0 there, not missing.
    """
    seeds = sorted(set().union(*(finished_seeds(runs, plan) for plan in runs.plans)))
    numbers = table.groupby(list(keys), observed=True, sort=True).ngroup().to_numpy()
    order = np.unique(numbers, return_index=True)[1] if len(table) else np.empty(0, dtype=np.int64)
    rows = table.iloc[order][list(keys)].astype(dict.fromkeys((k for k in keys if k != "week"), str)).reset_index(drop=True)
    place = np.searchsorted(seeds, table["seed"].to_numpy()) if seeds else np.zeros(len(table), dtype=np.int64)
    plan_of, values, made = table["plan"].astype(str).to_numpy(), table[value].to_numpy(dtype=np.float64), {}
    for plan in runs.plans:
        there = np.isin(seeds, list(finished_seeds(runs, plan)))
        grid = np.where(there, 0.0 if zeros else np.nan, np.nan) * np.ones((len(rows), 1))
        own = (plan_of == plan) & there[place] if seeds else np.zeros(len(table), dtype=bool)
        grid.reshape(-1)[numbers[own] * len(seeds) + place[own]] = values[own]
        made[plan] = grid
    return rows, made


def compared(runs: Runs, rows: Any, values: dict[str, np.ndarray], better: np.ndarray, smallest: np.ndarray) -> Any:
    """``rows`` once for each plan but the reference, with the columns of ``paired.pairs`` and ``of``: how many runs of those planned."""
    made = []
    for plan in (p for p in runs.plans if p != runs.reference):
        pair = pairs(values[plan], values[runs.reference], better, smallest, runs.planned, same_digests(runs, plan))
        made.append(pd.concat([rows.assign(plan=plan, reference=runs.reference), pair], axis=1))
    if not made:
        return pd.DataFrame(columns=[*rows.columns, "plan", "reference", *COLUMNS, "of"])
    table = pd.concat(made, ignore_index=True)
    return table.assign(of=[n_of(n, runs.planned) for n in table["n"]])


def _compared(runs: Runs, wanted: Callable[[str], bool]) -> pd.DataFrame:
    """Totals of some measures, compared."""
    known, totals = words(), kept(runs, "totals")
    names = [name for name in totals["measure"].astype(str).unique() if wanted(name)]
    rows, values = by_seed(totals[totals["measure"].isin(names)], runs, KEYS, "value")
    unit = rows["measure"].map(lambda name: known[name].unit if name in known else "")
    signs = rows["measure"].map(lambda name: better_sign(name, known)).to_numpy(dtype=np.int64)
    with np.errstate(invalid="ignore"):
        usual = np.nan_to_num(np.where(np.isnan(values[runs.reference]), 0, values[runs.reference]).sum(axis=1))
    usual = usual / np.maximum((~np.isnan(values[runs.reference])).sum(axis=1), 1)
    smallest = smallest_for(rows["measure"], unit, usual)
    front = rows.assign(unit=unit, better=[{1: "higher", -1: "lower"}.get(s, "") for s in signs.tolist()])
    return compared(runs, front, values, signs, smallest)


def smallest_for(measures: Any, units: Any, usual: np.ndarray) -> np.ndarray:
    """The smallest difference that matters of each row, for its value under the reference."""
    made = np.zeros(len(usual))
    for measure, unit in dict.fromkeys(zip(measures, units, strict=True)):
        rows = (measures == measure).to_numpy()
        made[rows] = smallest_of(measure, unit).of(usual[rows])
    return made
