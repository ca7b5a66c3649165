"""One scenario, one event log: whoever runs it, however it is stored, stopped, saved, named or written down."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_worlds import as_happened, assert_same_log, covid, log_of, ordinary, run, shuffled, small, turned, watched, worlds_made_by

from simsafe.model import SafeguardingModel
from simsafe.plans.change import Change, Timetable
from simsafe.plans.shelf import crisis_from, load_yaml, plan_from
from simsafe.saving import load, save
from simsafe.scenario import Scenario
from simsafe.world.conditions import DIALS, ORDINARY

HERE = Path(__file__).resolve().parents[1]
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from small_worlds import run, small; print(run(small()).log.digest)"


def elsewhere(tmp_path: Path, **environment: str) -> subprocess.Popen[str]:
    """Another Python process, in another folder, that makes the same run and prints its digest."""
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(HERE)]
    return subprocess.Popen(command, env=os.environ | environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def digest_from(process: subprocess.Popen[str]) -> str:
    out, trouble = process.communicate(timeout=300)
    assert process.returncode == 0, trouble
    return out.strip()


# Whoever runs it


def test_processes_of_other_hash_seeds_time_zones_and_folders_at_once_give_the_digest_of_a_library_call(tmp_path, crisis_run):
    one = elsewhere(tmp_path, PYTHONHASHSEED="0", TZ="Pacific/Auckland", LC_ALL="C")
    two = elsewhere(tmp_path, PYTHONHASHSEED="1", TZ="America/Lima", LC_ALL="C.UTF-8")  # the two run at the same time
    assert digest_from(one) == crisis_run.log.digest
    assert digest_from(two) == crisis_run.log.digest


def test_a_run_after_and_among_others_is_the_same_run(crisis_scenario, crisis_run):
    among = [SafeguardingModel(s) for s in (ordinary(600, seed=9), crisis_scenario, small(700, seed=3))]
    for day in range(crisis_scenario.days):
        for model in among:
            if day < model.setup.days:
                model.step()
    assert_same_log(among[1], crisis_run)


def test_run_for_and_steps_give_the_same_log():
    stepped = run(ordinary(600), days=40)
    at_once = SafeguardingModel(ordinary(600))
    at_once.run_for(40)
    assert_same_log(stepped, at_once)


def test_another_seed_is_another_run(crisis_scenario, crisis_run):
    assert run(replace(crisis_scenario, seed=2)).log.digest != crisis_run.log.digest


# Statement 1: names mean nothing


def test_the_same_plan_under_two_names_gives_identical_events(crisis_scenario, crisis_run):
    renamed = replace(crisis_scenario, plan_name="a better name", crisis_name="another")
    assert_same_log(run(renamed), crisis_run)


# Statement 2: before a lever acts nothing differs


@pytest.mark.parametrize(
    ("dial", "value"), [("sharing_log_odds", 4), ("devices_share", 1), ("health_visiting_in_person_share", 0), ("school_check_in_share", 1)]
)
def test_a_lever_leaves_every_earlier_day_identical(dial, value, crisis_scenario):
    day, remote = 60, turned(in_need_visit_in_person_share=0.0)
    remote += turned(assessment_visit_in_person_share=0.0, protection_visit_in_person_share=0.0)
    plain = replace(crisis_scenario, plan=remote, area=crisis_scenario.area.scaled(2500))
    first = date.fromordinal(plain.first.toordinal() + day)
    with_lever = replace(plain, plan=remote + turned((first, date(2020, 12, 31)), **{dial: value}))
    runs = run(plain), run(with_lever)
    one, two = (log_of(model) for model in runs)
    assert np.array_equal(one[one[:, 0] < day], two[two[:, 0] < day])
    then, now = (np.stack(list(model.measures.daily.values())) for model in runs)
    assert np.array_equal(then[:, :day], now[:, :day])
    assert not np.array_equal(then[:, day:], now[:, day:]), "the lever never acted"


# Statement 3: what changes nothing changes nothing


def test_levers_at_their_base_values_change_nothing():
    plain = ordinary()
    planned = {name: getattr(ORDINARY, name) for name, f in DIALS.items() if f.metadata["turned_by"] != "crisis"}
    assert_same_log(run(replace(plain, plan=turned(**planned))), run(plain))


def test_a_crisis_of_severity_zero_is_ordinary_times():
    plain = ordinary()
    assert_same_log(run(replace(plain, crisis=covid(), severity=0.0)), run(plain))


def test_an_extra_recorder_changes_nothing(watched_run, crisis_run):
    assert_same_log(watched_run[0], crisis_run)


def test_reading_everything_about_everyone_changes_nothing():
    scenario = ordinary(600)
    looked_at = SafeguardingModel(scenario)
    for _ in range(60):
        looked_at.step()
        child = looked_at.child(looked_at.day)
        assert isinstance((child.age_band, child.days_unseen, child.family.digital, child.open_to_social_care), tuple)
        assert looked_at.state()
    assert_same_log(looked_at, run(scenario, days=60))


# Statement 4: a run may stop and go on


@pytest.mark.parametrize("stop", [0, 1, 30, 75, 76, 110])
def test_stopped_saved_loaded_and_continued_is_uninterrupted(stop, tmp_path, crisis_scenario, crisis_run):
    path = save(run(crisis_scenario, days=stop), tmp_path / "halfway.npz")
    model = load(crisis_scenario, path)
    assert model.day == stop
    while model.day < crisis_scenario.days:
        model.step()
    assert_same_log(model, crisis_run)
    for name in crisis_run.measures.state():
        assert np.array_equal(model.measures.state()[name], crisis_run.measures.state()[name]), name


def test_saved_at_the_end_and_loaded_is_the_same_state(tmp_path, crisis_scenario, crisis_run):
    loaded = load(crisis_scenario, save(crisis_run, tmp_path / "end.npz"))
    assert_same_log(loaded, crisis_run)
    for part, state in crisis_run.state().items():
        for name, column in state.items():
            assert np.array_equal(loaded.state()[part][name], column), f"{part}/{name}"


# Statement 5: order means nothing


def backwards(thing: Any) -> Any:
    """The same mappings, written from bottom to top."""
    if isinstance(thing, dict):
        return {key: backwards(thing[key]) for key in reversed(thing)}
    return [backwards(x) for x in thing] if isinstance(thing, list) else thing


@pytest.mark.parametrize("coupled", [True, False])
def test_rows_stored_in_another_order_give_the_same_events(coupled):
    scenario = small(1200, capacity_coupling=coupled)
    as_made = run(scenario)
    with worlds_made_by(shuffled):
        stored_otherwise = run(scenario)
    assert not np.array_equal(stored_otherwise.ids, as_made.ids), "nothing was shuffled"
    assert_same_log(stored_otherwise, as_made)
    for name, column in as_made.measures.state().items():
        assert np.array_equal(stored_otherwise.measures.state()[name], column), name


def test_keys_of_a_config_in_another_order_give_the_same_events(crisis_scenario, crisis_run):
    crisis = crisis_from(backwards(load_yaml("crisis", "covid19_england")), "covid19_england")
    plan = plan_from(backwards(load_yaml("plan", "as_happened_2020")), "as_happened_2020")
    assert_same_log(run(replace(crisis_scenario, crisis=crisis, plan=plan)), crisis_run)


def test_changes_in_another_order_give_the_same_timetable(crisis_scenario):
    def timetable(crisis: tuple[Change, ...], plan: tuple[Change, ...]) -> Timetable:
        return Timetable(crisis, plan, 1.0, crisis_scenario.first, crisis_scenario.days)

    as_written, otherwise = timetable(covid(), as_happened()), timetable(covid()[::-1], as_happened()[::-1])
    assert as_written.first_difference(otherwise) is None


def test_plans_run_in_another_order_give_the_same_logs():
    plans = {name: replace(ordinary(600), plan=plan) for name, plan in (("ordinary", ()), ("devices", turned(devices_share=1.0)))}

    def digests(names: list[str]) -> dict[str, str]:
        return {name: run(plans[name], days=50).log.digest for name in names}

    forwards, backwards_ = digests(["ordinary", "devices"]), digests(["devices", "ordinary"])
    assert forwards == backwards_


def test_the_watcher_of_these_tests_sees_every_day(watched_run):
    model, days = watched_run
    assert len(days) == model.setup.days
    assert isinstance(model.setup, Scenario)
    assert len(watched(ordinary(600), days=3)[1]) == 3
