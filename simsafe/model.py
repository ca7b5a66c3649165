"""One simulated day, top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.recording import written_down
from simsafe.agencies.schools import SchoolDay
from simsafe.agents import FrontDoorWorker, HealthVisitor, SocialWorker
from simsafe.cast import PROFESSIONS, Cast
from simsafe.ground.chance import turns
from simsafe.ground.table import among, positions
from simsafe.system.cases import EARLY_HELP, EARLY_HELP_ONLINE, NONE
from simsafe.system.casework import Work
from simsafe.system.events import Closing, Decision, Event, Offer, Screening
from simsafe.system.meetings import Today
from simsafe.system.referring import Telling
from simsafe.system.sharing import Heard
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import AGENCIES, Agency, Attempt, CallOuts, Digital, Meetings, Presence, Signs
from simsafe.world.population import ADULT
from simsafe.world.staff import Staff, Week
from simsafe.world.ties import Tie

QUIETLY_WEIGHED = np.zeros(AGENCIES, dtype=bool)  # agencies for whom a meeting without a sign is news
QUIETLY_WEIGHED[
    [
        Agency.SCHOOL_NURSING, Agency.HEALTH_VISITING, Agency.MIDWIFERY, Agency.GENERAL_PRACTICE, Agency.HOSPITAL, Agency.CAMHS,
        Agency.EARLY_HELP, Agency.HOUSING, Agency.SOCIAL_CARE,
    ]
] = True  # fmt: skip


OFFERS_EARLY_HELP = np.zeros(AGENCIES, dtype=bool)
OFFERS_EARLY_HELP[
    [
        Agency.SCHOOLS, Agency.CHILDMINDERS, Agency.SCHOOL_NURSING, Agency.HEALTH_VISITING, Agency.MIDWIFERY, Agency.GENERAL_PRACTICE,
        Agency.HOSPITAL, Agency.POLICE, Agency.EARLY_HELP, Agency.HOUSING,
    ]
] = True  # fmt: skip


@dataclass(frozen=True)
class Tries:
    """What agencies try today; social workers' visits stand last among the attempts."""

    attempt: Attempt
    presences: list[Presence]
    work: Work | None
    early_help: np.ndarray  # rows of families with or before a place
    by_early_help: slice  # their tries among the attempts


class SafeguardingModel(Cast):
    """An area, its agencies and its children, one step a day.

    ``step()`` simulates ``day``, counted from the first day of the warm-up; ``scenario.start`` is day ``scenario.warm_up_days``.
    Given the same scenario the event log is the same, whatever else ran before.
    """

    # ---- a day --------------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one day. IndexError when the run has ended."""
        if self.day >= self.days:
            raise IndexError(f"the run has ended: its last day was {self.setup.end}")
        self.watch.look(self.timetable, self.day)
        day, now = self.day, self.timetable.on(self.day)
        self.begin_day(now, day)
        self.behind.live_a_day(day, now, self.helped, self.schooling)
        pupils = self.schools.day(self.schooling, self.known, self.digital, now, day) if self.calendar.school_day[day] else None
        calls = self.behind.call_out(now, None if pupils is None else pupils.in_school, day)
        tries = self.attempt(pupils, now, day)
        meetings, signs = self.behind.answer(tries.attempt, tries.presences, now, self.digital, day)
        new_signs = self.write_down(calls, tries, meetings, signs, now, day)
        arrived, heard = self.sharing.arrive(day), self.sharing.arrive_elsewhere(day)
        self.decide(new_signs, arrived, heard, tries.work, now, day)
        self.end_day(day)

    def begin_day(self, now: Conditions, day: int) -> None:
        """Staff on duty and minutes in hand; once a month, who belongs in which school; what a plan has given families."""
        self.here, self.served = self.world.children.living_here(day), self.world.children.served(day)
        if self.calendar.date_of(day).day == 1:
            self.september, self.schooling = self._school_month()
            self._put_away_old_signs()
        self._staff_on_duty(now, day)
        self.sharing.strengths.begin_day(now, self.health_visitors.share_not_away, self.calendar.weekday[day] == 0)
        self.flags.begin_day(now)
        self.asking.begin_day(now, self.health_visitors.share_not_away)
        self.digital = self._digital_today(now)
        self.contacts.begin_day()
        self.fathers.begin_day(now.males_recorded_share)
        self.moves.day(day)
        gone = positions(self.world.children.birth == day - ADULT)
        if gone.size:
            self.protecting.grow_up(gone, day)
            self._leave_school(gone)

    def attempt(self, pupils: SchoolDay | None, now: Conditions, day: int) -> Tries:
        """Every agency tries to meet whom it can."""
        attempts = [self.services.attempt(now, day)]
        presences = self.community.presences(self.here, now)
        self.health_visiting.hear(day)
        work, helped, by_early_help = None, np.empty(0, dtype=np.int64), slice(0, 0)
        if pupils is not None:
            presences += self.schools.presences(pupils)
            of_the_day = (self.schooling, pupils, now, int(self.calendar.working_number[day]), day, self.coupled)
            attempts += [*self.schools.attempts(*of_the_day), *self.schools.lead_talks(*of_the_day)]
        if self.calendar.working[day]:
            attempts += [self.health_visiting.attempt(now, day), self.hospital.medicals(day)]
            attempts += self.home_education.attempt(self.schooling, now, int(self.calendar.working_number[day]), day)
            if self.closed_loop:
                helped, tries = self.early_help.attempt(now, day, self.coupled)
                before = sum(part.size for part in attempts)
                attempts.append(tries)
                by_early_help = slice(before, before + tries.size)
            monday = self.calendar.weekday[day] == 0
            if self.closed_loop:
                attempts += self.second_eyes.attempt(self.here, self.schooling, now, monday, day, self.coupled)
            self.casework.allocate(now, day, self.coupled)
            self.casework.ratings.review(now, day)
            work = self.casework.plan_day(now, day)
            if self.closed_loop:
                attempts += [self.casework.ratings.calls(now, int(self.calendar.working_number[day]), day), work.attempt]
        return Tries(Attempt.together(attempts), presences, work, helped, by_early_help)

    def write_down(self, calls: CallOuts, tries: Tries, meetings: Meetings, signs: Signs, now: Conditions, day: int) -> np.ndarray:
        """Contacts and signs enter records; contacts that showed nothing reassure; returns the rows of new signs."""
        for presence in tries.presences:
            if presence.agency is not Agency.COMMUNITY:
                self.contacts.write_group(presence.agency, presence.mode, presence.there, day)
        seen, mode = self.police.saw(calls)
        self.contacts.write_group(Agency.POLICE, mode, seen, day)
        self.contacts.write_meetings(meetings, day)
        if tries.work is not None:
            self.casework.write_up(tries.work, meetings if self.closed_loop else None, now, day)
            self.second_eyes.write_up(meetings, day)
        if tries.early_help.size:
            began = self.early_help.write_up(tries.early_help, meetings, tries.by_early_help, day)
            self.log.add(day, Event.EARLY_HELP_BEGAN, self.ids[began])
        self.flags.notice(meetings, seen, day)
        noticed = Signs.together([calls.signs, signs])
        new = self.records.keep(written_down(noticed, self.chance, self.setup.in_force.recording), day)
        self._reassure(meetings, day)
        table = self.records.signs
        what = table["strength"][new].astype(np.int16) * 64 + table["concern"][new] * 8
        self.log.add(day, Event.SIGN, self.ids[table["child"][new]], table["agency"][new], what)
        return new

    def decide(self, new_signs: np.ndarray, arrived: np.ndarray, heard: Heard, work: Work | None, now: Conditions, day: int) -> None:
        """Worry to contact, strategy discussions, and on working days everything that fell due and was worked on."""
        to_front_door, to_worker = self._tell(new_signs, heard, day)
        untold = new_signs[~among(new_signs, np.concatenate([to_front_door.rows, to_worker.rows]))]
        told = self._pass_on(to_front_door, to_worker, now, day)
        self.front_door.receive(to_front_door.agency, to_front_door.child, to_front_door.rows, day)
        own = new_signs[self.records.signs["agency"][new_signs] == Agency.SOCIAL_CARE]
        self._log_shares(np.concatenate([told, arrived]), day)
        today = Today(day, now, self.front_door.load, self.schooling)
        self.safe_places.end(day)
        self.safe_places.take(new_signs, self.here, today)
        opened = np.empty(0, dtype=np.int64)
        if work is not None:
            opened = self.front_door.work(self.served, day, self.coupled)
            self.assessing.begin(opened, today)
        self._discuss(np.concatenate([own, told, arrived]), opened, today)
        self._ask_for_medicals(day)
        if work is not None:
            self._desk_work(work, today)
        self.sharing.answer_calls(now, self.front_door.load, self.cases.stage_of, day)
        self.partners.pass_on(new_signs, now, day)
        if self.closed_loop:
            self._offer_early_help(untold, day)

    def _desk_work(self, work: Work, today: Today) -> None:
        """What social workers had minutes for beside visits."""
        day, open_still = today.day, self._still_due
        read = self.chronologies.review(open_still(work.chronologies), day)
        self.assessing.discuss(read, self.chance.keys(self.cases["key"][self.cases.row[read]], "record read again"), today)
        self.assessing.end_enquiries(open_still(work.enquiries, "enquiry_end"), day)
        self.protecting.settle(self.assessing.complete(open_still(work.write_ups, "finish"), day), day)
        conferences = self.conferring.invite(open_still(work.conferences, "conference"))
        core_groups = self.core_groups.invite(open_still(work.core_groups, "core_group"))
        reviews = self.protecting.invite(open_still(work.reviews, "review"))
        at_conferences, _, at_reviews = self.meetings.hold_all([conferences, core_groups, reviews], today)
        self.core_groups.held(core_groups.rows, day)
        self.protecting.begin_plans(self.conferring.confer(conferences, at_conferences, day), day)
        self.protecting.review(reviews, at_reviews, day)

    def _still_due(self, rows: np.ndarray, clock: str | None = None) -> np.ndarray:
        """Of work planned this morning, what is wanted still: a child may have come into care since."""
        wanted = ~self.cases["closed"][rows]
        return rows[wanted if clock is None else wanted & (self.cases[clock][rows] <= self.day)]

    def end_day(self, day: int) -> None:
        """The diary, and the log is closed."""
        self.cases.tidy()
        self.measures.write_day(self)
        if day % 7 == 6:
            self.measures.write_week(self)
        self.log.close_day()
        self.day += 1
        self.running = self.day < self.days

    # ---- parts of a day -----------------------------------------------------------------------------------------------------

    def _staff_on_duty(self, now: Conditions, day: int) -> None:
        workforce = self.setup.in_force.workforce
        if self.calendar.weekday[day] == 0 or day == 0:
            self._begin_week(now, day)
        at_work = float(self.calendar.working[day])
        shares = (workforce.health_visitor_contact_share, workforce.social_worker_case_share, workforce.front_door_share)
        supervision = now.supervision_hours - ORDINARY.supervision_hours
        extra = (now.health_visitor_extra_share, 0.0, now.front_door_extra_share)
        for name, share, more in zip(PROFESSIONS, shares, extra, strict=True):
            staff: Staff = getattr(self, name)
            hours = share * at_work * (1 + more)
            staff.begin_day(hours, now.time_lost_share, not self.coupled, max(0.0, 1 - now.school_open_share), supervision)

    def _begin_week(self, now: Conditions, day: int) -> None:
        """How staff have come through the last week; who is off, who comes and who goes in this one."""
        week, workforce = (day + 6) // 7, self.setup.in_force.workforce  # day 0 may be no Monday, and then has a short week of its own
        leave = workforce.leave_share(float(self.school_holidays[day]), self.holidays_a_year, now.leave_managed)
        postponed = now.leave_postponed * (1 - now.leave_managed)
        extra = (now.health_absence_extra, now.social_worker_absence_extra, now.social_worker_absence_extra)
        for name, absence in zip(PROFESSIONS, extra, strict=True):
            staff: Staff = getattr(self, name)
            self.wellbeing[name].live_a_week(week, getattr(self.burdens, f"of_{name}")(staff, day), now)
            staff.begin_week(Week(week, absence, leave, postponed))
            self.wellbeing[name].welcome()
        asked = now.health_visitors_redeployed * workforce.goes_ahead(now.redeployment_governance)
        self.health_visitors.redeploy(asked, now.health_visitors_protected)
        for profession in (HealthVisitor, SocialWorker, FrontDoorWorker):
            agents, staff = self.agents_by_type[profession].to_list(), getattr(self, profession.columns)
            for post in positions(staff.changing).tolist():
                agents[post].begin_week()

    def _put_away_old_signs(self) -> None:
        self.records.age_to(self.day)
        self.sharing.renumber(self.records.forget(self.day - self.setup.in_force.belief.memory))

    def _digital_today(self, now: Conditions) -> np.ndarray:
        """Families' digital access with what a plan has given them: a device and data together."""
        given = now.devices_share
        if given <= 0:
            return self.world.families.digital
        if given != self._given:
            self._given = given
            reached = self._device_turn < turns(given)
            self._with_devices = np.maximum(self.world.families.digital, reached.view(np.int8) * np.int8(Digital.ADEQUATE))
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
        """The stage of each child's case or its early help, as far as help can act on the truth."""
        if not self.closed_loop:
            return np.full(len(self.world.children), NONE, dtype=np.int8)
        rows, stage_of = self.early_help.helped, self.cases.stage_of
        if not rows.size:
            return stage_of
        child, in_person = self.early_help.table["child"][rows], self.early_help.table["in_person"][rows]
        stage_of = stage_of.copy()
        stage_of[child] = np.where(stage_of[child] != NONE, stage_of[child], np.where(in_person, EARLY_HELP, EARLY_HELP_ONLINE))
        return stage_of

    def _reassure(self, meetings: Meetings, day: int) -> None:
        """Meetings without a sign take a little worry away from the agency that met the child."""
        agency, who = meetings.attempt.agency, meetings.attempt.who
        quiet = positions(meetings.quiet & QUIETLY_WEIGHED[agency])
        self.records.reassure(agency[quiet], who[quiet], meetings.mode[quiet], day)
        met = positions(meetings.opened & (agency == Agency.HEALTH_VISITING)) if self.closed_loop else who[:0]
        if met.size:
            self._plan_extra_visits(who[met], day)

    def _plan_extra_visits(self, met: np.ndarray, day: int) -> None:
        """Health visitors come back sooner where they worry or know of an open case; there they step back a little."""
        worry = self.records.worry_of(Agency.HEALTH_VISITING, met, day)
        worried = worry >= self.health_visiting.how.extra_from
        known = self.cases.is_open(met)
        self.health_visiting.plan_extra(met[worried & ~known], day)
        self.health_visiting.plan_extra(met[known], day, 1 / self.sharing.how.step_back)

    def _offer_early_help(self, untold: np.ndarray, day: int) -> None:
        """Places end; families whom social care or a partner leaves are offered one."""
        how, signs = self.early_help.how, self.records.signs
        ended, declined = self.early_help.leave(day, self.cases.stage_of != NONE)
        self.log.add(day, Event.EARLY_HELP_ENDED, self.ids[ended], 1)
        self.log.add(day, Event.EARLY_HELP_ENDED, self.ids[declined], 0)
        screened, _, outcome = self.log.today_with(Event.SCREENED)
        decided, _, decision = self.log.today_with(Event.DECISION)
        closed, _, why = self.log.today_with(Event.CLOSED)
        for offer, ids, share in (
            (Offer.SCREENED, screened[outcome == Screening.NOT_A_REFERRAL], how.after_screening),
            (Offer.NO_FURTHER_ACTION, decided[decision == Decision.NO_FURTHER_ACTION], how.after_no_action),
            (Offer.CLOSED, closed[why != Closing.GROWN_UP], how.after_closing),
        ):
            child = self.rows_of(ids)
            child = child[self.served[child]]
            if not child.size:
                continue
            key = self.chance.keys(self.world.children.key[child], f"early help, {offer.name}", day)
            self._offered(offer, self.early_help.offer(child, key, share, day), day)
        child = signs["child"][untold]
        untold = untold[OFFERS_EARLY_HELP[signs["agency"][untold]] & ~self.cases.is_open(child) & self.served[child]]
        self._offered(Offer.PARTNER, self.early_help.offer(signs["child"][untold], signs["key"][untold], how.by_partners, day), day)

    def _offered(self, offer: Offer, children: np.ndarray, day: int) -> None:
        self.log.add(day, Event.EARLY_HELP_OFFERED, self.ids[children], int(offer))

    def _ask_for_medicals(self, day: int) -> None:
        """Some of today's strategy discussions ask the hospital to examine the child."""
        begun = self.rows_of(self.log.today(Event.STRATEGY)) if self.closed_loop else self.log.today(Event.STRATEGY)[:0]
        begun = begun[self.here[begun]]
        if not begun.size:
            return
        self.hospital.ask_for_medicals(begun, self.chance.keys(self.world.children.key[begun], "strategy discussion", day))

    def _tell(self, new_signs: np.ndarray, heard: Heard, day: int) -> tuple[Telling, Telling]:
        """What agencies tell social care of today, for what they noticed themselves and for what they heard from each other."""
        table, own = self.records.signs, self.referring.tell(new_signs, day)
        news = self.partners.kind[heard.giver, heard.receiver] != Tie.NOTICE  # whoever sends notices tells social care itself
        second_hand = self.referring.tell_what_was_heard(heard.rows[news], heard.receiver[news], day)
        self.log.add(day, Event.PASSED, self.ids[table["child"][heard.rows]], 16 * heard.giver + heard.receiver, table["day"][heard.rows])
        return own[0].and_then(second_hand[0]), own[1].and_then(second_hand[1])

    def _pass_on(self, to_front_door: Telling, to_worker: Telling, now: Conditions, day: int) -> np.ndarray:
        """What goes with today's contacts enters social care's record; returns the rows new to it."""
        sent = self.sharing.told_with_contact(to_front_door.agency, to_front_door.child, to_front_door.rows, now, self.front_door.load, day)
        return self.records.pass_to_social_care(np.concatenate([sent, to_worker.rows]), self.sharing.ties.trust)

    def _log_shares(self, rows: np.ndarray, day: int) -> None:
        table = self.records.signs
        self.log.add(day, Event.SHARE, self.ids[table["child"][rows]], table["agency"][rows], table["day"][rows])

    def _discuss(self, rows: np.ndarray, opened: np.ndarray, today: Today) -> None:
        """New evidence about an open case, or a case just opened, may call for a strategy discussion."""
        if not rows.size and not opened.size:
            return
        table = self.records.signs
        child = np.concatenate([table["child"][rows], self.cases["child"][opened]])
        key = np.concatenate([table["key"][rows], self.cases["key"][opened]])
        about = positions(self.cases.is_open(child))
        if about.size:
            child, key = child[about], key[about]
            order = np.lexsort((key, child))
            newest = order[np.append(child[order][1:] != child[order][:-1], True)]  # one discussion a child
            self.assessing.discuss(child[newest], key[newest], today)
