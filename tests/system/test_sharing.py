"""Sharing: partners are called, take part or not, and pass on what they hold, sign by sign; nothing is made up on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from simsafe.agencies.records import Records
from simsafe.agencies.weight import Belief, Weighing
from simsafe.ground.chance import Chance
from simsafe.plans.change import Timetable
from simsafe.plans.shelf import changes_of
from simsafe.system.cases import NONE, Stage
from simsafe.system.sharing import Call, Meeting, Sharing, SharingPractice
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, PARTNERS, Agency, Mode, Signs
from simsafe.world.meetings import Format
from simsafe.world.ties import TieNumbers

CHILDREN = 400
KEYS = Chance(1).keys(np.arange(CHILDREN, dtype=np.uint64), "child")
WILLING = SharingPractice(share=1.0, schools_attend=1.0, health_visiting_attend=1.0, police_attend=1.0, early_help_attend=1.0)
EVERYONE = np.arange(CHILDREN)
DATES = {"from": "2020-03-23", "to": "2020-05-31"}
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


def test_history_takes_longer_and_only_history_does():
    """By day 100 every sign is older than 60 days and younger than 400."""
    fresh, looked_up, slowly = (
        sent(replace(WILLING, history_age=age, history_delay=times), day=100) for age, times in ((400, 6.0), (60, 2.0), (60, 6.0))
    )
    assert fresh.keys() == looked_up.keys() == slowly.keys()
    assert all(fresh[key] <= looked_up[key] <= slowly[key] for key in fresh)
    waits = [np.mean(list(days.values())) - 101 for days in (fresh, looked_up, slowly)]
    assert waits[1] == pytest.approx(2 * waits[0], rel=0.25)  # whole days: a fraction of a day is lost with each
    assert waits[2] == pytest.approx(6 * waits[0], rel=0.35)
    assert fresh == sent(replace(WILLING, history_age=400, history_delay=1.0), day=100)


def test_a_sign_becomes_history_on_the_day_after_its_age():
    agency_of = dict(zip(sharing(WILLING).records.signs["key"].tolist(), [a for a in PARTNERS for _ in range(CHILDREN)], strict=True))
    fresh, some = (sent(replace(WILLING, history_age=age, history_delay=6.0), day=100) for age in (400, 92))
    later = {agency_of[key] for key in fresh if some[key] > fresh[key]}
    assert later <= {agency for agency in PARTNERS if 100 - int(agency) > 92}
    assert Agency.SCHOOLS in later


@pytest.mark.parametrize("days", [1.0, 5.0, 200.0])
def test_a_promise_to_answer_within_so_many_days_is_kept_for_history_too_and_changes_nothing_that_is_sooner(days):
    never_so_slow = replace(WILLING, history_age=14, history_delay=6.0, delay=20.0)
    (change,) = changes_of({"title": "a plan", "levers": {"history_within_days": {"sharing_delay_cap": days, **DATES}}})
    within = Timetable((), (change,), 1.0, date(2020, 3, 1), 120).on(40)
    usual, capped = sent(never_so_slow, day=100), sent(never_so_slow, day=100, sharing_delay_cap=within.sharing_delay_cap)
    assert capped == {key: min(arrives, 101 + int(days)) for key, arrives in usual.items()}
    assert (capped != usual) == (days < 200)


def test_low_level_worries_stay_where_they_are():
    """The share passed on rises with the partner's own concern; a single weak sign is passed on by fewer than half."""
    s, own = sharing(SharingPractice()), np.linspace(0, 8, 41)
    share = s.share_given(own, Conditions(), 1.0)
    assert (np.diff(share) > 0).all()
    assert s.share_given(np.array([s.how.middling]), Conditions(), 1.0)[0] == pytest.approx(s.how.share)
    assert s.share_given(np.array([Belief().weak]), Conditions(), 1.0)[0] < s.how.share
    steep, flat = (
        Sharing(s.records, KEYS, Chance(3), SharingPractice(slope=slope)).share_given(own, Conditions(), 1.0) for slope in (1.5, 0.3)
    )
    low = own < s.how.middling
    assert (steep[low] < flat[low]).all()
    assert (steep[own > s.how.middling] > flat[own > s.how.middling]).all()


def test_the_more_a_partner_worries_the_more_of_the_same_signs_it_passes_on():
    passed = []
    for more_signs in (0, 1, 4):
        s = sharing(SharingPractice())
        for k in range(more_signs):  # social care has these already; they only add to each partner's worry
            columns = [np.full(CHILDREN, value, dtype=np.int8) for value in (Agency.POLICE, 0, 0, Mode.HOME_VISIT)]
            rows = s.records.keep(Signs(columns[0], EVERYONE, *columns[1:], Chance(5).keys(KEYS, f"more {k}")), 10)
            s.records.pass_to_social_care(rows)
        s.call(EVERYONE, Call.STRATEGY_DISCUSSION)
        s.answer_calls(Conditions(), 1.0, NOBODY_OPEN, 10)
        going = s.on_the_way["sign"]
        passed.append(
            {key for key, a in zip(*(s.records.signs[n][going].tolist() for n in ("key", "agency")), strict=True) if a == Agency.POLICE}
        )
    assert passed[0] < passed[1] < passed[2]


# Joint risk assessments


def at_a_joint_assessment(overlap: float, bring: tuple[Agency, ...], joint: bool = True) -> tuple[np.ndarray, int]:
    """What social care then believes of each child, and how many signs it heard. Each of these partners brings its one sign."""
    s = sharing(WILLING)
    s.ties = TieNumbers(joint_overlap=overlap)
    meeting = Meeting(
        EVERYONE, np.full(CHILDREN, Call.STRATEGY_DISCUSSION), KEYS, np.full(CHILDREN, Format.IN_PERSON), np.full(CHILDREN, joint)
    )
    contributes, there = np.zeros((2, CHILDREN, AGENCIES), dtype=bool)
    contributes[:, list(bring)] = True
    heard = s.at_the_table(meeting, contributes, there, Conditions(), 1.0, NOBODY_OPEN, 14)
    return s.records.worry_of(Agency.SOCIAL_CARE, EVERYONE, 14), heard.size


THREE = (Agency.SCHOOLS, Agency.HEALTH_VISITING, Agency.POLICE)


def test_what_agencies_bring_to_a_joint_assessment_counts_for_less_the_more_it_overlaps():
    (apart, n), (usual, same), (overlapping, again) = (at_a_joint_assessment(overlap, THREE) for overlap in (0.0, 0.3, 0.6))
    assert n == same == again == 3 * CHILDREN
    assert np.allclose(usual, apart / (1 + 2 * 0.3), rtol=0.01)
    assert np.allclose(overlapping, apart / (1 + 2 * 0.6), rtol=0.01)
    assert (usual > at_a_joint_assessment(0.3, THREE[:1])[0]).all(), "three still count for more than one"


def test_what_one_agency_alone_brings_overlaps_with_nothing_and_neither_does_what_is_not_assessed_jointly():
    assert np.array_equal(at_a_joint_assessment(0.0, THREE[:1])[0], at_a_joint_assessment(0.6, THREE[:1])[0])
    assert np.array_equal(at_a_joint_assessment(0.0, THREE, joint=False)[0], at_a_joint_assessment(0.6, THREE, joint=False)[0])


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
