"""A plan of one's own is asked for by the path of its file wherever a plan is named, and what is wrong with it is said with the path."""

import csv
import io

import pytest

from simsafe.app import main
from simsafe.study.from_config import config_for, scenario_for, scenario_from
from simsafe.study.plan_choice import load_plan

YAML = """
title: Doors
starts_from: as_happened_2020
levers:
  doorstep_rounds: {school_doorstep_weeks: 2, from: 2020-04-20, to: 2020-07-17}
"""
SHEET = "lever,dial,value,from,to\nstarts_from,,as_happened_2020,,\ndoorstep_rounds,school_doorstep_weeks,2,2020-04-20,2020-07-17\n"
SMALL = ("children=600", "start=2020-03-09", "end=2020-04-12", "warm_up_days=7")


@pytest.fixture
def own(here):
    """Files of one's own, good and bad, in folders with a space and a sign in their names."""
    for folder in ("my plans ☂", "yours"):
        (here / folder).mkdir()
        (here / folder / "doors.yaml").write_text(YAML, encoding="utf-8")
    files = {
        "rounds.csv": SHEET, "semicolons.csv": SHEET.replace(",", ";"), "tabs.csv": SHEET.replace(",", "\t"),
        "word.csv": SHEET.replace(",2,", ",two,"), "empty.yaml": "# later\n", "twice.yaml": "title: a\ntitle: b\n", "list.yaml": "[a]\n",
        "see_every_child.yaml": YAML, "astray.yaml": "starts_from: as_hapened_2020\n", "notes.txt": "x",
        "lever.yaml": YAML.replace("doorstep_rounds", "doorstep_round"),
    }  # fmt: skip
    for name, text in files.items():
        (here / "my plans ☂" / name).write_text(text, encoding="utf-8")
    return here


def changes(scenario):
    return [change for change in scenario.plan if change.dial == "school_doorstep_weeks"]


def test_a_run_takes_the_path_of_a_plan_and_changes_inside_it(own, quick):
    assert main(["run", "plan=my plans ☂/doors.yaml", *SMALL, "output=a"]) == 0
    assert main(["run", "plan=./my plans ☂/rounds.csv", *SMALL, "output=b"]) == 0
    inside = "plan.levers.doorstep_rounds.school_doorstep_weeks=4"
    assert main(["run", "plan=my plans ☂/doors.yaml", inside, *SMALL, "output=c"]) == 0
    assert [scenario.plan_name for scenario in quick] == ["doors", "rounds", "doors_changed"]
    assert [[change.value for change in changes(scenario)] for scenario in quick] == [[2], [2], [4]]
    assert len(quick[0].plan) == len(quick[1].plan) > 100


def test_a_sweep_takes_paths_and_names_together(own, quick):
    assert main(["run", "-m", "plan=yours/doors.yaml,see_every_child", *SMALL]) == 0
    assert [scenario.plan_name for scenario in quick] == ["doors", "see_every_child"]


def test_the_library_takes_the_same_path(own):
    path = own / "my plans ☂" / "doors.yaml"
    assert scenario_for(plan=path, children=600).plan == scenario_for(plan=str(path), children=600).plan
    assert scenario_for(plan=path, children=600).plan == load_plan(path).changes
    assert scenario_from(config_for(plan=path)).plan_name == "doors"


def test_a_plan_is_shown_and_held_against_another_by_its_path(own, capsys):
    assert main(["plans", "show", "my plans ☂/rounds.csv", "--csv"]) == 0
    first = next(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert (first["plan"], first["lever"], first["dial"], first["value"]) == ("rounds", "doorstep_rounds", "school_doorstep_weeks", "2")
    assert main(["plans", "diff", "my plans ☂/rounds.csv", "yours/doors.yaml"]) == 0
    assert "rounds and doors turn every dial alike" in capsys.readouterr().out


def test_a_story_is_told_under_plans_from_files(own, capsys):
    assert main(["story", "plan=yours/doors.yaml", "against=my plans ☂/rounds.csv", "child=3", *SMALL, "output=told"]) == 0
    out = capsys.readouterr().out
    assert "doors: digest" in out
    assert "rounds: digest" in out


COMMANDS = {
    "plan": ("run", "plan={}"),
    "plans": ("compare", "plans=[as_happened_2020,'{}']"),
    "against": ("story", "child=1", "against={}"),
}


@pytest.mark.parametrize(("key", "words"), COMMANDS.items())
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("my plans ☂/door.yaml", "no such file; did you mean 'my plans ☂/doors.yaml'?"),
        ("my plans ☂/notes.txt", "a file that ends with .yaml or .yml or .csv or .xlsx"),
        ("my plans ☂/see_every_child.yaml", "see_every_child is a shipped plan's name"),
        ("my plans ☂/semicolons.csv", "this file is separated by semicolons; expected commas"),
        ("my plans ☂/tabs.csv", "this file is separated by tabs"),
        ("my plans ☂/empty.yaml", "the file is empty; expected settings, such as title: and levers:"),
        ("my plans ☂/twice.yaml", "line 2: 'title' is given twice"),
        ("my plans ☂/list.yaml", "['a']; expected names with settings"),
        ("my plans ☂/word.csv", "row 3, column value: 'two'"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_alike_with_the_setting_and_the_path(own, refused, key, words, name, says):
    line = refused(*(word.format(name) for word in words))
    assert line.startswith(f"simsafe: {key} = '{name}'; ")
    assert says in line
    assert "did you mean" in says or "did you mean" not in line


@pytest.mark.parametrize(("key", "words"), COMMANDS.items())
def test_a_misspelt_plan_is_refused_under_the_setting_that_named_it(refused, key, words):
    line = refused(*(word.format("see_every_chid") for word in words))
    assert f"{key} = 'see_every_chid'; no such plan; did you mean 'see_every_child'" in line


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "plans=['my plans ☂/doors.yaml',yours/doors.yaml]"],
        ["run", "-m", "plan=my plans ☂/doors.yaml,yours/doors.yaml"],
        ["story", "child=1", "plan=my plans ☂/doors.yaml", "against=yours/doors.yaml"],
        ["plans", "diff", "my plans ☂/doors.yaml", "yours/doors.yaml"],
    ],
)
def test_two_files_of_one_name_are_refused_with_both_paths(own, refused, words):
    line = refused(*words)
    assert "'yours/doors.yaml'; 'my plans ☂/doors.yaml' is called doors too" in line


def test_a_name_that_is_a_file_here_is_answered_with_the_file(own, refused):
    (own / "doors.csv").write_text(SHEET, encoding="utf-8")
    assert "did you mean 'doors.csv'?" in refused("run", "plan=doors")
    assert "did you mean 'doors.csv'?" in refused("compare", "plans=[doors,see_every_child]")


def test_one_file_twice_is_one_plan_given_twice(own, refused):
    assert "given twice" in refused("compare", "plans=[yours/doors.yaml,./yours/doors.yaml]")
    assert "the same as plan" in refused("story", "child=1", "plan=yours/doors.yaml", "against=yours/doors.yaml")


def test_a_slip_inside_a_file_is_said_with_the_plan_and_the_place(own, refused):
    assert "plan/astray.starts_from: plan = 'as_hapened_2020'; no such plan" in refused("run", "plan=my plans ☂/astray.yaml")
    assert "plan/lever.levers.doorstep_round: no such lever" in refused("run", "plan=my plans ☂/lever.yaml")


def test_a_file_and_one_on_ones_own_shelf_may_not_have_one_name(own, refused):
    (own / "shelf" / "plan").mkdir(parents=True)
    (own / "shelf" / "plan" / "doors.yaml").write_text(YAML, encoding="utf-8")
    line = refused("run", "--config-dir", "shelf", "plan=yours/doors.yaml")
    assert "'yours/doors.yaml'; 'shelf/plan/doors.yaml' is called doors too" in line
