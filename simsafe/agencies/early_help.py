"""Early help: children's centres and youth work that anybody may come to, and places for families who need more and agree to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.services import ByAge
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import PLENTY
from simsafe.ground.table import Table, positions
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Meetings, Mode
from simsafe.world.population import ADULT, PREGNANCY, World

COLUMNS = {"child": "i4", "key": "u8", "asked": "i2", "began": "i2", "due": "i2", "tries": "i1", "in_person": "?"}
NOT_YET = 32767  # nobody has come yet
AT_HOME = 0.7  # share of meetings in person held at the family's home: assumed


@dataclass(frozen=True)
class CentreRates(Checked):
    """Contacts with children at centres and clubs."""

    contacts: float = param(1.05, unit="contacts per child and year, middling deprivation", source="assumed", low=0.3, high=4)
    slope: float = param(0.3, unit="relative rise per quintile towards the most deprived", source="assumed", low=0, high=0.45)
    at_home: float = param(0.3, unit="share of in-person contacts at the family's home", source="assumed", low=0, high=0.8)


class Centres(ByAge):
    """Children's centres and youth work: poorer families use them more."""

    agency = Agency.EARLY_HELP
    video = True
    contact_dial, in_person_dial = "early_help_contact_share", "early_help_in_person_share"

    def __init__(self, world: World, chance: Chance, how: CentreRates) -> None:
        super().__init__(world, chance, [how.contacts] * 5, how.slope, how.at_home)


@dataclass(frozen=True)
class EarlyHelpPractice(Checked):
    """Who is offered a place, how many places there are, and what a place brings."""

    after_screening: float = param(0.15, unit="share of contacts that became no referral", source="assumed", low=0, high=0.6)
    after_no_action: float = param(0.4, unit="share of referrals decided to need no further action", source="assumed", low=0, high=0.9)
    after_closing: float = param(0.35, unit="share of cases that close", source="assumed; SF135: step-down", low=0, high=0.9)
    by_partners: float = param(0.03, unit="share of partners' signs that they tell nobody of", source="assumed", low=0, high=0.3)
    at_start: float = param(
        0.03,
        unit="share of children on anybody's record with a place when the run begins",
        source="assumed: most places are taken",
        low=0,
        high=0.2,
    )
    places: float = param(160.0, unit="places per 10,000 children", source="assumed: no national count (GAPS)", low=30, high=500)
    every: int = param(14, unit="days between contacts", source="assumed", low=5, high=60)
    weeks: int = param(26, unit="weeks a place lasts", source="assumed", low=8, high=60)
    longest_wait: int = param(120, unit="days after which an offer lapses", source="assumed", low=20, high=400)
    tries: int = param(2, unit="tries to reach a family before the offer is taken for declined", source="assumed", low=1, high=5)


class EarlyHelp:
    """Families on the list and families with a place. Help needs agreement: a family that does not open has declined."""

    agency = Agency.EARLY_HELP

    def __init__(self, world: World, children: int, chance: Chance, how: EarlyHelpPractice) -> None:
        """``children`` living in the area, by which places are counted."""
        self.world, self.chance, self.how = world, chance, how
        self.places = round(how.places * children / 10_000)
        self.table = Table(COLUMNS, room=64)
        self.listed = np.zeros(len(world.children), dtype=bool)  # on the list or with a place

    def begin_before(self, known: np.ndarray) -> None:
        """Families with a place when the run begins: some of those about whose children (``known``, rows) somebody has a worry."""
        key = self.chance.keys(self.world.children.key[known], "early help at the start")
        has = self.chance.ask(key, "has a place") < self.how.at_start
        key, who = key[has], known[has]
        began = -(self.chance.ask(key, "since") * 7 * self.how.weeks).astype(np.int16)
        due = 1 + (self.chance.ask(key, "next meeting") * self.how.every).astype(np.int16)
        in_person = np.ones(who.size, dtype=bool)
        self.table.add(who.size, child=who, key=key, asked=began, began=began, due=due, tries=0, in_person=in_person)
        self.listed[who] = True

    @property
    def helped(self) -> np.ndarray:
        """Rows of the table of families with a place."""
        return positions(self.table["began"] != NOT_YET)

    @property
    def waiting(self) -> int:
        """Children whose families were offered a place and have not begun."""
        return int(np.count_nonzero(self.table["began"] == NOT_YET))

    def offer(self, children: np.ndarray, key: np.ndarray, share: float, day: int) -> np.ndarray:
        """Offer a place to some of these children's families, each by the luck of what led to it; returns whose."""
        offered = positions((self.chance.ask(key, "offered early help") < share) & ~self.listed[children])
        if not offered.size:
            return offered
        children, key = children[offered], key[offered]
        order = np.argsort(key, kind="stable")  # of two offers to one family the first counts, whichever stands first
        who, first = np.unique(children[order], return_index=True)
        key = self.chance.keys(key[order][first], "early help")
        self.table.add(who.size, child=who, key=key, asked=day, began=NOT_YET, due=day, tries=0, in_person=False)
        self.listed[who] = True
        return who

    def leave(self, day: int, open_case: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places that have run their time end, offers lapse, and a case of social care takes over; returns (children ended, declined).

        ``open_case``: bool, one a child.
        """
        t, how = self.table, self.how
        began, child = t["began"], t["child"]
        over = began <= day - 7 * how.weeks
        lapsed = ((t["asked"] < day - how.longest_wait) | (t["tries"] >= how.tries)) & (began == NOT_YET)
        birth = self.world.children.birth[child]
        grown = (birth > day + PREGNANCY) | (birth <= day - ADULT)
        gone = over | lapsed | open_case[child] | grown
        leaving = positions(gone)
        who, begun = child[leaving], began[leaving] != NOT_YET
        self.listed[who] = False
        t.keep(~gone)
        return who[begun], who[~begun]

    def attempt(self, now: Conditions, day: int, coupled: bool) -> tuple[np.ndarray, Attempt]:
        """Contacts due on a working day: with those who have a place, and first ones as far as there are places; (rows, tries)."""
        t = self.table
        begun = t["began"] != NOT_YET
        places = int(self.places * now.early_help_places_share) if coupled else int(PLENTY)
        free = max(places - int(np.count_nonzero(begun)), 0)
        due = t["due"] <= day
        rows = np.concatenate([positions(begun & due), self._first(positions(~begun & due), free)])
        key = self.chance.keys(t["key"][rows], "early help meets", day)
        kept = self.chance.ask(key, "kept") < now.early_help_contact_share
        t["due"][rows[~kept]] = day + self.how.every
        rows, key = rows[kept], key[kept]
        in_person, at_home, by_video = self.chance.ask_three(key, "how they meet")
        remote = np.where(by_video < now.remote_video_share, Mode.VIDEO, Mode.PHONE)
        place = np.where(at_home < AT_HOME, Mode.HOME_VISIT, Mode.CLINIC)
        mode = np.where(in_person < now.early_help_in_person_share, place, remote).astype(np.int8)
        mode[(t["began"][rows] == NOT_YET) & (mode == Mode.CLINIC)] = Mode.HOME_VISIT  # the first time they come to the family
        return rows, Attempt.by(self.agency, t["child"][rows], mode, key, True)

    def _first(self, queue: np.ndarray, free: int) -> np.ndarray:
        """Those who waited longest, as far as there are places; of one day, by luck. The table stands in the order in which all asked."""
        asked = self.table["asked"][queue]
        if 0 < free < queue.size:
            queue = queue[: np.searchsorted(asked, asked[free - 1], side="right")]
            asked = asked[: queue.size]
        return queue[np.lexsort((self.table["key"][queue], asked))][:free] if free else queue[:0]

    def write_up(self, rows: np.ndarray, meetings: Meetings, part: slice, day: int) -> np.ndarray:
        """Who opened has a place from today, and is due again; returns the children who began. ``part``: these tries among all."""
        t, opened = self.table, meetings.opened[part]
        new = rows[opened & (t["began"][rows] == NOT_YET)]
        t["tries"][rows] += ~opened
        t["began"][new] = day
        t["due"][rows] = day + self.how.every
        t["in_person"][rows] = np.where(opened, meetings.seen[part], t["in_person"][rows])
        return t["child"][new].copy()

    def state(self) -> dict[str, np.ndarray]:
        """The list, for saving."""
        return self.table.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the list back."""
        self.table.restore(state)
        self.listed[:] = False
        self.listed[self.table["child"]] = True
