"""From the kept tables of many runs to tables for people: a stand-in with means only, until the tables of a comparison are here."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from simsafe.study.runs import Runs


def differences(runs: Runs) -> pd.DataFrame:
    """Means over seeds under each plan, and their differences from the reference."""
    keys = ["period", "measure", "group"]
    if runs["totals"].empty:
        return pd.DataFrame(columns=[*keys, "plan", "value", "reference_value", "difference", "n"])
    means = runs["totals"].groupby([*keys, "plan"], sort=False).value.agg(["mean", "size"]).reset_index()
    means = means.rename(columns={"mean": "value", "size": "n"})
    base = means[means.plan == runs.reference].rename(columns={"value": "reference_value"})[[*keys, "reference_value"]]
    both = means.merge(base, on=keys)
    return both.assign(difference=both.value - both.reference_value)


TABLES: dict[str, Callable[[Runs], pd.DataFrame]] = {"differences": differences}
