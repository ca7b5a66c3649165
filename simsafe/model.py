"""One simulated day, top to bottom."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np

from simsafe.agencies.community import Community
from simsafe.agencies.contacts import ContactLog
from simsafe.agencies.general_practice import GeneralPractice
from simsafe.agencies.health_visiting import HealthVisiting
from simsafe.agencies.local_services import LocalServices
from simsafe.agencies.police import Police
from simsafe.agencies.records import Records
from simsafe.agencies.schools import SchoolDay, Schools
from simsafe.agencies.services import Services
from simsafe.agencies.social_care import SocialCare
from simsafe.agencies.weight import Weighing
from simsafe.agents import ChildView, FamilyView, FrontDoorWorker, HealthVisitor, Partnership, Practice, School, SocialWorker
from simsafe.ground.chance import Chance, as_turns, turns
from simsafe.plans.change import Timetable
from simsafe.results.measures import DAILY, Measures
from simsafe.scenario import Scenario
from simsafe.senses.behind import Behind
from simsafe.system.assessment import Assessing
from simsafe.system.cases import NONE, Cases
from simsafe.system.casework import Casework, Work
from simsafe.system.events import Event, EventLog
from simsafe.system.front_door import FrontDoor
from simsafe.system.protection import Protecting
from simsafe.system.referring import Referring, Telling
from simsafe.system.sharing import Sharing
from simsafe.world.build import build_world
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, DAYS_OF_EXPOSURE, Agency, Attempt, CallOuts, Digital, Meetings, Presence, Signs
from simsafe.world.population import ADULT, Schooling, schooling
from simsafe.world.published import england_calendar
from simsafe.world.staff import Staff

QUIETLY_WEIGHED = np.zeros(AGENCIES, dtype=bool)  # agencies for whom a meeting without a sign is news
QUIETLY_WEIGHED[[Agency.GENERAL_PRACTICE, Agency.HEALTH_VISITING, Agency.LOCAL_SERVICES, Agency.SOCIAL_CARE]] = True


@dataclass(frozen=True)
class Tries:
    """What agencies try today; social workers' visits stand last among the attempts."""

    attempt: Attempt
    presences: list[Presence]
    work: Work | None


class SafeguardingModel(mesa.Model):
    """An area, its agencies and its children, one step a day.

    ``step()`` simulates ``day``, counted from the first day of the warm-up; ``scenario.start`` is day ``scenario.warm_up_days``.
    Given the same scenario the event log is the same, whatever else ran before.
    """

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(rng=scenario.seed)  # nothing is drawn from it: all luck is keyed (ground/chance.py)
        self.setup, p = scenario, scenario.parameters
        self.coupled, self.closed_loop = scenario.capacity_coupling, not scenario.open_loop
        self.day = 0
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
        self.here = self.world.children.living_here(0)
        self.september, self.schooling = self._school_month()
        self.behind.lay_down(self.cases, self.records, self._usual_exposure)
        self.records.put_in_order()
        self.digital = self.world.families.digital
        self._collector = mesa.DataCollector(tables={"daily": ["day", *DAILY]})
        self._appoint()

    # ---- a day --------------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one day. IndexError when the run has ended."""
        if self.day >= self.setup.days:
            raise IndexError(f"the run has ended: its last day was {self.setup.end}")
        day, now = self.day, self.timetable.on(self.day)
        self.begin_day(now, day)
        self.behind.live_a_day(day, now, self.helped)
        pupils = self.schools.day(self.schooling, self.known, self.digital, now, day) if self.calendar.school_day[day] else None
        calls = self.behind.call_out(now, None if pupils is None else pupils.in_school, day)
        tries = self.attempt(pupils, now, day)
        meetings, signs = self.behind.answer(tries.attempt, tries.presences, now, self.digital, day)
        new_signs = self.write_down(calls, tries, meetings, signs, day)
        arrived = self.sharing.arrive(day)
        self.decide(new_signs, arrived, tries.work, now, day)
        self.end_day(day)

    def begin_day(self, now: Conditions, day: int) -> None:
        """Staff on duty and minutes in hand; once a month, who belongs in which school; what a plan has given families."""
        self.here = self.world.children.living_here(day)
        if self.calendar.date_of(day).day == 1:
            self.september, self.schooling = self._school_month()
            self._put_away_old_signs()
        self._staff_on_duty(now, day)
        self.digital = self._digital_today(now)
        self.contacts.begin_day()
        gone = np.flatnonzero(self.world.children.birth == day - ADULT)
        if gone.size:
            self.protecting.grow_up(gone, day)
            self._leave_school(gone)

    def attempt(self, pupils: SchoolDay | None, now: Conditions, day: int) -> Tries:
        """Every agency tries to meet whom it can."""
        attempts = [self.services.attempt(now, day)]
        presences = self.community.presences(self.here, now)
        self.health_visiting.hear(day)
        work = None
        if pupils is not None:
            presences += self.schools.presences(pupils)
            attempts += self.schools.attempts(self.schooling, pupils, now, int(self.calendar.working_number[day]), day, self.coupled)
        if self.calendar.working[day]:
            attempts.append(self.health_visiting.attempt(now, day))
            self.casework.allocate(day, self.coupled)
            work = self.casework.plan_day(now, day)
            if self.closed_loop:
                attempts.append(work.attempt)
        return Tries(Attempt.together(attempts), presences, work)

    def write_down(self, calls: CallOuts, tries: Tries, meetings: Meetings, signs: Signs, day: int) -> np.ndarray:
        """Contacts and signs enter records; contacts that showed nothing reassure; returns the rows of new signs."""
        for presence in tries.presences:
            if presence.agency is not Agency.COMMUNITY:
                self.contacts.write_group(presence.agency, presence.mode, presence.there, day)
        seen, mode = self.police.saw(calls)
        self.contacts.write_group(Agency.POLICE, mode, seen, day)
        self.contacts.write_meetings(meetings, day)
        if tries.work is not None:
            self.casework.write_up(tries.work, meetings if self.closed_loop else None, day)
        new = self.records.keep(Signs.together([calls.signs, signs]), day)
        self._reassure(meetings, day)
        table = self.records.signs
        what = table["strength"][new].astype(np.int16) * 64 + table["concern"][new] * 8
        self.log.add(day, Event.SIGN, self.ids[table["child"][new]], table["agency"][new], what)
        return new

    def decide(self, new_signs: np.ndarray, arrived: np.ndarray, work: Work | None, now: Conditions, day: int) -> None:
        """Worry to contact, strategy discussions, and on working days everything that fell due and was worked on."""
        to_front_door, to_worker = self.referring.tell(new_signs, day)
        told = self._pass_on(to_front_door, to_worker, now, day)
        self.front_door.receive(to_front_door.agency, to_front_door.child, to_front_door.rows, day)
        own = new_signs[self.records.signs["agency"][new_signs] == Agency.SOCIAL_CARE]
        self._log_shares(np.concatenate([told, arrived]), day)
        opened = np.empty(0, dtype=np.int64)
        if work is not None:
            opened = self.front_door.work(self.here, day, self.coupled)
            self.assessing.begin(opened, day)
        self._discuss(np.concatenate([own, told, arrived]), opened, day)
        if work is not None:
            self.assessing.end_enquiries(work.enquiries, day)
            self.protecting.confer(work.conferences, day)
            self.protecting.settle(self.assessing.complete(work.write_ups, day), day)
            self.protecting.review(work.reviews, day)
        self.sharing.answer_calls(now, self.front_door.load, self.cases.stage_of, day)

    def end_day(self, day: int) -> None:
        """The diary, and the log is closed."""
        self.cases.tidy()
        self.measures.write_day(self)
        if day % 7 == 6:
            self.measures.write_week(self)
        self.log.close_day()
        self.day += 1
        self.running = self.day < self.setup.days

    # ---- parts of a day -----------------------------------------------------------------------------------------------------

    def _staff_on_duty(self, now: Conditions, day: int) -> None:
        workforce = self.setup.parameters.workforce
        monday = self.calendar.weekday[day] == 0 or day == 0
        if monday:
            week = (day + 6) // 7  # day 0 may be no Monday, and then has a short week of its own
            self.health_visitors.begin_week(week, now.health_absence_extra)
            self.social_workers.begin_week(week, now.social_worker_absence_extra)
            self.front_door_staff.begin_week(week, now.social_worker_absence_extra)
            self.health_visitors.redeploy(now.health_visitors_redeployed, now.health_visitors_protected)
            for profession in (HealthVisitor, SocialWorker, FrontDoorWorker):
                self.agents_by_type[profession].do("begin_week")
        at_work = float(self.calendar.working[day])
        free = not self.coupled
        self.health_visitors.begin_day(workforce.health_visitor_contact_share * at_work, now.time_lost_share, free)
        self.social_workers.begin_day(workforce.social_worker_case_share * at_work, now.time_lost_share, free)
        self.front_door_staff.begin_day(workforce.front_door_share * at_work, now.time_lost_share, free)

    def _school_month(self) -> tuple[int, Schooling]:
        """The first day of the current school year, and who belongs in school or nursery."""
        september = int(self.calendar.academic_year_start(self.day))
        return september, schooling(self.world, self.day, september)

    def _leave_school(self, grown: np.ndarray) -> None:
        """Young people who turned 18 since the month began are on no roll."""
        self.schooling.on_roll[grown], self.schooling.school[grown] = False, -1

    def _put_away_old_signs(self) -> None:
        self.sharing.renumber(self.records.forget(self.day - self.setup.parameters.belief.memory))

    def _digital_today(self, now: Conditions) -> np.ndarray:
        """Families' digital access with what a plan has given them: a device and data together."""
        given = now.devices_share
        if given <= 0:
            return self.world.families.digital
        if given != self._given:
            self._given = given
            reached = self._device_turn < turns(given)
            self._with_devices = np.where(reached, np.int8(Digital.ADEQUATE), self.world.families.digital)
        return self._with_devices

    @staticmethod
    def _nobody(children: int) -> np.ndarray:
        return np.zeros(children, dtype=bool)

    @property
    def known(self) -> np.ndarray:
        """bool: children whom other agencies were told are open to social care."""
        return self.cases.stage_of != NONE if self.closed_loop else self._nobody(len(self.world.children))

    @property
    def helped(self) -> np.ndarray:
        """The stage of each child's case, as far as help can act on the truth."""
        return self.cases.stage_of if self.closed_loop else np.full(len(self.world.children), NONE, dtype=np.int8)

    def _reassure(self, meetings: Meetings, day: int) -> None:
        """Meetings without a sign take a little worry away from the agency that met the child."""
        quiet = np.flatnonzero(meetings.quiet & QUIETLY_WEIGHED[meetings.attempt.agency])
        self.records.reassure(meetings.attempt.agency[quiet], meetings.attempt.who[quiet], meetings.mode[quiet], day)
        if self.closed_loop:
            self._plan_extra_visits(meetings.attempt.who[meetings.opened & (meetings.attempt.agency == Agency.HEALTH_VISITING)], day)

    def _plan_extra_visits(self, met: np.ndarray, day: int) -> None:
        """Health visitors come back sooner where they worry or know of an open case."""
        worry = self.records.worry_of(Agency.HEALTH_VISITING, met, day)
        worried = (worry >= self.health_visiting.how.extra_from) | self.cases.is_open(met)
        self.health_visiting.plan_extra(met[worried], day)

    def _pass_on(self, to_front_door: Telling, to_worker: Telling, now: Conditions, day: int) -> np.ndarray:
        """What goes with today's contacts enters social care's record; returns the rows new to it."""
        sent = self.sharing.told_with_contact(to_front_door.agency, to_front_door.child, to_front_door.rows, now, self.front_door.load, day)
        return self.records.pass_to_social_care(np.concatenate([sent, to_worker.rows]))

    def _log_shares(self, rows: np.ndarray, day: int) -> None:
        table = self.records.signs
        self.log.add(day, Event.SHARE, self.ids[table["child"][rows]], table["agency"][rows], table["day"][rows])

    def _discuss(self, rows: np.ndarray, opened: np.ndarray, day: int) -> None:
        """New evidence about an open case, or a case just opened, may call for a strategy discussion."""
        table = self.records.signs
        child = np.concatenate([table["child"][rows], self.cases["child"][opened]])
        key = np.concatenate([table["key"][rows], self.cases["key"][opened]])
        about = np.flatnonzero(self.cases.is_open(child))
        if about.size:
            child, key = child[about], key[about]
            order = np.lexsort((key, child))
            newest = order[np.append(child[order][1:] != child[order][:-1], True)]  # one discussion a child
            self.assessing.discuss(child[newest], key[newest], day)

    # ---- building -----------------------------------------------------------------------------------------------------------

    def _build_records(self) -> None:
        children = len(self.world.children)
        self.ids = self.world.children.id
        in_order = bool((np.diff(self.ids) == 1).all())
        self.row_of_id = None if in_order else np.argsort(self.ids, kind="stable")  # None: a child's id is its row
        self.log = EventLog()
        self.records = Records(children, Weighing(self.setup.parameters.belief))
        self.contacts = ContactLog(children)
        self.contacts.begin_before(self.chance.ask(self.world.children.key, "seen before the start"))
        self.cases = Cases(children)
        self._given, self._with_devices = 0.0, self.world.families.digital
        self._device_turn = as_turns(self.chance.ask(self.world.families.key, "given a device and data"))

    def _hire(self) -> None:
        p, area, w = self.setup.parameters.workforce, self.setup.area, self.world
        hire = {"chance": self.chance, "how": p}
        replaced = p.weeks_to_replace(area.sw_turnover, area.sw_vacancy, area.sw_agency)
        posts = round(w.social_workers / (1 - min(0.5, area.sw_turnover * replaced / 52)))
        ours, theirs = {"absence": area.sw_absence}, {"absence": p.health_absence}
        self.social_workers = Staff("social worker", posts, p.day_minutes, turnover=area.sw_turnover, replaced=replaced, **ours, **hire)
        self.front_door_staff = Staff("front door worker", w.front_door_workers, p.day_minutes, **ours, **hire)
        self.health_visitors = Staff("health visitor", w.visitors, p.day_minutes, **theirs, **hire)

    def _build_agencies(self) -> None:
        p, w, chance = self.setup.parameters, self.world, self.chance
        self.schools = Schools(w, chance, p.schools, p.households.key_worker)
        self.general_practice = GeneralPractice(w, chance, p.general_practice)
        self.health_visiting = HealthVisiting(w, chance, self.health_visitors, p.health_visiting)
        self.local_services = LocalServices(w, chance, p.local_services)
        self.services = Services([self.general_practice, self.local_services], chance)
        self.social_care = SocialCare(w, chance, p.visits)
        self.community, self.police = Community(), Police()

    def _build_system(self) -> None:
        p, chance, keys = self.setup.parameters, self.chance, self.world.children.key
        self.sharing = Sharing(self.records, keys, chance, p.sharing)
        self.referring = Referring(self.records, self.cases, chance, p.thresholds)
        self.front_door = FrontDoor(self.records, self.cases, self.sharing, self.front_door_staff, self.log, self.ids, chance, p.front_door)
        self.casework = Casework(
            self.cases, self.social_workers, self.social_care, self.records, self.calendar, self.log, self.ids, chance, p.casework
        )
        shared = (self.records, self.cases, self.casework, self.sharing, self.calendar, self.log, self.ids, chance)
        self.assessing = Assessing(*shared, p.assessment)
        self.protecting = Protecting(*shared, p.plans)

    def _usual_exposure(self, agency: Agency) -> np.ndarray:
        """Occasions a year on which an agency meets each child in ordinary times."""
        if agency is Agency.SCHOOLS:
            return self.schools.days_a_year(self.schooling) / DAYS_OF_EXPOSURE[agency]
        if agency is Agency.GENERAL_PRACTICE:
            return self.general_practice.contacts_a_year(0)
        if agency is Agency.HEALTH_VISITING:
            return self.health_visiting.contacts_a_year(0)
        return self.local_services.contacts_a_year() if agency is Agency.LOCAL_SERVICES else self.here

    def _appoint(self) -> None:
        """Services and professionals take their places as Mesa agents."""
        w = self.world
        School.create_agents(self, w.schools, list(range(w.schools)))
        Practice.create_agents(self, w.practices, list(range(w.practices)))
        HealthVisitor.create_agents(self, len(self.health_visitors), list(range(len(self.health_visitors))))
        SocialWorker.create_agents(self, len(self.social_workers), list(range(len(self.social_workers))))
        FrontDoorWorker.create_agents(self, len(self.front_door_staff), list(range(len(self.front_door_staff))))
        Partnership(self)

    # ---- saving ---------------------------------------------------------------------------------------------------------------

    @property
    def _parts(self) -> dict[str, Any]:
        """Everything that changes during a run, by name."""
        return {
            "behind": self.behind, "records": self.records, "contacts": self.contacts, "cases": self.cases, "sharing": self.sharing,
            "front_door": self.front_door, "health_visiting": self.health_visiting, "health_visitors": self.health_visitors,
            "social_workers": self.social_workers, "front_door_staff": self.front_door_staff, "log": self.log, "measures": self.measures,
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
