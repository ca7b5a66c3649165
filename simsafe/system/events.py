"""The event log: every sign, share, contact, referral, decision, allocation, visit and staff move, as whole numbers.

The SHA-256 of the log is the digest of a run. Within a day, events stand in a fixed order that does not depend on storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from itertools import pairwise
from zlib import compress, decompress

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


SEAL_AT = 30_000  # rows
COLUMNS = {"day": "i2", "kind": "i1", "who": "i4", "a": "i2", "b": "i2"}


@dataclass(frozen=True)
class Today:
    """One day's events in their final order."""

    kind: np.ndarray
    who: np.ndarray
    a: np.ndarray
    b: np.ndarray


class EventLog:
    """Events of a run. Written by every part of ``system/``; read by measures and people.

    Closed days are sealed in compressed blocks now and then: nothing reads them until the run is over.
    """

    def __init__(self) -> None:
        self._open = Table(COLUMNS, room=4096)  # closed days not yet sealed
        self._sealed: list[tuple[int, list[bytes]]] = []  # (rows, a compressed block a column)
        self._today: list[tuple[int, np.ndarray, np.ndarray | int, np.ndarray | int]] = []
        self._digest = sha256()

    @property
    def rows(self) -> Table:
        """All events of closed days, as one table made for the asker."""
        table, columns = Table(COLUMNS, room=1), {}
        for k, (name, dtype) in enumerate(COLUMNS.items()):
            sealed = [np.frombuffer(decompress(blocks[k]), dtype=dtype) for _, blocks in self._sealed]
            columns[name] = np.concatenate([*sealed, self._open[name]])
        table.restore(columns)
        return table

    def __len__(self) -> int:
        return sum(rows for rows, _ in self._sealed) + len(self._open)

    def add(self, day: int, kind: Event, who: np.ndarray, a: np.ndarray | int = 0, b: np.ndarray | int = 0) -> None:
        """Write down one kind of event for each ``who`` (a child's id, or a post)."""
        if who.size:
            self._today.append((int(kind), who, a, b))

    def close_day(self, day: int) -> Today:
        """Put today's events in order, into the table and into the digest; returns them."""
        start = where = self._open.size
        sizes = [who.size for _, who, _, _ in self._today]
        self._open.add(sum(sizes), day=day, kind=0, who=0, a=0, b=0)
        kinds, whos, first, second = (self._open[n] for n in ("kind", "who", "a", "b"))
        for size, (kind, who, a, b) in zip(sizes, self._today, strict=True):
            part = slice(where, where + size)
            kinds[part], whos[part], first[part], second[part] = kind, who, a, b
            where += size
        self._today = []
        part = slice(start, None)
        order = np.lexsort((second[part], first[part], whos[part], kinds[part]))
        for column in (kinds, whos, first, second):
            column[part] = column[part][order]
        today = Today(kinds[part].copy(), whos[part].copy(), first[part].copy(), second[part].copy())
        self._take_in(self._open, part)
        if len(self._open) > SEAL_AT:
            self._seal()
        return today

    def _seal(self) -> None:
        """Compress the closed days and start anew."""
        self._sealed.append((len(self._open), [compress(self._open[name].tobytes(), 1) for name in COLUMNS]))
        self._open = Table(COLUMNS, room=4096)

    def _take_in(self, table: Table, part: slice) -> None:
        """Add rows to the digest, column by column, as little-endian whole numbers."""
        for name, dtype in COLUMNS.items():
            self._digest.update(table[name][part].astype(np.dtype(dtype).newbyteorder("<")).tobytes())

    @property
    def digest(self) -> str:
        """SHA-256 of all events of closed days."""
        return self._digest.copy().hexdigest()

    def state(self) -> dict[str, np.ndarray]:
        """The log, for saving."""
        return self.rows.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put a saved log back, and its digest, day by day."""
        self._open, self._sealed, self._digest = Table(COLUMNS, room=1), [], sha256()
        self._open.restore(state)
        ends = np.flatnonzero(np.diff(self._open["day"], append=32767)) + 1
        for start, end in pairwise([0, *ends.tolist()]):
            self._take_in(self._open, slice(start, end))
