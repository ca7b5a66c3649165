"""Services and professionals as Mesa agents; children and families as plain views, made when asked for.

A few hundred agents act when something happens to them (a week begins, a colleague leaves). What they do is stored in columns,
so that a run can be saved; Mesa never holds tens of thousands of children, which would cost half the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
import numpy as np

from simsafe.system.events import Event
from simsafe.world.contact import Agency, Digital
from simsafe.world.population import AGE_BANDS, YEAR
from simsafe.world.staff import Staff

if TYPE_CHECKING:
    from simsafe.cast import Cast


class Service(mesa.Agent):
    """A school, practice or team: a place that families belong to."""

    model: Cast

    def __init__(self, model: Cast, number: int) -> None:
        super().__init__(model)
        self.number = number


class School(Service):
    """A primary, secondary or special school, or the one for alternative provision."""

    @property
    def pupils(self) -> int:
        """Children on its roll this month."""
        return int(np.count_nonzero(self.model.schooling.school == self.number))


class Practice(Service):
    """A GP practice."""

    @property
    def families(self) -> int:
        """Families registered."""
        return int(np.count_nonzero(self.model.world.families.practice == self.number))


class Professional(mesa.Agent):
    """Someone in a post. Children are met, records kept and decisions made by professionals within their minutes."""

    model: Cast
    profession = -1  # its number in the event log
    columns = ""  # its Staff on the model

    def __init__(self, model: Cast, post: int) -> None:
        super().__init__(model)
        self.post = post

    @property
    def staff(self) -> Staff:
        """The columns of this profession."""
        return getattr(self.model, self.columns)

    @property
    def at_work(self) -> bool:
        """In post, not off, not called away."""
        return bool(self.staff.working[self.post])

    @property
    def minutes_left(self) -> int:
        """Whole minutes in hand today."""
        return int(self.staff.minutes[self.post] - self.staff.used[self.post])

    @property
    def wellbeing(self) -> float:
        """Standard deviations from the usual."""
        return float(self.model.wellbeing[self.columns].now[self.post])

    @property
    def from_agency(self) -> bool:
        """Here for a while, in a post that is vacant."""
        return bool(self.staff.agency_weeks[self.post] > 0)

    def begin_week(self) -> None:
        """Arrive in a post that was empty, or leave, or even both; the log says so. Whoever leaves hands over."""
        staff, log, day = self.staff, self.model.log, self.model.day
        if staff.arriving[self.post]:
            log.add(day, Event.STAFF_CAME, np.array([self.post]), self.profession, int(self.from_agency))
        if staff.leaving[self.post]:
            agency = bool(staff.stay_ended[self.post])
            log.add(day, Event.STAFF_LEFT, np.array([self.post]), self.profession, int(agency))
            self.hand_over(agency)

    def hand_over(self, from_agency: bool) -> None:
        """Whoever comes next knows less of the children."""


class HealthVisitor(Professional):
    """Visits the families of a neighbourhood."""

    profession = 0
    columns = "health_visitors"

    def begin_week(self) -> None:
        """Called away and back again there is no time to hand over: colleagues know little of the families, and later so does she."""
        super().begin_week()
        if self.staff.called_away[self.post] or self.staff.came_back[self.post]:
            p = self.model.setup.in_force
            planned = self.model.timetable.on(self.model.day).redeployment_governance >= 1
            self._lose(p.casework.knowledge_kept if planned else p.workforce.kept_without_handover)

    def hand_over(self, from_agency: bool) -> None:
        """Part of what she knew of her families goes with her."""
        self._lose(self.model.setup.in_force.casework.knowledge_kept)

    def _lose(self, kept: float) -> None:
        families = self.model.health_visiting.families_of(self.post, self.model.day)
        self.model.records.lose_a_part(families, kept, Agency.HEALTH_VISITING)


class SocialWorker(Professional):
    """Holds cases, visits children and decides with others."""

    profession = 1
    columns = "social_workers"

    @property
    def caseload(self) -> int:
        """Cases held."""
        return int(np.count_nonzero(self.model.cases["worker"] == self.post))

    def hand_over(self, from_agency: bool) -> None:
        """A leaver's cases wait for another worker, who will know less of the child."""
        self.model.casework.hand_over(np.array([self.post]), self.model.day, from_agency)


class FrontDoorWorker(Professional):
    """Screens contacts and decides on referrals."""

    profession = 2
    columns = "front_door_staff"


class Partnership(mesa.Agent):
    """The Safeguarding Partnership: it holds the plan. What it may know is what agencies record."""

    model: Cast

    @property
    def plan(self) -> str:
        """Name of the plan in force."""
        return self.model.setup.plan_name


@dataclass(frozen=True)
class ChildView:
    """One simulated child as anyone could know it. It names a row, holds nothing and predicts nothing."""

    model: Cast
    row: int

    @property
    def age(self) -> float:
        """Years; negative before birth."""
        return float((self.model.day - int(self.model.world.children.birth[self.row])) / YEAR)

    @property
    def age_band(self) -> str:
        """One of AGE_BANDS."""
        return AGE_BANDS[int(self.model.world.children.age_band(self.model.day)[self.row])]

    @property
    def family(self) -> FamilyView:
        """The child's family."""
        return FamilyView(self.model, int(self.model.world.children.family[self.row]))

    @property
    def days_unseen(self) -> int:
        """Days since a professional last saw the child in person."""
        return int(self.model.day - self.model.contacts.seen[self.row])

    @property
    def open_to_social_care(self) -> bool:
        """The child has an open case."""
        return bool(self.model.cases.stage_of[self.row] >= 0)


@dataclass(frozen=True)
class FamilyView:
    """One simulated family as anyone could know it."""

    model: Cast
    row: int

    @property
    def deprivation(self) -> int:
        """National quintile, 1 most deprived."""
        return int(self.model.world.families.deprivation[self.row])

    @property
    def digital(self) -> Digital:
        """Digital access today, with what a plan has given."""
        return Digital(int(self.model.digital[self.row]))

    @property
    def children(self) -> list[ChildView]:
        """Its children, born and to be born."""
        rows, _ = self.model.world.children_of(np.array([self.row]))
        return [ChildView(self.model, int(r)) for r in rows]
