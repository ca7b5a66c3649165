"""Who is served when minutes are short: strictly in order, whole minutes, never more than there are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simsafe.ground.queueing import PLENTY, minutes_used, within_budget


def served(team: list[int], minutes: list[int], budget: list[int], *order: list[int]) -> list[bool]:
    keys = tuple(np.array(o, dtype=np.int64) for o in order)
    return within_budget(np.array(team, dtype=np.int64), np.array(minutes, dtype=np.int64), np.array(budget, dtype=np.int64), keys).tolist()


def by_hand(tasks: list[tuple[int, int, int, int]], budget: list[int]) -> list[bool]:
    """The same, one task after another: (team, minutes, urgency, key) each."""
    done, left, stopped = [False] * len(tasks), list(budget), [False] * len(budget)
    for i in sorted(range(len(tasks)), key=lambda i: tasks[i][2:]):
        team, minutes, *_ = tasks[i]
        done[i] = not stopped[team] and minutes <= left[team]
        stopped[team] |= not done[i]
        left[team] -= minutes * done[i]
    return done


one_task = st.tuples(st.integers(0, 2), st.integers(1, 90), st.integers(0, 3), st.integers(0, 10**9))
tasks_of_three_teams = st.lists(one_task, unique_by=lambda task: task[3])


def test_a_long_important_task_is_not_overtaken_by_a_short_unimportant_one():
    assert served([0, 0, 0], [50, 60, 10], [100], [0, 1, 2]) == [True, False, False]


def test_a_task_that_just_fits_is_served():
    assert served([0, 0], [40, 60], [100], [0, 1]) == [True, True]
    assert served([0, 0], [40, 61], [100], [0, 1]) == [True, False]


def test_teams_do_not_touch_each_other():
    assert served([1, 0, 1], [90, 10, 20], [10, 100], [0, 1, 2]) == [True, True, False]


def test_nothing_to_do_and_no_minutes_are_no_trouble():
    assert served([], [], [100], []) == []
    assert served([0, 0], [1, 1], [0], [0, 1]) == [False, False]


def test_without_limit_everything_is_served():
    assert all(served([0] * 1000, [10**6] * 1000, [PLENTY], list(range(1000))))


@given(tasks=tasks_of_three_teams, budget=st.lists(st.integers(0, 300), min_size=3, max_size=3))
def test_columns_serve_as_a_person_would_one_task_after_another(tasks, budget):
    team, minutes, urgency, key = (list(c) for c in zip(*tasks, strict=True)) if tasks else ([], [], [], [])
    assert served(team, minutes, budget, urgency, key) == by_hand(tasks, budget)


@given(tasks=tasks_of_three_teams, budget=st.lists(st.integers(0, 300), min_size=3, max_size=3), more=st.integers(0, 200))
def test_more_minutes_never_serve_fewer_and_no_team_exceeds_its_own(tasks, budget, more):
    team, minutes, urgency, key = (list(c) for c in zip(*tasks, strict=True)) if tasks else ([], [], [], [])
    few = np.array(served(team, minutes, budget, urgency, key), dtype=bool)
    many = np.array(served(team, minutes, [b + more for b in budget], urgency, key), dtype=bool)
    assert (many >= few).all()
    used = minutes_used(np.array(team, dtype=np.int64)[few], np.array(minutes, dtype=np.int64)[few], 3)
    assert (used <= budget).all()
    assert used.dtype == np.int64


@given(tasks=tasks_of_three_teams, budget=st.lists(st.integers(0, 300), min_size=3, max_size=3), seed=st.integers(0, 99))
def test_the_order_in_which_tasks_are_stored_does_not_matter(tasks, budget, seed):
    order = np.random.default_rng(seed).permutation(len(tasks))
    moved = [tasks[i] for i in order]
    here = dict(zip(tasks, served(*zip_columns(tasks, budget)), strict=True))
    there = dict(zip(moved, served(*zip_columns(moved, budget)), strict=True))
    assert here == there


def zip_columns(tasks: list[tuple[int, int, int, int]], budget: list[int]) -> tuple[list[int], ...]:
    team, minutes, urgency, key = (list(c) for c in zip(*tasks, strict=True)) if tasks else ([], [], [], [])
    return team, minutes, budget, urgency, key
