"""How professionals feel, and what follows: tired people notice less, are off sick more often and leave sooner.

Wellbeing is in standard deviations; 0 is the usual. Once a week it moves a part of the way to where the week's conditions would take it
if they lasted, so each effect below says how far that is. A person feels what is on the desk and what the times and the plan do, never
the truth about a child.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.staff import Staff

TIRED = -1.0  # standard deviations: below it a person counts as tired: assumed
YEAR_OF_WEEKS = 52  # the calendar
FARTHEST = 4.0  # standard deviations from the usual at most: assumed


@dataclass(frozen=True)
class Feeling(Checked):
    """What moves wellbeing, as the place where it settles when a condition lasts, and what it does."""

    own_level: float = param(
        0.8,
        unit="standard deviations of wellbeing between posts, lasting",
        source="assumed; the rest of one comes and goes",
        low=0.3,
        high=0.95,
    )
    recovery: float = param(
        0.06,
        unit="share of the way a week, from where wellbeing is to where it settles",
        source="assumed: half in 11 weeks",
        low=0.02,
        high=0.2,
    )
    overload: float = param(
        1.2, unit="SD lost per unit of work wanted over time in hand, beyond 1 and beyond the usual", source="assumed; WB06, SF106",
        low=0.0, high=3.0,
    )  # fmt: skip
    load_memory: float = param(0.7, unit="share of last week's felt load that remains", source="assumed", low=0.0, high=0.95)
    highest_overload: float = param(2.0, unit="work wanted over time in hand, beyond 1, at most", source="assumed", low=0.5, high=5)
    risk_alone: float = param(
        0.06,
        unit="SD lost per high-risk case held beyond the usual",
        source="assumed; SF101 'alone in holding the risk'",
        low=0.0,
        high=0.3,
    )
    risk_shared: float = param(
        0.15, unit="share of the risk taken off by one hour of supervision a month", source="assumed; SF101", low=0.0, high=0.5
    )
    overdue: float = param(
        0.15,
        unit="SD lost per high-risk case with a visit overdue, beyond the usual",
        source="assumed; SF111, moral injury",
        low=0.0,
        high=0.6,
    )
    overdue_days: int = param(5, unit="days over which a visit counts as overdue", source="assumed", low=0, high=30)
    isolation: float = param(0.2, unit="SD lost when working wholly from home", source="assumed; SF103", low=0.0, high=0.8)
    peers: float = param(
        0.2, unit="SD lost when home-working takes all informal support of colleagues", source="assumed; SF103", low=0.0, high=0.8
    )
    peer_groups: float = param(
        0.12, unit="SD gained by regular organised peer support for all", source="WB09 shrunk to an odds ratio of 0.8, as a logit over 1.8",
        low=0.0, high=0.5, grade="C",
    )  # fmt: skip
    supervision: float = param(
        0.2, unit="SD gained per hour of supervision a month more", source="WB03 (r 0.35, cross-sectional), shrunk; SD of hours assumed 1",
        low=0.0, high=0.4, grade="C",
    )  # fmt: skip
    most_supervision: float = param(3.0, unit="hours a month more beyond which nothing is gained", source="assumed", low=1.0, high=6.0)
    caring: float = param(
        0.4, unit="SD lost by staff with school-age children while all schools are shut", source="assumed; SF109", low=0.0, high=1.0
    )
    leave_owed: float = param(0.06, unit="SD lost per week of leave put off", source="assumed", low=0.0, high=0.3)
    settling_weeks: int = param(26, unit="weeks over which an area's usual load is learned", source="assumed", low=4, high=52)
    used_to: float = param(260.0, unit="weeks over which people get used to another load", source="assumed", low=52, high=1040)
    noticing_loss: float = param(0.12, unit="log loss of signs noticed at a meeting per SD", source="WB08", low=0.0, high=0.3, grade="B")
    exit_slope: float = param(
        0.5, unit="log-hazard of leaving per SD", source="WB05: of intention; caseload acts through strain only (WB06)",
        low=0.2, high=0.9, grade="B",
    )  # fmt: skip
    sickness_slope: float = param(
        0.3, unit="log-rate of sickness absence per SD", source="assumed; half of WB05 and more", low=0.0, high=0.8
    )


@dataclass(frozen=True)
class Burden:
    """What weighed on each post last week, as its records and diary show it: one number a post in each column."""

    overload: np.ndarray  # minutes wanted over minutes in hand, less 1; 0 when there was time for all
    risk: np.ndarray  # high-risk cases held
    overdue: np.ndarray  # of these, those whose visit is overdue

    @classmethod
    def none(cls, posts: int) -> Burden:
        """A week without any."""
        return cls(np.zeros(posts), np.zeros(posts), np.zeros(posts))


class Wellbeing:
    """The wellbeing of whoever is in each post of one profession.

    ``acts`` off: people feel what the times and the plan do, but not their cases, and nothing follows from it; one child cannot affect
    another through the person who meets both.
    """

    def __init__(self, staff: Staff, chance: Chance, how: Feeling, acts: bool) -> None:
        self.staff, self.chance, self.how, self.acts = staff, chance, how, acts
        posts = len(staff)
        self.own = how.own_level * chance.bell(staff.key, "own level of wellbeing")  # of the post: teams and managers differ
        self.spread = np.sqrt(1 - how.own_level**2)  # of what comes and goes
        self.now = self._fresh()
        self.felt = np.zeros(posts)  # overload, smoothed
        self.usual = np.zeros(3)  # the profession's usual overload, risk and overdue visits
        self.weeks = np.zeros(1, dtype=np.int64)  # how many it has been learned from
        self.past = np.full((YEAR_OF_WEEKS, posts), np.inf)  # of the people now in post, by week; infinite where unknown
        self._act()

    def _fresh(self) -> np.ndarray:
        """Where the people in post stand when they come."""
        return self.own + self.spread * self.chance.bell(self.staff.person, "wellbeing at first")

    def live_a_week(self, week: int, burden: Burden, today: Conditions) -> None:
        """Move everybody's wellbeing by last week, and let it act on the week that begins."""
        how, there = self.how, self.staff.filled
        self.past[week % YEAR_OF_WEEKS] = np.where(there, self.now, np.inf)
        towards = self.own + self._times(today)
        if self.acts:
            towards += self._cases(burden, today, there)
        wave = self.spread * np.sqrt(1 - (1 - how.recovery) ** 2) * self.chance.bell(self.staff.person, "wellbeing", week)
        self.now = np.clip(self.now + how.recovery * (towards - self.now) + wave, -FARTHEST, FARTHEST)
        self._act()

    def _times(self, today: Conditions) -> np.ndarray:
        """SD by what the times and the plan do to everybody, or to those with children at home or leave put off; 0 as usual."""
        how, at_home = self.how, today.home_working_share
        more = np.clip(today.supervision_hours - ORDINARY.supervision_hours, -ORDINARY.supervision_hours, how.most_supervision)
        shift = how.supervision * more + how.peer_groups * today.peer_support
        shift -= how.isolation * at_home + how.peers * at_home * (1 - today.peer_support)
        shut = max(0.0, 1 - today.school_open_share)
        return shift - how.caring * shut * self.staff.carer - how.leave_owed * self.staff.leave_owed

    def _cases(self, burden: Burden, today: Conditions, there: np.ndarray) -> np.ndarray:
        """SD by the work itself, beyond what is usual in this profession and area."""
        how = self.how
        self.felt = how.load_memory * self.felt + (1 - how.load_memory) * np.clip(burden.overload, 0, how.highest_overload)
        self.felt[~there] = 0.0
        alone = burden.risk * np.clip(1 - how.risk_shared * (today.supervision_hours - ORDINARY.supervision_hours), 0, 2)
        columns = np.stack([self.felt, burden.risk, burden.overdue])
        if there.any():
            self.weeks += 1
            part = 1 / self.weeks[0] if self.weeks[0] <= how.settling_weeks else 1 / how.used_to
            self.usual += part * (columns[:, there].mean(axis=1) - self.usual)
        felt, risk, overdue = self.usual
        return -(how.overload * (self.felt - felt) + how.risk_alone * (alone - risk) + how.overdue * (burden.overdue - overdue))

    def welcome(self) -> None:
        """Those who have just come bring their own wellbeing; nobody has known them for a year."""
        new = self.staff.arriving
        if new.any():
            self.now = np.where(new, self._fresh(), self.now)
            self.felt[new] = 0.0
            self.past[:, new] = np.inf
            self._act()

    def _act(self) -> None:
        """Noticing, sickness and leaving, each 1 on average of people whose wellbeing is spread as usual: a mean of 0, an SD of 1."""
        if not self.acts:
            return
        how, staff = self.how, self.staff
        noticing, sickness, exits = (np.exp(b * self.now - b * b / 2) for b in (how.noticing_loss, -how.sickness_slope, -how.exit_slope))
        staff.noticing, staff.sickness, staff.exits = np.where(staff.filled, noticing, 1.0), sickness, exits

    def lower_than_a_year_before(self, week: int) -> tuple[int, int]:
        """How many of those in post now and a year before feel worse than then; and how many there are."""
        then = self.past[week % YEAR_OF_WEEKS]
        known = np.isfinite(then) & self.staff.filled
        return int(np.count_nonzero(self.now[known] < then[known])), int(np.count_nonzero(known))

    def state(self) -> dict[str, np.ndarray]:
        """What changes, for saving."""
        return {n: getattr(self, n).copy() for n in ("now", "felt", "usual", "weeks", "past")}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved columns back."""
        for name, column in state.items():
            setattr(self, name, column.copy())
