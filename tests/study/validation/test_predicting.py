"""Predictions: from runs to sealed files, and going on where it was stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from small_worlds import small

from simsafe.ground.parameter import ConfigError
from simsafe.model import SafeguardingModel
from simsafe.scenario import Parameters
from simsafe.study.jobs import write
from simsafe.study.parameter_sets import sets_from
from simsafe.study.runner import Hands
from simsafe.study.validation import predicting
from simsafe.study.validation.drawing import Reader, drawn, sources_add_up
from simsafe.study.validation.predicting import Asked, predict
from simsafe.study.validation.sealing import read_predictions
from simsafe.study.validation.terms import GEOGRAPHIES, RATIO, SERIES, Period, base_of, wanted
from simsafe.world.area import load_area

LITTLE = {"geographies": ("england", "shropshire"), "seeds": 2, "children": 1000}


def toy(shard) -> str:
    """A run's draws without a run: 100 everywhere, and a little luck by seed."""
    done.append(shard.job)
    days = dict.fromkeys((s, c, q.first, q.last) for s, c, p in wanted() for q in (p, base_of(p)))
    rows = [(s, c, str(first), str(last), 100.0 + shard.seed) for s, c, first, last in days]
    return write(shard, {"draws": pd.DataFrame(rows, columns=["series", "category", "first", "last", "value"])})


done: list[str] = []


@pytest.fixture
def toys(monkeypatch):
    done.clear()
    monkeypatch.setattr(predicting, "draw", toy)


def made(tmp_path, **changes):
    return predict(Asked(**(LITTLE | changes)), tmp_path / "sealed", tmp_path / "draws", Hands("serial"))


def test_every_series_category_and_period_of_every_place_is_predicted_in_both_units(tmp_path, toys):
    assert made(tmp_path).manifest == tmp_path / "sealed" / "manifest.json"
    table, about = read_predictions(tmp_path / "sealed")
    assert len(table) == 2 * 2 * len(list(wanted()))
    assert set(table["simulated"]) == {"yes"}
    assert about["trial"]
    assert about["simulated"]
    assert set(table["geography"]) == {"england", "shropshire"}
    assert set(table["period"]) == {"week", "year", "span"}
    assert not table.duplicated(["date_start", "date_end", "geography", "series", "category", "unit"]).any()


def test_counts_are_those_of_all_the_areas_children_and_shares_are_not_scaled(tmp_path, toys):
    made(tmp_path)
    table, _ = read_predictions(tmp_path / "sealed")
    week = table[(table["geography"] == "england") & (table["date_start"] == "2020-09-07")]
    middle = week.set_index(["series", "category", "unit"])["q0.5"]
    assert middle["referrals", "total", "referrals"] == pytest.approx(101.5 * load_area("england").children / 1000, rel=0.02)
    assert middle["re_referrals", "total", "share"] == pytest.approx(101.5, rel=0.02)
    assert middle["referrals", "total", RATIO] == pytest.approx(1.0)


def test_what_is_finished_is_not_run_again_and_more_seeds_add_to_it(tmp_path, toys):
    made(tmp_path)
    assert len(done) == 4
    first = (tmp_path / "sealed" / "manifest.json").read_bytes()
    made(tmp_path)
    assert len(done) == 4
    assert (tmp_path / "sealed" / "manifest.json").read_bytes() == first
    made(tmp_path, seeds=3)
    assert len(done) == 6


def test_a_changed_file_of_draws_is_run_again(tmp_path, toys):
    made(tmp_path)
    path = sorted((tmp_path / "draws" / "shards").glob("*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:-1])
    made(tmp_path)
    assert len(done) == 5


def test_nothing_is_sealed_when_a_run_fails(tmp_path, monkeypatch):
    def fails(shard) -> str:
        if shard.seed == 2:
            raise ArithmeticError("a made-up failure")
        return toy(shard)

    monkeypatch.setattr(predicting, "draw", fails)
    came = made(tmp_path)
    assert came.manifest is None
    assert [f.seed for f in came.failures] == [2, 2]
    assert not (tmp_path / "sealed").exists()


def test_the_manifest_says_what_they_were_made_of(tmp_path, toys):
    (tmp_path / "plan.md").write_text("a plan")
    made(tmp_path)
    about = json.loads((tmp_path / "sealed" / "manifest.json").read_text())
    assert about["seeds"] == [1, 2]
    assert len(about["parameters"]["shipped"]) == len(about["plan_of_the_test"]) == len(about["code"]) == 64
    assert about["children"]["england"] == {"area": load_area("england").children, "simulated": 1000}
    assert set(about["files"]) == {"england.csv", "shropshire.csv"}


def test_parameter_sets_are_read_from_a_folder_by_path_or_fitted_name(tmp_path):
    (tmp_path / "a.csv").write_text("name,value\ntruth.harm.prevalence,0.03\n")
    (tmp_path / "b.csv").write_text("name,value\nscreen,1.0\n")
    sets = sets_from(tmp_path)
    assert list(sets) == ["a", "b"]
    assert sets["a"].truth.harm.prevalence == 0.03
    assert sets["b"].front_door.screen == 1.0
    assert sets["a"].front_door.screen == Parameters().front_door.screen


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,value\ntruth.harm.prevalance,0.03\n", "row 2, column name.*did you mean 'truth.harm.prevalence'"),
        ("name,value\nscreen,high\n", "row 2, column value.*a number"),
        ("name,value\nscreen,1\nfront_door.screen,1\n", "row 3, column name.*given twice"),
        ("name,value\ntruth.harm.prevalence,7\n", "expected a number from"),
        ("number,value\nscreen,1\n", "row 1.*name,value"),
        ("name,value\nscreen\n", "row 2: 1 cells"),
    ],
)
def test_a_parameter_set_that_is_not_one_is_refused(tmp_path, text, says):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ConfigError, match=f"a.csv.*{says}"):
        sets_from(tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [{"geographies": ("kent",)}, {"geographies": ()}, {"seeds": 1}, {"seeds": 2.5}, {"children": 10}, {"geographies": ("devon", "devon")}],
)
def test_what_cannot_be_asked_is_refused(wrong):
    with pytest.raises(ConfigError, match=r"expected|not one of"):
        Asked(**wrong)


def test_parameter_sets_share_no_seed_and_make_enough_draws_together(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.csv").write_text("name,value\ntruth.harm.prevalence,0.03\n")
    asked = Asked(geographies=("devon",), sets=tmp_path, children=1000)
    seeds = [shard.seed for shard in predicting.shards_of(asked, tmp_path)]
    assert len(seeds) == len(set(seeds)) == 3 * asked.each >= 40


def test_sources_make_up_all_referrals():
    assert sources_add_up()


def test_a_value_is_read_off_a_run_as_its_measures_say(crisis_run):
    reader, daily = Reader(crisis_run), crisis_run.measures.daily
    first = crisis_run.setup.first
    whole = Period(first, crisis_run.setup.end)
    assert reader.value("referrals", "total", whole) == daily["referrals"].sum() > 0
    sources = [reader.value("referrals", c, whole) for c in SERIES["referrals"].categories]
    assert sum(sources[1:]) == sources[0]
    assert reader.value("plan_stock", "total", whole) == daily["open_protection"][-1]
    share = reader.value("assessments_in_45_days", "total", whole)
    assert share == pytest.approx(daily["assessments_in_time"].sum() / daily["assessments_completed"].sum())
    assert np.isnan(reader.value("referrals", "total", Period(first.replace(year=2019), crisis_run.setup.end)))


def test_referrals_within_twelve_months_of_another_are_told_only_where_the_run_knows_those_months(crisis_run, monkeypatch):
    assert SERIES["re_referrals"].history == 365
    monkeypatch.setitem(SERIES, "re_referrals", replace(SERIES["re_referrals"], history=90))  # the run is shorter than a year
    reader, first = Reader(crisis_run), crisis_run.setup.first
    early, late = (Period(first + timedelta(days), crisis_run.setup.end) for days in (89, 90))
    assert np.isnan(reader.value("re_referrals", "total", early))
    assert 0 <= reader.value("re_referrals", "total", late) <= 1


@pytest.mark.slow
def test_a_real_run_can_tell_everything_that_is_predicted():
    scenario = predicting.scenario_of("england", Parameters(), 2000, 1)
    model = SafeguardingModel(scenario)
    while model.running:
        model.step()
    table = drawn(model)
    flows = table[table["series"].isin(["referrals", "section_47", "plan_stock", "caseload"])]
    assert flows["value"].notna().all()
    assert small().area.slug == scenario.area.slug
    assert set(GEOGRAPHIES) >= {scenario.area.slug}
    again = table[table["series"] == "re_referrals"].set_index(["first", "last"])["value"].sort_index()
    assert again[:"2019-12-30"].isna().all()  # who was referred in the year before such a day is not known to the run
    assert again["2020-01-06"]["2020-03-15"] > 0  # whole spans, since some weeks of so few children have no referral
    assert again["2020-08-31"]["2022-03-27"] > 0
