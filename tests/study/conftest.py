"""A small comparison: a plan, the same plan under another name, and one with doorstep rounds, under five seeds."""

from datetime import date

import pytest
from comparisons import stacked
from small_worlds import turned

SEEDS = (1, 2, 3, 4, 5)
ROUNDS = turned((date(2020, 4, 1), date(2020, 6, 12)), school_doorstep_weeks=1.0)


@pytest.fixture(scope="session")
def compared():
    return stacked({"waiting": (), "again": (), "rounds": ROUNDS}, SEEDS, "waiting")
