"""Watching figures that a partnership could know, and firing the levers that wait for them.

Reads the event log's referrals and contacts and the diary's stocks: records and counts of work, never what is true of a child. What
is watched is counted from what every run keeps, so a run that is taken up again, or goes on under another plan, comes to the same.
"""

from __future__ import annotations

import numpy as np

from simsafe.ground.calendar import Calendar
from simsafe.plans.change import Change, Timetable
from simsafe.plans.trigger import BASE_WEEKS, INDICATORS, Against, When
from simsafe.results.measures import Measures
from simsafe.system.cases import Stage
from simsafe.system.events import Event
from simsafe.world.contact import AGENCIES, PUBLISHED_SOURCES

WEEK, YEAR_OF_WEEKS = 7, 364  # days
SOCIAL_WORKERS = 1  # their number among the professions of the diary
OPEN = tuple(f"open_{stage.name.lower()}" for stage in Stage)


class Watch:
    """Looks once a day whether a lever that waits has its reason to act."""

    def __init__(self, measures: Measures, calendar: Calendar) -> None:
        self.measures, self.calendar = measures, calendar
        self._counted = -1  # days that have been counted
        self._referrals, self._contacts = np.zeros((0, AGENCIES), dtype=np.int64), np.zeros(0, dtype=np.int64)

    def look(self, timetable: Timetable, day: int) -> None:
        """Fire what has come due on this morning, or on an earlier one if nobody has looked since."""
        if timetable.waiting:
            for morning in range(timetable.looked_until, day + 1):
                for change in timetable.waiting:
                    if self.fires(change, timetable, morning):
                        timetable.fire(change, morning)
        timetable.looked_until = day + 1

    def fires(self, change: Change, timetable: Timetable, day: int) -> bool:
        """Whether a waiting change begins to act on a day."""
        when = change.when
        if when is None or not change.from_date <= self.calendar.date_of(day) <= (when.latest or change.to_date):
            return False
        known = day - when.lag_days  # the first day that is not known yet
        end = known - int(self.calendar.weekday[known]) if known > 0 else 0
        start = end - WEEK * when.weeks
        return start >= 0 and when.crossed(self.value(when, start, end, timetable))

    def value(self, when: When, start: int, end: int, timetable: Timetable) -> float | None:
        """The indicator over days ``start`` to before ``end``, held against what it is held against; None where it means nothing."""
        now = self.level(when.indicator, start, end)
        if now is None or not INDICATORS[when.indicator].relative:
            return now
        usual = self.level(when.indicator, *self._base(when, start, end, timetable))
        return now / usual if usual else None

    @staticmethod
    def _base(when: When, start: int, end: int, timetable: Timetable) -> tuple[int, int]:
        """The days that stand for ordinary times."""
        if when.against is Against.YEAR_BEFORE:
            return start - YEAR_OF_WEEKS, end - YEAR_OF_WEEKS
        before = start if timetable.crisis_day is None else min(timetable.crisis_day, start)
        return before - WEEK * BASE_WEEKS, before

    def level(self, indicator: str, start: int, end: int) -> float | None:
        """The indicator itself over some days: a mean a day, or a share. None where there is nothing to go by."""
        if start < 0 or end <= start:
            return None
        if indicator == "staff_absence":
            return self._absence(start, end)
        if indicator.startswith("referrals"):
            self._count(end)
            source = PUBLISHED_SOURCES.get(indicator.removeprefix("referrals_"))
            return float(self._referrals[start:end, slice(None) if source is None else list(source)].sum() / (end - start))
        stocks, days = self.measures.stocks, slice(start, end)
        if indicator == "attendance":
            school = self.calendar.school_day[days]
            return float(stocks["meetings_in_school"][days][school].mean()) if school.any() else None
        if indicator == "contacts_waiting":
            self._count(end)
            working = np.count_nonzero(self.calendar.working[days])
            usual = self._contacts[days].sum() / working if working else 0
            return float(stocks["contacts_waiting"][days].mean() / usual) if usual else None
        still_open = sum(stocks[name][days] for name in OPEN)
        late = stocks["unallocated" if indicator == "unallocated" else "visits_waiting"][days]
        return float(np.sum(late) / np.sum(still_open)) if np.sum(still_open) else None

    def _absence(self, start: int, end: int) -> float | None:
        """Share of social workers in post who were off sick, over the lines that the diary of staff has of these days."""
        lines = self.measures.staff.table
        mine = (lines["profession"] == SOCIAL_WORKERS) & (lines["day"] >= start) & (lines["day"] < end)
        there = float(lines["in_post"][mine].sum())
        return float(lines["off_sick"][mine].sum()) / there if there else None

    def _count(self, days: int) -> None:
        """Referrals by agency and contacts of every day so far, counted from the event log when later days are asked for."""
        if days <= self._counted:
            return
        self._counted = len(self.measures.stocks)
        log = self.measures.log.rows
        at = np.flatnonzero(log["kind"] == Event.REFERRAL)
        cells = log["day"][at].astype(np.int64) * AGENCIES + log["a"][at]
        self._referrals = np.bincount(cells, minlength=self._counted * AGENCIES).reshape(-1, AGENCIES)
        self._contacts = np.bincount(log["day"][log["kind"] == Event.CONTACT], minlength=self._counted)
