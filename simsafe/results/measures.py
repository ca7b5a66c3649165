"""What a run measures: a line a day for the whole area, and visibility by group once a week. Measures read both ledgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.table import Table
from simsafe.system.cases import NONE, Stage
from simsafe.system.events import Decision, Event, Outcome, Screening
from simsafe.world.contact import IN_PERSON, PARTNERS, Agency, Mode
from simsafe.world.population import AGE_BANDS

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

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
    "no_further_action": ("referrals", "decided to need no further action"),
    "assessments_completed": ("assessments", "completed"),
    "assessments_in_time": ("assessments", "completed within 45 working days"),
    "not_in_need": ("assessments", "that found no need"),
    "section_47": ("enquiries", "begun by a strategy discussion"),
    "conferences": ("conferences", "initial child protection conferences held"),
    "conferences_in_time": ("conferences", "within 15 working days of the strategy discussion"),
    "plans_started": ("plans", "child protection plans started"),
    "plans_ended": ("plans", "child protection plans ended"),
    "cases_closed": ("cases", "closed after a plan or as needs met"),
    "visits": ("visits", "by social workers, opened"),
    "visits_in_person": ("visits", "by social workers, child seen in person"),
    "shares": ("signs", "that reached social care from another agency"),
    "open_assessment": ("children", "in assessment"),
    "open_in_need": ("children", "with a child in need plan"),
    "open_protection": ("children", "on a child protection plan"),
    "open_looked_after": ("children", "looked after"),
    "unallocated": ("cases", "open without a worker"),
    "contacts_waiting": ("contacts", "at the front door at the end of the day"),
    "referrals_waiting": ("referrals", "waiting for a decision at the end of the day"),
    "visits_waiting": ("visits", "due and not made"),
    "social_workers_working": ("workers", "case-holding, in post and not off"),
    "caseload": ("cases per worker", "allocated cases over filled posts"),
    "social_worker_minutes": ("minutes", "in hand"),
    "social_worker_minutes_used": ("minutes", "used"),
    "health_visitor_minutes": ("minutes", "in hand"),
    "health_visitor_minutes_used": ("minutes", "used"),
    "health_visitors_away": ("workers", "redeployed"),
    "front_door_minutes_used": ("minutes", "used"),
    "harmed": ("children", "harmed now, known or not (simulated truth)"),
    "harmed_open": ("children", "harmed now with an open case (simulated truth)"),
}
WEEKLY: dict[str, tuple[str, str]] = {
    "children": ("children", "in the group"),
    "seen_7": ("children", "seen in person by a professional in the last 7 days"),
    "seen_28": ("children", "seen in person in the last 28 days"),
    "seen_90": ("children", "seen in person in the last 90 days"),
    "days_unseen": ("child-days", "sum over the group of days since last seen in person"),
    "harmed": ("children", "harmed now (simulated truth)"),
    "harmed_unseen_28": ("children", "harmed now and not seen in person for 28 days (simulated truth)"),
}
GROUPS: dict[str, tuple[str, ...]] = {
    "all": ("all",),
    "age": AGE_BANDS,
    "deprivation": ("1 most deprived", "2", "3", "4", "5 least deprived"),
    "digital": ("none", "phone only", "shared device", "adequate"),
    "education": ("not yet in a setting", "in a setting", "on a school roll", "not on a roll"),
    "known": ("no open case", "open case"),
}
GROUP_NAMES = [f"{dimension}/{name}" for dimension, names in GROUPS.items() for name in names]


class Measures:
    """The diary of one run."""

    def __init__(self) -> None:
        self.daily = Table({"day": "i2"} | dict.fromkeys(DAILY, "f4"), room=64)
        self.weekly = Table({"day": "i2", "group": "i1"} | dict.fromkeys(WEEKLY, "i4"), room=256)
        self.today: dict[str, float] = {}

    def write_day(self, model: SafeguardingModel) -> None:
        """Count today's events, stocks and minutes."""
        self.today = flows(model) | stocks(model)
        self.daily.add(1, day=model.day, **self.today)

    def write_week(self, model: SafeguardingModel) -> None:
        """Who has been seen, by group."""
        day, c = model.day, model.world.children
        here = np.flatnonzero(c.living_here(day))
        unseen = day - model.contacts.seen[here].astype(np.int32)
        unseen = np.minimum(unseen, day - c.birth[here].astype(np.int32))
        harmed = model.behind.harm.type[here] >= 0
        columns = {
            "children": np.ones(here.size, dtype=bool), "seen_7": unseen < 7, "seen_28": unseen < 28, "seen_90": unseen < 90,
            "days_unseen": unseen, "harmed": harmed, "harmed_unseen_28": harmed & (unseen >= 28),
        }  # fmt: skip
        start = 0
        for names, code in zip(GROUPS.values(), self._codes(model, here), strict=True):
            counts = {n: np.bincount(code, weights=v, minlength=len(names)).astype(np.int64) for n, v in columns.items()}
            self.weekly.add(len(names), day=day, group=np.arange(start, start + len(names)), **counts)
            start += len(names)

    @staticmethod
    def _codes(model: SafeguardingModel, here: np.ndarray) -> list[np.ndarray]:
        """The group each child is in, dimension by dimension, in the order of GROUPS."""
        family = model.world.children.family[here]
        school = model.schooling
        education = np.select([school.in_setting[here], school.on_roll[here], model.world.children.setting_from[here] > 0], [1, 2, 0], 0)
        of_age = model.world.children.birth[here] < model.september - 4 * 365
        education = np.where((education == 0) & of_age, 3, education)
        return [
            np.zeros(here.size, dtype=np.int64), model.world.children.age_band(model.day)[here], model.world.families.deprivation[family] - 1,
            model.world.families.digital[family], education, (model.cases.stage_of[here] != NONE).astype(np.int64),
        ]  # fmt: skip

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return {f"daily.{n}": c for n, c in self.daily.state().items()} | {f"weekly.{n}": c for n, c in self.weekly.state().items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the diary back."""
        self.daily.restore({n[6:]: c for n, c in state.items() if n.startswith("daily.")})
        self.weekly.restore({n[7:]: c for n, c in state.items() if n.startswith("weekly.")})


def flows(model: SafeguardingModel) -> dict[str, float]:
    """Today's events and meetings, counted from the event log and the contact log."""
    part = model.log.today()
    kind, a, b = (model.log.rows[n][part] for n in ("kind", "a", "b"))
    count = np.bincount(kind, minlength=len(Event))
    source = np.bincount(a[kind == Event.REFERRAL], minlength=len(Agency))
    met = model.contacts.today
    in_person = met[:, IN_PERSON]
    school = int(met[Agency.SCHOOLS, Mode.IN_SCHOOL])
    visit, assessed, conference = kind == Event.VISIT, kind == Event.ASSESSED, kind == Event.CONFERENCE
    return {
        "meetings_in_school": school,
        "meetings_in_person": int(in_person.sum()) - school,
        "meetings_remote": int(met.sum() - in_person.sum()),
        "signs": int(count[Event.SIGN]),
        "contacts": int(count[Event.CONTACT]),
        "referrals": int(count[Event.REFERRAL]),
        **{f"referrals_{agency.name.lower()}": int(source[agency]) for agency in PARTNERS},
        "no_further_action": int(np.count_nonzero((kind == Event.DECISION) & (b == Decision.NO_FURTHER_ACTION))),
        "assessments_completed": int(count[Event.ASSESSED]),
        "assessments_in_time": int(np.count_nonzero(assessed & (b <= 45))),
        "not_in_need": int(np.count_nonzero(assessed & (a == Outcome.NOT_IN_NEED))),
        "section_47": int(count[Event.STRATEGY]),
        "conferences": int(count[Event.CONFERENCE]),
        "conferences_in_time": int(np.count_nonzero(conference & (b <= 15))),
        "plans_started": int(np.count_nonzero(conference & (a == 1))),
        "plans_ended": int(count[Event.PLAN_ENDED]),
        "cases_closed": int(np.count_nonzero((kind == Event.CLOSED) & (a != Stage.ASSESSMENT))),
        "visits": int(np.count_nonzero(visit & (b & 1 > 0))),
        "visits_in_person": int(np.count_nonzero(visit & (b & 2 > 0))),
        "shares": int(count[Event.SHARE]),
    }


def stocks(model: SafeguardingModel) -> dict[str, float]:
    """Where things stand at the end of today."""
    cases, workers, visitors = model.cases, model.social_workers, model.health_visitors
    stage = np.bincount(cases["stage"], minlength=len(Stage))
    held = int(np.count_nonzero(cases["worker"] != NONE))
    harmed = model.behind.harm.harmed_rows
    return {
        "children": model.children_here,
        **{f"open_{s.name.lower()}": int(stage[s]) for s in Stage},
        "unallocated": len(cases) - held,
        "contacts_waiting": len(model.front_door.contacts),
        "referrals_waiting": len(model.front_door.referrals),
        "visits_waiting": int(np.count_nonzero(cases["next_visit"] <= model.day)),
        "social_workers_working": int(np.count_nonzero(workers.working)),
        "caseload": held / max(1, int(np.count_nonzero(workers.filled))),
        "social_worker_minutes": int(workers.minutes.sum()),
        "social_worker_minutes_used": int(workers.used.sum()),
        "health_visitor_minutes": int(visitors.minutes.sum()),
        "health_visitor_minutes_used": int(visitors.used.sum()),
        "health_visitors_away": int(np.count_nonzero(visitors.away)),
        "front_door_minutes_used": int(model.front_door_staff.used.sum()),
        "harmed": harmed.size,
        "harmed_open": int(np.count_nonzero(cases.is_open(harmed))),
    }


def screened_as(outcome: Screening) -> int:
    """The number by which the log names a screening outcome."""
    return int(outcome)
