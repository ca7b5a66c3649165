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
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency


@dataclass(frozen=True)
class PlanPractice(Checked):
    """Clocks, thresholds and minutes."""

    plan: float = param(fitted("plan"), unit="nats at which half of conferences make a plan", source="fitted to plans per conference, 86 %", low=-2, high=14, grade="fitted")
    keep_plan: float = param(fitted("keep_plan"), unit="nats at which half of plans go on at review", source="fitted to the stock of plans", low=-2, high=14, grade="fitted")
    keep_in_need: float = param(
        fitted("keep_in_need"), unit="nats at which half of cases in need go on at review", source="fitted to the stock of children in need", low=-2, high=10, grade="fitted"
    )
    into_care: float = param(fitted("into_care"), unit="nats at which half enter care at review", source="fitted to starts of care, 27 per 10,000", low=2, high=30, grade="fitted")
    leaves_care: float = param(0.2, unit="chance at each six-monthly review", source="stock over starts: 68 / 27 per 10,000 is 2.5 years", low=0.05, high=0.6, grade="B")
    spread: float = param(0.8, unit="nats, logistic scale", source="SG20", low=0.05, high=2, grade="B")
    first_review: int = param(91, unit="days", source="Working Together 2018: within three months", low=60, high=91, grade="rule")
    next_reviews: int = param(182, unit="days", source="Working Together 2018: six-monthly", low=90, high=182, grade="rule")
    in_need_review: int = param(84, unit="days", source="assumed", low=28, high=182)
    conference_minutes: int = param(180, unit="minutes of the worker a conference, report included", source="assumed", low=60, high=480)
    review_minutes: int = param(120, unit="minutes of the worker a review", source="assumed", low=30, high=360)
    close_minutes: int = param(60, unit="minutes to review or close a case in need", source="assumed", low=10, high=240)


class Protecting:
    """Reads social care's own record; writes cases."""

    def __init__(
        self, records: Records, cases: Cases, casework: Casework, sharing: Sharing, calendar: Calendar, log: EventLog, ids: np.ndarray, chance: Chance, how: PlanPractice
    ) -> None:
        self.records, self.cases, self.casework, self.sharing = records, cases, casework, sharing
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how

    def settle(self, rows: np.ndarray, day: int) -> None:
        """Cases found in need: a first review is booked and visits go on."""
        self.cases.move(rows, Stage.IN_NEED, day, self.cases["next_visit"][rows])
        self.cases["review"][rows] = day + self.how.in_need_review

    def confer(self, now: Conditions, load: float, day: int) -> None:
        """Initial child protection conferences whose day has come and whose worker can attend."""
        cases = self.cases
        rows = np.flatnonzero(cases["conference"] <= day)
        rows = rows[self.casework.spend(rows, self.how.conference_minutes, day, cases["conference"][rows])]
        if not rows.size:
            return
        child = cases["child"][rows]
        self.sharing.call(child, "conference", now, load, np.ones(child.size, dtype=bool), day)
        worry = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        key = cases["key"][rows] + cases["strategy"][rows].astype(np.int64).astype(np.uint64)
        planned = self.chance.ask(key, "plan") < logistic((worry - self.how.plan) / self.how.spread)
        taken = self.casework.working_days_since("strategy", rows, day)
        cases["conference"][rows] = NEVER
        self.log.add(day, Event.CONFERENCE, self.ids[child], planned.astype(np.int16), taken)
        plans, others = rows[planned], rows[~planned]
        assessed = plans[cases["stage"][plans] == Stage.ASSESSMENT]  # the assessment ends with the conference that makes a plan
        took = self.casework.working_days_since("opened", assessed, day)
        self.log.add(day, Event.ASSESSED, self.ids[cases["child"][assessed]], int(Outcome.IN_NEED), took)
        soon = self.calendar.add_working_days(np.full(plans.size, day), np.full(plans.size, 5))
        cases.move(plans, Stage.PROTECTION, day, np.minimum(soon, cases["next_visit"][plans]))
        cases["review"][plans] = day + self.how.first_review
        unplanned = others[cases["stage"][others] == Stage.ASSESSMENT]
        cases["finish"][unplanned] = np.minimum(cases["finish"][unplanned], day + 7)

    def review(self, day: int) -> None:
        """Reviews that fall due, as minutes allow: go on, step down, enter care, leave care, or close."""
        cases, how = self.cases, self.how
        due = np.flatnonzero((cases["review"] <= day) & (cases["enquiry_end"] == NEVER) & (cases["conference"] == NEVER))
        if not due.size:
            return
        stage = cases["stage"][due]
        for at, minutes in ((Stage.PROTECTION, how.review_minutes), (Stage.LOOKED_AFTER, how.review_minutes), (Stage.IN_NEED, how.close_minutes)):
            rows = due[stage == at]
            rows = rows[self.casework.spend(rows, minutes, day, cases["review"][rows])]
            if not rows.size:
                continue
            child = cases["child"][rows]
            harm = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
            u = self.chance.ask(cases["key"][rows] + cases["reviews"][rows].astype(np.uint64), f"review, {at.name}")
            cases["reviews"][rows] += 1
            if at is Stage.PROTECTION:
                self._review_plans(rows, child, harm, u, day)
            elif at is Stage.LOOKED_AFTER:
                self._review_care(rows, u, day)
            else:
                self._review_in_need(rows, np.maximum(harm, self.records.need_of(child, day)), u, day)
            if at is not Stage.LOOKED_AFTER and at is not Stage.PROTECTION:
                break  # closing moves rows; nothing may follow

    def _review_plans(self, rows: np.ndarray, child: np.ndarray, harm: np.ndarray, u: np.ndarray, day: int) -> None:
        cases, how = self.cases, self.how
        care = 1 - u < logistic((harm - how.into_care) / how.spread)
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
        leaves = u < self.how.leaves_care
        self.cases["review"][rows] = day + self.how.next_reviews
        home = rows[leaves]
        self.log.add(day, Event.OUT_OF_CARE, self.ids[self.cases["child"][home]])
        self.settle(home, day)

    def _review_in_need(self, rows: np.ndarray, worry: np.ndarray, u: np.ndarray, day: int) -> None:
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
