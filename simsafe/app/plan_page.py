"""``simsafe plans show NAME``: what a plan turns, lever by lever, its own first, and where each dial then stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import shorten, wrap
from typing import Any

import numpy as np

from simsafe.app import DONE
from simsafe.app.differences import DAYS, crisis_for
from simsafe.app.printing import Row, changes_of, print_rows, value_in_words
from simsafe.ground.parameter import plain
from simsafe.plans.change import EARLIEST, LATEST, Change, Timetable
from simsafe.plans.pulling import UNASKED
from simsafe.plans.shelf import own_first
from simsafe.world.conditions import DIALS

USUAL = " (usual)"  # a setting that the plan does not name
WIDEST = 120  # characters of a line
TABLE = ("dial", "from", "to", "value", "in force", "unit")  # columns of the page; the CSV has all


def show_plan(name: str, flags: Mapping[str, str], shelves: Any) -> int:
    """The page of a plan, or with ``--csv`` its rows for a spreadsheet. ConfigError in one line when there is no such plan or crisis."""
    name, shelves = shelves.with_file(name)
    mapping = shelves.mapping("plan", name)
    crisis = flags.get("--crisis") or crisis_for([mapping])
    times = changes_of("crisis", crisis, shelves.mapping("crisis", crisis), shelves)
    rows = list(rows_of(name, times, changes_of("plan", name, mapping, shelves)))
    if "--csv" in flags:
        return print_rows(rows, flags) if rows else DONE
    print(mapping.get("title", name))
    print(*wrap(str(mapping.get("purpose", "")), WIDEST), "", sep="\n")
    print(f"{name} turns no dial" if not rows else f"In force: where the dial then stands, in the crisis {crisis}")
    for plan, own in groupby(rows, key=lambda row: row["plan"]):
        print(f"\n{f'Levers of {name} itself' if plan == name else f'Inherited from {plan}'}\n")
        print_levers(list(own))
    return DONE


def rows_of(name: str, crisis: Sequence[Change], plan: Sequence[Change]) -> Iterator[Row]:
    """A row a change, the plan's own first: the plan and the lever it comes from, what it asks of the dial, and where the dial stands."""
    times = Timetable(crisis, [change for change in plan if change.when is None], 1.0, EARLIEST, DAYS)
    for change in own_first(plan, name):
        whose, lever = change.lever
        on = np.zeros(0) if change.when else times.series(change.dial)[change.days(EARLIEST, DAYS)]
        yield {
            "plan": whose, "lever": lever, "dial": change.dial, "from": change.from_date, "to": change.to_date, "how": change.how,
            "value": said_of(change), "in force": spread(on), "unit": DIALS[change.dial].metadata["unit"],
            "source": change.source, "waits for": str(change.when or ""),
        }  # fmt: skip


def said_of(change: Change) -> str:
    """The value in words, marked where it is the lever's usual one."""
    return value_in_words(change) + (USUAL if change.source.startswith(UNASKED) else "")


def spread(values: np.ndarray) -> str:
    """The one value of some days, or the lowest and the highest; nothing when there are none."""
    if not values.size:
        return ""
    low, high = (plain(round(float(end), 4)) for end in (values.min(), values.max()))
    return low if low == high else f"{low} to {high}"


def print_levers(rows: Sequence[Row]) -> None:
    """The rows under the names of their levers, in lines that fit."""
    lines = [{column: cell(row, column) for column in TABLE} for row in rows]
    widths = {column: max(len(line[column]) for line in [*lines, dict(zip(TABLE, TABLE, strict=True))]) for column in TABLE[:-1]}
    room = max(12, WIDEST - 2 - sum(widths.values()) - 2 * len(widths))
    print(line_of(dict(zip(TABLE, TABLE, strict=True)), widths))
    before = None
    for row, line in zip(rows, lines, strict=True):
        if row["lever"] != before:
            print(before := row["lever"])
        print(line_of(line | {"unit": shorten(line["unit"], room, placeholder="...")}, widths))
        if row["waits for"]:
            print(*wrap(f"waits for {row['waits for']}", WIDEST, initial_indent="    ", subsequent_indent="      "), sep="\n")


def line_of(cells: Mapping[str, str], widths: Mapping[str, int]) -> str:
    """One line of the table."""
    return "  " + "  ".join(cells[column].ljust(widths.get(column, 0)) for column in TABLE).rstrip()


def cell(row: Row, column: str) -> str:
    """A cell of the page; a value says what it does unless it is simply set, and a last day without end is left out."""
    if column == "value" and row["how"] not in ("set", "follow"):
        return f"{row['how']} {row['value']}"
    return "" if column == "to" and row["to"] == LATEST else str(row[column])
