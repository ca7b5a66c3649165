"""What a plan costs, as it stands in the board report: hours by profession, and every cost by itself with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from simsafe.report.facts import Compared, Facts, Row, Rows, fitting, interval, missing, period_of, signed, table_of, text, whole

EVERY_TASK, UNUSED = "all tasks", "in hand and not used"
ASKED, BOUGHT, WORTH, TOGETHER = "asked of others", "bought", "worth of funded time", "all that is bought"
PER = {"plan": "once for the plan", "cpis_settings": "settings connected"}  # units of costs that do not say by themselves what they are
FIXED = "same in every seed"
JOINED = "\u2060"  # no line ends between a sign and its pounds


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
        "interval": interval(row["low"], row["high"], signed_whole), "verdict": text(row.get("verdict")),
    }  # fmt: skip


def signed_whole(value: Any) -> str:
    """A whole change with its sign."""
    return "–" if missing(value) else signed(round(float(value)))


def money(value: Any) -> str:
    """Pounds more or less, in whole pounds; in whole thousands from a hundred thousand on, which nobody budgets closer."""
    if missing(value):
        return "–"
    rounded = round(float(value), -3 if abs(float(value)) >= 100_000 else 0)
    return signed_whole(rounded).replace("+", f"+{JOINED}£").replace("−", f"−{JOINED}£") if rounded else "£0"


def cost_rows(comparison: Compared, facts: Facts) -> list[Row]:
    """Every cost of each plan, hours asked of others first, then what is bought; a sum last, and only of costs for the same children."""
    table = table_of(comparison, "costs")
    if table.empty:
        return []
    table = table[(table["period"] == period_of(table)) & (table["kind"] != WORTH) & (table["difference"] != 0)]
    place = {ASKED: 0, BOUGHT: 1}
    table = table.assign(_kind=table["kind"].map(place), _sum=table["task"] == TOGETHER)
    made = []
    for plan in facts.others:
        own = table[table["plan"] == plan].sort_values(["_kind", "of_whom", "_sum"], kind="stable")
        made += [{"plan": plan, "first": k == 0, **_cost_row(row, facts)} for k, row in enumerate(own.to_dict("records"))]
    return made


def _cost_row(row: Row, facts: Facts) -> Row:
    pounds, together = row["unit"] == "pounds", row["task"] == TOGETHER
    write = money if pounds else signed_whole
    each = f"£{fitting(row['each'])}" if pounds else f"{fitting(row['each'])} min"
    ends = [f"£{fitting(row[end])}" if pounds else fitting(row[end]) for end in ("each_low", "each_high")]
    return {
        "what": text(row["task"]) if pounds else f"{text(row['profession'])}: {text(row['task'])}",
        "whose": "whole area" if facts.sample and row["of_whom"] == "whole area" else "",
        "units": "" if together else said_of_units(row["units"], text(row["per"])),
        "each": "" if together else each, "between": "" if together else f"{ends[0]} to {ends[1]}",
        "amount": write(row["difference"]) + ("" if pounds else " h"), "range": interval(row["least"], row["most"], write),
        "interval": FIXED if text(row["verdict"]) == FIXED else interval(row["low"], row["high"], write),
        "verdict": "" if text(row["verdict"]) == FIXED else text(row["verdict"]),
        "grade": text(row["grade"]), "source": text(row["source"]), "together": together,
    }  # fmt: skip


def said_of_units(units: Any, per: str) -> str:
    """How many more units of an activity, in words."""
    said = PER.get(per, per.replace("_", " "))
    return said if per == "plan" else f"{signed_whole(units)} {said}"


def hours_of_the_area(rows: list[Row]) -> bool:
    """Whether some of the hours asked of others come in full however few of the area's children are simulated."""
    return any(row["whose"] and row["amount"].endswith(" h") for row in rows)


def worth_rows(comparison: Compared, facts: Facts) -> list[Row]:
    """What the difference in funded hours is worth, where a unit cost is published: no bill, for the posts are there anyway."""
    table = table_of(comparison, "costs")
    if table.empty:
        return []
    table = table[(table["period"] == period_of(table)) & (table["kind"] == WORTH) & table["plan"].isin(facts.others)]
    return [
        {
            "plan": row["plan"], "who": row["profession"], "hours": signed_whole(row["units"]), "amount": money(row["difference"]),
            "range": interval(row["least"], row["most"], money), "interval": interval(row["low"], row["high"], money),
            "verdict": text(row["verdict"]), "grade": text(row["grade"]), "source": text(row["source"]),
        }
        for row in table.to_dict("records")
    ]  # fmt: skip


def unpriced(comparison: Compared, facts: Facts) -> list[str]:
    """Professions whose hours differ and which have no published unit cost, each once."""
    table, priced = hours_table(comparison, every_task=True), {row["who"] for row in worth_rows(comparison, facts)}
    if table.empty:
        return []
    moved = table[table["plan"].isin(facts.others) & (table["difference"].round() != 0)]
    return [who for who in dict.fromkeys(map(text, moved["profession"])) if who not in priced and who != "none"]


def effort_rows(comparison: Compared) -> list[Row]:
    """How far each plan was weakened for each profession that it asks for hours, whether that made them equal, and why not."""
    table, last, made = effort_shown(comparison), "", []
    if table.empty:
        return made
    place, notes = {plan: k for k, plan in enumerate(dict.fromkeys(table["plan"]))}, effort_notes(comparison)
    table = table.sort_values("plan", key=lambda plans: plans.map(place), kind="stable")
    for row in table.to_dict("records"):
        equal = bool(row["equal"])
        weakened = f"{float(row['factor']):.0%}" if float(row["factor"]) >= 0.01 else "under 1%"
        asked = float(row["hours_before"]) > float(row["target"]) or float(row["factor"]) < 1 or not equal
        made.append({
            "plan": row["plan"], "first": row["plan"] != last, "profession": text(row["profession"]), "before": whole(row["hours_before"]),
            "target": whole(row["target"]), "left": weakened if asked else "as written", "after": whole(row["hours_after"]), "equal": equal,
            "weakened": float(row["factor"]) < 1,
            "verdict": effort_verdict(equal, text(row["why"]), notes),
            "alone": equal and float(row["hours_before"]) >= float(row["target"]) and bool(text(row["why"])),
        })  # fmt: skip
        last = row["plan"]
    return made


def effort_shown(comparison: Compared) -> Rows:
    """The lines of equal effort that stand in the report: where a plan asks for as many hours as the target, or is not equal."""
    table = table_of(comparison, "effort")
    return table if table.empty else table[(table["hours_before"] >= table["target"]) | ~table["equal"].astype(bool)]


def effort_notes(comparison: Compared) -> list[str]:
    """Reasons that several lines share, each said once below the table."""
    table = effort_shown(comparison)
    if table.empty:
        return []
    said = [why for why in map(text, table["why"]) if why]
    return [why for why in dict.fromkeys(said) if said.count(why) > 1]


def effort_verdict(equal: bool, why: str, notes: list[str]) -> str:
    """Whether the hours are equal, and why or why not; a reason that is said below the table by its number there."""
    said = ("nothing to make equal" if why else "equal") if equal else "not equal"
    if why in notes:
        return f"{said} (note {notes.index(why) + 1})"
    return why or said if equal else f"{said}: {why}"
