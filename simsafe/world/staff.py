"""Professionals as columns: who is in post, at work, called away, and how many minutes each has in hand.

Mesa agents (``agents.py``) are the professionals themselves; what they do is stored here so that a run can be saved and a day
can be worked in whole columns. One profession, one :class:`Staff`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import PLENTY


@dataclass(frozen=True)
class Workforce(Checked):
    """How professionals' time is made up."""

    day_minutes: int = param(444, unit="minutes a working day", source="37-hour week", low=300, high=540, grade="rule")
    social_worker_case_share: float = param(
        0.66, unit="share of time for casework, travel and recording on cases included", source="assumed; QU06", low=0.3, high=0.9
    )
    health_visitor_contact_share: float = param(
        0.62, unit="share of time for contacts, travel and recording included", source="assumed", low=0.3, high=0.9
    )
    front_door_share: float = param(0.75, unit="share of time for contacts and referrals", source="assumed", low=0.3, high=0.95)
    annual_leave: float = param(0.12, unit="share of weeks", source="assumed: six weeks and bank holidays elsewhere", low=0.05, high=0.2)
    health_absence: float = param(
        0.041, unit="share of weeks off sick", source="B139: NHS April 2019, 4.06 %", low=0.02, high=0.08, grade="A"
    )
    recruitment_weeks: float = param(20.0, unit="weeks to replace a leaver", source="QU09", low=8, high=40)
    longest_replaced: float = param(40.0, unit="weeks to replace a leaver at most", source="QU09, its range", low=20, high=104)
    team_size: int = param(10, unit="health visitors a team", source="assumed", low=3, high=40)
    teams_losing: float = param(
        0.66, unit="share of teams that lose anyone when staff are redeployed", source="B057, from memory", low=0.3, high=1, grade="C"
    )

    def weeks_to_replace(self, turnover: float, vacancy: float, agency: float) -> float:
        """Mean weeks until a leaver is replaced, by agency staff or for good.

        The published vacancies that agency workers do not cover are what turnover leaves open: a share u of posts stays vacant when
        leavers, ``turnover`` of those in post a year, are replaced after 52 / turnover x u / (1 - u) weeks. Never less than the usual.
        """
        uncovered = min(max(vacancy - agency, 0.0), 0.9)
        implied = 52 / max(turnover, 1e-3) * uncovered / (1 - uncovered)
        return min(max(implied, self.recruitment_weeks), max(self.longest_replaced, self.recruitment_weeks))


class Staff:
    """One profession: a post is an entry for life; who fills it may change."""

    def __init__(
        self,
        name: str,
        posts: int,
        day_minutes: int,
        chance: Chance,
        *,
        absence: float,
        how: Workforce,
        turnover: float = 0.0,
        replaced: float | None = None,
    ) -> None:
        """``turnover``: share of those in post who leave in a year; ``replaced``: mean weeks until a post is filled."""
        self.name, self.chance, self.how, self.day_minutes = name, chance, how, day_minutes
        self.absence, self.turnover = absence, turnover
        self.replaced = how.recruitment_weeks if replaced is None else replaced
        self.key = chance.keys(np.arange(posts, dtype=np.uint64), f"{name} post")
        vacant = turnover * self.replaced / 52
        u = chance.ask(self.key, "vacant at the start")
        self.vacant_weeks = np.where(u < vacant, np.ceil(u / max(vacant, 1e-9) * self.replaced), 0).astype(np.int16)
        self.absent = np.zeros(posts, dtype=bool)  # this week: sick or on leave
        self.away = np.zeros(posts, dtype=bool)  # redeployed to other work
        self.leaving = np.zeros(posts, dtype=bool)  # this week
        self.arriving = np.zeros(posts, dtype=bool)  # this week
        self.minutes = np.zeros(posts, dtype=np.int64)  # in hand today
        self.used = np.zeros(posts, dtype=np.int64)  # today
        self.fresh = np.zeros(posts, dtype=np.int64)  # of today's minutes, those funded today
        self.carried = np.zeros(posts, dtype=np.int64)  # of today's minutes, those left from the day before

    def __len__(self) -> int:
        return self.key.size

    @property
    def filled(self) -> np.ndarray:
        """bool: somebody is in post."""
        return self.vacant_weeks == 0

    @property
    def working(self) -> np.ndarray:
        """bool: in post, not off, not called away."""
        return self.filled & ~(self.absent | self.away)

    @property
    def share_not_away(self) -> float:
        """Share of those in post who are not called away."""
        return 1.0 - float(np.count_nonzero(self.away & self.filled)) / max(1, int(np.count_nonzero(self.filled)))

    def begin_week(self, week: int, extra_absence: float) -> None:
        """Who is off, who leaves and who arrives this week."""
        off = self.absence + extra_absence + self.how.annual_leave
        self.absent = self.chance.ask(self.key, f"{self.name} off", week) < off
        self.arriving = self.vacant_weeks == 1
        self.vacant_weeks[self.vacant_weeks > 0] -= 1
        self.leaving = self.filled & (self.chance.ask(self.key, f"{self.name} leaves", week) < self.turnover / 52)
        gap = 1 + 2 * self.replaced * self.chance.ask(self.key, "time to recruit", week)
        self.vacant_weeks[self.leaving] = gap[self.leaving].astype(np.int16)

    def redeploy(self, mean: float, protected: float) -> None:
        """Call staff away: most teams lose little, a few lose half or more; each team keeps its own fixed share of bad luck.

        The loss of a losing team is u to the power k, u even in [0, 1): a Beta(1/k, 1). Posts protected are never called away.
        """
        if mean <= 0:
            self.away = np.zeros(len(self), dtype=bool)
            return
        team = np.arange(len(self)) // self.how.team_size
        u = self.chance.ask(team.astype(np.uint64), f"{self.name} redeployment")
        losing = self.how.teams_losing
        power = max(losing / mean - 1, 0.01)
        depth = np.clip((u - (1 - losing)) / losing, 0, 1)
        person = self.chance.ask(self.key, "called away")
        kept = self.chance.ask(self.key, "post protected") < protected
        self.away = (person < depth**power) & (u >= 1 - losing) & ~kept

    def begin_day(self, share: float, lost: float, unlimited: bool) -> None:
        """Minutes in hand: ``share`` of the day is for this work, of which guidance and technology take ``lost``.

        What was left yesterday carries over, up to one day's worth, so that work longer than what is left of a day gets done.
        """
        each = round(self.day_minutes * share * (1 - lost))
        self.carried = self.minutes - self.used
        self.fresh = self.working * np.int64(each)
        if each:
            self.carried = np.minimum(self.carried, self.fresh)
        self.minutes = np.full(len(self), PLENTY) if unlimited else self.carried + self.fresh
        self.used = np.zeros(len(self), dtype=np.int64)

    def state(self) -> dict[str, np.ndarray]:
        """What changes, for saving."""
        return {
            n: getattr(self, n).copy()
            for n in ("vacant_weeks", "absent", "away", "leaving", "arriving", "minutes", "used", "fresh", "carried")
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved columns back."""
        for name, column in state.items():
            setattr(self, name, column.copy())
