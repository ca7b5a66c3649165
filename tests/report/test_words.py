"""What a tired reader is told beside the numbers: of gaps, of more seeds, of plans that could not be made equal, of turning points."""

import numpy as np
import pandas as pd
import pytest
from made_up_comparison import PLANS, made_up

from simsafe.report.board import report
from simsafe.report.content import enquiry_lines, more_runs
from simsafe.report.equity import said_of
from simsafe.report.facts import facts_of
from simsafe.report.page import HERE, templates
from simsafe.report.spending import cost_rows, effort_rows, money
from simsafe.report.turning import tried, turning_counts, turning_rows


@pytest.mark.parametrize(
    ("gap", "worst", "best", "said"),
    [
        ("worse", "better", "better", "wider, though the worst-off gain: both gain, the best-off more"),
        ("worse", "worse", "cannot be told apart", "wider: the worst-off lose"),
        ("better", "cannot be told apart", "worse", "narrower, though the worst-off do not gain: the best-off lose"),
        ("better", "better", "better", "narrower: both gain, the worst-off more"),
        ("cannot be told apart", "better", "better", "the gap cannot be told apart from before: both gain"),
    ],
)
def test_a_wider_gap_is_no_loss_where_both_gain_and_a_narrower_one_no_gain_where_the_best_off_lose(gap, worst, best, said):
    assert said_of({"verdict": gap, "worst_verdict": worst, "best_verdict": best, "gap": 3.0}) == said


def test_a_gap_below_nought_says_that_the_two_have_changed_places():
    row = {"verdict": "better", "worst_verdict": "better", "best_verdict": "worse", "gap": -1.5}
    assert said_of(row) == "narrower: the worst-off gain and the best-off lose; below nought: the two have changed places"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"verdict": "better", "n": 30, "more": np.nan, "se": 1.0}, "enough"),
        ({"verdict": "identical", "n": 30, "more": np.nan, "se": 0.0}, "nothing varies"),
        ({"verdict": "cannot be told apart", "n": 30, "more": 10_001.0, "se": 1.0}, "too close"),
        ({"verdict": "cannot be told apart", "n": 30, "more": 44.0, "se": 1.0}, "44"),
        ({"verdict": "too few runs", "n": 3, "more": np.nan, "se": 1.0}, "5 at least"),
        ({"verdict": "too few runs", "n": 20, "more": 9.0, "se": 1.0}, "finish the runs"),
    ],
)
def test_more_seeds_is_never_blank(row, said):
    assert more_runs(row) == said


def test_the_parts_of_the_difference_in_enquiries_are_shown():
    made = made_up(PLANS[:2])
    (line,) = enquiry_lines(made, facts_of(made))
    assert line["total"] == "+9.5"
    assert [line[part]["enquiries"] for part in ("added", "spared", "both")] == ["+18.0", "−11.0", "+2.5"]


def test_costs_for_the_whole_area_are_marked_where_a_sample_is_simulated_and_only_there():
    made = made_up(PLANS[:2])
    assert {row["whose"] for row in cost_rows(made, facts_of(made))} == {""}
    made.runs.about["area_children"] = 10 * made.runs.about["children"]
    rows = cost_rows(made, facts_of(made))
    assert [row["whose"] for row in rows] == ["", "whole area", "whole area", "whole area"]
    assert rows[1]["interval"] == "same in every seed"
    assert rows[-1]["together"]


def test_pounds_are_written_as_people_budget_them():
    assert [money(v).replace("\u2060", "") for v in (200_400.0, -3_717.4, 0.2, None)] == ["+£200,000", "−£3,717", "£0", "–"]


def test_a_plan_that_could_not_be_made_equal_says_why():
    made = made_up(PLANS[:2])
    row = {"plan": PLANS[1], "profession": "school staff", "hours_before": 900.0, "target": 50.0, "factor": 0.001, "hours_after": 300.0}
    made.tables["effort"] = pd.DataFrame([row | {"equal": False, "why": "the hours remain", "exchange": "none"}])
    (line,) = effort_rows(made)
    assert line["left"] == "under 1%"
    assert line["verdict"] == "not equal: the hours remain"


def test_a_turning_point_says_who_is_ahead_below_it_and_the_others_are_counted():
    made = made_up(PLANS[:2])
    row = {"axis": "overlap", "unit": "correlation", "usual": 0.0, "moves": "ties.overlap (now 0)", "lowest": 0.0, "highest": 0.6,
           "headline": "closed_harmed", "better": "lower", "plan": PLANS[0],
           "other": PLANS[1], "of": "5 of 5", "at": 0.31, "low": np.nan, "high": 0.5, "crossings": 1, "first": 2.0, "last": -1.0,
           "unsure": 80.0, "answer": "flips"}  # fmt: skip
    made.tables["break_even"] = pd.DataFrame([row, row | {"answer": "never within the range"}])
    (line,) = turning_rows(made)
    assert (line["ahead"], line["at"], line["unsure"]) == (PLANS[1], "0.31", "from the lowest tried to 0.5")
    assert tried(made) == ["overlap, correlation: tried from 0 to 0.6; moves ties.overlap (now 0)"]
    assert turning_counts(made) == ["1 keep their order at every value tried", "1 turn round within the values tried"]


def test_a_report_on_few_seeds_says_that_nothing_follows_from_it():
    few, enough = (facts_of(made_up(PLANS[:2], planned=planned)) for planned in (1, 5))
    assert (few.few_seeds, few.seeds_each) == (True, "1 seed")
    assert (enough.few_seeds, enough.seeds_each) == (False, "5 seeds")
    assert "With 1 seed nothing can be said of the plans" in report(made_up(PLANS[:2], planned=1))


def test_every_page_has_the_one_head_with_its_policy():
    for name in templates().list_templates(["html"]):
        text = (HERE / name).read_text(encoding="utf-8")
        assert (name == "base.html") == ("Content-Security-Policy" in text), name
        assert name == "base.html" or text.startswith('{% extends "base.html" %}'), name
