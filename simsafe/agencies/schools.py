"""Schools and settings: they see every pupil on every school day, until they close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import PIECE, Chance, as_turns, part_of, turns
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import PLENTY, within_budget
from simsafe.ground.table import positions
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Digital, Mode, Presence
from simsafe.world.population import Schooling, World

SCHOOL_DAYS = 190  # pupils' days in a school year: by regulations
SHUT_BELOW = 0.5  # share of pupils below which schools count as shut to most: assumed


@dataclass(frozen=True)
class SchoolPractice(Checked):
    """How schools reach pupils."""

    setting_days: float = param(0.6, unit="share of weekdays a nursery child attends", source="assumed: 15 to 30 hours", low=0.2, high=1)
    phone_without_internet: float = param(
        0.5, unit="share of families without internet whom a school still reaches", source="assumed", low=0, high=1
    )
    doorstep_minutes: int = param(20, unit="staff minutes a doorstep visit", source="assumed", low=5, high=60)
    invited_come: float = param(
        0.2, unit="share of vulnerable pupils at home who come while somebody rings every week", source="assumed; SF120", low=0, high=0.6
    )
    lead_talk_minutes: int = param(15, unit="minutes of a designated lead a talk with a pupil", source="assumed", low=5, high=60)
    lead_minutes: float = param(
        0.6, unit="minutes a school day of designated leads per pupil on roll, while the time is booked", source="assumed", low=0, high=5
    )
    doorstep_capacity: float = param(
        2.5, unit="staff minutes a day for doorstep visits per pupil on roll", source="assumed", low=0, high=20
    )


@dataclass(frozen=True)
class SchoolDay:
    """Where pupils were today."""

    in_school: np.ndarray  # bool: in school
    in_setting: np.ndarray  # bool: in nursery
    minded: np.ndarray  # bool: with a childminder
    at_home: np.ndarray  # bool: on roll with no place today
    reached: np.ndarray  # bool: at home, and reached remotely


class Schools:
    """Everyone on roll on an ordinary day; those with a place when closed to most."""

    agency = Agency.SCHOOLS

    def __init__(self, world: World, chance: Chance, how: SchoolPractice, key_workers: float) -> None:
        self.world, self.chance, self.how = world, chance, how
        c, f = world.children, world.families
        key_worker = f.key_worker[c.family]
        u = chance.ask(c.key, "place when schools close")
        # Children of key workers take the first places; then the others, in a lifelong order.
        self.turn = as_turns(np.where(key_worker, u * key_workers, key_workers + u * (1 - key_workers)))
        self.vulnerable_turn = as_turns(u)
        self.answers = as_turns(chance.ask(c.key, "answers the school"))
        self._digital, self._online = np.empty(0, dtype=np.int8), np.empty(0, dtype=bool)
        self._fortnight, self._isolating = -1, np.empty(0, dtype=np.uint16)
        self.absence = as_turns(c.absence.astype(np.float32))
        self._number, self._lucks = -1, np.empty((4, len(c)), dtype=np.uint16)
        self.vulnerable_at_home = 0  # vulnerable pupils without a place today, for counting what inviting them costs

    def day(self, schooling: Schooling, known: np.ndarray, digital: np.ndarray, now: Conditions, day: int) -> SchoolDay:
        """Who is where. ``known`` is bool, one a child: open to social care, as schools were told; ``digital`` one a family."""
        c = self.world.children
        on_roll = schooling.on_roll
        if now.school_open_share < 1 or now.school_vulnerable_share < 1:
            vulnerable = known | c.ehcp
            turn, vulnerable_turn = self._turns_on(day, now)
            place = vulnerable & (vulnerable_turn < turns(self._vulnerable_share(now)))
            has_place = on_roll & (place | (~vulnerable & (turn < turns(now.school_open_share))))
            self.vulnerable_at_home = int(np.count_nonzero(on_roll & vulnerable & ~place))
        else:
            has_place, self.vulnerable_at_home = on_roll, 0
        luck = self._luck(day)
        in_school = has_place & (luck >= self.absence)
        in_school[schooling.away.on(day)] = False  # excluded, or on a day off from a part-time timetable
        in_setting = schooling.in_setting & (luck < turns(self.how.setting_days))
        if now.setting_open_share < 1:
            in_setting &= self.turn < turns(now.setting_open_share)
        at_home = on_roll & ~has_place
        minded = in_setting & schooling.minded
        return SchoolDay(in_school, in_setting & ~minded, minded, at_home, self._reached(at_home, digital, now))

    def _vulnerable_share(self, now: Conditions) -> float:
        """Share of vulnerable pupils who have a place and come; of the others some come when they are asked every week."""
        came, asked = now.school_vulnerable_share, now.school_invitation_share
        return came if not asked else came + (1 - came) * asked * self.how.invited_come

    def _luck(self, day: int) -> np.ndarray:
        """One number from 0 to 65535 a child, for being at school or ill today; four days' are made at once."""
        number, today = divmod(day, 4)
        if number != self._number:
            keys, self._number = self.world.children.key, number
            for start in range(0, keys.size, PIECE):
                words = self.chance.words(keys[start : start + PIECE], "school day", number)
                for which, luck in enumerate(self._lucks):
                    luck[start : start + PIECE] = part_of(words, which)
        return self._lucks[today]

    def _turns_on(self, day: int, now: Conditions) -> tuple[np.ndarray, np.ndarray]:
        """Who comes first for a place, for other pupils and for vulnerable ones.

        While schools are shut to most, the same children keep their places. While they are open, those missing are ill or isolating,
        others every fortnight.
        """
        if now.school_open_share < SHUT_BELOW:
            return self.turn, self.vulnerable_turn
        if day // 14 != self._fortnight:
            self._fortnight = day // 14
            keys, self._isolating = self.world.children.key, np.empty(len(self.world.children), dtype=np.uint16)
            for start in range(0, keys.size, PIECE):
                part = slice(start, start + PIECE)
                self._isolating[part] = part_of(self.chance.words(keys[part], "isolating", self._fortnight), 0)
        return self._isolating, self._isolating

    def _reached(self, at_home: np.ndarray, digital: np.ndarray, now: Conditions) -> np.ndarray:
        """Pupils at home whom the school reaches remotely in an ordinary week; without internet, only those who answer the telephone."""
        if now.school_check_in_share <= 0:
            return np.zeros(at_home.size, dtype=bool)
        if digital is not self._digital:  # who has internet changes seldom
            self._digital, self._online = digital, (digital != Digital.NONE)[self.world.children.family]
        answers = self.answers < turns(now.school_check_in_share)
        by_phone = self.answers < turns(now.school_check_in_share * self.how.phone_without_internet)
        return at_home & ((answers & self._online) | by_phone)

    def days_a_year(self, schooling: Schooling) -> np.ndarray:
        """Days a year each child is expected in school or nursery, in ordinary times."""
        at_school = schooling.on_roll * (1 - self.world.children.absence)
        return SCHOOL_DAYS * (at_school + (schooling.in_setting & ~schooling.minded) * self.how.setting_days)

    def minded_days_a_year(self, schooling: Schooling) -> np.ndarray:
        """Days a year each child is expected with a childminder, in ordinary times."""
        return SCHOOL_DAYS * schooling.minded * self.how.setting_days

    def presences(self, today: SchoolDay) -> list[Presence]:
        """In whose sight today's pupils were."""
        there = [Presence(self.agency, Mode.IN_SCHOOL, today.in_school | today.in_setting, 1.0)]
        if today.minded.any():
            there.append(Presence(Agency.CHILDMINDERS, Mode.IN_SCHOOL, today.minded, 1.0))
        if today.reached.any():
            there.append(Presence(self.agency, Mode.REMOTE_LESSON, today.reached, 1.0))
        return there

    def lead_talks(
        self, schooling: Schooling, today: SchoolDay, now: Conditions, working_day: int, day: int, coupled: bool
    ) -> list[Attempt]:
        """Designated leads talk with pupils who are back in school, each once in so many weeks, the youngest first as time goes."""
        if now.lead_talks_weeks <= 0:
            return []
        who = positions(today.in_school & schooling.on_roll)
        cycle = np.uint64(max(1, round(5 * now.lead_talks_weeks)))
        turn = self.chance.keys(self.world.children.key[who], "talk with the designated lead") + np.uint64(working_day)
        who = who[turn % cycle == 0]
        key = self.chance.keys(self.world.children.key[who], "talk on the day", day)
        school = schooling.school[who].astype(np.int64)
        roll = np.bincount(schooling.school[schooling.on_roll], minlength=self.world.schools)
        budget = np.ceil(roll * self.how.lead_minutes).astype(np.int64) if coupled else np.full(self.world.schools, PLENTY)
        minutes = np.full(who.size, self.how.lead_talk_minutes)
        held = within_budget(school, minutes, budget, (-self.world.children.birth[who].astype(np.int64), key))
        return [Attempt.by(self.agency, who[held], np.full(held.sum(), Mode.CLINIC, dtype=np.int8), key[held], False)]

    def attempts(self, schooling: Schooling, today: SchoolDay, now: Conditions, working_day: int, day: int, coupled: bool) -> list[Attempt]:
        """Doorstep rounds: each pupil at home is due once in so many weeks, as far as the school's staff time goes."""
        if now.school_doorstep_weeks <= 0:
            return []
        cycle = max(1, round(5 * now.school_doorstep_weeks))
        who = positions(today.at_home)
        turn = self.chance.keys(self.world.children.key[who], "day of the round") + np.uint64(working_day)
        who = who[turn % np.uint64(cycle) == 0]
        school = schooling.school[who].astype(np.int64)
        roll = np.bincount(schooling.school[schooling.on_roll], minlength=self.world.schools)
        budget = (roll * self.how.doorstep_capacity).astype(np.int64) if coupled else np.full(self.world.schools, PLENTY)
        minutes = np.full(who.size, self.how.doorstep_minutes)
        key = self.chance.keys(self.world.children.key[who], "doorstep round", day)
        who = who[within_budget(school, minutes, budget, (key,))]
        key = self.chance.keys(self.world.children.key[who], "doorstep round", day)
        return [Attempt.by(self.agency, who, np.full(who.size, Mode.DOORSTEP, dtype=np.int8), key, False)]
