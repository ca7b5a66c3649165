"""Casework: who holds which case, which visits are due, and what fits into the day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.agencies.social_care import Purpose, SocialCare
from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import minutes_used, within_budget
from simsafe.system.cases import NEVER, NONE, Cases
from simsafe.system.events import Event, EventLog
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Attempt, Meetings
from simsafe.world.staff import Staff

PURPOSE_OF_STAGE = np.array([Purpose.ASSESSMENT, Purpose.IN_NEED, Purpose.PROTECTION, Purpose.LOOKED_AFTER])


@dataclass(frozen=True)
class CaseworkPractice(Checked):
    """How cases pass between workers."""

    knowledge_kept: float = param(0.6, unit="share of working knowledge that survives a change of worker", source="QU11", low=0.3, high=0.9)


@dataclass(frozen=True)
class Visits:
    """Visits to be made today."""

    case: np.ndarray  # rows in Cases
    purpose: np.ndarray  # Purpose
    attempt: Attempt


class Casework:
    """Allocation and visiting. Minutes are whole, and work waits when they run out."""

    def __init__(
        self, cases: Cases, staff: Staff, social_care: SocialCare, records: Records, calendar: Calendar, log: EventLog, ids: np.ndarray, chance: Chance, how: CaseworkPractice
    ) -> None:
        self.cases, self.staff, self.social_care, self.records = cases, staff, social_care, records
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how
        self.intervals = social_care.how.intervals()

    def hand_over(self, leavers: np.ndarray, day: int) -> None:
        """Cases of workers who left wait for a new one, who will know less of the child."""
        if not leavers.size:
            return
        orphaned = np.isin(self.cases["worker"], leavers)
        self.cases["worker"][orphaned] = NONE
        self.records.lose_a_part(self.cases["child"][orphaned], self.how.knowledge_kept, day)

    def allocate(self, day: int, coupled: bool) -> None:
        """Give each unallocated case to the worker at work with the fewest cases, in the order of the cases' keys."""
        rows = np.flatnonzero(self.cases["worker"] == NONE)
        if not rows.size:
            return
        key = self.cases["key"][rows]
        if not coupled:
            worker = (key % np.uint64(len(self.staff))).astype(np.int64)
        else:
            there = np.flatnonzero(self.staff.working)
            if not there.size:
                return
            rows = rows[np.argsort(key, kind="stable")]
            worker = self._lightest(there, rows.size)
        self.cases["worker"][rows] = worker
        self.log.add(day, Event.ALLOCATION, self.ids[self.cases["child"][rows]], worker)

    def _lightest(self, there: np.ndarray, wanted: int) -> np.ndarray:
        """The next ``wanted`` workers to get a case: always the one with the fewest, the lowest post first."""
        load = self.cases.caseloads(len(self.staff))[there]
        chosen = np.empty(wanted, dtype=np.int64)
        for i in range(wanted):
            lightest = int(np.argmin(load))
            chosen[i] = there[lightest]
            load[lightest] += 1
        return chosen

    def plan_visits(self, now: Conditions, day: int) -> Visits:
        """The visits of today: those due, by priority, as far as each worker's minutes go. Urgent visits of a worker who is off are covered."""
        cases = self.cases
        rows = np.flatnonzero((cases["next_visit"] <= day) & (cases["worker"] != NONE))
        child = cases["child"][rows]
        purpose = PURPOSE_OF_STAGE[cases["stage"][rows]]
        purpose[cases["enquiry_end"][rows] != NEVER] = Purpose.ENQUIRY
        mode, minutes, key = self.social_care.choose_modes(child, purpose, now, day)
        worker = self._covered(cases["worker"][rows].astype(np.int64), purpose, key)
        done = within_budget(worker, minutes, self.staff.minutes, (purpose, cases["next_visit"][rows], key))
        self.staff.used += minutes_used(worker[done], minutes[done], len(self.staff))
        attempt = self.social_care.attempt(child[done], purpose[done], mode[done], key[done], now)
        return Visits(rows[done], purpose[done], attempt)

    def _covered(self, worker: np.ndarray, purpose: np.ndarray, key: np.ndarray) -> np.ndarray:
        """Section 47 and protection visits do not wait for a worker to come back: a colleague goes."""
        there = np.flatnonzero(self.staff.working)
        if not there.size:
            return worker
        needs_cover = (purpose <= Purpose.PROTECTION) & ~self.staff.working[worker]
        colleague = there[(key % np.uint64(there.size)).astype(np.int64)]
        return np.where(needs_cover, colleague, worker)

    def write_up(self, visits: Visits, meetings: Meetings, day: int) -> None:
        """Book the next visit: at the usual interval if the family opened, soon if not."""
        cases, rows = self.cases, visits.case
        opened = meetings.opened
        wait = np.where(opened, self.intervals[visits.purpose], self.social_care.how.retry_days)
        cases["next_visit"][rows] = np.minimum(self.calendar.add_working_days(np.full(rows.size, day), wait), NEVER)
        cases["visits"][rows] += opened
        cases["enquiry_visits"][rows] += opened & (visits.purpose == Purpose.ENQUIRY)
        what = opened + 2 * meetings.seen + 4 * meetings.alone + 8 * meetings.spoken
        self.log.add(day, Event.VISIT, self.ids[cases["child"][rows]], meetings.mode, what)

    def spend(self, rows: np.ndarray, minutes: int, day: int, order: np.ndarray) -> np.ndarray:
        """Desk work and meetings on these cases, each ``minutes`` long, with what is left of the day: bool, which were done."""
        worker = self.cases["worker"][rows].astype(np.int64)
        held = worker != NONE
        done = np.zeros(rows.size, dtype=bool)
        at = np.flatnonzero(held)
        left = self.staff.minutes - self.staff.used
        cost = np.full(at.size, minutes)
        fits = within_budget(worker[at], cost, left, (order[at], self.cases["key"][rows[at]]))
        done[at[fits]] = True
        self.staff.used += minutes_used(worker[done], np.full(int(done.sum()), minutes), len(self.staff))
        return done

    def working_days_since(self, clock: str, rows: np.ndarray, day: int) -> np.ndarray:
        """Working days from the day in a column of these cases until today; days before the run count from its first day."""
        since = np.maximum(self.cases[clock][rows], 0).astype(np.int64)
        return self.calendar.working_days_between(since, np.full(rows.size, day))
