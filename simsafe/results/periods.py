"""The days that comparisons speak of: before a crisis, in it, its first thirteen weeks, and all. A plan cannot move them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from simsafe.cast import Cast

BEFORE, CRISIS, SPRING, ALL = "before", "crisis", "spring", "all"
SPRING_DAYS = 91


def crisis_start(model: Cast) -> int | None:
    """The reported day on which schools first close to most pupils or, failing that, the crisis first turns a dial; None without one."""
    s = model.setup
    closed = np.flatnonzero(model.timetable.series("school_open_share")[s.warm_up_days :] < 0.5)
    if closed.size:
        return int(closed[0])
    first = [(c.from_date - s.start).days for c in s.crisis]
    first = [day for day in first if 0 <= day <= (s.end - s.start).days]
    return min(first) if first and s.severity > 0 else None


def crisis_day(model: Cast) -> int:
    """The simulated day, warm-up counted, on which the crisis begins; the first reported day where there is none."""
    began = crisis_start(model)
    return model.setup.warm_up_days + (0 if began is None else began)


def compared_periods(model: Cast) -> dict[str, tuple[int, int]]:
    """First simulated day of each period and the day after its last. Without a crisis ``crisis`` is the whole reported period."""
    start, end, began = model.setup.warm_up_days, model.setup.days, crisis_day(model)
    found = {CRISIS: (began, end), ALL: (start, end)}
    if crisis_start(model) is None:
        return found
    if began > start:
        found = {BEFORE: (start, began)} | found
    return found | {SPRING: (began, min(began + SPRING_DAYS, end))}
