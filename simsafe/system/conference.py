"""Initial child protection conferences: a chair's slot is booked, partners come or write, and a plan is made, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.system.cases import NEVER, Cases
from simsafe.system.casework import Casework
from simsafe.system.events import Event, EventLog
from simsafe.system.meetings import Gathering, Invitation, Meetings
from simsafe.system.sharing import Call, logistic
from simsafe.world.contact import Agency

WEEKS = 52.18  # a year, of five working days each: the calendar


@dataclass(frozen=True)
class ConferencePractice(Checked):
    """When conferences are wanted, how many chairs can hold, and what leads to a plan."""

    plan: float = param(
        fitted("plan"),
        unit="nats at which half of conferences make a plan",
        source="fitted to plans per conference, 86 %",
        low=-2,
        high=14,
        grade="fitted",
    )
    spread: float = param(0.8, unit="nats, logistic scale", source="SG20", low=0.05, high=2, grade="B")
    soonest: int = param(
        10, unit="working days after the strategy discussion", source="assumed: reports are written and shared first", low=3, high=15
    )
    latest: int = param(15, unit="working days at most", source="Working Together 2018", low=15, high=20, grade="rule")
    chair_slack: float = param(
        fitted("chair_slack"),
        unit="chairs' slots a week above the area's usual number of conferences, in standard deviations of that number",
        source="fitted to conferences in time, 78 %",
        low=-1.5,
        high=6,
        grade="fitted",
    )
    longest_wait: int = param(
        15, unit="working days beyond the day wanted within which a chair is found somehow", source="assumed", low=3, high=60
    )


class Conferring:
    """Reads social care's own record and the usual number of conferences; writes the clocks of cases."""

    def __init__(
        self,
        records: Records,
        cases: Cases,
        casework: Casework,
        meetings: Meetings,
        calendar: Calendar,
        log: EventLog,
        ids: np.ndarray,
        chance: Chance,
        how: ConferencePractice,
        usual: float,
        unlimited: bool,
    ) -> None:
        """``usual``: conferences a year in the area. ``unlimited``: no conference waits because of another."""
        self.records, self.cases, self.casework, self.meetings = records, cases, casework, meetings
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how
        week = usual / WEEKS
        self.slots_a_week = np.inf if unlimited else max(0.0, week + how.chair_slack * np.sqrt(week))

    def book(self, rows: np.ndarray, wanted: np.ndarray) -> None:
        """Give each case the first free slot from the working day ``wanted`` on, in the order of the cases' keys.

        Nobody waits beyond the longest wait: a chair is found outside the team, or one of the team's gives up other work.
        """
        column = self.cases["conference"]
        if np.isinf(self.slots_a_week):
            column[rows] = wanted
            return
        latest = self.calendar.add_working_days(wanted, self.how.longest_wait)
        order = np.argsort(self.cases["key"][rows], kind="stable")
        for row, first, last in zip(rows[order].tolist(), wanted[order].tolist(), latest[order].tolist(), strict=True):
            free = positions(self._free(first, last))
            column[row] = first + free[0] if free.size else last

    def _free(self, first: int, last: int) -> np.ndarray:
        """bool: for each day from ``first`` to ``last``, a slot is left. Slots are spread evenly over working days."""
        number = self.calendar.working_number[first - 1 : last + 1].astype(np.int64)
        slots = np.diff((number * self.slots_a_week / 5).astype(np.int64))
        booked = self.cases["conference"]
        booked = booked[(booked >= first) & (booked <= last)].astype(np.int64) - first
        return slots > np.bincount(booked, minlength=slots.size)

    def first_date(self, rows: np.ndarray, luck: np.ndarray, day: int) -> np.ndarray:
        """The working day on which each conference is wanted: some days after the strategy discussion, and not today."""
        how = self.how
        wait = how.soonest + (how.latest + 1 - how.soonest) * luck
        planned = self.calendar.add_working_days(self.cases["strategy"][rows].astype(np.int64), wait.astype(np.int64))
        return np.maximum(planned, self.calendar.add_working_days(day, 1))

    def invite(self, rows: np.ndarray) -> Invitation:
        """Conferences due and prepared."""
        times = self.cases["adjourned"][rows]
        key = self.meetings.keys(self.cases.enquiry_keys(rows), "initial conference", times)
        return self.meetings.invite(rows, key, Call.CONFERENCE, times < self.meetings.how.most_adjournments)

    def confer(self, invited: Invitation, gathering: Gathering, day: int) -> np.ndarray:
        """Conferences held, or adjourned, now that all has been heard. Returns the rows of cases for which a plan was made."""
        rows, cases = invited.rows, self.cases
        if not rows.size:
            return rows
        key = cases.enquiry_keys(rows)
        self._adjourn(rows[~gathering.held], invited.key[~gathering.held], day)
        rows, key = rows[gathering.held], key[gathering.held]
        child = cases["child"][rows]
        worry = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        planned = self.chance.ask(key, "plan") < logistic((worry - self.how.plan) / self.how.spread)
        cases["conference"][rows] = NEVER
        self.log.add(
            day, Event.CONFERENCE, self.ids[child], planned.astype(np.int16), self.casework.working_days_since("strategy", rows, day)
        )
        unplanned = rows[~planned]
        soon = np.minimum(cases["finish"][unplanned], day + 7)  # an assessment still running is written up within a week; assumed
        cases["finish"][unplanned] = np.where(cases["finish"][unplanned] == NEVER, NEVER, soon)
        return rows[planned]

    def _adjourn(self, rows: np.ndarray, meeting: np.ndarray, day: int) -> None:
        if not rows.size:
            return
        self.cases["adjourned"][rows] += 1
        self.log.add(day, Event.ADJOURNED, self.ids[self.cases["child"][rows]], self.cases["adjourned"][rows])
        self.cases["conference"][rows] = NEVER
        self.book(rows, self.calendar.add_working_days(day, self.meetings.day_again(meeting)))
