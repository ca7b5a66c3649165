"""Assessment, strategy discussion and section 47 enquiry: what is decided from social care's own record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.system.care import Caring
from simsafe.system.cases import NEVER, NONE, Cases, Stage
from simsafe.system.casework import Casework
from simsafe.system.conference import Conferring
from simsafe.system.events import Closing, Event, EventLog, Outcome, Route
from simsafe.system.meetings import Meetings, Today
from simsafe.system.sharing import Call, logistic
from simsafe.world.contact import AGENCIES, Agency


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
    partner_report: float = param(
        fitted("partner_report"),
        unit="working days until a partner's written information is in, mean",
        source="fitted to assessments in time, 83 %",
        low=0.5,
        high=60,
        grade="fitted",
    )
    longest_for_report: int = param(60, unit="working days after which the worker goes on without", source="assumed", low=10, high=90)
    analysis: int = param(
        5, unit="working days from the last report to a write-up agreed with the manager", source="assumed", low=0, high=15
    )
    again_after: int = param(60, unit="days before another strategy discussion on the same case", source="assumed", low=10, high=200)


class Assessing:
    """Reads social care's own record; writes cases."""

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
        how: AssessmentPractice,
        conferring: Conferring,
        caring: Caring,
    ) -> None:
        self.records, self.cases, self.casework, self.meetings = records, cases, casework, meetings
        self.conferring, self.caring = conferring, caring
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how

    def begin(self, rows: np.ndarray, today: Today) -> None:
        """New cases: plan how long the assessment will take. It is not written up before partners' information is in."""
        if not rows.size:
            return
        how, day = self.how, today.day
        length = how.shortest + (how.longest + 1 - how.shortest) * self.chance.ask(self.cases["key"][rows], "length of assessment")
        length = np.maximum(length.astype(np.int64), self._reports(rows, today) + how.analysis)
        self.cases["finish"][rows] = self.calendar.add_working_days(day, length)
        self.cases["next_visit"][rows] = self.calendar.add_working_days(day, 3)

    def _reports(self, rows: np.ndarray, today: Today) -> np.ndarray:
        """Working days until the last of the services that know each child has written, or the worker goes on without."""
        known = self.meetings.known_to(self.cases["child"][rows], today)
        luck = self.chance.ask_each(self.cases["key"][rows][:, None], "information for an assessment", np.arange(AGENCIES), AGENCIES)
        wait = -np.log1p(-luck) * self.how.partner_report * today.now.sharing_delay_factor
        return np.minimum(np.where(known, wait, 0).max(axis=1), self.how.longest_for_report).astype(np.int64)

    def discuss(self, children: np.ndarray, sign_key: np.ndarray, today: Today) -> None:
        """A strategy discussion may be called at any time new evidence reaches an open case; it begins a section 47 enquiry.

        ``sign_key`` is the identity of the newest sign about each child: the luck of the discussion follows from it.
        """
        rows = self.cases.row[children]
        at_hand = rows != NONE
        rows, sign_key = rows[at_hand], sign_key[at_hand]
        cases, day = self.cases, today.day
        free = self.may_discuss(rows) & (day - cases["last_enquiry"][rows].astype(np.int32) >= self.how.again_after)
        rows, sign_key = rows[free], sign_key[free]
        if not rows.size:
            return
        child = cases["child"][rows]
        worry = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        called = self.chance.ask(sign_key, "strategy discussion") < logistic((worry - self.how.strategy) / self.how.spread)
        self.enquire(rows[called], today)

    def may_discuss(self, rows: np.ndarray) -> np.ndarray:
        """bool: no plan yet, and neither an enquiry nor a conference on its way."""
        cases = self.cases
        free = (cases["enquiry_end"][rows] == NEVER) & (cases["conference"][rows] == NEVER)
        return free & (cases["stage"][rows] <= Stage.IN_NEED)

    def enquire(self, rows: np.ndarray, today: Today) -> None:
        """A strategy discussion by telephone today, with whom can be reached; a section 47 enquiry begins."""
        if not rows.size:
            return
        cases, how, day = self.cases, self.how, today.day
        child = cases["child"][rows]
        cases["enquiries"][rows] += 1
        span = how.enquiry_shortest + (how.enquiry_longest + 1 - how.enquiry_shortest) * self._luck(rows, "length of enquiry")
        cases["strategy"][rows] = day
        cases["last_enquiry"][rows] = day
        cases["enquiry_end"][rows] = self.calendar.add_working_days(day, span.astype(np.int64))
        cases["enquiry_visits"][rows] = cases["adjourned"][rows] = 0
        cases["next_visit"][rows] = day
        self.log.add(day, Event.STRATEGY, self.ids[child], cases["stage"][rows])
        key = self.chance.keys(cases.enquiry_keys(rows), "strategy discussion about the case")
        self.meetings.hold(self.meetings.invite(rows, key, Call.STRATEGY_DISCUSSION), today)

    def end_enquiries(self, rows: np.ndarray, day: int) -> None:
        """Enquiries that have run their course: the child is looked after, or it goes to conference, or the enquiry ends.

        ``rows`` are those worked on today.
        """
        cases = self.cases
        if not rows.size:
            return
        child = cases["child"][rows]
        worry = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        care = self.caring.needed(rows, self._luck(rows, "care at the end of an enquiry"), worry, True, day)
        self.caring.enter(rows[care], day, Route.ENQUIRY)
        rows, child, worry = rows[~care], child[~care], worry[~care]
        goes = self._luck(rows, "to conference") < logistic((worry - self.how.conference) / self.how.spread)
        cases["enquiry_end"][rows] = NEVER
        self.log.add(day, Event.ENQUIRY_ENDED, self.ids[child], goes.astype(np.int16))
        going = rows[goes]
        self.conferring.book(going, self.conferring.first_date(going, self._luck(going, "conference date"), day))

    def _luck(self, rows: np.ndarray, question: str) -> np.ndarray:
        """A number in [0, 1) that belongs to the case's latest enquiry."""
        return self.chance.ask(self.cases.enquiry_keys(rows), question)

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
        taken = self.casework.working_days_since("referred", rows, day)
        self.log.add(day, Event.ASSESSED, self.ids[child], np.where(need, Outcome.IN_NEED, Outcome.NOT_IN_NEED), taken)
        goes_on, ends = rows[need], rows[~need]
        self.log.add(day, Event.CLOSED, self.ids[cases["child"][ends]], int(Stage.ASSESSMENT), int(Closing.NOT_IN_NEED))
        cases.close(ends)
        return goes_on
