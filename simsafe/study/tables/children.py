"""The same children under two plans: found sooner, later or under one of them only; needlessly investigated under one only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from simsafe.study.paired import n_of
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import finished_seeds, kept

NEVER = 1 << 15  # a day after every run
COUNTS = {  # what is counted of the children of one seed: words
    "found_sooner": "harmed children found on an earlier day than under {reference}, or found and not under {reference} at all",
    "found_later": "harmed children found on a later day than under {reference}, or not found and under {reference} found",
    "found_only": "of those found sooner, the ones not found under {reference} at all",
    "missed_only": "of those found later, the ones not found under this plan at all",
    "section_47_added": "children put through a needless section 47 enquiry who are not under {reference}",
    "section_47_spared": "children spared a needless section 47 enquiry that they go through under {reference}",
    "assessments_added": "children needlessly assessed who are not under {reference}",
    "assessments_spared": "children spared a needless assessment that they go through under {reference}",
    "let_go_added": "harmed children let go (closed, stepped down, no further action) who are not under {reference}",
    "let_go_spared": "harmed children not let go who are under {reference}",
}
PARTS = {  # of the difference in needless section 47 enquiries
    "added": "about children who have none under the reference",
    "spared": "about children who have none under this plan",
    "both": "about children who have some under both",
}
DIMENSIONS = ("age", "deprivation", "digital", "education", "disability", "ethnicity")


def matched(runs: Runs, plan: str, by: Sequence[str] = ()) -> pd.DataFrame:
    """One row a seed (and group of ``by``) that plan and reference have both finished: seed, then the columns of ``COUNTS``.

    A child has a row in ``kept["children"]`` only if it was harmed or needlessly investigated; a child that stands there under one plan
    only was neither under the other, so it is not found and not investigated there, and counts as found sooner or later only if harm
    was there to be found under both. Groups are as they were when the crisis began, before plans differ.
    """
    seeds = sorted(finished_seeds(runs, plan) & finished_seeds(runs, runs.reference))
    both = pairs_of_children(runs, plan, by)
    for name in by:
        both[name] = both[name].astype(object).where(both[name].notna(), both[f"{name}_then"].astype(object)).astype(str)
    made: Any = pd.DataFrame(_counts(both)).assign(seed=both["seed"].to_numpy(), **{name: both[name].to_numpy() for name in by})
    total = made.groupby(["seed", *by]).sum()
    if not by:
        total = total.reindex(pd.Index(seeds, name="seed"), fill_value=0)
    return total.reset_index()


def pairs_of_children(runs: Runs, plan: str, by: Sequence[str] = ()) -> Any:
    """Every child of note under the plan, the reference or both, on the seeds that both have finished; those under the reference end in
    ``_then``.
    """
    table = kept(runs, "children")
    table = table[table["seed"].isin(finished_seeds(runs, plan) & finished_seeds(runs, runs.reference))]
    names = ["seed", "child"]
    facts = ["harmed_days", "found_day", "needless_section_47", "needless_assessments", "let_go"]
    one, two = (table.loc[table["plan"] == p, [*names, *by, *facts]] for p in (plan, runs.reference))
    return one.merge(two, on=names, how="outer", suffixes=("", "_then"))


def enquiries(runs: Runs) -> pd.DataFrame:
    """How the difference in needless section 47 enquiries is made up of children: one row a plan and ``PARTS``, means over the seeds.

    A child may have several enquiries. So the children put through one under this plan only, less those spared one, are not the
    difference in enquiries; with what becomes of the children who have some under both plans, the three parts add up to it.
    """
    rows = []
    for plan in (p for p in runs.plans if p != runs.reference):
        both, seeds = pairs_of_children(runs, plan), finished_seeds(runs, plan) & finished_seeds(runs, runs.reference)
        now, then = (both[f"needless_section_47{s}"].astype("Float64").fillna(0).to_numpy(dtype=np.float64) for s in ("", "_then"))
        for part, words in PARTS.items():
            own = {"added": (now > 0) & (then == 0), "spared": (now == 0) & (then > 0), "both": (now > 0) & (then > 0)}[part]
            of = max(1, len(seeds))
            rows.append((plan, runs.reference, part, words, own.sum() / of, (now - then)[own].sum() / of, n_of(len(seeds), runs.planned)))
    return pd.DataFrame(rows, columns=["plan", "reference", "part", "words", "children", "enquiries", "of"])


def _counts(both: Any) -> dict[str, np.ndarray]:
    """bool columns of ``COUNTS``, one entry a child."""
    now, then = (both[f"found_day{s}"].astype("Float64").fillna(NEVER).to_numpy(dtype=np.float64) for s in ("", "_then"))
    harmed = (both[["harmed_days", "harmed_days_then"]].astype("Float64").fillna(0) > 0).all(axis=1).to_numpy(dtype=bool)
    made = {
        "found_sooner": harmed & (now < then), "found_later": harmed & (now > then),
        "found_only": harmed & (now < NEVER) & (then == NEVER), "missed_only": harmed & (then < NEVER) & (now == NEVER),
    }  # fmt: skip
    for name, column in (("section_47", "needless_section_47"), ("assessments", "needless_assessments"), ("let_go", "let_go")):
        here, there = (both[f"{column}{s}"].astype("Float64").fillna(0).to_numpy(dtype=np.float64) > 0 for s in ("", "_then"))
        made |= {f"{name}_added": here & ~there, f"{name}_spared": ~here & there}
    return made
