"""Targets: nothing later than June 2020, errors everywhere, and sources that are shipped."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.study import fit
from simsafe.study.calibration.inputs import HELD, PREVALENCE, england_inputs, shares_of, usual_values, values_at
from simsafe.study.calibration.targets import LAST, LOGIT, england_targets, off_scale, on_scale, targets_from
from simsafe.world.evidence import cards, cited, table

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(("column", "value"), [("date_end", "2020-07-01"), ("date_end", "2021-03-31"), ("date_start", "2020-09-01")])
def test_a_row_of_days_after_june_2020_is_refused(column, value):
    row = {**table("targets")[0], "date_end": max(value, table("targets")[0]["date_end"]), column: value}
    with pytest.raises(ConfigError, match=r"expected a day up to 2020-06-30"):
        targets_from([row])


def test_no_shipped_row_is_later_than_june_2020():
    assert date(2020, 6, 30) == LAST
    assert max(target.last for target in england_targets()) <= LAST


@pytest.mark.parametrize(("column", "value"), [("value", "many"), ("use", "liked"), ("spread", "0"), ("kind", "x")])
def test_a_row_that_is_none_is_refused_by_name(column, value):
    row = {**table("targets")[0], "discrepancy": "0", column: value}
    with pytest.raises(ConfigError, match="referrals"):
        targets_from([row])


def test_fitted_values_are_those_of_the_first_fit():
    same = {target.name: target.value for target in england_targets() if target.name in fit.TARGETS}
    assert set(fit.TARGETS) - set(same) == {"harmed"}
    assert all(value == pytest.approx(fit.TARGETS[name].value, rel=1e-3) for name, value in same.items())


def test_every_id_that_a_target_or_range_cites_is_shipped():
    ids = {name for row in (*table("targets"), *table("calibration_ranges")) for name in cited(row["source"])}
    assert ids
    assert ids <= set(cards())


def test_every_fitted_number_has_a_range_and_the_shipped_numbers_lie_within_all_ranges():
    inputs = england_inputs()
    assert {one.name for one in inputs if one.fitted} == {knob.name for knob in fit.KNOBS}
    assert all(one.inside for one in inputs)
    assert [one.name for one in england_inputs(HELD) if not one.fitted] == [PREVALENCE]


def test_ranges_lie_within_those_of_the_parameters():
    from simsafe.ground.parameter import register
    from simsafe.scenario import Parameters

    known = {row["name"]: row for row in register(Parameters())}
    assert not [one.name for one in england_inputs() if not known[one.path]["low"] <= one.low < one.high <= known[one.path]["high"]]


def test_numbers_come_back_from_their_coordinates():
    inputs = england_inputs()
    usual = usual_values(inputs)
    (back,) = values_at(inputs, shares_of(inputs, [usual]))
    assert {name: value for name, value in back.items() if name != "ties.overlap"} == pytest.approx(
        {name: value for name, value in usual.items() if name != "ties.overlap"}, rel=1e-4
    )


def test_scales_turn_back():
    values, scales = np.array([[552.9, 0.83]]), ["log", LOGIT]
    assert off_scale(on_scale(values, scales), scales) == pytest.approx(values)


CALIBRATING = """
import sys, tempfile
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event in ("open", "os.listdir", "os.scandir") and args else None)
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from dataclasses import replace
from toy_england import toy
from simsafe.study.calibration import asked, matching
from simsafe.study.calibration.outcome import outcome, write_outcome
from simsafe.study.calibration.runs import Keeper, alone_in
from simsafe.study.runner import Hands
asked.QUICK = asked.Size(5_000, 3, 30, 15, 1, 2, 1, 1, 1)
matching.SAMPLE, matching.STEPS = 30, 20
wanted = asked.Asked(quick=True)
with tempfile.TemporaryDirectory() as folder:
    here = Path(folder) / "here"
    with alone_in(here, wanted.about):
        made = matching.match(wanted, Keeper(replace(wanted.problem, job=toy), here, Hands("serial"), told=lambda text: None))
        write_outcome(made, outcome(made, 0), here)
sealed = sorted({path for path in opened if "validation" in path.lower().replace(chr(92), "/").split("/")})
code = Path(asked.__file__).parents[1] / "validation"  # is listed, to find all code
sealed = [path for path in sealed if Path(path) != code]
assert any(path.endswith("targets.csv") for path in opened), "the hook sees nothing"
assert not sealed, sealed
assert not [name for name in sys.modules if "validation" in name and name.startswith("simsafe")]
"""


def test_while_it_calibrates_nothing_of_the_back_test_is_opened_or_loaded():
    words = [sys.executable, "-c", CALIBRATING, str(Path(__file__).parent)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-800:]
