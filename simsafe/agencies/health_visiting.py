"""Health visiting: five universal contacts from late pregnancy to the age of two and a half, and more where there is worry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import minutes_used, within_budget
from simsafe.ground.table import positions
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Mode
from simsafe.world.population import YEAR, World
from simsafe.world.staff import Staff

AGES = np.array(
    [-84, 12, 49, 320, 820]
)  # days: from 28 weeks, new birth, 6-8 weeks, 9-12 months, 2-2.5 years: by the Healthy Child Programme
ANTENATAL, NEW_BIRTH = 0, 1
LAPSES = np.array([70, 21, 40, 150, 180])  # days a contact may wait before it lapses: assumed
OVER = AGES.size  # all universal contacts done, declined or lapsed
NEVER = 32767
ONE_MORE = 1 / 1.5  # universal contacts a year from one to two and a half: by the Healthy Child Programme
UNIVERSAL_UNTIL = 2.5 * YEAR  # days of age at the last universal contact: by the Healthy Child Programme
PRESCHOOL = 5 * YEAR  # days of age until which a child has a health visitor: by the Healthy Child Programme
AGES_OR_NEVER = np.append(AGES, NEVER)


@dataclass(frozen=True)
class VisitingRules(Checked):
    """Local practice of health visiting."""

    antenatal: float = param(0.35, unit="share of families offered the antenatal contact", source="assumed: patchy", low=0.05, high=1)
    declines: float = param(
        0.08, unit="share of universal contacts families decline, after the new birth visit", source="assumed; A0627-A0629", low=0, high=0.3
    )
    extra_interval: int = param(42, unit="days between extra contacts where there is worry", source="assumed; MO19", low=14, high=180)
    extra_from: float = param(1.0, unit="nats of worry that bring extra contacts", source="assumed", low=0.2, high=4)
    ordinary_extra: float = param(0.6, unit="extra contacts a year below 2.5 years without worry", source="assumed; MO19", low=0, high=4)
    home_minutes: int = param(75, unit="minutes a home contact, travel and recording included", source="assumed", low=40, high=150)
    remote_minutes: int = param(30, unit="minutes a remote contact", source="assumed", low=10, high=60)


class HealthVisiting:
    """Each family has one visitor. ``stage`` and ``due`` are this agency's diary, one entry a child; this file is their one writer."""

    agency = Agency.HEALTH_VISITING

    def __init__(self, world: World, chance: Chance, staff: Staff, how: VisitingRules) -> None:
        self.world, self.chance, self.staff, self.how = world, chance, staff, how
        age = -world.children.birth.astype(np.int32)
        self.stage = np.searchsorted(AGES, age, side="left").astype(np.int8)  # index of the next universal contact
        self.due = np.full(len(world.children), NEVER, dtype=np.int16)
        self._set_due(positions(self.stage < OVER))
        self.extra_due = np.full(len(world.children), NEVER, dtype=np.int16)
        self.drop_ins = Candidates(chance, world.children.key, "asks the health visitor", how.ordinary_extra / YEAR, rows=self._infants)

    def _infants(self, first: int, last: int) -> np.ndarray:
        """Rows of the children who are under two and a half at some time between two days."""
        birth = self.world.children.birth
        return positions((birth <= last) & (birth > first - UNIVERSAL_UNTIL))

    def _set_due(self, who: np.ndarray) -> None:
        self.due[who] = np.minimum(self.world.children.birth[who] + AGES_OR_NEVER[self.stage[who]], NEVER)

    def attempt(self, now: Conditions, day: int) -> Attempt:
        """Today's contacts on a working day: extra ones first, then the youngest, as far as each visitor's minutes go."""
        due = positions(np.minimum(self.due, self.extra_due) <= day)
        extra = due[self.extra_due[due] <= day]
        universal = self._pass_over(due[self.due[due] <= day], now, day)
        universal = universal[self.extra_due[universal] > day]  # one visit a day: the universal contact follows on another
        who = np.concatenate([extra, universal])
        is_extra = np.arange(who.size) < extra.size
        key = self.chance.keys(self.world.children.key[who], "health visit", day)
        at_home, by_video, _ = self.chance.ask_three(key, "how they meet")
        in_person = at_home < now.health_visiting_in_person_share
        mode = np.where(in_person, Mode.HOME_VISIT, np.where(by_video < now.remote_video_share, Mode.VIDEO, Mode.PHONE)).astype(np.int8)
        minutes = np.where(in_person, self.how.home_minutes, self.how.remote_minutes)
        visitor = self.staff.cover[self.world.families.visitor[self.world.children.family[who]]]
        urgency = np.where(is_extra, -1, self.stage[who])
        done = within_budget(visitor, minutes, self.staff.minutes, (urgency, self.due[who], key))
        self.staff.used += minutes_used(visitor[done], minutes[done], len(self.staff))
        self._book(who[done], is_extra[done], day)
        return Attempt.by(self.agency, who[done], mode[done], key[done], True, self.staff.noticing[visitor[done]] * (1 + now.noticing_gain))

    def hear(self, day: int) -> None:
        """Parents of children under two and a half who ask for a contact today get one as soon as there is time."""
        who = self.drop_ins.on(day).who
        if not who.size:
            return
        birth = self.world.children.birth[who]
        who = who[(birth <= day) & (birth > day - UNIVERSAL_UNTIL)]
        self.extra_due[who] = np.minimum(self.extra_due[who], day)

    def _pass_over(self, who: np.ndarray, now: Conditions, day: int) -> np.ndarray:
        """Leave out contacts not offered, declined, or waited for too long; they are gone for good."""
        stage = self.stage[who]
        usual = now.health_visiting_universal_share * (1 - self.how.declines)
        offered = np.array([self.how.antenatal * usual, 1.0, *[usual] * (OVER - 2)])[stage]
        u = self.chance.ask_each(self.world.children.key[who], "universal contact offered and accepted", stage, OVER)
        lapsed = day - self.due[who] > LAPSES[stage]
        gone = (u >= offered) | lapsed
        self._next(who[gone])
        return who[~gone]

    def _next(self, who: np.ndarray) -> None:
        self.stage[who] += 1
        self._set_due(who)

    def _book(self, who: np.ndarray, is_extra: np.ndarray, day: int) -> None:
        self._next(who[~is_extra])
        self.extra_due[who[is_extra]] = NEVER

    def families_of(self, visitor: int, day: int) -> np.ndarray:
        """Rows of the children under five of a visitor's families."""
        who = positions(self.world.families.visitor[self.world.children.family] == visitor)
        return who[self.is_young(who, day)]

    def is_young(self, who: np.ndarray, day: int) -> np.ndarray:
        """bool: these children are born and under five."""
        age = day - self.world.children.birth[who].astype(np.int32)
        return (age >= 0) & (age < PRESCHOOL)

    def contacts_a_year(self, day: int) -> np.ndarray:
        """Contacts expected of each child a year at its age on ``day``: universal ones, and those parents ask for."""
        age = day - self.world.children.birth.astype(np.int32)
        universal = np.where(age < YEAR, np.count_nonzero((AGES > 0) & (AGES < YEAR)), np.where(age < UNIVERSAL_UNTIL, ONE_MORE, 0.0))
        return np.where((age >= 0) & (age < UNIVERSAL_UNTIL), universal + self.how.ordinary_extra, 0.0)

    def plan_extra(self, who: np.ndarray, day: int, longer: float = 1.0) -> None:
        """Book extra contacts for these children of under five, unless one is booked already, after ``longer`` times the interval."""
        if not who.size:
            return
        young = self.world.children.birth[who] > day - PRESCHOOL
        who = who[young & (self.extra_due[who] == NEVER)]
        self.extra_due[who] = min(day + round(self.how.extra_interval * longer), NEVER)

    def state(self) -> dict[str, np.ndarray]:
        """The visitors' diary, for saving."""
        return {n: getattr(self, n).copy() for n in ("stage", "due", "extra_due")}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the diary back."""
        for name, column in state.items():
            getattr(self, name)[:] = column
