"""Which numbers are moved, and how far."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from simsafe.ground.parameter import ConfigError, register
from simsafe.scenario import Parameters, with_values
from simsafe.study.sensitivity.space import CATEGORICAL, Factor, factors, left_out, parameters_at, rooms, still_open, values_at

ALL = factors()


def test_every_number_with_a_range_is_moved_but_choices_between_rules_and_these_are_named():
    names = {row["name"] for row in register(Parameters())}
    assert {factor.name for factor in ALL} | {name for name, _ in left_out()} == names
    assert len(ALL) > 500
    assert {name for name, _ in left_out()} == set(CATEGORICAL)


def test_a_number_whose_unit_lists_choices_is_a_choice():
    listed = {row["name"] for row in register(Parameters()) if row["unit"].startswith("0 ") and ", 1 " in row["unit"]}
    assert listed == set(CATEGORICAL)


@pytest.mark.parametrize("reach", [0.1, 0.5, 1.0])
def test_every_number_stays_in_its_range_keeps_its_kind_and_has_its_own_value_at_its_own_place(reach):
    for factor in factors(reach=reach):
        values = [factor.at(place) for place in np.linspace(0, 1, 13)]
        assert factor.low <= values[0] <= values[-1] <= factor.high, factor.name
        assert values == sorted(values)
        assert values[0] < values[-1], f"{factor.name} does not move"
        assert factor.at(factor.place) == pytest.approx(factor.usual)
        if factor.whole:
            assert all(isinstance(value, int) for value in values), factor.name


def test_half_of_the_values_lie_on_either_side_of_the_one_in_force_and_reach_says_how_far():
    factor = Factor("x", 2.0, 1.0, 10.0, False, "D", "", reach=0.5)
    assert [factor.at(p) for p in (0, 0.25, 0.5, 0.75, 1)] == pytest.approx([1.5, 1.75, 2, 4, 6])


def test_a_fitted_number_is_moved_over_what_the_calibration_left_open_whatever_the_reach():
    whole, little = ({f.name: f for f in factors(reach=reach)} for reach in (1.0, 0.1))
    kept = still_open()
    fitted = {row["name"] for row in register(Parameters()) if row["grade"] == "fitted"}
    assert set(kept) == fitted
    for name, ends in kept.items():
        assert whole[name].ends == little[name].ends == pytest.approx(ends)
    prevalence = "truth.harm.prevalence"
    assert whole[prevalence].ends != little[prevalence].ends


def test_a_fitted_number_put_elsewhere_is_moved_over_its_whole_range():
    elsewhere = with_values(Parameters(), {"front_door.screen": 5.5})
    (moved,) = factors(elsewhere, ["front_door.screen"])
    assert moved.ends[0] < still_open()["front_door.screen"][0]


def test_what_is_left_open_is_what_the_calibration_in_experiments_found():
    kept = Path(__file__).parents[3] / "experiments" / "calibration" / "england" / "numbers.csv"
    shipped = files("simsafe.world.evidence").joinpath("calibrated.csv")
    assert shipped.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8")


def test_a_number_at_the_end_of_its_range_goes_straight_towards_the_other():
    factor = Factor("x", 0.0, 0.0, 4.0, False, "D", "", reach=0.5)
    assert [factor.at(p) for p in (0, 0.5, 1)] == pytest.approx([0, 1, 2])


def test_a_whole_number_goes_at_least_to_the_next():
    factor = Factor("x", 2, 1, 4, True, "D", "", reach=0.1)
    assert [factor.at(p) for p in (0, 0.5, 1)] == [1, 2, 3]


def test_the_model_takes_all_numbers_at_once_at_any_place():
    for place in (0.0, 1.0):
        values = values_at(ALL, [place] * len(ALL))
        made = {row["name"]: row["value"] for row in register(parameters_at(Parameters(), values))}
        assert all(made[name] == pytest.approx(value) for name, value in values.items())


def test_numbers_put_in_place_room_by_room_are_those_put_in_place_one_by_one():
    values = values_at(ALL[::7], [0.9] * len(ALL[::7]))
    assert parameters_at(Parameters(), values) == with_values(Parameters(), values)
    with pytest.raises(ConfigError, match=r"prevalence = 2; expected a number from"):
        parameters_at(Parameters(), {"truth.harm.prevalence": 2.0})


def test_some_rooms_or_numbers_can_be_asked_for():
    asked = factors(among=["truth.harm", "belief.weak"])
    assert set(rooms(asked)) == {"truth.harm", "belief"}
    assert [factor.name for factor in asked if factor.group == "belief"] == ["belief.weak"]


@pytest.mark.parametrize(("asked", "says"), [("truth.hamr", "did you mean 'truth.harm'"), ("belief.pooling", "choice between rules")])
def test_a_room_that_is_not_there_or_a_choice_is_refused_in_one_line(asked, says):
    with pytest.raises(ConfigError, match=says) as refused:
        factors(among=[asked])
    assert "\n" not in str(refused.value)
