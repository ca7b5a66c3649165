"""What was true of every child at the end of every week, for scoring beliefs afterwards; no reader of records is given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simsafe.system.cases import NONE
from simsafe.system.events import RUNGS

if TYPE_CHECKING:
    from simsafe.cast import Cast

NOTICED = 1 << RUNGS.index("noticed")


@dataclass(frozen=True)
class Hindsight:
    """A row a week, a column a child; a week is over after its seventh day, counted from the first of the warm-up."""

    here: np.ndarray  # bool: born and under 18
    harmed: np.ndarray  # bool
    onset: np.ndarray  # int32: day on which the harm of this week began; meaningless without harm
    shown: np.ndarray  # bool: a sign of this very harm had been noticed by somebody


def hindsight(model: Cast) -> Hindsight:
    """Of a run that is over, or of its days so far: whole weeks, and the last one as it stood."""
    weeks, children = (model.day + 6) // 7, model.world.children
    ends = np.minimum(7 * np.arange(weeks) + 6, model.day - 1)
    here = np.stack([children.living_here(int(day)) for day in ends])
    harmed, shown = np.zeros(here.shape, dtype=bool), np.zeros(here.shape, dtype=bool)
    onset, spells = np.zeros(here.shape, dtype=np.int32), model.behind.harm.spells
    signs = model.behind.door.true_signs.table
    order = np.lexsort((signs["day"], signs["child"]))
    moments = signs["child"][order].astype(np.int64) << 20 | signs["day"][order].astype(np.int64)
    for row in range(len(spells)):
        child, began, end = (int(spells[name][row]) for name in ("child", "onset", "end"))
        during = slice(int(np.searchsorted(ends, began)), weeks if end == NONE else int(np.searchsorted(ends, end)))
        harmed[during, child], onset[during, child] = True, began
        first = np.searchsorted(moments, child << 20 | max(began, 0))
        seen = int(moments[first]) if first < moments.size else -1
        sign = seen & 0xFFFFF if seen >> 20 == child else model.days
        sign = -1 if spells["before"][row] & NOTICED else sign
        shown[during, child] = ends[during] >= sign
    return Hindsight(here, harmed & here, onset, shown & harmed)
