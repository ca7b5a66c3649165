"""Whom one can ask: who works at home, or has no specialist to turn to, decides less like the others. In ordinary times nothing changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from small_worlds import assert_same_log, forced, ordinary, run, small, turned

from simsafe.system.asking import NO_CORRIDOR, Asking, AskingPractice
from simsafe.system.front_door import FrontDoor, FrontDoorPractice
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import PARTNERS, PUBLISHED_SOURCES, Agency

HEALTH = PUBLISHED_SOURCES["health"]


def spreads(home: float = 0.0, there: float = 1.0, **numbers: float) -> np.ndarray:
    asking = Asking(AskingPractice(**numbers))
    asking.begin_day(Conditions(home_working_share=home), there)
    return asking.spread


@pytest.mark.parametrize("numbers", [{}, {"corridor": 1.0, "advised": 0.8, "advice_narrows": 0.9}])
def test_in_ordinary_times_every_spread_is_exactly_the_usual_one(numbers):
    assert (spreads(**numbers) == 1).all()


def test_the_more_work_at_home_the_wider_decisions_spread_but_for_those_who_work_alone_anyway():
    for less, more in pairwise([spreads(home) for home in (0.0, 0.3, 0.7, 1.0)]):
        for agency in Agency:
            assert (more[agency] > less[agency]) == (agency not in NO_CORRIDOR), agency.name
    assert spreads(1.0)[Agency.SOCIAL_CARE] == pytest.approx(1 + AskingPractice().corridor)
    assert (spreads(1.0, corridor=0.0) == 1).all()


def test_where_specialists_are_called_away_health_staff_decide_less_alike_and_nobody_else():
    for more, less in pairwise([spreads(there=there) for there in (1.0, 0.7, 0.0)]):
        for agency in Agency:
            assert (less[agency] > more[agency]) == (agency in HEALTH), agency.name
    assert (spreads(there=0.0, advised=0.0) == 1).all()
    assert (spreads(there=0.0, advice_narrows=0.0) == 1).all()


@pytest.mark.parametrize("agency", PARTNERS)
def test_a_wider_spread_tells_more_of_little_worries_and_less_of_great_ones(agency):
    """Of the same signs, by the same luck, below the threshold and above it."""
    model = run(ordinary(500), days=0)
    model.records._worry[:] = 0
    rows = np.arange(len(model.records.signs))
    child = model.records.signs["child"][rows]
    for below in (True, False):
        worry = model.referring.threshold[agency] + (-0.8 if below else 0.8)
        model.records.put_worry(np.full(child.size, agency), *first_of(child, worry), 0)
        chances = []
        for home in (0.0, 1.0):
            model.asking.begin_day(Conditions(home_working_share=home), 1.0)
            chances.append(model.referring._chance_to_tell(np.full(child.size, int(agency)), child, 0).mean())
        assert (chances[1] > chances[0]) == (below and agency not in NO_CORRIDOR), chances
        assert (chances[1] == chances[0]) == (agency in NO_CORRIDOR)
        model.records._worry[:] = 0


def first_of(child: np.ndarray, worry: float) -> tuple[np.ndarray, np.ndarray]:
    """The children, and the worry to put on each once."""
    nats = np.zeros(child.size)
    nats[np.unique(child, return_index=True)[1]] = worry
    return child, nats


def test_the_front_doors_decisions_spread_with_home_working():
    door = object.__new__(FrontDoor)
    door.how, door.asking = FrontDoorPractice(), Asking(AskingPractice())
    assert door.spread == door.how.spread
    door.asking.begin_day(Conditions(home_working_share=0.5), 1.0)
    assert door.spread == pytest.approx(door.how.spread * (1 + 0.5 * AskingPractice().corridor))
    door.asking.begin_day(ORDINARY, 1.0)
    assert door.spread == door.how.spread


def test_whom_one_can_ask_changes_nothing_until_the_crisis_and_something_in_it():
    alone, usual = forced(asking__corridor=1.0, asking__advised=0.8, asking__advice_narrows=0.9), None
    assert_same_log(run(ordinary(1000, parameters=alone), days=60), run(ordinary(1000), days=60))
    one, other = (run(small(2500, **({"parameters": p} if p else {}))) for p in (alone, usual))
    assert one.log.digest != other.log.digest


def test_posts_that_may_not_be_redeployed_keep_their_advice():
    away = turned(health_visitors_redeployed=0.6)
    kept = run(ordinary(1000, crisis=away, plan=turned(health_visitors_protected=1.0)), days=20)
    gone = run(ordinary(1000, crisis=away), days=20)
    assert (kept.asking.spread == 1).all()
    assert (gone.asking.spread[list(HEALTH)] > 1).all()
