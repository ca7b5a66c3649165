"""What stands in the board report, section by section: rows ready to print, made from the tables of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from simsafe.report.facts import Compared, Facts, chance, fitting, interval, missing, plain_date, signed, table_of, whole, words_of

ACROSS = 4  # plans beside each other in one table or figure
MOST_MEASURES = 8
HEADLINES = (  # measures of the forest, in order of preference
    "seen_28", "seen_28_share", "days_unseen_mean", "harm_found", "harm_found_26", "undetected_days", "section_47_needless",
    "assessments_needless", "closed_harmed", "no_further_action_harmed",
)  # fmt: skip
NOT_TOLD, LOSES = "cannot be told apart", "worse"
Row = dict[str, Any]


def chunks(plans: tuple[str, ...], across: int = ACROSS) -> list[tuple[str, ...]]:
    """Plans in parts that fit beside each other."""
    return [plans[i : i + across] for i in range(0, len(plans), across)]


def text(value: Any) -> str:
    """A cell of text, empty where there is nothing."""
    return "" if missing(value) or value is pd.NaT else str(value)


# First page


def first_page(comparison: Compared, facts: Facts) -> list[Row]:
    """One row a headline: its words, and for every plan value, interval, chance of being worse and verdict."""
    table, rows = table_of(comparison, "first_page"), []
    if table.empty:
        return []
    for headline, part in table.groupby("headline", sort=False):
        cells = {}
        for row in part.to_dict("records"):
            verdict = text(row["verdict"]) if row["plan"] != facts.reference else ""
            worse = chance(row["worse"]) if row["plan"] != facts.reference else ""
            cells[row["plan"]] = {
                "value": whole(row["value"]), "interval": interval(row["low"], row["high"]), "worse": worse, "verdict": verdict,
                "mark": verdict if verdict in ("better", "worse") else "",
            }  # fmt: skip
        rows.append({"headline": headline, "words": text(part["words"].iloc[0]), "cells": cells})
    return rows


def in_short(comparison: Compared, facts: Facts) -> list[Row]:
    """For every plan but the reference: in which headlines it is better, worse, different, or cannot be told apart."""
    table = table_of(comparison, "first_page")
    if table.empty:
        return []
    made = []
    for plan in facts.others:
        part = table[table["plan"] == plan]
        said = {v: [text(w) for w in part.loc[part["verdict"] == v, "words"]] for v in part["verdict"].map(text).unique() if v}
        made.append({"plan": plan, "said": said})
    return made


# Differences


def period_of(table: pd.DataFrame) -> str:
    """The period that the report is about: the crisis, or all of it without one."""
    return "crisis" if "period" in table and (table["period"] == "crisis").any() else "all"


def headline_rows(comparison: Compared, facts: Facts) -> pd.DataFrame:
    """The rows of ``differences`` for the headline measures of all children in the crisis, with a ``title`` each."""
    table = table_of(comparison, "differences")
    if table.empty:
        return table
    table = table[(table["period"] == period_of(table)) & (table["group"] == "all") & (table["plan"] != facts.reference)]
    pages = table_of(comparison, "first_page")
    wanted = [*(pages["headline"].unique() if "headline" in pages else ()), *HEADLINES]
    there = [m for m in dict.fromkeys(wanted) if (table["measure"] == m).any()]
    there += [m for m in table.loc[table["better"].isin(["lower", "higher"]), "measure"].unique() if m not in there]
    parts = [table[table["measure"] == m] for m in there[:MOST_MEASURES]]
    rows = pd.concat(parts) if parts else table.head(0)
    return rows.assign(title=rows["measure"].map(words_of))


def difference_rows(rows: pd.DataFrame) -> Iterator[Row]:
    """The same as lines of a table."""
    last = None
    for row in rows.to_dict("records"):
        unit = row["unit"]
        yield {
            "title": row["title"] if row["title"] != last else "", "first": row["title"] != last, "plan": row["plan"],
            "reference": fitting(row["reference_value"], unit), "difference": signed(row["difference"], unit),
            "interval": interval(row["low"], row["high"], lambda v, u=unit: signed(v, u)), "smallest": fitting(row.get("smallest"), unit),
            "worse": chance(row["worse"]), "verdict": text(row["verdict"]), "n": whole(row["n"]),
            "more": whole(row["more"]) if not missing(row["more"]) else "",
        }  # fmt: skip
        last = row["title"]


# Who gains


def gain_rows(comparison: Compared, facts: Facts) -> pd.DataFrame:
    """``who_gains`` of the plans beside the reference."""
    table = table_of(comparison, "who_gains")
    return table if table.empty else table[table["plan"] != facts.reference]


def headline_words(comparison: Compared) -> dict[str, str]:
    """Each headline in words, from the first page."""
    pages = table_of(comparison, "first_page")
    return {} if pages.empty else {str(h): text(w) for h, w in zip(pages["headline"], pages["words"], strict=True)}


def gap_rows(comparison: Compared) -> tuple[list[str], list[list[str]]]:
    """The gaps between worst-off and best-off groups as they stand in the table: its columns, and its cells in words."""
    return plain_cells(table_of(comparison, "gaps"))


def plain_cells(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Any table as columns and cells of text."""
    columns = [str(name) for name in table.columns]
    numbers = {c: pd.api.types.is_numeric_dtype(table[c]) for c in table.columns}
    cells = [
        [fitting(v) if numbers[c] else text(v) for c, v in zip(table.columns, row, strict=True)] for row in table.itertuples(index=False)
    ]
    return [name.replace("_", " ") for name in columns], cells


# Cost


def hours_by_profession(comparison: Compared) -> pd.DataFrame:
    """Hours by plan, profession and who pays; an interval only where it is that of one line, since intervals do not add up."""
    table = table_of(comparison, "hours")
    if table.empty:
        return table
    if (table["task"] == "all").any():
        return table[table["task"] == "all"]
    keys = ["plan", "profession", "paid"]
    made = table.groupby(keys, sort=False)[["hours", "reference_hours", "difference", "low", "high"]].sum().reset_index()
    lines = table.groupby(keys, sort=False).size().to_numpy()
    return made.assign(**{n: made[n].where(lines == 1) for n in ("low", "high")})


def hour_rows(comparison: Compared, facts: Facts) -> Iterator[Row]:
    """Every line of the hours that differs from the reference."""
    table = table_of(comparison, "hours")
    last = None
    for row in table.to_dict("records"):
        if row["plan"] == facts.reference or (row["difference"] == 0 and row["reference_hours"] == 0):
            continue
        money = interval(row.get("money_low"), row.get("money_high"), lambda v: f"£{whole(v)}".replace("£−", "−£"))
        yield {
            "plan": row["plan"] if row["plan"] != last else "", "first": row["plan"] != last, "profession": text(row["profession"]),
            "task": text(row["task"]), "paid": text(row["paid"]), "reference": whole(row["reference_hours"]),
            "difference": signed(round(row["difference"])), "interval": interval(row["low"], row["high"], lambda v: signed(round(v))),
            "money": money, "source": text(row.get("source", row.get("note"))),
        }  # fmt: skip
        last = row["plan"]


def money_rows(comparison: Compared, facts: Facts) -> list[Row]:
    """Money more or less than under the reference by plan, where unit costs are published, and what has none."""
    table = table_of(comparison, "hours")
    if table.empty or "money_low" not in table:
        return []
    made = []
    for plan in facts.others:
        own = table[(table["plan"] == plan)]
        priced = own[own["money_low"].notna()]
        without = own[own["money_low"].isna() & (own["difference"] != 0)]
        spent = interval(priced["money_low"].sum(), priced["money_high"].sum(), lambda v: f"£{whole(v)}".replace("£−", "−£"))
        names = ", ".join(dict.fromkeys(f"{p} ({t})" for p, t in zip(without["profession"], without["task"], strict=True)))
        made.append({"plan": plan, "money": spent if len(priced) else "no published unit cost", "without": names})
    return made


# Where a plan fails


def failures(comparison: Compared, facts: Facts) -> list[Row]:
    """For every plan: what came out worse than under the reference, for whom, and its worst weeks."""
    made = []
    for plan in facts.plans:
        lines = [] if plan == facts.reference else [*_worse(comparison, facts, plan), *_losing_groups(comparison, plan)]
        made.append({"plan": plan, "lines": lines, "weeks": list(_worst_weeks(comparison, plan)), "is_reference": plan == facts.reference})
    return made


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
    words = headline_words(comparison)
    rows = table[(table["plan"] == plan) & (table["verdict"] == LOSES)]
    for headline, part in rows.groupby("headline", sort=False):
        names = ", ".join(f"{d}: {g}" if d != g else g for d, g in zip(part["dimension"], part["group"], strict=True))
        yield f"groups that lose in {words.get(str(headline), str(headline).replace('_', ' '))}: {names}"


def _worst_weeks(comparison: Compared, plan: str) -> Iterator[str]:
    """The lowest or highest week of each measure in the figure of weeks."""
    table = table_of(comparison, "visibility")
    if table.empty:
        return
    for measure, title in week_measures(table):
        rows = table[(table["plan"] == plan) & (table["measure"] == measure) & (table["group"] == "all")]
        if rows.empty:
            continue
        seen = measure.startswith("seen")
        row = rows.loc[rows["mean"].idxmin() if seen else rows["mean"].idxmax()]
        yield f"{title}: {fitting(row['mean'])} in the week to {plain_date(row['week'])}"


def week_measures(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Up to three measures to draw week by week, with their titles; the share seen in 28 days first."""
    there = list(table.loc[table["group"] == "all", "measure"].unique())
    first = [m for m in ("seen_28_share", "seen_28") if m in there][:1]
    rest = [m for m in there if m not in ("seen_28_share", "seen_28")]
    rest = [m for m in rest if m.startswith("unseen")] + [m for m in rest if not m.startswith("unseen")]
    return [(m, words_of(m)) for m in (first + rest)[:3]]


def ledger_rows(comparison: Compared, facts: Facts) -> tuple[tuple[str, ...], list[Row]]:
    """By agency: children whom it would have met in an ordinary week and whom it met in the crisis, a week on average, by plan."""
    table = table_of(comparison, "ledger")
    if table.empty:
        return facts.plans, []
    table = table[table["group"] == "all"]
    if facts.crisis_start is not None:
        table = table[table["week"].map(plain_date) >= facts.crisis_start]
    if (table["mode"] == "all").any():
        table = table[table["mode"] == "all"]
    week = table.groupby(["agency", "plan", "week"], sort=False).agg(could=("could", "max"), did=("did", "sum")).reset_index()
    mean = week.groupby(["agency", "plan"], sort=False)[["could", "did"]].mean()
    made = []
    for agency in dict.fromkeys(table["agency"]):
        cells = {p: mean.loc[(agency, p)] for p in facts.plans if (agency, p) in mean.index}
        could = next((c["could"] for c in cells.values()), float("nan"))
        made.append({"agency": agency, "could": whole(could), "did": {p: whole(c["did"]) for p, c in cells.items()}})
    return facts.plans, made
