"""The event log: every sign, share, contact, referral, decision, allocation, visit and staff move, as whole numbers.

The SHA-256 of the log is the digest of a run. Within a day, events stand in a fixed order that does not depend on storage.
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import sha256

import numpy as np

from simsafe.ground.table import Table


class Event(IntEnum):
    """What happened; ``a`` and ``b`` are whole numbers whose meaning each line gives."""

    SIGN = 0  # noticed by an agency: a = agency, b = strength * 64 + concern * 8 (weak 0, strong 1)
    SHARE = 1  # a sign arrived in social care's record: a = agency it came from, b = day of the sign
    CONTACT = 2  # an agency told the front door: a = agency
    SCREENED = 3  # the front door looked at a contact: a = agency, b = Screening
    REFERRAL = 4  # a contact became a referral: a = agency
    DECISION = 5  # on a referral: a = agency, b = Decision
    ALLOCATION = 6  # a case got a worker: a = worker
    VISIT = 7  # a social worker's visit: a = mode, b = opened + 2 * seen + 4 * alone + 8 * spoken
    STRATEGY = 8  # a strategy discussion that began a section 47 enquiry: a = stage of the case
    ENQUIRY_ENDED = 9  # a = 1 to conference, 0 not
    CONFERENCE = 10  # initial child protection conference: a = 1 plan, 0 no plan, b = working days since the strategy discussion
    ASSESSED = 11  # assessment completed: a = Outcome, b = working days taken
    PLAN_REVIEW = 12  # a = 1 plan goes on, 0 plan ends
    PLAN_ENDED = 13  # a = months it lasted
    CLOSED = 14  # case closed: a = stage it was in, b = Closing
    INTO_CARE = 15
    OUT_OF_CARE = 16
    STAFF_LEFT = 17  # who = post, a = profession
    STAFF_CAME = 18  # who = post, a = profession


class Screening(IntEnum):
    """What the front door made of a contact."""

    NOT_A_REFERRAL = 0
    REFERRAL = 1
    ALREADY_OPEN = 2


class Decision(IntEnum):
    """What was decided on a referral."""

    NO_FURTHER_ACTION = 0
    ASSESSMENT = 1


class Outcome(IntEnum):
    """How an assessment ended."""

    NOT_IN_NEED = 0
    IN_NEED = 1


class Closing(IntEnum):
    """Why a case closed."""

    NOT_IN_NEED = 0
    NEEDS_MET = 1
    GROWN_UP = 2
    LEFT_CARE = 3


COLUMNS = {"day": "i2", "kind": "i1", "who": "i4", "a": "i2", "b": "i2"}


class EventLog:
    """Events of a run. Written by every part of ``system/``; read by measures and people."""

    def __init__(self) -> None:
        self.rows = Table(COLUMNS, room=4096)
        self.closed = 0  # rows up to here are in their final order and in the digest
        self._digest = sha256()

    def add(self, day: int, kind: Event, who: np.ndarray, a: np.ndarray | int = 0, b: np.ndarray | int = 0) -> None:
        """Write down one kind of event for each ``who`` (a child's id, or a post)."""
        if who.size:
            self.rows.add(who.size, day=day, kind=int(kind), who=who, a=a, b=b)

    def today(self) -> slice:
        """The rows written since the last day was closed."""
        return slice(self.closed, self.rows.size)

    def close_day(self) -> None:
        """Put today's events in order and take them into the digest."""
        part = self.today()
        columns = [self.rows[name][part] for name in COLUMNS]
        order = np.lexsort(columns[::-1])
        for column in columns:
            column[:] = column[order]
            self._digest.update(np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<")).tobytes())
        self.closed = self.rows.size

    @property
    def digest(self) -> str:
        """SHA-256 of all events of closed days."""
        return self._digest.copy().hexdigest()

    def counts_today(self, kind: Event) -> int:
        """How many events of a kind were written today."""
        return int(np.count_nonzero(self.rows["kind"][self.today()] == kind))

    def state(self) -> dict[str, np.ndarray]:
        """The log, for saving."""
        return self.rows.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put a saved log back, and its digest, day by day."""
        self.rows.restore(state)
        self._digest, self.closed = sha256(), 0
        ends = np.flatnonzero(np.diff(self.rows["day"], append=self.rows["day"][-1:] + 1)) + 1 if len(self.rows) else []
        for end in ends:
            for name, dtype in COLUMNS.items():
                column = self.rows[name][self.closed : end]
                self._digest.update(column.astype(np.dtype(dtype).newbyteorder("<")).tobytes())
            self.closed = int(end)
