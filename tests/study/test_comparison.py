"""Plans compared on the same children: the same from any number of workers, stopped or not, and what is missing is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_comparisons import PLANS, QUICK, files_in

import simsafe
from simsafe.comparison import compare
from simsafe.plans.shelf import configs_folder
from simsafe.results.kept import kept
from simsafe.study import jobs
from simsafe.study.jobs import SHARDS, SavingError

SERIAL = {"executor": "serial"}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Two plans, three seeds, one process."""
    return compare("devon", "covid19_england", PLANS, 3, folder=tmp_path_factory.mktemp("done") / "once", **SERIAL, **QUICK)


def same(one: simsafe.Comparison, two: simsafe.Comparison) -> None:
    """Every kept table equal, and the digest; how long a run took is nobody's business."""
    assert one.digest == two.digest
    assert set(one.runs) == set(two.runs)
    for name in one.runs:
        a, b = (c.runs[name].drop(columns="seconds", errors="ignore") for c in (one, two))
        pd.testing.assert_frame_equal(a, b, obj=name)


def shards_of(comparison: simsafe.Comparison) -> dict[str, int]:
    """The shards' files."""
    return files_in(comparison.folder / SHARDS)


# The same however it is run


@pytest.mark.parametrize("hands", [{"workers": 1}, {"workers": 2}, {"executor": "dask", "workers": 2}])
def test_any_number_of_workers_gives_the_same_comparison(done, tmp_path, hands):
    if hands.get("executor") == "dask":
        pytest.importorskip("distributed")
    same(compare("devon", "covid19_england", PLANS, 3, folder=tmp_path / "x", **hands, **QUICK), done)


def test_each_run_is_the_run_that_it_would_have_been_alone(done):
    rows = done.table("runs").set_index(["plan", "seed"])
    for plan in PLANS:
        alone = simsafe.run("devon", "covid19_england", plan, seed=2, **QUICK)
        assert rows.digest[plan, 2] == alone.digest
        for name, table in kept(alone.model).items():
            theirs = done.runs[name].query("plan == @plan and seed == 2").drop(columns=["plan", "seed"]).reset_index(drop=True)
            plain = table.reset_index(drop=True).astype({c: str for c in table.select_dtypes("category")})
            pd.testing.assert_frame_equal(theirs, plain, obj=name, check_dtype=False, check_categorical=False)


def test_rows_stand_in_the_order_of_seeds_and_plans_with_these_in_front(done):
    assert [tuple(row) for row in done.table("runs")[["seed", "plan"]].itertuples(index=False)] == [
        (s, p) for s in (1, 2, 3) for p in PLANS
    ]
    for name, table in done.runs.items():
        assert list(table.columns[:2]) == ["plan", "seed"], name
    assert done.counted == "6 of 6 runs"


def test_the_order_of_plans_changes_the_order_and_nothing_else(done, tmp_path):
    folder = tmp_path / "x"
    shutil.copytree(done.folder, folder)
    turned = compare("devon", "covid19_england", PLANS[::-1], 3, PLANS[0], folder=folder, **SERIAL, **QUICK)
    assert shards_of(turned) == shards_of(done)
    assert sorted(turned.table("runs").digest) == sorted(done.table("runs").digest)
    assert (turned.runs.plans, turned.runs.reference) == (tuple(PLANS[::-1]), PLANS[0])


def test_a_plan_against_itself_under_another_name_is_identical(tmp_path):
    text = (configs_folder() / "plan" / "see_every_child.yaml").read_text(encoding="utf-8")
    own = tmp_path / "the same plan, again ☂.yaml"
    own.write_text(text, encoding="utf-8")
    made = compare("devon", "covid19_england", ["see_every_child", own], 2, folder=tmp_path / "x", **SERIAL, **QUICK)
    assert made.runs.plans == ("see_every_child", "the_same_plan_again")
    assert made.table("runs").groupby("seed").digest.nunique().eq(1).all()
    one, two = (made.runs["totals"].query("plan == @plan").drop(columns="plan") for plan in made.runs.plans)
    pd.testing.assert_frame_equal(one.reset_index(drop=True), two.reset_index(drop=True))


# Going on


def test_a_finished_comparison_is_read_and_not_run_again(done, monkeypatch):
    monkeypatch.setattr(jobs, "simulate", lambda shard: pytest.fail("simulated again"))
    same(compare("devon", "covid19_england", PLANS, 3, folder=done.folder, **SERIAL, **QUICK), done)


def test_more_replications_add_to_those_that_are_there(done, tmp_path):
    folder = tmp_path / "x"
    first = compare("devon", "covid19_england", PLANS, 1, folder=folder, **SERIAL, **QUICK)
    before = shards_of(first)
    more = compare("devon", "covid19_england", PLANS, 3, folder=folder, **SERIAL, **QUICK)
    same(more, done)
    assert before.items() <= shards_of(more).items()
    assert compare("devon", "covid19_england", PLANS, 1, folder=folder, **SERIAL, **QUICK).digest == first.digest


def test_only_a_shard_that_fails_its_check_is_done_again(done, tmp_path):
    folder = tmp_path / "x"
    shutil.copytree(done.folder, folder)
    before = files_in(folder / SHARDS)
    (bad,) = (folder / SHARDS).glob("2-*")
    raw = bad.read_bytes()
    bad.write_bytes(raw[:100] + bytes([raw[100] ^ 1]) + raw[101:])
    again = compare("devon", "covid19_england", PLANS, 3, folder=folder, **SERIAL, **QUICK)
    same(again, done)
    after = shards_of(again)
    assert {n: t for n, t in after.items() if n[0] != "2"} == {n: t for n, t in before.items() if n[0] != "2"}
    assert len(after) == 3


def test_without_a_folder_the_same_question_finds_what_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one = compare("devon", "covid19_england", PLANS, 1, **SERIAL, **QUICK)
    before = shards_of(one)
    assert one.folder.parent == Path("outputs")
    assert one.folder.name.startswith("compare_devon_covid19_england_")
    assert shards_of(compare("devon", "covid19_england", PLANS, 1, **SERIAL, **QUICK)) == before
    assert compare("devon", "covid19_england", PLANS, 1, **SERIAL, **(QUICK | {"severity": 0.5})).folder != one.folder


# What is missing


def failing(monkeypatch, problem: BaseException, seed: int = 2) -> None:
    """Let one seed go wrong."""
    simulate = jobs.simulate

    def stumble(shard):
        if shard.seed == seed:
            raise problem
        return simulate(shard)

    monkeypatch.setattr(jobs, "simulate", stumble)


def test_a_run_that_failed_is_counted_and_in_no_table(tmp_path, monkeypatch, done):
    folder = tmp_path / "x"
    with monkeypatch.context() as patch:
        failing(patch, ZeroDivisionError("by nothing"))
        part = compare("devon", "covid19_england", PLANS, 3, folder=folder, **SERIAL, **QUICK)
    assert part.counted == "4 of 6 runs"
    assert part.failures.to_dict("records") == [{"seed": 2, "tries": 2, "reason": "ZeroDivisionError: by nothing"}]
    rows = part.table("runs")
    assert rows.status.tolist() == ["finished", "finished", "failed", "failed", "finished", "finished"]
    assert rows.digest.eq("").tolist() == rows.seconds.isna().tolist() == rows.status.eq("failed").tolist()
    assert set(part.runs["totals"].seed) == {1, 3}
    assert "by nothing" in (folder / "failures.csv").read_text(encoding="utf-8")
    whole = compare("devon", "covid19_england", PLANS, 3, folder=folder, **SERIAL, **QUICK)
    same(whole, done)
    assert not (folder / "failures.csv").exists()


def test_when_every_run_failed_that_is_said_and_nothing_breaks(tmp_path, monkeypatch):
    failing(monkeypatch, MemoryError(), seed=1)
    none = compare("devon", "covid19_england", PLANS, 1, folder=tmp_path / "x", **SERIAL, **QUICK)
    assert none.counted == "0 of 2 runs"
    assert none.failures.reason.tolist() == ["not enough memory"]
    with pytest.raises(simsafe.ConfigError, match="none of 2 runs is finished; seed 1 failed: not enough memory"):
        none.table("first_page")


@pytest.mark.parametrize("what", ["the disk is full", "No such file or directory"])
def test_a_folder_that_can_be_written_no_longer_ends_in_one_line_and_can_go_on(what, tmp_path, monkeypatch, done):
    folder, simulate = tmp_path / "x", jobs.simulate

    def stumble(shard):
        if shard.seed == 2 and what.startswith("No"):
            shutil.rmtree(folder)
        elif shard.seed == 2:
            raise SavingError(what)
        return simulate(shard)

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "simulate", stumble)
        with pytest.raises(SavingError, match=f"{what}.*what is finished is safe") as refusal:
            compare("devon", "covid19_england", PLANS, 3, folder=folder, **SERIAL, **QUICK)
    assert "\n" not in str(refusal.value)
    same(compare("devon", "covid19_england", PLANS, 3, folder=folder, **SERIAL, **QUICK), done)


# Asking


@pytest.mark.parametrize(
    ("plans", "others", "words"),
    [
        (["see_every_child"], {}, "expected 2 to 50 plans"),
        ([], {}, "expected 2 to 50 plans"),
        ("see_every_child", {}, "expected a list of two or more plans"),
        (["see_every_child", "see_every_child"], {}, "given twice"),
        (["see_every_child", "see_every_chid"], {}, "did you mean 'see_every_child'"),
        (["see_every_child", "nowhere/plan.yaml"], {}, "no such file"),
        (["see_every_child", "plan.xls"], {}, "no such plan"),
        (["see_every_child", 3], {}, "no such plan"),
        (PLANS, {"replications": 0}, "replications = 0; expected a whole number from 1 to 10000"),
        (PLANS, {"replications": "many"}, "replications = 'many'"),
        (PLANS, {"reference": "joined_up"}, "reference = 'joined_up'; not among the plans"),
        (PLANS, {"workers": -1}, "workers = -1"),
        (PLANS, {"executor": "ray"}, "executor = 'ray'"),
        (PLANS, {"plan": "joined_up"}, "plan = 'joined_up'; not a setting of a comparison"),
        (PLANS, {"sede": 3}, "did you mean 'seed'"),
        (PLANS, {"seed": 2**53, "replications": 2}, "room for 2 replications"),
        (PLANS, {"severity": 3}, "severity = 3"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_nothing_written(plans, others, words, tmp_path):
    with pytest.raises(simsafe.ConfigError, match=words):
        compare("devon", "covid19_england", plans, **({"replications": 2, "folder": tmp_path / "x", **QUICK} | others))
    assert list(tmp_path.iterdir()) == []


def test_an_area_and_a_plan_that_were_loaded_are_those_of_that_name(done, tmp_path):
    area = simsafe.load_area("devon").scaled(QUICK["children"])
    settings = {name: value for name, value in QUICK.items() if name != "children"}
    plans = [simsafe.load_plan(name) for name in PLANS]
    assert plans[1].title == "See every child"
    assert plans[1].changes
    assert compare(area, "covid19_england", plans, 3, folder=tmp_path / "x", **SERIAL, **settings).digest == done.digest


SHEET = "lever,dial,value,from,to\ndoorstep_rounds,school_doorstep_weeks,2,2020-04-20,2020-07-17\n"
YAML = "title: Mine\nlevers: {doorstep_rounds: {school_doorstep_weeks: 2, from: 2020-04-20, to: 2020-07-17}}\n"


def test_a_plan_is_read_from_a_spreadsheet_as_from_yaml_and_shows_what_it_changes(tmp_path):
    (tmp_path / "mine.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "mine.csv").write_text(SHEET, encoding="utf-8")
    plans = [simsafe.load_plan(tmp_path / name) for name in ("mine.yaml", "mine.csv")]
    assert plans[0].changes == plans[1].changes
    row = plans[1].table().set_index("dial").loc["school_doorstep_weeks"]
    assert (str(row["from"]), str(row["to"]), row["value"]) == ("2020-04-20", "2020-07-17", 2)
    assert len(plans[0].table()) == len(plans[0].changes)


def test_a_plan_that_looks_back_further_than_the_run_is_refused_before_anything_is_simulated(tmp_path):
    when = "when: {indicator: referrals, below: 0.5, against: year_before, weeks: 2, days: 21}"
    lever = f"doorstep_rounds: {{school_doorstep_weeks: 2, from: 2020-03-23, to: 2020-04-12, {when}}}"
    (tmp_path / "waits.yaml").write_text(f"title: Waits\nlevers: {{{lever}}}\n", encoding="utf-8")
    with pytest.raises(simsafe.ConfigError, match="before the first day of the run"):
        compare("devon", "covid19_england", [PLANS[0], tmp_path / "waits.yaml"], 2, folder=tmp_path / "x", **SERIAL, **QUICK)
    assert not (tmp_path / "x").exists()


def test_a_plan_of_ones_own_may_start_from_another_of_ones_own(tmp_path):
    shelf = tmp_path / "shelf" / "plan"
    shelf.mkdir(parents=True)
    (shelf / "first.yaml").write_text(
        "title: First\nlevers:\n  devices_and_data: {devices_share: 0.5, from: 2020-03-20, to: 2020-04-30}\n", encoding="utf-8"
    )
    (shelf / "second.yaml").write_text("title: Second\nstarts_from: first\nlevers: {}\n", encoding="utf-8")
    made = compare(
        "devon", "covid19_england", ["first", "second"], 1, folder=tmp_path / "x", config_dir=tmp_path / "shelf", **SERIAL, **QUICK
    )
    assert len(set(made.table("runs").digest)) == 1


def test_a_table_that_does_not_exist_is_refused_with_the_nearest(done):
    with pytest.raises(simsafe.ConfigError, match="did you mean 'differences'"):
        done.table("diferences")
    assert np.isfinite(done.table("differences").difference.to_numpy(dtype=float)).any()


def test_a_comparison_says_what_it_is_and_which_tables_and_plots_it_has(done):
    assert all(len(done.table(name)) for name in done.tables if name not in ("effort", "break_even"))  # those have rows only if asked for
    assert all(done.plot(name).axes for name in done.plots)
    assert all(word in repr(done) for word in ("Devon", *PLANS, "6 of 6 runs", "simulated"))
    assert len(repr(done)) < 200
    for ask, names in ((done.table, done.tables), (done.plot, done.plots)):
        with pytest.raises(simsafe.ConfigError, match=f"there are {', '.join(names)}$"):
            ask("zzz")


def test_a_comparison_is_written_as_a_report_and_a_workbook(done, tmp_path):
    assert "imulated" in done.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert done.workbook(tmp_path / "tables.xlsx").stat().st_size > 0


def test_what_the_runs_have_in_common_is_kept_for_headings(done):
    about = done.runs.about
    assert (about["area"], about["slug"], about["children"], about["crisis"]) == ("Devon", "devon", 600, "covid19_england")
    assert str(about["crisis_start"]) == "2020-03-23"


# One run


def test_a_run_has_tables_figures_and_a_page(tmp_path):
    run = simsafe.run("devon", plan="see_every_child", **QUICK)
    assert run.digest == simsafe.simulate(simsafe.scenario_for(area="devon", plan="see_every_child", **QUICK)).log.digest
    assert len(run.table("children")) >= 600
    assert all(run.plot(name).axes for name in run.plots)
    assert all(isinstance(run.table(name), pd.DataFrame) for name in run.tables)
    assert run.plot("visibility")._repr_png_().startswith(b"\x89PNG")  # what a notebook asks a figure for
    assert len(repr(run)) < 200
    assert "imulated" in run.report(tmp_path / "page.md").read_text(encoding="utf-8")
    with pytest.raises(simsafe.ConfigError, match="did you mean 'ladder'"):
        run.table("lader")
    with pytest.raises(simsafe.ConfigError, match="did you mean 'visibility'"):
        run.plot("visibilty")


# Watching
