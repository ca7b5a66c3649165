"""Plans at equal effort, and values at which rankings turn round: runs of their own, kept and gone on with."""

import pytest
from small_comparisons import PLANS, QUICK, files_in

import simsafe.study.beside as beside
from simsafe.comparison import compare
from simsafe.ground.parameter import ConfigError
from simsafe.study.beside import AS_WRITTEN, EQUAL, base_of, beside_of, in_words, with_changes
from simsafe.study.comparison import study_of
from simsafe.study.effort import weakened
from simsafe.study.from_config import config_for
from simsafe.study.jobs import Study
from simsafe.study.plan_choice import load_plan

TWO = {"area": "devon", "crisis": "covid19_england", "plans": PLANS, "replications": 1, "executor": "serial", **QUICK}


@pytest.fixture(scope="module")
def study() -> Study:
    config = config_for(area="devon", crisis="covid19_england", **QUICK)
    return study_of(config, [load_plan(name) for name in PLANS], 1, None)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"effort": "eqal"}, "did you mean 'equal'"),
        ({"exchange": {"school staff": 1.0}}, "effort=equal"),
        ({"effort": EQUAL, "exchange": {"school staf": 1.0}}, "did you mean 'school staff'"),
        ({"effort": EQUAL, "exchange": {"school staff": 0}}, "0.01 to 100"),
        ({"effort": EQUAL, "exchange": {}}, "school staff:1"),
        ({"axes": ["prevalance"]}, "did you mean 'prevalence'"),
        ({"axes": ["overlap", "overlap"]}, "given twice"),
        ({"axes": "overlap"}, "expected true, false"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(asked, said):
    with pytest.raises(ConfigError, match=said) as refused:
        beside_of(**asked)
    assert "\n" not in str(refused.value)


def test_all_axes_none_or_some_may_be_asked_for():
    assert beside_of(axes=True).break_even == ("remote_strength", "prevalence", "overlap")
    assert beside_of().break_even == ()
    assert beside_of().effort == AS_WRITTEN


def test_a_weakened_plan_is_so_named_and_its_settings_say_how_far(study):
    plan = study.scenarios[1]
    now = weakened(plan.plan, {"school staff": 0.5}, {"school_doorstep_weeks": ("school staff",)}, base_of(study))
    made = with_changes(study, {plan.plan_name: now}, "_equal_effort")
    assert list(made.plans) == [PLANS[0], f"{PLANS[1]}_equal_effort"]
    assert made.scenarios[1].plan_name == f"{PLANS[1]}_equal_effort"
    assert {c.lever[0] for c in made.scenarios[1].plan} == {
        f"{of}_equal_effort" if of == PLANS[1] else of for of in (c.lever[0] for c in plan.plan)
    }
    assert made.scenarios[0] == study.scenarios[0]
    assert made.plans[f"{PLANS[1]}_equal_effort"]["weakened_to"] == [
        in_words(new) for old, new in zip(plan.plan, now, strict=True) if old != new
    ]
    assert made.key != study.key


def test_a_lever_is_weakened_towards_what_the_reference_has(study):
    plan = study.scenarios[1].plan
    dials = {change.dial: ("somebody",) for change in plan}
    base = base_of(study)
    for old, new in zip(plan, weakened(plan, {"somebody": 0.5}, dials, base), strict=True):
        if old.points or old.how == "multiply" or old.dial.endswith("_weeks"):
            continue
        assert new.value == pytest.approx((old.value + base(old)) / 2)


def test_pilot_runs_are_kept_and_the_same_question_comes_to_the_same_plans(tmp_path, monkeypatch):
    monkeypatch.setattr(beside, "PILOTS", 1)
    made = compare(**TWO, folder=tmp_path / "out", effort=EQUAL)
    table = made.table("effort")
    assert list(table.columns)[:2] == ["plan", "profession"]
    assert {"round_0", "round_1"} <= {path.name for path in (tmp_path / "out" / "effort").iterdir()}
    before = files_in(tmp_path / "out")
    again = compare(**TWO, folder=tmp_path / "out", effort=EQUAL)
    assert again.digest == made.digest
    assert files_in(tmp_path / "out") == before
    with pytest.raises(ConfigError, match="effort was equal and is now as_written"):
        compare(**TWO, folder=tmp_path / "out")
    assert files_in(tmp_path / "out") == before


def test_break_even_runs_have_folders_of_their_own_and_are_not_run_twice(tmp_path):
    plain = compare(**TWO, folder=tmp_path / "out")
    assert plain.table("break_even").empty
    made = compare(**TWO, folder=tmp_path / "out", break_even=["overlap"])
    assert made.digest == plain.digest
    assert set(made.table("break_even")["axis"]) == {"overlap"}
    assert len(list((tmp_path / "out" / "break_even").iterdir())) == 5
    before = files_in(tmp_path / "out")
    compare(**TWO, folder=tmp_path / "out", break_even=["overlap"])
    assert files_in(tmp_path / "out") == before
