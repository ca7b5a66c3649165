"""Schools: who has a place when few do, who is reached, and who stands on the doorstep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_worlds import small

from simsafe.agencies.schools import SchoolDay, Schools
from simsafe.model import SafeguardingModel
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Digital, Mode

DAY = 10  # a school day in term


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return SafeguardingModel(small(3000))


def school_day(model: SafeguardingModel, known: np.ndarray | None = None, day: int = DAY, **dials: float) -> SchoolDay:
    known = np.zeros(len(model.world.children), dtype=bool) if known is None else known
    return model.schools.day(model.schooling, known, model.world.families.digital, Conditions(**dials), day)


def has_place(today: SchoolDay, model: SafeguardingModel) -> np.ndarray:
    return model.schooling.on_roll & ~today.at_home


def test_on_an_ordinary_day_every_pupil_has_a_place_and_some_are_absent(model):
    today = school_day(model)
    assert not today.at_home.any()
    assert not today.reached.any()
    present = today.in_school[model.schooling.on_roll].mean()
    assert 0.9 < present < 0.99
    assert not (today.in_school & ~model.schooling.on_roll).any()
    assert not (today.in_setting & ~model.schooling.in_setting).any()


def test_pupils_miss_as_many_days_as_is_usual_for_each_of_them(model):
    kept_out = np.concatenate([model.schooling.away.who, model.schooling.away.part_time])
    pupils = model.schooling.on_roll & ~np.isin(np.arange(len(model.world.children)), kept_out)
    usual = model.world.children.absence.astype(float)
    missed = np.mean([~school_day(model, day=day).in_school for day in range(200)], axis=0)
    assert missed[pupils].mean() == pytest.approx(usual[pupils].mean(), rel=0.03)
    assert np.corrcoef(missed[pupils], usual[pupils])[0, 1] > 0.9
    often = pupils & (usual > 0.15)
    assert missed[often].mean() == pytest.approx(usual[often].mean(), rel=0.06)


def test_when_all_is_shut_nobody_is_in(model):
    today = school_day(model, school_open_share=0.0, school_vulnerable_share=0.0, setting_open_share=0.0)
    assert not today.in_school.any()
    assert not today.in_setting.any()
    assert np.array_equal(today.at_home, model.schooling.on_roll)


@pytest.mark.parametrize("dial", ["school_open_share", "school_vulnerable_share"])
def test_while_shut_to_most_places_are_nested_and_each_dial_moves_its_own_group_only(dial, model):
    others = "school_vulnerable_share" if dial == "school_open_share" else "school_open_share"
    vulnerable = model.world.children.ehcp & model.schooling.on_roll
    mine = vulnerable if dial == "school_vulnerable_share" else model.schooling.on_roll & ~vulnerable
    before = np.zeros(mine.size, dtype=bool)
    for share in (0.05, 0.2, 0.3, 0.45):
        now = has_place(school_day(model, **{dial: share, others: 0.0}), model)
        assert (before <= now).all(), "a place was taken away by opening more of them"
        assert not now[~mine].any()
        expected = share * mine.sum()
        assert abs(now.sum() - expected) <= 4 * np.sqrt(expected)
        before = now


def test_while_open_those_missing_are_others_every_fortnight_and_fewer_the_more_may_come(model):
    pupils = model.schooling.on_roll & ~model.world.children.ehcp
    here = {share: has_place(school_day(model, day=20, school_open_share=share), model) for share in (0.6, 0.8, 0.97)}
    assert (here[0.6] <= here[0.8]).all()
    assert (here[0.8] <= here[0.97]).all()
    for share, present in here.items():
        assert abs(present[pupils].mean() - share) <= 4 * np.sqrt(share * (1 - share) / pupils.sum())
    same, later = (has_place(school_day(model, day=day, school_open_share=0.8), model) for day in (27, 28))
    assert np.array_equal(same, here[0.8])
    assert not np.array_equal(later, here[0.8])


def test_children_of_key_workers_have_the_first_places(model):
    key_worker = model.world.families.key_worker[model.world.children.family]
    pupils = model.schooling.on_roll & ~model.world.children.ehcp
    few = has_place(school_day(model, school_open_share=0.1, school_vulnerable_share=0.0), model)
    assert few[pupils & key_worker].any()
    assert not few[pupils & ~key_worker].any()


def test_a_known_child_takes_a_vulnerable_place_and_leaves_none_behind(model):
    known = np.zeros(len(model.world.children), dtype=bool)
    known[np.flatnonzero(model.schooling.on_roll & ~model.world.children.ehcp)[:40]] = True
    places = {"school_open_share": 0.0, "school_vulnerable_share": 1.0}
    usual, told = (has_place(school_day(model, k, **places), model) for k in (None, known))
    assert np.array_equal(told, usual | known)


def test_the_same_day_asked_about_again_or_out_of_order_is_the_same_day(model):
    first = school_day(model, day=20).in_school
    school_day(model, day=31)
    assert np.array_equal(school_day(model, day=20).in_school, first)
    assert not np.array_equal(school_day(model, day=21).in_school, first)


def test_only_pupils_at_home_are_reached_and_families_without_internet_less_often(model):
    today = school_day(model, school_open_share=0.0, school_vulnerable_share=0.0, school_check_in_share=0.9)
    assert not (today.reached & ~today.at_home).any()
    online = model.world.families.digital[model.world.children.family] != Digital.NONE
    share = [today.reached[today.at_home & group].mean() for group in (online, ~online)]
    assert share[0] == pytest.approx(0.9, abs=0.03)
    assert share[1] == pytest.approx(0.9 * model.setup.parameters.schools.phone_without_internet, abs=0.1)
    ours = [p.mode for p in model.schools.presences(today) if p.agency is Agency.SCHOOLS]
    assert ours == [Mode.IN_SCHOOL, Mode.REMOTE_LESSON]


# Childminders


def test_a_child_in_a_setting_is_in_nursery_or_with_a_childminder_and_only_its_own_setting_sees_it(model):
    minded, setting = model.schooling.minded, model.schooling.in_setting
    assert not (minded & ~setting).any()
    share = model.setup.parameters.households.with_childminder
    assert minded.sum() == pytest.approx(share * setting.sum(), abs=4 * np.sqrt(share * setting.sum()))
    today = school_day(model)
    assert not (today.minded & ~minded).any()
    assert not (today.in_setting & minded).any()
    assert today.minded.any()
    there = {p.agency: p.there for p in model.schools.presences(today)}
    assert np.array_equal(there[Agency.CHILDMINDERS], today.minded)
    assert np.array_equal(there[Agency.SCHOOLS], today.in_school | today.in_setting)


def test_who_minds_a_child_changes_no_day_on_which_it_comes(model):
    """Children who could be minded come to a nursery on the same days as to a childminder."""
    nobody, everybody = (replace(model.schooling, minded=np.full(len(model.world.children), value)) for value in (False, True))
    for day in range(DAY, DAY + 20):
        one, other = (
            model.schools.day(rolls, model.world.children.ehcp, model.world.families.digital, Conditions(), day)
            for rolls in (nobody, everybody)
        )
        assert np.array_equal(one.in_setting, other.minded)
        assert not one.minded.any()
        assert not other.in_setting.any()
        assert np.array_equal(one.in_school, other.in_school)


def test_closing_settings_leaves_childminders_fewer_children_and_never_another_one(model):
    few, some, usual = (school_day(model, setting_open_share=share) for share in (0.0, 0.5, 1.0))
    assert not few.minded.any()
    assert (some.minded <= usual.minded).all()
    assert (some.in_setting <= usual.in_setting).all()
    assert 0 < some.minded.sum() < usual.minded.sum()
    shut = school_day(model, school_open_share=0.0, school_vulnerable_share=0.0)
    assert np.array_equal(shut.minded, usual.minded), "closing schools closes no childminder"


def test_days_expected_with_a_childminder_and_at_nursery_are_those_of_all_settings_and_no_day_counts_twice(model):
    at_nursery, minded = model.schools.days_a_year(model.schooling), model.schools.minded_days_a_year(model.schooling)
    assert not ((at_nursery > 0) & (minded > 0)).any()
    assert np.array_equal(minded > 0, model.schooling.minded)
    usual = np.mean([school_day(model, day=day).minded[model.schooling.minded].mean() for day in range(100)])
    assert usual * 190 == pytest.approx(minded[model.schooling.minded].mean(), rel=0.05)


def doorstep(model: SafeguardingModel, weeks: float, working_day: int, coupled: bool = False, schools: Schools | None = None) -> np.ndarray:
    now = Conditions(school_open_share=0.0, school_vulnerable_share=0.0, school_doorstep_weeks=weeks)
    schools = schools or model.schools
    today = school_day(model, school_open_share=0.0, school_vulnerable_share=0.0)
    tries = schools.attempts(model.schooling, today, now, working_day, working_day, coupled)
    assert all((t.mode == Mode.DOORSTEP).all() for t in tries)
    return np.concatenate([t.who for t in tries]) if tries else np.empty(0, dtype=np.int64)


def test_a_doorstep_round_calls_on_every_pupil_at_home_once(model):
    called = np.concatenate([doorstep(model, 2.0, day) for day in range(10)])
    assert sorted(called.tolist()) == np.flatnonzero(model.schooling.on_roll).tolist()
    assert doorstep(model, 0.0, 3).size == 0


def test_a_round_goes_as_far_as_each_schools_staff_time(model):
    how = replace(model.setup.parameters.schools, doorstep_capacity=1.0)
    short = Schools(model.world, model.chance, how, model.setup.parameters.households.key_worker)
    roll = np.bincount(model.schooling.school[model.schooling.on_roll], minlength=model.world.schools)
    called = doorstep(model, 1.0, 4, coupled=True, schools=short)
    per_school = np.bincount(model.schooling.school[called], minlength=model.world.schools)
    assert (per_school * how.doorstep_minutes <= roll * how.doorstep_capacity).all()
    assert 0 < called.size < doorstep(model, 1.0, 4).size
