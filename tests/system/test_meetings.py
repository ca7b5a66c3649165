"""Meetings of agencies: who comes, who writes, what is enough, and what is heard."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from offices import EVERYBODY, NOBODY, office, open_some, today
from small_worlds import forced, turned

from simsafe.plans.shelf import changes_of
from simsafe.system.events import HELD, QUORATE, REPORTS, Event
from simsafe.system.meetings import SERVICES
from simsafe.system.sharing import Call
from simsafe.world.contact import PARTNERS, Agency, Mode


@pytest.fixture(scope="module")
def model():
    return office()


def met(model, call=Call.CONFERENCE, log_odds=0.0, may_adjourn=False):
    rows = np.arange(len(model.cases))
    key = model.chance.keys(model.cases["key"][rows], "meeting of a test")
    return model.meetings.hold(model.meetings.invite(rows, key, call, may_adjourn), today(model, 0, log_odds))


def test_more_willing_partners_only_add_to_those_who_come(model):
    found = [met(model, log_odds=odds).there for odds in (NOBODY, -1.0, -0.001, 1.0, EVERYBODY)]
    assert not found[0].any()
    assert all((few <= more).all() for few, more in pairwise(found))
    assert all(few.sum() < more.sum() for few, more in pairwise(found))


def test_nobody_both_comes_and_writes_and_relatives_and_social_care_are_no_partner_agency(model):
    gathering = met(model)
    assert not (gathering.there & gathering.wrote).any()
    assert gathering.wrote.any()
    assert not gathering.wrote[:, ~SERVICES].any()
    assert not gathering.there[:, Agency.SOCIAL_CARE].any()


def test_reports_come_to_conferences_and_reviews_and_not_to_a_telephone_call_or_a_core_group(model):
    assert not met(model, Call.STRATEGY_DISCUSSION, NOBODY).wrote.any()
    assert not met(model, Call.CORE_GROUP, NOBODY).wrote.any()
    assert met(model, Call.PLAN_REVIEW, NOBODY).wrote.any()


def test_a_conference_is_quorate_when_enough_of_those_who_know_the_child_are_there(model):
    gathering = met(model)
    known = model.meetings.known_to(model.cases["child"], today(model))
    came, wanted = (gathering.there & known).sum(axis=1), np.minimum(2, known.sum(axis=1))
    assert np.array_equal(gathering.quorate, came >= wanted)
    assert gathering.quorate.any()
    assert not gathering.quorate.all()
    assert met(model, log_odds=EVERYBODY).quorate.all()


def test_a_strategy_discussion_needs_police_and_health_and_takes_place_all_the_same(model):
    usual, nobody = met(model, Call.STRATEGY_DISCUSSION), met(model, Call.STRATEGY_DISCUSSION, NOBODY)
    assert (usual.there[:, Agency.POLICE] | ~usual.quorate).all()
    assert usual.held.all()
    assert nobody.held.all()
    assert not nobody.quorate.any()


def test_a_meeting_that_is_not_quorate_goes_ahead_or_is_put_off_and_one_that_is_quorate_goes_ahead(model):
    gathering = met(model, may_adjourn=True)
    assert gathering.held[gathering.quorate].all()
    rest = gathering.held[~gathering.quorate]
    assert 0.3 < rest.mean() < 0.9
    assert met(model, may_adjourn=False).held.all()


def test_only_services_that_met_the_child_count_as_knowing_it(model):
    everybody, school = np.arange(len(model.world.children)), model.schooling
    known = model.meetings.known_to(everybody, today(model))
    assert np.array_equal(known[:, Agency.SCHOOLS], school.on_roll | (school.in_setting & ~school.minded))
    assert np.array_equal(known[:, Agency.CHILDMINDERS], school.minded)
    assert not (known[:, Agency.SCHOOLS] & known[:, Agency.CHILDMINDERS]).any()
    assert not known[:, ~SERVICES].any()
    signs, wrote = model.records.signs, np.zeros(known.shape, dtype=bool)  # on day 0 nobody has met a child and seen nothing
    for agency in Agency:
        wrote[signs["child"][model.records.holds(agency, np.arange(len(signs)))], agency] = True
    young = model.world.children.birth > -5 * 365.25
    assert np.array_equal(known[:, Agency.HEALTH_VISITING], wrote[:, Agency.HEALTH_VISITING] & young)
    for agency in set(np.flatnonzero(SERVICES)) - {Agency.SCHOOLS, Agency.CHILDMINDERS, Agency.HEALTH_VISITING}:
        assert np.array_equal(known[:, agency], wrote[:, agency]), Agency(agency).label
    assert known.any(axis=0)[SERVICES].all()


def test_a_service_that_met_the_child_and_saw_nothing_knows_it_too():
    made = office()
    child = np.flatnonzero(made.here & ~made.records.has_record(np.arange(made.here.size)).any(axis=1))[:5]
    practice = np.full(child.size, Agency.GENERAL_PRACTICE)
    assert not made.meetings.known_to(child, today(made))[:, Agency.GENERAL_PRACTICE].any()
    made.records.reassure(practice, child, np.full(child.size, Mode.CLINIC), 0)
    known = made.meetings.known_to(child, today(made))
    assert known[:, Agency.GENERAL_PRACTICE].all()
    assert not known[:, [Agency.POLICE, Agency.HOSPITAL, Agency.HOUSING]].any()


def test_what_those_at_the_table_pass_on_is_in_the_record_at_once_and_nothing_of_the_others():
    made = office(forced(sharing__share=1.0, sharing__step_back=1.0, sharing__report_in_lieu=0.0))
    rows = open_some(made, 200)
    child = made.cases["child"][rows]
    held_back, _ = made.records.unshared(child)
    key = made.chance.keys(made.cases["key"][rows], "meeting of a test")
    gathering = made.meetings.hold(made.meetings.invite(rows, key, Call.CONFERENCE), today(made))
    still, at = made.records.unshared(child)
    assert 0 < still.size < held_back.size
    assert not gathering.there[at, made.records.signs["agency"][still]].any(), "somebody at the table kept something back"
    heard = np.setdiff1d(held_back, still)
    assert sorted(made.log.today(Event.SHARE).tolist()) == sorted(made.ids[made.records.signs["child"][heard]].tolist())


def test_attendance_is_written_down(model):
    made = office()
    gathering = met(made)
    made.log.close_day()
    rows = made.log.rows
    at = rows["kind"] == Event.MEETING
    assert np.array_equal(np.sort(rows["who"][at]), np.sort(made.ids[made.cases["child"]]))
    b = rows["b"][at].astype(int)
    assert (b % REPORTS).sum() == (gathering.there & SERVICES).sum()
    assert (b // REPORTS % (QUORATE // REPORTS)).sum() == gathering.wrote.sum()
    assert np.count_nonzero(b & QUORATE) == gathering.quorate.sum()
    assert (b & HELD > 0).all()
    assert len(PARTNERS) < REPORTS


# What plans and platforms do to attendance


@cache
def there_under(platforms: float = 0.1, **dials: float) -> np.ndarray:
    """bool, a row a conference and a column an agency: who comes under these dials."""
    made = office(forced(formats__platforms=platforms), plan=turned(**dials))
    return met(made).there


def test_platforms_that_do_not_fit_together_keep_some_from_online_meetings_and_nobody_from_others():
    few, usual, all_of_them = (there_under(platforms, meetings_online_share=1.0) for platforms in (1.0, 0.1, 0.0))
    assert (few <= usual).all()
    assert (usual <= all_of_them).all()
    assert few.sum() < all_of_them.sum()
    assert np.array_equal(there_under(1.0), there_under(0.0)), "in one room nobody needs a platform"
    hybrid = [there_under(platforms, meetings_hybrid_share=1.0) for platforms in (1.0, 0.0)]
    assert (hybrid[0] >= there_under()).all(), "at a hybrid meeting whoever is shut out online comes in person"
    assert (hybrid[0] <= hybrid[1]).all()


def test_practices_that_are_helped_come_more_often_and_nobody_else_comes_more_or_less():
    lever = {"gp_engagement": {"from": "2019-01-01", "to": "2022-12-31"}}
    changes = changes_of({"title": "a plan", "levers": lever})
    assert {c.dial for c in changes} == {"gp_meeting_log_odds"}
    usual, pulled, more = there_under(), met(office(plan=changes)).there, there_under(gp_meeting_log_odds=2.0)
    practice = np.arange(usual.shape[1]) == Agency.GENERAL_PRACTICE
    assert np.array_equal(usual[:, ~practice], pulled[:, ~practice])
    assert np.array_equal(usual[:, ~practice], more[:, ~practice])
    column = [there[:, practice] for there in (usual, pulled, more)]
    assert all((few <= many).all() for few, many in pairwise(column))
    assert column[0].sum() < column[1].sum() < column[2].sum()
