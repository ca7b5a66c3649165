"""The register of evidence as a page or a table that needs nothing else."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import simsafe
from simsafe.ground.parameter import ConfigError, plain
from simsafe.report.page import keep, rendered
from simsafe.results.folder import safe_cell
from simsafe.study.register import COLUMNS, GRADES, KINDS, ROOMS, Number, counts, register, weakest

ENDINGS = (".csv", ".html")


def write_register(rows: Sequence[Number], path: str | Path, asked: str = "") -> Path:
    """Write the rows as ``.csv`` or ``.html``, whole or not at all. ConfigError in one line for any other ending or when it cannot be."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise ConfigError(f"--export {str(path)[:200]!r}; expected a file that ends in {' or '.join(ENDINGS)}, such as register.html")
    text = register_csv(rows) if ending == ".csv" else register_page(rows, asked)
    return keep(path, text.encode("utf-8", "replace"), "--export")


def register_csv(rows: Sequence[Number]) -> str:
    """A line a number; text that a spreadsheet would take for a formula has an apostrophe in front. The last column says simulated."""
    out = StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([*COLUMNS, "simulated"])
    for row in rows:
        lines.writerow([*(cell(getattr(row, column)) for column in COLUMNS), "yes"])
    return out.getvalue()


def cell(value: object) -> str:
    """A number as a person writes it, nothing for nothing, and text made safe; text that is a number, such as -1.5, stays one."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return plain(value)
    try:
        return plain(float(str(value)))
    except ValueError:
        return safe_cell(str(value))


def register_page(rows: Sequence[Number], asked: str = "") -> str:
    """The rows as one page: shares by grade and kind, the weakest assumptions by effect, and a table a room. ``asked``: which these are."""
    shares = [("Numbers by grade", counts(rows, "grade", GRADES)), ("Numbers by kind", counts(rows, "kind", KINDS))]
    rooms = [(room, own) for room in ROOMS if (own := [row for row in rows if row.room == room])]
    about = {"total": len(register()), "version": simsafe.__version__, "asked": asked}
    return rendered("register.html", rows=rows, rooms=rooms, shares=shares, weakest=weakest(rows), **about)
