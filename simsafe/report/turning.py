"""At which value of a number that nobody knows the order of two plans turns round, as it stands in the board report."""

from __future__ import annotations

from typing import Any

from simsafe.report.facts import Compared, Row, fitting, missing, table_of, text, words_of
from simsafe.study.break_even import EQUAL, FLIPS, NEVER, UNSURE
from simsafe.study.paired import TOO_FEW

SAID = {
    UNSURE: "cannot be told apart at any value",
    NEVER: "keep their order at every value tried", EQUAL: "do not differ at any value", TOO_FEW: "stand on too few runs to say",
    FLIPS: "turn round within the values tried",
}  # fmt: skip


def turning_rows(comparison: Compared) -> list[Row]:
    """The rankings that turn round: of what, between which plans, at which value, and from where to where the seeds cannot say."""
    table, last, made = table_of(comparison, "break_even"), "", []
    if table.empty:
        return []
    for row in table[table["answer"] == FLIPS].to_dict("records"):
        ahead = leader(row)
        made.append({
            "axis": text(row["axis"]).replace("_", " "), "unit": text(row["unit"]), "first": row["axis"] != last,
            "moves": text(row["moves"]), "headline": words_of(text(row["headline"])), "plans": f"{row['plan']} and {row['other']}",
            "at": value(row["at"]), "ahead": ahead,
            "unsure": f"from {value(row['low'], 'the lowest tried')} to {value(row['high'], 'the highest tried')}",
        })  # fmt: skip
        last = row["axis"]
    return made


def tried(comparison: Compared) -> list[str]:
    """Each axis in words: what it is, which numbers it moves, and from where to where it was tried."""
    table = table_of(comparison, "break_even")
    if table.empty:
        return []
    rows = table.drop_duplicates("axis").to_dict("records")
    return [
        f"{text(row['axis']).replace('_', ' ')}, {text(row['unit'])}: {tried_from(row)}; moves {text(row.get('moves'))}" for row in rows
    ]


def tried_from(row: Row) -> str:
    """From where to where an axis was tried."""
    return f"tried from {value(row.get('lowest'))} to {value(row.get('highest'))}"


def leader(row: Row) -> str:
    """Which of the two is ahead below the turning point: has more where more is better, or less where less is."""
    if text(row["better"]) not in ("higher", "lower") or missing(row["first"]) or not row["first"]:
        return ""
    ahead = (float(row["first"]) > 0) == (row["better"] == "higher")
    return str(row["plan"] if ahead else row["other"])


def turning_counts(comparison: Compared) -> list[str]:
    """How many rankings turn round, keep their order, or cannot be told, each in words."""
    table = table_of(comparison, "break_even")
    if table.empty:
        return []
    count = table["answer"].value_counts()
    return [f"{count[answer]} {said}" for answer, said in SAID.items() if answer in count]


def value(number: Any, without: str = "–") -> str:
    """A value of an axis; words where the stretch runs beyond what was tried."""
    return without if missing(number) else fitting(number) if abs(float(number)) >= 10 else f"{float(number):.2g}"
