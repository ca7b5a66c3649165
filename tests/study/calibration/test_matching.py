"""A calibration from beginning to end on a stand-in for England whose truth is known."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.study.calibration import asked as asking
from simsafe.study.calibration import matching
from simsafe.study.calibration.asked import Asked
from simsafe.study.calibration.luck import implausibility
from simsafe.study.calibration.matching import CUT, match
from simsafe.study.calibration.outcome import outcome, write_outcome
from simsafe.study.calibration.runs import Keeper, alone_in, check_folder
from simsafe.study.parameter_sets import sets_from
from simsafe.study.runner import Hands

sys.path.append(str(Path(__file__).parent))
from toy_england import toy

SMALL = asking.Size(40_000, 5, 80, 60, 2, 10, 2, 3, 3)


def quiet(problem, folder, job=toy) -> Keeper:
    return Keeper(replace(problem, job=job), folder, Hands("serial"), told=lambda text: None)


@pytest.fixture(scope="module")
def small():
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(asking, "QUICK", SMALL)
        changed.setattr(matching, "SAMPLE", 80)
        changed.setattr(matching, "STEPS", 300)
        yield Asked(quick=True)


@pytest.fixture(scope="module")
def matched(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibration") / "here"
    with alone_in(folder, small.about):
        keeper = quiet(small.problem, folder)
        made = match(small, keeper)
        found = outcome(made, 0)
        write_outcome(made, found, folder)
    return small, folder, made, found, keeper


def test_sets_are_kept_whose_own_runs_no_figure_rules_out(matched):
    _, _, made, _, _ = matched
    assert len(made.kept) >= SMALL.wanted
    for one in made.kept:
        assert implausibility(made.problem, made.luck, one.runs).max() < CUT


def test_the_shipped_numbers_are_tried_like_any_other_set_and_are_kept_where_they_are_right(matched):
    _, _, made, found, _ = matched
    assert made.shipped.kept
    assert found.summary["shipped_kept"]
    assert "shipped" in set(found.kept["set"])


def test_each_wave_leaves_less_of_the_space(matched):
    _, _, made, _, _ = matched
    shares = [wave.left.log10_share for wave in made.waves]
    assert 0 > shares[0] > shares[1]


def test_kept_sets_are_read_as_parameter_sets(matched):
    _, folder, made, _, _ = matched
    sets = sets_from(folder / "sets")
    assert len(sets) == len(made.kept)
    assert sets["shipped"].front_door.screen == made.shipped.values["screen"]
    one = next(one for one in made.kept if one is not made.shipped)
    assert any(read.front_door.screen == one.values["screen"] for read in sets.values())


def test_every_figure_and_number_has_a_row_and_says_whether_it_was_fitted(matched):
    _, folder, made, found, _ = matched
    assert list(found.targets["name"]) == [target.name for target in made.problem.targets]
    assert set(found.targets["use"]) == {"fitted", "checked"}
    assert list(found.numbers["name"]) == [one.name for one in made.problem.inputs]
    assert list(found.detection["prevalence"]) == ["low", "central", "high"]
    assert found.detection["from"].is_monotonic_increasing
    rows = list(csv.DictReader((folder / "targets.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["simulated"] for row in rows} == {"yes"}


def test_what_is_done_is_not_done_again_and_comes_out_the_same(matched):
    small, folder, made, _, _ = matched
    keeper = quiet(small.problem, folder)
    again = match(small, keeper)
    assert keeper.done == 0
    assert [one.values for one in again.kept] == [one.values for one in made.kept]


def test_a_run_whose_file_changed_is_done_again(matched):
    small, folder, made, _, _ = matched
    path = sorted((folder / "shards").glob("*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:-1])
    keeper = quiet(small.problem, folder)
    again = match(small, keeper)
    assert keeper.done == 1
    assert [one.values for one in again.kept] == [one.values for one in made.kept]


def test_another_calibrations_folder_is_refused_naming_what_differs(matched):
    small, folder, _, _, _ = matched
    with pytest.raises(ConfigError, match="another calibration's folder: seed was 1 and is now 2"):
        check_folder(folder, small.about | {"seed": 2})


def test_a_changed_design_is_refused(matched, tmp_path):
    small, folder, _, _, _ = matched
    path = folder / "designs" / "wave_1.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"0.", b"7.", 1))
    try:
        with pytest.raises(ConfigError, match=r"wave_1.csv has changed"):
            match(small, quiet(small.problem, folder))
    finally:
        path.write_bytes(before)


def test_a_figure_that_the_shipped_numbers_miss_rules_them_out_and_is_named(matched):
    _, _, made, _, _ = matched
    moved = tuple(replace(t, value=2 * t.value) if t.name == "section_47" else t for t in made.problem.targets)
    problem = replace(made.problem, targets=moved)
    missed = replace(made.shipped, implausibility=implausibility(problem, made.luck, made.shipped.runs))
    found = outcome(replace(made, problem=problem, shipped=missed), 0)
    assert not missed.kept
    assert found.summary["shipped_excluded_by"] == ["section_47"]
    assert not found.kept.set_index("set").loc["shipped", "kept"]


def test_numbers_that_a_figure_answers_for_are_known_better_than_their_range(matched):
    _, _, _, found, _ = matched
    fitted = found.numbers[found.numbers["use"] == "fitted"]
    assert np.median(fitted["width_left"]) < 0.6
    assert fitted["width_left"].min() > 0
