"""Triggers read records only, fire once, on the day on which the figure is known, and again on the same day."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from small_worlds import as_happened, assert_same_log, log_of, run, small

from simsafe.model import SafeguardingModel
from simsafe.plans.change import Change
from simsafe.plans.trigger import INDICATORS, When
from simsafe.saving import load, save
from simsafe.senses.tape import Player, Recorder

WHEN = When("referrals_schools", 0.6, below=True, weeks=2, lag_days=9)
ROUND = {"dial": "school_doorstep_weeks", "value": 2, "from_date": date(2020, 3, 30), "to_date": date(2020, 6, 12)}


def watching(when=WHEN, **changes):
    """England in little from October 2019, with doorstep rounds that wait for a figure."""
    waits = Change(**(ROUND | changes), when=when)
    return small(1500, plan=(*as_happened(), waits), warm_up_days=150)


@pytest.fixture(scope="module")
def seeing():
    model = SafeguardingModel(watching())
    model.behind = recorder = Recorder(model.behind)
    while model.running:
        model.step()
    return model, recorder.tape


def fired_on(model):
    acts = np.flatnonzero(model.timetable.series("school_doorstep_weeks"))
    return int(acts[0]) if acts.size else None


def test_it_fires_on_the_first_day_on_which_the_figure_is_known_to_be_low(seeing):
    model, _ = seeing
    referrals, first = model.measures.daily["referrals_schools"], model.timetable.first
    crisis = model.timetable.crisis_day
    usual = referrals[crisis - 91 : crisis].sum() / 13
    expected = None
    for day in range((date(2020, 3, 30) - first).days, model.day):
        known = day - 9
        monday = known - int(model.calendar.weekday[known])  # the weeks that ended before it are known
        if referrals[monday - 14 : monday].sum() / 2 < 0.6 * usual:
            expected = day
            break
    assert fired_on(model) == expected is not None
    assert log_of(model)[-1, 0] > expected


def test_with_all_of_truth_shuffled_every_trigger_fires_on_the_same_day(seeing):
    seen, tape = seeing
    blind = SafeguardingModel(seen.setup)
    blind.behind = Player(blind.behind, tape)
    blind.behind.shuffle(np.random.default_rng(1))
    while blind.running:
        blind.step()
    assert fired_on(blind) == fired_on(seen)
    assert_same_log(blind, seen)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_figure_comes_from_records_alone(indicator, seeing):
    """The same figure from the same log and diary with every column about truth spoilt."""
    model, _ = seeing
    end = model.day - int(model.calendar.weekday[model.day])
    before = model.watch.level(indicator, end - 28, end)
    spoilt = [name for name in model.measures.stocks.state() if "harm" in name]
    kept = {name: model.measures.stocks[name].copy() for name in spoilt}
    for name in spoilt:
        model.measures.stocks[name][:] = 99
    try:
        assert model.watch.level(indicator, end - 28, end) == before
    finally:
        for name, column in kept.items():
            model.measures.stocks[name][:] = column
    if not indicator.startswith("referrals_"):  # in a small world some sources refer nobody in four weeks
        assert before is not None


def test_a_run_taken_up_again_fires_on_the_same_day_even_after_it_has_fired(tmp_path, seeing):
    seen, _ = seeing
    for day in (fired_on(seen) - 3, fired_on(seen) + 5):
        half = run(seen.setup, day)
        again = load(seen.setup, save(half, tmp_path / f"{day}.npz"))
        while again.running:
            again.step()
        assert_same_log(again, seen)


def test_before_it_may_act_a_run_is_the_same_as_without_it(seeing):
    seen, _ = seeing
    without = run(small(1500, plan=as_happened(), warm_up_days=150))
    first = seen.timetable.first_difference(without.timetable)
    mine, theirs = log_of(seen), log_of(without)
    assert first == fired_on(seen)
    assert np.array_equal(mine[mine[:, 0] < first], theirs[theirs[:, 0] < first])
    assert not np.array_equal(mine, theirs)


def test_a_threshold_never_crossed_changes_nothing(seeing):
    never = run(watching(replace(WHEN, threshold=0.0)))
    assert fired_on(never) is None
    assert_same_log(never, run(small(1500, plan=as_happened(), warm_up_days=150)))


def test_schools_shut_are_known_on_the_next_monday_and_a_latest_date_is_kept():
    shut = When("attendance", 0.5, below=True, weeks=1, lag_days=0)
    model = run(watching(shut, from_date=date(2020, 3, 16)), 200)
    assert model.calendar.date_of(fired_on(model)) == date(2020, 3, 30)
    late = replace(shut, latest=date(2020, 3, 29))
    assert fired_on(run(watching(late, from_date=date(2020, 3, 16)), 200)) is None
