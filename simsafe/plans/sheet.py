"""A plan as a spreadsheet: CSV or XLSX with the columns lever, dial, value, from and to, and source if wanted.

Read as plain cells and checked as a YAML plan is; every refusal names the row and the column. Nothing in a file is ever worked out.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from simsafe.ground.parameter import ConfigError, alike, check_number, nearest
from simsafe.plans.catalogue import SHELF
from simsafe.plans.change import read_date, show
from simsafe.plans.reading import LARGEST_BYTES, PLAIN_NUMBER
from simsafe.plans.shelf import changes_of

COLUMNS = ("lever", "dial", "value", "from", "to")
MAY_BE_THERE = ("source",)
ENDINGS = (".csv", ".xlsx")
STARTS_FROM = "starts_from"  # as a lever: its value is the name of the plan to start from
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2_000, 20, 1_000
LARGEST_UNPACKED, MOST_PARTS = 20_000_000, 200  # bytes of all parts of an XLSX file, and their number
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
FORMULA_STARTS = ("=", "+", "@", "＝", "＋", "＠")  # of text that a spreadsheet would run; - begins a number too
Row = tuple[int, dict[str, Any]]  # its number in the file, and its cells by column


def read_sheet(path: Path) -> dict[str, Any]:
    """The plan in a spreadsheet, as a YAML plan's settings.

    Raises
    ------
    ConfigError
        One line naming the row and the column, for a file that cannot be read or is too large, a formula, a macro or a merged cell,
        and for anything that a YAML plan could not say.
    """
    rows = list(rows_of(path))
    if not rows:
        raise ConfigError(f"{path.name} row 2: nothing there; expected a row a lever: {', '.join(COLUMNS)}")
    plan: dict[str, Any] = {"title": path.stem.replace("_", " ").capitalize()}
    levers: dict[str, list[dict[str, Any]]] = {}
    at: dict[tuple[str, int], int] = {}  # the row on which a lever's phase begins
    for number, cells in rows:
        here = f"{path.name} row {number}"
        if cells["lever"] == STARTS_FROM:
            if STARTS_FROM in plan:
                raise ConfigError(f"{here}, column lever: {STARTS_FROM} is given twice; expected once")
            plan[STARTS_FROM] = text_of(cells["value"], f"{here}, column value", "the name of a plan")
            continue
        phases = levers.setdefault(lever_of(cells, here), [])
        phase = dates_of(cells, here) | setting_of(cells, here)
        dial = text_or_none(cells["dial"])
        same = [p for p in phases if all(p.get(k) == phase.get(k) for k in ("from", "to", "source")) and dial not in p]
        if same and dial is not None:
            same[0].update(phase)
        else:
            phases.append(phase)
            at[cells["lever"], len(phases) - 1] = number
    plan["levers"] = levers
    try:
        changes_of(plan)
    except ConfigError as refusal:
        raise ConfigError(f"{path.name}: {in_rows(str(refusal), at)}") from None
    return plan


def in_rows(text: str, at: Mapping[tuple[str, int], int]) -> str:
    """A refusal in the words of a YAML plan, with the rows of the sheet instead of its paths."""
    return re.sub(r"plan\.levers\.(\w+)\[(\d+)\](?:\.(\w+))?", lambda m: _place(at[m[1], int(m[2])], m[1], m[3]), text)


def _place(row: int, lever: str, column: str | None) -> str:
    return f"row {row} ({lever}{f', column {column}' if column else ''})"


# One row


def lever_of(cells: Mapping[str, Any], here: str) -> str:
    """The lever's name."""
    name = cells["lever"]
    if not isinstance(name, str) or name not in SHELF:
        raise ConfigError(f"{here}, column lever: {show(name)}; no such lever{nearest(str(name)[:60], SHELF)}")
    return name


def dates_of(cells: Mapping[str, Any], here: str) -> dict[str, Any]:
    """From and to, and the source if there is one."""
    made: dict[str, Any] = {}
    for column in ("from", "to"):
        value = cells[column]
        if value is None:
            raise ConfigError(f"{here}, column {column}: empty; expected a date such as 2020-03-23")
        value = value.date() if isinstance(value, datetime) else value
        made[column] = _in_place(f"{here}, column {column}", column, lambda column=column, value=value: read_date(column, value))
    if made["from"] > made["to"]:
        raise ConfigError(f"{here}, column from: {made['from']}; expected a date no later than to = {made['to']}")
    made = {column: when.isoformat() for column, when in made.items()}  # as YAML has them
    if cells.get("source") is not None:
        made["source"] = str(cells["source"])
    return made


def setting_of(cells: Mapping[str, Any], here: str) -> dict[str, float]:
    """The dial and its value; a row that names neither pulls the lever as it is by itself."""
    dials, dial = {f.name: f.metadata for f in fields(SHELF[cells["lever"]])}, cells["dial"]
    if dial is None and cells["value"] is None:
        return {}
    if dial is None and len(dials) == 1:
        dial = next(iter(dials))
    if not isinstance(dial, str) or dial not in dials:
        raise ConfigError(f"{here}, column dial: {show(dial)}; {cells['lever']} does not turn it; expected {' or '.join(dials)}")
    about, value, at = dials[dial], cells["value"], f"{here}, column value"
    if isinstance(value, str) and PLAIN_NUMBER.fullmatch(value):
        value = float(value)
    if value in about["words"]:
        return {dial: float(about["words"].index(value))}
    if value is None:
        raise ConfigError(f"{at}: empty; expected a number in {about['unit']}")
    return {dial: _in_place(at, dial, lambda: check_number(dial, value, float, about["low"], about["high"], about["unit"]))}


def _in_place(at: str, key: str, read: Any) -> Any:
    """What is read, or a refusal that begins with the row and the column."""
    try:
        return read()
    except ConfigError as refusal:
        raise ConfigError(f"{at}: {str(refusal).removeprefix(f'{key} = ')}") from None


def text_of(value: Any, at: str, what: str) -> str:
    """A cell that must be text."""
    if not isinstance(value, str):
        raise ConfigError(f"{at}: {show(value)}; expected {what}")
    return value


def text_or_none(value: Any) -> str | None:
    """A cell's text."""
    return value if isinstance(value, str) else None


# Files


def rows_of(path: Path) -> Iterator[Row]:
    """Every row below the header that says something."""
    size = path.stat().st_size if path.is_file() else 0
    if size > LARGEST_BYTES:
        raise ConfigError(f"{path.name}: {size} bytes; expected at most {LARGEST_BYTES}")
    try:
        lines = csv_lines(path) if path.suffix.lower() == ".csv" else xlsx_lines(path)
    except OSError as problem:
        raise ConfigError(f"{path.name}: cannot be read ({problem.strerror or 'no such file'})") from None
    columns = header(lines[0] if lines else [], path.name)
    if len(lines) > MOST_ROWS:
        raise ConfigError(f"{path.name}: {len(lines)} rows; expected at most {MOST_ROWS}")
    for number, line in enumerate(lines[1:], 2):
        if any(cell is not None for cell in line):
            yield number, cells_of(line, columns, f"{path.name} row {number}")


def header(line: Sequence[Any], name: str) -> list[str]:
    """The columns' names, in the order of the file."""
    found = [str(cell).strip().lower() if cell is not None else "" for cell in line]
    while found and not found[-1]:
        found.pop()
    for column in found:
        if column not in (*COLUMNS, *MAY_BE_THERE):
            allowed = f"expected {', '.join(COLUMNS)}, and source if wanted"
            raise ConfigError(f"{name} row 1, column {show(column)[1:-1]}: no such column{alike(column[:60], COLUMNS)}; {allowed}")
        if found.count(column) > 1:
            raise ConfigError(f"{name} row 1, column {column}: given twice; expected once")
    for column in COLUMNS:
        if column not in found:
            raise ConfigError(f"{name} row 1: no column {column}; expected {', '.join(COLUMNS)}, and source if wanted")
    return found


def cells_of(line: Sequence[Any], columns: Sequence[str], here: str) -> dict[str, Any]:
    """The cells of a row by column: text, numbers and dates, nothing else."""
    if any(cell is not None for cell in line[len(columns) :]):
        raise ConfigError(f"{here}: {len(line)} cells; expected {len(columns)}, one a column of the first row")
    cells: dict[str, Any] = dict.fromkeys((*COLUMNS, *MAY_BE_THERE))
    for column, cell in zip(columns, line, strict=False):
        at = f"{here}, column {column}"
        if isinstance(cell, str):
            cell = cell.strip() or None
        if isinstance(cell, str) and (cell.startswith(FORMULA_STARTS) or (cell[0] in "-－" and not PLAIN_NUMBER.fullmatch(cell))):
            raise ConfigError(f"{at}: {show(cell)}; formulas are not allowed; expected the value itself")
        if isinstance(cell, str) and (len(cell) > LONGEST_CELL or not cell.isprintable()):
            raise ConfigError(f"{at}: {show(cell)}; expected at most {LONGEST_CELL} printable characters")
        if isinstance(cell, bool) or not isinstance(cell, str | int | float | date | None):
            raise ConfigError(f"{at}: {show(cell)}; expected text, a number or a date")
        cells[column] = cell
    return cells


def csv_lines(path: Path) -> list[list[Any]]:
    """The lines of a CSV file in UTF-8; empty cells are None."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        check_commas(text.partition("\n")[0], path.name)
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError:
        raise ConfigError(f"{path.name}: expected text in UTF-8") from None
    except csv.Error as problem:
        raise ConfigError(f"{path.name}: {problem}; expected a CSV file") from None
    return [[cell if cell.strip() else None for cell in line] for line in lines]


def check_commas(first: str, name: str) -> None:
    """Refuse a file whose first line is separated by something else, as spreadsheet programs of some countries write it."""
    for sign, called in OTHER_SEPARATORS.items():
        if sign in first and "," not in first:
            raise ConfigError(f"{name}: this file is separated by {called}; expected commas: save it as CSV with commas, or as XLSX")


def xlsx_lines(path: Path) -> list[list[Any]]:
    """The lines of the one sheet of an XLSX file, as they stand there."""
    check_parts(path)
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():  # of styles it does not know
            warnings.simplefilter("ignore")
            book = load_workbook(path, data_only=False, keep_links=False)
    except (BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError):
        refuse_xlsx(path)
    if len(book.worksheets) != 1:
        raise ConfigError(f"{path.name}: {len(book.worksheets)} sheets; expected one")
    sheet = book.worksheets[0]
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        raise ConfigError(
            f"{path.name}: {sheet.max_row} rows and {sheet.max_column} columns; expected at most {MOST_ROWS} and {MOST_COLUMNS}"
        )
    for merged in sheet.merged_cells.ranges:
        raise ConfigError(f"{path.name} row {merged.min_row}, column {letter(merged.min_col)}: cells are merged; expected one value a cell")
    for line in sheet.iter_rows():
        for cell in line:
            if cell.data_type in ("f", "e"):
                what = "formulas are not allowed" if cell.data_type == "f" else "an error"
                column = cell.coordinate.rstrip("0123456789")
                raise ConfigError(f"{path.name} row {cell.row}, column {column}: {what}; expected the value itself")
    return [[cell.value for cell in line] for line in sheet.iter_rows()]


def letter(column: int) -> str:
    """The letter of one of the first columns."""
    return chr(ord("A") + column - 1) if column <= 26 else str(column)


def check_parts(path: Path) -> None:
    """Refuse what is no XLSX, unpacks to too much, or holds macros, links or embedded things."""
    try:
        with ZipFile(path) as parts:
            infos = parts.infolist()
            unpacked = sum(info.file_size for info in infos)
            texts = [parts.read(info) for info in infos] if unpacked <= LARGEST_UNPACKED and len(infos) <= MOST_PARTS else []
    except (BadZipFile, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error):  # broken, or behind a password
        refuse_xlsx(path)
    if any(b"<!DOCTYPE" in text.upper() or b"\0" in text for text in texts):  # entities that unfold, or hide in another encoding
        refuse_xlsx(path)
    if unpacked > LARGEST_UNPACKED or len(infos) > MOST_PARTS:
        allowed = f"expected at most {LARGEST_UNPACKED} in {MOST_PARTS}"
        raise ConfigError(f"{path.name}: {unpacked} bytes in {len(infos)} parts when unpacked; {allowed}")
    for info in infos:
        if re.search(r"vba|macro|externalLink|embeddings|activeX|connections", info.filename, re.IGNORECASE):
            raise ConfigError(f"{path.name}: {show(info.filename)} in it; macros, links and embedded things are not allowed")


def refuse_xlsx(path: Path) -> NoReturn:
    """One line for a file that is not what its name says."""
    raise ConfigError(f"{path.name}: cannot be read as XLSX; expected a plain sheet with the columns {', '.join(COLUMNS)}")
