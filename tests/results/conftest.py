"""Two small finished runs, made once: England's children under COVID-19, and ordinary times."""

from datetime import date

import pytest

from simsafe.plans.shelf import crisis_from, load_yaml, plan_from
from simsafe.scenario import Scenario
from simsafe.study.run import simulate
from simsafe.world.area import load_area


def scenario_of(children=2000, crisis="covid19_england", plan="as_happened_2020", **more):
    changes = {"crisis": crisis_from(load_yaml("crisis", crisis), crisis), "plan": plan_from(load_yaml("plan", plan), plan)}
    names = {"crisis_name": crisis, "plan_name": plan}
    return Scenario(load_area("england").scaled(children), **changes, **names, **({"warm_up_days": 28} | more))


@pytest.fixture(scope="session")
def covid():
    """April 2019 to July 2020, so that both quarters are there."""
    return simulate(scenario_of(start=date(2019, 4, 1), end=date(2020, 7, 15)))


@pytest.fixture(scope="session")
def ordinary():
    return simulate(scenario_of(1500, "none", "business_as_usual", start=date(2020, 3, 1), end=date(2020, 6, 30), warm_up_days=14))


@pytest.fixture(scope="session")
def small():
    """Makes a scenario of some of England's children."""
    return scenario_of
