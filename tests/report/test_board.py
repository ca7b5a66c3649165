"""The board report: one file that asks nothing of anybody, says what it is on every part, and ranks nothing it may not rank."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from made_up_comparison import PLANS, made_up

from simsafe.ground.parameter import ConfigError
from simsafe.report import FIGURES, figure, write_report
from simsafe.report.board import report
from simsafe.report.facts import TABLES, chance, facts_of, fitting, interval, signed, whole

SECTIONS = ("first", "differences", "weeks", "who", "cost", "fails", "assumptions", "cannot", "again")


class Page(HTMLParser):
    """Tags with their attributes in order, and the text of headings and of the whole."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self.ids, self.open, self.words = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.open and "style" not in self.open:
            self.words.append(data)
        if any(re.fullmatch("h[1-6]", tag) for tag in self.open):
            level, said = self.headings[-1]
            self.headings[-1] = (level, said + data)


@pytest.fixture(scope="module")
def comparison():
    return made_up()


@pytest.fixture(scope="module")
def page(comparison):
    return Page(report(comparison))


def words_in(page):
    return " ".join(" ".join(page.words).split())


def test_it_is_written_whole_and_says_where(comparison, tmp_path):
    path = write_report(comparison, tmp_path / "a report é.html")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [p.name for p in tmp_path.iterdir()] == ["a report é.html"]


def test_the_same_comparison_gives_the_same_bytes():
    assert report(made_up(PLANS[:2], planned=2)) == report(made_up(PLANS[:2], planned=2))


def test_every_table_is_made_once():
    made = made_up(PLANS[:2], planned=2)
    report(made)
    asked = [name for name in made.asked if name in made.tables]
    assert len(asked) == len(set(asked))


def test_it_has_every_section_in_order(page):
    assert [i for i in page.ids if i in SECTIONS] == list(SECTIONS)
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert {link.removeprefix("#") for link in links} <= set(page.ids)


def test_headings_go_down_one_level_at_a_time(page):
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_ids_are_unique(page):
    assert len(page.ids) == len(set(page.ids))


def test_it_names_its_language_and_its_policy(page):
    tags = dict(page.tags)
    assert tags["html"]["lang"] == "en-GB"
    policy = next(attrs["content"] for tag, attrs in page.tags if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_every_figure_says_in_words_what_it_shows(page):
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(pictures) >= len(FIGURES)
    for attrs in pictures:
        assert attrs["role"] == "img"
        assert len(attrs["aria-label"]) > 30


def test_every_section_and_every_table_says_simulated(page):
    assert sum("Simulated" in said for _, said in page.headings) >= len(SECTIONS) - 1
    captions = sum(tag == "caption" for tag, _ in page.tags)
    text = words_in(page)
    assert text.count("Simulated.") >= captions > 5
    assert "RESPONSIBLE_USE.md" in text


def test_nothing_in_it_can_run_or_reach_out(page):
    for tag, attrs in page.tags:
        assert tag not in ("script", "iframe", "object", "embed", "link", "base", "form", "img", "foreignobject", "image")
        assert not any(name.startswith("on") or name in ("style", "src", "srcset", "action", "formaction") for name in attrs)
        assert attrs.get("href", "#").startswith("#")
    assert "://" not in report(made_up(PLANS[:2], planned=2))


def test_the_first_page_gives_whole_numbers_with_interval_and_chance(page, comparison):
    text = words_in(page)
    table = comparison.table("first_page")
    for row in table[table["headline"] == "found_sooner"].to_dict("records"):
        assert f"{whole(row['value'])} ({whole(row['low'])} to {whole(row['high'])}" in text
    assert "worse in 97%" in text
    assert not re.search(r"worse in \d+\.\d", text)


def test_a_direction_that_nobody_calls_better_has_no_chance_of_being_worse():
    from simsafe.report.content import first_page

    made = made_up()
    rows = first_page(made, facts_of(made))
    hours = next(row for row in rows if row["words"] == "hours worked by the simulated staff")
    assert {cell["worse"] for cell in hours["cells"].values()} == {""}


def test_nothing_is_ranked_on_too_few_runs():
    text = words_in(Page(report(made_up(failed=10))))
    assert "Only 110 of 120 runs are finished" in text
    body = text.split("1. In whole numbers")[1].split("8. What this cannot")[0]
    assert not re.search(r"[▲▼] ?(better|worse)", body.split("2. Differences")[0])
    assert "too few runs" in body


def test_with_too_few_runs_it_does_not_say_that_nothing_got_worse():
    made = made_up(PLANS[:2], planned=2)
    made.tables["differences"] = made.tables["differences"].assign(verdict="too few runs")
    for name in ("false_alarms", "let_go", "who_gains"):
        made.tables[name] = made.tables[name].assign(verdict="too few runs")
    text = words_in(Page(report(made))).split("6. Where a plan fails")[1].split("7. On what it rests")[0]
    assert "Too few runs to say what came out worse" in text
    assert "Nothing measured here" not in text


def test_groups_stand_in_the_order_in_which_people_think_of_them(comparison):
    from simsafe.report.equity import gain_rows

    rows = gain_rows(comparison, facts_of(comparison))
    one = rows[(rows["plan"] == PLANS[1]) & (rows["headline"] == "seen_28_share")]
    assert one["group"].tolist().index("2") == one["group"].tolist().index("1 most deprived") + 1


def test_a_run_that_failed_does_not_vanish():
    text = words_in(Page(report(made_up(failed=2))))
    assert "118 of 120 runs are finished" in text


def test_where_a_plan_fails_says_what_got_worse_and_for_whom(page, comparison):
    text = words_in(page).split("6. Where a plan fails")[1].split("7. On what it rests")[0]
    worse = comparison.table("false_alarms")
    worse = worse[(worse["period"] == "crisis") & (worse["verdict"] == "worse")]
    assert len(worse)
    for plan in PLANS:
        assert plan in text
    for value in worse["value"]:
        assert f"{fitting(value)} against" in text
    assert "groups that lose" in text
    assert "in the week to" in text


def test_it_says_how_to_make_it_again(page, comparison):
    text = words_in(page)
    assert "simsafe compare area=devon crisis=covid19_england" in text
    assert "replications=30" in text
    assert comparison.digest in text
    assert "simsafe 0.1.0" in text


def test_the_weakest_assumptions_come_first(page):
    text = words_in(page).split("The assumptions that carry most")[1].split("Of all numbers")[0]
    assert text.index("senses.nature.modes.phone_seen") < text.index("truth.families.susceptible")


def test_what_no_data_can_show_comes_before_all_other_assumptions_whatever_its_grade(page):
    text = words_in(page).split("The assumptions that carry most")[1].split("Of all numbers")[0]
    assert text.index("to be swept") < text.index("truth.harm.prevalence") < text.index("senses.nature.modes.phone_seen")


def test_every_assumption_that_it_names_is_a_number_of_the_model():
    from simsafe.ground.parameter import register
    from simsafe.report.assumptions import CARRY_MOST
    from simsafe.scenario import Parameters

    assert set(CARRY_MOST) <= {row["name"] for row in register(Parameters())}


@pytest.mark.parametrize("gone", [*(t for t in TABLES if t != "runs"), None])
def test_a_comparison_without_one_table_or_any_still_has_a_report(gone):
    made = made_up(PLANS[:2], planned=2)
    for name in list(made.tables) if gone is None else [gone]:
        made.tables.pop(name, None)
    assert "What this cannot tell you" in report(made)


@pytest.mark.parametrize("count", [2, 7])
def test_any_number_of_plans_fits(count):
    plans = tuple(f"plan_{n}" for n in range(count))
    text = words_in(Page(report(made_up(plans, planned=2))))
    assert all(plan in text for plan in plans)


def test_a_crisis_of_none_has_nothing_to_shade():
    made = made_up(PLANS[:2], planned=2)
    made.runs.about["crisis_start"] = None
    for name in ("differences", "false_alarms", "let_go", "harm_days", "detection", "hours"):
        made.tables[name] = made.tables[name][made.tables[name]["period"] == "all"]
    assert "children seen in person" in report(made)


def test_numbers_that_are_not_there_are_dashes_and_not_words():
    made = made_up(PLANS[:2], planned=2)
    made.tables["differences"] = made.tables["differences"].assign(low=np.nan, high=np.nan, worse=np.nan, se=np.nan, more=np.nan)
    text = words_in(Page(report(made)))
    assert not re.search(r"\b(nan|NaN|NaT|None|inf)\b|<NA>", text)


def test_figures_can_be_had_one_by_one(comparison):
    for name in FIGURES:
        assert figure(comparison, name).axes
    with pytest.raises(ConfigError, match=r"plot = 'hour'; no such figure.*'hours'"):
        figure(comparison, "hour")
    with pytest.raises(ConfigError, match="nothing to draw"):
        figure(type(comparison)(comparison.runs, {}), "weeks")


def test_figures_can_be_told_apart_without_colour(comparison):
    lines = [line for line in figure(comparison, "weeks").axes[0].lines if line.get_label() in PLANS]
    looks = {(str(line.get_linestyle()), line.get_marker()) for line in lines}
    assert len(looks) == len(PLANS)
    from simsafe.report.figures import VERDICTS

    assert len(set(VERDICTS.values())) == len(VERDICTS)


@pytest.mark.parametrize("bad", ["no_such_folder/report.html", "\0.html", "."])
def test_a_place_that_cannot_be_written_is_refused_in_one_line(comparison, tmp_path, monkeypatch, bad):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as refusal:
        write_report(comparison, bad)
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("report = ")
    assert not list(tmp_path.iterdir())


def test_numbers_are_written_as_people_read_them():
    assert [whole(v) for v in (1234.5, -7, 0, None, float("nan"), pd.NA)] == ["1,234", "−7", "0", "–", "–", "–"]
    assert [fitting(v) for v in (0.04, 3.25, 12.4, 0.0, -0.001)] == ["0.04", "3.2", "12", "0", "0.00"]
    assert [fitting(v, "per cent") for v in (41.26, 0.04)] == ["41.3", "0.0"]
    assert [signed(v) for v in (5, -5, 0, None)] == ["+5", "−5", "0", "–"]
    assert [chance(v) for v in (0, 0.001, 0.5, 0.999, 1, None)] == ["0%", "<1%", "50%", ">99%", "100%", ""]
    assert [interval(1, 2), interval(None, 2)] == ["1 to 2", ""]
