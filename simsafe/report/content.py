"""What stands in the board report, section by section: rows ready to print, made from the tables of a comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from simsafe.report.facts import Compared, Facts, Rows, chance, fitting, interval, missing, plain_date, signed, table_of, whole, words_of
from simsafe.results.groups import GROUPS

ACROSS = 4  # plans beside each other in one table or figure
MOST_MEASURES = 8
HEADLINES = (  # measures of the forest, in order of preference
    "seen_28", "days_unseen_mean", "harm_found", "undetected_days", "section_47_needless", "assessments_needless", "closed_harmed",
    "no_further_action_harmed",
)  # fmt: skip
OF_WEEKS = (  # measures drawn week by week, in order of preference
    "seen_28_share", "seen_28", "unseen_known", "unseen_unknown", "days_unseen_mean", "harmed_unseen_28_share", "on_plan_seen_share",
)  # fmt: skip
GOOD = ("seen", "on_plan_seen")  # how the names of those begin whose worst week is the lowest
EVERY_TASK, UNUSED = "all tasks", "in hand and not used"
UNITS = {"seen_28_share": "per cent", "undetected_share": "per cent", "days_unseen_mean": "days"}
MARKS = {"better": " \u25b2", "worse": " \u25bc"}  # narrower, wider
LOSES, TOO_FEW = "worse", "too few runs"
BY_GROUP = ("seen_28_share", "undetected_share", "section_47_needless")
ORDER = [(dimension, group) for dimension, names in GROUPS.items() for group in names]
CHANGE = re.compile(r": more\b[^:]*\bthan under [^:]*$")  # said once, above the table
Row = dict[str, Any]


def chunks(plans: tuple[str, ...], across: int = ACROSS) -> list[tuple[str, ...]]:
    """Plans in parts that fit beside each other."""
    return [plans[i : i + across] for i in range(0, len(plans), across)]


def text(value: Any) -> str:
    """A cell of text, empty where there is nothing."""
    return "" if missing(value) or value is pd.NaT else str(value)


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


def signed_whole(value: Any) -> str:
    """A whole change with its sign."""
    return "–" if missing(value) else signed(round(float(value)))


# Differences


def period_of(table: Rows) -> str:
    """The period that the report is about: the crisis, or all of it without one."""
    return "crisis" if "period" in table and (table["period"] == "crisis").any() else "all"


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
            "more": "" if missing(row["more"]) else "over 10,000" if row["more"] > 10_000 else whole(row["more"]),
        }  # fmt: skip
        last = row["title"]


# Who gains


def gain_rows(comparison: Compared, facts: Facts) -> Rows:
    """``who_gains`` of the plans beside the reference."""
    table = table_of(comparison, "who_gains")
    if table.empty:
        return table
    place = {key: i for i, key in enumerate(ORDER)}
    key = [place.get((d, g), len(place)) for d, g in zip(table["dimension"], table["group"], strict=True)]
    table = table.assign(_place=key).sort_values("_place", kind="stable").drop(columns="_place")
    return table[table["plan"] != facts.reference]


def grouped_headlines(table: Rows) -> list[str]:
    """The headlines to draw by group, three at most."""
    there = list(dict.fromkeys(map(str, table["headline"])))
    first = [h for h in BY_GROUP if h in there]
    return [*first, *(h for h in there if h not in first)][:3]


def gap_rows(comparison: Compared, facts: Facts) -> list[Row]:
    """One row a headline and way of grouping: who is worst and best off, the gap under the reference and under every other plan."""
    table, made = table_of(comparison, "gaps"), []
    if table.empty:
        return []
    last = None
    for (headline, dimension), part in table.groupby(["headline", "dimension"], sort=False):
        unit, row = UNITS.get(str(headline), ""), part.iloc[0]
        cells = {r["plan"]: f"{fitting(r['gap'], unit)}{MARKS.get(text(r.get('verdict')), '')}" for r in part.to_dict("records")}
        made.append({
            "title": words_of(str(headline)), "first": headline != last, "dimension": dimension, "worst": text(row["worst_group"]),
            "best": text(row["best_group"]), "usual": fitting(row["reference_gap"], unit), "cells": cells,
        })  # fmt: skip
        last = headline
    return made


def plain_cells(table: Rows) -> tuple[list[str], list[list[str]]]:
    """Any table as columns and cells of text."""
    columns = [str(name) for name in table.columns]
    numbers = {c: pd.api.types.is_numeric_dtype(table[c]) for c in table.columns}
    cells = [
        [fitting(v) if numbers[c] else text(v) for c, v in zip(table.columns, row, strict=True)] for row in table.itertuples(index=False)
    ]
    return [name.replace("_", " ") for name in columns], cells


# Cost


def hours_table(comparison: Compared, every_task: bool) -> Rows:
    """The hours of the crisis: each profession's work added up, or task by task; time left over is neither."""
    table = table_of(comparison, "hours")
    if table.empty:
        return table
    if "period" in table:
        table = table[table["period"] == period_of(table)]
    return table[(table["task"] == EVERY_TASK) if every_task else ~table["task"].isin([EVERY_TASK, UNUSED])]


def hour_rows(comparison: Compared, facts: Facts) -> Iterator[Row]:
    """Every line of the hours that differs from the reference; the whole of a profession first where it has several tasks."""
    both = (hours_table(comparison, True), hours_table(comparison, False))
    if both[0].empty and both[1].empty:
        return
    table: Rows = pd.concat(both)
    for plan in facts.others:
        own: Rows = table[(table["plan"] == plan) & (table["difference"] != 0)]
        first = True
        for _, lines in own.groupby(["profession", "paid"], sort=False):
            for row in lines.to_dict("records"):
                if row["task"] != EVERY_TASK or len(lines) != 2:
                    yield {"plan": plan, "first": first, **_hour_row(row)}
                    first = False


def _hour_row(row: Row) -> Row:
    return {
        "profession": text(row["profession"]), "task": text(row["task"]), "paid": text(row["paid"]), "whole": row["task"] == EVERY_TASK,
        "reference": whole(row["reference_hours"]), "difference": signed_whole(row["difference"]),
        "interval": interval(row["low"], row["high"], signed_whole), "money": money(row.get("money_low"), row.get("money_high")),
    }  # fmt: skip


def money(low: Any, high: Any) -> str:
    """A range of pounds."""
    return interval(low, high, lambda v: f"£{whole(v)}".replace("£−", "−£"))


def money_rows(comparison: Compared, facts: Facts) -> list[Row]:
    """What the difference in hours is worth by plan, where unit costs are published, and whose hours have none."""
    table = hours_table(comparison, every_task=True)
    if table.empty or "money_low" not in table:
        return []
    made = []
    for plan in facts.others:
        own = table[table["plan"] == plan]
        priced, without = own[own["money_low"].notna()], own[own["money_low"].isna() & (own["difference"].round() != 0)]
        spent = money(priced["money_low"].sum(), priced["money_high"].sum()) if len(priced) else "no published unit cost"
        made.append({"plan": plan, "money": spent, "without": ", ".join(dict.fromkeys(map(text, without["profession"])))})
    return made


def money_notes(comparison: Compared) -> list[str]:
    """Where unit costs come from, each said once."""
    table = table_of(comparison, "hours")
    return (
        [] if "note" not in table else [text(note) for note in dict.fromkeys(table.loc[table["money_low"].notna(), "note"]) if text(note)]
    )


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
    """By agency: children whom it would have met in an ordinary week, and whom it met, of these in person, a week of the crisis by plan."""
    table = table_of(comparison, "ledger")
    if table.empty:
        return []
    table = table[table["group"] == "all"]
    if facts.crisis_start is not None:
        table = table[table["week"].map(plain_date) >= facts.crisis_start]
    mean = table.groupby(["agency", "mode", "plan"], sort=False)[["could", "did"]].mean()
    made = []
    for agency in dict.fromkeys(table["agency"]):
        cells = {p: (_at(mean, agency, "any", p, "did"), _at(mean, agency, "in person", p, "did")) for p in facts.plans}
        could = _at(mean, agency, "any", facts.reference, "could")
        made.append({"agency": agency, "could": whole(could), "did": {p: (whole(a), whole(b)) for p, (a, b) in cells.items()}})
    return made


def _at(mean: Rows, agency: str, mode: str, plan: str, column: str) -> float:
    key = (agency, mode, plan)
    return float(mean.loc[[key], column].iloc[0]) if key in mean.index else float("nan")
