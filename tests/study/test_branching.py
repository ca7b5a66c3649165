"""One past, many futures: every branch is the run that it would have been by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from small_worlds import as_happened, assert_same_log, ordinary, run, small, turned

from simsafe.ground.parameter import ConfigError
from simsafe.model import SafeguardingModel
from simsafe.plans.shelf import load_yaml, plan_from
from simsafe.plans.trigger import When
from simsafe.results import tables
from simsafe.results.kept.facts import Facts
from simsafe.results.kept.triggers import triggers
from simsafe.scenario import Scenario
from simsafe.study import branching
from simsafe.study.branching import days_simulated, futures

LATEST = date(2024, 12, 31)
STRONG = {"sharing_log_odds": 4.0, "health_visiting_in_person_share": 0.0, "school_check_in_share": 1.0, "early_help_contact_share": 0.1}


def under(scenario: Scenario, **dials: float) -> Scenario:
    """The scenario whose plan turns these dials from ``day`` of the run on, whatever it did with them before."""
    day = int(dials.pop("day"))
    first = scenario.first + timedelta(days=day)
    name = "_".join([*dials, str(day)])
    lever = turned((first, LATEST), **dials)
    kept = [part for change in scenario.plan for part in change.outside(lever)]
    return replace(scenario, plan=(*kept, *lever), plan_name=name)


def assert_branches_are_uninterrupted(scenarios: list[Scenario]) -> None:
    """Logs, every measure, and every table that people see, against the same scenarios run alone."""
    met, digests = [], set()
    for i, model in futures(scenarios):
        alone = run(scenarios[i])
        assert_same_log(model, alone)
        assert model.setup == scenarios[i]
        for part, state in alone.state().items():
            for name, column in state.items():
                assert np.array_equal(model.state()[part][name], column, equal_nan=column.dtype.kind == "f"), f"{part}.{name}"
        for table in (tables.measures, tables.children, tables.ladder, tables.summary):
            assert table(model).equals(table(alone)), table.__name__
        met.append(i)
        digests.add(model.log.digest)
    assert sorted(met) == list(range(len(scenarios)))
    assert len(digests) > 1, "no plan made a difference"


@pytest.fixture
def built(monkeypatch):
    """How many models were made, and how many days simulated, since the test began."""
    counts = {"models": 0, "days": 0}

    class Counted(SafeguardingModel):
        def __init__(self, scenario):
            counts["models"] += 1
            super().__init__(scenario)

        def step(self):
            counts["days"] += 1
            super().step()

    monkeypatch.setattr(branching, "SafeguardingModel", Counted)
    return counts


def test_shipped_plans_branch_into_what_they_would_have_been_alone():
    names = ("as_happened_2020", "protect_universal_services", "see_every_child", "joined_up", "business_as_usual")
    plans = {name: plan_from(load_yaml("plan", name), name) for name in names}
    assert_branches_are_uninterrupted([small(700, plan=plan, plan_name=name) for name, plan in plans.items()])


def test_plans_that_part_on_many_days_branch_from_the_day_on_which_they_do():
    base = small(1500)
    parted = [under(base, day=day, **STRONG) for day in (36, 61, 62, 100)]
    again = under(parted[1], day=90, devices_share=1.0)  # parts from one that has parted already
    assert_branches_are_uninterrupted([parted[2], base, again, *parted])


def test_a_past_that_plans_share_is_simulated_once(built):
    base = ordinary(600)
    scenarios = [base, under(base, day=80, sharing_log_odds=2.0), under(base, day=80, sharing_log_odds=3.0)]
    for _ in futures(scenarios):
        pass
    assert built == {"models": 3, "days": base.days + 2 * (base.days - 80)}
    assert built["days"] == days_simulated(scenarios)


def test_the_same_plan_under_two_names_is_one_run_handed_over_twice(built):
    base = small(1500)
    scenarios = [base, replace(base, plan_name="a better name"), under(base, day=30, **STRONG)]
    found = {i: (model.log.digest, model.setup.plan_name) for i, model in futures(scenarios)}
    assert built["models"] == 2
    assert found[0] == (run(base).log.digest, "as_happened_2020")
    assert found[1] == (found[0][0], "a better name")
    assert found[2][0] != found[0][0]


def test_plans_that_differ_on_day_0_share_nothing():
    base = ordinary(600)
    apart = [base, under(base, day=0, sharing_log_odds=2.0, devices_share=1.0)]
    assert_branches_are_uninterrupted(apart)
    assert days_simulated(apart) == 2 * base.days


def test_changes_that_turn_no_dial_part_nobody(built):
    base = ordinary(600)
    for _ in futures([base, under(base, day=20, sharing_log_odds=0.0)]):
        pass
    assert built["models"] == 1


@pytest.mark.slow
def test_a_plan_that_differs_from_day_400_shares_400_days():
    base = small(1500, plan=as_happened(), start=date(2019, 7, 1), end=date(2020, 12, 31), warm_up_days=30)
    later = under(base, day=400, **STRONG)
    assert days_simulated([base, later]) == 2 * base.days - 400
    assert_branches_are_uninterrupted([base, later])


def test_scenarios_that_differ_in_more_than_their_plans_are_refused():
    with pytest.raises(ConfigError, match="more than their plans"):
        list(futures([small(600), small(600, seed=2)]))


def test_no_scenarios_have_no_futures():
    assert list(futures([])) == []


def test_a_lever_that_waits_began_on_the_same_day_under_every_name_of_its_plan():
    soon = When("unallocated", 1.0, True, weeks=1, lag_days=3)  # always so, as soon as it is known
    (lever,) = turned((date(2020, 3, 2), LATEST), school_doorstep_weeks=1.0)
    both = [
        small(500, plan=(replace(lever, when=soon, where=f"plan/{name}.levers.doorstep_rounds"),), plan_name=name)
        for name in ("one", "copy")
    ]
    began = {scenario.plan_name: triggers(Facts.of(model)).iloc[0] for scenario, (_, model) in zip(both, futures(both), strict=True)}
    assert began["one"]["began"] == began["copy"]["began"]
    assert began["one"]["began"] is not pd.NaT
    assert began["copy"]["written_in"] == "copy"
