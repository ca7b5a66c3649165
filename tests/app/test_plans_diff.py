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
    assert line["mine"] == "2 (set) when referrals_schools below 0.5 times the usual before the crisis over 2 weeks, known 14 days late"
    assert line["as_happened_2020"] == ""


def test_plans_are_held_against_each_other_in_the_crisis_they_answer_or_the_one_asked_for(diff):
    assert "in the crisis covid19_england" in diff("as_happened_2020", "mine")
    assert "in the crisis flood" in diff("as_happened_2020", "mine", "--crisis", "flood")


def test_a_floor_of_ones_own_is_laid_over_what_is_inherited_and_not_under_it(diff):
    floor = "in_person_health_visiting: {health_visiting_in_person_share: 0.7, from: 2020-03-23, to: 2021-03-07}"
    own = f"title: Mine\nstarts_from: as_happened_2020\nlevers:\n  {floor}\n"
    lines = [line for line in rows(diff("as_happened_2020", "mine", "--csv", own=own)) if line["from"] < "2021-03-07"]
    assert {line["dial"] for line in lines} == {"health_visiting_in_person_share"}
    assert {line["mine"] for line in lines} == {"0.7"}
    assert "2020-06-01" in {line["from"] for line in lines}


def test_a_plan_is_shown_lever_by_lever_its_own_first_with_the_value_in_force(here, capsys):
    assert main(["plans", "show", "see_every_child"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 120
    own, inherited = out.split("Inherited from as_happened_2020")
    assert "Levers of see_every_child itself" in own
    assert "in the crisis covid19_england" in own
    (line,) = [line for line in own.splitlines() if "health_visiting_in_person_share" in line]
    assert "floor 0.7" in line
    assert "0.7 to 0.95" in line
    overruled = [line for line in inherited.splitlines() if "health_visiting_in_person_share" in line and "2020-06-01" in line]
    assert overruled[0].split()[3:5] == ["0.25", "0.7"]


def test_where_the_dials_stand_depends_on_the_crisis_and_all_of_it_is_in_the_csv(here, capsys):
    def shown(*words):
        assert main(["plans", "show", "joined_up", "--csv", *words]) == 0
        return rows(capsys.readouterr().out)

    usual, other = shown(), shown("--crisis", "none")
    assert list(usual[0]) == ["plan", "lever", "dial", "from", "to", "how", "value", "in force", "unit", "source", "waits for"]
    assert [line["plan"] for line in usual] == sorted((line["plan"] for line in usual), key=lambda plan: plan != "joined_up")
    assert [line["value"] for line in usual] == [line["value"] for line in other]
    assert all(line["unit"] and line["lever"] for line in usual)


def test_a_plan_that_waits_says_so_when_it_is_shown(here, capsys):
    (here / "plan").mkdir()
    (here / "plan" / "mine.yaml").write_text(WAITS, encoding="utf-8")
    assert main(["plans", "show", "mine", "--config-dir", "."]) == 0
    out = capsys.readouterr().out
    assert "waits for referrals_schools below 0.5 times the usual before the crisis over 2 weeks, known 14 days late" in out
    assert max(map(len, out.splitlines())) <= 120


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plans", "diff"), "expected two plans"),
        (("plans", "diff", "joined_up"), "expected two plans"),
        (("plans", "diff", "joined_up", "joind_up"), "no such plan; did you mean 'joined_up'"),
        (("plans", "diff", "joined_up", "care_for_staff", "--crisis", "flod"), "no such crisis; did you mean 'flood'"),
        (("plans", "diff", "joined_up", "care_for_staff", "--long"), "no such option"),
        (("plans", "shows", "joined_up"), "plans diff A B"),
        (("plans", "show", "joined_up", "--crisis"), "plans --crisis: expected a name after it"),
        (("plans", "show", "joined_up", "--crisis", "flod"), "no such crisis; did you mean 'flood'"),
        (("plans", "--crisis", "flood"), "plans show NAME --crisis NAME"),
        (("plans", "show", "joined_up", "--config-dir="), "expected a folder after it"),
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
