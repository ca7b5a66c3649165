"""Meetings between agencies: who is asked, who takes part, who writes instead, whether enough came, and what is passed on at the table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.system.cases import Cases
from simsafe.system.events import HELD, QUORATE, REPORTS, Event, EventLog
from simsafe.system.sharing import Call, Sharing
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, PARTNERS, PUBLISHED_SOURCES, Agency
from simsafe.world.population import YEAR, Schooling, World

HEALTH = np.isin(np.arange(AGENCIES), PUBLISHED_SOURCES["health"])
SERVICES = np.array([a in PARTNERS and a not in (Agency.COMMUNITY, Agency.HELPLINES) for a in Agency])  # relatives are heard: no agency
CHAIRED = (Call.CONFERENCE, Call.PLAN_REVIEW, Call.CARE_REVIEW)  # by an independent chair or reviewing officer


def _those(*calls: Call) -> np.ndarray:
    return np.isin(np.arange(len(Call)), calls)[:, None]


HAS_CHAIR = _those(*CHAIRED)[:, 0]  # by Call
WITH_REPORTS = _those(*CHAIRED, Call.IN_NEED_REVIEW)  # a partner may write instead; by Call, a column
TO_ALL = _those(Call.STRATEGY_DISCUSSION, Call.CONFERENCE)  # police and the practice are asked whether they know the child or not
WITH_POLICE = _those(Call.STRATEGY_DISCUSSION, Call.CONFERENCE, Call.PLAN_REVIEW)
OTHERS, ALWAYS = np.ones(AGENCIES, dtype=bool), np.isin(np.arange(AGENCIES), (Agency.POLICE, Agency.GENERAL_PRACTICE))
OTHERS[Agency.POLICE] = False
FAMILY = np.arange(AGENCIES) == Agency.COMMUNITY
MOST_TIMES = 32  # meetings of one kind that have luck of their own; later ones share the last's


@dataclass(frozen=True)
class MeetingPractice(Checked):
    """What makes a meeting of agencies quorate, and what is done when it is not."""

    quorum: int = param(
        2,
        unit="agencies beside social care that have had direct contact with the child, or all there are",
        source="usual local procedure: three agencies, social care one of them",
        low=1,
        high=4,
        grade="rule",
    )
    goes_ahead: float = param(0.6, unit="chance that a conference goes ahead though not quorate", source="assumed", low=0, high=1)
    most_adjournments: int = param(2, unit="times a conference is put off at most", source="assumed", low=0, high=4)
    again_soonest: int = param(5, unit="working days until an adjourned meeting is held again", source="assumed", low=1, high=10)
    again_latest: int = param(10, unit="working days at most", source="assumed", low=10, high=20)
    health_desk: float = param(
        0.6,
        unit="chance that a nurse at the front door speaks for health in a strategy discussion",
        source="assumed; health is often missing from strategy discussions (joint inspections)",
        low=0,
        high=1,
    )
    visitors_until: int = param(
        5, unit="years of age until which health visitors know the child", source="Healthy Child Programme", low=1, high=7, grade="rule"
    )
    chair_minutes: int = param(
        240, unit="minutes of the chair a conference or review, preparation included", source="assumed", low=60, high=600
    )


@dataclass(frozen=True)
class Today:
    """What a meeting depends on beside the child."""

    day: int
    now: Conditions
    load: float  # of the front door: minutes wanted over minutes in hand
    schooling: Schooling  # who is on which roll, or in a nursery, this month


@dataclass(frozen=True)
class Invitation:
    """Meetings to be held today, one entry each."""

    rows: np.ndarray  # of cases
    key: np.ndarray  # uint64, each meeting's own identity
    call: np.ndarray  # Call
    may_adjourn: np.ndarray  # bool


@dataclass(frozen=True)
class Gathering:
    """Who came to meetings: a row a meeting, a column an Agency."""

    there: np.ndarray  # bool
    wrote: np.ndarray  # bool
    quorate: np.ndarray  # bool, one a meeting
    held: np.ndarray  # bool, one a meeting; the others are adjourned


class Meetings:
    """Calls partners together about a child. Reads what each agency knows of its own contact with the child; passes signs on."""

    def __init__(
        self, sharing: Sharing, cases: Cases, world: World, log: EventLog, ids: np.ndarray, chance: Chance, how: MeetingPractice
    ) -> None:
        self.sharing, self.cases, self.world, self.log, self.ids = sharing, cases, world, log, ids
        self.chance, self.how = chance, how
        self._chaired = (-1, 0)  # the day, and how many meetings on it had a chair

    def known_to(self, children: np.ndarray, today: Today) -> np.ndarray:
        """bool, a row a child, a column an Agency: services that have met the child, or have written down something about it."""
        known = self.sharing.records.has_record(children)
        known[:, Agency.SCHOOLS] = today.schooling.on_roll[children] | (today.schooling.in_setting & ~today.schooling.minded)[children]
        known[:, Agency.CHILDMINDERS] = today.schooling.minded[children]
        young = today.day - self.world.children.birth[children] < self.how.visitors_until * YEAR
        known[:, Agency.HEALTH_VISITING] &= young
        return known & SERVICES

    def invite(self, rows: np.ndarray, key: np.ndarray, call: Call | np.ndarray, may_adjourn: np.ndarray | bool = False) -> Invitation:
        """Meetings about these cases."""
        call = call if isinstance(call, np.ndarray) else np.full(rows.size, call)
        return Invitation(rows, key, call, may_adjourn if isinstance(may_adjourn, np.ndarray) else np.full(rows.size, may_adjourn))

    def hold_all(self, invitations: list[Invitation], today: Today) -> list[Gathering]:
        """Several kinds of meetings of one day, all at once because that is quicker."""
        columns = zip(*((i.rows, i.key, i.call, i.may_adjourn) for i in invitations), strict=True)
        whole = self.hold(Invitation(*(np.concatenate(column) for column in columns)), today)
        gatherings, end = [], 0
        for size in (i.rows.size for i in invitations):
            part, end = slice(end, end + size), end + size
            gatherings.append(Gathering(whole.there[part], whole.wrote[part], whole.quorate[part], whole.held[part]))
        return gatherings

    def hold(self, invited: Invitation, today: Today) -> Gathering:
        """Hold meetings; what is passed on is in social care's record when this returns, and logged.

        Those who know the child are asked, to strategy discussions and initial conferences police and the practice always.
        """
        children, key, call, each = self.cases["child"][invited.rows], invited.key, invited.call, np.arange(AGENCIES)
        if not children.size:
            nobody = np.zeros((0, AGENCIES), dtype=bool)
            return Gathering(nobody, nobody, nobody[:, 0], nobody[:, 0])
        known = self.known_to(children, today)
        asked = (known | (TO_ALL[call] & ALWAYS)) & (WITH_POLICE[call] | OTHERS) | ((call != Call.STRATEGY_DISCUSSION)[:, None] & FAMILY)
        meeting = self.sharing.convene(children, call, key, today.now)
        chances = self.sharing.chance_there(meeting, today.now)
        there = asked & (self.chance.ask_each(key[:, None], "takes part", each, AGENCIES) < chances)
        writes = self.chance.ask_each(key[:, None], "writes instead", each, AGENCIES) < self.sharing.how.report_in_lieu
        wrote = asked & ~there & writes & SERVICES & WITH_REPORTS[call]
        quorate = self._is_quorate(call, there, known, key)
        held = quorate | ~invited.may_adjourn
        if not held.all():
            held |= self.chance.ask(key, "goes ahead") < self.how.goes_ahead
        count = np.count_nonzero(there & SERVICES, axis=1) + REPORTS * np.count_nonzero(wrote, axis=1) + QUORATE * quorate + HELD * held
        self.log.add(today.day, Event.MEETING, self.ids[children], call, count)
        self._chaired = today.day, self.chaired(today.day) + int(np.count_nonzero(HAS_CHAIR[call]))
        present = there & held[:, None]
        heard = self.sharing.at_the_table(meeting, wrote | present, present, today.now, today.load, self.cases.stage_of, today.day)
        signs = self.sharing.records.signs
        self.log.add(today.day, Event.SHARE, self.ids[signs["child"][heard]], signs["agency"][heard], signs["day"][heard])
        return Gathering(there, wrote, quorate, held)

    def _is_quorate(self, call: np.ndarray, there: np.ndarray, known: np.ndarray, key: np.ndarray) -> np.ndarray:
        """A strategy discussion needs police and health; other meetings so many of those who know the child."""
        enough = np.count_nonzero(there & known, axis=1) >= np.minimum(self.how.quorum, np.count_nonzero(known, axis=1))
        strategy = call == Call.STRATEGY_DISCUSSION
        if not strategy.any():
            return enough
        desk = self.chance.ask(key, "a nurse at the front door") < self.how.health_desk
        return np.where(strategy, there[:, Agency.POLICE] & (desk | (there & HEALTH).any(axis=1)), enough)

    def chaired(self, day: int) -> int:
        """Meetings with an independent chair on a day."""
        return self._chaired[1] if self._chaired[0] == day else 0

    def day_again(self, key: np.ndarray) -> np.ndarray:
        """Working days until each adjourned meeting is held again."""
        how = self.how
        return (how.again_soonest + (how.again_latest + 1 - how.again_soonest) * self.chance.ask(key, "held again")).astype(np.int64)

    def keys(self, case_key: np.ndarray, question: str, times: np.ndarray) -> np.ndarray:
        """Identities of meetings: the case's key, the kind of meeting, and which of its kind it is."""
        return self.chance.keys_each(case_key, question, np.minimum(times, MOST_TIMES - 1).astype(np.int64), MOST_TIMES)
