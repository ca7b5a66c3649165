"""Levers turn the dials that they say, plans start from each other, and what is misspelt is refused at the door."""

from dataclasses import fields
from datetime import date

import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.plans.catalogue import SHELF
from simsafe.plans.change import How, Timetable
from simsafe.plans.shelf import changes_of, crisis_from, load_yaml, plan_from
from simsafe.world.conditions import DIALS, ORDINARY

DATES = {"from": "2020-03-23", "to": "2020-05-31"}
FIRST = date(2020, 3, 1)


def plan(combine=None, **levers):
    return {"title": "a plan", "levers": levers, **({"combine": combine} if combine else {})}


def times(changes, crisis=()):
    return Timetable(crisis, changes, 1.0, FIRST, 120)


def refused(*words):
    return pytest.raises(ConfigError, match=".*".join(words))


@pytest.mark.parametrize("name", SHELF)
def test_a_lever_says_what_it_does_and_turns_dials_that_a_plan_may_turn_within_their_range(name):
    cls = SHELF[name]
    assert cls.__doc__
    assert not cls.__doc__.startswith(f"{cls.__name__}("), "write the docstring; dataclass made this one"
    for f in fields(cls):
        about = DIALS[f.name].metadata
        assert about["turned_by"] in ("plan", "either")
        assert f.metadata["dial"] == f.name
        assert f.metadata["source"]
        if f.metadata["how"] is not How.MULTIPLY:
            assert about["low"] <= f.metadata["low"] <= f.metadata["high"] <= about["high"]
            assert f.metadata["unit"] == about["unit"].removesuffix("; 0 for none" if f.metadata["low"] else "")


@pytest.mark.parametrize("name", SHELF)
def test_every_lever_can_be_pulled_with_its_defaults_and_bites_only_on_its_days(name):
    dates = DATES if name != "protection_team" else {**DATES, "from": "2019-09-20"}  # half a year to set up
    changes = changes_of(plan(**{name: dates}))
    assert {c.dial for c in changes} == {f.name for f in fields(SHELF[name])}
    table = times(changes)
    assert table.on(92) == ORDINARY
    assert table.on(17) == ORDINARY


def test_a_setting_may_be_a_word_and_another_is_refused():
    (change,) = changes_of(plan(redeployment_governance={"redeployment_governance": "consult", **DATES}))
    assert change.value == 1.0
    with refused("redeployment_governance = 'ask'", "none, consult, approve"):
        changes_of(plan(redeployment_governance={"redeployment_governance": "ask", **DATES}))


def test_nothing_comes_of_some_levers_at_once():
    (change,) = changes_of(plan(mutual_aid=DATES))
    assert (change.from_date, change.to_date) == (date(2020, 4, 13), date(2020, 5, 31))
    with refused("plan.levers.mutual_aid.to = 2020-04-01", "nothing comes of it before 2020-04-13"):
        changes_of(plan(mutual_aid={"from": "2020-03-23", "to": "2020-04-01"}))


def test_what_training_brought_fades():
    gain = times(changes_of(plan(curiosity_training={"noticing_gain": 0.08, "from": "2020-03-02", "to": "2020-12-31"})))
    assert gain.on(0).noticing_gain == 0
    assert gain.on(1).noticing_gain == 0.08
    later = Timetable(
        (), changes_of(plan(curiosity_training={"noticing_gain": 0.08, "from": "2020-03-02", "to": "2021-12-31"})), 1.0, FIRST, 600
    )
    assert later.on(274).noticing_gain == pytest.approx(0.04)


def test_a_setting_reaches_the_dial_of_its_own_name():
    settings = {"school_vulnerable_share": 0.3, **DATES}
    assert times(changes_of(plan(school_places_taken=settings))).on(22).school_vulnerable_share == 0.3


def test_a_lever_may_have_several_phases_and_follow_a_line():
    line = {"devices_share": {"2020-03-24": 0.0, "2020-03-26": 0.5}, "from": "2020-03-23", "to": "2020-04-30"}
    later = {"devices_share": 0.7, "from": "2020-05-01", "to": "2020-05-31"}
    devices = times(changes_of(plan(devices_and_data=[line, later]))).series("devices_share")
    assert devices[22:27].tolist() == [0.0, 0.0, 0.25, 0.5, 0.5]
    assert devices[61] == 0.7


def test_a_floor_does_not_follow_a_line():
    with refused("plan.levers.keep_school_places.school_vulnerable_share", "expected a number"):
        changes_of(plan(keep_school_places={"school_vulnerable_share": {"2020-03-24": 0.1}, **DATES}))


@pytest.mark.parametrize(
    ("levers", "words"),
    [
        ({"keep_school_place": DATES}, ("plan.levers.keep_school_place: no such lever", "did you mean 'keep_school_places'")),
        ({"keep_school_places": {"school_vulnerable_shares": 0.5, **DATES}}, ("no such setting", "'school_vulnerable_share'")),
        ({"keep_school_places": {"school_vulnerable_share": 1.5, **DATES}}, ("school_vulnerable_share = 1.5", "from 0 to 1")),
        ({"keep_school_places": {"school_vulnerable_share": False, **DATES}}, ("= False", "a number")),
        ({"keep_school_places": {"school_vulnerable_share": "half", **DATES}}, ("= 'half'", "a number")),
        ({"keep_school_places": {"school_vulnerable_share": [0.5], **DATES}}, ("a number",)),
        ({"keep_school_places": {"school_vulnerable_share": 10**400, **DATES}}, ("ordinary size",)),
        ({"keep_school_places": {"from": "2020-03-23"}}, ("plan.levers.keep_school_places.to is missing",)),
        ({"keep_school_places": {"from": 750, "to": "2020-03-23"}}, ("keep_school_places.from = 750",)),
        ({"keep_school_places": {"from": "2020-06-01", "to": "2020-05-01"}}, ("from = 2020-06-01", "no later than")),
        ({"keep_school_places": None}, ("keep_school_places = None", "expected settings")),
        ({"keep_school_places": []}, ("keep_school_places = \\[\\]", "expected settings")),
        ({"keep_school_places": "on"}, ("keep_school_places = 'on'",)),
        ({"keep_school_places": [DATES, 3]}, ("keep_school_places\\[1\\] = 3",)),
        ({"keep_school_places": [DATES, DATES]}, ("keep_school_places\\[1\\].from", "combine.school_vulnerable_share")),
        ({"in_person_visits": DATES, "visiting_by_risk": DATES}, ("combine.enquiry_in_person_share",)),
        ({"devices_and_data": {"devices_share": {}, **DATES}}, ("expected dates with values",)),
        ({"devices_and_data": {"devices_share": {"2021-01-01": 0.1}, **DATES}}, ("2021-01-01", "the days of this change")),
        ({"doorstep_rounds": {"school_doorstep_weeks": 0, **DATES}}, ("from 1 to 52",)),
        ({"school_check_ins": {"title": 3, **DATES}}, ("title = 3; expected text",)),
    ],
)
def test_a_wrong_lever_is_refused_in_one_line(levers, words):
    with refused(*words) as caught:
        changes_of(plan(**levers))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (None, ("plan = None",)),
        ([], ("plan = \\[\\]",)),
        ({"lever": {}}, ("plan.lever: no such setting", "'levers'")),
        ({True: {}}, ("plan.True: no such setting",)),
        ({"levers": ["keep_school_places"]}, ("plan.levers = ",)),
        ({"title": 8}, ("plan.title = 8; expected text",)),
        ({"combine": {"gp_contact": "lowest"}}, ("combine.gp_contact: no such dial", "gp_contact_share")),
        ({"combine": {"doorstep_share": "lowes"}}, ("combine.doorstep_share = 'lowes'", "'lowest'")),
        ({"combine": "lowest"}, ("plan.combine",)),
    ],
)
def test_a_plan_of_the_wrong_shape_is_refused_in_one_line(mapping, words):
    with refused(*words):
        changes_of(mapping)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"changes": {}}, ("crisis/x.changes", "a list")),
        ({"changes": [3]}, ("crisis/x.changes\\[0\\] = 3",)),
        ({"changes": [{"dial": "harm_incidence", "value": 1.1}]}, ("changes\\[0\\].from is missing",)),
        ({"changes": [{"dial": "harm_incidence", "valu": 1.1, **DATES}]}, ("valu: no such setting", "'value'")),
        ({"changes": [{"dial": "devices_share", "value": 0.1, **DATES}]}, ("devices_share; a plan turns it",)),
        ({"changes": [{"value": 0.1, **DATES}]}, ("dial = None",)),
        ({"changes": [{"dial": "harm_incidence", "value": 1, "points": {"2020-04-01": 1}, **DATES}]}, ("no value",)),
        ({"changes": [{"dial": "harm_incidence", "points": 3, **DATES}]}, ("points = 3",)),
        ({"levers": {}}, ("crisis/x.levers: no such setting",)),
    ],
)
def test_a_wrong_crisis_is_refused_in_one_line(mapping, words):
    with refused(*words):
        crisis_from(mapping, "x")


def test_a_rule_lets_two_levers_turn_one_dial():
    both = {"in_person_visits": {"protection_visit_in_person_share": 0.7, **DATES}, "visiting_by_risk": DATES}
    rules = {f.name: "highest" for f in fields(SHELF["in_person_visits"])}
    assert times(changes_of(plan(combine=rules, **both))).on(30).protection_visit_in_person_share == 1.0
    rules = {f.name: "in_order" for f in fields(SHELF["in_person_visits"])}
    first_by_risk = plan(combine=rules, visiting_by_risk=DATES, in_person_visits=both["in_person_visits"])
    assert times(changes_of(first_by_risk)).on(30).protection_visit_in_person_share == 0.7


BASE = plan(school_places_taken={"school_vulnerable_share": 0.15, "from": "2020-03-10", "to": "2020-06-10"}, doorstep_visits=DATES)


def starting(**more):
    return plan_from({"starts_from": "base", **plan(**more)}, "mine", lambda name: BASE)


def test_a_plan_that_starts_from_another_and_adds_nothing_is_the_same():
    assert times(starting()).first_difference(times(changes_of(BASE))) is None


def test_a_lever_that_sets_replaces_the_others_on_its_days_only():
    mine = times(starting(school_places_taken={"school_vulnerable_share": 0.5, **DATES}))
    assert [mine.on(d).school_vulnerable_share for d in (8, 9, 21, 22, 91, 92, 101, 102)] == [1, 0.15, 0.15, 0.5, 0.5, 0.15, 0.15, 1]
    assert mine.on(30).doorstep_share == 0.4


def test_a_floor_acts_on_what_the_other_plan_left():
    for share, expected in ((0.5, 0.5), (0.1, 0.15)):
        mine = times(starting(keep_school_places={"school_vulnerable_share": share, **DATES}))
        assert [mine.on(d).school_vulnerable_share for d in (21, 22, 92)] == [0.15, expected, 0.15]


def test_a_rule_keeps_both_and_combines_them():
    mine = times(starting(combine={"school_vulnerable_share": "lowest"}, school_places_taken={"school_vulnerable_share": 0.5, **DATES}))
    assert mine.on(30).school_vulnerable_share == 0.15


def test_a_plan_may_start_from_one_that_starts_from_another_but_not_in_a_circle_nor_for_ever():
    own = {"starts_from": "see_every_child", "levers": {"mutual_aid": DATES}}
    made, before = plan_from(own, "mine"), plan_from(load_yaml("plan", "see_every_child"), "see_every_child")
    assert set(before) < set(made)
    assert {c.lever[0] for c in made} == {"mine", "see_every_child", "as_happened_2020"}
    with refused("plan/mine.starts_from: plan/base.starts_from = 'mine'", "in a circle"):
        plan_from({"starts_from": "base"}, "mine", lambda name: {"starts_from": "mine"})
    with refused("more than 4 plans in a row"):
        plan_from({"starts_from": "1"}, "mine", lambda name: {"starts_from": f"{int(name) + 1}"})
    with refused("plan/mine.starts_from = 'mine'"):
        plan_from({"starts_from": "mine"}, "mine")
    with refused("starts_from = 3"):
        plan_from({"starts_from": 3}, "mine")
    with refused("no such plan", "as_happened_2020"):
        plan_from({"starts_from": "as_happened"}, "mine")
