"""The front door: urgent contacts first, within its minutes; a referral is for a child who is not already in need."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import CERTAIN

from simsafe.agencies.records import Records
from simsafe.agencies.weight import Belief, Weighing
from simsafe.ground.chance import Chance
from simsafe.system.cases import Cases, Stage
from simsafe.system.events import Decision, Event, EventLog, Screening
from simsafe.system.front_door import FrontDoor, FrontDoorPractice
from simsafe.system.sharing import Sharing, SharingPractice
from simsafe.world.contact import Agency, Mode, Signs, Strength
from simsafe.world.staff import Staff, Workforce

CHILDREN = 300
IDS = np.arange(CHILDREN, dtype=np.int32)
EVERYONE_HERE = np.ones(CHILDREN, dtype=bool)


class Office:
    """A front door with its records, cases, staff and log, and a budget of minutes to give it."""

    def __init__(self, screen: float = -CERTAIN, assess: float = -CERTAIN, **how: float) -> None:
        practice = FrontDoorPractice(**how)
        object.__setattr__(practice, "screen", screen)
        object.__setattr__(practice, "assess", assess)
        chance = Chance(5)
        keys = chance.keys(np.arange(CHILDREN, dtype=np.uint64), "child")
        self.records, self.cases, self.log = Records(CHILDREN, Weighing(Belief())), Cases(CHILDREN), EventLog()
        self.staff = Staff("front door worker", 3, 444, chance, absence=0.0, turnover=0.0, how=Workforce())
        self.sharing = Sharing(self.records, keys, chance, SharingPractice())
        self.door = FrontDoor(self.records, self.cases, self.sharing, self.staff, self.log, IDS, chance, practice)
        self.key = 0

    def tell(self, children: list[int], day: int, strength: Strength = Strength.WEAK) -> None:
        """Schools notice a sign about each child and tell the front door."""
        n = len(children)
        small = [np.full(n, value, dtype=np.int8) for value in (Agency.SCHOOLS, strength, 0, Mode.IN_SCHOOL)]
        keys = Chance(8).keys(np.arange(self.key, self.key + n, dtype=np.uint64), "sign")
        self.key += n
        rows = self.records.keep(Signs(small[0], np.array(children), small[1], small[2], small[3], keys), day)
        self.records.pass_to_social_care(rows)
        self.door.receive(small[0], np.array(children), rows, day)

    def work(self, minutes: int, day: int, here: np.ndarray = EVERYONE_HERE) -> dict[Event, list[tuple[int, int]]]:
        """A day's work within so many minutes a worker; events by kind: (child, b)."""
        self.staff.minutes = np.full(3, minutes, dtype=np.int64)
        self.staff.used = np.zeros(3, dtype=np.int64)
        self.door.work(here, day, True)
        self.log.close_day()
        log = self.log.rows
        today = log["day"] == day
        rows = list(zip(*(log[name][today].tolist() for name in ("kind", "who", "b")), strict=True))
        return {kind: [(who, b) for k, who, b in rows if k == kind] for kind in Event}


def children_in(events: list[tuple[int, int]]) -> list[int]:
    return [child for child, _ in events]


def test_a_contact_becomes_a_referral_and_on_a_later_day_a_case():
    office = Office()
    office.tell([4], 0)
    assert office.work(100, 0)[Event.SCREENED] == [(4, Screening.REFERRAL)]
    assert not office.cases.is_open(np.array([4])).any()
    assert office.work(100, 1)[Event.DECISION] == [(4, Decision.ASSESSMENT)]
    assert office.cases.stage_of[4] == Stage.ASSESSMENT
    assert len(office.door.contacts) == len(office.door.referrals) == 0


def test_strong_signs_are_screened_first_and_then_the_oldest():
    office = Office()
    office.tell([1, 2], 0)
    office.tell([3], 1)
    office.tell([9], 2, Strength.STRONG)
    each = office.door.how.contact_minutes
    office.staff.minutes = np.array([each, 0, 0])
    order = []
    for day in range(2, 6):
        office.staff.minutes, office.staff.used = np.array([each, 0, 0]), np.zeros(3, dtype=np.int64)
        office.door._screen(each, EVERYONE_HERE, day, True)
        order += office.log.today(Event.SCREENED).tolist()
        office.log.close_day()
    assert order[0] == 9
    assert sorted(order[1:3]) == [1, 2]
    assert order[3] == 3


@pytest.mark.parametrize("minutes", [0, 19, 20, 59, 60, 200, 2000])
def test_never_more_work_than_minutes_and_they_are_all_booked(minutes):
    office = Office()
    office.tell(list(range(60)), 0)
    office.work(2000, 0)
    office.tell(list(range(100, 160)), 1)
    done = office.work(minutes, 1)
    how = office.door.how
    spent = how.contact_minutes * len(done[Event.SCREENED]) + how.referral_minutes * len(done[Event.DECISION])
    assert spent <= 3 * minutes
    assert office.staff.used.sum() == spent
    assert (office.staff.used <= office.staff.minutes).all()
    waits = len(office.door.contacts) + len(office.door.referrals)
    assert waits + len(done[Event.SCREENED]) + len(done[Event.DECISION]) == 120 + len(done[Event.REFERRAL])


def test_more_minutes_never_screen_fewer():
    before: set[int] = set()
    for minutes in (0, 50, 120, 300, 1000):
        office = Office()
        office.tell(list(range(100)), 0)
        now = set(children_in(office.work(minutes, 0)[Event.SCREENED]))
        assert before <= now
        before = now
    assert len(before) == 100


def test_several_contacts_about_one_child_make_one_referral():
    office = Office()
    office.tell([4, 4, 4], 0)
    outcomes = sorted(b for _, b in office.work(1000, 0)[Event.SCREENED])
    assert outcomes == [Screening.REFERRAL, Screening.ALREADY_OPEN, Screening.ALREADY_OPEN]
    office.tell([4], 1)
    assert (4, Screening.ALREADY_OPEN) in office.work(1000, 1)[Event.SCREENED]


def test_a_child_with_an_open_case_is_not_referred():
    office = Office()
    office.cases.open(np.array([4]), np.array([1], dtype=np.uint64), 0)
    office.tell([4], 0)
    done = office.work(1000, 0)
    assert done[Event.SCREENED] == [(4, Screening.ALREADY_OPEN)]
    assert not done[Event.REFERRAL]


def test_nothing_is_opened_for_somebody_who_turned_18_while_waiting():
    office, grown = Office(), EVERYONE_HERE.copy()
    grown[[4, 5]] = False
    office.tell([4], 0)
    office.work(1000, 0)
    office.tell([5], 1)
    done = office.work(1000, 1, grown)
    assert done[Event.SCREENED] == [(5, Screening.NOT_A_REFERRAL)]
    assert done[Event.DECISION] == [(4, Decision.NO_FURTHER_ACTION)]
    assert len(office.cases) == 0


def test_a_higher_bar_only_takes_referrals_away():
    def referred(bar: float) -> set[int]:
        office = Office(screen=bar)
        office.tell(list(range(200)), 0)
        return set(children_in(office.work(10_000, 0)[Event.REFERRAL]))

    low, middle, high = referred(0.5), referred(Belief().weak), referred(2.0)
    assert high < middle < low


def test_a_backlog_is_felt_and_forgotten():
    office = Office(screen=CERTAIN)
    office.tell(list(range(200)), 0)
    for day in range(5):
        office.work(20, day)
    assert office.door.load > 1
    before = office.door.load
    for day in range(5, 60):
        office.work(2000, day)
    assert office.door.load < before / 2


def test_partners_are_called_about_every_referral():
    office = Office()
    office.tell([4, 7], 0)
    office.work(1000, 0)
    assert sorted(np.concatenate([c for c, _ in office.sharing.called]).tolist()) == [4, 7]
