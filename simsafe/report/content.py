"""What stands in the board report, section by section: rows ready to print, made from the tables of a comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from simsafe.report.facts import (
    Compared,
    Facts,
    Row,
    Rows,
    chance,
    fitting,
    interval,
    missing,
    period_of,
    plain_date,
    signed,
    table_of,
    text,
    whole,
    words_of,
)
from simsafe.report.spending import signed_whole
from simsafe.study.paired import LEAST, TOO_FEW

ACROSS = 4  # plans beside each other in one table or figure
MOST_MEASURES = 8
MOST_USEFUL = 10_000  # further seeds: beyond these nobody would run them
HEADLINES = (  # measures of the forest, in order of preference
    "seen_28", "days_unseen_mean", "harm_found", "undetected_days", "section_47_needless", "assessments_needless", "closed_harmed",
    "no_further_action_harmed",
)  # fmt: skip
OF_WEEKS = (  # measures drawn week by week, in order of preference
    "seen_28_share", "seen_28", "unseen_known", "unseen_unknown", "days_unseen_mean", "harmed_unseen_28_share", "on_plan_seen_share",
)  # fmt: skip
GOOD = ("seen", "on_plan_seen")  # how the names of those begin whose worst week is the lowest
LOSES = "worse"
CHANGE = re.compile(r": more\b[^:]*\bthan under [^:]*$")  # said once, above the table


def chunks(plans: tuple[str, ...], across: int = ACROSS) -> list[tuple[str, ...]]:
    """Plans in parts that fit beside each other."""
    return [plans[i : i + across] for i in range(0, len(plans), across)]


# First page


def first_page(comparison: Compared, facts: Facts) -> list[Row]:
    """One row a headline: words, value under the reference, and for every other plan value, interval, chance of being worse, verdict.

    Headlines with a value under the reference are changes against it, and so have a sign; the others count children who fared better or
    worse, which is neither better nor worse by itself, and have no verdict.
    """
    table, rows = table_of(comparison, "first_page"), []
    if table.empty:
        return []
    for _, part in table.groupby("headline", sort=False):
        told = part.to_dict("records")
        directed = not any(text(row["verdict"]) == "differs" for row in told)
        usual = next((row["reference_value"] for row in told if not missing(row.get("reference_value"))), None)
        write = whole if usual is None else signed_whole
        said = text(part["words"].iloc[0])
        said = (said if usual is None else CHANGE.sub("", said)).removesuffix(" (simulated truth)")
        cells = {}
        for row in told:
            verdict = "" if usual is None else text(row["verdict"])
            cells[row["plan"]] = {
                "value": write(row["value"]), "interval": interval(row["low"], row["high"], write), "verdict": verdict,
                "worse": chance(row["worse"]) if directed and usual is not None else "",
                "mark": verdict if verdict in ("better", "worse") else "",
            }  # fmt: skip
        rows.append({"words": said, "usual": "" if usual is None else whole(usual), "cells": cells})
    return rows


# Differences


def headline_rows(comparison: Compared, facts: Facts) -> Rows:
    """The rows of ``differences`` for the headline measures of all children in the crisis, with a ``title`` each."""
    table = table_of(comparison, "differences")
    if table.empty:
        return table
    table = table[(table["period"] == period_of(table)) & (table["group"] == "all") & (table["plan"] != facts.reference)]
    there = [m for m in HEADLINES if (table["measure"] == m).any()]
    there += [m for m in table.loc[table["better"].isin(["lower", "higher"]), "measure"].unique() if m not in there]
    parts = [table[table["measure"] == m] for m in there[:MOST_MEASURES]]
    rows = pd.concat(parts) if parts else table.head(0)
    return rows.assign(title=rows["measure"].map(words_of))


def difference_rows(rows: Rows) -> Iterator[Row]:
    """The same as lines of a table."""
    last = None
    for row in rows.to_dict("records"):
        unit = row["unit"]
        yield {
            "title": row["title"] if row["title"] != last else "", "first": row["title"] != last, "plan": row["plan"],
            "reference": fitting(row["reference_value"], unit), "difference": signed(row["difference"], unit),
            "interval": interval(row["low"], row["high"], lambda v, u=unit: signed(v, u)), "smallest": fitting(row.get("smallest"), unit),
            "worse": chance(row["worse"]), "verdict": text(row["verdict"]), "n": whole(row["n"]),
            "more": more_runs(row),
        }  # fmt: skip
        last = row["title"]


def more_runs(row: Row) -> str:
    """How many further seeds would settle a difference, or why there is no such number."""
    if text(row["verdict"]) == TOO_FEW:
        return f"{LEAST} at least" if row["n"] < LEAST else "finish the runs"
    if missing(row["more"]):
        return "nothing varies" if row.get("se") == 0 else "enough"
    return "too close" if row["more"] > MOST_USEFUL else whole(row["more"])


def enquiry_lines(comparison: Compared, facts: Facts) -> list[Row]:
    """For each plan, of which parts the difference in needless enquiries is made: children and enquiries, means over the seeds."""
    table = table_of(comparison, "enquiries")
    if table.empty:
        return []
    made = []
    for plan in facts.others:
        parts = {row["part"]: row for row in table[table["plan"] == plan].to_dict("records")}
        total = sum(float(row["enquiries"]) for row in parts.values())
        counts = {name: {"children": tenth(row["children"]), "enquiries": signed_tenth(row["enquiries"])} for name, row in parts.items()}
        made.append({"plan": plan, "total": signed_tenth(total), **counts})
    return made


def tenth(value: Any) -> str:
    """A mean to a tenth, so that parts are seen to add up."""
    return "–" if missing(value) else f"{float(value):,.1f}".replace("-", "−")


def signed_tenth(value: Any) -> str:
    """The same with its sign."""
    said = tenth(value)
    return f"+{said}" if not missing(value) and round(float(value), 1) > 0 else said.replace("−0.0", "0.0")


# Where a plan fails


def failures(comparison: Compared, facts: Facts) -> list[Row]:
    """For every plan: what came out worse than under the reference, for whom, and its worst weeks."""
    made = []
    for plan in facts.plans:
        lines = [] if plan == facts.reference else [*_worse(comparison, facts, plan), *_losing_groups(comparison, plan)]
        few = plan != facts.reference and too_few(comparison, facts, plan)
        made.append(
            {
                "plan": plan,
                "lines": lines,
                "too_few": few,
                "weeks": list(_worst_weeks(comparison, plan)),
                "is_reference": plan == facts.reference,
            }
        )
    return made


def too_few(comparison: Compared, facts: Facts, plan: str) -> bool:
    """Whether nothing may be said of a plan, because too few of its runs are there."""
    rows = headline_rows(comparison, facts)
    own = rows[rows["plan"] == plan] if len(rows) else rows
    return len(own) > 0 and bool((own["verdict"] == TOO_FEW).all())


def _worse(comparison: Compared, facts: Facts, plan: str) -> Iterator[str]:
    said = set()
    for name in ("false_alarms", "let_go", "differences"):
        table = headline_rows(comparison, facts) if name == "differences" else table_of(comparison, name)
        if table.empty:
            continue
        rows = table[
            (table["plan"] == plan) & (table["group"] == "all") & (table["period"] == period_of(table)) & (table["verdict"] == LOSES)
        ]
        for row in rows.to_dict("records"):
            if row["measure"] not in said:
                said.add(row["measure"])
                unit = row["unit"]
                change = f"{fitting(row['value'], unit)} against {fitting(row['reference_value'], unit)}"
                yield f"{words_of(row['measure'])}: {change} ({interval(row['low'], row['high'], lambda v, u=unit: signed(v, u))})"


def _losing_groups(comparison: Compared, plan: str) -> Iterator[str]:
    table = table_of(comparison, "who_gains")
    if table.empty:
        return
    rows = table[(table["plan"] == plan) & (table["verdict"] == LOSES)]
    for headline, part in rows.groupby("headline", sort=False):
        names = ", ".join(f"{d}: {g}" if d != g else g for d, g in zip(part["dimension"], part["group"], strict=True))
        yield f"groups that lose, {words_of(str(headline))}: {names}"


def _worst_weeks(comparison: Compared, plan: str) -> Iterator[str]:
    """The lowest or highest week of each measure in the figure of weeks."""
    table = table_of(comparison, "visibility")
    if table.empty:
        return
    for measure, title in week_measures(table):
        rows = table[(table["plan"] == plan) & (table["measure"] == measure) & (table["group"] == "all")]
        if rows.empty:
            continue
        row = rows.loc[rows["mean"].idxmin() if measure.startswith(GOOD) else rows["mean"].idxmax()]
        yield f"{title}: {fitting(row['mean'])} in the week to {plain_date(row['week'])}"


def week_measures(table: Rows) -> list[tuple[str, str]]:
    """Up to three measures to draw week by week, with their titles; of the share and the number seen only one."""
    there = set(table.loc[table["group"] == "all", "measure"])
    found = [m for m in OF_WEEKS if m in there and not (m == "seen_28" and "seen_28_share" in there)]
    return [(m, words_of(m)) for m in found[:3]]


def ledger_rows(comparison: Compared, facts: Facts) -> list[Row]:
    """By agency: children whom it meets in an ordinary week, and whom it met, of these in person, in a week of the crisis by plan."""
    table = table_of(comparison, "ledger")
    if table.empty:
        return []
    table = table[table["group"] == "all"]
    if facts.crisis_start is not None:
        table = table[table["week"].map(plain_date) >= facts.crisis_start]
    mean = table.groupby(["agency", "mode", "plan"], sort=False)[["usual", "did"]].mean()
    made = []
    for agency in dict.fromkeys(table["agency"]):
        cells = {p: (_at(mean, agency, "any", p, "did"), _at(mean, agency, "in person", p, "did")) for p in facts.plans}
        usual = _at(mean, agency, "any", facts.reference, "usual")
        made.append({"agency": agency, "usual": whole(usual), "did": {p: (whole(a), whole(b)) for p, (a, b) in cells.items()}})
    return made


def _at(mean: Rows, agency: str, mode: str, plan: str, column: str) -> float:
    key = (agency, mode, plan)
    return float(mean.loc[[key], column].iloc[0]) if key in mean.index else float("nan")
