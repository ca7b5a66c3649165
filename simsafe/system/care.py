"""Being looked after: how children enter care, their reviews, and going home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.system.cases import NEVER, Cases, Stage
from simsafe.system.casework import Casework
from simsafe.system.events import Event, EventLog, Outcome, Route
from simsafe.system.sharing import logistic

HALF_YEAR = 182  # days: the calendar


@dataclass(frozen=True)
class CarePractice(Checked):
    """Thresholds and clocks of care."""

    into_care: float = param(
        fitted("into_care"),
        unit="nats at which half enter care at a review",
        source="fitted to starts of care, 27 per 10,000",
        low=2,
        high=30,
        grade="fitted",
    )
    at_enquiry: float = param(
        3.0, unit="nats more at the end of an enquiry, where a plan has not been tried", source="assumed", low=0, high=10
    )
    spread: float = param(0.8, unit="nats, logistic scale", source="SG20", low=0.05, high=2, grade="B")
    leaves_care: float = param(
        0.2, unit="chance in half a year", source="stock over starts: 68 / 27 per 10,000 is 2.5 years", low=0.05, high=0.6, grade="B"
    )
    first_review: int = param(20, unit="working days", source="Care Planning Regulations 2010", low=10, high=20, grade="rule")
    second_review: int = param(91, unit="days after the first", source="Care Planning Regulations 2010", low=60, high=92, grade="rule")
    next_reviews: int = param(182, unit="days", source="Care Planning Regulations 2010: six-monthly", low=90, high=183, grade="rule")


class Caring:
    """Writes cases. Who enters is decided elsewhere, from social care's record."""

    def __init__(
        self,
        cases: Cases,
        casework: Casework,
        calendar: Calendar,
        birth: np.ndarray,
        log: EventLog,
        ids: np.ndarray,
        chance: Chance,
        how: CarePractice,
    ) -> None:
        self.cases, self.casework, self.calendar, self.birth = cases, casework, calendar, birth
        self.log, self.ids, self.chance, self.how = log, ids, chance, how

    def needed(self, rows: np.ndarray, luck: np.ndarray, worry: np.ndarray, untried: bool, day: int) -> np.ndarray:
        """bool: the child cannot stay at home. ``untried``: no plan has been tried yet. Nobody enters care before birth."""
        bar = self.how.into_care + untried * self.how.at_enquiry
        return (luck < logistic((worry - bar) / self.how.spread)) & (self.birth[self.cases["child"][rows]] <= day)

    def enter(self, rows: np.ndarray, day: int, route: Route | np.ndarray) -> None:
        """These children are looked after from today. What was under way about them ends: assessment, enquiry, conference, plan."""
        if not rows.size:
            return
        cases = self.cases
        self._end_enquiries(rows, day)
        assessed = rows[cases["stage"][rows] == Stage.ASSESSMENT]
        took = self.casework.working_days_since("referred", assessed, day)
        self.log.add(day, Event.ASSESSED, self.ids[cases["child"][assessed]], int(Outcome.IN_NEED), took)
        planned = rows[cases["stage"][rows] == Stage.PROTECTION]
        self.log.add(day, Event.PLAN_ENDED, self.ids[cases["child"][planned]], months_since(cases, planned, day))
        self.log.add(day, Event.INTO_CARE, self.ids[cases["child"][rows]], np.broadcast_to(route, rows.shape))
        cases.move(rows, Stage.LOOKED_AFTER, day, cases["next_visit"][rows])
        cases["review"][rows] = self.calendar.add_working_days(day, self.how.first_review)

    def _end_enquiries(self, rows: np.ndarray, day: int) -> None:
        cases = self.cases
        running, booked = (rows[cases[clock][rows] != NEVER] for clock in ("enquiry_end", "conference"))
        self.log.add(day, Event.ENQUIRY_ENDED, self.ids[cases["child"][running]], 2)
        self.log.add(day, Event.CANCELLED, self.ids[cases["child"][booked]])
        cases["enquiry_end"][rows] = cases["conference"][rows] = NEVER

    def review(self, rows: np.ndarray, luck: np.ndarray, day: int) -> np.ndarray:
        """Reviews of care held today; returns the rows of children who go home."""
        if not rows.size:
            return rows
        cases, how = self.cases, self.how
        child, held = cases["child"][rows], cases["held"][rows]
        self.log.add(day, Event.REVIEW, self.ids[child], int(Stage.LOOKED_AFTER))
        since_last = np.select([held == 0, held == 1], [28, how.second_review], how.next_reviews)  # days; 28 are twenty working days
        leaves = luck < 1 - (1 - how.leaves_care) ** (since_last / HALF_YEAR)
        cases["held"][rows] = np.minimum(held + 1, 2)
        cases["review"][rows] = day + np.where(held == 0, how.second_review, how.next_reviews)
        home = rows[leaves]
        self.log.add(day, Event.OUT_OF_CARE, self.ids[cases["child"][home]])
        return home


def months_since(cases: Cases, rows: np.ndarray, day: int) -> np.ndarray:
    """Whole months that cases have been in their stage."""
    return (day - cases["since"][rows].astype(np.int32)) // 30
