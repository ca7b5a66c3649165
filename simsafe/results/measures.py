"""What a run measures: a line a day for the whole area, and visibility by group once a week. Measures read both ledgers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.chance import PIECE
from simsafe.ground.table import Table
from simsafe.results.alarms import AlarmDiary
from simsafe.results.coverage import CoverageDiary
from simsafe.results.elsewhere import held_elsewhere
from simsafe.results.groups import GROUPS, Codes, by_group, groups_now
from simsafe.results.ledger import LedgerDiary
from simsafe.results.periods import crisis_day
from simsafe.results.workforce import StaffDiary
from simsafe.system.cases import NONE, Stage
from simsafe.system.casework import PURPOSE_OF_STAGE, Task
from simsafe.system.events import HELD, QUORATE, REPORTS, Decision, Event, EventLog, Outcome
from simsafe.system.sharing import Call
from simsafe.world.contact import IN_PERSON, PARTNERS, Agency, Mode
from simsafe.world.households import ETHNICITIES
from simsafe.world.population import AGE_BANDS, YEAR, Schooling

if TYPE_CHECKING:
    from simsafe.cast import Cast

TASK_WORDS = {
    Task.VISIT: "visits", Task.END_ENQUIRY: "ending enquiries", Task.CONFERENCE: "conferences", Task.WRITE_UP: "writing up assessments",
    Task.REVIEW: "reviews", Task.CORE_GROUP: "core groups", Task.CHRONOLOGY: "reading records again",
}  # fmt: skip
# name: (unit, meaning). The order is the order of the columns; a name never changes between config, table and figure.
DAILY: dict[str, tuple[str, str]] = {
    "children": ("children", "living in the area"),
    "meetings_in_school": ("children", "in school or nursery today"),
    "meetings_in_person": ("meetings", "in person with professionals outside school"),
    "meetings_remote": ("meetings", "by video, telephone or remote lesson"),
    "signs": ("signs", "noticed and written down by any agency"),
    "contacts": ("contacts", "agencies telling the front door"),
    "referrals": ("referrals", "contacts accepted as referrals"),
    **{f"referrals_{a.name.lower()}": ("referrals", f"of which from {a.name.lower().replace('_', ' ')}") for a in PARTNERS},
    "re_referrals": ("referrals", "of which about children referred before within 12 months, as far as the run knows"),
    "no_further_action": ("referrals", "decided to need no further action"),
    "assessments_completed": ("assessments", "completed"),
    "assessments_in_time": ("assessments", "completed within 45 working days"),
    "not_in_need": ("assessments", "that found no need"),
    "section_47": ("enquiries", "begun by a strategy discussion"),
    "section_47_needless": ("enquiries", "begun about children neither harmed nor likely to be (simulated truth)"),
    "conferences": ("conferences", "initial child protection conferences held"),
    "conferences_in_time": ("conferences", "within 15 working days of the strategy discussion"),
    "conferences_adjourned": ("conferences", "initial ones put off because too few agencies came"),
    "conferences_quorate": ("conferences", "of the initial ones held, those with enough agencies"),
    "conference_agencies": ("agencies", "beside social care, that took part in initial conferences held"),
    "conference_reports": ("reports", "from partners who could not come to initial conferences held"),
    "strategy_quorate": ("strategy discussions", "with police and health"),
    "plans_started": ("plans", "child protection plans started"),
    "plans_repeat": ("plans", "started for a child who has had one before, as far as the run knows"),
    "plans_ended": ("plans", "child protection plans ended"),
    "plan_reviews": ("reviews", "of child protection plans, held"),
    "plan_reviews_in_time": ("reviews", "of which by the last day allowed"),
    "core_groups": ("core groups", "held"),
    "core_groups_in_time": ("core groups", "by the last day allowed"),
    "chronologies": ("records", "read again by social care apart from reviews of plans"),
    "police_protection": ("children", "taken to a safe place by police"),
    "into_care": ("children", "who began to be looked after"),
    "cases_closed": ("cases", "closed after a plan or as needs met"),
    "visits": ("visits", "by social workers, opened"),
    "visits_in_person": ("visits", "by social workers, child seen in person"),
    "shares": ("signs", "that reached social care from another agency"),
    "open_assessment": ("children", "in assessment"),
    "open_in_need": ("children", "with a child in need plan"),
    "open_protection": ("children", "on a child protection plan"),
    "open_looked_after": ("children", "looked after"),
    "early_help_began": ("children", "whose families took up an early help place"),
    "early_help_places_taken": ("children", "with an early help place"),
    "early_help_waiting": ("children", "offered an early help place and waiting"),
    "unallocated": ("cases", "open without a worker"),
    "contacts_waiting": ("contacts", "at the front door at the end of the day"),
    "referrals_waiting": ("referrals", "waiting for a decision at the end of the day"),
    "visits_waiting": ("visits", "due and not made"),
    "social_workers_working": ("workers", "case-holding, in post and not off"),
    "caseload": ("cases per worker", "allocated cases over filled posts"),
    "kept_worker": ("children", "with an open case, who have not lost their worker in the last 91 days"),
    "social_worker_minutes": ("minutes", "funded today: in post, at work, not called away"),
    "social_worker_minutes_used": ("minutes", "used"),
    "health_visitor_minutes": ("minutes", "funded today: in post, at work, not called away"),
    "health_visitor_minutes_used": ("minutes", "used"),
    "health_visitors_away": ("workers", "redeployed"),
    "front_door_minutes": ("minutes", "funded today: in post and at work"),
    "front_door_minutes_used": ("minutes", "used"),
    "harmed": ("children", "harmed now, known or not (simulated truth)"),
    "harmed_open": ("children", "harmed now with an open case (simulated truth)"),
    "longest_wait": ("days", "for a worker, of the cases that have none"),
    "core_groups_late": ("cases", "on a plan whose next core group is past the last day allowed"),
    **{f"minutes_{task.name.lower()}": ("minutes", f"of social workers: {words}") for task, words in TASK_WORDS.items()},
    "minutes_chairs": ("minutes", "of chairs and reviewing officers: conferences and reviews"),
    "let_go_signs_elsewhere": (
        "children",
        "decided to need no further action, or whose case was closed before 18, of whom others held signs unknown to social care",
    ),
    "let_go_pooled_over": ("children", "of these, whom the same signs in one record would have brought to the mark of what was decided"),
    "contacts_screened": ("contacts", "looked at by the front door"),
    "referrals_decided": ("referrals", "decided on"),
    "enquiries_ended": ("enquiries", "under section 47, ended"),
    "enquiries_without_conference": ("enquiries", "of which without a conference"),
    "visits_alone": ("visits", "by social workers, child seen in person and alone"),
    "contacts_needless": ("contacts", "about children neither harmed nor likely to be nor in need (simulated truth)"),
    "referrals_needless": ("referrals", "about children neither harmed nor likely to be nor in need (simulated truth)"),
    "assessments_needless": ("assessments", "completed about children neither harmed nor likely to be nor in need (simulated truth)"),
    "conferences_needless": ("conferences", "held about children neither harmed nor likely to be (simulated truth)"),
    "plans_needless": ("plans", "started for children neither harmed nor likely to be (simulated truth)"),
    "no_further_action_harmed": ("referrals", "decided to need no further action, child harmed at the time (simulated truth)"),
    "stepped_down_harmed": ("plans", "child protection plans ended, child harmed at the time (simulated truth)"),
    "closed_harmed": ("cases", "closed at any stage before 18, child harmed at the time (simulated truth)"),
    "closed_harmed_remote": ("cases", "of which last met by social care by video or telephone (simulated truth)"),
}
WEEKLY: dict[str, tuple[str, str]] = {
    "children": ("children", "in the group"),
    "seen_7": ("children", "seen in person by a professional in the last 7 days"),
    "seen_28": ("children", "seen in person in the last 28 days"),
    "seen_90": ("children", "seen in person in the last 90 days"),
    "days_unseen": ("child-days", "sum over the group of days since last seen in person"),
    "harmed": ("children", "harmed now (simulated truth)"),
    "harmed_unseen_28": ("children", "harmed now and not seen in person for 28 days (simulated truth)"),
    "on_plan": ("children", "on a child protection plan"),
    "on_plan_seen": ("children", "of these, seen in person by a social worker within the usual time between visits"),
    "on_plan_seen_alone": ("children", "of these, seen in person and alone by a social worker within that time; from the age of 4"),
    "in_need_plan": ("children", "with a child in need plan"),
    "in_need_plan_seen": ("children", "of these, seen in person by a social worker within the usual time between visits"),
    "in_need_plan_seen_alone": ("children", "of these, seen in person and alone by a social worker within that time; from the age of 4"),
}
# Two small cubes of groups rather than one large one. The first ends with "known", which changes daily.
CUBES = (("all", "deprivation", "digital", "age", "known"), ("education", "disability", "ethnicity"))
_NAMES = list(DAILY)
OPEN = tuple(f"open_{stage.name.lower()}" for stage in Stage)
MINUTES = tuple(f"minutes_{task.name.lower()}" for task in Task)
ON_THE_DAY = (  # daily measures that neither the event log nor the diary of alarms can tell
    "children", "meetings_in_school", "meetings_in_person", "meetings_remote", *OPEN,
    *_NAMES[_NAMES.index("early_help_places_taken") : _NAMES.index("contacts_screened")],
)  # fmt: skip
ON_PLANS = {Stage.PROTECTION: "on_plan", Stage.IN_NEED: "in_need_plan"}
QUARTER = 91  # days
PARTS = ("stocks", "weekly", "staff", "alarms", "coverage", "ledger")  # of the diary


class Measures:
    """The diary of one run."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.stocks = Table({"day": "i2"} | dict.fromkeys(ON_THE_DAY, "f4"), room=64)  # what only the day itself can tell
        self.weekly = Table({"day": "i2", "group": "i1"} | dict.fromkeys(WEEKLY, "i4"), room=256)
        self.staff, self.alarms, self.coverage, self.ledger = StaffDiary(), AlarmDiary(), CoverageDiary(), LedgerDiary()
        self.spell_groups: tuple[tuple[int, int], Codes] = ((-1, -1), {})  # kept by groups.py
        self._counted: tuple[int, dict[str, np.ndarray]] = (-1, {})
        nobody = np.empty(0, dtype=np.int16)
        self._groups: tuple[Schooling | None, tuple[np.ndarray, np.ndarray]] = (None, (nobody, nobody))

    @property
    def daily(self) -> dict[str, np.ndarray]:
        """Every daily measure of the days so far, float32, with ``day`` in front: stocks as written down, flows counted from the log."""
        if self._counted[0] != len(self.stocks):
            rows = self.log.rows
            flow = flows(rows, len(self.stocks)) | self.alarms.flows(rows, len(self.stocks))
            columns = {n: self.stocks[n].copy() if n in ON_THE_DAY else flow[n].astype(np.float32) for n in DAILY}
            self._counted = len(self.stocks), {"day": self.stocks["day"].copy()} | columns
        return self._counted[1]

    def write_day(self, model: Cast) -> None:
        """Write down today's meetings, stocks and minutes, before the day is closed."""
        self.stocks.add(1, day=model.day, **met(model), **stocks(model))
        self.alarms.write_day(model)
        self.coverage.write_day(model)
        self.ledger.write_day(model)

    def write_week(self, model: Cast) -> None:
        """Who has been seen, by group: one count over all cells of each cube of groups, then their margins."""
        self.staff.write_week(model)
        shapes = [(*(len(GROUPS[name]) for name in cube), 4, 2) for cube in CUBES]
        cells, day = [int(np.prod(shape)) for shape in shapes], model.day
        children = [np.zeros(n + 1, dtype=np.int64) for n in cells]  # the last for those who do not live here
        days = [np.zeros(n + 1) for n in cells]
        homes, others = self._groups_of(model)
        known = model.cases.stage_of != NONE
        self.ledger.write_week(model, (homes * np.int16(2) + known, others), CUBES)
        for start in range(0, model.here.size, PIECE):
            part = slice(start, start + PIECE)
            unseen = day - np.maximum(model.contacts.seen[part], model.world.children.birth[part])
            seen = (unseen < 7).view(np.int8) + (unseen < 28) + (unseen < 90)  # 3: within 7 days .. 0: not within 90
            seen = seen * np.int16(2) + (model.behind.harm.type[part] >= 0)
            here = model.here[part]
            unseen = unseen.astype(np.float64)  # as np.bincount wants weights, and the cells below as it wants numbers
            for k, group in enumerate((homes[part] * np.int16(2) + known[part], others[part])):
                cell = np.where(here, group * np.int16(8) + seen, np.int16(cells[k])).astype(np.intp)
                children[k] += np.bincount(cell, minlength=cells[k] + 1)
                days[k] += np.bincount(cell, weights=unseen, minlength=cells[k] + 1)
        margins = {}
        for k, cube in enumerate(CUBES):
            margins |= _margins(cube, children[k][:-1].reshape(shapes[k]), days[k][:-1].reshape(shapes[k]))
        self._add_margins(margins, on_plans(model), day)
        model.contacts.end_week(model.here, model.world.children.birth, day, day >= crisis_day(model))

    def _add_margins(self, margins: dict[str, tuple[np.ndarray, np.ndarray]], cases: dict[str, np.ndarray], day: int) -> None:
        """The week's rows, one a group, in the order of GROUPS."""
        table, days_unseen = (np.concatenate([margins[dimension][k] for dimension in GROUPS]) for k in (0, 1))
        by_seen = table.sum(axis=2)
        self.weekly.add(
            len(table), day=day, group=np.arange(len(table)), children=by_seen.sum(axis=1), seen_7=by_seen[:, 3],
            seen_28=by_seen[:, 2:].sum(axis=1), seen_90=by_seen[:, 1:].sum(axis=1), days_unseen=days_unseen,
            harmed=table[:, :, 1].sum(axis=1), harmed_unseen_28=table[:, :2, 1].sum(axis=1), **cases,
        )  # fmt: skip

    def _groups_of(self, model: Cast) -> tuple[np.ndarray, np.ndarray]:
        """uint8: each child's cell of the groups of each cube, without "known"; worked out again when a month begins."""
        if self._groups[0] is not model.schooling:
            c, f, school = model.world.children, model.world.families, model.schooling
            home = ((f.deprivation - 1) * len(GROUPS["digital"]) + f.digital).astype(np.int16)[c.family]
            home = home * np.int16(len(AGE_BANDS)) + c.age_band(school.day)
            other = (school.state * np.int16(2) + c.disabled) * np.int16(len(ETHNICITIES)) + f.ethnicity[c.family]
            self._groups = school, (home.astype(np.uint8), other.astype(np.uint8))  # of at most 110
        return self._groups[1]

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return {f"{name}.{n}": c for name in PARTS for n, c in getattr(self, name).state().items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the diary back."""
        for name in PARTS:
            getattr(self, name).restore({n.partition(".")[2]: c for n, c in state.items() if n.startswith(f"{name}.")})


def _margins(cube: tuple[str, ...], children: np.ndarray, days: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each dimension of a cube: children by (group, time unseen, harmed), and days unseen by group."""
    made, last = {}, len(cube)
    for d, name in enumerate(cube):
        rest = tuple(k for k in range(last) if k != d)
        made[name] = children.sum(axis=rest), days.sum(axis=(*rest, last, last + 1))
    return made


def met(model: Cast) -> dict[str, int]:
    """Today's meetings, from the contact log."""
    today = model.contacts.today
    total, in_person, school = int(today.sum()), int(today[:, IN_PERSON].sum()), int(today[Agency.SCHOOLS, Mode.IN_SCHOOL])
    return {"meetings_in_school": school, "meetings_in_person": in_person - school, "meetings_remote": total - in_person}


def flows(log: Table, days: int) -> dict[str, np.ndarray]:
    """What happened on each of so many days, counted from the event log."""
    day, kind, a, b = (log[name] for name in ("day", "kind", "a", "b"))
    of_kind = {event: np.flatnonzero(kind == event) for event in Event}

    def count(event: Event, test: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None) -> np.ndarray:
        """How many events of a kind each day, of those whose two numbers pass a test."""
        rows = of_kind[event]
        kept = rows if test is None else rows[test(a[rows], b[rows])]
        return np.bincount(day[kept], minlength=days)

    conferences = of_kind[Event.MEETING][a[of_kind[Event.MEETING]] == Call.CONFERENCE]
    conferences = conferences[b[conferences] & HELD > 0]
    came, wrote = b[conferences] % REPORTS, b[conferences] % QUORATE // REPORTS
    return {
        "signs": count(Event.SIGN),
        "contacts": count(Event.CONTACT),
        "referrals": count(Event.REFERRAL),
        **{f"referrals_{agency.name.lower()}": count(Event.REFERRAL, lambda a, b, n=agency: a == n) for agency in PARTNERS},
        "re_referrals": np.bincount(day[referred_again(log)], minlength=days),
        "no_further_action": count(Event.DECISION, lambda a, b: b == Decision.NO_FURTHER_ACTION),
        "assessments_completed": count(Event.ASSESSED),
        "assessments_in_time": count(Event.ASSESSED, lambda a, b: b <= 45),
        "not_in_need": count(Event.ASSESSED, lambda a, b: a == Outcome.NOT_IN_NEED),
        "section_47": count(Event.STRATEGY),
        "conferences": count(Event.CONFERENCE),
        "conferences_in_time": count(Event.CONFERENCE, lambda a, b: b <= 15),
        "conferences_adjourned": count(Event.ADJOURNED),
        "conferences_quorate": np.bincount(day[conferences[b[conferences] & QUORATE > 0]], minlength=days),
        "conference_agencies": np.bincount(day[conferences], weights=came, minlength=days),
        "conference_reports": np.bincount(day[conferences], weights=wrote, minlength=days),
        "strategy_quorate": count(Event.MEETING, lambda a, b: (a == Call.STRATEGY_DISCUSSION) & (b & QUORATE > 0)),
        "plans_started": count(Event.CONFERENCE, lambda a, b: a == 1),
        "plans_repeat": count(Event.PLAN_BEGAN, lambda a, b: a > 1),
        "plans_ended": count(Event.PLAN_ENDED),
        "plan_reviews": count(Event.PLAN_REVIEW),
        "plan_reviews_in_time": count(Event.PLAN_REVIEW, lambda a, b: b == 0),
        "core_groups": count(Event.CORE_GROUP),
        "core_groups_in_time": count(Event.CORE_GROUP, lambda a, b: b == 0),
        "chronologies": count(Event.CHRONOLOGY),
        "police_protection": count(Event.SECTION_46),
        "into_care": count(Event.INTO_CARE),
        "cases_closed": count(Event.CLOSED, lambda a, b: a != Stage.ASSESSMENT),
        "visits": count(Event.VISIT, lambda a, b: b & 1 > 0),
        "visits_in_person": count(Event.VISIT, lambda a, b: b & 2 > 0),
        "visits_alone": count(Event.VISIT, lambda a, b: b & 6 == 6),
        "contacts_screened": count(Event.SCREENED),
        "referrals_decided": count(Event.DECISION),
        "enquiries_ended": count(Event.ENQUIRY_ENDED),
        "enquiries_without_conference": count(Event.ENQUIRY_ENDED, lambda a, b: a == 0),
        "shares": count(Event.SHARE),
        "early_help_began": count(Event.EARLY_HELP_BEGAN),
    }


def referred_again(log: Table) -> np.ndarray:
    """Rows of the log: referrals of children who had one within the 12 months before."""
    rows = np.flatnonzero(log["kind"] == Event.REFERRAL)
    rows = rows[np.argsort(log["who"][rows], kind="stable")]  # days stand in order already
    who, day = log["who"][rows], log["day"][rows].astype(np.int32)
    return rows[1:][(who[1:] == who[:-1]) & (day[1:] - day[:-1] <= YEAR)]


def on_plans(model: Cast) -> dict[str, np.ndarray]:
    """Children on plans, and those whom a social worker saw, and saw alone, in time: a count for each of GROUP_NAMES."""
    cases, day, made = model.cases, model.day, {}
    for stage, name in ON_PLANS.items():
        rows = np.flatnonzero(cases["stage"] == stage)
        child, usual = cases["child"][rows], int(model.social_care.how.intervals()[PURPOSE_OF_STAGE[stage]])
        number = model.calendar.working_number  # days with the same number as so many working days ago are not too long ago
        first = int(np.searchsorted(number[: day + 1], number[day] - usual))
        groups = groups_now(model, child)
        made[name] = by_group(groups)
        made[f"{name}_seen"] = by_group(groups, model.contacts.seen_by_social_care[child] >= first)
        made[f"{name}_seen_alone"] = by_group(groups, cases["seen_alone"][rows] >= first)
    return made


def stocks(model: Cast) -> dict[str, float]:
    """Where things stand at the end of today."""
    cases, workers, visitors = model.cases, model.social_workers, model.health_visitors
    stage = np.bincount(cases["stage"], minlength=len(Stage))
    held = int(np.count_nonzero(cases["worker"] != NONE))
    harmed = model.behind.harm.harmed_rows
    waiting, spent = cases["waiting_since"][cases["worker"] == NONE], model.casework.spent(model.day)
    return {
        "children": int(np.count_nonzero(model.here)),
        **dict(zip(OPEN, stage.tolist(), strict=True)),
        "early_help_places_taken": model.early_help.helped.size,
        "early_help_waiting": model.early_help.waiting,
        "unallocated": len(cases) - held,
        "contacts_waiting": len(model.front_door.contacts),
        "referrals_waiting": len(model.front_door.referrals),
        "visits_waiting": int(np.count_nonzero(cases["next_visit"] <= model.day)),
        "social_workers_working": int(np.count_nonzero(workers.working)),
        "caseload": held / max(1, int(np.count_nonzero(workers.filled))),
        "kept_worker": int(np.count_nonzero(cases["lost_worker"] < model.day - QUARTER)),
        "social_worker_minutes": int(workers.fresh.sum()),
        "social_worker_minutes_used": int(workers.used.sum()),
        "health_visitor_minutes": int(visitors.fresh.sum()),
        "health_visitor_minutes_used": int(visitors.used.sum()),
        "health_visitors_away": int(np.count_nonzero(visitors.away)),
        "front_door_minutes": int(model.front_door_staff.fresh.sum()),
        "front_door_minutes_used": int(model.front_door_staff.used.sum()),
        "harmed": harmed.size,
        "harmed_open": int(np.count_nonzero(cases.is_open(harmed))),
        "longest_wait": model.day - int(waiting.min()) if waiting.size else 0,
        "core_groups_late": int(np.count_nonzero(cases["core_group_limit"] < model.day)),
        **dict(zip(MINUTES, spent.tolist(), strict=True)),
        "minutes_chairs": model.meetings.chaired(model.day) * model.meetings.how.chair_minutes,
        **held_elsewhere(model),
    }
