"""Every area's world can be built at its own size, with the published ages, schools and staff."""

from __future__ import annotations

import numpy as np
import pytest

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import ConfigError
from simsafe.study.from_config import scenario_for
from simsafe.world.area import area_names
from simsafe.world.build import build_world

TOO_SMALL = ("isles-of-scilly",)  # fewer than 500 children: sampled up, never run at its own size
SAMPLED = ("england",)


@pytest.mark.parametrize("slug", [s for s in area_names() if s not in TOO_SMALL])
def test_the_world_of_every_area_is_built(slug: str) -> None:
    scenario = scenario_for(area=slug, children=100_000 if slug in SAMPLED else None)
    world = build_world(scenario.area, Chance(1), 1187, scenario.parameters.households)
    here = world.children.living_here(0)
    assert np.count_nonzero(here) == scenario.area.children
    bands = np.bincount(world.children.age_band(0)[here], minlength=5) / scenario.area.children
    assert np.abs(bands - np.array(scenario.area.children_by_band) / scenario.area.children).max() < 0.02 + 1 / scenario.area.children**0.5
    assert world.families.size.sum() == len(world.children)
    assert world.social_workers >= 1
    assert world.visitors >= 1
    assert world.schools >= 2


def test_an_area_too_small_to_simulate_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match="children="):
        scenario_for(area="isles-of-scilly")
