"""Small offices of social care for tests: a few open cases, partners who always or never come."""

from __future__ import annotations

import numpy as np
from small_worlds import ordinary

from simsafe.model import SafeguardingModel
from simsafe.scenario import Parameters
from simsafe.system.cases import NONE
from simsafe.system.meetings import Today
from simsafe.world.conditions import ORDINARY

EVERYBODY, NOBODY = 40.0, -40.0  # added log-odds to take part, forced past the dial's range


def office(parameters: Parameters | None = None, children: int = 3000, **changes: object) -> SafeguardingModel:
    """A model on the morning of day 0, every case with a worker."""
    given = {"parameters": parameters} if parameters else {}
    made = SafeguardingModel(ordinary(children, **given, **changes))
    made.begin_day(made.timetable.on(0), 0)
    made.casework.allocate(ORDINARY, 0, True)
    return made


def today(model: SafeguardingModel, day: int = 0, log_odds: float = 0.0) -> Today:
    """What a meeting of that day depends on; ``log_odds`` are added to everybody's to take part."""
    now = model.timetable.on(0)
    if log_odds:
        made = object.__new__(type(now))
        for name in now.__dataclass_fields__:
            object.__setattr__(made, name, getattr(now, name))
        object.__setattr__(made, "meeting_log_odds", log_odds)
        now = made
    return Today(day, now, 1.0, model.schooling)


def open_some(model: SafeguardingModel, count: int, day: int = 0) -> np.ndarray:
    """Rows of new cases, opened today."""
    free = np.flatnonzero(model.here & (model.cases.stage_of == NONE))[:count]
    rows = model.cases.open(free, model.chance.keys(model.world.children.key[free], "opened by a test"), day)
    model.cases["worker"][rows] = np.flatnonzero(model.social_workers.working)[0]
    return rows
