"""Assessment, strategy discussion and section 47 enquiry: what is decided from social care's own record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.system.cases import NEVER, NONE, Cases, Stage
from simsafe.system.casework import Casework
from simsafe.system.events import Closing, Event, EventLog, Outcome
from simsafe.system.sharing import Call, Sharing, logistic
from simsafe.world.contact import Agency


@dataclass(frozen=True)
class AssessmentPractice(Checked):
    """Clocks, thresholds and minutes."""

    strategy: float = param(
        fitted("strategy"),
        unit="nats at which half lead to a strategy discussion",
        source="fitted to section 47 enquiries",
        low=0,
        high=12,
        grade="fitted",
    )
    conference: float = param(
        fitted("conference"),
        unit="nats at which half of enquiries go to conference",
        source="fitted to conferences",
        low=0,
        high=14,
        grade="fitted",
    )
    in_need: float = param(
        fitted("in_need"), unit="nats at which half are found in need", source="fitted to not in need, 29 %", low=-2, high=8, grade="fitted"
    )
    spread: float = param(0.8, unit="nats, logistic scale", source="SG20: agreement between workers is poor", low=0.05, high=2, grade="B")
    shortest: int = param(10, unit="working days", source="assumed", low=1, high=30)
    longest: int = param(44, unit="working days planned at most", source="statutory 45", low=20, high=45, grade="rule")
    enquiry_shortest: int = param(4, unit="working days", source="assumed", low=1, high=10)
    enquiry_longest: int = param(13, unit="working days planned at most", source="conference within 15", low=5, high=15, grade="rule")
    again_after: int = param(60, unit="days before another strategy discussion on the same case", source="assumed", low=10, high=200)


class Assessing:
    """Reads social care's own record; writes cases."""

    def __init__(
        self,
        records: Records,
        cases: Cases,
        casework: Casework,
        sharing: Sharing,
        calendar: Calendar,
        log: EventLog,
        ids: np.ndarray,
        chance: Chance,
        how: AssessmentPractice,
    ) -> None:
        self.records, self.cases, self.casework, self.sharing = records, cases, casework, sharing
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how

    def begin(self, rows: np.ndarray, day: int) -> None:
        """New cases: plan how long the assessment will take."""
        if not rows.size:
            return
        how = self.how
        length = how.shortest + (how.longest + 1 - how.shortest) * self.chance.ask(self.cases["key"][rows], "length of assessment")
        self.cases["finish"][rows] = self.calendar.add_working_days(np.full(rows.size, day), length.astype(np.int64))
        self.cases["next_visit"][rows] = self.calendar.add_working_days(np.full(rows.size, day), np.full(rows.size, 3))

    def discuss(self, children: np.ndarray, sign_key: np.ndarray, day: int) -> None:
        """A strategy discussion may be called at any time new evidence reaches an open case; it begins a section 47 enquiry.

        ``sign_key`` is the identity of the newest sign about each child: the luck of the discussion follows from it.
        """
        rows = self.cases.row[children]
        at_hand = rows != NONE
        rows, sign_key = rows[at_hand], sign_key[at_hand]
        cases = self.cases
        free = (cases["enquiry_end"][rows] == NEVER) & (cases["conference"][rows] == NEVER)
        free &= (cases["stage"][rows] <= Stage.IN_NEED) & (day - cases["last_enquiry"][rows].astype(np.int32) >= self.how.again_after)
        rows, sign_key = rows[free], sign_key[free]
        if not rows.size:
            return
        child = cases["child"][rows]
        worry = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        called = self.chance.ask(sign_key, "strategy discussion") < logistic((worry - self.how.strategy) / self.how.spread)
        self._enquire(rows[called], day)

    def _enquire(self, rows: np.ndarray, day: int) -> None:
        if not rows.size:
            return
        cases, how = self.cases, self.how
        child = cases["child"][rows]
        span = how.enquiry_shortest + (how.enquiry_longest + 1 - how.enquiry_shortest) * self.chance.ask(
            cases["key"][rows], "length of enquiry", day
        )
        cases["strategy"][rows] = day
        cases["last_enquiry"][rows] = day
        cases["enquiry_end"][rows] = self.calendar.add_working_days(np.full(rows.size, day), span.astype(np.int64))
        cases["enquiry_visits"][rows] = 0
        cases["next_visit"][rows] = day
        self.log.add(day, Event.STRATEGY, self.ids[child], cases["stage"][rows])
        self.sharing.call(child, Call.STRATEGY_DISCUSSION)

    def end_enquiries(self, rows: np.ndarray, day: int) -> None:
        """Enquiries that have run their course go to conference or end. ``rows`` are those worked on today."""
        cases = self.cases
        if not rows.size:
            return
        child = cases["child"][rows]
        worry = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        goes = self._luck(rows, "to conference") < logistic((worry - self.how.conference) / self.how.spread)
        cases["enquiry_end"][rows] = NEVER
        self.log.add(day, Event.ENQUIRY_ENDED, self.ids[child], goes.astype(np.int16))
        going = rows[goes]
        wait = 10 + 6 * self._luck(going, "conference date")
        planned = self.calendar.add_working_days(cases["strategy"][going].astype(np.int64), wait.astype(np.int64))
        soonest = self.calendar.add_working_days(np.full(going.size, day), np.full(going.size, 1))
        cases["conference"][going] = np.maximum(planned, soonest)
        self.sharing.call(child[goes], Call.CONFERENCE)  # partners are asked when it is booked, to report by the day

    def _luck(self, rows: np.ndarray, question: str) -> np.ndarray:
        """A number in [0, 1) that belongs to the case and its latest strategy discussion."""
        key = self.cases["key"][rows] + self.cases["strategy"][rows].astype(np.int64).astype(np.uint64)
        return self.chance.ask(key, question)

    def complete(self, rows: np.ndarray, day: int) -> np.ndarray:
        """Assessments written up today; returns the rows of cases that go on as in need. The others close: not in need.

        One on which an enquiry began this very day waits for its end.
        """
        cases, how = self.cases, self.how
        rows = rows[cases["enquiry_end"][rows] == NEVER]
        if not rows.size:
            return rows
        child = cases["child"][rows]
        worry = np.maximum(self.records.worry_of(Agency.SOCIAL_CARE, child, day), self.records.need_of(child, day))
        need = self.chance.ask(cases["key"][rows], "in need") < logistic((worry - how.in_need) / how.spread)
        taken = self.casework.working_days_since("opened", rows, day)
        self.log.add(day, Event.ASSESSED, self.ids[child], np.where(need, Outcome.IN_NEED, Outcome.NOT_IN_NEED), taken)
        goes_on, ends = rows[need], rows[~need]
        self.log.add(day, Event.CLOSED, self.ids[cases["child"][ends]], int(Stage.ASSESSMENT), int(Closing.NOT_IN_NEED))
        cases.close(ends)
        return goes_on
