"""``simsafe evidence``: it prints, filters and exports, and refuses in one line."""

import csv
from io import StringIO

import pytest

from simsafe.app import main


def printed(capsys, *words):
    assert main(["evidence", *words]) == 0
    return capsys.readouterr().out


def test_all_numbers_are_printed_with_their_shares(capsys):
    out = printed(capsys)
    assert "numbers" in out.splitlines()[0]
    assert "by grade: D " in out
    assert "by kind: assumed " in out
    assert "the weakest by effect: " in out
    assert "truth.harm.prevalence" in out


def test_rows_are_filtered_by_grade_kind_and_text(capsys):
    rows = list(csv.DictReader(StringIO(printed(capsys, "doubts", "--grade", "D", "--kind=assumed", "--csv"))))
    assert rows
    assert {(row["grade"], row["kind"]) for row in rows} == {("D", "assumed")}


def test_a_row_of_evidence_is_shown_in_full(capsys):
    out = printed(capsys, "PR01")
    assert "PR01: Point prevalence" in out
    assert "address" in out
    assert "truth.harm.prevalence" in out
    assert "a calibration is held against it: contacts" in printed(capsys, "A0564")


@pytest.mark.parametrize("ending", ["csv", "html"])
def test_the_register_is_exported(here, capsys, ending):
    assert "numbers in" in printed(capsys, "--grade", "A", f"--export=register.{ending}")
    assert [p.name for p in here.iterdir()] == [f"register.{ending}"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--grade", "Q"], "expected one of D, fitted"),
        (["--kind", "sene"], "did you mean 'seen'"),
        (["--export", "x.pdf"], ".csv or .html"),
        (["--export"], "expected a file after it"),
        (["--export", "no_such_folder/x.csv"], "cannot be written"),
        (["--exprt", "x.csv"], "no such option"),
        (["no_such_thing_at_all"], "no number has that"),
        (["no_such_thing_at_all", "--export", "x.csv"], "no number has that"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(refused, words, says):
    assert says in refused("evidence", *words)


def test_help_says_what_grades_and_kinds_there_are(capsys):
    out = printed(capsys, "--help")
    assert "--grade" in out
    assert "remembered" in out
