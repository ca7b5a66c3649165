"""What single levers do to the one thing that they are about."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from small_worlds import as_happened, run, small

from simsafe.model import SafeguardingModel
from simsafe.senses.door import Chances
from simsafe.system.sharing import IN_THE_TEAM, Call
from simsafe.world.conditions import ORDINARY
from simsafe.world.contact import Agency, Mode
from simsafe.world.meetings import Format

NOW = ORDINARY


@pytest.fixture(scope="module")
def model():
    return run(small(1500, plan=as_happened()), 60)


def chances(*meetings):
    """Occasions of these (agency, mode)."""
    agency, mode = (np.array(column, dtype=np.int8) for column in zip(*meetings, strict=True))
    ones = np.ones(agency.size)
    return Chances(agency, np.arange(agency.size), mode, np.arange(agency.size, dtype=np.uint64), ones, ones, ones, ones)


MEETINGS = chances(
    (Agency.SOCIAL_CARE, Mode.HOME_VISIT), (Agency.SOCIAL_CARE, Mode.VIDEO), (Agency.HEALTH_VISITING, Mode.PHONE),
    (Agency.HEALTH_VISITING, Mode.HOME_VISIT),
)  # fmt: skip


def test_asking_who_else_is_there_lets_more_show_in_remote_contacts_and_in_no_other(model):
    speaks = model.behind.door._as_practised(MEETINGS, replace(NOW, remote_protocol_share=0.5)).speaks
    most = model.behind.door._as_practised(MEETINGS, replace(NOW, remote_protocol_share=1.0)).speaks
    assert (speaks > 1).tolist() == [False, True, True, False]
    assert (most >= speaks).all()
    assert most[1] == pytest.approx((1 - 0.2 * 0.8) / (1 - 0.4 * 0.8))
    assert model.behind.door._as_practised(MEETINGS, NOW) is MEETINGS


def test_each_adult_fewer_lets_more_be_told_to_social_workers_who_are_there(model):
    alone = model.behind.door._as_practised(MEETINGS, replace(NOW, adults_in_room=1.0)).speaks
    crowd = model.behind.door._as_practised(MEETINGS, replace(NOW, adults_in_room=5.0)).speaks
    assert alone.tolist() == pytest.approx([np.exp(0.25), 1, 1, 1])
    assert crowd.tolist() == pytest.approx([np.exp(-0.75), 1, 1, 1])


def test_the_more_say_leads_have_the_fewer_are_called_away(model):
    workforce = model.setup.in_force.workforce
    shares = [workforce.goes_ahead(say) for say in (0, 0.5, 1, 2)]
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[-1]) == (1.0, workforce.approved)


def test_who_is_called_away_hands_over_where_leads_have_a_say(monkeypatch):
    kept = {}
    for say in (0.0, 1.0):
        model = run(small(1500), 50)
        visitor = model.agents_by_type[next(t for t in model.agents_by_type if t.__name__ == "HealthVisitor")][0]
        monkeypatch.setattr(model.timetable, "on", lambda day, say=say: replace(NOW, redeployment_governance=say))
        visitor.staff.called_away[visitor.post] = True
        said = []
        monkeypatch.setattr(visitor, "_lose", said.append)
        visitor.begin_week()
        kept[say] = said[-1]
    assert kept[1.0] == model.setup.in_force.casework.knowledge_kept > kept[0.0]


def test_reflecting_together_only_strengthens_ties_of_those_who_meet(model):
    strengths, reach = model.sharing.strengths, np.ones(len(Agency))
    usual, more = (strengths._together(replace(NOW, reflection_sessions=n), reach) for n in (0.0, 2.0))
    assert (more >= usual).all()
    assert more[Agency.POLICE, Agency.SOCIAL_CARE] > usual[Agency.POLICE, Agency.SOCIAL_CARE]


def test_one_platform_brings_more_partners_online_and_changes_no_other_meeting(model):
    usual, one = (model.sharing.strengths._by_format(replace(NOW, common_platform_share=n)) for n in (0.0, 1.0))
    partners = [a for a in Agency if a not in (Agency.SOCIAL_CARE, Agency.HELPLINES)]
    assert (one[Format.ONLINE][partners] > usual[Format.ONLINE][partners]).all()
    for form in (Format.ENQUIRY, Format.IN_PERSON, Format.TELEPHONE):
        assert np.array_equal(one[form], usual[form])


def test_a_protection_team_is_there_at_its_strategy_discussions_and_brings_all_it_holds(model):
    now = replace(NOW, protection_team_share=1.0)
    who, key = np.arange(6), np.arange(6, dtype=np.uint64) * np.uint64(77777)
    call = np.array([Call.STRATEGY_DISCUSSION] * 3 + [Call.CONFERENCE] * 3)
    meeting = model.sharing.convene(who, call, key, now)
    there = model.sharing.chance_there(meeting, now)
    assert (there[:3, IN_THE_TEAM] == 1).all()
    assert (there[3:, IN_THE_TEAM] < 1).any()
    assert meeting.joint.tolist() == [True] * 3 + [False] * 3


def test_asking_pupils_in_every_week_only_adds_to_those_who_come(model):
    shut = replace(NOW, school_open_share=0.03, school_vulnerable_share=0.15)
    known, at = model.known, model.calendar.day_of(date(2020, 5, 4))
    plain, asked = (
        model.schools.day(model.schooling, known, model.digital, replace(shut, school_invitation_share=n), at) for n in (0.0, 0.9)
    )
    assert (asked.in_school >= plain.in_school).all()
    assert asked.in_school.sum() > plain.in_school.sum()
    more = asked.in_school & ~plain.in_school
    assert (known | model.world.children.ehcp)[more].all()


def test_a_designated_lead_talks_with_the_youngest_first_as_far_as_the_time_goes():
    model = SafeguardingModel(small(3000, crisis=(), plan=()))
    day = model.calendar.day_of(date(2020, 3, 3))
    now = replace(NOW, lead_talks_weeks=1.0)
    today = model.schools.day(model.schooling, model.known, model.digital, now, day)
    (all_of_them,) = model.schools.lead_talks(model.schooling, today, now, 7, day, False)
    (some,) = model.schools.lead_talks(model.schooling, today, now, 7, day, True)
    assert 0 < some.size < all_of_them.size
    assert today.in_school[all_of_them.who].all()
    left_out = np.setdiff1d(all_of_them.who, some.who)
    school, born = model.schooling.school, model.world.children.birth
    for one in np.unique(school[left_out]):
        talked = some.who[school[some.who] == one]
        assert talked.size == 0 or born[talked].min() >= born[left_out[school[left_out] == one]].max()
    assert model.schools.lead_talks(model.schooling, today, NOW, 7, day, True) == []


def test_the_youngest_and_those_without_a_device_are_met_in_person_where_a_rule_says_so(model):
    shut = replace(NOW, in_need_visit_in_person_share=0.0)
    who, purpose = np.arange(400), np.full(400, 3)
    young = (model.day - model.world.children.birth[who].astype(int)) < 5 * 365.25
    without = model.world.families.digital[model.world.children.family[who]] < 3
    for dial, group in (("under_five_in_person_share", young), ("no_access_in_person_share", without)):
        mode, _, _ = model.social_care.choose_modes(who, purpose, replace(shut, **{dial: 1.0}), model.day)
        assert np.array_equal(mode == Mode.HOME_VISIT, group), dial


def test_hours_booked_are_hours_more_for_their_staff_only():
    def minutes(**dials):
        model = SafeguardingModel(small(3000, crisis=(), plan=()))
        day = next(d for d in range(10) if model.calendar.working[d])
        model._staff_on_duty(replace(NOW, **dials), day)
        return [staff.fresh.sum() for staff in (model.health_visitors, model.front_door_staff, model.social_workers)]

    usual, more = minutes(), minutes(health_visitor_extra_share=0.2, front_door_extra_share=0.5)
    assert more[0] == pytest.approx(1.2 * usual[0], rel=0.02)
    assert more[1] == pytest.approx(1.5 * usual[1], rel=0.02)
    assert more[2] == usual[2]
