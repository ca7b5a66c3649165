"""What passes between agencies: who takes part when called, what each passes on, and when it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import Table
from simsafe.system.cases import NONE
from simsafe.system.fathers import Fathers
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, PARTNERS


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(np.minimum(-x, 700.0)))  # the bound keeps exp from overflowing


@dataclass(frozen=True)
class SharingPractice(Checked):
    """How willingly, how fully and how fast partners share in ordinary times."""

    share: float = param(0.5, unit="share of a partner's signs passed on at middling own concern", source="SH01", low=0.0, high=1.0)
    slope: float = param(0.8, unit="log-odds per nat of the partner's own concern", source="SH02", low=0.3, high=1.5, grade="C")
    middling: float = param(2.0, unit="nats of own concern at which the base share holds", source="assumed", low=0.5, high=4)
    silo: float = param(0.5, unit="fall in log-odds per unit of front-door load above capacity", source="SH12", low=0, high=2, grade="C")
    step_back: float = param(0.8, unit="ratio of sharing once social care is in", source="SH13", low=0.5, high=1, grade="C")
    schools_attend: float = param(0.85, unit="chance to take part when called", source="assumed", low=0.2, high=1)
    childminders_attend: float = param(0.5, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    school_nursing_attend: float = param(0.6, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    midwifery_attend: float = param(0.7, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    hospital_attend: float = param(0.5, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    camhs_attend: float = param(
        0.35, unit="chance to take part when called", source="assumed; SF008: seldom at meetings", low=0.05, high=0.8
    )
    adult_services_attend: float = param(
        0.2, unit="chance to take part when called", source="assumed; SF012: rarely attend", low=0.02, high=0.6
    )
    general_practice_attend: float = param(0.15, unit="chance to take part when called", source="SH06", low=0.05, high=0.8, grade="C")
    health_visiting_attend: float = param(0.8, unit="chance to take part when called", source="assumed", low=0.2, high=1)
    police_attend: float = param(0.9, unit="chance to take part when called", source="assumed", low=0.3, high=1)
    community_attend: float = param(0.2, unit="chance that relatives and others are asked and answer", source="assumed", low=0, high=0.6)
    early_help_attend: float = param(0.6, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    housing_attend: float = param(0.35, unit="chance to take part when called", source="assumed", low=0.05, high=0.9)
    helplines_attend: float = param(0.0, unit="chance to be found again", source="a caller without a name", low=0, high=0.3)
    report_in_lieu: float = param(
        0.24,
        unit="share of partners asked who cannot take part and write instead",
        source="assumed: with it general practice contributes to a third of calls (SH06, with reports)",
        low=0,
        high=1,
    )
    delay: float = param(3.0, unit="days until what is shared arrives, mean", source="assumed; SH09", low=0, high=20)

    def attendance(self) -> np.ndarray:
        """Chance to take part, by Agency."""
        table = np.zeros(AGENCIES)
        for agency in PARTNERS:
            table[agency] = getattr(self, f"{agency.name.lower()}_attend")
        return table


class Call(IntEnum):
    """What partners are called for: the first by letter or telephone, the others to a meeting."""

    REFERRAL = 0
    STRATEGY_DISCUSSION = 1
    CONFERENCE = 2
    CORE_GROUP = 3
    PLAN_REVIEW = 4
    IN_NEED_REVIEW = 5
    CARE_REVIEW = 6


class Sharing:
    """Calls partners, decides sign by sign what each passes on, and delivers it when it arrives."""

    def __init__(
        self, records: Records, child_keys: np.ndarray, chance: Chance, how: SharingPractice, fathers: Fathers | None = None
    ) -> None:
        self.records, self.child_keys, self.chance, self.how = records, child_keys, chance, how
        self.fathers = fathers  # None: every sign links to its child
        self.attendance = how.attendance()
        self.odds = self.attendance / np.maximum(1 - self.attendance, 1e-9)
        self.on_the_way = Table({"sign": "i4", "arrives": "i2"})
        self.called: list[tuple[np.ndarray, Call]] = []  # today's calls

    def call(self, children: np.ndarray, purpose: Call) -> None:
        """Ask every partner about these children today."""
        if children.size:
            self.called.append((children, purpose))

    def answer_calls(self, now: Conditions, load: float, stage_of: np.ndarray, day: int) -> None:
        """Partners answer today's calls: who takes part, and what of its record each passes on. ``stage_of``: of each child's open case."""
        if not self.called:
            return
        children = np.concatenate([c for c, _ in self.called])
        purpose = np.concatenate([np.full(c.size, p) for c, p in self.called])
        self.called = []
        rows, at = self._that_come_up(children)
        if not rows.size or self.how.share <= 0:
            return
        going = self._pass_on(rows, children[at], purpose[at], now, load, stage_of, day)
        at = at[going]
        contributes = self._takes_part(children[at], self.records.signs["agency"][rows[going]], purpose[at], now, day)
        going = rows[going[contributes]]
        wait = -np.log1p(-self.chance.ask(self.records.signs["key"][going], "delay")) * self.how.delay * now.sharing_delay_factor
        self.on_the_way.add(going.size, sign=going, arrives=day + 1 + np.minimum(wait, 200).astype(np.int16))

    def at_the_table(
        self,
        children: np.ndarray,
        contributes: np.ndarray,
        purpose: np.ndarray,
        now: Conditions,
        load: float,
        stage_of: np.ndarray,
        day: int,
    ) -> np.ndarray:
        """What partners at a meeting, or writing to it, pass on there and then; returns the rows of signs new to social care.

        ``contributes`` is bool, a row for each child and a column for each Agency; ``purpose`` the Call about each child.
        """
        rows, at = self.records.unshared(children)
        if not rows.size or self.how.share <= 0:
            return rows[:0]
        asked = np.flatnonzero(contributes[at, self.records.signs["agency"][rows]])
        rows, at = rows[asked], at[asked]
        passes = self._pass_on(rows, children[at], purpose[at], now, load, stage_of, day)
        return self.records.pass_to_social_care(rows[passes])

    def _pass_on(
        self, rows: np.ndarray, children: np.ndarray, purpose: np.ndarray, now: Conditions, load: float, stage_of: np.ndarray, day: int
    ) -> np.ndarray:
        """Positions of the signs that their holders would pass on when called for this purpose."""
        partner, key = self.records.signs["agency"][rows], self.records.signs["key"][rows]
        share = self._share(self.records.worry_of(partner, children, day), now, load)
        share = share * np.where(stage_of[children] != NONE, self.how.step_back, 1)
        return np.flatnonzero(self.chance.ask_each(key, "passed on", purpose, len(Call)) < share)

    def takes_part(self, now: Conditions) -> np.ndarray:
        """Chance of each Agency to take part today when called."""
        odds = self.odds * np.exp(now.meeting_log_odds)
        return odds / (1 + odds)

    def _that_come_up(self, children: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Signs that social care does not hold, and that partners find when asked about these children."""
        rows, at = self.records.unshared(children)
        return (rows, at) if self.fathers is None else self.fathers.linked(rows, at)

    def _takes_part(self, children: np.ndarray, partner: np.ndarray, purpose: np.ndarray, now: Conditions, day: int) -> np.ndarray:
        """bool for each sign: its holder answers the call about this child, by word or in writing."""
        meeting = self.chance.keys_each(self.child_keys[children], "call", purpose, len(Call))
        meeting = self.chance.keys(meeting, "on the day", day)
        there = self.chance.ask_each(meeting, "takes part", partner, AGENCIES) < self.takes_part(now)[partner]
        return there | (self.chance.ask_each(meeting, "writes instead", partner, AGENCIES) < self.how.report_in_lieu)

    def _share(self, own: np.ndarray, now: Conditions, load: float) -> np.ndarray:
        """Share of its signs that a partner passes on, given its own concern and the load at the front door."""
        how = self.how
        if how.share >= 1:
            return np.ones(own.size)
        base = np.log(how.share / (1 - how.share)) if how.share > 0 else -np.inf
        return logistic(base + how.slope * (own - how.middling) + now.sharing_log_odds - how.silo * max(0.0, load - 1))

    def told_with_contact(
        self, agency: np.ndarray, children: np.ndarray, trigger: np.ndarray, now: Conditions, load: float, day: int
    ) -> np.ndarray:
        """Signs that go with a contact: always the sign that moved the agency, and of its older ones what it passes on."""
        if not trigger.size:
            return trigger
        rows, at = self._that_come_up(children)
        mine = np.flatnonzero(self.records.signs["agency"][rows] == agency[at])
        rows, at = rows[mine], at[mine]
        own = self.records.worry_of(agency[at], children[at], day)
        passes = self.chance.ask(self.records.signs["key"][rows], "passed on with contact") < self._share(own, now, load)
        return np.concatenate([trigger, rows[passes]])

    def arrive(self, day: int) -> np.ndarray:
        """Signs whose time has come enter social care's record; returns the rows that were new to it."""
        due = self.on_the_way["arrives"] <= day
        if not due.any():
            return np.empty(0, dtype=np.int64)
        rows = self.on_the_way["sign"][due].copy()
        self.on_the_way.keep(~due)
        return self.records.pass_to_social_care(rows)

    def renumber(self, gone: int) -> None:
        """Row numbers of signs have fallen (:meth:`Records.forget`); one put away while on its way is lost."""
        self.on_the_way["sign"][:] -= gone
        self.on_the_way.keep(self.on_the_way["sign"] >= 0)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return self.on_the_way.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put back what was on its way."""
        self.on_the_way.restore(state)
