"""The event log: every sign, share, contact, referral, decision, allocation, visit and staff move, as whole numbers.

The SHA-256 of the log is the digest of a run. Within a day, events stand in a fixed order that does not depend on storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from hashlib import sha256
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
    ENQUIRY_ENDED = 9  # a = 1 to conference, 0 not, 2 the child is looked after
    CONFERENCE = 10  # initial child protection conference: a = 1 plan, 0 no plan, b = working days since the strategy discussion
    ASSESSED = 11  # assessment completed: a = Outcome, b = working days taken
    PLAN_REVIEW = 12  # a = 1 plan goes on, 0 plan ends, 2 the child is looked after, b = days after the last day allowed, 0 in time
    PLAN_ENDED = 13  # a = months it lasted
    CLOSED = 14  # case closed: a = stage it was in, b = Closing
    INTO_CARE = 15  # a = Route
    OUT_OF_CARE = 16
    STAFF_LEFT = 17  # who = post, a = profession, b = 1 from an agency
    STAFF_CAME = 18  # who = post, a = profession, b = 1 from an agency
    MEETING = 19  # agencies were called together: a = Call, b = partners there + 32 * reports + 1024 * quorate + 2048 * held
    ADJOURNED = 20  # an initial conference that was not quorate will be held again: a = how often it was by now
    CANCELLED = 21  # an initial conference that was booked is needed no more: the child is looked after
    PLAN_BEGAN = 22  # a = number of plans this child has had, this one counted, as far as the run knows
    CORE_GROUP = 23  # a = number of the core group since the plan began, b = days after the last day allowed, 0 in time
    REVIEW = 24  # of a case in need or of care, held today: a = stage
    CHRONOLOGY = 25  # social care read its whole record of the child again, apart from a review: a = signs it holds
    SECTION_46 = 26  # police took the child to a safe place: a = agency whose sign it was, b = 1 no case was open
    SAFE_PLACE_ENDED = 27  # a = 0 home, 1 the child is looked after
    PASSED = 30  # a sign reached a partner's record: a = 16 * agency that told it + agency that heard, b = day of the sign
    CPIS = 31  # a setting saw that a child is on a plan or looked after, and social care was notified: a = agency, b = stage
    EARLY_HELP_OFFERED = 40  # a = Offer: what led to it
    EARLY_HELP_BEGAN = 41
    EARLY_HELP_ENDED = 42  # a = 1 ended in its time, 0 declined or lapsed


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


class Offer(IntEnum):
    """What led to the offer of early help."""

    SCREENED = 0
    NO_FURTHER_ACTION = 1
    CLOSED = 2
    PARTNER = 3


class Route(IntEnum):
    """How a child came to be looked after."""

    REVIEW = 0
    ENQUIRY = 1
    AGREEMENT = 2  # section 20, after police protection
    ORDER = 3  # of a court, after police protection


REPORTS, QUORATE, HELD = 32, 1024, 2048  # what b of a meeting is made of, beside the partners there
RUNGS = ("noticed", "contacted", "referred", "acted_upon", "substantiated", "protected")  # of the ladder of detection
SETTLE_AT, SEAL_AT = 8_000, 30_000  # events
ROOM = SEAL_AT + SETTLE_AT + 2_000  # for what is settled at most, unless one day brings very many
COLUMNS = {"day": "<i2", "kind": "<i1", "who": "<i4", "a": "<i2", "b": "<i2"}
RISING = ("day", "kind", "who")  # within a block
ROW = np.dtype(list(COLUMNS.items()))  # one event as it enters the digest: eleven bytes, nothing between them


def packed(columns: Mapping[str, np.ndarray]) -> bytes:
    """Events as they enter the digest, row by row."""
    rows = np.empty(columns["day"].size, dtype=ROW)
    for name in COLUMNS:
        rows[name] = columns[name]
    return rows.tobytes()


def _sealed(column: np.ndarray, rising: bool) -> bytes:
    """A column in little room: all the low bytes first, and of a column that mostly rises only the steps."""
    kept = np.diff(column, prepend=column.dtype.type(0)) if rising else column
    return compress(kept.view(np.uint8).reshape(-1, kept.itemsize).T.tobytes(), 4)


def _opened(block: bytes, dtype: np.dtype, rising: bool) -> np.ndarray:
    """The column that was sealed."""
    low_first = np.frombuffer(decompress(block), dtype=np.uint8).reshape(dtype.itemsize, -1)
    kept = np.ascontiguousarray(low_first.T).view(dtype)[:, 0]
    return np.cumsum(kept, dtype=dtype) if rising else kept


class EventLog:
    """Events of a run. Written by every part of ``system/``; read by measures and people.

    Nothing in a run reads the log, so closed days are put in order some at a time, and sealed in compressed blocks now and then.
    """

    def __init__(self) -> None:
        self._settled = Table(COLUMNS, room=ROOM)  # closed days in order, not yet sealed
        self._sealed: list[tuple[int, list[bytes]]] = []  # (events, a compressed block a column)
        self._loose: list[tuple[int, int, np.ndarray, np.ndarray | int, np.ndarray | int]] = []
        self._waiting = 0  # how many events are loose
        self._open_from = 0  # where the loose events of the day that is still open begin
        self._digest = sha256()

    def add(self, day: int, kind: Event, who: np.ndarray, a: np.ndarray | int = 0, b: np.ndarray | int = 0) -> None:
        """Write down one kind of event for each ``who`` (a child's id, or a post)."""
        if who.size:
            self._loose.append((day, int(kind), who, a, b))
            self._waiting += who.size

    def today(self, kind: Event) -> np.ndarray:
        """Who has met this kind of event so far on the day that is still open."""
        found = [who for _, k, who, _, _ in self._loose[self._open_from :] if k == kind]
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def today_with(self, kind: Event) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """As :meth:`today`, with the two numbers of each event."""
        found = [part for part in self._loose[self._open_from :] if part[1] == kind]
        if not found:
            nothing = np.empty(0, dtype=np.int64)
            return nothing, nothing, nothing
        _, _, who, a, b = zip(*found, strict=True)
        a, b = (
            [each if isinstance(each, np.ndarray) else np.full(w.size, each) for each, w in zip(column, who, strict=True)]
            for column in (a, b)
        )
        return np.concatenate(who), np.concatenate(a), np.concatenate(b)

    def parts_today(self) -> list[tuple[int, int, np.ndarray, np.ndarray | int, np.ndarray | int]]:
        """(day, kind, who, a, b) of every :meth:`add` on the day that is still open; ``a`` and ``b`` may be one number for all."""
        return self._loose[self._open_from :]

    def close_day(self) -> None:
        """Nothing more happens today."""
        self._open_from = len(self._loose)
        if self._waiting > SETTLE_AT:
            self._settle()

    def _settle(self) -> None:
        """Put the events of closed days in order, into the table and into the digest."""
        closed, self._loose = self._loose[: self._open_from], self._loose[self._open_from :]
        self._open_from = 0
        if not closed:
            return
        sizes = [part[2].size for part in closed]
        count, end = sum(sizes), np.cumsum(sizes).tolist()
        columns = {name: np.empty(count, dtype=dtype) for name, dtype in COLUMNS.items()}
        day, kind, who, *_ = zip(*closed, strict=True)
        columns["day"][:], columns["kind"][:], columns["who"][:] = np.repeat(day, sizes), np.repeat(kind, sizes), np.concatenate(who)
        for k, column in ((3, columns["a"]), (4, columns["b"])):  # one number for all, or one for each
            for part, last, size in zip(closed, end, sizes, strict=True):
                column[last - size : last] = part[k]
        order = np.lexsort(list(columns.values())[::-1])
        columns = {name: column[order] for name, column in columns.items()}
        self._digest.update(packed(columns))
        self._settled.add(count, **columns)
        self._waiting -= count
        if len(self._settled) > SEAL_AT:
            self._sealed.append((len(self._settled), [_sealed(self._settled[name], name in RISING) for name in COLUMNS]))
            self._settled.drop_first(len(self._settled))

    @property
    def rows(self) -> Table:
        """All events of closed days, as one table made for the asker."""
        self._settle()
        table, columns = Table(COLUMNS, room=1), {}
        for k, (name, dtype) in enumerate(COLUMNS.items()):
            sealed = [_opened(blocks[k], np.dtype(dtype), name in RISING) for _, blocks in self._sealed]
            columns[name] = np.concatenate([*sealed, self._settled[name]])
        table.restore(columns)
        return table

    def __len__(self) -> int:
        self._settle()
        return sum(rows for rows, _ in self._sealed) + len(self._settled)

    @property
    def digest(self) -> str:
        """SHA-256 of all events of closed days, in order, each as a row of ``COLUMNS``."""
        self._settle()
        return self._digest.copy().hexdigest()

    def state(self) -> dict[str, np.ndarray]:
        """The log, for saving."""
        return self.rows.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put a saved log back, and its digest."""
        self._settled, self._sealed, self._loose, self._waiting, self._open_from = Table(COLUMNS, room=1), [], [], 0, 0
        self._settled.restore(state)
        self._digest = sha256(packed({name: self._settled[name] for name in COLUMNS}))
