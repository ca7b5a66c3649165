"""The lines that ``simsafe compare`` ends with: plain sentences that fit a terminal."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from simsafe.app import main
from simsafe.app.lines import CHANGED, COUNTED, WIDEST, effort_lines, first_lines, turning_lines
from simsafe.study.tables.first_page import CHANGES, SUBJECT
from simsafe.study.tables.meanings import COLUMNS

LONG = "a_plan_with_a_name_of_eighty_characters_which_is_the_longest_that_any_may_have__"
HEADLINES = [*SUBJECT, *CHANGES, "staff_hours", "extra_hours", "area_hours"]


def comparison(**tables) -> Any:
    """Tables alone; those that are not given have no rows."""
    empty = {name: pd.DataFrame(columns=list(COLUMNS[name])) for name in ("effort", "break_even")}
    return SimpleNamespace(runs=SimpleNamespace(finished=4), table=(empty | tables).__getitem__)


def page(value: int | None = 12_345_678, verdict="cannot be told apart"):
    """A first page with every headline."""
    rows = [(LONG, h, value, value and value - 9, value and value + 9, verdict, "as_happened_2020") for h in HEADLINES]
    return pd.DataFrame(rows, columns=["plan", "headline", "value", "low", "high", "verdict", "reference"])


def test_every_headline_is_said_in_words_of_its_own():
    assert set(HEADLINES) == {*COUNTED, *CHANGED}


def test_each_plan_has_a_block_of_lines_that_fit_with_value_interval_and_verdict():
    lines = first_lines(comparison(first_page=page()))
    assert len(lines) == 2 + len(HEADLINES)
    assert all(len(line) <= WIDEST for line in lines)
    assert "  12,345,678 harmed children found sooner (12,345,669 to 12,345,687)" in lines  # a count of some has no verdict by itself
    assert "  +12,345,678 needless section 47 enquiries (+12,345,669 to +12,345,687): cannot be told apart" in lines


def test_no_number_is_said_to_be_none():
    lines = first_lines(comparison(first_page=page(None, "too few runs")))
    assert "  no number harmed children found sooner: too few runs" in lines


def test_nothing_is_said_of_effort_and_break_even_when_nobody_asked():
    assert effort_lines(comparison()) == []
    assert turning_lines(comparison()) == []


def test_factors_and_the_rate_of_exchange_are_printed():
    rows = [(LONG, "school staff", 900.0, 300.0, 0.333, 301.0, True, "", "school staff 1; " * 20), ("b", "school staff", 300.0, 300.0, 1.0,
            300.0, True, "", "")]  # fmt: skip
    lines = effort_lines(comparison(effort=pd.DataFrame(rows, columns=list(COLUMNS["effort"]))))
    assert all(len(line) <= WIDEST for line in lines)
    assert "    school staff: 0.333; 900 to 301 hours" in lines
    assert any("exchange: school staff 1;" in line for line in lines)


def test_rankings_that_turn_round_are_printed_with_their_value():
    row = dict.fromkeys(COLUMNS["break_even"], 0.0) | {
        "axis": "prevalence", "headline": "seen_28", "plan": "a", "other": "b", "at": 0.0512, "usual": 0.03, "answer": "flips",
    }  # fmt: skip
    lines = turning_lines(comparison(break_even=pd.DataFrame([row, row | {"answer": "never within the range"}])))
    assert lines[0].startswith("break-even: 1 of 2 rankings")
    assert "  seen_28: prevalence at 0.0512 (now 0.03)" in lines


@pytest.mark.parametrize("name", ["first_page.verdict", "break_even.at", "effort.factor", "seen_28"])
def test_describing_tables_shows_the_dictionary_of_a_comparison(name, capsys):
    assert main(["describe", "tables", name]) == 0
    assert name in capsys.readouterr().out
    assert main(["describe", "tables", "--csv"]) == 0
    assert "smallest" in capsys.readouterr().out.splitlines()[0]
