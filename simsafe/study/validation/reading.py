"""Outcomes as published, from a folder of tidy CSV files; anything doubtful is refused in one line naming file, row and column."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from simsafe.ground.parameter import ConfigError, nearest
from simsafe.plans.change import show
from simsafe.study.validation.terms import GEOGRAPHIES, RATIO, SERIES

COLUMNS = ["date_start", "date_end", "geography", "series", "category", "value", "unit"]
KEY = ["date_start", "date_end", "geography", "series", "category", "unit"]
LARGEST = 20_000_000  # bytes
EARLIEST, LATEST = date(2010, 1, 1), date(2022, 12, 31)
PER_10_000 = "per 10,000 children"
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def read_outcomes(folder: Path) -> pd.DataFrame:
    """Every row of every CSV file in a folder, in the order of file names and rows; dates as text, ``value`` as float.

    Raises
    ------
    ConfigError
        One line: no such folder, no file, or the first cell that is not what the plan says, with file, row and column. Row 1 is the
        line of column names.
    """
    if not folder.is_dir():
        raise ConfigError(f"--data = {show(str(folder))}; no such folder; expected a folder with CSV files, columns {','.join(COLUMNS)}")
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise ConfigError(f"--data = {show(str(folder))}; no CSV file in it; expected columns {','.join(COLUMNS)}")
    rows, where = [], {}
    for path in files:
        for number, cells in rows_of(path):
            row = checked(cells, f"{show(path.name)[1:-1]} row {number}")
            key = tuple(row[name] for name in KEY)
            if key in where:
                same = f"the same days, place, series and unit as {where[key]}"
                raise ConfigError(f"{path.name} row {number}, column value: {row['value']}; {same}; expected each once")
            where[key] = f"{path.name} row {number}"
            rows.append(row)
    if not rows:
        raise ConfigError(f"--data = {show(str(folder))}; no row below the column names; expected at least one outcome")
    return pd.DataFrame(rows, columns=COLUMNS)


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of one file, each with its number in it."""
    name = show(path.name)[1:-1]
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{name}: {path.stat().st_size} bytes; expected at most {LARGEST}")
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
        cells = list(csv.reader(lines, strict=True))
    except UnicodeDecodeError:
        raise ConfigError(f"{name}: not UTF-8 text; save it as CSV UTF-8") from None
    except (OSError, csv.Error) as problem:
        raise ConfigError(f"{name}: cannot be read ({type(problem).__name__}); expected a CSV file") from None
    if not cells or cells[0] != COLUMNS:
        for i, wanted in enumerate(COLUMNS):
            found = cells[0][i] if cells and i < len(cells[0]) else ""
            if found != wanted:
                raise ConfigError(f"{name} row 1, column {i + 1}: {show(found)}; expected {wanted}; the columns are {','.join(COLUMNS)}")
        raise ConfigError(f"{name} row 1: {len(cells[0])} columns; expected {','.join(COLUMNS)}")
    for number, row in enumerate(cells[1:], 2):
        if len(row) != len(COLUMNS):
            raise ConfigError(f"{name} row {number}: {len(row)} cells; expected {len(COLUMNS)}: {','.join(COLUMNS)}")
        yield number, dict(zip(COLUMNS, row, strict=True))


def checked(cells: dict[str, str], where: str) -> dict[str, str | float]:
    """A row with its value as a number. ConfigError for the first cell that is not as it should be."""
    first, last = (day_in(cells[name], f"{where}, column {name}") for name in ("date_start", "date_end"))
    if last < first:
        raise ConfigError(f"{where}, column date_end: {last}; expected a day not before date_start = {first}")
    choice(cells["geography"], GEOGRAPHIES, f"{where}, column geography", "geography of the plan")
    choice(cells["series"], SERIES, f"{where}, column series", "series of the plan")
    about = SERIES[cells["series"]]
    choice(cells["category"], about.categories, f"{where}, column category", f"category of {cells['series']}")
    allowed = [about.unit, RATIO, *([PER_10_000] if about.unit not in ("share", "cases per worker") else [])]
    choice(cells["unit"], allowed, f"{where}, column unit", f"unit of {cells['series']}")
    text = cells["value"]
    value = float(text) if NUMBER.fullmatch(text) and len(text) < 20 else math.nan
    if not math.isfinite(value):
        raise ConfigError(
            f"{where}, column value: {show(text)}; expected a plain number of 0 or more, such as 1234 or 0.78; leave unknown rows out"
        )
    if cells["unit"] == "share" and value > 1:
        raise ConfigError(f"{where}, column value: {show(text)}; expected a share from 0 to 1, such as 0.78 for 78 %")
    return {**cells, "value": value}


def day_in(text: str, where: str) -> date:
    """A date as the plan wants it."""
    try:
        made = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        made = None
    if made is None or not EARLIEST <= made <= LATEST:
        raise ConfigError(f"{where}: {show(text)}; expected a date such as 2020-09-07, from {EARLIEST} to {LATEST}")
    return made


def choice(text: str, known: object, where: str, what: str) -> None:
    """One of the words of the plan."""
    names = list(known)  # type: ignore[call-overload]
    if text not in names:
        raise ConfigError(f"{where}: {show(text)}; no such {what}{nearest(text[:60], names)}")
