"""Figures can be drawn for any run, say what they are, and shade only a crisis that is there."""

from dataclasses import replace
from datetime import date
from subprocess import run
from sys import executable

import pytest

from simsafe.results import tables
from simsafe.results.by_group import coverage
from simsafe.results.figures import draw_all, footer, month_ticks, save_all
from simsafe.study.run import simulate


@pytest.fixture(scope="module")
def drawn(covid):
    return draw_all(tables.measures(covid), tables.ladder(covid), tables.about(covid), coverage(covid))


def texts(figure):
    from matplotlib.text import Text

    return [t.get_text() for t in figure.findobj(Text)]


def test_every_figure_says_it_is_simulated_and_which_run_it_is(covid, drawn):
    about = tables.about(covid)
    for figure in drawn.values():
        assert footer(about) in texts(figure)
    for part in ("Simulated", about.version, "England", "covid19_england", "as_happened_2020", "seed 1", "not about any real child"):
        assert part in footer(about)


def test_every_axis_is_labelled_and_lines_differ_without_colour(drawn):
    for name, figure in drawn.items():
        for axes in figure.axes:
            lines = [x for x in axes.get_lines() if not x.get_label().startswith("_")]
            looks = {(x.get_linestyle(), x.get_marker(), str(x._unscaled_dash_pattern)) for x in lines}
            assert len(looks) == len(lines), name
        assert any(a.get_ylabel() or a.get_xlabel() for a in figure.axes)


def test_ordinary_times_have_no_shading_and_no_word_of_a_crisis(ordinary):
    for figure in draw_all(tables.measures(ordinary), tables.ladder(ordinary), tables.about(ordinary)).values():
        said = " ".join(texts(figure)).lower().replace("crisis none", "")
        assert "closed" not in said
        assert "crisis" not in said


def test_a_run_of_a_few_days_can_be_drawn(tmp_path, small):
    model = simulate(small(600, start=date(2020, 3, 21), end=date(2020, 3, 25), warm_up_days=0))
    assert len(save_all(tables.measures(model), tables.ladder(model), tables.about(model), tmp_path)) == 6


def test_a_strange_name_neither_breaks_a_figure_nor_becomes_a_formula(covid, tmp_path):
    about = replace(tables.about(covid), area="$\\frac{1}{2}$ 漢字\n_^", plan="p" * 200)
    assert len(save_all(tables.measures(covid), tables.ladder(covid), about, tmp_path)) == 6


def test_months_stand_along_the_bottom_with_the_year_said_once():
    ticks, labels = month_ticks(date(2019, 4, 1), date(2022, 3, 31), 13)
    assert labels[:4] == ["Apr\n2019", "Jul", "Oct", "Jan\n2020"]
    assert len(ticks) == 12
    assert len(month_ticks(date(2020, 3, 21), date(2020, 3, 25), 13)[0]) == 0


def test_importing_results_does_not_import_matplotlib():
    code = "import sys, simsafe.results.figures, simsafe.results.folder; sys.exit('matplotlib' in sys.modules)"
    assert run([executable, "-c", code], check=False).returncode == 0
