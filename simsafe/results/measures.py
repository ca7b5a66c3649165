"""What a run measures: a line a day for the whole area, and visibility by group once a week. Measures read both ledgers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.chance import PIECE
from simsafe.ground.table import Table
from simsafe.system.cases import NONE, Stage
from simsafe.system.events import Decision, Event, Outcome, Today
from simsafe.world.contact import IN_PERSON, PARTNERS, Agency, Mode
from simsafe.world.population import AGE_BANDS, YEAR

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
    "section_47_needless": ("enquiries", "begun about children neither harmed nor likely to be (simulated truth)"),
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
    "social_worker_minutes": ("minutes", "funded today: in post, at work, not called away"),
    "social_worker_minutes_used": ("minutes", "used"),
    "health_visitor_minutes": ("minutes", "funded today: in post, at work, not called away"),
    "health_visitor_minutes_used": ("minutes", "used"),
    "health_visitors_away": ("workers", "redeployed"),
    "front_door_minutes": ("minutes", "funded today: in post and at work"),
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
    "deprivation": ("1 most deprived", "2", "3", "4", "5 least deprived"),
    "digital": ("none", "phone only", "shared device", "adequate"),
    "age": AGE_BANDS,
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
        self._homes: np.ndarray | None = None

    def write_day(self, model: SafeguardingModel, events: Today) -> None:
        """Count today's events, stocks and minutes."""
        self.today = flows(events, model.contacts.today) | stocks(model) | {"section_47_needless": needless(model, events)}
        self.daily.add(1, day=model.day, **self.today)

    def write_week(self, model: SafeguardingModel) -> None:
        """Who has been seen, by group: one count over all cells of the cube of groups, then its margins."""
        shape = (*(len(names) for names in GROUPS.values()), 4, 2)
        cells, day = int(np.prod(shape)), model.day
        children, days = np.zeros(cells, dtype=np.int64), np.zeros(cells)
        for start in range(0, model.here.size, PIECE):
            here = start + np.flatnonzero(model.here[start : start + PIECE])
            unseen = day - np.maximum(model.contacts.seen[here], model.world.children.birth[here]).astype(np.int32)
            seen = (unseen < 7).astype(np.int8) + (unseen < 28) + (unseen < 90)  # 3: within 7 days .. 0: not within 90
            harmed = model.behind.harm.type[here] >= 0
            cell = self._home(model)[here].astype(np.int64)  # deprivation and digital access, which never change
            for size, code in zip(shape[3:], [*self._codes(model, here), seen, harmed], strict=True):
                cell = cell * size + code
            children += np.bincount(cell, minlength=cells)
            days += np.bincount(cell, weights=unseen, minlength=cells)
        children, days = children.reshape(shape), days.reshape(shape)
        start, dimensions = 0, len(GROUPS)
        for d, names in enumerate(GROUPS.values()):
            rest = tuple(k for k in range(dimensions) if k != d)
            table = children.sum(axis=rest)  # (group, seen, harmed)
            by_seen = table.sum(axis=2)
            days_unseen = days.sum(axis=(*rest, dimensions, dimensions + 1))
            self.weekly.add(
                len(names), day=day, group=np.arange(start, start + len(names)), children=by_seen.sum(axis=1), seen_7=by_seen[:, 3],
                seen_28=by_seen[:, 2:].sum(axis=1), seen_90=by_seen[:, 1:].sum(axis=1), days_unseen=days_unseen,
                harmed=table[:, :, 1].sum(axis=1), harmed_unseen_28=table[:, :2, 1].sum(axis=1),
            )  # fmt: skip
            start += len(names)

    def _home(self, model: SafeguardingModel) -> np.ndarray:
        """int8: each child's cell of deprivation and digital access, worked out once."""
        if self._homes is None:
            f = model.world.families
            self._homes = ((f.deprivation - 1) * len(GROUPS["digital"]) + f.digital).astype(np.int8)[model.world.children.family]
        return self._homes

    @staticmethod
    def _codes(model: SafeguardingModel, here: np.ndarray) -> list[np.ndarray]:
        """The age band, education state and known state of each child, in the order of GROUPS."""
        c, school = model.world.children, model.schooling
        not_enrolled = np.where(c.birth[here] < model.september - 4 * YEAR, 3, 0)
        education = np.where(school.on_roll[here], 2, np.where(school.in_setting[here], 1, not_enrolled))
        return [c.age_band(model.day, here), education, (model.cases.stage_of[here] != NONE).astype(np.int8)]

    def rows(self) -> Iterator[dict[str, float]]:
        """The daily table, a row at a time."""
        names = ("day", *DAILY)
        columns = [self.daily[name].tolist() for name in names]
        yield from (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return {f"daily.{n}": c for n, c in self.daily.state().items()} | {f"weekly.{n}": c for n, c in self.weekly.state().items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the diary back."""
        self.daily.restore({n[6:]: c for n, c in state.items() if n.startswith("daily.")})
        self.weekly.restore({n[7:]: c for n, c in state.items() if n.startswith("weekly.")})


def flows(events: Today, met: np.ndarray) -> dict[str, float]:
    """Today's events and meetings, counted from the event log and the contact log."""
    kind, a, b = events.kind, events.a, events.b
    count = np.bincount(kind, minlength=len(Event)).tolist()

    def of(event: Event, test: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> int:
        """How many of today's events of a kind pass a test on their two numbers."""
        if not count[event]:
            return 0
        rows = kind == event
        return int(np.count_nonzero(test(a[rows], b[rows])))

    source = np.bincount(a[kind == Event.REFERRAL], minlength=len(Agency)).tolist()
    total, in_person, school = int(met.sum()), int(met[:, IN_PERSON].sum()), int(met[Agency.SCHOOLS, Mode.IN_SCHOOL])
    return {
        "meetings_in_school": school,
        "meetings_in_person": in_person - school,
        "meetings_remote": total - in_person,
        "signs": count[Event.SIGN],
        "contacts": count[Event.CONTACT],
        "referrals": count[Event.REFERRAL],
        **{f"referrals_{agency.name.lower()}": source[agency] for agency in PARTNERS},
        "no_further_action": of(Event.DECISION, lambda a, b: b == Decision.NO_FURTHER_ACTION),
        "assessments_completed": count[Event.ASSESSED],
        "assessments_in_time": of(Event.ASSESSED, lambda a, b: b <= 45),
        "not_in_need": of(Event.ASSESSED, lambda a, b: a == Outcome.NOT_IN_NEED),
        "section_47": count[Event.STRATEGY],
        "conferences": count[Event.CONFERENCE],
        "conferences_in_time": of(Event.CONFERENCE, lambda a, b: b <= 15),
        "plans_started": of(Event.CONFERENCE, lambda a, b: a == 1),
        "plans_ended": count[Event.PLAN_ENDED],
        "cases_closed": of(Event.CLOSED, lambda a, b: a != Stage.ASSESSMENT),
        "visits": of(Event.VISIT, lambda a, b: b & 1 > 0),
        "visits_in_person": of(Event.VISIT, lambda a, b: b & 2 > 0),
        "shares": count[Event.SHARE],
    }


def needless(model: SafeguardingModel, events: Today) -> int:
    """Section 47 enquiries begun today about children who were neither harmed nor likely to be."""
    about = model.rows_of(events.who[events.kind == Event.STRATEGY])
    return int(np.count_nonzero(model.behind.harm.state_of(about, model.day) >= 2)) if about.size else 0


def stocks(model: SafeguardingModel) -> dict[str, float]:
    """Where things stand at the end of today."""
    cases, workers, visitors = model.cases, model.social_workers, model.health_visitors
    stage = np.bincount(cases["stage"], minlength=len(Stage))
    held = int(np.count_nonzero(cases["worker"] != NONE))
    harmed = model.behind.harm.harmed_rows
    return {
        "children": int(np.count_nonzero(model.here)),
        **{f"open_{s.name.lower()}": int(stage[s]) for s in Stage},
        "unallocated": len(cases) - held,
        "contacts_waiting": len(model.front_door.contacts),
        "referrals_waiting": len(model.front_door.referrals),
        "visits_waiting": int(np.count_nonzero(cases["next_visit"] <= model.day)),
        "social_workers_working": int(np.count_nonzero(workers.working)),
        "caseload": held / max(1, int(np.count_nonzero(workers.filled))),
        "social_worker_minutes": int(workers.fresh.sum()),
        "social_worker_minutes_used": int(workers.used.sum()),
        "health_visitor_minutes": int(visitors.fresh.sum()),
        "health_visitor_minutes_used": int(visitors.used.sum()),
        "health_visitors_away": int(np.count_nonzero(visitors.away)),
        "front_door_minutes": int(model.front_door_staff.fresh.sum()),
        "front_door_minutes_used": int(model.front_door_staff.used.sum()),
        "harmed": harmed.size,
        "harmed_open": int(np.count_nonzero(cases.is_open(harmed))),
    }


def rungs_reached(kind: np.ndarray, a: np.ndarray, b: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Name of each rung of the ladder of detection and which of these events reach it, if any."""
    if not kind.size:
        return
    conference = kind == Event.CONFERENCE
    reached = {
        "noticed": kind == Event.SIGN, "contacted": kind == Event.CONTACT, "referred": kind == Event.REFERRAL,
        "acted_upon": (kind == Event.DECISION) & (b == Decision.ASSESSMENT), "substantiated": conference,
        "protected": (conference & (a == 1)) | (kind == Event.INTO_CARE),
    }  # fmt: skip
    yield from ((rung, mask) for rung, mask in reached.items() if mask.any())
