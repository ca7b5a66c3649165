"""The plan says in words what the code does, and every measure has its badge."""

import re
from pathlib import Path

import pytest

from simsafe.results.dictionary import dictionary
from simsafe.study.validation.badges import Badge, badges, in_dictionary, page_table
from simsafe.study.validation.terms import COVERED, FIRST_WEEK, GEOGRAPHIES, LEVELS, RIGHT_SIGNS, SEAL, SERIES, SPANS, weeks

ROOT = Path(__file__).resolve().parents[3]
PLAN = (ROOT / "validation" / "plan.md").read_text(encoding="utf-8")


def test_the_plan_names_what_is_predicted_where_and_when():
    rows = re.findall(r"^\| `(\w+)` \| `total` \| ([\w ]+) \|", PLAN, flags=re.MULTILINE)
    assert dict(rows) == {name: series.unit for name, series in SERIES.items()}
    for word in (*GEOGRAPHIES, *SERIES["referrals"].categories):
        assert f"`{word}`" in PLAN
    assert f"{len(weeks())} weeks" in PLAN
    assert f"{FIRST_WEEK.day} August 2020" in PLAN
    assert f"**{SEAL.day} June 2020**" in PLAN


@pytest.mark.parametrize("name", SPANS)
def test_the_plan_names_each_span_and_its_days(name):
    days = [f"{d.day} {d:%B}" for d in (SPANS[name].first, SPANS[name].last)]
    assert re.search(rf"\| {name} \| {days[0]}( {SPANS[name].first.year})? to {days[1]} {SPANS[name].last.year} \|", PLAN)


def test_the_plan_names_the_levels_and_what_fails():
    assert ", ".join(f"{level:g}" for level in LEVELS) in PLAN
    for inside, (low, high) in COVERED.items():
        assert re.search(rf"{low:.0%}".rstrip("%") + rf"-{high * 100:.0f} % \({inside:.0%}".rstrip("%"), PLAN)
    assert f"fewer than {RIGHT_SIGNS * 100:.0f} %" in PLAN


def test_every_measure_has_a_badge_and_the_page_shows_them():
    assert page_table() in (ROOT / "docs" / "VALIDATION.md").read_text(encoding="utf-8")


def test_nothing_hidden_is_said_to_be_tested():
    hidden = {"harmed", "harmed_unseen_28", "section_47_needless", "closed_harmed"}
    given = {name: badge for _, name, badge, _ in badges()}
    assert {given[name] for name in hidden} == {Badge.NEVER}
    assert given["referrals"] == given["open_protection"] == Badge.HELD_OUT
    assert given["contacts"] == Badge.FITTED


def test_what_is_made_of_a_measure_has_its_badge_in_the_dictionary_and_text_has_none():
    said = {entry.name: in_dictionary(entry.name, entry.meaning) for entry in dictionary()}
    assert said["referrals"] == said["referrals_rate"] == said["open_protection_mean"] == "held-out tested, outcomes awaited"
    assert said["no_further_action_share"] == "fitted only"
    assert said["unseen_28_share_peak"] == said["harm_days.undetected"] == "never testable"
    assert said["events.kind"] == ""
    assert all(badge for name, badge in said.items() if "." not in name)
