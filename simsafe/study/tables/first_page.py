"""The board's first page: whole numbers for this area, with intervals and the chance of being worse than the reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from simsafe.results.periods import CRISIS
from simsafe.study.matters import smallest_of
from simsafe.study.paired import n_of, pairs
from simsafe.study.runs import Runs
from simsafe.study.tables.children import COUNTS, matched
from simsafe.study.tables.differences import by_seed, kept, same_digests
from simsafe.study.tables.hours import AREA, SIMULATED, USED, is_sample, staff_hours

CHANGES = {  # headline: (measure of totals, unit, sign of better, words)
    "needless_section_47": ("section_47_needless", "enquiries", -1, "section 47 enquiries about children neither harmed nor likely to be"),
    "needless_assessments": (
        "assessments_needless", "assessments", -1, "assessments completed about children neither harmed nor likely to be nor in need"
    ),
    "undetected_days": ("undetected_days", "child-days", -1, "days of harm before it was found"),
    "let_go_harmed": ("closed_harmed", "cases", -1, "cases closed while the child was harmed"),
    "seen_28": ("seen_28", "children", 1, "children seen in person in the last 28 days, mean of the weeks"),
    "days_unseen": ("days_unseen_mean", "days", -1, "days since a child was last seen in person, mean over children and weeks"),
}  # fmt: skip
SUBJECT = {  # headline on the same children: what makes up its net, and the unit
    "found_sooner": ("found_sooner", "found_later"), "found_later": ("found_later", "found_sooner"),
    "section_47_added": ("section_47_added", "section_47_spared"), "section_47_spared": ("section_47_spared", "section_47_added"),
}  # fmt: skip
GOOD = ("found_sooner", "section_47_spared")  # of these, more is better
COLUMNS = (
    "plan",
    "headline",
    "unit",
    "words",
    "value",
    "low",
    "high",
    "worse",
    "verdict",
    "plan_value",
    "reference_value",
    "of",
    "reference",
)


def first_page(runs: Runs) -> pd.DataFrame:
    """One row a plan other than the reference and headline, in the crisis period; numbers are whole (``Int64``).

    Headlines on the same children (``found_sooner``, ``found_later``, ``section_47_added``, ``section_47_spared``) are counts of
    children, and their verdict is about the count less its opposite. The others are changes against the reference; ``plan_value`` and
    ``reference_value`` are what they are changes of. ``worse`` is the share of seeds in which the plan was worse.
    """
    rows = []
    for plan in (p for p in runs.plans if p != runs.reference):
        rows += [dict(zip(COLUMNS, (plan, *row, runs.reference), strict=True)) for row in [*_children(runs, plan), *_changes(runs, plan)]]
    table: Any = pd.DataFrame(rows, columns=list(COLUMNS))
    whole = ["value", "low", "high", "plan_value", "reference_value"]
    return table.assign(**{name: _whole(table[name]) for name in whole})


def _whole(column: Any) -> Any:
    """Rounded, and empty where there is no number."""
    return column.astype("Float64").round().astype("Int64")


def _children(runs: Runs, plan: str) -> Iterator[tuple]:
    counts, same, rule = matched(runs, plan), same_digests(runs, plan), smallest_of("", "children")
    for headline, (more, less) in SUBJECT.items():
        own, other = (counts[name].to_numpy(dtype=np.float64)[None, :] for name in (more, less))
        sign = np.array([1 if headline in GOOD else -1])
        smallest = rule.of(own.mean(axis=1)) if own.size else np.ones(1)
        net = pairs(own, other, sign, smallest, runs.planned, same).iloc[0]
        alone = pairs(own, np.zeros_like(own), sign, smallest, runs.planned, same).iloc[0]
        said = COUNTS[headline].format(reference=runs.reference)
        yield (
            headline, "children", f"{said} (simulated truth)", alone["value"], max(0.0, alone["low"]), alone["high"], net["worse"],
            net["verdict"], np.nan, np.nan, n_of(int(net["n"]), runs.planned),
        )  # fmt: skip


def _changes(runs: Runs, plan: str) -> Iterator[tuple]:
    totals = kept(runs, "totals")
    names = {measure: headline for headline, (measure, *_) in CHANGES.items()}
    own = totals[(totals["period"] == CRISIS) & (totals["group"] == "all") & totals["measure"].isin(list(names))]
    rows, values = by_seed(own, runs, ["measure"], "value")
    at = {measure: k for k, measure in enumerate(rows["measure"])}
    for headline, (measure, unit, sign, said) in CHANGES.items():
        if measure in at:
            grids = (values[p][at[measure]][None, :] for p in (plan, runs.reference))
            yield _change(
                runs, plan, headline, measure, unit, sign, f"{said}: more (or, below nought, fewer) than under {{reference}}", *grids
            )
    for headline, said, hours in _hours(runs):
        grids = (hours[p][None, :] for p in (plan, runs.reference))
        yield _change(runs, plan, headline, headline, "hours", 0, f"{said}: more than under {{reference}}", *grids)


def _hours(runs: Runs) -> Iterator[tuple[str, str, dict[str, np.ndarray]]]:
    """Headlines of hours; what comes in full for the whole area is not added to what is asked for a sample of its children."""
    yield "staff_hours", "hours worked by the simulated staff", staff_hours(runs, CRISIS, USED)
    asked = "hours asked of people outside the simulated staff"
    if not is_sample(runs):
        yield "extra_hours", asked, staff_hours(runs, CRISIS, "extra")
        return
    yield "extra_hours", f"{asked}, for the simulated children", staff_hours(runs, CRISIS, "extra", SIMULATED)
    area = staff_hours(runs, CRISIS, "extra", AREA)
    if any(np.nan_to_num(hours).any() for hours in area.values()):
        yield "area_hours", f"{asked}, for the whole area", area


def _change(
    runs: Runs, plan: str, headline: str, measure: str, unit: str, sign: int, said: str, own: np.ndarray, usual: np.ndarray
) -> tuple:
    known = usual[~np.isnan(usual)]
    smallest = smallest_of(measure, unit).of(np.array([known.mean() if known.size else 0.0]))
    pair = pairs(own, usual, np.array([sign]), smallest, runs.planned, same_digests(runs, plan)).iloc[0]
    return (
        headline, unit, said.format(reference=runs.reference), pair["difference"], pair["low"], pair["high"], pair["worse"],
        pair["verdict"], pair["value"], pair["reference_value"], n_of(int(pair["n"]), runs.planned),
    )  # fmt: skip
