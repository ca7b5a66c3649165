"""What came out of a comparison, in lines that fit a terminal: a plain sentence each, with value, interval and verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from simsafe.report.facts import chance
from simsafe.study.comparison import Compared

WIDEST = 100  # characters of a line
COUNTED = {  # headlines that count children of the plan against the same children under the reference
    "found_sooner": "harmed children found sooner", "found_later": "harmed children found later",
    "section_47_added": "children put through a needless section 47 enquiry",
    "section_47_spared": "children spared a needless section 47 enquiry",
}  # fmt: skip
CHANGED = {  # headlines that are changes
    "needless_section_47": "needless section 47 enquiries", "needless_assessments": "needless assessments",
    "undetected_days": "days of harm before it was found", "let_go_harmed": "cases closed while the child was harmed",
    "seen_28": "children seen in person in 28 days", "days_unseen": "days since a child was last seen",
    "staff_hours": "hours worked by simulated staff", "extra_hours": "hours asked of other people",
    "area_hours": "hours asked of other people, for the whole area",
}  # fmt: skip


def first_lines(comparison: Compared) -> list[str]:
    """The first page: for each plan a block of sentences."""
    page, lines = comparison.table("first_page"), []
    for plan, rows in page.groupby("plan", sort=False):
        reference = rows["reference"].iloc[0]
        lines += [short(str(plan)), short(f"  against {reference}, in the crisis; in brackets the 95 % interval of the mean:")]
        lines += [short(f"  {sentence(row)}") for row in rows.to_dict("records")]
    return lines


def sentence(row: dict[str, Any]) -> str:
    """One headline: ``+1,204 children seen in person in 28 days (+1,100 to +1,310): better``."""
    headline = str(row["headline"])
    sign = "" if headline in COUNTED else "+"
    said = COUNTED.get(headline) or CHANGED.get(headline) or headline.replace("_", " ")
    ends = [number(row[end], sign) for end in ("low", "high")]
    between = "" if "no number" in ends else f" ({ends[0]} to {ends[1]})"
    judged = headline not in COUNTED or row["verdict"] == "too few runs"  # a count of some children is no verdict by itself
    verdict = f": {row['verdict']}" if judged else ""
    line = f"{number(row['value'], sign)} {said}{between}{verdict}"
    share = "" if headline in COUNTED else chance(row.get("worse"))
    worse = f"; worse in {share}" if share else ""
    return line + worse if len(line + worse) <= WIDEST - 2 else line


def number(value: Any, sign: str) -> str:
    """A whole number with commas, with its sign where it is a change."""
    return "no number" if pd.isna(value) else f"{int(value):{sign if value else ''},}"


def effort_lines(comparison: Compared) -> list[str]:
    """How far plans were weakened to equal effort, and at what rate of exchange; nothing where nobody asked."""
    table: Any = comparison.table("effort")
    if table.empty:
        return []
    lines = ["equal effort: share left of the strength of the levers that cost each profession hours"]
    for row in table[(table["factor"] < 1) | ~table["equal"].astype(bool)].to_dict("records"):
        hours = f"{row['hours_before']:,.0f} to {row['hours_after']:,.0f} hours"
        aim = "" if row["equal"] else f"; not equal: others ask {row['target']:,.0f}"
        lines += [short(f"  {row['plan']}"), short(f"    {row['profession']}: {row['factor']:.3g}; {hours}{aim}")]
        lines += [] if row["equal"] else wrapped(f"    {row['why']}")
    alone = table[table["equal"].astype(bool) & (table["hours_before"] >= table["target"]) & (table["why"] != "")]
    for row in alone.to_dict("records"):
        lines.append(short(f"  {row['profession']}: only {row['plan']} asks, {row['hours_after']:,.0f} hours; nothing to make equal"))
    return [*lines, *wrapped(f"  exchange: {table['exchange'].iloc[0]}")]


def turning_lines(comparison: Compared) -> list[str]:
    """Where rankings turn round; nothing where nobody asked."""
    table: Any = comparison.table("break_even")
    if table.empty:
        return []
    flips = table[table["answer"] == "flips"]
    lines = [f"break-even: {len(flips)} of {len(table)} rankings turn round within the values tried"]
    for row in flips.to_dict("records"):
        lines.append(short(f"  {row['headline']}: {row['axis']} at {row['at']:.3g} (now {row['usual']:.3g})"))
        lines.append(short(f"    {row['plan']} and {row['other']}"))
    return lines


def wrapped(text: str) -> list[str]:
    """A text on as many lines as it needs."""
    from textwrap import wrap

    return wrap(text, WIDEST, subsequent_indent="    ", break_long_words=True)


def short(line: str) -> str:
    """A line that fits; what does not is left out, and said to be."""
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 3]}..."
