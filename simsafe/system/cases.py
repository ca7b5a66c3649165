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


EARLY_HELP, EARLY_HELP_ONLINE = 4, 5  # help without a case, numbered on from Stage: what reaches a child in all (``truth/``)
COLUMNS = {
    "child": "i4", "key": "u8", "referred": "i2", "opened": "i2", "stage": "i1", "since": "i2", "worker": "i2", "source": "i1",
    "waiting_since": "i2", "next_visit": "i2", "visits": "i2", "finish": "i2",
    "closed": "?", "strategy": "i2", "enquiry_end": "i2", "enquiry_visits": "i1", "enquiries": "i2", "last_enquiry": "i2",
    "conference": "i2", "adjourned": "i1", "review": "i2", "review_limit": "i2", "reviews": "i2", "held": "i1",
    "core_group": "i2", "core_group_limit": "i2", "core_groups": "i2", "read": "i2",
    "safe_until": "i2", "lost_worker": "i2", "notified": "i2", "seen_alone": "i2", "long_term": "?",
}  # fmt: skip
CLOCKS = ("next_visit", "finish", "enquiry_end", "conference", "review", "core_group")  # days on which a worker has something to do
MOST = 127  # plans counted for one child


class Cases:
    """The open cases. ``stage_of`` is what other agencies are told: the stage of each child's case, or NONE."""

    def __init__(self, children: int) -> None:
        self.table = Table(COLUMNS, room=512)
        self.row = np.full(children, NONE, dtype=np.int32)
        self.stage_of = np.full(children, NONE, dtype=np.int8)
        self.plans = np.zeros(children, dtype=np.int8)  # child protection plans so far, as far as the run knows

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
            "referred": day, "opened": day, "stage": int(Stage.ASSESSMENT), "since": day, "worker": NONE, "source": NONE,
            "waiting_since": day, "next_visit": day, "visits": 0, "finish": NEVER, "strategy": NONE, "enquiry_end": NEVER,
            "enquiry_visits": 0, "enquiries": 0, "last_enquiry": -NEVER, "conference": NEVER, "adjourned": 0, "review": NEVER,
            "review_limit": NEVER, "reviews": 0, "held": 0, "core_group": NEVER, "core_group_limit": NEVER, "core_groups": 0,
            "read": day, "safe_until": NEVER, "closed": False, "lost_worker": -NEVER, "notified": NONE, "seen_alone": -NEVER,
            "long_term": False,
        }  # fmt: skip
        given |= values
        rows = self.table.add(children.size, child=children, key=key, **given)
        self.row[children] = rows
        self.stage_of[children] = self.table["stage"][rows]
        self._count_plans(rows)
        return rows

    def _count_plans(self, rows: np.ndarray) -> None:
        on_plan = self.table["child"][rows[self.table["stage"][rows] == Stage.PROTECTION]]
        self.plans[on_plan] = np.minimum(self.plans[on_plan], MOST - 1) + 1

    def enquiry_keys(self, rows: np.ndarray) -> np.ndarray:
        """The identity of each case's latest enquiry: the case's key and how many there have been."""
        return self.table["key"][rows] + self.table["enquiries"][rows].astype(np.uint64)

    def move(self, rows: np.ndarray, stage: Stage, day: int, next_visit: np.ndarray | int) -> None:
        """Move cases to another stage, where no review and no core group is booked yet."""
        moved = {"stage": int(stage), "since": day, "visits": 0, "adjourned": 0, "held": 0, "core_groups": 0, "next_visit": next_visit}
        moved |= dict.fromkeys(("finish", "review", "review_limit", "core_group", "core_group_limit"), NEVER)
        for name, value in moved.items():
            self.table[name][rows] = value
        self.stage_of[self.table["child"][rows]] = int(stage)
        self._count_plans(rows)

    def close(self, rows: np.ndarray) -> None:
        """Close cases. Their rows stay until :meth:`tidy`, so that other rows keep their numbers for the rest of the day."""
        if rows.size:
            gone = self.table["child"][rows]
            self.row[gone], self.stage_of[gone] = NONE, NONE
            self.table["closed"][rows] = True
            for clock in (*CLOCKS, "safe_until"):
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
        return self.table.state() | {"plans": self.plans.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved cases back."""
        self.plans[:] = state["plans"]
        self.table.restore({name: column for name, column in state.items() if name in COLUMNS})
        self.row[:], self.stage_of[:] = NONE, NONE
        self.row[self.table["child"]] = np.arange(len(self.table))
        self.stage_of[self.table["child"]] = self.table["stage"]
