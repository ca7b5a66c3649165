"""Professionals as columns: who is in post, at work, called away, and how many minutes each has in hand.

Mesa agents (``agents.py``) are the professionals themselves; what they do is stored here so that a run can be saved and a day
can be worked in whole columns. One profession, one :class:`Staff`. How they feel is ``wellbeing.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import PLENTY

LONG_AGO = 2000  # weeks in post, where nobody ever leaves
WORKING_DAYS_A_MONTH = 21  # the calendar


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
    leave_in_holidays: float = param(
        2.0, unit="leave in weeks without school relative to weeks with school", source="assumed", low=1.0, high=4.0
    )
    leave_returns: float = param(8.0, unit="weeks until a week of leave put off is taken, mean", source="assumed", low=2, high=52)
    recruitment_weeks: float = param(20.0, unit="weeks to replace a leaver for good, at least", source="QU09", low=8, high=40)
    longest_replaced: float = param(
        104.0, unit="weeks to replace a leaver for good, at most", source="assumed; QU02 and QU04 imply 68 in England", low=20, high=156
    )
    agency_weeks: float = param(26.0, unit="weeks an agency worker stays, mean", source="assumed", low=8, high=104)
    newcomer_pace: float = param(0.6, unit="productivity of a new or agency worker, relative", source="QU10", low=0.4, high=0.8)
    newcomer_weeks: int = param(12, unit="weeks until a newcomer works at the usual pace", source="QU10", low=4, high=26)
    health_turnover: float = param(
        0.1, unit="share of health visitors leaving in a year", source="assumed: a tenth, as NHS staff", low=0, high=0.3
    )
    health_bank: float = param(
        0.03, unit="share of health visitors in post from bank and agency", source="assumed: most vacancies are covered", low=0, high=0.1
    )
    kept_without_handover: float = param(
        0.4, unit="share of working knowledge that survives being called away, and coming back", source="assumed; QU11, its range",
        low=0.2, high=0.9,
    )  # fmt: skip
    caring_share: float = param(0.4, unit="share of staff with school-age children at home", source="assumed", low=0.1, high=0.7)
    caring_hours: float = param(
        0.15,
        unit="share of their hours lost while all schools are shut",
        source="assumed; key workers' children had places",
        low=0,
        high=0.5,
    )
    consulted: float = param(
        0.7, unit="share of redeployment that goes ahead when safeguarding leads are asked", source="assumed; SF117", low=0.2, high=1
    )
    approved: float = param(
        0.35, unit="share of redeployment that goes ahead when safeguarding leads must approve", source="assumed; SF117", low=0, high=1
    )
    team_size: int = param(10, unit="health visitors a team", source="assumed", low=3, high=40)
    teams_losing: float = param(
        0.66, unit="share of teams that lose anyone when staff are redeployed", source="B057, from memory", low=0.3, high=1, grade="C"
    )

    def goes_ahead(self, say: float) -> float:
        """Share of the redeployment asked for that goes ahead when leads have a say: 0 none, 1 they are consulted, 2 they approve."""
        return float(np.interp(say, (0, 1, 2), (1.0, self.consulted, self.approved)))

    def weeks_to_replace(self, turnover: float, vacancy: float) -> float:
        """Mean weeks until a leaver is replaced for good: what makes the published vacancies out of the published turnover.

        A share v of posts stays without a worker of its own when leavers, ``turnover`` of those in post a year, are replaced after
        52 / turnover x v / (1 - v) weeks. Meanwhile agency staff may sit there.
        """
        vacant = min(max(vacancy, 0.0), 0.9)
        implied = 52 / max(turnover, 1e-3) * vacant / (1 - vacant)
        return min(max(implied, self.recruitment_weeks), max(self.longest_replaced, self.recruitment_weeks))

    def leave_share(self, holiday: float, holidays: float, managed: float) -> float:
        """Share of staff on leave in a week without school (``holiday`` 1; in part, less), the yearly mean being ``annual_leave``.

        ``holidays`` is the share of the year without school. ``managed`` 1 spreads leave evenly over the year.
        """
        more = (self.leave_in_holidays - 1) * (1 - managed)
        return self.annual_leave * (1 + more * holiday) / (1 + more * holidays)


def weeks_without_school(calendar: Calendar) -> tuple[np.ndarray, float]:
    """(share of the seven days' working days that are no school days, from each day on; its mean over the first year)."""
    working, school = np.cumsum(calendar.working, dtype=np.int32), np.cumsum(calendar.school_day, dtype=np.int32)
    days = working[7:] - working[:-7]
    share = np.divide(days - (school[7:] - school[:-7]), days, out=np.zeros(days.size), where=days > 0)
    return share, float(share[:364].mean())


@dataclass(frozen=True)
class Week:
    """What a week is like for one profession, beside its own luck."""

    number: int
    extra_absence: float = 0.0  # share off sick beyond the ordinary
    leave: float | None = None  # share on leave; None for the mean of the year
    postponed: float = 0.0  # share of leave put off


class Staff:
    """One profession: a post is an entry for life; who fills it may change.

    A post is filled by somebody for good (``vacant_weeks`` 0), or vacant and perhaps filled by an agency worker for a while.
    """

    CHANGING = (
        "vacant_weeks", "agency_weeks", "cover_weeks", "weeks_here", "person", "carer", "sick", "absent", "leave_owed", "away",
        "called_away", "came_back", "leaving", "stay_ended", "arriving", "cover", "minutes", "used", "fresh", "carried", "week_used",
        "week_fresh", "sickness", "exits", "noticing",
    )  # fmt: skip

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
        agency: float = 0.0,
    ) -> None:
        """``turnover``: share of those in post for good who leave in a year; ``replaced``: mean weeks until such a post is filled for
        good; ``agency``: share of those in post who come from agencies.
        """
        self.name, self.chance, self.how, self.day_minutes = name, chance, how, day_minutes
        self.absence, self.turnover = absence, turnover
        self.replaced = how.recruitment_weeks if replaced is None else replaced
        self.covered = self.agency_cover(turnover, self.replaced, agency)  # share of vacant time in which an agency worker is there
        self.gap = how.agency_weeks * (1 - self.covered) / max(self.covered, 1e-9)  # weeks until an agency worker comes, mean
        self.key = chance.keys(np.arange(posts, dtype=np.uint64), f"{name} post")
        self._fill()
        for column in ("sick", "absent", "away", "called_away", "came_back", "leaving", "stay_ended", "arriving"):
            setattr(self, column, np.zeros(posts, dtype=bool))  # this week
        for column in ("minutes", "used", "fresh", "carried", "week_used", "week_fresh"):
            setattr(self, column, np.zeros(posts, dtype=np.int64))
        self.leave_owed = np.zeros(posts, dtype=np.int8)  # weeks of leave put off
        self.cover = np.arange(posts)  # who does the work of each post
        self.sickness = np.ones(posts)  # relative to the profession, as exits: set by wellbeing
        self.exits = np.ones(posts)
        self.noticing = np.ones(posts)  # how much of what shows at a meeting is noticed, relative to the usual
        self.usual_pace = 1 - (1 - how.newcomer_pace) * self._usually_new()

    filled: np.ndarray  # bool: somebody is in post, for good or from an agency
    vacant_weeks: np.ndarray  # int16: weeks until the post is filled for good; 0 when it is
    agency_weeks: np.ndarray  # int16: weeks that an agency worker still stays; 0 for none
    cover_weeks: np.ndarray  # int16: weeks until an agency worker comes; 0 for none on the way
    weeks_here: np.ndarray  # int16: weeks since whoever is in post came
    person: np.ndarray  # uint64: the key of whoever is in post
    carer: np.ndarray  # bool: with school-age children at home
    sick: np.ndarray  # bool
    absent: np.ndarray  # bool: sick or on leave
    away: np.ndarray  # bool: redeployed to other work
    called_away: np.ndarray  # bool: since this week
    came_back: np.ndarray  # bool: from redeployment, this week
    leaving: np.ndarray  # bool
    stay_ended: np.ndarray  # bool: leaving, and from an agency
    arriving: np.ndarray  # bool
    minutes: np.ndarray  # in hand today
    used: np.ndarray  # today
    fresh: np.ndarray  # of today's minutes, those funded today
    carried: np.ndarray  # of today's minutes, those left from the day before
    week_used: np.ndarray  # minutes used this week before today, as week_fresh for those funded
    week_fresh: np.ndarray

    @staticmethod
    def agency_cover(turnover: float, replaced: float, agency: float) -> float:
        """Share of vacant time covered by agency staff, when they are ``agency`` of those in post."""
        vacant = turnover * replaced / 52  # relative to those in post for good
        return min(agency / (1 - min(agency, 0.9)) / vacant, 0.97) if vacant > 0 else 0.0

    @staticmethod
    def empty(turnover: float, replaced: float, agency: float) -> float:
        """Share of posts with nobody in them."""
        vacant = turnover * replaced / 52
        return vacant / (1 + vacant) * (1 - Staff.agency_cover(turnover, replaced, agency))

    def _fill(self) -> None:
        """Who is in post before the run: as many, and as long, as in any week of ordinary times."""
        ask, key, how = self.chance.ask, self.key, self.how
        vacant = self.turnover * self.replaced / 52
        vacant /= 1 + vacant
        u, stay = ask(key, "vacant at the start"), ask(key, "agency worker at the start")
        left = np.ceil(2 * self.replaced * (1 - np.sqrt(1 - np.minimum(u / max(vacant, 1e-9), 1))))  # of spells of every length
        self.vacant_weeks = np.where(u < vacant, np.maximum(left, 1), 0).astype(np.int16)
        agency = (self.vacant_weeks > 1) & (stay < self.covered)
        length = np.ceil(2 * how.agency_weeks * (1 - np.sqrt(1 - np.minimum(stay / max(self.covered, 1e-9), 1))))
        self.agency_weeks = np.where(agency, np.minimum(np.maximum(length, 1), self.vacant_weeks - 1), 0).astype(np.int16)
        self.cover_weeks = np.zeros(key.size, dtype=np.int16)
        self._await_agency((self.vacant_weeks > 0) & ~agency, -1)
        tenure = np.full(key.size, LONG_AGO)
        if self.turnover > 0:
            tenure = np.minimum(-np.log1p(-ask(key, "time in post at the start")) * 52 / self.turnover, LONG_AGO)
        since = ask(key, "agency worker's time at the start") * how.agency_weeks
        self.weeks_here = np.where(agency, since, tenure).astype(np.int16)
        self._look_who_is_there()
        self.person = self.chance.keys(key, "first in post")
        self.carer = ask(self.person, "children at home") < how.caring_share

    def _usually_new(self) -> float:
        """Share of those in post who are new, in ordinary times."""
        vacant = self.turnover * self.replaced / 52
        lasting, agency = 1 / (1 + vacant * self.covered), vacant * self.covered / (1 + vacant * self.covered)
        new = self.how.newcomer_weeks
        return lasting * min(1.0, self.turnover * new / 52) + agency * min(1.0, new / self.how.agency_weeks)

    def __len__(self) -> int:
        return self.key.size

    def _look_who_is_there(self) -> None:
        """What follows for a week from who is in which post."""
        self.filled = (self.vacant_weeks == 0) | (self.agency_weeks > 0)
        self._each: tuple[tuple[float, ...], np.ndarray] = ((), np.empty(0, dtype=np.int64))

    @property
    def working(self) -> np.ndarray:
        """bool: in post, not off, not called away."""
        return self.filled & ~(self.absent | self.away)

    @property
    def share_not_away(self) -> float:
        """Share of those in post who are not called away."""
        return 1.0 - float(np.count_nonzero(self.away & self.filled)) / max(1, int(np.count_nonzero(self.filled)))

    @property
    def new(self) -> np.ndarray:
        """bool: in post for too short a time to work at the usual pace."""
        return self.filled & (self.weeks_here < self.how.newcomer_weeks)

    @property
    def changing(self) -> np.ndarray:
        """bool: somebody leaves, arrives, is called away or comes back this week."""
        return self.leaving | self.arriving | self.called_away | self.came_back

    # ---- weeks ------------------------------------------------------------------------------------------------------------

    def begin_week(self, week: Week) -> None:
        """Who leaves and who arrives this week, and who is off."""
        self._come_and_go(week.number)
        self._take_time_off(week)
        self.week_used[:], self.week_fresh[:] = 0, 0

    def _come_and_go(self, week: int) -> None:
        """Agency workers end a week before the post is filled for good, so that nobody leaves and comes on one Monday."""
        self.weeks_here += self.filled
        for_good = self.vacant_weeks == 1
        self.vacant_weeks[self.vacant_weeks > 0] -= 1
        stay_ends, comes = self.agency_weeks == 1, self.cover_weeks == 1
        self.agency_weeks[self.agency_weeks > 0] -= 1
        self.cover_weeks[self.cover_weeks > 0] -= 1
        comes &= self.vacant_weeks > 1
        if comes.any():
            stay = 1 + 2 * self.how.agency_weeks * self.chance.ask(self.key, "agency worker stays", week)
            self.agency_weeks[comes] = np.minimum(stay, self.vacant_weeks - 1)[comes].astype(np.int16)
        self._await_agency(stay_ends & (self.vacant_weeks > 1), week)
        hazard = np.minimum(self.turnover / 52 * self.exits, 1.0)
        leaves = (self.vacant_weeks == 0) & (self.chance.ask(self.key, f"{self.name} leaves", week) < hazard)
        if leaves.any():
            gap = 1 + 2 * self.replaced * self.chance.ask(self.key, "time to recruit", week)
            self.vacant_weeks[leaves] = gap[leaves].astype(np.int16)
            self._await_agency(leaves, week)
        self.arriving, self.leaving, self.stay_ended = for_good | comes, leaves | stay_ends, stay_ends
        self._welcome(week)
        self._look_who_is_there()

    def _await_agency(self, posts: np.ndarray, week: int) -> None:
        """Ask an agency for somebody to fill these vacant posts."""
        if self.covered > 0 and posts.any():
            wait = 1 + 2 * self.gap * self.chance.ask(self.key, "agency worker comes", week)
            self.cover_weeks[posts] = np.minimum(wait, 32000)[posts].astype(np.int16)

    def _welcome(self, week: int) -> None:
        """Whoever arrives is somebody else."""
        if self.arriving.any():
            self.person[self.arriving] = self.chance.keys(self.key, "next in post", week)[self.arriving]
            self.carer = self.chance.ask(self.person, "children at home") < self.how.caring_share
            self.weeks_here[self.arriving], self.leave_owed[self.arriving] = 0, 0

    def _take_time_off(self, week: Week) -> None:
        """Sickness first, then leave, then leave put off earlier: one throw, so that more of any only adds to those who are off."""
        u = self.chance.ask(self.key, f"{self.name} off", week.number)
        sick = self.absence * self.sickness + week.extra_absence
        leave = sick + (self.how.annual_leave if week.leave is None else week.leave)
        self.sick = u < sick
        wants = ~self.sick & (u < leave)
        put_off = wants & (self.chance.ask(self.key, "leave put off", week.number) < week.postponed)
        owed = ~(self.sick | wants) & (self.leave_owed > 0) & (u < leave + (1 - week.postponed) / self.how.leave_returns)
        self.leave_owed += (put_off & self.filled & (self.leave_owed < 100)).astype(np.int8) - owed.astype(np.int8)
        self.absent = self.sick | (wants & ~put_off) | owed

    def redeploy(self, mean: float, protected: float) -> None:
        """Call staff away: most teams lose little, a few lose half or more; each team keeps its own fixed share of bad luck.

        The loss of a losing team is u to the power k, u even in [0, 1): a Beta(1/k, 1). Posts protected are never called away.
        Whoever is left of a team works for those who are away, and for posts that are empty.
        """
        before, team = self.away, np.arange(len(self)) // self.how.team_size
        self.away = np.zeros(len(self), dtype=bool)
        if mean > 0:
            u = self.chance.ask(team.astype(np.uint64), f"{self.name} redeployment")
            losing = self.how.teams_losing
            power = max(losing / mean - 1, 0.01)
            depth = np.clip((u - (1 - losing)) / losing, 0, 1)
            person = self.chance.ask(self.key, "called away")
            kept = self.chance.ask(self.key, "post protected") < protected
            self.away = (person < depth**power) & (u >= 1 - losing) & ~kept
        self.called_away, self.came_back = self.away & ~before, before & ~self.away
        self._share_out(team)

    def _share_out(self, team: np.ndarray) -> None:
        """The work of posts that are empty or whose holder is away goes round those left in the team; without any it waits."""
        self.cover = np.arange(len(self))
        there = self.filled & ~self.away
        for short in np.unique(team[~there]).tolist():
            posts = np.flatnonzero(team == short)
            left, gone = posts[there[posts]], posts[~there[posts]]
            if left.size:
                self.cover[gone] = left[np.arange(gone.size) % left.size]

    # ---- days -------------------------------------------------------------------------------------------------------------

    def begin_day(self, share: float, lost: float, unlimited: bool, caring: float = 0.0, supervision: float = 0.0) -> None:
        """Minutes in hand: ``share`` of the day is for this work, of which guidance and technology take ``lost``.

        ``caring`` is the share of schools and settings shut, ``supervision`` the hours a month beyond the usual. What was left
        yesterday carries over, up to one day's worth, so that work longer than what is left of a day gets done.
        """
        self.week_used += self.used
        self.week_fresh += self.fresh
        self.carried = self.minutes - self.used
        self.fresh = self.working * self._minutes_each(share, lost, caring, supervision)
        if share:
            self.carried = np.minimum(self.carried, self.fresh)
        self.minutes = np.full(len(self), PLENTY) if unlimited else self.carried + self.fresh
        self.used = np.zeros(len(self), dtype=np.int64)

    def _minutes_each(self, share: float, lost: float, caring: float, supervision: float) -> np.ndarray:
        """Whole minutes funded a day for each post if somebody is at work in it; worked out once for days alike."""
        asked = (share, lost, caring, supervision)
        if self._each[0] != asked:
            pace = np.where(self.new, self.how.newcomer_pace, 1.0) / self.usual_pace
            hours = 1 - self.how.caring_hours * caring * self.carer
            each = self.day_minutes * share * (1 - lost) * pace * hours - (supervision * 60 / WORKING_DAYS_A_MONTH if share else 0.0)
            self._each = asked, np.maximum(np.rint(each), 0).astype(np.int64)
        return self._each[1]

    def state(self) -> dict[str, np.ndarray]:
        """What changes, for saving."""
        return {n: getattr(self, n).copy() for n in self.CHANGING}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved columns back."""
        for name, column in state.items():
            setattr(self, name, column.copy())
        self._look_who_is_there()
