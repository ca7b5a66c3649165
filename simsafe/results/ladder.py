"""The ladder of detection: on which day each spell of harm reached each rung, found from the two ledgers when somebody asks.

A rung is reached by the first event of its kind about the child between the spell's onset and its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.table import Table
from simsafe.system.cases import NONE
from simsafe.system.events import RUNGS, Decision, Event

if TYPE_CHECKING:
    from simsafe.cast import Cast

DAYS = 1 << 16  # more than a run can have


def first_days(model: Cast) -> dict[str, np.ndarray]:
    """The first day on which each spell in ``harm.spells`` reached each rung, int64, NONE when it has not; 0 for before the run."""
    log, spells = model.log.rows, model.behind.harm.spells
    child, end = spells["child"].astype(np.int64), spells["end"].astype(np.int64)
    end = np.where(end == NONE, DAYS, end)
    since = child * DAYS + np.maximum(spells["onset"], 0)
    return {
        rung: np.where(spells["before"] >> k & 1 > 0, 0, _first(_moments(model, log, reached), child, since, end))
        for k, (rung, reached) in enumerate(rungs_reached(log).items())
    }


def rungs_reached(log: Table) -> dict[str, np.ndarray]:
    """For each rung, from the lowest: which events reach it."""
    kind, a, b = log["kind"], log["a"], log["b"]
    conference = kind == Event.CONFERENCE
    reached = (
        kind == Event.SIGN, kind == Event.CONTACT, kind == Event.REFERRAL, (kind == Event.DECISION) & (b == Decision.ASSESSMENT),
        conference, (conference & (a == 1)) | (kind == Event.INTO_CARE),
    )  # fmt: skip
    return dict(zip(RUNGS, reached, strict=True))


def _moments(model: Cast, log: Table, which: np.ndarray) -> np.ndarray:
    """Child and day of some events as one sorted number each."""
    return np.sort(model.rows_of(log["who"][which]).astype(np.int64) * DAYS + log["day"][which])


def _first(moments: np.ndarray, child: np.ndarray, since: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The first of these moments of each child at or after ``since`` and before the day ``end``, as a day, or NONE."""
    moments = np.append(moments, np.int64(DAYS) << 40)
    of_child, day = np.divmod(moments[np.searchsorted(moments, since)], DAYS)
    return np.where((of_child == child) & (day < end), day, NONE)
