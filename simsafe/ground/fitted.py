"""Numbers chosen by a program to meet published targets: kept in one table that the program writes, never by hand."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def table() -> dict[str, float]:
    """Name to value of every fitted number (``fitted.csv`` beside this file, written by ``experiments/first_fit``)."""
    text = files("simsafe.ground").joinpath("fitted.csv").read_text(encoding="utf-8")
    return {row["name"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}


def fitted(name: str) -> float:
    """The fitted value of that name."""
    return table()[name]
