"""Whom each agency met in the week so far, and how; what the visibility ledger counts when the week is over."""

from __future__ import annotations

import numpy as np

from simsafe.world.contact import AGENCIES, Agency, Meetings, Mode

MODES = len(Mode)
CELLS = AGENCIES * MODES  # one a pair of agency and mode: agency * MODES + mode


class WeekOfMeetings:
    """Children met one by one as lists, whole groups as days a child; the same child may stand in it often."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """A new week begins."""
        self._cell: list[np.ndarray] = []
        self._who: list[np.ndarray] = []
        self.days: dict[int, np.ndarray] = {}  # cell: int8, days on which each child was in a whole group met so

    def add_meetings(self, meetings: Meetings) -> None:
        """Tries of a day that opened."""
        cell = (meetings.attempt.agency * np.int16(MODES) + meetings.mode)[meetings.opened]
        self._add(cell, meetings.attempt.who[meetings.opened])

    def add_group(self, agency: Agency, mode: Mode, there: np.ndarray) -> None:
        """A whole group: bool, one a child, or rows."""
        cell = agency * MODES + mode
        if there.dtype == bool:
            days = self.days.setdefault(cell, np.zeros(there.size, dtype=np.int8))
            days += there.view(np.int8)
        else:
            self._add(np.full(there.size, cell, dtype=np.int16), there)

    def _add(self, cell: np.ndarray, who: np.ndarray) -> None:
        self._cell.append(cell)
        self._who.append(who.astype(np.int32))

    def one_by_one(self) -> tuple[np.ndarray, np.ndarray]:
        """(cell, row of the child) of everyone met one by one so far, in the order of the meetings."""
        if len(self._cell) > 1:
            self._cell, self._who = [np.concatenate(self._cell)], [np.concatenate(self._who)]
        return (self._cell[0], self._who[0]) if self._cell else (np.empty(0, dtype=np.int16), np.empty(0, dtype=np.int32))

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        cell, who = self.one_by_one()
        return {"cell": cell.copy(), "who": who.copy()} | {f"days{at}": days.copy() for at, days in sorted(self.days.items())}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put a saved week back."""
        self._cell, self._who = [state["cell"].copy()], [state["who"].copy()]
        self.days = {int(name.removeprefix("days")): days.copy() for name, days in state.items() if name.startswith("days")}
