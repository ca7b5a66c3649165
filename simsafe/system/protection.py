"""Protection plans and children in need: reviews, stepping down, closing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.system.care import Caring, months_since
from simsafe.system.cases import NEVER, NONE, Cases, Stage
from simsafe.system.casework import Casework
from simsafe.system.chronology import Chronologies
from simsafe.system.core_groups import CoreGroups
from simsafe.system.events import Closing, Event, EventLog, Outcome, Route
from simsafe.system.meetings import Gathering, Invitation, Meetings
from simsafe.system.sharing import Call, logistic
from simsafe.world.contact import Agency

REVIEW_OF_STAGE = np.array([Call.IN_NEED_REVIEW, Call.IN_NEED_REVIEW, Call.PLAN_REVIEW, Call.CARE_REVIEW])  # by Stage


@dataclass(frozen=True)
class PlanPractice(Checked):
    """Clocks, thresholds and minutes."""

    keep_plan: float = param(
        fitted("keep_plan"),
        unit="nats at which half of plans go on at review",
        source="fitted to the stock of plans",
        low=-2,
        high=14,
        grade="fitted",
    )
    keep_in_need: float = param(
        fitted("keep_in_need"),
        unit="nats at which half of cases in need go on at review",
        source="fitted to the stock of children in need",
        low=-2,
        high=10,
        grade="fitted",
    )
    long_term: float = param(
        fitted("long_term"),
        unit="nats at which half of cases in need are kept for long-term support at review",
        source="fitted to the share of episodes open for one to two years",
        low=-2,
        high=16,
        grade="fitted",
    )
    long_term_ends: float = param(
        0.04,
        unit="chance at a review that long-term support ends",
        source="assumed: a third of episodes are open for over two years (children in need 2018-20)",
        low=0.01,
        high=0.2,
    )
    disabled_long_term: float = param(
        0.4,
        unit="share of disabled children found in need who are given long-term support",
        source="assumed; a disabled child is in need by law, Children Act 1989, section 17(10)(c)",
        low=0.1,
        high=1,
    )
    spread: float = param(0.8, unit="nats, logistic scale", source="SG20", low=0.05, high=2, grade="B")
    first_review: int = param(91, unit="days", source="Working Together 2018: within three months", low=60, high=91, grade="rule")
    next_reviews: int = param(182, unit="days", source="Working Together 2018: six-monthly", low=90, high=182, grade="rule")
    booked_ahead: int = param(
        14, unit="days before the last day allowed at which reviews are booked, at most", source="assumed", low=0, high=28
    )
    first_in_need_review: int = param(
        35,
        unit="days",
        source="assumed: within four to six weeks in local procedures; half of new episodes end within 3 months",
        low=14,
        high=84,
    )
    in_need_review: int = param(84, unit="days", source="assumed", low=28, high=182)


class Protecting:
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
        how: PlanPractice,
        core_groups: CoreGroups,
        caring: Caring,
        chronologies: Chronologies,
        disabled: np.ndarray,
    ) -> None:
        """``disabled``: bool, one a child, as services know it."""
        self.records, self.cases, self.casework, self.meetings = records, cases, casework, meetings
        self.core_groups, self.caring, self.chronologies = core_groups, caring, chronologies
        self.disabled = disabled
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how

    def settle(self, rows: np.ndarray, day: int) -> None:
        """Cases found in need: a first review is booked and visits go on."""
        if rows.size:
            self.cases.move(rows, Stage.IN_NEED, day, self.cases["next_visit"][rows])
            self.cases["review"][rows] = day + self.how.first_in_need_review

    def begin_plans(self, plans: np.ndarray, day: int) -> None:
        """A plan begins; an assessment still running ends with the conference that made it."""
        if not plans.size:
            return
        cases = self.cases
        assessed = plans[cases["stage"][plans] == Stage.ASSESSMENT]
        took = self.casework.working_days_since("referred", assessed, day)
        self.log.add(day, Event.ASSESSED, self.ids[cases["child"][assessed]], int(Outcome.IN_NEED), took)
        soon = self.calendar.add_working_days(day, 5)
        cases.move(plans, Stage.PROTECTION, day, np.minimum(soon, cases["next_visit"][plans]))
        child = cases["child"][plans]
        self.log.add(day, Event.PLAN_BEGAN, self.ids[child], cases.plans[child])
        self._book_review(plans, self.how.first_review, day)
        self.core_groups.begin(plans, day)

    def _book_review(self, rows: np.ndarray, within: int, day: int) -> None:
        """The next review of a plan: some days before the last day allowed."""
        ahead = (self.how.booked_ahead + 1) * self.chance.ask(self._review_keys(rows), "booked ahead")
        self.cases["review_limit"][rows] = day + within
        self.cases["review"][rows] = day + within - ahead.astype(np.int64)

    def _review_keys(self, rows: np.ndarray) -> np.ndarray:
        return self.cases["key"][rows] + self.cases["reviews"][rows].astype(np.int64).astype(np.uint64)

    def invite(self, due: np.ndarray) -> Invitation:
        """Reviews due today, none in the middle of an enquiry."""
        cases = self.cases
        due = due[(cases["enquiry_end"][due] == NEVER) & (cases["conference"][due] == NEVER)]
        times, stage = cases["adjourned"][due], cases["stage"][due]
        key = self.meetings.keys(self.chance.keys(self._review_keys(due), "review meeting"), "held", times)
        may_adjourn = (stage == Stage.PROTECTION) & (times < self.meetings.how.most_adjournments)
        return self.meetings.invite(due, key, REVIEW_OF_STAGE[stage], may_adjourn)

    def review(self, invited: Invitation, gathering: Gathering, day: int) -> None:
        """Reviews have met: plans and care go on or end, cases in need go on or close; conferences too few came to are adjourned."""
        cases, held = self.cases, gathering.held
        put_off, due = invited.rows[~held], invited.rows[held]
        if put_off.size:
            cases["adjourned"][put_off] += 1
            again = self.meetings.day_again(invited.key[~held])
            cases["review"][put_off] = self.calendar.add_working_days(day, again)
        if not due.size:
            return
        luck, stage = self.chance.ask(self._review_keys(due), "review"), cases["stage"][due]
        at = [stage == s for s in (Stage.PROTECTION, Stage.LOOKED_AFTER, Stage.IN_NEED)]
        self._review_plans(due[at[0]], luck[at[0]], day)
        self.settle(self.caring.review(due[at[1]], luck[at[1]], day), day)
        self._review_in_need(due[at[2]], luck[at[2]], day)
        cases["reviews"][due[~cases["closed"][due]]] += 1

    def _review_plans(self, rows: np.ndarray, luck: np.ndarray, day: int) -> None:
        if not rows.size:
            return
        cases, how = self.cases, self.how
        cases["adjourned"][rows] = 0
        self.chronologies.read(rows, day)
        harm = self.records.worry_of(Agency.SOCIAL_CARE, cases["child"][rows], day)
        care = self.caring.needed(rows, 1 - luck, harm, False, day)
        goes_on = ~care & (luck < logistic((harm - how.keep_plan) / how.spread))
        late = np.maximum(day - cases["review_limit"][rows].astype(np.int32), 0)
        self.log.add(day, Event.PLAN_REVIEW, self.ids[cases["child"][rows]], np.where(care, 2, goes_on), late)
        self._book_review(rows[goes_on], how.next_reviews, day)
        self.caring.enter(rows[care], day, Route.REVIEW)
        steps_down = rows[~goes_on & ~care]
        self.log.add(day, Event.PLAN_ENDED, self.ids[cases["child"][steps_down]], months_since(cases, steps_down, day))
        self.settle(steps_down, day)

    def _review_in_need(self, rows: np.ndarray, luck: np.ndarray, day: int) -> None:
        """Most cases close within months; those that weigh most, and those of some disabled children, become long-term support."""
        if not rows.size:
            return
        cases, how = self.cases, self.how
        child = cases["child"][rows]
        self.log.add(day, Event.REVIEW, self.ids[child], int(Stage.IN_NEED))
        worry = np.maximum(self.records.worry_of(Agency.SOCIAL_CARE, child, day), self.records.need_of(child, day))
        of_law = self.disabled[child] & (self.chance.ask(cases["key"][rows], "long-term support") < how.disabled_long_term)
        lasting = cases["long_term"][rows] | of_law
        goes_on = (luck < logistic((worry - how.keep_in_need) / how.spread)) | (lasting & (luck >= how.long_term_ends))
        cases["long_term"][rows] = lasting | (luck < logistic((worry - how.long_term) / how.spread))
        cases["review"][rows[goes_on]] = day + self.how.in_need_review
        ended = rows[~goes_on]
        self.log.add(day, Event.CLOSED, self.ids[cases["child"][ended]], int(Stage.IN_NEED), int(Closing.NEEDS_MET))
        cases.close(ended)

    def grow_up(self, grown: np.ndarray, day: int) -> None:
        """Cases of young people who turned 18 close."""
        rows = self.cases.row[grown]
        rows = rows[rows != NONE]
        self.log.add(day, Event.CLOSED, self.ids[self.cases["child"][rows]], self.cases["stage"][rows], int(Closing.GROWN_UP))
        self.cases.close(rows)
