"""``simsafe calibrate`` as typed: what cannot be is refused in one line before anything is written."""

import pytest

from simsafe.app import main


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["area=devonn"], "did you mean 'devon'"),
        (["points=3"], "points = 3; expected a whole number from 10 to 10000"),
        (["sweep=all"], "sweep = 'all'; expected one of drawn, held"),
        (["pionts=30"], "did you mean 'points'"),
        (["seed"], "seed: no value"),
        (["waves=2", "waves=3"], "given twice"),
        (["--quck"], "did you mean '--quick'"),
        (["children=ten"], "children = 'ten'; expected a whole number"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(words, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["calibrate", *words]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_else_in_it_is_refused(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["calibrate", "--quick", f"output={tmp_path}"]) == 2
    assert "something in it that is no calibration" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
