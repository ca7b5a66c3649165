"""Conference, protection plan, reviews, stepping down, care and closing."""

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
from simsafe.system.sharing import Sharing, logistic
from simsafe.world.contact import Agency


@dataclass(frozen=True)
class PlanPractice(Checked):
    """Clocks, thresholds and minutes."""

    plan: float = param(
        fitted("plan"),
        unit="nats at which half of conferences make a plan",
        source="fitted to plans per conference, 86 %",
        low=-2,
        high=14,
        grade="fitted",
    )
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
    into_care: float = param(
        fitted("into_care"),
        unit="nats at which half enter care at review",
        source="fitted to starts of care, 27 per 10,000",
        low=2,
        high=30,
        grade="fitted",
    )
    leaves_care: float = param(
        0.2,
        unit="chance at each six-monthly review",
        source="stock over starts: 68 / 27 per 10,000 is 2.5 years",
        low=0.05,
        high=0.6,
        grade="B",
    )
    spread: float = param(0.8, unit="nats, logistic scale", source="SG20", low=0.05, high=2, grade="B")
    first_review: int = param(91, unit="days", source="Working Together 2018: within three months", low=60, high=91, grade="rule")
    next_reviews: int = param(182, unit="days", source="Working Together 2018: six-monthly", low=90, high=182, grade="rule")
    in_need_review: int = param(84, unit="days", source="assumed", low=28, high=182)


class Protecting:
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
        how: PlanPractice,
    ) -> None:
        self.records, self.cases, self.casework, self.sharing = records, cases, casework, sharing
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how

    def settle(self, rows: np.ndarray, day: int) -> None:
        """Cases found in need: a first review is booked and visits go on."""
        if rows.size:
            self.cases.move(rows, Stage.IN_NEED, day, self.cases["next_visit"][rows])
            self.cases["review"][rows] = day + self.how.in_need_review

    def confer(self, rows: np.ndarray, day: int) -> None:
        """Initial child protection conferences held today: a plan, or none."""
        cases = self.cases
        if not rows.size:
            return
        child = cases["child"][rows]
        worry = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        key = cases["key"][rows] + cases["strategy"][rows].astype(np.int64).astype(np.uint64)
        planned = self.chance.ask(key, "plan") < logistic((worry - self.how.plan) / self.how.spread)
        taken = self.casework.working_days_since("strategy", rows, day)
        cases["conference"][rows] = NEVER
        self.log.add(day, Event.CONFERENCE, self.ids[child], planned.astype(np.int16), taken)
        self._begin_plans(rows[planned], day)
        unplanned = rows[~planned & (cases["stage"][rows] == Stage.ASSESSMENT)]
        cases["finish"][unplanned] = np.minimum(cases["finish"][unplanned], day + 7)

    def _begin_plans(self, plans: np.ndarray, day: int) -> None:
        """A plan begins; an assessment still running ends with the conference that made it."""
        cases = self.cases
        assessed = plans[cases["stage"][plans] == Stage.ASSESSMENT]
        took = self.casework.working_days_since("opened", assessed, day)
        self.log.add(day, Event.ASSESSED, self.ids[cases["child"][assessed]], int(Outcome.IN_NEED), took)
        soon = self.calendar.add_working_days(np.full(plans.size, day), np.full(plans.size, 5))
        cases.move(plans, Stage.PROTECTION, day, np.minimum(soon, cases["next_visit"][plans]))
        cases["finish"][plans] = NEVER
        cases["review"][plans] = day + self.how.first_review

    def review(self, due: np.ndarray, here: np.ndarray, day: int) -> None:
        """Reviews held today: plans and care go on or end, cases in need go on or close; none in the middle of an enquiry.

        ``here`` is bool, one a child: nobody enters care before birth.
        """
        cases = self.cases
        due = due[cases["enquiry_end"][due] == NEVER]
        if not due.size:
            return
        child, stage = cases["child"][due], cases["stage"][due]
        harm = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        worry = np.maximum(harm, self.records.need_of(child, day))
        u = self.chance.ask(cases["key"][due] + cases["reviews"][due].astype(np.uint64), "review")
        cases["reviews"][due] += 1
        at = [stage == s for s in (Stage.PROTECTION, Stage.LOOKED_AFTER, Stage.IN_NEED)]
        self._review_plans(due[at[0]], harm[at[0]], u[at[0]], here, day)
        self._review_care(due[at[1]], u[at[1]], day)
        self._review_in_need(due[at[2]], worry[at[2]], u[at[2]], day)

    def _review_plans(self, rows: np.ndarray, harm: np.ndarray, u: np.ndarray, here: np.ndarray, day: int) -> None:
        if not rows.size:
            return
        cases, how = self.cases, self.how
        child = cases["child"][rows]
        care = (1 - u < logistic((harm - how.into_care) / how.spread)) & here[child]
        goes_on = ~care & (u < logistic((harm - how.keep_plan) / how.spread))
        self.log.add(day, Event.PLAN_REVIEW, self.ids[child[~care]], goes_on[~care].astype(np.int16))
        cases["review"][rows[goes_on]] = day + how.next_reviews
        months = (day - cases["since"][rows].astype(np.int32)) // 30
        ended = ~goes_on
        self.log.add(day, Event.PLAN_ENDED, self.ids[child[ended]], months[ended])
        self.log.add(day, Event.INTO_CARE, self.ids[child[care]])
        steps_down = rows[ended & ~care]
        cases.move(rows[care], Stage.LOOKED_AFTER, day, cases["next_visit"][rows[care]])
        cases["review"][rows[care]] = day + how.next_reviews
        self.settle(steps_down, day)

    def _review_care(self, rows: np.ndarray, u: np.ndarray, day: int) -> None:
        if not rows.size:
            return
        leaves = u < self.how.leaves_care
        self.cases["review"][rows] = day + self.how.next_reviews
        home = rows[leaves]
        self.log.add(day, Event.OUT_OF_CARE, self.ids[self.cases["child"][home]])
        self.settle(home, day)

    def _review_in_need(self, rows: np.ndarray, worry: np.ndarray, u: np.ndarray, day: int) -> None:
        if not rows.size:
            return
        goes_on = u < logistic((worry - self.how.keep_in_need) / self.how.spread)
        self.cases["review"][rows[goes_on]] = day + self.how.in_need_review
        ended = rows[~goes_on]
        self.log.add(day, Event.CLOSED, self.ids[self.cases["child"][ended]], int(Stage.IN_NEED), int(Closing.NEEDS_MET))
        self.cases.close(ended)

    def grow_up(self, grown: np.ndarray, day: int) -> None:
        """Cases of young people who turned 18 close."""
        rows = self.cases.row[grown]
        rows = rows[rows != NONE]
        self.log.add(day, Event.CLOSED, self.ids[self.cases["child"][rows]], self.cases["stage"][rows], int(Closing.GROWN_UP))
        self.cases.close(rows)
