"""``simsafe plans diff A B``: on which days two plans turn which dials differently, before any child is simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from simsafe.app import DONE
from simsafe.app.printing import Row, changes_of, print_rows, split
from simsafe.ground.parameter import ConfigError, plain
from simsafe.plans.change import EARLIEST, LATEST, Change, Timetable, show
from simsafe.plans.shelf import answered_by
from simsafe.world.conditions import DIALS

SAME = 1e-9  # how little two values may differ and be one
DAYS = (LATEST - EARLIEST).days + 1


def plans_diff(words: Sequence[str]) -> int:
    """A line a dial and span of days on which the two plans differ."""
    names, flags = split(words, "plans diff", ("--csv", "--config-dir", "--crisis"))
    if len(names) != 2:
        raise ConfigError(f"plans diff {show(' '.join(names))}: expected two plans, as in simsafe plans diff as_happened_2020 joined_up")
    from simsafe.study.from_config import Shelves

    folder = flags.get("--config-dir")
    shelves = Shelves(None if folder is None else Path(folder))
    for i, plan in enumerate(names):
        names[i], shelves = shelves.with_file(plan)
    mappings = {name: shelves.mapping("plan", name) for name in names}
    crisis = flags.get("--crisis") or crisis_for(list(mappings.values()))
    times = changes_of("crisis", crisis, shelves.mapping("crisis", crisis), shelves)
    made = {name: changes_of("plan", name, mapping, shelves) for name, mapping in mappings.items()}
    rows = list(differences(times, made)) if len(made) == 2 else []
    if not rows:
        print(f"{names[0]} and {names[1]} turn every dial alike in the crisis {crisis}")
        return DONE
    if "--csv" not in flags:
        print(f"What differs in the crisis {crisis}, by dial and days\n")
    return print_rows(rows, flags)


def crisis_for(plans: Sequence[Mapping[str, Any]]) -> str:
    """The crisis in which to hold plans against each other: the first that all of them answer, or that of a run by itself."""
    from simsafe.study.from_config import defaults

    asked = [answered for plan in plans if (answered := answered_by(plan))]
    both = [name for name in asked[0] if all(name in other for other in asked)] if asked else []
    return both[0] if both else str(defaults()["crisis"])


def differences(crisis: Sequence[Change], plans: Mapping[str, Sequence[Change]]) -> Iterator[Row]:
    """Spans of days, dial by dial; and what waits for a trigger under one plan only, whose days nobody knows yet."""
    (left, one), (right, two) = plans.items()
    tables = [Timetable(crisis, [c for c in plan if c.when is None], 1.0, EARLIEST, DAYS) for plan in (one, two)]
    for dial, about in DIALS.items():
        a, b = (table.series(dial) for table in tables)
        for start, end in spans(a, b):
            values = {left: between(a, start, end), right: between(b, start, end)}
            yield {"dial": dial, "from": on(start), "to": on(end), **values, "unit": about.metadata["unit"]}
    for change in [*one, *two]:
        if change.when is not None and (change in one) != (change in two):
            waits = f"{plain(change.value or 0.0)} ({change.how}) when {change.when}"
            values = {left: waits if change in one else "", right: waits if change in two else ""}
            dial = change.dial
            yield {"dial": dial, "from": change.from_date, "to": change.to_date, **values, "unit": DIALS[dial].metadata["unit"]}


def on(day: int) -> date:
    """The date of a day of the table."""
    return EARLIEST + timedelta(days=day)


def between(values: np.ndarray, start: int, end: int) -> str:
    """One value, or the first and the last of a line."""
    ends = [plain(round(float(values[day]), 6)) for day in (start, end)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def spans(a: np.ndarray, b: np.ndarray) -> Iterator[tuple[int, int]]:
    """(first, last) day of stretches on which the two differ and each is steady or moves along one line."""
    both, found, slope = np.column_stack([a, b]), [], None
    for day in np.flatnonzero(np.abs(a - b) > SAME).tolist():
        step = both[day] - both[day - 1] if day else np.zeros(2)
        if found and found[-1][1] == day - 1 and (slope is None or np.abs(step - slope).max() <= SAME):
            found[-1], slope = (found[-1][0], day), step
        else:
            found.append((day, day))
            slope = None
    yield from found
