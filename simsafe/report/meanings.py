"""What each column of a comparison's tables means, for the first sheet of the workbook."""

from __future__ import annotations

from functools import cache
from importlib import import_module

TABLE_MEANINGS = {
    "first_page": "The board's first page: one row a plan and headline, in whole numbers for the area, in the crisis.",
    "differences": "Every measure under every plan against the reference, paired over seeds: the same simulated children, the same luck.",
    "who_gains": "The headlines by group of children: who gains and who loses.",
    "gaps": "The worst-off against the best-off group under each plan, and each by itself. Chance alone makes gaps between small groups.",
    "hours": "Hours by profession and task under each plan, and their difference from the reference.",
    "costs": "What each plan asks of others and buys, cost by cost, with unit, range, grade and source; what funded time is worth.",
    "enquiries": "Why the difference in needless enquiries is not that in children put through one and spared one.",
    "false_alarms": "Stages of the way to a plan reached about children not harmed; columns as in differences.",
    "let_go": "Harmed children closed, stepped down or given no further action; columns as in differences.",
    "harm_days": "Days of harm, and of these before it was found; columns as in differences.",
    "detection": "The ladder of detection by plan; columns as in differences.",
    "visibility": "Week by week: who was seen. Rows of all children; those of groups: .table('visibility').",
    "ledger": "Children met a week by agency, and how, against an ordinary week. Rows of all children; of groups: .table('ledger').",
    "plans": "What each plan turns, lever by lever, and when levers that wait for a figure began.",
    "effort": "How far each plan was weakened until all ask for as many extra hours, and at what rate of exchange.",
    "break_even": "At which value of an assumption the order of two plans changes.",
    "runs": "One row a run: which are finished, and the digest of each event log.",
}
MEANINGS = {
    "period": "before the crisis, crisis (from its first day to the end), spring (its first 13 weeks), or all reported days",
    "measure": "what is counted, as in: simsafe describe measures",
    "group": "all, or a group of children such as age/under 1",
    "unit": "of the values",
    "better": "which direction a partnership would call better: lower, higher, or neither (empty)",
    "plan": "name of the plan",
    "reference": "name of the plan that it is compared with",
    "value": "mean over seeds under the plan",
    "reference_value": "mean over seeds under the reference",
    "difference": "plan minus reference, mean over seeds, each seed's children against themselves",
    "low": "lower end of the 95 % interval over seeds",
    "high": "upper end of the 95 % interval over seeds",
    "se": "standard error of the difference over seeds",
    "worse": "share of seeds in which the plan was worse than the reference",
    "n": "seeds with both plans finished",
    "more": "further seeds that would probably settle it; empty when it is settled",
    "verdict": "identical, better, worse, differs (neither direction is better), cannot be told apart, or too few runs",
    "smallest": "the smallest difference that matters, by judgement",
    "variance_ratio": "variance of the difference without pairing over that with it: how much the same luck helps",
    "headline": "name of a headline",
    "words": "what it counts",
    "dimension": "way of grouping children",
    "profession": "whose hours",
    "task": "on what",
    "paid": "funded: of simulated staff; extra: asked of people outside it",
    "hours": "hours under the plan, mean over seeds",
    "reference_hours": "hours under the reference",
    "week": "last day of the week",
    "mean": "mean over seeds",
    "agency": "who met the child",
    "mode": "how",
    "did": "children of the group whom it met",
    "seed": "of the run's luck; a child's number means the same child under every plan of one seed, and another child under another seed",
    "digest": "SHA-256 of the run's event log",
    "seconds": "that the run took",
    "status": "finished, failed or missing",
    "worst_group": "the worst-off group",
    "best_group": "the best-off group",
    "gap": "between the two, in the unit of the headline",
    "plan_value": "under the plan; empty for headlines on the same children",
    "of": "runs finished, of those planned; below 95 % nothing is ranked",
    "reference_gap": "the same gap under the reference",
}


def meaning_of(table: str, column: str) -> str:
    """What a column means, as the tables themselves say it; its name in words where nothing is written down."""
    return _said_by_the_tables().get((table, column)) or MEANINGS.get(column) or column.replace("_", " ")


@cache
def _said_by_the_tables() -> dict[tuple[str, str], str]:
    """(table, column): meaning, with its unit."""
    try:
        said = import_module("simsafe.study.tables.meanings").COLUMNS
    except (ImportError, AttributeError):
        return {}
    return {(t, c): f"{meaning} ({unit})" if unit else meaning for t, columns in said.items() for c, (unit, meaning) in columns.items()}
