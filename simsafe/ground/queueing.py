"""Who is served today when minutes are short."""

from __future__ import annotations

import numpy as np

PLENTY = np.int64(1) << 40  # minutes in hand where one child's work may not touch another's


def within_budget(team: np.ndarray, minutes: np.ndarray, budget: np.ndarray, order: tuple[np.ndarray, ...]) -> np.ndarray:
    """Which tasks fit into their team's minutes, served strictly in order: bool, one a task.

    Parameters
    ----------
    team : number of the team of each task
    minutes : whole minutes each task takes
    budget : whole minutes each team has in hand
    order : keys to sort by, the most important first; the last should be unique so that ties never depend on storage

    A team stops at the first task that does not fit: a long important task is not overtaken by a short unimportant one.
    """
    if not team.size:
        return np.zeros(0, dtype=bool)
    short = np.bincount(team, weights=minutes, minlength=budget.size) > budget
    served = ~short[team]
    waits = np.flatnonzero(~served)
    if waits.size:  # only where minutes run out does the order matter
        queue = waits[np.lexsort((*(key[waits] for key in order[::-1]), team[waits]))]
        t, m = team[queue], minutes[queue].astype(np.int64)
        total = np.cumsum(m)
        starts = np.concatenate([[True], t[1:] != t[:-1]])
        before = np.maximum.accumulate(np.where(starts, total - m, 0))
        served[queue] = total - before <= budget[t]
    return served


def minutes_used(team: np.ndarray, minutes: np.ndarray, teams: int) -> np.ndarray:
    """Whole minutes used by each team."""
    return np.bincount(team, weights=minutes, minlength=teams).astype(np.int64)
