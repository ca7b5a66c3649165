"""Every number may take either end of its declared range, and every dial either end of its own: the run goes through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest
from small_worlds import forced, groups_in, ordinary, turned

from simsafe.model import SafeguardingModel
from simsafe.plans.change import Change
from simsafe.scenario import Parameters
from simsafe.world.conditions import DIALS

pytestmark = pytest.mark.slow


def ends() -> Iterator[Any]:
    for path, group in groups_in(Parameters()):
        for f in fields(group):
            if f.metadata:
                for end in ("low", "high"):
                    yield pytest.param(f"{path}.{f.name}".replace(".", "__"), f.metadata[end], id=f"{path}.{f.name} {end}")


def assert_runs(model: SafeguardingModel, days: int = 10) -> None:
    for _ in range(days):
        model.step()
    assert all(np.isfinite(column).all() for column in model.measures.daily.values())


@pytest.mark.parametrize(("name", "value"), list(ends()))
def test_a_parameter_at_the_end_of_its_range(name, value):
    assert_runs(SafeguardingModel(ordinary(500, parameters=forced(**{name: value}))))


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("dial", DIALS)
def test_a_dial_at_the_end_of_its_range(dial, end):
    change: tuple[Change, ...] = turned((date(2020, 1, 1), date(2020, 12, 31)), **{dial: DIALS[dial].metadata[end]})
    by_crisis = DIALS[dial].metadata["turned_by"] == "crisis"
    assert_runs(SafeguardingModel(ordinary(500, **{"crisis" if by_crisis else "plan": change})))


@pytest.mark.parametrize("end", ["low", "high"])
def test_all_of_natures_numbers_at_the_same_end_at_once(end):
    numbers = {name.values[0]: name.values[1] for name in ends() if name.id.endswith(end) and name.id.startswith(("truth", "senses"))}
    assert_runs(SafeguardingModel(ordinary(500, parameters=forced(**numbers))))
