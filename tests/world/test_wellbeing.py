"""Wellbeing stays where it is in ordinary times, answers to load, the times and support, and acts on average as published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simsafe.ground.chance import Chance
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.staff import Staff, Week, Workforce
from simsafe.world.wellbeing import Burden, Feeling, Wellbeing

MANY = 10_000


def people(acts: bool = True, turnover: float = 0.0, posts: int = MANY, **feeling: float) -> Wellbeing:
    staff = Staff("worker", posts, 444, Chance(1), absence=0.031, how=Workforce(), turnover=turnover)
    return Wellbeing(staff, staff.chance, replace(Feeling(), **feeling), acts)


def burden(posts: int = MANY, overload: float = 0.0, risk: float = 0.0, overdue: float = 0.0) -> Burden:
    return Burden(*(np.full(posts, x) for x in (overload, risk, overdue)))


def lived(feeling: Wellbeing, weeks: int, week: Burden | None = None, first: int = 0, **dials: float) -> np.ndarray:
    """Everybody's wellbeing after some weeks alike."""
    for k in range(first, first + weeks):
        feeling.live_a_week(k, week or burden(len(feeling.staff)), replace(ORDINARY, **dials))
        feeling.staff.begin_week(Week(k))
        feeling.welcome()
    return feeling.now


def test_in_ordinary_times_wellbeing_stays_where_it_is_for_three_years():
    feeling = people(turnover=0.15)
    for years in range(4):
        assert feeling.now.mean() == pytest.approx(0.0, abs=0.05), years
        assert feeling.now.std() == pytest.approx(1.0, abs=0.03), years
        lived(feeling, 52, burden(overload=0.2, risk=3.0, overdue=0.1), first=52 * years)


def test_noticing_sickness_and_leaving_are_as_published_on_average_in_ordinary_times():
    feeling = people()
    lived(feeling, 30)
    for factor in (feeling.staff.noticing, feeling.staff.sickness, feeling.staff.exits):
        assert factor.mean() == pytest.approx(1.0, abs=0.03)


def test_turnover_over_many_post_years_is_the_published_one():
    feeling, left, held = people(turnover=0.15, posts=20_000), 0, 0
    for week in range(156):
        feeling.live_a_week(week, burden(20_000), ORDINARY)
        feeling.staff.begin_week(Week(week))
        feeling.welcome()
        left, held = left + int(feeling.staff.leaving.sum()), held + int((feeling.staff.vacant_weeks == 0).sum())
    assert left / held * 52 == pytest.approx(0.15, rel=0.05)


def test_the_tired_notice_less_are_off_more_often_and_leave_sooner():
    feeling = people()
    lived(feeling, 1)
    order = np.argsort(feeling.now)
    assert (np.diff(feeling.staff.noticing[order]) >= 0).all()
    for factor in (feeling.staff.sickness, feeling.staff.exits):
        assert (np.diff(factor[order]) <= 0).all()
    one = np.log(feeling.staff.exits)
    assert np.polyfit(-feeling.now, one, 1)[0] == pytest.approx(Feeling().exit_slope)


@pytest.mark.parametrize("heavier", ["overload", "risk", "overdue"])
def test_a_heavier_week_never_lifts_anybody(heavier):
    usual, more = people(), people()
    lived(usual, 30)
    lived(more, 30)
    assert (lived(more, 5, burden(**{heavier: 1.0}), first=30) < lived(usual, 5, first=30)).all()


@pytest.mark.parametrize(("dial", "value"), [("home_working_share", 0.8), ("school_open_share", 0.0)])
def test_the_times_never_lift_anybody(dial, value):
    assert (lived(people(acts=False), 10, **{dial: value}) <= lived(people(acts=False), 10)).all()


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize(
    ("dial", "low", "high"), [("supervision_hours", 1.5, 4.0), ("supervision_hours", 0.0, 1.0), ("peer_support", 0.0, 1.0)]
)
def test_more_support_never_lowers_anybodys_wellbeing(dial, low, high, acts):
    less, more = (people(acts=acts) for _ in range(2))
    week = burden(risk=2.0)
    assert (
        lived(more, 20, week, home_working_share=0.5, **{dial: high}) >= lived(less, 20, week, home_working_share=0.5, **{dial: low})
    ).all()


def test_with_coupling_off_cases_do_not_weigh_and_nothing_follows():
    light, heavy = people(acts=False), people(acts=False)
    assert np.array_equal(lived(heavy, 20, burden(overload=2.0, risk=9.0, overdue=5.0)), lived(light, 20))
    for factor in (heavy.staff.noticing, heavy.staff.sickness, heavy.staff.exits):
        assert (factor == 1).all()


def test_at_equal_wellbeing_load_has_no_say_in_leaving():
    """Caseload acts through strain only: whoever feels the same leaves as soon, however much is on the desk."""
    loaded = people(overload=0.0, risk_alone=0.0, overdue=0.0, turnover=0.3)
    free = people(overload=0.0, risk_alone=0.0, overdue=0.0, turnover=0.3)
    assert np.array_equal(lived(loaded, 40, burden(overload=2.0, risk=9.0)), lived(free, 40))
    assert np.array_equal(loaded.staff.vacant_weeks, free.staff.vacant_weeks)


def test_a_newcomer_brings_a_wellbeing_of_her_own_and_is_not_compared_with_whom_she_follows():
    feeling = people(turnover=0.9, posts=2000)
    lived(feeling, 10)
    came = feeling.staff.arriving
    assert came.any()
    assert np.isinf(feeling.past[:, came]).all()
    feeling.live_a_week(10, burden(2000), Conditions())
    worse, known = feeling.lower_than_a_year_before(11)
    assert worse <= known == 0


def test_about_half_feel_worse_than_a_year_before_in_ordinary_times():
    feeling = people()
    lived(feeling, 60)
    feeling.live_a_week(60, burden(), ORDINARY)
    worse, known = feeling.lower_than_a_year_before(61)
    assert known == MANY
    assert worse / known == pytest.approx(0.5, abs=0.03)


def test_saved_and_put_back_goes_on_the_same():
    one = people(turnover=0.3, posts=500)
    lived(one, 20, burden(500, overload=0.4))
    other = people(turnover=0.3, posts=500)
    other.staff.restore(one.staff.state())
    other.restore(one.state())
    assert np.array_equal(lived(other, 20, burden(500, overload=0.4), first=20), lived(one, 20, burden(500, overload=0.4), first=20))
