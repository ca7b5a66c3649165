"""What passes between agencies: who takes part when called, what each passes on, and when it arrives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import Table
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, PARTNERS, Agency


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


@dataclass(frozen=True)
class SharingPractice(Checked):
    """How willingly, how fully and how fast partners share in ordinary times."""

    share: float = param(0.5, unit="share of a partner's signs passed on at middling own concern", source="SH01", low=0.0, high=1.0)
    slope: float = param(0.8, unit="log-odds per nat of the partner's own concern", source="SH02", low=0.3, high=1.5, grade="C")
    middling: float = param(2.0, unit="nats of own concern at which the base share holds", source="assumed", low=0.5, high=4)
    silo: float = param(0.5, unit="fall in log-odds per unit of front-door load above capacity", source="SH12", low=0, high=2, grade="C")
    step_back: float = param(0.8, unit="ratio of sharing once social care is in", source="SH13", low=0.5, high=1, grade="C")
    schools_attend: float = param(0.85, unit="chance to take part when called", source="assumed", low=0.2, high=1)
    general_practice_attend: float = param(0.35, unit="chance to take part or report when called", source="SH06, with reports", low=0.05, high=0.8, grade="C")
    health_visiting_attend: float = param(0.8, unit="chance to take part when called", source="assumed", low=0.2, high=1)
    police_attend: float = param(0.9, unit="chance to take part when called", source="assumed", low=0.3, high=1)
    community_attend: float = param(0.2, unit="chance that relatives and others are asked and answer", source="assumed", low=0, high=0.6)
    local_services_attend: float = param(0.6, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    delay: float = param(3.0, unit="days until what is shared arrives, mean", source="assumed; SH09", low=0, high=20)
    history: int = param(1095, unit="days of record looked through", source="assumed", low=90, high=6574)

    def attendance(self) -> np.ndarray:
        """Chance to take part, by Agency."""
        table = np.zeros(AGENCIES)
        for agency in PARTNERS:
            table[agency] = getattr(self, f"{agency.name.lower()}_attend")
        return table


class Sharing:
    """Calls partners, decides sign by sign what each passes on, and delivers it when it arrives."""

    def __init__(self, records: Records, child_keys: np.ndarray, chance: Chance, how: SharingPractice) -> None:
        self.records, self.child_keys, self.chance, self.how = records, child_keys, chance, how
        self.attendance = how.attendance()
        self.on_the_way = Table({"sign": "i4", "arrives": "i2"})

    def call(self, children: np.ndarray, purpose: str, now: Conditions, load: float, already_open: np.ndarray, day: int) -> None:
        """Ask every partner about these children; what each passes on is keyed by the sign, not by the day."""
        if not children.size or self.how.share <= 0:
            return
        rows, at = self.records.unshared(children, day - self.how.history)
        if not rows.size:
            return
        partner = self.records.signs["agency"][rows].astype(np.int64)
        key = self.records.signs["key"][rows]
        takes_part = self._takes_part(children, purpose, now, day)[partner, at]
        own = self.records.worry[partner, children[at]] * self.records.weighing.decay(day - self.records.worry_day[partner, children[at]])
        passes = self.chance.ask(key, f"passed on at {purpose}") < self._share(own, now, load) * np.where(already_open[at], self.how.step_back, 1)
        going = takes_part & passes
        wait = -np.log1p(-self.chance.ask(key[going], "delay")) * self.how.delay * now.sharing_delay_factor
        self.on_the_way.add(int(going.sum()), sign=rows[going], arrives=day + 1 + np.minimum(wait, 200).astype(np.int16))

    def _takes_part(self, children: np.ndarray, purpose: str, now: Conditions, day: int) -> np.ndarray:
        """bool, one a partner and child."""
        odds = self.attendance / np.maximum(1 - self.attendance, 1e-9) * np.exp(now.meeting_log_odds)
        chance_of = odds / (1 + odds)
        keys = self.child_keys[children]
        return np.stack([self.chance.ask(keys, f"{Agency(a).name} takes part in {purpose}", day) < chance_of[a] for a in range(AGENCIES)])

    def _share(self, own: np.ndarray, now: Conditions, load: float) -> np.ndarray:
        how = self.how
        if how.share >= 1:
            return np.ones(own.size)
        base = np.log(how.share / (1 - how.share))
        return logistic(base + how.slope * (own - how.middling) + now.sharing_log_odds - how.silo * max(0.0, load - 1))

    def told_with_contact(self, agency: np.ndarray, children: np.ndarray, trigger: np.ndarray, now: Conditions, load: float, day: int) -> np.ndarray:
        """Signs that go with a contact: always the sign that moved the agency, and of its older ones what it passes on."""
        rows, at = self.records.unshared(children, day - self.how.history)
        partner = self.records.signs["agency"][rows]
        own_rows = partner == agency[at]
        rows, at = rows[own_rows], at[own_rows]
        own = self.records.worry[agency[at], children[at]] * self.records.weighing.decay(day - self.records.worry_day[agency[at], children[at]])
        passes = self.chance.ask(self.records.signs["key"][rows], "passed on with contact") < self._share(own, now, load)
        return np.concatenate([trigger, rows[passes & (self.how.share > 0)]])

    def arrive(self, day: int) -> np.ndarray:
        """Signs whose time has come enter social care's record; returns the rows that were new to it."""
        arrives = self.on_the_way["arrives"]
        due = arrives <= day
        if not due.any():
            return np.empty(0, dtype=np.int64)
        rows = self.on_the_way["sign"][due].copy()
        self.on_the_way.keep(~due)
        return self.records.pass_to_social_care(rows, day)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return self.on_the_way.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put back what was on its way."""
        self.on_the_way.restore(state)
