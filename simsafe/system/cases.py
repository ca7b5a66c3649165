"""Open cases of social care: one row an open case, at most one a child."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from simsafe.ground.table import Table

NONE = -1
NEVER = 32767


class Stage(IntEnum):
    """Where a case stands."""

    ASSESSMENT = 0
    IN_NEED = 1
    PROTECTION = 2
    LOOKED_AFTER = 3


COLUMNS = {
    "child": "i4", "key": "u8", "opened": "i2", "stage": "i1", "since": "i2", "worker": "i2", "source": "i1",
    "next_visit": "i2", "visits": "i2", "finish": "i2",
    "closed": "?", "strategy": "i2", "enquiry_end": "i2", "enquiry_visits": "i1", "last_enquiry": "i2", "conference": "i2",
    "review": "i2", "reviews": "i2", "notified": "i2",
}  # fmt: skip
CLOCKS = ("next_visit", "finish", "enquiry_end", "conference", "review")  # days on which something falls due


class Cases:
    """The open cases. ``stage_of`` is what other agencies are told: the stage of each child's case, or NONE."""

    def __init__(self, children: int) -> None:
        self.table = Table(COLUMNS, room=512)
        self.row = np.full(children, NONE, dtype=np.int32)
        self.stage_of = np.full(children, NONE, dtype=np.int8)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.table[name]

    def __len__(self) -> int:
        return len(self.table)

    def is_open(self, children: np.ndarray) -> np.ndarray:
        """bool: these children have an open case."""
        return self.stage_of[children] != NONE

    def open(self, children: np.ndarray, key: np.ndarray, day: int, **values: np.ndarray | int) -> np.ndarray:
        """Open a case for each of these children, none of whom has one; returns the rows."""
        given: dict[str, np.ndarray | float] = {
            "opened": day, "stage": int(Stage.ASSESSMENT), "since": day, "worker": NONE, "source": NONE, "next_visit": day,
            "visits": 0, "finish": NEVER, "strategy": NONE, "enquiry_end": NEVER, "enquiry_visits": 0, "last_enquiry": -NEVER,
            "conference": NEVER, "review": NEVER, "reviews": 0, "closed": False, "notified": NONE,
        }  # fmt: skip
        given |= values
        rows = self.table.add(children.size, child=children, key=key, **given)
        self.row[children] = rows
        self.stage_of[children] = self.table["stage"][rows]
        return rows

    def move(self, rows: np.ndarray, stage: Stage, day: int, next_visit: np.ndarray | int) -> None:
        """Move cases to another stage."""
        for name, value in (("stage", int(stage)), ("since", day), ("visits", 0), ("next_visit", next_visit)):
            self.table[name][rows] = value
        self.stage_of[self.table["child"][rows]] = int(stage)

    def close(self, rows: np.ndarray) -> None:
        """Close cases. Their rows stay until :meth:`tidy`, so that other rows keep their numbers for the rest of the day."""
        if rows.size:
            gone = self.table["child"][rows]
            self.row[gone], self.stage_of[gone] = NONE, NONE
            self.table["closed"][rows] = True
            for clock in CLOCKS:
                self.table[clock][rows] = NEVER

    def tidy(self) -> None:
        """At the end of a day, drop closed cases; the others move up."""
        closed = self.table["closed"]
        if closed.any():
            self.table.keep(~closed)
            self.row[self.table["child"]] = np.arange(len(self.table))

    def caseloads(self, workers: int) -> np.ndarray:
        """How many cases each worker holds."""
        held = self.table["worker"]
        return np.bincount(held[held >= 0], minlength=workers)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return self.table.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved cases back."""
        self.table.restore(state)
        self.row[:], self.stage_of[:] = NONE, NONE
        self.row[self.table["child"]] = np.arange(len(self.table))
        self.stage_of[self.table["child"]] = self.table["stage"]
