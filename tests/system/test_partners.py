"""What partners tell each other: along ties that are there, once a sign, never before it is sent, and nothing is made up on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from small_worlds import as_happened, assert_same_log, covid, forced, log_of, run, small, turned

from simsafe.agencies.records import Records
from simsafe.agencies.weight import Belief, Weighing
from simsafe.ground.chance import Chance
from simsafe.model import SafeguardingModel
from simsafe.plans.change import Timetable
from simsafe.system.doubts import ConsentDoubts, Doubts
from simsafe.system.events import Event
from simsafe.system.partners import PartnerSharing
from simsafe.system.sharing import Sharing, SharingPractice
from simsafe.system.strengths import Strengths, TieMovement
from simsafe.world.area import load_area
from simsafe.world.build import Households, build_world
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import AGENCIES, PARTNERS, Agency, Mode, Signs
from simsafe.world.meetings import Format, MeetingFormats, formats_held
from simsafe.world.ties import NETWORK, REMIT, Tie, TieNumbers

WORLD = build_world(load_area("england").scaled(1500), Chance(5), 400, Households())
CHILDREN = len(WORLD.children)
DAY = 100


def partners(ties: TieNumbers, how: SharingPractice | None = None, weak_signs: int = 1) -> tuple[PartnerSharing, np.ndarray]:
    """Every partner noticed weak signs about every child on DAY; returns the rows."""
    records = Records(CHILDREN, Weighing(Belief()))
    rows = []
    for agency in PARTNERS:
        for k in range(weak_signs):
            small_columns = [np.full(CHILDREN, value, dtype=np.int8) for value in (agency, 0, 0, Mode.HOME_VISIT)]
            key = Chance(2).keys(WORLD.children.key, f"{agency.name} {k}")
            rows.append(records.keep(Signs(small_columns[0], np.arange(CHILDREN), *small_columns[1:], key), DAY))
    sharing = Sharing(records, WORLD.children.key, Chance(3), how or SharingPractice(), ties)
    return PartnerSharing(records, WORLD.children, sharing, Chance(3), ties), np.concatenate(rows)


def told(ties: TieNumbers, now: Conditions = ORDINARY, **more: int) -> dict[tuple[int, int], int]:
    """(key of the sign, who hears it): the day on which it arrives."""
    made, rows = partners(ties, **more)
    made.pass_on(rows, now, DAY)
    way, signs = made.sharing.on_the_way, made.records.signs
    return dict(zip(zip(signs["key"][way["sign"]].tolist(), way["receiver"].tolist(), strict=True), way["arrives"].tolist(), strict=True))


def too_young_for_the_taker() -> set[tuple[int, int]]:
    """As the keys of :func:`told`, those about children who on DAY are too young for the service that would hear it."""
    made, rows = partners(TieNumbers())
    age = (DAY + 1 - WORLD.children.birth[made.records.signs["child"][rows]]) / 365.25
    key = made.records.signs["key"][rows]
    return {(k, int(taker)) for taker, (youngest, _) in REMIT.items() for k in key[age < youngest].tolist()}


def test_signs_pass_along_ties_that_are_there_to_services_in_whose_remit_the_child_is():
    made, rows = partners(TieNumbers())
    made.pass_on(rows, ORDINARY, DAY)
    way, signs = made.sharing.on_the_way, made.records.signs
    pairs = set(zip(signs["agency"][way["sign"]].tolist(), way["receiver"].tolist(), strict=True))
    assert pairs <= {(int(a), int(b)) for a, b in NETWORK}
    assert len(pairs) > len(NETWORK) - 4
    assert np.array_equal(way["giver"], signs["agency"][way["sign"]])
    age = (way["arrives"] - WORLD.children.birth[signs["child"][way["sign"]]]) / 365.25
    for agency, (youngest, oldest) in REMIT.items():
        its = age[way["receiver"] == agency]
        assert (its >= youngest).all()
        assert (its < oldest).all()


@pytest.mark.parametrize("nothing", [TieNumbers(present=0.0), None])
def test_without_ties_or_without_sharing_nothing_passes(nothing):
    made, rows = partners(nothing or TieNumbers(), None if nothing else replace(SharingPractice(), share=0.0))
    made.pass_on(rows, ORDINARY, DAY)
    made.before_the_run()
    assert len(made.sharing.on_the_way) == 0
    assert (np.bitwise_count(made.records.signs["holders"]) == 1).all()


def test_firmer_ties_fewer_doubts_and_more_willing_partners_only_add_to_what_is_told():
    for less, more in pairwise([told(TieNumbers(present=share)).keys() for share in (0.0, 0.3, 0.8, 1.0)]):
        assert less <= more
    young = too_young_for_the_taker()
    for less, more in pairwise([told(TieNumbers(), Conditions(consent_doubt_share=doubt)).keys() for doubt in (1.0, 0.5, 0.0)]):
        assert less - young < more - young  # doubt also slows, and meanwhile a child may grow into a remit
        assert len(less - more) < 0.01 * len(less)
    for less, more in pairwise([told(TieNumbers(), Conditions(sharing_log_odds=odds)).keys() for odds in (-1.0, 0.0, 1.0)]):
        assert less < more


def test_a_shorter_delay_tells_the_same_signs_and_none_of_them_later():
    slow, usual, fast = (told(TieNumbers(), Conditions(sharing_delay_factor=factor)) for factor in (3.0, 1.0, 0.0))
    in_remit = slow.keys() & usual.keys() & fast.keys()  # a child may grow into a remit while a sign is on its way
    assert len(in_remit) > 0.95 * len(usual)
    assert all(DAY < fast[k] <= usual[k] <= slow[k] for k in in_remit)


def test_a_sign_told_reaches_each_partner_once_adds_to_its_worry_alone_and_leaves_the_givers_as_it_was():
    made, rows = partners(TieNumbers())
    records, everyone = made.records, np.arange(CHILDREN)
    before = np.stack([records.worry_of(a, everyone, DAY) for a in Agency])
    for _ in range(2):
        made.pass_on(rows, ORDINARY, DAY)
    heard = [made.sharing.arrive_elsewhere(day) for day in range(DAY, DAY + 450)]
    assert heard[0].rows.size == 0, "arrived on the day it was sent"
    pairs = np.concatenate([h.rows * AGENCIES + h.receiver for h in heard])
    assert np.unique(pairs).size == pairs.size > 100
    assert len(made.sharing.on_the_way) == 0
    after = np.stack([records.worry_of(a, everyone, DAY) for a in Agency])
    moved = np.zeros((AGENCIES, CHILDREN), dtype=bool)
    signs = records.signs
    for h in heard:
        moved[h.receiver, signs["child"][h.rows]] = True
    assert np.array_equal(after > before, moved)
    assert not (after < before).any()
    each = Belief().weak
    count = np.zeros((AGENCIES, CHILDREN))
    for h in heard:
        np.add.at(count, (h.receiver, signs["child"][h.rows]), 1)
    assert np.allclose(after - before, count * each, atol=0.02)


def test_evidence_from_others_is_worth_what_the_receiver_trusts_it_for():
    def worry(trust: float) -> np.ndarray:
        made, rows = partners(TieNumbers(trust=trust))
        made.pass_on(rows, ORDINARY, DAY)
        for day in range(DAY, DAY + 60):
            made.sharing.arrive_elsewhere(day)
        return made.records.worry_of(Agency.SCHOOLS, np.arange(CHILDREN), DAY) - Belief().weak

    whole, half = worry(1.0), worry(0.5)
    assert whole.max() > 1
    assert np.allclose(half, whole / 2, atol=0.02)


def test_doubts_end_at_significant_harm_and_with_the_dial():
    doubts, gp = Doubts(ConsentDoubts()), np.array([Agency.GENERAL_PRACTICE])
    at = ConsentDoubts().significant
    assert doubts.of(gp, np.array([at - 0.1]), ORDINARY)[0] == ConsentDoubts().general_practice
    assert doubts.of(gp, np.array([at]), ORDINARY)[0] == 0
    assert doubts.of(gp, np.array([0.0]), Conditions(consent_doubt_share=0.0))[0] == 0
    assert (doubts.slower(np.array([0.0, 0.5])) >= 1).all()


def test_a_child_nobody_worries_much_about_is_on_no_meetings_list():
    """Low-level worries stay where they are: partners meet about children above a mark, and the lower the mark the more is told."""
    at_meetings = {(giver, taker) for (giver, taker), tie in NETWORK.items() if tie is Tie.MEETING}
    weak = Belief().weak
    told_there, elsewhere = [], []
    for mark in (0.0, weak - 0.1, weak + 0.1):
        made, rows = partners(TieNumbers(meeting_from=mark))
        made.pass_on(rows, ORDINARY, DAY)
        way = made.sharing.on_the_way
        pairs = list(zip(way["giver"].tolist(), way["receiver"].tolist(), way["sign"].tolist(), strict=True))
        told_there.append({p for p in pairs if p[:2] in at_meetings})
        elsewhere.append({p for p in pairs if p[:2] not in at_meetings})
    assert told_there[0] == told_there[1] != set()
    assert told_there[2] == set()
    assert elsewhere[0] == elsewhere[1] == elsewhere[2] != set()


# Ties that move


def strengths(how: TieMovement | None = None) -> Strengths:
    return Strengths(SharingPractice().attendance(), MeetingFormats(), how or TieMovement())


def test_in_ordinary_times_every_tie_stays_exactly_as_it_is():
    ties = strengths()
    for _ in range(200):
        ties.begin_day(ORDINARY, 1.0, True)
    assert (ties.strength == 1).all()
    assert (ties.closeness == 0).all()
    assert (ties.reach == 1).all()


def test_ties_move_only_on_mondays_stay_within_bounds_and_are_the_same_both_ways():
    ties, how = strengths(), TieMovement()
    apart = Conditions(school_open_share=0.0, colocation_share=0.0, meeting_log_odds=-4.0)
    ties.begin_day(apart, 0.2, False)
    assert (ties.strength == 1).all()
    for _ in range(300):
        ties.begin_day(apart, 0.2, True)
    assert (ties.strength >= how.weakest).all()
    assert (ties.strength <= 1).all()
    assert np.array_equal(ties.strength, ties.strength.T)
    again = strengths()
    again.restore(ties.state())
    assert np.array_equal(again.closeness, ties.closeness)


def test_who_cannot_be_reached_takes_part_less():
    reach = MeetingFormats().reach(Conditions(school_open_share=0.0), 0.4)
    assert reach[Agency.HEALTH_VISITING] == 0.4
    assert reach[Agency.SCHOOLS] < 1
    assert (np.delete(reach, [Agency.HEALTH_VISITING, Agency.SCHOOLS]) == 1).all()


def test_meetings_are_held_in_the_formats_that_the_dials_say():
    u, telephone = np.linspace(0, 1, 1000, endpoint=False), np.arange(1000) % 2 == 0
    plain = formats_held(u, telephone, ORDINARY)
    assert set(plain.tolist()) == {Format.IN_PERSON, Format.TELEPHONE}
    mixed = formats_held(u, telephone, Conditions(meetings_online_share=0.5, meetings_hybrid_share=0.3))
    assert np.count_nonzero(mixed == Format.ONLINE) == 500
    assert np.count_nonzero(mixed == Format.HYBRID) == 300
    by_format = MeetingFormats().by_format()
    assert (by_format[Format.HYBRID] >= np.maximum(by_format[Format.ONLINE], 0)).all()


def test_about_half_of_working_relations_were_closer_half_a_year_into_the_crisis_and_schools_were_not_among_them():
    """A survey of 2020 and 2021: 56 % of 480 said that they had become better (SF157), and education's had become worse (SF159)."""
    first = date(2020, 1, 6)
    times, ties = Timetable(covid(), as_happened(), 1.0, first, 400), strengths()
    for day in range((date(2020, 10, 5) - first).days):
        ties.begin_day(times.on(day), 1.0, day % 7 == 0)
    services = [a for a in PARTNERS if a not in (Agency.COMMUNITY, Agency.HELPLINES)]
    with_social_care = ties.strength[Agency.SOCIAL_CARE, services]
    assert (with_social_care > 1).mean() == pytest.approx(0.56, abs=0.2)
    assert ties.strength[Agency.SOCIAL_CARE, Agency.SCHOOLS] == with_social_care.min() < 1
    assert ties.strength[Agency.SOCIAL_CARE, Agency.GENERAL_PRACTICE] == with_social_care.max() > 1


# Whole runs


def test_with_all_ties_off_a_run_is_one_in_which_partners_tell_each_other_nothing(monkeypatch):
    off = run(small(1500, parameters=forced(ties__present=0.0)))
    assert not (log_of(off)[:, 1] == Event.PASSED).any()
    monkeypatch.setattr(PartnerSharing, "pass_on", lambda *_: None)
    monkeypatch.setattr(PartnerSharing, "before_the_run", lambda *_: None)
    monkeypatch.setattr(Sharing, "_tell_back", lambda *_: None)
    assert_same_log(off, run(small(1500)))


def test_whatever_reached_an_agency_in_a_run_was_noticed_by_another_before():
    model = SafeguardingModel(small(2000))
    for _ in range(model.setup.days):
        model.step()
    log = log_of(model)
    passed, signs = log[log[:, 1] == Event.PASSED], log[log[:, 1] == Event.SIGN]
    assert len(passed) > 50
    assert (passed[:, 4] < passed[:, 0]).all(), "heard on the day it was noticed"
    giver, receiver = passed[:, 3] // 16, passed[:, 3] % 16
    assert (giver != receiver).all()
    noticed = {(who, day) for day, _, who, _, _ in signs.tolist()}
    assert all((who, day) in noticed for (_, _, who, _, day) in passed.tolist() if day >= 0)
    once = {tuple(row) for row in np.column_stack([passed[:, 2], receiver, passed[:, 4], giver]).tolist()}
    assert len(once) > 0.9 * len(passed)  # two signs about one child on one day are two


def test_a_joint_assessment_counts_overlapping_evidence_for_less_and_nothing_twice():
    plain, joint = (run(small(2500, plan=turned(joint_assessment_share=share))) for share in (0.0, 1.0))
    assert (log_of(plain)[:, 1] == Event.SHARE).sum() > 0
    for model in (plain, joint):
        shares = log_of(model)
        shares = shares[shares[:, 1] == Event.SHARE]
        assert (shares[:, 4] <= shares[:, 0]).all()
