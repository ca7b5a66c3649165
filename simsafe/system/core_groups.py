"""Core groups: those who carry a child protection plan meet within ten working days of the conference, and then every six weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.system.cases import Cases
from simsafe.system.events import Event, EventLog
from simsafe.system.meetings import Invitation, Meetings
from simsafe.system.sharing import Call


@dataclass(frozen=True)
class CoreGroupPractice(Checked):
    """Clocks of core groups."""

    first: int = param(10, unit="working days after the conference", source="Working Together 2018", low=5, high=15, grade="rule")
    every: int = param(
        30, unit="working days from one to the next: six weeks", source="usual local practice", low=10, high=65, grade="rule"
    )
    ahead: int = param(3, unit="working days before the last allowed at which one is booked, at most", source="assumed", low=0, high=4)


class CoreGroups:
    """Writes cases; partners who come tell what is new."""

    def __init__(
        self, cases: Cases, meetings: Meetings, calendar: Calendar, log: EventLog, ids: np.ndarray, chance: Chance, how: CoreGroupPractice
    ) -> None:
        self.cases, self.meetings, self.calendar, self.log = cases, meetings, calendar, log
        self.ids, self.chance, self.how = ids, chance, how

    def begin(self, rows: np.ndarray, day: int) -> None:
        """Plans made today: the first core group is booked."""
        self._book(rows, self.how.first, day)

    def _book(self, rows: np.ndarray, within: int, day: int) -> None:
        ahead = ((self.how.ahead + 1) * self.chance.ask(self._keys(rows), "core group booked ahead")).astype(np.int64)
        self.cases["core_group"][rows] = self.calendar.add_working_days(day, within - ahead)
        self.cases["core_group_limit"][rows] = self.calendar.add_working_days(day, within)

    def _keys(self, rows: np.ndarray) -> np.ndarray:
        """Each case's next core group, of its present plan."""
        plan = self.chance.keys(self.cases["key"][rows] + self.cases["since"][rows].astype(np.int64).astype(np.uint64), "plan")
        return self.meetings.keys(plan, "core group", self.cases["core_groups"][rows])

    def invite(self, rows: np.ndarray) -> Invitation:
        """Core groups due today."""
        return self.meetings.invite(rows, self._keys(rows), Call.CORE_GROUP)

    def held(self, rows: np.ndarray, day: int) -> None:
        """Core groups have met; the next ones are booked."""
        if not rows.size:
            return
        cases = self.cases
        child = cases["child"][rows]
        cases["core_groups"][rows] += 1
        late = np.maximum(day - cases["core_group_limit"][rows], 0)
        self.log.add(day, Event.CORE_GROUP, self.ids[child], cases["core_groups"][rows], late)
        self._book(rows, self.how.every, day)
