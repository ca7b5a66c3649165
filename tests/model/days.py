"""Runs that tests look at day by day: everything checked, copied at the end of each day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from small_worlds import CERTAIN, LONGER, Watched, Watcher, as_happened, forced, log_of, ordinary, small, turned, where_harm_always_shows

from simsafe.agents import SocialWorker
from simsafe.model import SafeguardingModel
from simsafe.results.measures import DAILY
from simsafe.system.events import Event
from simsafe.world.conditions import Conditions

PROFESSIONS = ("social_workers", "health_visitors", "front_door_staff")
LAST = ("alone", "spoken", "seen_by_social_care", "reached")
STAFF = ("minutes", "used", "fresh", "carried", "absent", "away", "filled", "cover")


@dataclass(frozen=True)
class Day:
    """Copies of all that is checked, at the end of one day."""

    number: int
    now: Conditions
    door: Watched
    here: np.ndarray
    seen: np.ndarray
    last: dict[str, np.ndarray]  # days on which each child was last seen alone, spoken to, seen by social care, reached remotely
    today: np.ndarray
    tried: np.ndarray
    staff: dict[str, dict[str, np.ndarray]]
    cases: dict[str, np.ndarray]
    stage_of: np.ndarray
    case_row: np.ndarray
    contacts: list[int]  # keys of contacts waiting at the front door
    referrals: list[int]
    signs: dict[str, np.ndarray]
    on_the_way: dict[str, np.ndarray]
    measures: dict[str, float]
    spells: dict[str, np.ndarray]
    caseloads: list[int]
    log: np.ndarray  # today's events: kind, who, a, b

    def count(self, kind: Event, *, a: int | None = None, b: int | None = None) -> int:
        """How many events of a kind today, of those with these numbers."""
        rows = self.log[self.log[:, 0] == kind]
        return int(np.count_nonzero((rows[:, 2] == (rows[:, 2] if a is None else a)) & (rows[:, 3] == (rows[:, 3] if b is None else b))))

    def who(self, kind: Event) -> list[int]:
        return self.log[self.log[:, 0] == kind][:, 1].tolist()


def end_of(model: SafeguardingModel, door: Watched) -> Day:
    """The day that the model has just lived; its events are filled in when the run is over."""
    return Day(
        number=model.day - 1, now=model.timetable.on(max(model.day - 1, 0)), door=door,
        here=model.here.copy(), seen=model.contacts.seen.copy(), last={n: getattr(model.contacts, n).copy() for n in LAST},
        today=model.contacts.today.copy(), tried=model.contacts.tried.copy(),
        staff={p: {n: getattr(getattr(model, p), n).copy() for n in STAFF} for p in PROFESSIONS},
        cases=model.cases.table.state(), stage_of=model.cases.stage_of.copy(), case_row=model.cases.row.copy(),
        contacts=model.front_door.contacts["key"].tolist(), referrals=model.front_door.referrals["key"].tolist(),
        signs=model.records.signs.state(), on_the_way=model.sharing.on_the_way.state(), measures={},
        spells=model.behind.harm.spells.state(), caseloads=[w.caseload for w in model.agents_by_type[SocialWorker]],
        log=np.empty((0, 4), dtype=np.int64),
    )  # fmt: skip


@dataclass(frozen=True)
class Diary:
    """A finished run and every one of its days; ``dawn`` is the state before the first."""

    model: SafeguardingModel
    dawn: Day
    days: list[Day]
    rich: bool  # everything that can happen is expected to

    def pairs(self) -> list[tuple[Day, Day]]:
        """Each day with the one before."""
        return list(zip([self.dawn, *self.days], self.days, strict=False))


def lively() -> SafeguardingModel:
    """Two thousand children; thresholds lowered and turnover raised, so that everything that can happen does."""
    low = {"assessment__strategy": 3.0, "assessment__conference": 3.0, "care__into_care": 8.0, "plans__keep_in_need": 3.0}
    low |= {"police_protection__at_once": 4.0, "police_protection__not_home": 5.0, "plans__first_review": 60}
    plan = (*as_happened(), *turned(chronology_review_weeks=6.0))
    scenario = small(2000, seed=3, parameters=forced(**low), plan=plan, **LONGER)
    return SafeguardingModel(replace(scenario, area=replace(scenario.area, sw_turnover=2.0, sw_case_holders_fte=9.0)))


def overrun() -> SafeguardingModel:
    """Every new sign about an open case begins an enquiry, and there are too few people for all the work."""
    harsh = {"assessment__strategy": -CERTAIN, "assessment__again_after": 1, "workforce__front_door_share": 0.05}
    scenario = small(2000, seed=4, parameters=forced(**harsh), **LONGER)
    return SafeguardingModel(replace(scenario, area=replace(scenario.area, sw_case_holders_fte=3.0)))


def unlimited() -> SafeguardingModel:
    """As much work done as there is; decisions change nothing later."""
    return SafeguardingModel(small(2000, seed=5, capacity_coupling=False, open_loop=True, **LONGER))


def stormy() -> SafeguardingModel:
    """Every harmed child gives a strong sign every day, every one of which may begin an enquiry, and no enquiry leads anywhere."""
    storm = {
        "assessment__strategy": 9.0, "assessment__again_after": 1, "assessment__conference": CERTAIN, "assessment__in_need": CERTAIN,
        "assessment__enquiry_longest": 5, "front_door__screen": -CERTAIN,
    }  # fmt: skip
    return where_harm_always_shows(ordinary(800, seed=7, capacity_coupling=False, parameters=forced(**storm)))


def calm() -> SafeguardingModel:
    """Two years of ordinary times, over the turn of a school year."""
    return SafeguardingModel(ordinary(2000, seed=6, end=date(2021, 12, 31)))


def events(diary: Diary) -> dict[str, np.ndarray]:
    return dict(zip(("day", "kind", "who", "a", "b"), log_of(diary.model).T, strict=True))


def written(make: Callable[[], SafeguardingModel]) -> Diary:
    """The run that ``make`` begins, lived to its end."""
    model = make()
    model.behind = watcher = Watcher(model.behind)
    nothing = Watched(None, None, None, None)  # type: ignore[arg-type]
    dawn = replace(end_of(model, nothing), number=-1)
    days = []
    for _ in range(model.setup.days):
        model.step()
        days.append(end_of(model, watcher.days[-1]))
    log = log_of(model)
    measures = [dict(zip(DAILY, values, strict=True)) for values in zip(*(model.measures.daily[n].tolist() for n in DAILY), strict=True)]
    days = [replace(day, log=log[log[:, 0] == day.number][:, 1:], measures=measures[day.number]) for day in days]
    return Diary(model, dawn, days, rich=make is lively)
