"""What the pages of areas, crises, plans and numbers share: reading their words, and printing tables."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from simsafe.app import DONE
from simsafe.ground.parameter import ConfigError, plain
from simsafe.plans.change import Change, How, show

Row = Mapping[str, Any]
WIDEST_CELL = 46  # characters of a table's cell, more only for a single word; beyond it goes on in the next line
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # how a spreadsheet formula may begin


# Words


def split(words: Sequence[str], command: str, known: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Plain words, and flags with what follows them."""
    texts, flags = [], {}
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            texts.append(word)
        elif name in ("--config-dir", "--crisis") and name in known:
            flags[name] = value if equals else next(waiting, "")
            if not flags[name] or flags[name].startswith("--"):
                raise ConfigError(f"{command} {name}: expected {'a folder' if name == '--config-dir' else 'a name'} after it")
        elif word == "--csv" and name in known:
            flags[name] = "yes"
        else:
            raise ConfigError(f"{command}: {show(word)}; no such option; expected {', '.join(known)} or --help")
    return texts, flags


# Tables


def written(value: Any) -> str:
    """A value as a person writes it."""
    return plain(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def print_rows(rows: Sequence[Row], flags: Mapping[str, str]) -> int:
    """A table: aligned for reading, or CSV for a spreadsheet."""
    columns = list(rows[0])
    if "--csv" in flags:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(columns)
        out.writerows([unformula(row[column]) for column in columns] for row in rows)
        return DONE
    cells = [[folded(written(value)) for value in row] for row in (columns, *([row[column] for column in columns] for row in rows))]
    widths = [max(len(line) for row in cells for line in row[i]) for i in range(len(columns))]
    for row in cells:
        for parts in zip_longest(*row, fillvalue=""):
            print("  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip())
    return DONE


def folded(text: str) -> list[str]:
    """A long cell over several lines, so that a table can be read; words stay whole."""
    return wrap(text, WIDEST_CELL, break_long_words=False, break_on_hyphens=False) or [""]


def unformula(value: Any) -> str:
    """A cell that no spreadsheet will run: text that might be a formula gets a ' before it."""
    text = written(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text


# Changes


def changes_of(kind: str, name: str, mapping: Mapping[str, Any], shelves: Any) -> tuple[Change, ...]:
    """The changes of a crisis or a plan, in the order in which they act."""
    from simsafe.plans.shelf import crisis_from, plan_from

    return (crisis_from if kind == "crisis" else plan_from)(mapping, name, partial(shelves.mapping, kind))


def value_in_words(change: Change) -> str:
    """The value that a change puts; of a line that it follows the first and the last."""
    if change.how is not How.FOLLOW:
        return plain(change.value or 0.0)
    values = [value for _, value in change.points]
    return plain(values[0]) if len(values) == 1 else f"{plain(values[0])} to {plain(values[-1])} by {len(values)} dates"
