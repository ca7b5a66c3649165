"""``simsafe sensitivity`` as typed: what it prints, writes and refuses; asked again, it runs nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import simsafe.report.sensitivity as report
from simsafe.app import main
from simsafe.study.register import ROOMS
from simsafe.study.sensitivity.measuring import MEASURES

SMALL = ["children=500", "start=2020-03-16", "end=2020-04-01", "warm_up_days=3", "executor=serial"]
TWO = "plans=[as_happened_2020,see_every_child]"
ONE_NUMBER = ["sensitivity", TWO, *SMALL, "among=[visits.protection_days]", "trajectories=2", "dozen=0", "output=found"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_study_of_one_number_prints_and_writes_what_came_out_and_asked_again_runs_nothing(here, monkeypatch, capsys):
    monkeypatch.setattr(report, "SHIPPED_EVIDENCE", here)
    assert main([*ONE_NUMBER, "--write"]) == 0
    said = capsys.readouterr().out
    assert "10 of 10 points" in said
    assert "Simulated." in said
    table = rows(here / "found" / "numbers.csv")
    assert {row["name"] for row in table} == {"visits.protection_days"}
    assert {row["measure"] for row in table} == set(MEASURES)
    assert all(row["simulated"] == "yes" and row["luck"] is not None for row in table)
    page = (here / "found" / "sensitivity.md").read_text(encoding="utf-8")
    assert page.count("What they rest on:") == 2 * len(MEASURES)
    assert "not told from luck" in page
    assert (here / "found" / "days_unseen.png").read_bytes().startswith(b"\x89PNG")
    assert (here / "effects.csv").read_text(encoding="utf-8").splitlines()[0] == "name,measure,effect"
    files = sorted((here / "found" / "shards").iterdir())
    assert len(files) == 10

    monkeypatch.setattr("simsafe.study.sensitivity.points.run_shards", None)
    assert main(ONE_NUMBER) == 0
    assert sorted((here / "found" / "shards").iterdir()) == files


def test_effects_are_written_only_when_asked(here, monkeypatch):
    monkeypatch.setattr(report, "SHIPPED_EVIDENCE", here)
    monkeypatch.setattr("simsafe.study.sensitivity.points.run_shards", lambda *_: [])
    assert main(ONE_NUMBER) == 0, "nothing is there, so nothing is ranked"
    assert not (here / "effects.csv").exists()
    assert main([*ONE_NUMBER, "--write"]) == 2
    assert not (here / "effects.csv").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["trajectries=3"], "did you mean 'trajectories'"),
        (["output=/proc/x"], "output = '/proc/x'; cannot be written"),
        (["trajectories=1"], "from 2 to"),
        (["trajectories"], "no value"),
        (["among=[truth.hamr]"], "did you mean 'truth.harm'"),
        (["among=[belief.pooling]"], "choice between rules"),
        (["by=room"], "did you mean 'rooms'"),
        (["reach=2"], "reach = 2; expected a number from 0.05 to 1"),
        (["plans=[as_happened_2020]"], "2 to 50 plans"),
        (["plan=see_every_child"], "several plans"),
        (["seed=1,2"], "the first seed"),
        (["--quik"], "did you mean '--quick'"),
        (["replications=5"], "no such setting"),
        (["crisis=covd19_england"], "did you mean 'covid19_england'"),
        (["structures", "structures=[cuont]"], "did you mean 'count'"),
        (["structures", "trajectories=3"], "no such setting"),
        (["structures", "--write"], "no effects to write"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_nothing_is_written(words, says, refused):
    assert says in refused("sensitivity", *words)


def test_the_effects_written_are_those_that_the_register_reads():
    assert report.SHIPPED_EVIDENCE.name == "evidence"
    assert (report.SHIPPED_EVIDENCE / "constants.csv").is_file()
    assert "parameters" in ROOMS, "a name without a room is a parameter's path"
