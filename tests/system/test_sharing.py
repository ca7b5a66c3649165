"""Sharing: partners are called, take part or not, and pass on what they hold, sign by sign; nothing is made up on the way."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from simsafe.agencies.records import Records
from simsafe.agencies.weight import Belief, Weighing
from simsafe.ground.chance import Chance
from simsafe.system.cases import NONE, Stage
from simsafe.system.sharing import Call, Sharing, SharingPractice
from simsafe.world.conditions import Conditions
from simsafe.world.contact import PARTNERS, Agency, Mode, Signs

CHILDREN = 400
KEYS = Chance(1).keys(np.arange(CHILDREN, dtype=np.uint64), "child")
WILLING = SharingPractice(share=1.0, schools_attend=1.0, health_visiting_attend=1.0, police_attend=1.0, early_help_attend=1.0)
EVERYONE = np.arange(CHILDREN)
NOBODY_OPEN = np.full(CHILDREN, NONE, dtype=np.int8)


def sharing(how: SharingPractice) -> Sharing:
    """Every partner holds one weak sign about every child, noticed on its own day."""
    records = Records(CHILDREN, Weighing(Belief()))
    for agency in PARTNERS:
        columns = [np.full(CHILDREN, value, dtype=np.int8) for value in (agency, 0, 0, Mode.HOME_VISIT)]
        key = Chance(2).keys(KEYS, agency.name)
        records.keep(Signs(columns[0], EVERYONE, columns[1], columns[2], columns[3], key), int(agency))
    return Sharing(records, KEYS, Chance(3), how)


def sent(how: SharingPractice, load: float = 1.0, day: int = 10, purpose: Call = Call.CONFERENCE, **dials: float) -> dict[int, int]:
    """Key of each sign that is on its way after a call about every child, and the day on which it arrives."""
    made = sharing(how)
    made.call(EVERYONE, purpose)
    made.answer_calls(Conditions(**dials), load, NOBODY_OPEN, day)
    keys = made.records.signs["key"][made.on_the_way["sign"]]
    return dict(zip(keys.tolist(), made.on_the_way["arrives"].tolist(), strict=True))


def test_a_partner_that_always_comes_and_always_shares_passes_on_all_it_holds():
    made = sharing(WILLING)
    made.call(EVERYONE[:50], Call.STRATEGY_DISCUSSION)
    made.answer_calls(Conditions(), 1.0, NOBODY_OPEN, 10)
    signs = made.records.signs
    going = made.on_the_way["sign"]
    for agency in (Agency.SCHOOLS, Agency.HEALTH_VISITING, Agency.POLICE, Agency.EARLY_HELP):
        assert sorted(signs["child"][going[signs["agency"][going] == agency]].tolist()) == list(range(50))
    assert set(signs["child"][going].tolist()) == set(range(50)), "nobody else was asked about"


def test_what_is_shared_arrives_later_and_only_once():
    made = sharing(WILLING)
    for _ in range(2):  # the same call twice: signs travel twice, and count once
        made.call(EVERYONE, Call.CONFERENCE)
        made.answer_calls(Conditions(), 1.0, NOBODY_OPEN, 10)
    assert (made.on_the_way["arrives"] > 10).all()
    assert made.arrive(10).size == 0
    arrived = np.concatenate([made.arrive(day) for day in range(11, 300)])
    assert np.unique(arrived).size == arrived.size > 0
    assert len(made.on_the_way) == 0


def test_a_shorter_delay_delivers_the_same_signs_and_none_of_them_later():
    slow, usual, fast = (sent(SharingPractice(), sharing_delay_factor=factor) for factor in (4.0, 1.0, 0.0))
    assert slow.keys() == usual.keys() == fast.keys()
    assert all(fast[key] <= usual[key] <= slow[key] for key in slow)
    assert set(fast.values()) == {11}
    assert max(slow.values()) > max(usual.values()) > 11


@pytest.mark.parametrize("dial", ["sharing_log_odds", "meeting_log_odds"])
def test_more_willing_partners_only_add_to_what_is_shared(dial):
    amounts = [set(sent(SharingPractice(), **{dial: odds})) for odds in (-4.0, -1.0, 0.0, 1.0, 4.0)]
    assert all(few <= more for few, more in pairwise(amounts))
    assert len(amounts[0]) < len(amounts[-1])


def test_a_loaded_front_door_only_takes_away_from_what_is_shared():
    calm, busy = (set(sent(SharingPractice(), load=load)) for load in (1.0, 2.0))
    assert busy < calm


def test_partners_step_back_once_social_care_is_in():
    made = {}
    for name, stage_of in (("closed", NOBODY_OPEN), ("open", np.full(CHILDREN, Stage.IN_NEED, dtype=np.int8))):
        s = sharing(SharingPractice())
        s.call(EVERYONE, Call.CONFERENCE)
        s.answer_calls(Conditions(), 1.0, stage_of, 10)
        made[name] = set(s.on_the_way["sign"].tolist())
    assert made["open"] < made["closed"]


def test_nothing_is_shared_where_sharing_is_nought():
    assert sent(replace(WILLING, share=0.0)) == {}
    s = sharing(replace(WILLING, share=0.0))
    trigger = np.array([0])
    told = s.told_with_contact(np.array([Agency.SCHOOLS]), np.array([0]), trigger, Conditions(), 1.0, 10)
    assert told.tolist() == [0], "the sign that moved the agency, and nothing else"


def test_with_a_contact_goes_the_sign_that_moved_the_agency_and_of_the_older_ones_only_its_own():
    s = sharing(WILLING)
    told = s.told_with_contact(np.array([Agency.POLICE]), np.array([7]), np.array([0]), Conditions(), 1.0, 10)
    signs = s.records.signs
    assert 0 in told
    others = told[told != 0]
    assert set(signs["agency"][others].tolist()) == {int(Agency.POLICE)}
    assert set(signs["child"][others].tolist()) == {7}


def test_what_social_care_holds_already_is_not_sent_again():
    s = sharing(WILLING)
    s.records.pass_to_social_care(np.arange(len(s.records.signs)))
    s.call(EVERYONE, Call.CONFERENCE)
    s.answer_calls(Conditions(), 1.0, NOBODY_OPEN, 10)
    assert not (s.on_the_way["receiver"] == Agency.SOCIAL_CARE).any()


def test_whether_a_sign_is_passed_on_follows_from_the_sign_and_not_from_the_day():
    """A day later the luck is the same; only concern has faded a little, so nothing is added and next to nothing lost."""
    always_there = replace(SharingPractice(), schools_attend=1.0)
    made = {day: sent(always_there, day=day, purpose=Call.REFERRAL) for day in (10, 11)}
    schools = set(Chance(2).keys(KEYS, Agency.SCHOOLS.name).tolist())
    then, later = (set(made[day]) & schools for day in (10, 11))
    assert later <= then
    assert len(then - later) <= 3


def test_signs_put_away_while_on_their_way_are_lost_and_the_others_keep_their_way():
    s = sharing(WILLING)
    s.call(EVERYONE, Call.CONFERENCE)
    s.answer_calls(Conditions(), 1.0, NOBODY_OPEN, 10)
    before = dict(zip(s.records.signs["key"][s.on_the_way["sign"]].tolist(), s.on_the_way["arrives"].tolist(), strict=True))
    agency_of = dict(zip(s.records.signs["key"].tolist(), s.records.signs["agency"].tolist(), strict=True))
    s.renumber(s.records.forget(int(Agency.POLICE)))
    after = dict(zip(s.records.signs["key"][s.on_the_way["sign"]].tolist(), s.on_the_way["arrives"].tolist(), strict=True))
    assert after == {key: day for key, day in before.items() if agency_of[key] >= Agency.POLICE}
