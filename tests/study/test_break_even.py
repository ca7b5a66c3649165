"""Where a ranking turns round, from lines whose crossing is known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from comparisons import stacked
from small_worlds import turned

from simsafe.ground.parameter import ConfigError
from simsafe.scenario import Parameters
from simsafe.study.break_even import AXES, EQUAL, FLIPS, NEVER, UNSURE, axis_of, break_even, flips
from simsafe.study.paired import TOO_FEW
from simsafe.study.runs import Runs

SEEDS = 8
NOISE = np.linspace(-1, 1, SEEDS)  # mean exactly 0


def line(slope, start, values=(0.0, 1.0, 2.0, 3.0)):
    """Differences at each value, alike in spread, whose mean is a straight line."""
    return np.asarray(values), [start + slope * v + NOISE for v in values]


def world(value):
    """Runs in which plan b has 10 + value false alarms and plan a 12, whatever the seed."""
    rows = [(p, s, "crisis", "section_47_needless", "all", x) for s in range(SEEDS) for p, x in (("a", 12.0), ("b", 10.0 + value))]
    totals = pd.DataFrame(rows, columns=["plan", "seed", "period", "measure", "group", "value"])
    runs = [(p, s, f"{p}{s}", 1.0, "finished") for s in range(SEEDS) for p in "ab"]
    kept = {"totals": totals, "runs": pd.DataFrame(runs, columns=["plan", "seed", "digest", "seconds", "status"])}
    return Runs(kept, ("a", "b"), "a", SEEDS)


def test_a_straight_line_crosses_where_it_should():
    made = flips(*line(2.0, -3.0))
    assert made["answer"] == FLIPS
    assert made["at"] == pytest.approx(1.5)
    assert made["crossings"] == 1


def test_between_low_and_high_the_seeds_cannot_tell():
    values, differences = line(2.0, -3.0)
    made = flips(values, differences)
    half = 2.364624 * NOISE.std(ddof=1) / np.sqrt(SEEDS)  # t of seven degrees of freedom
    assert made["low"] == pytest.approx(1.5 - half / 2, abs=0.01)
    assert made["high"] == pytest.approx(1.5 + half / 2, abs=0.01)
    assert made["unsure"] == pytest.approx(100 * half / 3, abs=0.2)


def test_a_ranking_that_holds_everywhere_never_flips():
    made = flips(*line(0.5, 4.0))
    assert made["answer"] == NEVER
    assert np.isnan(made["at"])
    assert made["unsure"] == 0


def test_no_difference_at_any_value_is_said_so():
    assert flips(np.array([0.0, 1.0]), [np.zeros(4), np.zeros(4)])["answer"] == EQUAL


def test_an_end_beyond_the_range_is_left_open():
    made = flips(*line(1.0, -0.3))
    assert made["answer"] == FLIPS
    assert np.isnan(made["low"])
    assert made["high"] > made["at"]


def test_what_the_seeds_can_tell_nowhere_is_no_turning_point_and_no_order_kept():
    for slope, start in ((0.2, -0.1), (0.0, 0.2)):
        made = flips(*line(slope, start))
        assert made["answer"] == UNSURE
        assert np.isnan(made["at"])
        assert made["unsure"] == 100


def test_a_line_that_rests_on_nought_flips_in_the_middle_and_touching_is_no_flip():
    values = np.array([0.0, 1.0, 2.0, 3.0])
    assert flips(values, [np.full(3, x) for x in (-1.0, 0.0, 0.0, 2.0)])["at"] == pytest.approx(1.5)
    assert flips(values, [np.full(3, x) for x in (1.0, 0.0, 0.0, 2.0)])["answer"] == NEVER
    assert flips(values, [np.full(3, x) for x in (-1.0, 1.0, -1.0, 1.0)])["crossings"] == 3


def test_comparisons_are_made_at_every_value_and_the_crossing_is_found():
    asked = []

    def compare_at(parameters):
        asked.append(parameters.ties.joint_overlap)
        return world(10 * parameters.ties.joint_overlap)

    made = break_even(compare_at, "overlap", values=[0.4, 0.0, 0.1], headlines=["section_47_needless"]).iloc[0]
    assert asked == [0.0, 0.1, 0.4]
    assert (made["plan"], made["other"], made["answer"]) == ("a", "b", FLIPS)
    assert made["at"] == pytest.approx(0.2)
    assert made["usual"] == Parameters().ties.joint_overlap
    assert made["moves"] == "ties.joint_overlap (now 0.3), ties.overlap (now 0)"
    assert (made["lowest"], made["highest"]) == (0.0, 0.4)


def test_runs_that_are_missing_rank_nothing():
    def compare_at(parameters):
        whole = world(1.0)
        runs = whole.kept["runs"].assign(status=["failed", *["finished"] * (2 * SEEDS - 1)])
        return Runs(whole.kept | {"runs": runs}, whole.plans, "a", SEEDS)

    made = break_even(compare_at, "overlap", headlines=["section_47_needless"]).iloc[0]
    assert made["answer"] == TOO_FEW
    assert made["of"] == f"{SEEDS - 1} of {SEEDS}"


@pytest.mark.parametrize("name", AXES)
def test_every_axis_moves_its_numbers_and_stays_in_range(name):
    parameters = Parameters()
    axis = axis_of(name, parameters)
    assert len(axis.tried) >= 4
    made = [axis.at(parameters, value) for value in axis.tried]
    assert len({repr(one) for one in made}) == len(made)
    if axis.multiplies:
        assert axis.at(parameters, 1.0) == parameters
    assert axis.low <= axis.usual(parameters) <= axis.high


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"axis": "prevalance"}, "prevalence"),
        ({"axis": "overlap", "values": [0.1, 0.7]}, "0.7; expected a number from 0 to 0.6"),
        ({"axis": "overlap", "values": [0.1]}, "two values or more"),
        ({"axis": "overlap", "headlines": ["seen_82"]}, "seen_28"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line_before_anything_runs(more, words):
    def never(_):
        raise AssertionError("something was run")

    with pytest.raises(ConfigError, match=words) as refused:
        break_even(never, **more)
    assert "\n" not in str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize("name", AXES)
def test_the_model_itself_is_compared_along_every_axis(name):
    rounds = turned((date(2020, 4, 1), date(2020, 6, 12)), school_doorstep_weeks=1.0)
    axis = axis_of(name, Parameters())
    made = break_even(
        lambda parameters: stacked({"waiting": (), "rounds": rounds}, (1, 2, 3, 4, 5), "waiting", parameters=parameters),
        name,
        values=[axis.tried[0], axis.tried[-1]],
        headlines=["seen_28", "undetected_days"],
    )
    assert set(made["axis"]) == {name}
    seen = made[made["headline"] == "seen_28"].iloc[0]
    assert seen["answer"] == NEVER  # doors are knocked at whatever the numbers are
    assert seen["first"] < 0
