"""Hospital: nobody is examined from afar, and a medical is held on the working day after it was asked for, once."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import forced, ordinary, watched

from simsafe.agencies.hospital import Hospital, HospitalRates
from simsafe.model import SafeguardingModel
from simsafe.system.events import Event
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Mode

DAY = 30


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return SafeguardingModel(ordinary(3000))


def hospital(model: SafeguardingModel, **numbers: float) -> Hospital:
    return Hospital(model.world, model.chance, HospitalRates(**numbers))


def examined(model: SafeguardingModel, share: float) -> set[int]:
    """Children examined after a discussion about each of those living here."""
    made, who = hospital(model, medical_share=share), np.flatnonzero(model.here)
    made.ask_for_medicals(who, model.chance.keys(model.world.children.key[who], "discussion"))
    return set(made.medicals(DAY).who.tolist())


def test_a_share_of_discussions_asks_for_a_medical_and_a_larger_share_only_adds(model):
    few, usual, many = (examined(model, share) for share in (0.02, 0.12, 0.4))
    assert few < usual < many
    here = model.here.sum()
    assert len(usual) == pytest.approx(0.12 * here, abs=4 * np.sqrt(0.12 * here))


def test_a_child_about_whom_two_ask_is_examined_once_and_nobody_again_the_next_day(model):
    made, who = hospital(model, medical_share=0.4), np.flatnonzero(model.here)
    for number in range(2):
        made.ask_for_medicals(who, model.chance.keys(model.world.children.key[who], "discussion", number))
    tries = made.medicals(DAY)
    assert np.unique(tries.who).size == tries.size > 0.5 * 0.4 * who.size
    assert set(tries.mode.tolist()) == {Mode.MEDICAL}
    assert set(tries.agency.tolist()) == {Agency.HOSPITAL}
    assert made.medicals(DAY + 1).size == 0


def test_medicals_asked_for_are_saved_and_put_back(model):
    made, again, who = hospital(model), hospital(model), np.flatnonzero(model.here)
    made.ask_for_medicals(who, model.world.children.key[who])
    again.restore(made.state())
    assert np.array_equal(made.medicals(DAY).key, again.medicals(DAY).key)


def test_a_family_asked_to_a_medical_comes_and_the_child_is_seen(model):
    made, who = hospital(model), np.flatnonzero(model.here)
    made.ask_for_medicals(who, model.world.children.key[who])
    meetings, _ = model.behind.answer(made.medicals(DAY), [], Conditions(), model.world.families.digital, DAY)
    assert meetings.opened.all()
    assert meetings.seen.all()
    assert (meetings.mode == Mode.MEDICAL).all()


def test_medicals_in_a_run_are_those_that_strategy_discussions_asked_for_on_the_next_working_day():
    often = {"assessment__strategy": 3.0, "hospital__medical_share": 1.0}
    model, days = watched(ordinary(3000, parameters=forced(**often)))
    working = model.calendar.working
    log = model.log.rows
    asked = {day: set() for day in range(len(days))}
    for day, kind, who in zip(log["day"].tolist(), log["kind"].tolist(), log["who"].tolist(), strict=True):
        if kind == Event.STRATEGY and model.world.children.living_here(day, np.array([who]))[0]:
            asked[day].add(who)
    waiting: set[int] = set()
    held = 0
    for number, day in enumerate(days):
        tries = day.attempt
        medical = (tries.agency == Agency.HOSPITAL) & (tries.mode == Mode.MEDICAL)
        assert sorted(tries.who[medical].tolist()) == (sorted(waiting) if working[number] else [])
        held += int(medical.sum())
        waiting = asked[number] | (set() if working[number] else waiting)
    assert held > 5


def test_where_decisions_change_no_later_try_nobody_is_examined():
    often = {"assessment__strategy": 3.0, "hospital__medical_share": 1.0}
    model, days = watched(ordinary(1500, open_loop=True, parameters=forced(**often)))
    assert np.count_nonzero(model.log.rows["kind"] == Event.STRATEGY) > 5
    assert not any((day.attempt.mode == Mode.MEDICAL).any() for day in days)
