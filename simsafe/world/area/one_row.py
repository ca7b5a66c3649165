"""Reading a planner's own file of totals for one area, and refusing anything else in one line.

Only totals for an area may come in. A table with one row a person, or with a column that looks like a person's details, is
refused; the message names the column and never a value, because the value could be a child's.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from io import StringIO
from pathlib import Path

from simsafe.ground.parameter import ConfigError, nearest

LARGEST_FILE = 1_000_000  # bytes
COLUMN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ ()/%.-]{0,59}")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
FORMULA_STARTS = "=+-@\t\r＝＋－＠"  # how a spreadsheet formula may begin; the last four are the full-width forms
PERSONAL_WORDS = re.compile(
    "forenames?|surnames?|firstname|lastname|dob|nhs|upn|uprn|nino|postcodes?|address(es)?|email|phone|telephone|mobile|birthday|birthdate|"
    "sex|gender|ethnicity|religion|passport|initials|pupil|child|person|patient|mother|father|parent|carer|guardian|sibling|worker|"
    "diagnosis|notes?|comments?"
)
PERSONAL_PARTS = (
    *("dateofbirth", "birthdate", "birthday", "dayofbirth", "firstname", "lastname", "middlename", "fullname", "givenname", "familyname"),
    *("knownas", "forename", "surname", "childname", "childsname", "nameofchild", "pupilname", "personname", "nhsno", "nhsnum", "upnno"),
    *("postcode", "postalcode", "address", "uniquepupil", "nationalinsurance", "caseid", "casenumber", "referralid", "mothersname"),
)
AREA_ONLY = "an area file holds totals for one area, never anyone's details"


def looks_personal(column: str) -> bool:
    """Whether a column heading looks like something about one person."""
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower())
    joined = "".join(words)
    return any(map(PERSONAL_WORDS.fullmatch, words)) or any(part in joined for part in PERSONAL_PARTS)


def show(value: object, longest: int = 40) -> str:
    """A value cut short and on one line, as it may be printed in a message."""
    if not isinstance(value, str):
        return repr(value)[:longest]
    return repr(value if len(value) <= longest else value[:longest] + "…")


def file_text(path: Path, name: str) -> str:
    """The text of the file; refused when it is no file, over 1 MB, empty, or not UTF-8."""
    try:
        if path.is_dir():
            raise ConfigError(f"{name}: a folder; expected the path of a CSV file with one row for one area")
        if not path.is_file():
            raise ConfigError(f"{name}: no such file; expected the path of a CSV file with one row for one area")
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError(f"{name}: {path.stat().st_size} bytes; expected at most {LARGEST_FILE}, one row for one area")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{name}: not UTF-8 text; save it as CSV UTF-8") from None
    except (OSError, ValueError) as trouble:
        if isinstance(trouble, ConfigError):
            raise
        raise ConfigError(f"{name}: cannot be read ({type(trouble).__name__}); expected a CSV file with one row for one area") from None
    if not text.strip():
        raise ConfigError(f"{name}: the file is empty; expected a line of column names and one row for one area")
    return text


def check_columns(columns: list[str], known: Collection[str], required: Collection[str], name: str) -> None:
    """Refuse headings that are personal, missing, repeated or unknown, in that order; a heading that may be a value is not printed."""
    for number, column in enumerate(columns, 1):
        if column not in known and looks_personal(column):
            shown = show(column) if COLUMN_NAME.fullmatch(column) else f"number {number}"
            raise ConfigError(f"{name}: column {shown} looks like a person's details; {AREA_ONLY}")
    missing = [column for column in required if column not in columns]
    if missing:
        raise ConfigError(
            f"{name}: no column {' or '.join(map(repr, missing))}; expected a first line of column names such as name and children"
        )
    for number, column in enumerate(columns, 1):
        shown = show(column) if COLUMN_NAME.fullmatch(column) else f"number {number}"
        if column not in known:
            raise ConfigError(f"{name}: column {shown}: no such column{nearest(column[:60], known)}")
        if columns.count(column) > 1:
            raise ConfigError(f"{name}: column {shown} appears {columns.count(column)} times; expected once")


def read_one_row(path: str | Path, known: Collection[str], required: Collection[str]) -> dict[str, str]:
    """The cells of a CSV file with one line of column names and one row, without the empty ones.

    Parameters
    ----------
    path : str or Path
        The file: CSV, UTF-8, at most 1 MB.
    known, required : names of columns
        Those that may and those that must be there.

    Raises
    ------
    ConfigError
        One line naming the file, the column where there is one, and what is allowed; never the value of a personal column.
    """
    if not isinstance(path, str | Path) or not str(path).strip():
        raise ConfigError(f"area_file = {show(path)}; expected the path of a CSV file")
    name = f"area_file {show(Path(path).name, 80)}"
    text = file_text(Path(path), name)
    try:
        rows = [row for row in csv.reader(StringIO(text), strict=True) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise ConfigError(f"{name}: not a CSV file; expected a line of column names and one row for one area") from None
    columns = [column.strip() for column in rows[0]] if rows else []
    check_columns(columns, known, required, name)
    if len(rows) != 2:
        raise ConfigError(f"{name}: {len(rows) - 1} rows below the column names; expected one, since {AREA_ONLY}")
    if len(rows[1]) > len(columns):
        raise ConfigError(f"{name}: the row has {len(rows[1])} cells for {len(columns)} columns; expected one cell a column")
    cells = {column: cell.strip() for column, cell in zip(columns, rows[1], strict=False) if cell.strip()}
    for column, cell in cells.items():
        if cell[0] in FORMULA_STARTS and not NUMBER.fullmatch(cell):
            raise ConfigError(f"{name}: {column} = {show(cell)}; expected no text starting with {cell[0]!r}, which a spreadsheet would run")
    return cells


def number_in(key: str, cell: str) -> float | int:
    """A cell as a number: digits with a point, no commas, signs of per cent, or words. ConfigError names the key and the cell."""
    if not NUMBER.fullmatch(cell):
        raise ConfigError(f"{key} = {show(cell)}; expected a plain number such as 12345 or 0.25, or an empty cell when not known")
    return float(cell)
