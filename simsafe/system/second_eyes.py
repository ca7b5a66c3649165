"""Somebody goes to see a child whom nobody has seen: the weekly missing-from-view list, and surge staff as second eyes.

Only a plan begins either. Both read records and the days since anyone saw the child, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.contacts import ContactLog
from simsafe.agencies.early_help import EarlyHelp
from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.system.cases import NONE, Cases
from simsafe.system.events import Event
from simsafe.system.front_door import FrontDoor
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Meetings, Mode
from simsafe.world.population import YEAR, Schooling, World

MOST_TIMES = 64  # contacts about one child that have luck of their own; later ones share the last's
NOBODY, NO_KEY = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64)


@dataclass(frozen=True)
class SecondEyesPractice(Checked):
    """Whom the list and the surge staff look for, and what they do when a door stays closed. All assumed."""

    worry_from: float = param(0.3, unit="nats in all records together that put a child on record", source="assumed", low=0, high=3)
    tries: int = param(2, unit="weeks in vain before all that is held goes to the front door", source="assumed", low=1, high=8)
    surge_visits: int = param(4, unit="visits a day and surge worker", source="assumed", low=1, high=10)
    surge_unseen: int = param(14, unit="days unseen from which surge staff go to a child", source="assumed", low=1, high=60)
    surge_noticing: float = param(0.8, unit="signs noticed by surge staff, relative to the usual", source="assumed; SF050", low=0.3, high=1)


class SecondEyes:
    """``tried``: weeks in a row in which a child on the list was tried in vain; written here only."""

    def __init__(
        self,
        world: World,
        records: Records,
        cases: Cases,
        contacts: ContactLog,
        early_help: EarlyHelp,
        front_door: FrontDoor,
        children: int,
        chance: Chance,
        how: SecondEyesPractice,
    ) -> None:
        """``children`` living in the area, by which places on the list and surge staff are counted."""
        self.world, self.records, self.cases, self.contacts, self.early_help = world, records, cases, contacts, early_help
        self.front_door, self.per_10_000, self.chance, self.how = front_door, children / 10_000, chance, how
        self.tried = np.zeros(len(world.children), dtype=np.int8)
        self.told = np.zeros(len(world.children), dtype=np.int8)  # how often the front door was told that a child is out of view
        self._listed = NOBODY  # rows tried for the list today
        self.of_list, self.of_surge = NO_KEY, NO_KEY  # keys of today's tries, for counting what they cost

    def attempt(self, here: np.ndarray, schooling: Schooling, now: Conditions, monday: bool, day: int, coupled: bool) -> list[Attempt]:
        """Today's visits: of the named professionals on Mondays, of surge staff on every working day."""
        made, self._listed, self.of_list, self.of_surge = [], NOBODY, NO_KEY, NO_KEY
        if monday and now.missing_list_days > 0:
            self._listed = self._out_of_view(here, now, day, coupled)
            made.append(self._by_named_professionals(self._listed, schooling, day))
            self.of_list = made[-1].key
        if now.surge_staff > 0:
            made.append(self._by_surge_staff(here, now, day, coupled))
            self.of_surge = made[-1].key
        return made

    def unseen(self, who: np.ndarray, day: int) -> np.ndarray:
        """Days since anyone saw each child in person, or since its birth."""
        return day - np.maximum(self.contacts.seen[who], self.world.children.birth[who]).astype(np.int32)

    def _out_of_view(self, here: np.ndarray, now: Conditions, day: int, coupled: bool) -> np.ndarray:
        """Rows of the children on this week's list: on record, out of view, the youngest of them and those worried about most first."""
        children = self.world.children
        who = positions(here & (children.birth <= day) & (day - self.contacts.seen >= now.missing_list_days))
        who = who[self.unseen(who, day) >= now.missing_list_days]
        worry = sum(self.records.worry_of(agency, who, day) for agency in Agency)
        known = (worry >= self.how.worry_from) | self.cases.is_open(who)
        who, worry = who[known], np.asarray(worry)[known]
        order = np.lexsort((children.key[who], -worry, day - children.birth[who].astype(np.int32) >= YEAR))
        return who[order] if not coupled else who[order[: round(now.missing_list_places * self.per_10_000)]]

    def _by_named_professionals(self, who: np.ndarray, schooling: Schooling, day: int) -> Attempt:
        """The school for its pupils, the health visitor below five, family support for all others; in person, at the door."""
        young = day - self.world.children.birth[who].astype(np.int32) < 5 * YEAR
        agency = np.where(schooling.on_roll[who], Agency.SCHOOLS, np.where(young, Agency.HEALTH_VISITING, Agency.EARLY_HELP))
        key = self.chance.keys(self.world.children.key[who], "missing from view", day)
        modes = np.full(who.size, Mode.DOORSTEP, dtype=np.int8)
        return Attempt(agency.astype(np.int8), who, modes, key, np.zeros(who.size, dtype=bool), np.ones(who.size))

    def _by_surge_staff(self, here: np.ndarray, now: Conditions, day: int, coupled: bool) -> Attempt:
        """Open cases and families waiting for early help whom nobody has seen for a while, the longest unseen first."""
        table = self.early_help.table
        waiting = table["child"][table["due"] <= day]
        who = np.union1d(self.cases["child"][~self.cases["closed"]], waiting).astype(np.int64)
        days = self.unseen(who, day)
        who, days = who[late := here[who] & (days >= self.how.surge_unseen)], days[late]
        order = np.lexsort((self.world.children.key[who], -days))
        if coupled:
            order = order[: round(now.surge_staff * self.per_10_000 * self.how.surge_visits)]
        who = who[order]
        key = self.chance.keys(self.world.children.key[who], "seen by surge staff", day)
        modes = np.full(who.size, Mode.HOME_VISIT, dtype=np.int8)
        return Attempt.by(Agency.EARLY_HELP, who, modes, key, True, self.how.surge_noticing)

    def write_up(self, meetings: Meetings, day: int) -> None:
        """Who was seen is off the list; after so many weeks in vain all that is held about a child goes to the front door."""
        if not self._listed.size:
            return
        who = self._listed
        self.tried[who] += 1
        self.tried[self.contacts.seen == day] = 0
        vain = who[self.tried[who] >= self.how.tries]
        self.tried[vain] = 0
        vain = vain[self.cases.stage_of[vain] == NONE]  # the worker of an open case knows already
        new, signs = self.records.pass_to_social_care(self.records.unshared(vain)[0]), self.records.signs
        door = self.front_door
        door.log.add(day, Event.SHARE, door.ids[signs["child"][new]], signs["agency"][new], signs["day"][new])
        which = np.minimum(self.told[vain], MOST_TIMES - 1).astype(np.int64)
        self.told[vain] = which + 1
        door.hear_of(Agency.EARLY_HELP, vain, self.chance.keys_each(self.world.children.key[vain], "out of view", which, MOST_TIMES), day)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return {"tried": self.tried.copy(), "told": self.told.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put it back."""
        self.tried[:], self.told[:] = state["tried"], state["told"]
