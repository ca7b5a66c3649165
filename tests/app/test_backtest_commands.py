"""``simsafe predict`` and ``simsafe validate`` as typed."""

import sys
from pathlib import Path

import pytest

from simsafe.app import main
from simsafe.study.validation.sealing import MANIFEST, predictions_text, sealed
from simsafe.study.validation.terms import RATIO, SPANS, weeks

sys.path.append(str(Path(__file__).resolve().parents[1] / "study" / "validation"))
from made_up_outcomes import predicted, prediction, well_told, written


@pytest.fixture
def folders(tmp_path):
    """Outcomes far off from what was predicted, and the sealed predictions."""
    came, _ = well_told(off=900)
    said = predicted(*(prediction(w, 100, 20) for w in weeks()), prediction(SPANS["autumn 2020"], 0.9, 0.1, unit=RATIO))
    lines = [",".join(map(str, row)) for row in came.itertuples(index=False, name=None)]
    data, folder = written(tmp_path / "data", *lines, "2020-07-06,2020-07-12,devon,referrals,total,3,referrals"), tmp_path / "sealed"
    folder.mkdir()
    files = {"devon.csv": predictions_text(said)}
    (folder / "devon.csv").write_bytes(files["devon.csv"])
    about = {"simulated": True, "simsafe": "0", "seeds": [1, 40], "parameters": {"<b>x": "0"}, "draws": 40, "trial": False}
    (folder / MANIFEST).write_bytes(sealed(about, files))
    return data, folder, tmp_path / "out"


def typed(folders) -> list[str]:
    return ["validate", "--data", str(folders[0]), "--predictions", str(folders[1]), "--output", str(folders[2])]


def test_failures_come_first_in_the_terminal_and_on_the_page_and_all_say_that_they_are_simulated(folders, capsys):
    assert main(typed(folders)) == 0
    said = capsys.readouterr().out
    assert said.startswith("Simulated.")
    assert "FAILS  referrals, by week, as counted, areas" in said
    page = (folders[2] / "validation.html").read_text(encoding="utf-8")
    assert page.index(">Fails ") < page.index(">Does not fail ")
    assert "Simulated" in page[: page.index("<body>")]
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    for name in ("groups.csv", "values.csv", "left_out.csv"):
        assert (folders[2] / name).read_text(encoding="utf-8").startswith("simulated,")
    assert "2020-07-06" in (folders[2] / "left_out.csv").read_text(encoding="utf-8")


def test_changed_predictions_are_refused_and_nothing_is_written(folders, capsys):
    path = folders[1] / "devon.csv"
    path.write_bytes(path.read_bytes().replace(b"100", b"101", 1))
    assert main(typed(folders)) == 2
    assert "has changed since it was sealed" in capsys.readouterr().err
    assert not folders[2].exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["validate"], "--data is missing"),
        (["validate", "--data"], "no folder given"),
        (["validate", "--dta", "x"], "did you mean '--data'"),
        (["validate", "--data", "nowhere"], "no such folder"),
        (["predict", "seds=3"], "did you mean 'seeds'"),
        (["predict", "seeds=1"], "from 2 to"),
        (["predict", "seeds=many"], "whole number"),
        (["predict", "geographies=[devn]"], "did you mean 'devon'"),
        (["predict", "sets=nowhere"], "no such folder"),
        (["predict", "children=3", "children=4"], "given twice"),
        (["predict", "seeds=2", f"output={'x' * 300}"], "cannot be written (File name too long)"),
        (["predict", "seeds=2", f"draws={'x' * 300}"], "draws = "),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_nothing_is_written(words, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert says in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())
