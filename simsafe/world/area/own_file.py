"""An area from a planner's own file: one row of totals, in simsafe's words or in the columns of the published table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from pandas.api.types import is_numeric_dtype

from simsafe.ground.parameter import ConfigError, check_number
from simsafe.world.area.load import completed, published_rows, slugged
from simsafe.world.area.one_row import number_in, read_one_row, show
from simsafe.world.area.profile import LARGEST, MEASURES, NOT_READ, SMALLEST, Area, check_value

CHILDREN = ("children", "children_mid2019")  # the field and the published column: either will do
TEXTS = {"slug": r"[a-z0-9-]{1,64}", "name": r"[^<>]{1,80}", "region": r"[^<>]{1,80}", "area_type": r"[^<>]{1,80}"}
ROUNDING = 0.02  # how far parts may be from adding up, as a share of the whole


def load_area_file(path: str | Path) -> Area:
    """The area in a CSV file of one line of column names and one row.

    Columns are fields of :class:`Area` in their units (the parts of ``children_by_band``, ``deprivation`` and ``cin_durations``
    in one cell with ``;`` between), or columns of the published ``areas.csv`` in theirs. ``name`` and ``children`` are needed. A
    missing field falls back to England's and is named in ``assumed``; figures that are given are used as they are, not shrunk.
    Published columns that :class:`Area` does not use are accepted and ignored.

    Raises
    ------
    ConfigError
        One line naming the file and the column, with the value and what is allowed, but never the value of a personal column.
    """
    known = {f.name for f in fields(Area)} - {"assumed"} | set(published_rows().columns)
    cells = read_one_row(path, known, required=("name",))
    label = f"area_file {show(Path(path).name, 80)}"
    texts = text_fields(cells, label)
    size_cells = [column for column in CHILDREN if column in cells]
    if not size_cells:
        raise ConfigError(f"{label}: no value for 'children'; expected the number of children aged 0-17, {SMALLEST} to {LARGEST}")
    for column in size_cells:
        number = number_in(f"{label}: {column}", cells[column])
        check_number(f"{label}: {column}", number, int, SMALLEST, LARGEST, "children aged 0-17 of the area")
    given = {f.name: value for f in MEASURES if (value := field_value(cells, f, label)) is not None}
    check_ignored(cells, label)
    check_sums(given, label)
    values = completed(given)
    absent = [name for name in ("region", "area_type") if name not in texts]
    texts = {"region": "England", "area_type": "not given", "slug": slugged(texts["name"])[:64].strip("-") or "own-area"} | texts
    values["assumed"] = (*absent, *values["assumed"])
    try:
        return Area(**texts, **values)
    except ConfigError as refusal:
        raise ConfigError(f"{label}: {refusal}") from None


def unused_columns(path: str | Path) -> list[str]:
    """Columns of a planner's file that are checked and that no part of the model reads."""
    known = {f.name for f in fields(Area)} | set(published_rows().columns)
    used = {column for f in MEASURES if f.name not in NOT_READ for column in (f.name, *f.metadata["columns"])}
    return [column for column in read_one_row(path, known, required=("name",)) if column not in used and column not in TEXTS]


def text_fields(cells: Mapping[str, str], label: str) -> dict[str, str]:
    """The texts of the row, each short and printable."""
    made = {column: cells[column] for column in TEXTS if column in cells}
    if "name" not in made:
        raise ConfigError(f"{label}: no value for 'name'; expected the name of the area")
    for column, text in made.items():
        if not re.fullmatch(TEXTS[column], text) or not text.isprintable():
            allowed = "1 to 64 of a-z, 0-9 and -" if column == "slug" else "1 to 80 printable characters without < and >"
            raise ConfigError(f"{label}: {column} = {show(text)}; expected {allowed}")
    return made


def field_value(cells: Mapping[str, str], f: Field, label: str) -> Any:
    """A field from its own column or its published ones, checked; None when it is in neither."""
    columns, per = f.metadata["columns"], f.metadata["per"]
    there = [column for column in columns if column in cells]
    if f.name in cells:
        if there:
            raise ConfigError(f"{label}: columns {f.name!r} and {there[0]!r} both give {f.name}; expected one of them")
        key = f"{label}: {f.name}"
        parts = tuple(number_in(key, part.strip()) for part in cells[f.name].split(";"))
        return check_value(key, f, parts[0] if len(parts) == 1 else parts)
    if not there:
        return None
    if len(there) < len(columns):
        absent = next(column for column in columns if column not in cells)
        raise ConfigError(f"{label}: column {there[0]!r} without {absent!r}; expected all of {', '.join(columns)}, or none")
    low, high = f.metadata["low"] * per, f.metadata["high"] * per
    unit = f.metadata["unit"].replace("share of", "per cent of") if per == 100 else f.metadata["unit"]
    parts = []
    for column in columns:
        key = f"{label}: {column}"
        wanted = int if "int" in str(f.type) else float
        parts.append(check_number(key, number_in(key, cells[column]), wanted, low, high, unit) / per)
    return parts[0] if len(parts) == 1 else tuple(parts)


def check_ignored(cells: Mapping[str, str], label: str) -> None:
    """Published numbers that an area does not use must be numbers all the same."""
    rows = published_rows()
    used = {column for f in MEASURES for column in f.metadata["columns"]}
    for column, text in cells.items():
        if column in rows and column not in used and is_numeric_dtype(rows[column]):
            key = f"{label}: {column}"
            check_number(key, number_in(key, text), float, 0, 1e9, "as in the published table")


def check_sums(given: Mapping[str, Any], label: str) -> None:
    """Parts that are given must add up, but for rounding."""
    for name, whole in (("children_by_band", given["children"]), ("deprivation", 1), ("cin_durations", 1)):
        if name in given and abs(sum(given[name]) / whole - 1) > ROUNDING:
            raise ConfigError(f"{label}: the parts of {name} add to {sum(given[name]):g}; expected {whole:g}")
