"""All tables of a comparison as one spreadsheet, ``tables.xlsx``, in which no text can become a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError
from simsafe.report.facts import TABLES, Compared, Facts, Remembered, Rows, facts_of, missing, table_of
from simsafe.report.meanings import TABLE_MEANINGS, meaning_of
from simsafe.report.page import keep
from simsafe.results.folder import safe_cell

WEEKLY = ("visibility", "ledger")
LONGEST_CELL, MOST_ROWS, WIDEST = 32_000, 1_048_000, 48
HEAD = ("table", "column", "meaning")


def write_workbook(comparison: Compared, path: str | Path, meanings: Mapping[tuple[str, str], str] | None = None) -> Path:
    """Write every table of the comparison into one spreadsheet, the first sheet saying what each column means.

    ``meanings``: by table and column, over those known here. Raises :class:`ConfigError` in one line when it cannot be written.
    """
    from openpyxl import Workbook

    comparison, book = Remembered(comparison), cast(Any, Workbook(write_only=True))
    facts = facts_of(comparison)
    made = {name: table for name in TABLES if not (table := of_all(name, table_of(comparison, name))).empty}
    fill(book.create_sheet("meanings"), meaning_rows(made, facts, meanings or {}), (18, 22, 110))
    for name, table in made.items():
        if len(table) > MOST_ROWS:
            raise ConfigError(f"tables.xlsx: {name} has {len(table)} rows; a sheet holds {MOST_ROWS}; take it from .table({name!r})")
        fill(book.create_sheet(name), rows_of(table), [min(WIDEST, max(11, len(str(c)) + 3)) for c in [*table.columns, "simulated"]])
    out = BytesIO()
    book.save(out)
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


def fill(sheet: Any, rows: Iterator[list[Any]], widths: Any) -> None:
    """Write rows, the first of a table in bold; it stays in sight while one scrolls."""
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2" if sheet.title != "meanings" else None
    for number, row in enumerate(rows):
        bold = row == list(HEAD) or (number == 0 and sheet.title != "meanings")
        sheet.append([cell(sheet, value, bold) for value in row])


def cell(sheet: Any, value: Any, bold: bool = False) -> Any:
    """A value as a cell: numbers as numbers, days as days, and any text as text that no spreadsheet reads as a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if missing(value) or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        made: Any = "yes" if value else "no"
    elif isinstance(value, np.integer | np.floating):
        made = value.item()
    elif isinstance(value, datetime):
        made = value.date()
    elif isinstance(value, int | float | date):
        made = value
    else:
        made = safe_cell(str(value))[:LONGEST_CELL]
    if bold:
        made = WriteOnlyCell(sheet, value=made)
        made.font = Font(bold=True)
    return made
