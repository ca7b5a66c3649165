"""The ideal observer: readers flag as many as social care, steps add up, and slips are refused in one line."""

import re

import numpy as np
import pytest

from simsafe.app import main
from simsafe.app.words import OBSERVER
from simsafe.ground.parameter import ConfigError
from simsafe.results.hindsight import hindsight
from simsafe.study.observer.ideal import MOST_SEEDS, observe
from simsafe.study.observer.scoring import CURVE, Flags, Period, found_among_the_first
from simsafe.study.observer.steps import IN_CRISIS, MEANING, ORDINARY

SMALL = {"children": 500, "start": "2020-03-01", "end": "2020-04-06", "warm_up_days": 14}
WORDS = [f"{name}={value}" for name, value in SMALL.items()]


def made_up_period():
    """Four children over three weeks: one harmed all along, one from the second week on, two never."""
    harmed = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0]], dtype=bool)
    onset = np.where(harmed, np.array([-5, 1, 0, 0]), 0)
    return Period("made up", slice(0, 3), np.arange(4), np.ones((3, 4), dtype=bool), harmed, onset)


def test_the_children_of_whom_most_was_ever_believed_are_flagged_and_found_if_harmed_while_the_flag_stood():
    period = made_up_period()
    beliefs = np.array([[0.1, 0.9, 0.2, 0.1], [0.6, 0.3, 0.2, 0.1], [0.6, 0.3, 0.8, 0.1]])
    flags = Flags.of(period, beliefs, 3)
    assert flags.flagged.tolist() == [True, True, True, False]
    assert flags.found.tolist() == [True, False, False, False]  # the second stood out before it was harmed, and no more when it was
    assert flags.days(period).tolist() == [7]
    assert not Flags.of(period, beliefs, 0).flagged.any()


def test_a_reader_who_knew_the_truth_would_find_every_harmed_child_first():
    period = made_up_period()
    flags = Flags.of(period, period.harmed.astype(float), 2)
    assert flags.found.tolist() == [True, True, False, False]
    assert flags.days(period).tolist() == [0, 0]


def test_looking_at_more_children_finds_no_fewer():
    rng = np.random.default_rng(3)
    harmed = rng.random((5, 300)) < 0.1
    period = Period("made up", slice(0, 5), np.arange(300), np.ones((5, 300), dtype=bool), harmed, np.zeros((5, 300), dtype=int))
    curve = found_among_the_first(period, rng.random((5, 300)))
    assert curve.shape == CURVE.shape
    assert (np.diff(curve) >= 0).all()
    assert curve[0] == 0


def test_hindsight_says_who_was_harmed_as_the_truth_does(crisis_run):
    truth, harm = hindsight(crisis_run), crisis_run.behind.harm
    here = crisis_run.world.children.living_here(crisis_run.day - 1)
    assert np.array_equal(truth.harmed[-1], (harm.type >= 0) & here)
    assert (truth.shown <= (truth.harmed | ~truth.here)).all()


@pytest.fixture(scope="module")
def seen():
    return observe("england", "covid19_england", ["as_happened_2020", "see_every_child"], 1, **SMALL)


def test_the_steps_from_harm_to_action_add_up(seen):
    for _, rows in seen.runs.groupby(["plan", "seed", "period"]):
        at = dict(zip(rows["step"], rows["value"], strict=True))
        assert set(at) == set(MEANING)
        assert at["harmed"] == sum(at[s] for s in ("unmet", "silent", "faint", "silos", "untold", "capacity", "found_acted"))
        for reader in ("together", "apart", "told", "acted"):
            assert at[f"found_{reader}"] + at[f"false_{reader}"] == at["flagged"]
            assert at[f"found_{reader}"] <= at["harmed"]


def test_plans_meet_the_same_children_and_do_not_differ_before_the_crisis(seen):
    table = seen.table("differences")
    assert set(table["period"]) == {ORDINARY, IN_CRISIS}
    before = table[(table["period"] == ORDINARY) & ~table["step"].str.startswith("days_")]
    assert (before["difference"] == 0).all()


def test_beliefs_are_calibrated_at_the_end_of_each_period_over_all_children_who_live_here(seen):
    table = seen.table("calibration")
    assert set(table["period"]) == {ORDINARY, IN_CRISIS}
    assert (table["z"].dropna().abs() < 4).all(), table
    told = table.dropna(subset=["belief"])
    assert ((told["low"] <= told["belief"]) & (told["belief"] <= told["high"])).all()
    first = seen.bins[seen.bins["period"] == ORDINARY].groupby("plan")["children"].sum()
    assert first.nunique() == 1
    assert 0.8 * SMALL["children"] < first.iloc[0] < 1.2 * SMALL["children"]


def test_the_tables_and_the_figure_are_saved_and_say_that_they_are_simulated(seen, tmp_path):
    paths = seen.save(tmp_path / "new")
    assert sorted(p.name for p in paths) == ["calibration.csv", "curves.csv", "differences.csv", "observer.png", "runs.csv", "steps.csv"]
    assert "simulated" in (tmp_path / "new" / "steps.csv").read_text(encoding="utf-8").splitlines()[0]
    assert (tmp_path / "new" / "observer.png").stat().st_size > 10_000
    with pytest.raises(ConfigError, match="no such table; did you mean 'steps'"):
        seen.table("step")


def test_the_command_line_says_what_came_out(seen, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("simsafe.app.observer.observed", lambda scenarios, bar: seen)
    assert main(["observer", *WORDS, "plans=[as_happened_2020,see_every_child]", "replications=1"]) == 0
    out = capsys.readouterr().out
    assert "= all records together would show" in out
    assert "see_every_child less as_happened_2020, before the crisis:\n  all records together would show             +0.0\n" in out
    assert "standard errors of luck apart" in out
    assert "fewer than 5 seeds: no interval is given" in out
    assert "Simulated." in out
    (folder,) = (tmp_path / "outputs").iterdir()
    assert folder.name == "observer_shropshire_covid19_england_as_happened_2020_and_see_every_child_seed1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["replications=0"], f"replications = 0; expected a whole number from 1 to {MOST_SEEDS}"),
        (["replications=two"], "replications = 'two'; expected a whole number"),
        (["replications"], "replications: no value"),
        (["plan=see_evry_child"], "see_every_child"),
        (["plans=[]"], "expected 1 to 20 plans"),
        (["plans=[joined_up,joined_up]"], "plans = 'joined_up'; given twice"),
        (["plans=[joined_up]", "plan=digital_first"], "expected one of plans= and plan="),
        (["replication=3"], "no such setting; did you mean 'replications'"),
        (["seed=1,2"], "seed = '1,2'; several"),
        (["-m"], "-m: every plan and seed is run by itself"),
        (["open_loop=true"], "open_loop = true"),
        (["end=2020-03-20"], "end = 2020-03-20; whole weeks are counted; expected a date 28 days"),
        (["output=."], "output"),
        (["output=/proc/x"], "output = '/proc/x'; cannot be written"),
    ],
)
def test_a_slip_is_refused_in_one_line_and_nothing_is_written(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    given = [word for word in WORDS if word.split("=")[0] not in {w.split("=")[0] for w in words}]
    assert main(["observer", *given, *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert re.search(re.escape(said), err), err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_help_names_what_is_its_own():
    for name in ("plans=", "replications=", "children=", "output="):
        assert name in OBSERVER
