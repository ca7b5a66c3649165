"""All tables of a comparison as one spreadsheet, ``tables.xlsx``, in which no text can become a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from simsafe.ground.parameter import ConfigError
from simsafe.report.facts import TABLES, Compared, Facts, Remembered, Rows, facts_of, missing, table_of
from simsafe.report.meanings import TABLE_MEANINGS, meaning_of
from simsafe.report.page import keep
from simsafe.results.folder import safe_cell

WEEKLY = ("visibility", "ledger")
LONGEST_CELL, MOST_ROWS, WIDEST = 32_000, 1_048_000, 48
HEAD = ("table", "column", "meaning")
OPTIONS = {  # row by row, so that memory stays small; days in the British order; no text becomes a formula, a link or a number
    "constant_memory": True, "default_date_format": "dd/mm/yyyy", "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip


def write_workbook(comparison: Compared, path: str | Path, meanings: Mapping[tuple[str, str], str] | None = None) -> Path:
    """Write every table of the comparison into one spreadsheet, the first sheet saying what each column means.

    ``meanings``: by table and column, over those known here. Raises :class:`ConfigError` in one line when it cannot be written.
    """
    comparison = Remembered(comparison)
    facts = facts_of(comparison)
    made = {name: table for name in TABLES if not (table := of_all(name, table_of(comparison, name))).empty}
    for name, table in made.items():
        if len(table) > MOST_ROWS:
            raise ConfigError(f"tables.xlsx: {name} has {len(table)} rows; a sheet holds {MOST_ROWS}; take it from .table({name!r})")
    out = BytesIO()
    with Workbook(out, OPTIONS) as book:
        bold = book.add_format({"bold": True})
        fill(book.add_worksheet("meanings"), meaning_rows(made, facts, meanings or {}), (18, 22, 110), bold)
        for name, table in made.items():
            widths = [min(WIDEST, max(11, len(str(c)) + 3)) for c in [*table.columns, "simulated"]]
            fill(book.add_worksheet(name), rows_of(table), widths, bold)
    return keep(path, out.getvalue(), "tables")


def of_all(name: str, table: Rows) -> Rows:
    """The rows of all children of a table that would be too long for a sheet with those of every group."""
    return table[table["group"] == "all"] if name in WEEKLY and "group" in table else table


def meaning_rows(made: Mapping[str, Rows], facts: Facts, more: Mapping[tuple[str, str], str]) -> Iterator[list[Any]]:
    """The first sheet: what this is, then every table and column."""
    yield ["Simulated. Not about any real child, family, worker or council. See RESPONSIBLE_USE.md, which comes with simsafe."]
    yield [
        f"simsafe {facts.version}; {facts.area}; crisis {facts.crisis}; {facts.finished} of {facts.asked} runs; reference {facts.reference}"
    ]
    yield ["made with", facts.command]
    yield ["digest", facts.digest]
    yield []
    yield list(HEAD)
    for name, table in made.items():
        yield [name, "", TABLE_MEANINGS.get(name, "")]
        for column in table.columns:
            yield [name, str(column), more.get((name, str(column))) or meaning_of(name, str(column))]
        yield [name, "simulated", "yes: not about any real child"]


def rows_of(table: Rows) -> Iterator[list[Any]]:
    """A table's columns, then its rows; a last column says that it is simulated."""
    yield [*map(str, table.columns), "simulated"]
    for row in table.itertuples(index=False):
        yield [*row, "yes"]


def fill(sheet: Worksheet, rows: Iterator[list[Any]], widths: Iterable[int], bold: Format) -> None:
    """Write rows, the first of a table in bold; it stays in sight while one scrolls."""
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    if sheet.name != "meanings":
        sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        head = row == list(HEAD) or (number == 0 and sheet.name != "meanings")
        for column, value in enumerate(row):
            write(sheet, number, column, value, bold if head else None)


def write(sheet: Worksheet, row: int, column: int, value: Any, style: Format | None) -> None:
    """A value into its cell: numbers as numbers, days as days, and any text as text that no spreadsheet reads as a formula."""
    if missing(value) or value is pd.NaT or value == "":
        return
    if isinstance(value, bool | np.bool_):
        sheet.write_string(row, column, "yes" if value else "no", style)
    elif isinstance(value, int | float | np.integer | np.floating):
        sheet.write_number(row, column, float(value), style)
    elif isinstance(value, date):  # and a datetime, of which only the day is kept
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)
    else:
        sheet.write_string(row, column, safe_cell(str(value))[:LONGEST_CELL], style)
