"""Who and what a run is made of: built once from a scenario, saved and put back, looked at. The day itself is ``model.py``."""

from __future__ import annotations

import operator
from typing import Any

import mesa
import numpy as np

from simsafe.agencies.camhs import Camhs
from simsafe.agencies.community import Community
from simsafe.agencies.contacts import ContactLog
from simsafe.agencies.early_help import Centres, EarlyHelp
from simsafe.agencies.general_practice import GeneralPractice
from simsafe.agencies.health_visiting import HealthVisiting
from simsafe.agencies.home_education import HomeEducation
from simsafe.agencies.hospital import Hospital
from simsafe.agencies.housing import Housing
from simsafe.agencies.midwifery import Midwifery
from simsafe.agencies.police import Police
from simsafe.agencies.records import Records
from simsafe.agencies.school_nursing import SchoolNursing
from simsafe.agencies.schools import Schools
from simsafe.agencies.services import Services
from simsafe.agencies.social_care import SocialCare
from simsafe.agencies.weight import Weighing
from simsafe.agents import ChildView, FamilyView, FrontDoorWorker, HealthVisitor, Partnership, Practice, School, SocialWorker
from simsafe.ground.chance import Chance, as_turns
from simsafe.plans.change import Timetable
from simsafe.results.measures import DAILY, Measures
from simsafe.results.watch import Watch
from simsafe.scenario import Scenario
from simsafe.senses.behind import Behind
from simsafe.system.asking import Asking
from simsafe.system.assessment import Assessing
from simsafe.system.burdens import Burdens
from simsafe.system.care import Caring
from simsafe.system.cases import NONE, Cases
from simsafe.system.casework import Casework
from simsafe.system.chronology import Chronologies
from simsafe.system.conference import Conferring
from simsafe.system.core_groups import CoreGroups
from simsafe.system.events import EventLog
from simsafe.system.fathers import Fathers
from simsafe.system.flags import Flags
from simsafe.system.front_door import FrontDoor
from simsafe.system.meetings import Meetings
from simsafe.system.moves import Moves
from simsafe.system.partners import PartnerSharing
from simsafe.system.protection import Protecting
from simsafe.system.referring import Referring
from simsafe.system.safe_place import SafePlaces
from simsafe.system.second_eyes import SecondEyes
from simsafe.system.sharing import Sharing
from simsafe.world.build import build_world
from simsafe.world.contact import DAYS_OF_EXPOSURE, Agency
from simsafe.world.education import Education
from simsafe.world.population import ADULT, Schooling, schooling
from simsafe.world.published import england_calendar
from simsafe.world.staff import Staff, weeks_without_school
from simsafe.world.wellbeing import Wellbeing

PROFESSIONS = tuple(p.columns for p in (HealthVisitor, SocialWorker, FrontDoorWorker))  # in the order of their numbers


class Cast(mesa.Model):
    """The world, everyone who acts in it, what they keep, and the truth behind its door."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(rng=scenario.seed)  # nothing is drawn from it: all luck is keyed (ground/chance.py)
        self.setup, p = scenario, scenario.in_force
        self.coupled, self.closed_loop = scenario.capacity_coupling, not scenario.open_loop
        self.day, self.days = 0, scenario.days
        self.calendar = england_calendar(scenario.first, scenario.days)
        self.timetable = Timetable(scenario.crisis, scenario.plan, scenario.severity, scenario.first, scenario.days)
        self.chance = Chance(scenario.seed)
        self.world = build_world(scenario.area, self.chance, scenario.days, p.households).read_only()
        self._build_records()
        self._hire()
        self._build_agencies()
        self._build_system()
        self.behind = Behind(self.world, scenario.area, self.chance, p.truth, p.senses)
        self.measures = Measures(self.log)
        self.watch = Watch(self.measures, self.calendar)
        self.here, self.served = self.world.children.living_here(0), self.world.children.served(0)
        self.september, self.schooling = self._school_month()
        self.behind.lay_down(self.cases, self.records, self.usual_exposure)
        self.records.put_in_order()
        self.early_help.begin_before(np.flatnonzero((self.records.last_sign >= 0) & (self.cases.stage_of == NONE) & self.here))
        self.partners.before_the_run()
        self.digital = self.world.families.digital
        self._collector = mesa.DataCollector(tables={"daily": ["day", *DAILY]})
        self._appoint()

    # ---- building -----------------------------------------------------------------------------------------------------------

    def _build_records(self) -> None:
        children = len(self.world.children)
        self.ids = self.world.children.id
        in_order = bool((np.diff(self.ids) == 1).all())
        self.row_of_id = None if in_order else np.argsort(self.ids, kind="stable")  # None: a child's id is its row
        self.log = EventLog()
        self.records = Records(children, Weighing(self.setup.in_force.belief))
        self.contacts = ContactLog(children)
        self.contacts.begin_before(self.chance.ask(self.world.children.key, "seen before the start"))
        self.cases = Cases(children)
        self._given, self._with_devices = 0.0, self.world.families.digital
        self._device_turn = as_turns(self.chance.ask(self.world.families.key, "given a device and data"))

    def _hire(self) -> None:
        p, area, w = self.setup.in_force.workforce, self.setup.area, self.world
        hire = {"chance": self.chance, "how": p}
        replaced = p.weeks_to_replace(area.sw_turnover, area.sw_vacancy)
        ours = {"absence": area.sw_absence, "turnover": area.sw_turnover, "replaced": replaced, "agency": area.sw_agency}
        posts = 1 / (1 - Staff.empty(area.sw_turnover, replaced, area.sw_agency))  # for each worker in post
        self.social_workers = Staff("social worker", round(w.social_workers * posts), p.day_minutes, **ours, **hire)
        self.front_door_staff = Staff("front door worker", round(w.front_door_workers * posts), p.day_minutes, **ours, **hire)
        theirs = {"absence": p.health_absence, "turnover": p.health_turnover, "agency": p.health_bank}
        self.health_visitors = Staff("health visitor", w.visitors, p.day_minutes, **theirs, **hire)
        self.school_holidays, self.holidays_a_year = weeks_without_school(self.calendar)
        self.wellbeing = {
            name: Wellbeing(getattr(self, name), self.chance, self.setup.in_force.wellbeing, acts=self.coupled) for name in PROFESSIONS
        }

    def _build_agencies(self) -> None:
        p, w, chance = self.setup.in_force, self.world, self.chance
        self.schools = Schools(w, chance, p.schools, p.households.key_worker)
        self.health_visiting = HealthVisiting(w, chance, self.health_visitors, p.health_visiting)
        self.hospital = Hospital(w, chance, p.hospital)
        by_appointment = (
            GeneralPractice(w, chance, p.general_practice), self.hospital, Midwifery(w, chance, p.midwifery),
            SchoolNursing(w, chance, p.school_nursing), Camhs(w, chance, p.camhs), Centres(w, chance, p.centres),
            Housing(w, chance, p.housing),
        )  # fmt: skip
        self.early_help = EarlyHelp(w, self.setup.area.children, chance, p.early_help)
        self.services = Services(by_appointment, chance)
        self.home_education = HomeEducation(w, chance, p.home_education)
        self.social_care = SocialCare(w, chance, p.visits)
        self.community, self.police = Community(), Police()

    def _build_system(self) -> None:
        p, chance, keys = self.setup.in_force, self.chance, self.world.children.key
        children = self.world.children
        self.fathers = Fathers(self.world, self.records, chance, p.linking)
        self.moves = Moves(self.world, self.records, chance, p.moving)
        self.sharing = Sharing(self.records, keys, chance, p.sharing, p.ties, p.formats, p.tie_movement, p.doubts, self.fathers)
        self.partners = PartnerSharing(self.records, children, self.sharing, chance, p.ties)
        self.asking = Asking(p.asking)
        self.flags = Flags(self.cases, self.log, self.ids, chance, p.flags)
        self.referring = Referring(
            self.records, self.cases, children, chance, p.thresholds, self.fathers, self.world.families, self.flags, p.ties.diffusion,
            self.asking,
        )  # fmt: skip
        self.front_door = FrontDoor(
            self.records, self.cases, self.sharing, self.front_door_staff, self.log, self.ids, chance, p.front_door, self.asking
        )
        logged = (self.log, self.ids, chance)
        casework = (self.cases, self.social_workers, self.social_care, self.records, self.calendar)
        self.casework = Casework(*casework, *logged, p.casework, p.ratings)
        seen_by = (self.cases, self.contacts, self.early_help, self.front_door, self.setup.area.children)
        self.second_eyes = SecondEyes(self.world, self.records, *seen_by, chance, p.second_eyes)
        self.meetings = Meetings(self.sharing, self.cases, self.world, *logged, p.meetings)
        shared = (self.records, self.cases, self.casework, self.meetings, self.calendar, *logged)
        self.caring = Caring(self.cases, self.casework, self.calendar, self.world.children.birth, *logged, p.care)
        self.core_groups = CoreGroups(self.cases, self.meetings, self.calendar, *logged, p.core_groups)
        self.chronologies = Chronologies(self.records, self.cases, self.log, self.ids, p.chronologies)
        usual = self.setup.area.conference_rate * self.setup.area.children / 10_000
        self.conferring = Conferring(*shared, p.conferences, usual, not self.coupled)
        self.assessing = Assessing(*shared, p.assessment, self.conferring, self.caring)
        self.protecting = Protecting(*shared, p.plans, self.core_groups, self.caring, self.chronologies, children.disabled)
        self.safe_places = SafePlaces(
            self.records, self.cases, self.front_door, self.assessing, self.caring, self.calendar, *logged, p.police_protection
        )
        self.burdens = Burdens(self.cases, self.front_door, self.health_visiting, p.visits.home_minutes, p.wellbeing.overdue_days)

    def usual_exposure(self, agency: Agency) -> np.ndarray:
        """Occasions a year on which an agency meets each child in ordinary times."""
        if agency is Agency.SCHOOLS:
            return self.schools.days_a_year(self.schooling) / DAYS_OF_EXPOSURE[agency]
        if agency is Agency.CHILDMINDERS:
            return self.schools.minded_days_a_year(self.schooling) / DAYS_OF_EXPOSURE[agency]
        if agency is Agency.HEALTH_VISITING:
            return self.health_visiting.contacts_a_year(0)
        by_appointment = {service.agency: service for service in self.services.services}
        return by_appointment[agency].contacts_a_year(0) if agency in by_appointment else self.here

    def _appoint(self) -> None:
        """Services and professionals take their places as Mesa agents."""
        w = self.world
        School.create_agents(self, w.schools, list(range(w.schools)))
        Practice.create_agents(self, w.practices, list(range(w.practices)))
        HealthVisitor.create_agents(self, len(self.health_visitors), list(range(len(self.health_visitors))))
        SocialWorker.create_agents(self, len(self.social_workers), list(range(len(self.social_workers))))
        FrontDoorWorker.create_agents(self, len(self.front_door_staff), list(range(len(self.front_door_staff))))
        Partnership(self)

    def _school_month(self) -> tuple[int, Schooling]:
        """The first day of the current school year, and who belongs in school or nursery."""
        september = int(self.calendar.academic_year_start(self.day))
        return september, schooling(self.world, self.day, self.calendar, self.timetable.on(self.day).home_education_factor)

    def _leave_school(self, grown: np.ndarray) -> None:
        """Young people who turned 18 since the month began are on no roll."""
        self.schooling.on_roll[grown], self.schooling.school[grown], self.schooling.state[grown] = False, -1, Education.NOT_ON_ROLL

    # ---- saving ---------------------------------------------------------------------------------------------------------------

    @property
    def _parts(self) -> dict[str, Any]:
        """Everything that changes during a run, by name."""
        return {
            "behind": self.behind, "records": self.records, "contacts": self.contacts, "cases": self.cases, "sharing": self.sharing,
            "moves": self.moves, "ratings": self.casework.ratings, "second_eyes": self.second_eyes,
            "front_door": self.front_door, "health_visiting": self.health_visiting, "hospital": self.hospital,
            "early_help": self.early_help,
            "health_visitors": self.health_visitors,
            "social_workers": self.social_workers, "front_door_staff": self.front_door_staff, "log": self.log, "measures": self.measures,
            **{f"wellbeing_of_{name}": self.wellbeing[name] for name in PROFESSIONS},
        }  # fmt: skip

    def state(self) -> dict[str, dict[str, np.ndarray]]:
        """All that changes, as plain arrays (``saving.py`` writes them)."""
        return {name: part.state() for name, part in self._parts.items()}

    def restore(self, day: int, state: dict[str, dict[str, np.ndarray]]) -> None:
        """Put saved columns back into a model just built from the same scenario."""
        for name, part in self._parts.items():
            part.restore(state[name])
        month_began = max(0, day - self.calendar.date_of(max(day - 1, 0)).day) if day else 0
        self.day = month_began
        self.september, self.schooling = self._school_month()
        self.day = day
        self._leave_school(np.flatnonzero(self.world.children.birth < day - ADULT))

    # ---- looking ------------------------------------------------------------------------------------------------------------

    @property
    def datacollector(self) -> mesa.DataCollector:
        """Mesa's collector, with a table ``daily`` of every daily measure up to the last simulated day."""
        for name, column in self.measures.daily.items():
            self._collector.tables["daily"][name] = column.tolist()
        return self._collector

    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """Rows of the children of these ids."""
        return ids if self.row_of_id is None else self.row_of_id[ids]

    def child(self, row: int) -> ChildView:
        """A view of one simulated child. IndexError when there is no such row, TypeError when it is no whole number."""
        row = operator.index(row)
        if not 0 <= row < len(self.world.children):
            raise IndexError(f"child {row}; there are rows 0 to {len(self.world.children) - 1}")
        return ChildView(self, row)

    def family(self, row: int) -> FamilyView:
        """A view of one simulated family."""
        return FamilyView(self, row)
