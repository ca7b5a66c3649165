"""Tables for people, from a small comparison whose runs are known."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from comparisons import stacked
from small_worlds import turned

import simsafe.results.kept.hours as kept_hours
from simsafe.plans.trigger import When
from simsafe.results.kept.words import words
from simsafe.study.matters import reasons
from simsafe.study.money import AN_HOUR, UPRATED, price
from simsafe.study.paired import ALIKE, BETTER, IDENTICAL, TOO_FEW
from simsafe.study.runs import Runs
from simsafe.study.tables import TABLES, meanings
from simsafe.study.tables.children import COUNTS, enquiries, matched
from simsafe.study.tables.costs import BOUGHT, FIXED, TOGETHER, WORTH, costs
from simsafe.study.tables.hours import AREA, EVERY_TASK, SIMULATED, tasks_of_the_area
from simsafe.study.tables.meanings import COLUMNS

SEEDS = (1, 2, 3, 4, 5)
ROUNDS = turned((date(2020, 4, 1), date(2020, 6, 12)), school_doorstep_weeks=1.0)


@pytest.fixture(scope="module")
def compared():
    """A plan, the same plan under another name, and one with doorstep rounds."""
    return stacked({"waiting": (), "again": (), "rounds": ROUNDS}, SEEDS, "waiting")


@pytest.fixture(scope="module")
def tables(compared):
    return {name: make(compared) for name, make in TABLES.items()}


def without(runs, plan, seeds):
    """The same comparison, in which some runs of a plan failed."""
    kept = {name: t[~((t["plan"] == plan) & t["seed"].isin(seeds))] for name, t in runs.kept.items() if name != "runs"}
    failed = (runs.kept["runs"]["plan"] == plan) & runs.kept["runs"]["seed"].isin(seeds)
    status = np.where(failed, "failed", runs.kept["runs"]["status"])
    return replace(runs, kept=kept | {"runs": runs.kept["runs"].assign(status=status)})


def test_the_levers_of_each_plan_are_listed_with_the_days_on_which_those_that_wait_began(compared):
    soon = When("unallocated", 1.0, True, weeks=1, lag_days=3)  # always so, as soon as it is known
    never = When("unallocated", 1.0, False, weeks=1, lag_days=3)
    waiting = tuple(replace(ROUNDS[0], when=when) for when in (soon, never))
    runs = stacked({"waiting": (), "one": waiting[:1], "none": waiting[1:]}, (1, 2), "waiting")
    table = TABLES["plans"](runs).set_index("plan")
    assert list(table.index) == ["one", "none"]
    assert table.loc["one", "began_in"] == 2
    assert table.loc["one", "from"] <= table.loc["one", "first_began"] <= table.loc["one", "last_began"] <= table.loc["one", "to"]
    assert table.loc["none", "began_in"] == 0
    assert pd.isna(table.loc["none", "first_began"])
    assert table["waits_for"].str.startswith("unallocated").all()


def test_hours_for_the_whole_area_are_not_added_to_those_of_a_sample(compared):
    hours, of_the_area = compared.kept["hours"], next(iter(tasks_of_the_area()))
    row = hours[(hours["plan"] == "rounds") & (hours["paid"] == "extra")].iloc[:1].assign(hours=700.0)
    asked = [row.assign(seed=seed, period="crisis", profession=of_the_area[0], task=of_the_area[1]) for seed in SEEDS]
    more = replace(compared, kept=compared.kept | {"hours": pd.concat([hours.astype({"profession": str, "task": str}), *asked])})
    page = {}
    for whole in (500, 50_000):
        told = TABLES["first_page"](replace(more, about=more.about | {"children": 500, "area_children": whole}))
        page[whole] = told[told["plan"] == "rounds"].set_index("headline")["value"]
    assert page[50_000]["area_hours"] == 700
    assert page[50_000]["extra_hours"] + 700 == page[500]["extra_hours"]
    assert "area_hours" not in page[500]


ONLY_IF_ASKED = ("effort", "break_even")


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_its_meaning(tables, name):
    assert set(tables[name].columns) == set(COLUMNS[name])
    assert len(tables[name]) or name in ONLY_IF_ASKED


def test_every_measure_has_unit_meaning_smallest_and_reason(tables):
    known = meanings().set_index("name")
    assert known.index.is_unique
    assert set(tables["differences"]["measure"]) <= set(known.index)
    assert (known.loc[list(words()), ["unit", "meaning", "reason"]] != "").all(axis=None)
    assert all(least > 0 and share >= 0 for _, _, least, share, _ in reasons())


def test_a_plan_against_itself_differs_by_exactly_nothing_and_is_identical(tables):
    for name in ("differences", "who_gains", "gaps", "hours", "false_alarms", "let_go", "harm_days", "detection"):
        own = tables[name][tables[name]["plan"] == "again"]
        assert len(own)
        assert (own[["difference", "low", "high", "se"]] == 0).all(axis=None), name
        assert set(own["verdict"]) == {IDENTICAL}, name
    page = tables["first_page"][tables["first_page"]["plan"] == "again"]
    assert (page[["value", "low", "high"]] == 0).all(axis=None)
    assert set(page["verdict"]) == {IDENTICAL}


def test_another_plan_is_identical_in_nothing_and_alike_where_nothing_differs(tables):
    own = tables["differences"][tables["differences"]["plan"] == "rounds"]
    assert IDENTICAL not in set(own["verdict"])
    before = own[own["period"] == "before"]
    assert (before["difference"] == 0).all()
    assert set(before["verdict"]) == {ALIKE}


def test_differences_are_differences_of_totals(compared, tables):
    totals = compared.kept["totals"]
    own = totals[(totals["period"] == "crisis") & (totals["measure"] == "seen_28") & (totals["group"] == "all")]
    wide = own.pivot_table(index="seed", columns="plan", values="value", observed=True)
    row = tables["differences"].set_index(["period", "measure", "group", "plan"]).loc[("crisis", "seen_28", "all", "rounds")]
    assert row["difference"] == pytest.approx((wide["rounds"] - wide["waiting"]).mean())
    assert row["reference_value"] == pytest.approx(wide["waiting"].mean())
    assert row["se"] == pytest.approx((wide["rounds"] - wide["waiting"]).std() / np.sqrt(5))
    assert row["verdict"] == BETTER  # a knock at every door is seen by the measure of being seen
    assert row["of"] == "5 of 5"
    assert not tables["differences"].duplicated(["period", "measure", "group", "plan"]).any()


def test_a_failed_run_is_told_and_nothing_of_its_plan_is_ranked(compared):
    missing = without(compared, "rounds", [2])
    for name in ("differences", "who_gains", "gaps", "hours", "first_page"):
        table = TABLES[name](missing)
        own = table[table["plan"] == "rounds"]
        assert set(own["of"]) == {"4 of 5"}, name
        assert set(own["verdict"]) == {TOO_FEW}, name
    again = TABLES["differences"](missing)
    assert set(again[again["plan"] == "again"]["verdict"]) == {IDENTICAL}
    assert (TABLES["runs"](missing)["status"] == "failed").sum() == 1


def test_a_failed_run_of_the_reference_leaves_its_seed_out_of_every_pair(compared):
    table = TABLES["differences"](without(compared, "waiting", [1, 5]))
    assert set(table["n"]) == {3}
    assert set(table["verdict"]) == {TOO_FEW}


@pytest.mark.parametrize("seeds", [[1, 2, 3, 4, 5], [2, 3, 4, 5]])
@pytest.mark.parametrize("plan", ["rounds", "waiting"])
def test_when_all_or_nearly_all_runs_failed_there_is_nothing_to_rank_and_nothing_breaks(compared, plan, seeds):
    missing = without(compared, plan, seeds)
    for name, make in TABLES.items():
        table = make(missing)
        if "verdict" in table:
            assert set(table.loc[table["plan"] == "rounds", "verdict"]) <= {TOO_FEW}, name
    nothing = without(without(without(compared, "rounds", SEEDS), "waiting", SEEDS), "again", SEEDS)
    for make in TABLES.values():
        make(nothing)


def test_the_order_of_runs_means_nothing(compared, tables):
    mixed = {name: t.sample(frac=1, random_state=7).reset_index(drop=True) for name, t in compared.kept.items()}
    for name in ("differences", "first_page", "gaps", "ledger", "visibility"):
        keys = [c for c in ("week", "period", "measure", "headline", "dimension", "group", "plan", "agency", "mode") if c in tables[name]]
        one, two = (t.sort_values(keys).reset_index(drop=True) for t in (tables[name], TABLES[name](replace(compared, kept=mixed))))
        pd.testing.assert_frame_equal(one, two)


def test_tables_read_back_from_a_file_give_the_same(compared, tables, tmp_path):
    parts = [t.assign(table=name) for name, t in compared.kept.items() if name != "runs"]
    whole = pd.concat([part.astype({c: object for c in part.columns if part[c].dtype == "category"}) for part in parts])
    whole.to_parquet(tmp_path / "runs.parquet")
    read = pd.read_parquet(tmp_path / "runs.parquet")
    kept = {
        name: read[read["table"] == name][list(t.columns)].reset_index(drop=True) for name, t in compared.kept.items() if name != "runs"
    }
    again = replace(compared, kept=kept | {"runs": compared.kept["runs"]})
    for name in TABLES:
        keys = [c for c in ("week", "period", "measure", "headline", "dimension", "group", "plan", "seed", "agency", "mode", "profession",
                            "task", "paid") if c in tables[name]]  # fmt: skip
        one, two = (t.sort_values(keys).reset_index(drop=True) for t in (tables[name], TABLES[name](again)))
        pd.testing.assert_frame_equal(one, two, check_dtype=False)


def child(seed, number, found, harmed=10, needless=0, plan="a", assessed=0, let_go=0):
    groups = dict.fromkeys(("age", "deprivation", "digital", "education", "disability", "ethnicity"), "x")
    facts = {"found_day": found, "harmed_days": harmed, "needless_section_47": needless, "needless_assessments": assessed, "let_go": let_go}
    return {"plan": plan, "seed": seed, "child": number} | groups | facts


def test_the_same_children_are_found_sooner_later_or_under_one_plan_only():
    rows = [
        child(1, 1, 5), child(1, 1, 9, plan="b"),  # later under b
        child(1, 2, 9), child(1, 2, 5, plan="b"),  # sooner under b
        child(1, 3, None), child(1, 3, 5, plan="b"),  # only under b
        child(1, 4, 5), child(1, 4, None, plan="b"),  # only under a
        child(1, 5, 5), child(1, 5, 5, plan="b"),  # on the same day
        child(1, 6, None), child(1, 6, None, plan="b"),  # never
        child(1, 7, None, harmed=0, needless=1),  # needlessly investigated under a only
        child(1, 8, None, harmed=0, needless=2, plan="b"), child(1, 9, None, harmed=0, needless=1, plan="b"),
        child(1, 10, 5, plan="b"),  # harmed under b only: not there to be found under a
        child(2, 1, 5),  # another child, although of the same number
        child(2, 2, None, let_go=1), child(2, 2, None, plan="b"),
        child(3, 1, 5),  # a seed that b has not finished
    ]  # fmt: skip
    table = pd.DataFrame(rows).astype({"found_day": "Int16"})
    runs = [(p, s, f"{p}{s}", 1.0, "failed" if (p, s) == ("b", 3) else "finished") for s in (1, 2, 3) for p in "ab"]
    kept = {"children": table, "runs": pd.DataFrame(runs, columns=["plan", "seed", "digest", "seconds", "status"])}
    made = matched(Runs(kept, ("a", "b"), "a", 3), "b").set_index("seed")
    assert list(made.index) == [1, 2]
    assert made.loc[1].to_dict() == {
        "found_sooner": 2, "found_later": 2, "found_only": 1, "missed_only": 1, "section_47_added": 2, "section_47_spared": 1,
        "assessments_added": 0, "assessments_spared": 0, "let_go_added": 0, "let_go_spared": 0,
    }  # fmt: skip
    assert made.loc[2].to_dict() == dict.fromkeys(COUNTS, 0) | {"let_go_spared": 1}
    parts = enquiries(Runs(kept, ("a", "b"), "a", 3)).set_index("part")
    assert parts["children"].to_dict() == {"added": 1.0, "spared": 0.5, "both": 0.0}  # means of two seeds
    assert parts["enquiries"].to_dict() == {"added": 1.5, "spared": -0.5, "both": 0.0}
    assert parts["enquiries"].sum() == (2 + 1 - 1) / 2  # the difference in enquiries, though not in children


def test_found_by_group_sums_to_found_in_all(compared):
    whole = matched(compared, "rounds")
    by_age = matched(compared, "rounds", ["age"])
    assert (
        by_age.groupby("seed")[list(COUNTS)].sum().reindex(whole["seed"], fill_value=0).to_numpy() == whole[list(COUNTS)].to_numpy()
    ).all()


def test_the_first_page_is_in_whole_numbers_and_plain_words(tables):
    page = tables["first_page"]
    assert {"found_sooner", "found_later", "needless_section_47", "needless_assessments", "staff_hours", "seen_28"} <= set(page["headline"])
    for name in ("value", "low", "high", "plan_value", "reference_value"):
        assert page[name].dtype == "Int64"
    assert page["words"].str.contains("waiting").all()
    assert (page.loc[page["headline"] == "found_sooner", "low"] >= 0).all()


def test_a_gap_is_between_groups_chosen_once(tables):
    gaps = tables["gaps"]
    assert (gaps["reference_gap"] >= 0).all()
    assert (gaps["worst_group"] != gaps["best_group"]).all()
    seen = gaps[gaps["headline"] == "seen_28_share"]
    assert (seen["best_value"] - seen["worst_value"] - seen["gap"]).abs().max() < 1e-9
    assert (seen["best_change"] - seen["worst_change"] - seen["difference"]).abs().max() < 1e-9
    assert not gaps.duplicated(["headline", "dimension", "plan"]).any()


def test_hours_of_a_profession_add_up(tables):
    hours = tables["hours"]
    own = hours[(hours["plan"] == "rounds") & (hours["period"] == "crisis") & (hours["profession"] == "social workers")]
    parts = own[~own["task"].isin([EVERY_TASK, kept_hours.UNUSED])]
    assert own.loc[own["task"] == EVERY_TASK, "hours"].item() == pytest.approx(parts["hours"].sum())


def test_an_hour_is_priced_where_a_unit_cost_is_published_and_nowhere_else(tables):
    rate = price("social workers")
    assert [rate.low, rate.high] == [AN_HOUR["social workers"][k] * UPRATED[k] for k in (0, 1)]
    assert rate.low < rate.usual < rate.high
    assert price("chairs") is None
    worth = tables["costs"][tables["costs"]["kind"] == WORTH]
    assert set(worth["profession"]) == {"social workers"}
    assert (worth["source"] == rate.source).all()


def bought(plan, seed, task, low, high, profession="none", hours=0.0):
    front = {"plan": plan, "seed": seed, "period": "crisis", "profession": profession, "task": task, "paid": "extra"}
    return front | {"hours": hours, "pounds_low": low, "pounds_high": high}


def of_costs(children, area_children):
    """Two plans of five seeds: one connects four settings, sets up a team, and gives devices as luck has it."""
    rows = []
    for seed in range(1, 6):
        rows += [bought("a", seed, task, 0.0, 0.0) for task in ("connecting a setting", "setting up", "device and a year of data")]
        rows.append(bought("b", seed, "connecting a setting", 4 * 5_000.0, 4 * 250_000.0))
        rows.append(bought("b", seed, "setting up", 50_000.0, 1_000_000.0))
        rows.append(bought("b", seed, "device and a year of data", 150.0 * 10 * seed, 600.0 * 10 * seed))
        rows.append(bought("b", seed, "doorstep visits", 0.0, 0.0, "school staff", 20.0 + seed))
    runs = [(p, s, f"{p}{s}", 1.0, "finished") for s in range(1, 6) for p in "ab"]
    kept = {"hours": pd.DataFrame(rows), "runs": pd.DataFrame(runs, columns=["plan", "seed", "digest", "seconds", "status"])}
    return costs(Runs(kept, ("a", "b"), "a", 5, {"children": children, "area_children": area_children})).set_index(["task", "of_whom"])


def test_every_cost_that_makes_up_a_sum_has_a_row_with_its_range_unit_source_and_grade():
    table = of_costs(144_000, 144_000)
    parts = table[(table["kind"] == BOUGHT) & (table.index.get_level_values("task") != TOGETHER)]
    assert len(parts) == 3
    assert (parts[["per", "unit", "grade", "source"]] != "").all(axis=None)
    assert (parts["each_low"] <= parts["each"]).all()
    assert (parts["each"] <= parts["each_high"]).all()
    whole = table.loc[(TOGETHER, AREA)]
    for column in ("difference", "least", "most"):
        assert whole[column] == pytest.approx(parts[column].sum())
    devices = table.loc[("device and a year of data", AREA)]
    assert devices["difference"] == pytest.approx(300 * 30)
    assert devices["low"] < devices["difference"] < devices["high"]
    assert devices["verdict"] == "differs"


def test_a_sum_that_luck_does_not_move_is_the_same_in_every_seed():
    row = of_costs(144_000, 144_000).loc[("connecting a setting", AREA)]
    assert row[["units", "difference", "least", "most"]].tolist() == pytest.approx([4, 200_000, 20_000, 1_000_000])
    assert row["low"] == row["high"] == row["difference"]
    assert row["verdict"] == FIXED


def test_what_is_for_the_whole_area_is_never_added_to_what_is_for_a_sample_of_its_children():
    table = of_costs(3_000, 144_000)
    assert ("device and a year of data", SIMULATED) in table.index
    assert (TOGETHER, SIMULATED) not in table.index  # there is one such cost: nothing to add up
    parts = table.loc[[("connecting a setting", AREA), ("setting up", AREA)], "difference"]
    assert table.loc[(TOGETHER, AREA), "difference"] == pytest.approx(parts.sum())


def test_hours_asked_of_others_have_the_range_of_their_unit():
    row = of_costs(3_000, 144_000).loc[("doorstep visits", SIMULATED)]
    assert row["difference"] == pytest.approx(23)
    assert row["units"] == pytest.approx(69)  # 20 minutes each
    assert row[["least", "most"]].tolist() == pytest.approx([23 / 4, 69.0])  # at 5 and at 60 minutes


def test_the_ledger_says_what_share_of_the_children_was_met_and_how_many_against_an_ordinary_week(tables):
    ledger = tables["ledger"]
    assert not ledger.duplicated(["week", "plan", "group", "agency", "mode"]).any()
    rows = ledger[(ledger["group"] == "all") & (ledger["agency"] == "schools")].set_index(["plan", "mode", "week"])
    week = pd.Timestamp(rows.index.get_level_values("week").max())
    knocks = rows.loc[("rounds", "doorstep", week)]
    assert knocks["share"] == pytest.approx(100 * knocks["did"] / knocks["children"])
    assert knocks["of_usual"] == pytest.approx(100 * knocks["did"] / knocks["usual"])
    assert ledger["share"].dropna().between(0, 100).all()  # a share is a share, whatever an ordinary week was like
    assert (ledger.loc[ledger["group"] == "all", "did"] <= ledger.loc[ledger["group"] == "all", "children"]).all()
    assert knocks["did"] > 0
    assert ("waiting", "doorstep", week) not in rows.index or rows.loc[("waiting", "doorstep", week), "did"] == 0


def test_visibility_is_of_the_weeks_and_its_shares_are_shares(tables):
    visible = tables["visibility"]
    assert not visible.duplicated(["week", "plan", "measure", "group"]).any()
    share = visible[visible["measure"] == "seen_28_share"]
    assert share["mean"].between(0, 100).all()
    assert {"known/open case", "known/no open case"} <= set(share["group"])
