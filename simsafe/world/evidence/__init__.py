"""The evidence that the numbers cite, shipped with them: published figures, studies, and what five source documents asked for.

A **card** is one cited row: what it says, its value and range, its source with address and locator, and whether it was seen there.
``cited`` finds the ids of cards in a source as it is written beside a number. What the tables are and whom to thank is in
LICENCE-DATA.md beside them. Nothing here is read during a run.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from simsafe.ground.parameter import ConfigError

KINDS = ("A", "B", "DI", "IN", "MO", "PR", "QU", "SF", "SG", "SH", "SK", "TG", "TH", "WB")  # how ids begin
DIGITS = {"A": (4,), "B": (3,), "SF": (3,)}  # and how many digits follow; two after all others
ID = re.compile(rf"\b({'|'.join(sorted(KINDS, key=len, reverse=True))})(\d{{2,4}})(?:-(?:[A-Z]{{1,2}})?(\d{{2,4}}))?\b")
STATUS = {  # the words of the tables: seen in its source, worked out, an assumption, or from memory
    "yes": "seen", "derived": "derived", "computed": "derived", "assumption": "assumed", "memory": "remembered",
}  # fmt: skip


@dataclass(frozen=True)
class Card:
    """One cited row. ``value``, ``low`` and ``high`` are as printed, empty where there is none; ``status`` is of ``STATUS``."""

    id: str
    meaning: str
    value: str
    unit: str
    low: str
    high: str
    source: str
    url: str
    locator: str
    status: str
    note: str

    @property
    def number(self) -> float | None:
        """The value as a number, if it is one."""
        try:
            return float(self.value)
        except ValueError:
            return None


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one shipped table, in its order; none when there is no such file."""
    path = files(__name__).joinpath(f"{name}.csv")
    if not path.is_file():
        return ()
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@cache
def cards() -> dict[str, Card]:
    """Every shipped card by id."""
    made = [*map(_of_a_parameter, table("parameters")), *map(_of_a_fact, table("facts")), *map(_of_a_feature, table("features"))]
    return {card.id: card for card in made}


def _of_a_parameter(row: dict[str, str]) -> Card:
    value, unit, low, high = (row[k] for k in ("default", "unit", "low", "high"))
    where = (row["source_title"], row["url"], row["locator"])
    return Card(row["id"], row["meaning"], value, unit, low, high, *where, STATUS[row["verified"]], row["note"])


def _of_a_fact(row: dict[str, str]) -> Card:
    meaning = f"{row['quantity']}, {row['geography']}, {row['period']}"
    where = (f"{row['source_title']} ({row['publisher']})", row["url"], row["locator"])
    return Card(row["id"], meaning, row["value"], row["unit"], "", "", *where, STATUS[row["verified"]], row["note"])


def _of_a_feature(row: dict[str, str]) -> Card:
    source = f"source documents {row['seeds']} ({row['kind']})"
    return Card(row["id"], row["mechanism"], "", "", "", "", source, "", row["where"], "seen", "")


def cited(text: str) -> tuple[str, ...]:
    """The ids in a source, each once, in its order; ``A0147-A0151`` stands for five."""
    found: dict[str, None] = {}
    for kind, first, last in ID.findall(text):
        if len(first) in DIGITS.get(kind, (2,)):
            found |= {f"{kind}{n:0{len(first)}d}": None for n in range(int(first), int(last or first) + 1)}
    return tuple(found)


def card(name: str) -> Card:
    """One card. ConfigError when it is not shipped."""
    if name not in cards():
        raise ConfigError(f"evidence = {name!r}; cited, but not among the {len(cards())} rows of evidence that are shipped")
    return cards()[name]
