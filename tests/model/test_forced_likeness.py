"""Runs that must be alike: plans entered twice, dates shifted, strangers added, and children out of a change's reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from small_worlds import (
    LONGER,
    SEEDS,
    alone,
    assert_same_log,
    columns,
    dial,
    forced,
    log_of,
    ordinary,
    run,
    small,
    with_another_family,
    without_seasons,
    worlds_made_by,
)

from simsafe.model import SafeguardingModel
from simsafe.system.events import Event
from simsafe.world.population import World

STAFF_MOVES = (Event.STAFF_LEFT, Event.STAFF_CAME)  # about posts, not about children


def test_a_plan_entered_twice_ties_with_itself():
    plan = dial("health_visiting_in_person_share", 0.5)
    first, second = (run(ordinary(plan=plan, plan_name=name)) for name in ("the plan", "the plan again"))
    assert_same_log(first, second)
    assert first.measures.daily.keys() == second.measures.daily.keys()
    for name, column in first.measures.daily.items():
        assert np.array_equal(column, second.measures.daily[name]), name


@pytest.mark.parametrize("weeks", [1, 52])
def test_without_seasons_all_dates_moved_by_whole_weeks_give_the_same_events(weeks, monkeypatch):
    usual = small(plan=())
    without_seasons(monkeypatch, usual.first)
    later = timedelta(weeks=weeks)
    crisis = dial("school_open_share", 0.2, date(2020, 3, 23), date(2020, 5, 31))
    moved = dial("school_open_share", 0.2, date(2020, 3, 23) + later, date(2020, 5, 31) + later)
    then = run(replace(usual, crisis=crisis))
    now = run(replace(usual, crisis=moved, start=usual.start + later, end=usual.end + later))
    assert_same_log(then, now)


@SEEDS
@pytest.mark.parametrize("open_loop", [True, False])
def test_with_coupling_off_one_more_family_leaves_all_other_children_identical(seed, open_loop):
    scenario = small(1200, seed=seed, capacity_coupling=False, open_loop=open_loop)
    plain = run(scenario)
    log = log_of(plain)
    of_children = log[~np.isin(log[:, 1], STAFF_MOVES)]
    busiest = int(np.bincount(of_children[:, 2]).argmax())  # a family about which much happens
    like = int(plain.world.children.family[busiest])
    with worlds_made_by(lambda world: with_another_family(world, like)):
        fuller = run(scenario)
    newcomers = np.arange(len(plain.world.children), len(fuller.world.children))
    assert newcomers.size > 0
    after = log_of(fuller)
    theirs = np.isin(after[:, 2], newcomers) & ~np.isin(after[:, 1], STAFF_MOVES)
    assert np.array_equal(after[~theirs], log)
    for name in columns(plain.world.children):
        old, new = getattr(plain.world.children, name), getattr(fuller.world.children, name)
        assert np.array_equal(new[: len(old)], old), name
    seen = len(plain.world.children)
    assert np.array_equal(fuller.contacts.seen[:seen], plain.contacts.seen)


def test_closing_schools_changes_nothing_about_an_only_child_too_young_for_school():
    """The negative control. A closed school strains families, whoever is in them, so that strain is put at nought here."""
    calm = forced(truth__families__school_closure_strain=0.0)
    shut = dial("school_open_share", 0.0, date(2020, 3, 23)) + dial("school_vulnerable_share", 0.0, date(2020, 3, 23))
    open_, closed = (run(alone(ordinary(2000, crisis=crisis, parameters=calm))) for crisis in ((), shut))
    young = only_children(open_) & (open_.world.children.birth > -2 * 365)
    assert young.sum() > 50
    assert len(events_about(open_, young)) > 20
    assert np.array_equal(events_about(open_, young), events_about(closed, young))
    assert len(log_of(open_)) != len(log_of(closed)), "closing schools changed nothing at all"


def test_redeploying_health_visitors_changes_no_sign_about_an_only_child_of_secondary_age():
    """The negative control on the other side: whom a visitor never meets is not touched by her absence, though minutes do run out."""
    away, busy = dial("health_visitors_redeployed", 0.6, date(2020, 3, 19)), forced(health_visiting__home_minutes=240)
    there, gone = (run(ordinary(3000, crisis=crisis, parameters=busy, open_loop=True)) for crisis in ((), away))
    grown = only_children(there) & (there.world.children.birth < -11 * 366)
    assert grown.sum() > 50
    signs = [[row for row in events_about(model, grown).tolist() if row[1] == Event.SIGN] for model in (there, gone)]
    assert len(signs[0]) > 20
    assert signs[0] == signs[1]
    assert not np.array_equal(there.contacts.seen, gone.contacts.seen), "redeployment changed nothing at all"


def only_children(model: SafeguardingModel) -> np.ndarray:
    """bool, one a child: it is the only one that its family has or will have."""
    return model.world.families.size[model.world.children.family] == 1


def events_about(model: SafeguardingModel, children: np.ndarray) -> np.ndarray:
    """The rows of the event log about some children, whose rows are their ids."""
    log = log_of(model)
    return log[(log[:, 1] < Event.STAFF_LEFT) & children[np.minimum(log[:, 2], children.size - 1)]]


def test_with_coupling_on_an_added_family_does_change_others_when_minutes_are_short():
    """The relation with coupling off has teeth: with it on, a newcomer's work is somebody else's wait."""
    scenario = small(1500, parameters=forced(casework__caseload_cap=10_000), **LONGER)
    scenario = replace(scenario, area=replace(scenario.area, sw_case_holders_fte=2.0))
    plain = run(scenario)
    log = log_of(plain)
    like = int(plain.world.children.family[np.bincount(log[log[:, 1] < Event.STAFF_LEFT][:, 2]).argmax()])

    def more(world: World) -> World:
        for _ in range(60):
            world = with_another_family(world, like)
            world.families.key[-1] += np.uint64(len(world.families))
        return world

    with worlds_made_by(more):
        fuller = log_of(run(scenario))
    others = (fuller[:, 2] < len(plain.world.children)) | (fuller[:, 1] >= Event.STAFF_LEFT)
    assert not np.array_equal(fuller[others], log)
