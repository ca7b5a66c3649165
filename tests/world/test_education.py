"""Education states: one a child, from the calendar and the child alone, near the published shares."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import as_happened, covid, ordinary, run, shuffled, small, turned

from simsafe.model import SafeguardingModel
from simsafe.results.groups import GROUP_NAMES, GROUPS
from simsafe.world.education import EDUCATION, Education
from simsafe.world.population import Schooling, schooling


@pytest.fixture(scope="module")
def many() -> SafeguardingModel:
    return SafeguardingModel(ordinary(20_000))


def share(model: SafeguardingModel, *states: Education, of: np.ndarray | None = None) -> float:
    among = model.schooling.on_roll if of is None else of
    return float(np.isin(model.schooling.state[among], states).mean())


def at_school_age(model: SafeguardingModel, rolls: Schooling) -> np.ndarray:
    return rolls.on_roll | np.isin(rolls.state, [Education.HOME, Education.MISSING])


def test_every_state_has_somebody_in_it_and_a_name(many):
    assert set(np.unique(many.schooling.state[many.here]).tolist()) == {int(s) for s in Education}
    assert len(EDUCATION) == len(Education)


def test_on_a_roll_are_those_in_a_school_of_some_kind_and_nobody_else(many):
    rolls = many.schooling
    school = np.isin(rolls.state, [3, 4, 5, 6, 7])
    assert np.array_equal(rolls.on_roll, school)
    assert np.array_equal(rolls.school >= 0, school)
    assert np.array_equal(rolls.in_setting, np.isin(rolls.state, [Education.SETTING, Education.CHILDMINDER]))
    assert not rolls.on_roll[~many.here].any()


def test_special_schools_and_alternative_provision_are_places_of_their_own(many):
    rolls, world, c = many.schooling, many.world, many.world.children
    assert c.ehcp[rolls.state == Education.SPECIAL].all()
    special = np.unique(rolls.school[rolls.state == Education.SPECIAL])
    assert set(special.tolist()) <= set(range(world.schools - 1 - world.pathways.specials, world.schools - 1))
    assert np.unique(rolls.school[rolls.state == Education.ALTERNATIVE]).tolist() == [world.schools - 1]
    mainstream = world.schools - 1 - world.pathways.specials
    assert rolls.school[rolls.state == Education.ON_ROLL].max() < mainstream


def test_shares_are_near_the_published_ones(many):
    area, how = many.setup.area, many.setup.parameters.households.education
    special = area.pupils_special / (area.pupils_primary + area.pupils_secondary + area.pupils_special)
    assert share(many, Education.SPECIAL) == pytest.approx(special, rel=0.25)
    of_age = at_school_age(many, many.schooling) & (many.schooling.state != Education.NOT_ON_ROLL)
    assert share(many, Education.HOME, of=of_age) == pytest.approx(how.home_educated, rel=0.35)
    assert share(many, Education.ALTERNATIVE) == pytest.approx(how.alternative, rel=0.6)


def test_the_crisis_and_the_plan_change_no_state_but_through_home_education():
    calm, shut = (SafeguardingModel(s) for s in (ordinary(3000), small(3000, crisis=covid(), plan=as_happened())))
    more = SafeguardingModel(ordinary(3000, crisis=turned(home_education_factor=1.5)))
    for day in (0, 40, 100):
        for model in (calm, shut, more):
            model.day = day
        states = [m._school_month()[1].state for m in (calm, shut, more)]
        assert np.array_equal(states[0], states[1])
        moved = states[0] != states[2]
        assert moved.any()
        assert (states[2][moved] == Education.HOME).all()


def test_states_do_not_depend_on_how_children_are_stored(many):
    world = many.world
    other = shuffled(world)
    here, there = schooling(world, 50, many.calendar), schooling(other, 50, many.calendar)
    row = np.argsort(other.children.id)
    assert np.array_equal(here.state, there.state[row])
    assert np.array_equal(here.school, there.school[row])


def test_a_state_lasts_the_month_and_alternative_provision_twelve():
    model = SafeguardingModel(ordinary(20_000))
    c = model.calendar
    one, two = (schooling(model.world, c.day_of(when), c) for when in ("2020-03-02", "2020-03-31"))
    steady = at_school_age(model, one) & at_school_age(model, two)
    assert np.array_equal(one.state[steady], two.state[steady])
    later = schooling(model.world, c.day_of("2020-06-01"), c)
    stays = (one.state == Education.ALTERNATIVE) & at_school_age(model, later)
    assert (later.state[stays] == Education.ALTERNATIVE).mean() > 0.5


def test_pupils_kept_out_are_not_in_school_and_come_back(many):
    rolls, away = many.schooling, many.schooling.away
    known = np.zeros(len(many.world.children), dtype=bool)
    now, digital = many.timetable.on(0), many.world.families.digital
    excluded = np.zeros(known.size, dtype=bool)
    excluded[away.who] = True
    in_school = [many.schools.day(rolls, known, digital, now, day).in_school for day in range(14, 29)]
    for day, there in zip(range(14, 29), in_school, strict=True):
        assert not there[away.on(day)].any()
    came = np.mean([there[away.part_time].mean() for there in in_school])
    assert 0.3 < came < many.setup.parameters.households.education.part_time_days
    assert (rolls.state[excluded] == Education.EXCLUDED).all()
    assert np.any([there[excluded].any() for there in in_school]), "a fixed-period exclusion ends"


def test_brothers_and_sisters_may_be_at_different_schools(many):
    world, school = many.world, many.schooling.school
    rows, family = world.children_of(np.arange(len(world.families)))
    on_roll = school[rows] >= 0
    pairs = np.unique(np.column_stack([family[on_roll], school[rows][on_roll]]), axis=0)
    assert np.bincount(pairs[:, 0]).max() >= 2


def test_disability_goes_with_plans_and_ethnicity_with_language(many):
    c, f = many.world.children, many.world.families
    assert c.disabled[c.ehcp].mean() > 5 * c.disabled[~c.ehcp].mean()
    assert c.disabled.mean() == pytest.approx(many.world.disabled_share, rel=0.1)
    assert (f.ethnicity[f.english_additional] > 0).mean() > 2 * (f.ethnicity[~f.english_additional] > 0).mean()
    assert f.english_additional[f.interpreter].all()


def test_visits_to_children_educated_at_home_meet_them_only_and_only_where_families_agree():
    plan = turned(home_education_visits_a_year=12.0)
    for agree, met in ((1.0, True), (0.0, False)):
        model = SafeguardingModel(ordinary(3000, plan=plan))
        object.__setattr__(model.home_education.how, "agree", agree)
        tries = [model.home_education.attempt(model.schooling, model.timetable.on(0), d, d)[0].who for d in range(21)]
        who = np.unique(np.concatenate(tries))
        assert (who.size > 0) == met
        assert (model.schooling.state[who] == Education.HOME).all()
        everyone = np.flatnonzero((model.schooling.state == Education.HOME) & model.here)
        assert who.size == (everyone.size if met else 0)


def test_every_weekly_group_adds_up_to_all_children_and_says_what_each_month_says():
    model = run(ordinary(1000), days=7)
    weekly = model.measures.weekly
    counted = dict(zip(GROUP_NAMES, weekly["children"].tolist(), strict=True))
    for dimension, names in GROUPS.items():
        assert sum(counted[f"{dimension}/{name}"] for name in names) == model.here.sum()
    state = np.bincount(model.schooling.state[model.here], minlength=len(EDUCATION))
    assert [counted[f"education/{name}"] for name in EDUCATION] == state.tolist()
    assert counted["disability/disabled"] == np.count_nonzero(model.world.children.disabled & model.here)
