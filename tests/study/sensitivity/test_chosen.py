"""Which numbers are moved one by one after their rooms were moved together."""

from __future__ import annotations

import pandas as pd
import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.study.sensitivity.ranking import TOLD
from simsafe.study.sensitivity.screening import Screened, chosen
from simsafe.study.sensitivity.space import factors, rooms, unidentified

MOVED = factors(among=["truth.harm", "front_door", "belief", "core_groups"])
RANKED = ("front_door", "belief", "truth.harm")  # by effect


def first(enough=True):
    rows = [{"measure": "referrals", "plan": "p", "rank": i + 1, "name": room, "effect": 9.0 - i, "luck": 1.0, "told": TOLD, "numbers": 5}
            for i, room in enumerate(RANKED)]  # fmt: skip
    return Screened(pd.DataFrame(rows), "4 of 4 points", (), enough)


def names(most):
    kept, without = chosen(first(), MOVED, most)
    assert {f.name for f in kept} | {name for name, _ in without} == {f.name for f in MOVED}
    return {f.name for f in kept}


def test_numbers_that_no_figure_identifies_are_always_among_them():
    swept = {f.name for f in MOVED if f.name in unidentified()}
    assert "truth.harm.prevalence" in swept
    for most in (len(swept), len(swept) + 8, 200):
        assert swept <= names(most)


def test_beside_them_stand_whole_rooms_the_largest_effect_first():
    of = {room: {f.name for f in own} for room, own in rooms(MOVED).items()}
    swept = {f.name for f in MOVED if f.name in unidentified()}
    most = len(swept | of["front_door"])
    assert names(most) == swept | of["front_door"]
    assert of["belief"] <= names(most + len(of["belief"]))


def test_too_few_numbers_and_too_few_runs_are_refused():
    with pytest.raises(ConfigError, match="numbers = 1; expected at least"):
        names(1)
    with pytest.raises(ConfigError, match="too few runs"):
        chosen(first(enough=False), MOVED, 50)
