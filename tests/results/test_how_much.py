"""How much harm is found is never said as one share."""

from __future__ import annotations

from pathlib import Path

from made_up_comparison import made_up
from markupsafe import escape

from simsafe.report.board import report
from simsafe.results.how_much import at_low_central_and_high
from simsafe.results.summary import headlines
from simsafe.scenario import Parameters
from simsafe.world.evidence import table

CALIBRATION = Path(__file__).parents[2] / "experiments" / "calibration" / "england" / "detection.csv"


def test_the_shares_that_are_said_are_those_of_the_calibration():
    shipped = table("detection")
    lines = CALIBRATION.read_text(encoding="utf-8").splitlines()
    assert [",".join(row.values()) for row in shipped] == lines[1:]
    said = at_low_central_and_high()
    for row in shipped:
        assert f"{100 * float(row['low']):.0f} to {100 * float(row['high']):.0f} %" in said


def test_the_shipped_prevalence_lies_in_the_middle_third_and_the_thirds_meet_in_order():
    low, central, high = table("detection")
    assert [row["prevalence"] for row in (low, central, high)] == ["low", "central", "high"]
    assert float(low["to"]) <= float(central["from"]) <= Parameters().truth.harm.prevalence <= float(central["to"]) <= float(high["from"])


def test_it_stands_where_shares_of_harm_found_are_shown(covid):
    assert any(line.endswith(at_low_central_and_high()) for line in headlines(covid))
    assert escape(at_low_central_and_high()) in report(made_up())
