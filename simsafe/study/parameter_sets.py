"""Parameter sets: the shipped numbers, or a folder of files each of which changes some."""

from __future__ import annotations

import csv
import json
import math
from hashlib import sha256
from pathlib import Path

from simsafe.ground.parameter import ConfigError, nearest, register
from simsafe.plans.change import show
from simsafe.scenario import Parameters, with_values
from simsafe.study.fit import KNOBS
from simsafe.study.from_config import parameter_tree

LARGEST = 1_000_000  # bytes
COLUMNS = ["name", "value"]
SHIPPED, INSIDE = "shipped", "sets"  # the set of no file; the folder in which a calibration keeps its own


def sets_from(folder: Path | None) -> dict[str, Parameters]:
    """Each set by the name of its file, in the order of the alphabet; without a folder the shipped numbers alone.

    A file is CSV with the columns name and value; a name is a parameter's path (``truth.harm.prevalence``) or a fitted number of
    ``fitted.csv``. Raises ConfigError naming file, row and column.
    """
    if folder is None:
        return {SHIPPED: Parameters()}
    wanted = "expected a folder of CSV files with the columns name and value"
    if not folder.is_dir():
        raise ConfigError(f"sets = {show(str(folder))}; {'a file' if folder.is_file() else 'no such folder'}; {wanted}")
    inside = f"; did you mean {show(str(folder / INSIDE))}?" if (folder / INSIDE).is_dir() else ""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise ConfigError(f"sets = {show(str(folder))}; no CSV file in it; {wanted}{inside}")
    try:
        return {path.stem: one_set(path) for path in files}
    except ConfigError as refusal:
        raise ConfigError(f"sets = {show(str(folder))}; {refusal}{inside}") from None


def one_set(path: Path) -> Parameters:
    """The parameters with one file's numbers."""
    known = {row["name"] for row in register(Parameters())}
    paths = {knob.name: knob.path for knob in KNOBS} | {name: name for name in known}
    values: dict[str, float] = {}
    for number, row in rows_of(path):
        where = f"{path.name} row {number}"
        if row["name"] not in paths:
            raise ConfigError(f"{where}, column name: {show(row['name'])}; no such parameter{nearest(row['name'][:80], paths)}")
        try:
            value = float(row["value"])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ConfigError(f"{where}, column value: {show(row['value'])}; expected a number")
        name = paths[row["name"]]
        if name in values:
            raise ConfigError(f"{where}, column name: {show(row['name'])}; given twice; expected once")
        values[name] = value
    try:
        return with_values(Parameters(), values)
    except ConfigError as refusal:
        raise ConfigError(f"{path.name}: {refusal}") from None


def rows_of(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a file of names and values, each with its number in the file."""
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST:
            raise ConfigError(f"{path.name}: {len(raw)} bytes; expected at most {LARGEST}")
        lines = list(csv.reader(raw.decode("utf-8-sig").splitlines(), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ConfigError(f"{path.name}: cannot be read ({type(problem).__name__}); expected CSV in UTF-8, columns name, value") from None
    if not lines or lines[0] != COLUMNS:
        raise ConfigError(f"{path.name} row 1: {show(','.join(lines[0]) if lines else '')}; expected the columns name,value")
    for number, cells in enumerate(lines[1:], 2):
        if len(cells) != len(COLUMNS):
            raise ConfigError(f"{path.name} row {number}: {len(cells)} cells; expected 2, name and value")
    return [(number, dict(zip(COLUMNS, cells, strict=True))) for number, cells in enumerate(lines[1:], 2)]


def digest_of(parameters: Parameters) -> str:
    """SHA-256 of every number of the model."""
    return sha256(json.dumps(parameter_tree(parameters), sort_keys=True, default=str).encode()).hexdigest()
