"""Other rules in the place of some of the model's, and whether differences between plans keep their sign."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_worlds import covid, small

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import Timetable
from simsafe.study.comparison import study_of
from simsafe.study.from_config import config_for
from simsafe.study.paired import ALIKE, BETTER, DIFFERS, IDENTICAL, TOO_FEW, WORSE
from simsafe.study.plan_choice import load_plan
from simsafe.study.runner import Hands
from simsafe.study.sensitivity.structures import (
    FEW,
    KEEPS,
    SHIPPED,
    STRUCTURES,
    TURNS,
    UNTOLD,
    compared_under,
    counted,
    kept_signs,
    sign,
    structures_of,
)


def row(verdict: str, value: float = 1.0) -> dict:
    return {"verdict": verdict, "value": value}


@pytest.mark.parametrize(
    ("usual", "now", "said"),
    [
        (row(BETTER), row(BETTER), KEEPS), (row(WORSE), row(WORSE), KEEPS), (row(BETTER), row(WORSE), TURNS),
        (row(WORSE), row(BETTER), TURNS), (row(DIFFERS, 2), row(DIFFERS, 5), KEEPS), (row(DIFFERS, 2), row(DIFFERS, -5), TURNS),
        (row(BETTER), row(ALIKE), UNTOLD), (row(ALIKE), row(WORSE), UNTOLD), (row(IDENTICAL, 0), row(BETTER), UNTOLD),
        (row(BETTER), row(TOO_FEW), FEW), (row(TOO_FEW), row(BETTER), FEW),
    ],
)  # fmt: skip
def test_a_difference_keeps_turns_or_cannot_be_told_apart(usual, now, said):
    assert sign(usual, now) == said


def timetable(name: str) -> Timetable:
    made = STRUCTURES[name].of(small())
    return Timetable(made.crisis, made.plan, made.severity, made.first, made.days)


def test_harm_is_constant_or_amplified_all_through_the_crisis():
    constant, amplified = timetable("harm_constant"), timetable("harm_amplified")
    assert set(constant.series("harm_incidence")) == {1.0}
    assert set(constant.series("strain_shift")) == {0.0}
    assert STRUCTURES["harm_constant"].of(small()).parameters.truth.families.school_closure_strain == 0
    assert set(amplified.series("harm_incidence")[15 + 14 :]) == {1.5}
    assert amplified.series("harm_incidence")[0] == 1.0
    usual = Timetable(covid(), small().plan, 1.0, small().first, small().days)
    assert (amplified.series("strain_shift") == usual.series("strain_shift")).all()
    for one in (constant, amplified):
        assert (one.series("school_open_share") == usual.series("school_open_share")).all(), "nothing else of the crisis changes"


def test_every_alternative_changes_something_and_needs_no_crisis():
    for name, structure in STRUCTURES.items():
        assert structure.of(small()) != small(), name
        structure.of(replace(small(), crisis=(), crisis_name="none"))


def test_the_plans_are_compared_under_each_on_the_same_seeds_and_every_headline_has_a_sign(tmp_path):
    config = config_for(area="england", children=500, start="2020-03-09", end="2020-04-05", warm_up_days=7, crisis="covid19_england")
    study = study_of(config, [load_plan(name) for name in ("as_happened_2020", "see_every_child")], 2, None)
    chosen = structures_of(["count"])
    made = compared_under(study, tmp_path / "rules", Hands("serial"), chosen)
    assert set(made) == {SHIPPED, "count"}
    assert {tuple(one.table("runs")["seed"]) for one in made.values()} == {(1, 1, 2, 2)}
    assert made["count"].digest != made[SHIPPED].digest
    table = kept_signs(made, chosen)
    assert set(table["sign"]) <= {FEW, UNTOLD}, "two seeds rank nothing, though plans may be alike in every event"
    assert len(table) == len(made[SHIPPED].table("first_page")) - 2
    assert counted(table)[[KEEPS, TURNS, UNTOLD, FEW]].to_numpy().sum() == len(table)


@pytest.mark.parametrize(("names", "says"), [(["cuont"], "did you mean 'count'"), (["count", "count"], "given twice")])
def test_an_alternative_that_is_not_there_is_refused_in_one_line(names, says):
    with pytest.raises(ConfigError, match=says) as refused:
        structures_of(names)
    assert "\n" not in str(refused.value)
