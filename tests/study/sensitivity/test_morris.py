"""Effects along trajectories: known functions come out as they are, missing points shift nothing, and luck is told apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from made_up_answers import answered, noise, numbers
from SALib.analyze import morris

from simsafe.study.paired import TOO_FEW
from simsafe.study.sensitivity.morris import trajectories
from simsafe.study.sensitivity.ranking import LUCK, TOLD, effects_rows, in_turn, luck_of, rankings, ten, ten_in_words
from simsafe.study.sensitivity.screening import AGAIN, read

NAMES = ("room.a", "room.b", "hall.c", "hall.d")


def read_of(ways, of, more, lost=()):
    """The table of a function of the numbers."""
    along = ways.points()
    points = [*along, *ways.again(AGAIN)]
    return read(ways, answered(points, of, more, lost), len(along))


def linear(point):
    return 3 * point.values["room.a"] - 2 * point.values["room.b"]


def nought(_):
    return 0.0


def test_of_a_straight_line_the_effects_are_its_slopes_with_their_signs():
    ways = trajectories(numbers(*NAMES), 5, 1, by_room=False)
    made = ways.effects(np.array([linear(point) for point in ways.points()]))
    assert np.allclose(made, [6, -4, 0, 0])  # slope times the length of the range


def test_effects_are_those_that_salib_works_out():
    ways = trajectories(numbers(*NAMES), 6, 3, by_room=False)
    answers = np.array([point.values["room.a"] * point.values["hall.c"] + np.sin(point.values["room.b"]) for point in ways.points()])
    made = ways.effects(answers)
    problem = {"num_vars": 4, "names": list(NAMES), "bounds": [[0, 1]] * 4}
    theirs = morris.analyze(problem, ways.places.reshape(-1, 4), answers, num_levels=4, seed=1)
    assert np.allclose(np.abs(made).mean(axis=0), theirs["mu_star"])
    assert np.allclose(made.mean(axis=0), theirs["mu"])
    assert np.allclose(made.std(axis=0, ddof=1), theirs["sigma"])


def test_a_step_moves_one_name_only_and_a_trajectory_has_one_seed():
    for by_room in (False, True):
        ways = trajectories(numbers(*NAMES), 4, 7, by_room=by_room)
        points = np.array(ways.points(), dtype=object).reshape(4, len(ways.names) + 1)
        assert [{p.seed for p in way} for way in points] == [{7}, {8}, {9}, {10}]
        for way in points:
            moved = [{n for n in NAMES if a.values[n] != b.values[n]} for a, b in pairwise(way)]
            rooms = [{n.split(".")[0] for n in some} if by_room else some for some in moved]
            assert sorted(map(len, rooms)) == [1] * len(ways.names)
            assert set.union(*rooms) == ({"room", "hall"} if by_room else set(NAMES))


def test_rooms_moved_together_show_what_their_numbers_do():
    ways = trajectories(numbers(*NAMES), 4, 1, by_room=True)
    made = read_of(ways, linear, nought)
    best = next(rows for measure, plan, rows in rankings(made.table) if plan == "usual")
    assert best["name"].tolist() == ["room", "hall"]
    assert best["numbers"].tolist() == [2, 2]
    assert best["effect"].iloc[1] == 0
    assert best["signed"].isna().all()


def test_a_missing_point_takes_away_the_two_steps_beside_it_and_shifts_no_other():
    ways = trajectories(numbers(*NAMES), 5, 1, by_room=False)
    answers = np.array([linear(point) for point in ways.points()])
    answers[7] = np.nan  # inside the second trajectory
    made = ways.effects(answers)
    assert np.isnan(made).sum() == 2
    assert np.isnan(made[1]).sum() == 2
    assert np.allclose(np.nanmean(made, axis=0), [6, -4, 0, 0])


def test_the_table_says_how_many_effects_are_there_and_too_few_points_rank_nothing():
    ways = trajectories(numbers(*NAMES), 5, 1, by_room=False)
    few = read_of(ways, linear, nought, lost=[7])
    assert few.counted == "39 of 40 points"
    assert {"4 of 5", "5 of 5"} == set(few.table["of"])
    assert few.table["told"].isin([TOLD, LUCK]).all()
    none = read_of(ways, linear, nought, lost=[3, 7, 12])
    assert not none.enough
    assert set(none.table["told"]) == {TOO_FEW}
    assert in_turn(none.table) == []


def test_what_luck_alone_does_stands_beside_and_an_effect_below_it_is_not_told():
    ways = trajectories(numbers(*NAMES), 6, 1, by_room=False)
    made = read_of(ways, lambda p: 50 * p.values["room.a"] + 0.01 * p.values["room.b"] + noise(p.seed), lambda p: noise(p.seed + 99))
    level = {row["name"]: row for row in made.table[made.table["plan"] == "usual"].to_dict("records")}
    assert level["room.a"]["told"] == TOLD
    assert level["room.b"]["told"] == LUCK
    assert level["room.b"]["effect"] < level["room.b"]["luck"] < level["room.a"]["effect"]
    assert level["room.b"]["agree"] == 1, "small, but steady"
    assert level["room.b"]["luck"] < level["room.b"]["bound"] < 2 * level["room.b"]["luck"]
    difference = made.table[made.table["plan"] == "other"]
    assert (difference["told"] == LUCK).all(), "the other plan adds luck and nothing else"


def test_ranks_follow_the_size_of_effects_and_effects_for_the_register_are_told_signed_and_of_one_number():
    ways = trajectories(numbers(*NAMES), 5, 1, by_room=False)
    made = read_of(ways, lambda p: linear(p) + noise(p.seed, 1e-3), lambda p: -p.values["hall.c"] + noise(p.seed + 9, 1e-3))
    usual = made.table[(made.table["plan"] == "usual") & (made.table["measure"] == "referrals")]
    assert usual["name"].tolist()[:2] == ["room.a", "room.b"]
    assert usual["rank"].tolist() == [1, 2, 3, 4]
    rows = effects_rows(made.table, "usual")
    signs = {(name, on): effect > 0 for name, on, effect in rows}
    assert signs["room.a", "referrals"]
    assert not signs["room.b", "referrals"]
    assert not signs["hall.c", "referrals: other less usual"]
    assert ("hall.d", "referrals") not in signs
    assert all(abs(effect) > 1 for *_, effect in rows), "in multiples of what luck alone may reach"


def test_what_the_ten_rest_on_is_counted_by_grade_and_kind():
    names = ("truth.harm.prevalence", "belief.weak", "belief.memory")
    ways = trajectories(numbers(*names), 5, 1, by_room=False)
    made = read_of(ways, lambda p: sum(p.values.values()), nought)
    counted = ten(made.table)
    own = counted[(counted["measure"] == "referrals") & (counted["plan"] == "usual")]
    assert own[own["by"] == "grade"]["numbers"].sum() == own["among"].iloc[0] == 3
    assert own[own["by"] == "kind"]["share"].sum() == pytest.approx(1)
    said = ten_in_words(next(rows for *_, rows in rankings(made.table)))
    assert said.startswith("of the 3 that matter most by grade: B 33%, C 33%, D 33%")
    assert "% assumed" in said


def test_names_matter_in_turn_so_that_no_measure_of_little_luck_crowds_out_the_others():
    ways = trajectories(numbers(*NAMES), 6, 1, by_room=False)
    made = read_of(
        ways,
        lambda p: 900 * p.values["room.a"] + 800 * p.values["room.b"] + noise(p.seed),
        lambda p: 9 * p.values["hall.c"] + noise(p.seed + 50),
    )
    assert in_turn(made.table) == ["room.a", "hall.c", "room.b"]
    assert set(in_turn(made.table, told=False)) == set(NAMES)


def test_luck_is_how_far_two_seeds_lie_apart_counted_as_a_step():
    first, again = np.array([1.0, 5.0]), np.array([[3.0, 1.0], [5.0, np.nan]])
    assert luck_of(first, again) == pytest.approx((2 + 0 + 2 + 0) / 4 / (2 / 3))
    assert np.isnan(luck_of(np.array([1.0]), np.array([[np.nan]])))
