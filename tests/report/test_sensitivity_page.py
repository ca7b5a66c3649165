"""The page and the figures of a sensitivity study: every bar is named, graded and held against luck; signs are told in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from simsafe.report.sensitivity import page_lines, ranked_figure, structure_lines, write_effects
from simsafe.study.sensitivity.measuring import MEASURES
from simsafe.study.sensitivity.morris import trajectories
from simsafe.study.sensitivity.ranking import COLUMNS as RANKED
from simsafe.study.sensitivity.ranking import grades_and_kinds
from simsafe.study.sensitivity.screening import AGAIN, Found, read
from simsafe.study.sensitivity.structures import COLUMNS, KEEPS, TURNS, UNTOLD

sys.path.append(str(Path(__file__).resolve().parents[1] / "study" / "sensitivity"))
from made_up_answers import answered, noise, numbers

HARM, WEAK = "truth.harm.prevalence", "belief.weak"


@pytest.fixture(scope="module")
def what() -> Found:
    """Prevalence moves the measures, the other number nothing; the other plan adds luck alone."""
    ways = trajectories(numbers(HARM, WEAK), 5, 1, by_room=False)
    along = ways.points()
    points = [*along, *ways.again(AGAIN)]
    made = answered(points, lambda p: 40 * p.values[HARM] + noise(p.seed), lambda p: noise(p.seed + 9))
    return Found(read(ways, made, len(along)), not_moved=[("belief.pooling", "a choice")], reach=0.5)


def test_every_panel_names_its_numbers_with_grades_its_unit_and_the_floor(what):
    figure = ranked_figure(what.numbers.table, "referrals", "usual")
    assert figure is not None
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["under usual", "other less usual"]
    for axes in figure.axes:
        names = {label.get_text() for label in axes.get_yticklabels()}
        assert names == {f"{name} ({grades_and_kinds()[name][0]})" for name in (HARM, WEAK)}
        assert axes.get_xlabel() == MEASURES["referrals"].unit
        assert "what luck alone may reach" in axes.get_legend_handles_labels()[1]
    hatched = [[bar.get_hatch() for bar in axes.patches] for axes in figure.axes]
    assert hatched[0].count(None) == 1, "one is told from luck"
    assert None not in hatched[1], "none is"
    assert ranked_figure(what.numbers.table.iloc[:0], "referrals", "usual") is None


def test_the_page_says_what_an_effect_is_what_the_ten_rest_on_and_what_is_not_told(what):
    page = "\n".join(page_lines(what, "usual", "simsafe sensitivity"))
    assert "Simulated." in page
    assert "50% of the way" in page
    assert f"`{HARM}`" in page
    assert "of the 1 that matter most by grade:" in page
    assert "no number is told from luck" in page
    assert "30 of 30 points" in page
    assert all(f"| `{column}` |" in page for column in RANKED)


def test_effects_for_the_register_have_its_columns_and_only_what_is_told(what, tmp_path):
    path = write_effects(what, "usual", tmp_path / "effects.csv")
    table = pd.read_csv(path)
    assert list(table.columns) == ["name", "measure", "effect"]
    assert set(table["name"]) == {HARM}
    assert set(table["measure"]) == set(MEASURES)
    assert (table["effect"] > 0).all()


def test_signs_are_told_in_a_line_an_alternative_and_plan():
    rows = [
        ("count", "w", "b", name, 1, "better", 1, "better", sign, "10 of 10", "a")
        for name, sign in (("seen_28", KEEPS), ("found_sooner", TURNS), ("let_go_harmed", UNTOLD), ("staff_hours", KEEPS))
    ]
    (line,) = structure_lines(pd.DataFrame(rows, columns=list(COLUMNS)))
    assert line == "count, b less a: 2 keeps, 1 turns (found_sooner), 1 cannot be told apart"
    assert list(structure_lines(pd.DataFrame(columns=list(COLUMNS)))) == []


def test_every_column_of_a_ranking_is_explained(what):
    assert list(what.numbers.table.columns) == list(RANKED)
    assert all(meaning for _, meaning in RANKED.values())
