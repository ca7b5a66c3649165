"""Casework: who holds which case, which visits are due, and what fits into the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from simsafe.agencies.records import Records
from simsafe.agencies.social_care import Purpose, SocialCare
from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import minutes_used, within_budget
from simsafe.ground.table import among, positions
from simsafe.system.cases import CLOCKS, NEVER, NONE, Cases, Stage
from simsafe.system.events import Event, EventLog
from simsafe.system.ratings import RatingPractice, Ratings
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Attempt, Meetings
from simsafe.world.staff import Staff

PURPOSE_OF_STAGE = np.array([Purpose.ASSESSMENT, Purpose.IN_NEED, Purpose.PROTECTION, Purpose.LOOKED_AFTER])


class Task(IntEnum):
    """What a social worker spends minutes on."""

    VISIT = 0
    END_ENQUIRY = 1
    CONFERENCE = 2
    WRITE_UP = 3
    REVIEW = 4
    CORE_GROUP = 5
    CHRONOLOGY = 6


ORDER = np.array([5, 3, 2, 1, 0, 4, 6])  # by Task, the first served first among tasks of one purpose
BY_A_COLLEAGUE = np.array([True, True, True, True, True, False, False])  # by Task: may be covered where urgent


@dataclass(frozen=True)
class CaseworkPractice(Checked):
    """How cases pass between workers, and what work on them costs beside visits."""

    knowledge_kept: float = param(0.6, unit="share of working knowledge that survives a change of worker", source="QU11", low=0.3, high=0.9)
    agency_knowledge_kept: float = param(
        0.5,
        unit="share of working knowledge that survives when an agency worker leaves",
        source="assumed; QU11, its range",
        low=0.2,
        high=0.9,
    )
    assessment_visits: int = param(2, unit="meetings before an assessment can be completed", source="assumed", low=1, high=6)
    enquiry_minutes: int = param(120, unit="minutes of meetings and writing a section 47 enquiry", source="assumed", low=30, high=600)
    conference_minutes: int = param(180, unit="minutes of the worker a conference, report included", source="assumed", low=60, high=480)
    write_up_minutes: int = param(150, unit="minutes to write up an assessment", source="assumed", low=30, high=600)
    review_minutes: int = param(90, unit="minutes of the worker a review", source="assumed", low=20, high=360)
    core_group_minutes: int = param(90, unit="minutes of the worker a core group, notes included", source="assumed", low=30, high=240)
    chronology_minutes: int = param(60, unit="minutes to read a whole record again", source="assumed", low=15, high=300)
    caseload_cap: int = param(
        26, unit="cases from which a worker is given no more, enquiries excepted", source="assumed; the mean is 16.9 (QU01)", low=8, high=80
    )

    def minutes(self) -> np.ndarray:
        """Minutes by Task; visits have their own."""
        return np.array([0, self.enquiry_minutes, self.conference_minutes, self.write_up_minutes, self.review_minutes,
                         self.core_group_minutes, self.chronology_minutes])  # fmt: skip


@dataclass(frozen=True)
class Work:
    """What social workers do today: rows in Cases by task, and the tries at the door."""

    visits: np.ndarray
    purpose: np.ndarray  # Purpose of each visit
    attempt: Attempt
    enquiries: np.ndarray  # section 47 enquiries to end
    conferences: np.ndarray
    write_ups: np.ndarray  # assessments to complete
    reviews: np.ndarray
    core_groups: np.ndarray
    chronologies: np.ndarray  # records to read again


class Casework:
    """Allocation, visits and desk work. Minutes are whole, and work waits when they run out."""

    def __init__(
        self,
        cases: Cases,
        staff: Staff,
        social_care: SocialCare,
        records: Records,
        calendar: Calendar,
        log: EventLog,
        ids: np.ndarray,
        chance: Chance,
        how: CaseworkPractice,
        rating: RatingPractice | None = None,
    ) -> None:
        self.cases, self.staff, self.social_care, self.records = cases, staff, social_care, records
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how
        self.ratings = Ratings(social_care.world.children, records, cases, staff, chance, rating or RatingPractice())
        self.intervals, self.minutes = social_care.how.intervals(), how.minutes()
        self._spent = (-1, np.zeros(len(Task), dtype=np.int64))  # a day, and the minutes used on it by Task

    def hand_over(self, leavers: np.ndarray, day: int, from_agency: bool = False) -> None:
        """Cases of workers who left wait for a new one, who will know less of the child."""
        if not leavers.size:
            return
        cases = self.cases
        orphaned = positions(among(cases["worker"], leavers))
        cases["worker"][orphaned], cases["waiting_since"][orphaned] = NONE, day
        cases["lost_worker"][orphaned] = day
        cases["read"][orphaned] = -NEVER  # where chronologies are practised, the next worker reads the file first
        assessed = orphaned[cases["stage"][orphaned] == Stage.ASSESSMENT]
        cases["visits"][assessed] = np.minimum(cases["visits"][assessed], self.how.assessment_visits - 1)  # and meets the family
        kept = self.how.agency_knowledge_kept if from_agency else self.how.knowledge_kept
        self.records.lose_a_part(cases["child"][orphaned], kept)

    def allocate(self, now: Conditions, day: int, coupled: bool) -> None:
        """Give unallocated cases to workers at work, each to the one with the fewest: enquiries first, plans next, then who waited longest.

        Beyond the cap a worker is given enquiries only; other cases wait.
        """
        cases = self.cases
        rows = positions((cases["worker"] == NONE) & ~cases["closed"])
        if not rows.size:
            return
        key = cases["key"][rows]
        if not coupled:
            worker = (key % np.uint64(len(self.staff))).astype(np.int64)
        else:
            there = positions(self.staff.working)
            if not there.size:
                return
            enquiry = cases["enquiry_end"][rows] != NEVER
            rank = np.where(enquiry, 0, np.where(cases["stage"][rows] == Stage.PROTECTION, 1, 2))
            order = np.lexsort((key, cases["waiting_since"][rows], rank))
            rows, enquiry = rows[order], enquiry[order]
            worker = self._lightest(there, enquiry, now.caseload_cap or self.how.caseload_cap)
            rows, worker = rows[worker != NONE], worker[worker != NONE]
        cases["worker"][rows] = worker
        self.log.add(day, Event.ALLOCATION, self.ids[cases["child"][rows]], worker)

    def _lightest(self, there: np.ndarray, urgent: np.ndarray, cap: float) -> np.ndarray:
        """Who gets each case, in this order: always the one with the fewest, the lowest post first; NONE when all are full."""
        load = self.cases.caseloads(len(self.staff))[there]
        chosen = np.full(urgent.size, NONE, dtype=np.int64)
        for i, at_once in enumerate(urgent.tolist()):
            lightest = int(np.argmin(load))
            if at_once or load[lightest] < cap:
                chosen[i] = there[lightest]
                load[lightest] += 1
        return chosen

    def plan_day(self, now: Conditions, day: int) -> Work:
        """Everything due today, by priority, as far as each worker's minutes go. Urgent work of a worker who is off is covered."""
        cases = self.cases
        rows, task = self._due(now, day)
        purpose = PURPOSE_OF_STAGE[cases["stage"][rows]]
        purpose[(cases["enquiry_end"][rows] != NEVER) | (task == Task.CONFERENCE)] = Purpose.ENQUIRY
        purpose[task == Task.CHRONOLOGY] = Purpose.LOOKED_AFTER
        worker = self._covered(cases["worker"][rows].astype(np.int64), purpose, task, cases["child"][rows], day)
        given = positions(worker != NONE)
        rows, task, purpose, worker = rows[given], task[given], purpose[given], worker[given]
        by_rating = self.ratings.shares(cases["child"][rows], purpose, now)
        mode, visit_minutes, key = self.social_care.choose_modes(cases["child"][rows], purpose, now, day, by_rating)
        minutes = np.where(task == Task.VISIT, visit_minutes, self.minutes[task])
        done = within_budget(worker, minutes, self.staff.minutes, (purpose, ORDER[task], key))
        self.staff.used += minutes_used(worker[done], minutes[done], len(self.staff))
        self._spent = day, minutes_used(task[done], minutes[done], len(Task))
        rows, task = rows[done], task[done]
        visit = task == Task.VISIT
        purpose = purpose[done][visit]
        attempt = self.social_care.attempt(cases["child"][rows[visit]], purpose, mode[done][visit], key[done][visit], now)
        attempt = replace(attempt, noticing=self.staff.noticing[worker[done][visit]] * (1 + now.noticing_gain))
        return Work(rows[visit], purpose, attempt, *(rows[task == t] for t in list(Task)[1:]))

    def spent(self, day: int) -> np.ndarray:
        """Minutes used on a day, by Task."""
        return self._spent[1] if self._spent[0] == day else np.zeros(len(Task), dtype=np.int64)

    def _due(self, now: Conditions, day: int) -> tuple[np.ndarray, np.ndarray]:
        """(case, task) of everything that is due, each case's tasks in the order of Task."""
        cases = self.cases
        soonest = np.minimum.reduce([cases[clock] for clock in CLOCKS])
        reads = np.zeros(len(cases), dtype=bool)
        if now.chronology_review_weeks > 0:
            reads = (day - cases["read"].astype(np.int32) >= 7 * now.chronology_review_weeks) & ~cases["closed"]
        some = positions((soonest <= day) | reads)
        names = (*CLOCKS, "enquiry_visits", "visits", "stage")
        visit, finish, enquiry_end, conference, review, core_group, enquiry_visits, visits, stage = (cases[name][some] for name in names)
        free = (enquiry_end == NEVER) & (conference == NEVER)
        due = (
            visit <= day,
            (enquiry_end <= day) & (enquiry_visits >= 1),
            conference <= day,
            free & (finish <= day) & (visits >= self.how.assessment_visits) & (stage == Stage.ASSESSMENT),
            free & (review <= day),
            core_group <= day,
            reads[some],
        )
        task, at = np.nonzero(np.stack(due))
        return some[at], task

    def _covered(self, worker: np.ndarray, purpose: np.ndarray, task: np.ndarray, child: np.ndarray, day: int) -> np.ndarray:
        """Section 47 and protection visits do not wait for a worker to come back, or to be found: a colleague goes.

        Returns the worker of each task, NONE where a case without a worker has to wait.
        """
        there = positions(self.staff.working)
        if not there.size:
            return worker
        missing = (worker == NONE) & (task == Task.VISIT)
        missing |= (worker != NONE) & ~self.staff.working[worker] & BY_A_COLLEAGUE[task]
        key = self.social_care.visit_keys(child, day)
        colleague = there[(key % np.uint64(there.size)).astype(np.int64)]
        return np.where((purpose <= Purpose.PROTECTION) & missing, colleague, worker)

    def write_up(self, work: Work, meetings: Meetings | None, now: Conditions, day: int) -> None:
        """Book the next visit: at the usual interval if the family opened, soon if not.

        ``meetings`` end with today's visits. None (open loop: decisions may not change what is tried) counts every visit as made,
        with nobody met and nothing learned.
        """
        cases, rows = self.cases, work.visits
        if not rows.size:
            return
        made = np.ones(rows.size, dtype=bool) if meetings is None else meetings.opened[-rows.size :]
        wait = np.where(made, self.intervals[work.purpose], self.social_care.how.retry_days)
        if now.rated_share > 0:
            wait = self.ratings.stretch(cases["child"][rows], work.purpose, wait)
        cases["next_visit"][rows] = self.calendar.add_working_days(day, wait)
        cases["visits"][rows] += made
        cases["enquiry_visits"][rows] += made & (work.purpose == Purpose.ENQUIRY)
        if meetings is not None:
            mode, seen, alone, spoken = (getattr(meetings, f)[-rows.size :] for f in ("mode", "seen", "alone", "spoken"))
            self.ratings.notice_doors(cases["child"][rows], made, now, day)
            cases["seen_alone"][rows[seen & alone]] = day
            self.log.add(day, Event.VISIT, self.ids[cases["child"][rows]], mode, made + 2 * seen + 4 * alone + 8 * spoken)

    def working_days_since(self, clock: str, rows: np.ndarray, day: int) -> np.ndarray:
        """Working days from the day in a column of these cases until today; days before the run count from its first day."""
        since = np.maximum(self.cases[clock][rows], 0).astype(np.int64)
        return self.calendar.working_days_between(since, day)
