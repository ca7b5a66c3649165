"""When each child was last met, and how many meetings there were today: facts that agencies write down."""

from __future__ import annotations

import numpy as np

from simsafe.agencies.met import WeekOfMeetings
from simsafe.world.contact import AGENCIES, IN_PERSON, Agency, Meetings, Mode

LAST_SEEN = 90  # days before the first within which each child was last seen in person: assumed
LONG_AGO = -1000  # before any child's first recorded meeting
LASTING = ("reached", "seen", "alone", "spoken", "seen_by_social_care", "longest")


class ContactLog:
    """Last days on which each child was reached remotely, seen in person, seen alone and spoken to, whoever met it."""

    def __init__(self, children: int) -> None:
        self.reached = np.full(children, LONG_AGO, dtype=np.int16)  # by video, telephone or remote lesson
        self.seen = np.full(children, LONG_AGO, dtype=np.int16)
        self.alone = np.full(children, LONG_AGO, dtype=np.int16)
        self.spoken = np.full(children, LONG_AGO, dtype=np.int16)
        self.seen_by_social_care = np.full(children, LONG_AGO, dtype=np.int16)
        self.today = np.zeros((AGENCIES, len(Mode)), dtype=np.int64)  # meetings by agency and mode
        self.tried = np.zeros(AGENCIES, dtype=np.int64)  # attempts by agency
        self.longest = np.zeros(children, dtype=np.int16)  # most days unseen at the end of any week of the crisis (end_week)
        self.week = WeekOfMeetings()
        self.meetings: list[Meetings] = []  # today's, as they were written down

    def begin_before(self, luck: np.ndarray) -> None:
        """Before the first day, each child was last seen in person up to three months ago; ``luck`` in [0, 1), one a child."""
        self.seen[:] = -(luck * LAST_SEEN).astype(np.int16)

    def begin_day(self) -> None:
        """Start counting a new day."""
        self.today[:] = 0
        self.tried[:] = 0
        self.meetings = []

    def write_meetings(self, meetings: Meetings, day: int) -> None:
        """What came of the day's tries."""
        agency, who, opened = meetings.attempt.agency, meetings.attempt.who, meetings.opened
        self.meetings.append(meetings)
        self.week.add_meetings(meetings)
        modes = len(Mode)
        self.tried += np.bincount(agency, minlength=AGENCIES)
        cell = agency[opened].astype(np.int64) * modes + meetings.mode[opened]
        self.today += np.bincount(cell, minlength=AGENCIES * modes).reshape(AGENCIES, modes)
        self.reached[who[opened & ~IN_PERSON[meetings.mode]]] = day
        self.seen[who[meetings.seen]] = day
        self.alone[who[meetings.alone]] = day
        self.spoken[who[meetings.spoken]] = day
        self.seen_by_social_care[who[meetings.seen & (agency == Agency.SOCIAL_CARE)]] = day

    def write_group(self, agency: Agency, mode: Mode, there: np.ndarray, day: int) -> None:
        """A whole group was in sight: bool, one a child, or rows."""
        count = int(np.count_nonzero(there)) if there.dtype == bool else there.size
        self.week.add_group(agency, mode, there)
        self.tried[agency] += count
        self.today[agency, mode] += count
        column = self.seen if IN_PERSON[mode] else self.reached
        if there.dtype == bool:
            # Days never go back, so the later of what stood and today; whole-number steps are five times faster than a mask.
            today = ((there.astype(np.int16) - np.int16(1)) & np.int16(-32768)) | np.int16(day)  # today, or far in the past
            np.maximum(column, today, out=column)
        else:
            column[there] = day

    def end_week(self, here: np.ndarray, birth: np.ndarray, day: int, in_crisis: bool) -> None:
        """Forget whom agencies met this week; in a crisis keep the most days that any child living ``here`` has been unseen."""
        self.week.clear()
        if in_crisis:
            unseen = (day - np.maximum(self.seen, birth)).astype(np.int16)
            np.maximum(self.longest, unseen * here, out=self.longest)

    def state(self) -> dict[str, np.ndarray]:
        """What lasts, for saving."""
        return {n: getattr(self, n).copy() for n in LASTING} | {f"week.{n}": c for n, c in self.week.state().items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put it back."""
        for name in LASTING:
            getattr(self, name)[:] = state[name]
        self.week.restore({n.removeprefix("week."): c for n, c in state.items() if n.startswith("week.")})
