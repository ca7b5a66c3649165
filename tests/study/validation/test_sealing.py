"""What is sealed stays as it is."""

import json
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from made_up_outcomes import predicted, prediction

from simsafe.ground.parameter import ConfigError
from simsafe.study.parameter_sets import digest_of, sets_from
from simsafe.study.validation.sealing import MANIFEST, check_unsealed, predictions_text, read_predictions, sealed
from simsafe.study.validation.terms import GEOGRAPHIES, weeks

ROOT = Path(__file__).parents[3]

ABOUT = {"simulated": True, "seeds": [1, 40], "trial": False, "command": "simsafe predict"}


@pytest.fixture
def folder(tmp_path):
    files = {"devon.csv": predictions_text(predicted(prediction(weeks()[0], 100, 10)))}
    for name, raw in files.items():
        (tmp_path / name).write_bytes(raw)
    (tmp_path / MANIFEST).write_bytes(sealed(ABOUT, files))
    return tmp_path


def test_sealed_predictions_are_read_back_and_say_that_they_are_simulated(folder):
    table, about = read_predictions(folder)
    assert about["seeds"] == [1, 40]
    assert set(table["simulated"]) == {"yes"}
    assert table["q0.5"].tolist() == [100.0]


def test_a_byte_changed_after_sealing_is_refused(folder):
    raw = bytearray((folder / "devon.csv").read_bytes())
    raw[-3] ^= 1
    (folder / "devon.csv").write_bytes(raw)
    with pytest.raises(ConfigError, match="has changed since it was sealed"):
        read_predictions(folder)


def test_a_file_that_was_not_sealed_is_refused(folder):
    (folder / "england.csv").write_bytes((folder / "devon.csv").read_bytes())
    with pytest.raises(ConfigError, match=r"'england\.csv' is not of its manifest"):
        read_predictions(folder)


def test_a_trial_stays_one_whatever_its_manifest_says(folder):
    assert read_predictions(folder)[1]["trial"]  # Devon alone


def test_the_committed_predictions_are_as_they_were_sealed_whole_and_no_trial():
    table, about = read_predictions(ROOT / "validation" / "predictions")
    assert about["trial"] is False
    assert set(table["geography"]) == set(GEOGRAPHIES)
    assert about["plan_of_the_test"] == sha256((ROOT / "validation" / "plan.md").read_bytes()).hexdigest()
    assert about["parameters"] == {name: digest_of(made) for name, made in sets_from(ROOT / "validation" / "sets").items()}
    kept = ROOT / "experiments" / "calibration" / "england" / "sets"
    assert all((kept / path.name).read_bytes() == path.read_bytes() for path in (ROOT / "validation" / "sets").glob("*.csv"))


def test_a_file_taken_away_is_refused(folder):
    (folder / "devon.csv").unlink()
    with pytest.raises(ConfigError, match="is missing"):
        read_predictions(folder)


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no manifest"):
        read_predictions(tmp_path)


def test_sealed_predictions_are_never_written_over_by_others(folder):
    check_unsealed(folder, ABOUT)
    check_unsealed(folder, ABOUT | {"command": "simsafe predict workers=1"})
    with pytest.raises(ConfigError, match="seeds differ"):
        check_unsealed(folder, ABOUT | {"seeds": [2, 41]})


def test_a_trial_may_be_written_over(folder):
    (folder / MANIFEST).write_text(json.dumps(ABOUT | {"trial": True}))
    check_unsealed(folder, ABOUT | {"seeds": [2, 41]})
    assert isinstance(pd.read_csv(folder / "devon.csv"), pd.DataFrame)
