"""The groups by which things are counted, and to which of them a child belonged on a day of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.system.cases import NONE
from simsafe.system.events import Decision, Event
from simsafe.world.education import EDUCATION, Education
from simsafe.world.households import ETHNICITIES
from simsafe.world.population import ADULT, AGE_BANDS, schooling

if TYPE_CHECKING:
    from simsafe.cast import Cast
    from simsafe.ground.table import Table

GROUPS: dict[str, tuple[str, ...]] = {
    "all": ("all",),
    "deprivation": ("1 most deprived", "2", "3", "4", "5 least deprived"),
    "digital": ("none", "phone only", "shared device", "adequate"),
    "age": AGE_BANDS,
    "education": EDUCATION,
    "known": ("no open case", "open case"),
    "disability": ("not disabled", "disabled"),
    "ethnicity": ETHNICITIES,
}
GROUP_NAMES = [f"{dimension}/{name}" for dimension, names in GROUPS.items() for name in names]
SAID = ["all", *GROUP_NAMES[1:]]  # as they stand in tables
DAYS = 1 << 16  # more than a run can have
Codes = dict[str, np.ndarray]  # dimension of GROUPS: the number of each entry's group


def groups_now(model: Cast, rows: np.ndarray) -> Codes:
    """The groups of some children today. Age and education are those of the beginning of the month, as in the weekly measures."""
    age, state = model.world.children.age_band(model.schooling.day, rows), model.schooling.state[rows]
    return _lasting(model, rows) | {"age": age, "education": state, "known": model.cases.is_open(rows).view(np.int8)}


def groups_at(model: Cast, rows: np.ndarray, days: np.ndarray, log: Table) -> Codes:
    """The groups of these children (rows) on these days, one an entry; ``known`` is: with an open case when the day began."""
    age, state = np.zeros(rows.size, dtype=np.int8), np.zeros(rows.size, dtype=np.int8)
    c, began = model.world.children, _months(model)
    month = np.searchsorted(began, days, side="right") - 1
    for m in np.unique(month):
        when, now = int(began[m]), np.flatnonzero(month == m)
        of_month = schooling(model.world, when, model.calendar, model.timetable.on(when).home_education_factor)
        grown = c.birth[rows[now]] <= days[now] - ADULT
        state[now] = np.where(grown, np.int8(Education.NOT_ON_ROLL), of_month.state[rows[now]])
        age[now] = c.age_band(when, rows[now])
    known = open_before(model, rows, days, log).view(np.int8)
    return _lasting(model, rows) | {"age": age, "education": state, "known": known}


def groups_of_spells(model: Cast, log: Table) -> Codes:
    """The groups of each spell of harm: those of the child when it began, or the run if that was later. Worked out once a day."""
    spells, diary = model.behind.harm.spells, model.measures
    now = model.day, len(spells)
    if diary.spell_groups[0] != now:
        diary.spell_groups = now, groups_at(model, spells["child"], np.maximum(spells["onset"].astype(np.int32), 0), log)
    return diary.spell_groups[1]


def _lasting(model: Cast, rows: np.ndarray) -> Codes:
    """Groups that a child never leaves."""
    c, f = model.world.children, model.world.families
    family = c.family[rows]
    return {
        "all": np.zeros(rows.size, dtype=np.int8),
        "deprivation": f.deprivation[family] - 1,
        "digital": f.digital[family],
        "disability": c.disabled[rows].view(np.int8),
        "ethnicity": f.ethnicity[family],
    }


def _months(model: Cast) -> np.ndarray:
    """The days from which each month's schooling held: the run's first, and the first of every month after it."""
    return np.array([0, *(day for day in range(1, model.setup.days) if model.calendar.date_of(day).day == 1)])


def open_before(model: Cast, rows: np.ndarray, days: np.ndarray, log: Table) -> np.ndarray:
    """bool: these children had an open case when these days began, found from the log and from what is open at its end."""
    kind = log["kind"]
    moves = np.flatnonzero((kind == Event.CLOSED) | ((kind == Event.DECISION) & (log["b"] == Decision.ASSESSMENT)))
    child = model.rows_of(log["who"][moves]).astype(np.int64)
    moment = child * DAYS + log["day"][moves]
    order = np.argsort(moment, kind="stable")
    moment, child, closes = moment[order], child[order], kind[moves][order] == Event.CLOSED
    in_the_end = model.cases.stage_of[rows] != NONE
    if not moment.size:
        return in_the_end
    at = np.searchsorted(moment, rows.astype(np.int64) * DAYS + days)  # the first move on the day or after it
    before, after = np.maximum(at - 1, 0), np.minimum(at, moment.size - 1)
    moved, moves_yet = (at > 0) & (child[before] == rows), (at < moment.size) & (child[after] == rows)
    return np.where(moved, ~closes[before], np.where(moves_yet, closes[after], in_the_end))


def by_group(codes: Codes, which: np.ndarray | slice = slice(None), weights: np.ndarray | None = None) -> np.ndarray:
    """How many entries, or the sum of their weights, in every group in the order of GROUP_NAMES."""
    parts = [
        np.bincount(codes[d][which], weights=None if weights is None else weights[which], minlength=len(names))
        for d, names in GROUPS.items()
    ]
    return np.concatenate(parts)
