"""Runs at points: found again, never twice, never taken for another's, and a failed one is missing in its own place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.study.comparison import study_of
from simsafe.study.from_config import config_for
from simsafe.study.jobs import Shard, write
from simsafe.study.plan_choice import load_plan
from simsafe.study.runner import Hands
from simsafe.study.sensitivity.measuring import MEASURES, TABLE, measure
from simsafe.study.sensitivity.points import Bench, Point
from simsafe.study.sensitivity.screening import Wanted, expected, found, tables
from simsafe.study.sensitivity.space import factors

QUICK = {"children": 500, "start": "2020-03-09", "end": "2020-04-05", "warm_up_days": 7, "crisis": "covid19_england"}
PLANS = ["as_happened_2020", "see_every_child"]
PATH = "truth.harm.prevalence"


def study(**changes):
    return study_of(config_for(area="england", **(QUICK | changes)), [load_plan(name) for name in PLANS], 1, None)


def prevalence(shard: Shard) -> float:
    return shard.scenarios[0].parameters.truth.harm.prevalence


def toy(shard: Shard) -> str:
    """Answers at once: seed and prevalence under the reference, one more under the other plan; fails where harm is commonest."""
    (shard.folder.parent / "tried").mkdir(exist_ok=True)
    (shard.folder.parent / "tried" / f"{shard.seed} {prevalence(shard):.6f}").touch(exist_ok=False)
    if prevalence(shard) > 0.05:
        raise ZeroDivisionError("too much\nof it")
    rows = [(name, measure, shard.seed + prevalence(shard) + i) for i, name in enumerate(PLANS) for measure in MEASURES]
    return write(shard, {TABLE: pd.DataFrame(rows, columns=["plan", "measure", "value"])})


def easy(shard: Shard) -> str:
    """Harm alone matters, and a little luck."""
    luck = float(np.random.default_rng(shard.seed).normal())
    rows = [(name, measure, 1000 * prevalence(shard) * (i + 1) + 0.01 * luck) for i, name in enumerate(PLANS) for measure in MEASURES]
    return write(shard, {TABLE: pd.DataFrame(rows, columns=["plan", "measure", "value"])})


def never(shard: Shard) -> str:
    """Nothing is to be run."""
    raise AssertionError("something was run again")


@pytest.fixture
def bench(tmp_path):
    return Bench(study(), tmp_path / "a study ☂", Hands("serial"), job=toy)


def test_each_answer_stays_with_its_point_in_whatever_order_they_are_asked_and_nothing_is_run_twice(bench):
    points = [Point(1, {PATH: 0.01}), Point(2), Point(1, {PATH: 0.02})]
    first = bench.answer(points)
    assert first.values[:, 0, 0] == pytest.approx([1.01, 2 + factors(among=[PATH])[0].usual, 1.02])
    again = bench.answer([*points[::-1], points[0]])  # a second try of one would be an error in the toy
    assert np.array_equal(again.values[:3], first.values[::-1])
    assert np.array_equal(again.values[3], first.values[0])
    assert first.outcomes()["referrals", "see_every_child"] == pytest.approx([1, 1, 1])


def test_a_failed_point_is_missing_in_its_own_place_and_counted_with_its_reason(bench, monkeypatch):
    monkeypatch.setattr("simsafe.study.runner.TRIES", 1)
    made = bench.answer([Point(1, {PATH: 0.01}), Point(1, {PATH: 0.08}), Point(1, {PATH: 0.02})])
    assert made.there.tolist() == [True, False, True]
    assert made.counted == "2 of 3 points"
    assert not made.enough
    assert made.failed() == ["1 points: ZeroDivisionError: too much of it"]


def test_the_folder_of_another_question_is_refused_naming_what_differs(bench):
    bench.answer([Point(1)])
    other = Bench(study(end="2020-04-06"), bench.folder, bench.hands, job=toy)
    with pytest.raises(ConfigError, match=r"end was .*2020-04-05.* and is now"):
        other.answer([Point(1)])


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"trajectories": 1}, "trajectories = 1; expected a whole number from 2"),
        ({"by": "room"}, "did you mean 'rooms'"),
        ({"dozen": 41}, "from 0 to 40"),
        ({"points": 20, "dozen": 12}, "points = 20; expected a whole number from 24"),
        ({"reach": 0.0}, "reach = 0"),
        ({"numbers": "many"}, "numbers = 'many'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(more, says):
    with pytest.raises(ConfigError, match=says) as refused:
        Wanted(**more)
    assert "\n" not in str(refused.value)


def test_the_whole_study_goes_from_rooms_to_numbers_to_indices_and_asked_again_runs_nothing(bench):
    wanted = Wanted(trajectories=2, numbers=1, dozen=1, points=12, among=(PATH, "senses.doors.spoken_to"))
    bench = replace(bench, job=easy)
    points, seconds = expected(bench, wanted)
    first = found(bench, wanted)
    assert points == 2 * (2 + 1 + 3) + 2 * (1 + 1 + 3) + 12
    assert seconds > 0
    assert first.rooms is not None
    assert set(first.rooms.table["name"]) == {"truth.harm", "senses.doors"}
    assert first.numbers.counted == "10 of 10 points"
    assert set(first.numbers.table["name"]) == {PATH}
    assert dict(first.not_moved)["senses.doors.spoken_to"] == "its room moved together is not told from luck"
    assert first.indices is not None
    assert set(first.indices.emulators["of"]) == {"12 of 12"}
    assert first.failures == []

    again = found(replace(bench, job=never), wanted)
    for name, table in tables(first).items():
        pd.testing.assert_frame_equal(table, tables(again)[name])


def test_what_is_read_off_a_run_is_what_its_tables_say(tmp_path):
    bench = Bench(study(), tmp_path / "one", Hands("serial"), job=measure)
    made = bench.answer([Point(1)])
    values = dict(zip(MEASURES, made.values[0, 0], strict=True))
    assert values["days_unseen"] > 0
    assert values["staff_hours"] > 0
    assert values["referrals"] == int(values["referrals"])
    assert 0 <= values["undetected_share"] <= 100
    assert np.isnan(values["found_13"]), "nothing has been followed for thirteen weeks"
