"""What differs between two plans, printed before any child is simulated."""

import csv
import io

import pytest

from simsafe.app import main

OWN = """
title: Mine
starts_from: as_happened_2020
levers:
  doorstep_rounds: {school_doorstep_weeks: 2, from: 2020-04-20, to: 2020-07-17}
"""
WAITS = OWN.replace("to: 2020-07-17}", "to: 2020-07-17, when: {indicator: referrals_schools, below: 0.5}}")


@pytest.fixture
def diff(here, capsys):
    (here / "plan").mkdir()

    def call(*words, own=OWN):
        (here / "plan" / "mine.yaml").write_text(own, encoding="utf-8")
        assert main(["plans", "diff", *words, "--config-dir", "."]) == 0
        return capsys.readouterr().out

    return call


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_lever_more_is_a_line_with_its_days_and_both_values(diff):
    (line,) = rows(diff("as_happened_2020", "mine", "--csv"))
    assert line["dial"] == "school_doorstep_weeks"
    assert (line["from"], line["to"]) == ("2020-04-20", "2020-07-17")
    assert (line["as_happened_2020"], line["mine"]) == ("0", "2")


def test_a_plan_and_itself_are_alike(diff):
    assert "turn every dial alike" in diff("mine", "mine")


def test_a_line_that_is_followed_is_one_row_a_stretch(diff):
    lines = rows(diff("as_happened_2020", "digital_inclusion", "--csv"))
    devices = [line for line in lines if line["dial"] == "devices_share"]
    assert devices[0]["digital_inclusion"].endswith("to 0.8")
    assert len(devices) < 10


def test_what_waits_for_a_trigger_says_for_what(diff):
    (line,) = rows(diff("as_happened_2020", "mine", "--csv", own=WAITS))
    assert line["mine"] == "2 (set) when referrals_schools below 0.5 times before crisis over 2 weeks, known 14 days late"
    assert line["as_happened_2020"] == ""


def test_plans_are_held_against_each_other_in_the_crisis_they_answer_or_the_one_asked_for(diff):
    assert "in the crisis covid19_england" in diff("as_happened_2020", "mine")
    assert "in the crisis flood" in diff("as_happened_2020", "mine", "--crisis", "flood")


def test_a_plan_that_waits_says_so_when_it_is_shown(here, capsys):
    (here / "plan").mkdir()
    (here / "plan" / "mine.yaml").write_text(WAITS, encoding="utf-8")
    assert main(["plans", "show", "mine", "--config-dir", "."]) == 0
    assert "waits for" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plans", "diff"), "expected two plans"),
        (("plans", "diff", "joined_up"), "expected two plans"),
        (("plans", "diff", "joined_up", "joind_up"), "no such plan; did you mean 'joined_up'"),
        (("plans", "diff", "joined_up", "care_for_staff", "--crisis", "flod"), "no such crisis; did you mean 'flood'"),
        (("plans", "diff", "joined_up", "care_for_staff", "--long"), "no such option"),
        (("plans", "shows", "joined_up"), "plans diff A B"),
    ],
)
def test_a_wrong_word_is_refused_in_one_line(refused, words, said):
    assert said in refused(*words)


def test_a_plan_in_a_spreadsheet_is_run_as_one_in_yaml(here, quick):
    (here / "plan").mkdir()
    lines = "starts_from,,as_happened_2020,,\nredeployment_governance,,approve,2020-03-19,2020-12-31\n"
    (here / "plan" / "say.csv").write_text(f"lever,dial,value,from,to\n{lines}", encoding="utf-8")
    assert main(["run", "--config-dir", ".", "plan=say", "children=600"]) == 0
    assert "redeployment_governance" in {change.dial for change in quick[0].plan}
