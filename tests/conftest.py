"""Finished small runs shared by many tests: made once a session, read only."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings
from small_worlds import Watched, run, small, watched

from simsafe.model import SafeguardingModel
from simsafe.scenario import Scenario

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for whatever a shell starts in the background; tests stop runs by hand
    signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def crisis_scenario() -> Scenario:
    """Eight hundred children from February to June 2020, as it happened."""
    return small()


@pytest.fixture(scope="session")
def crisis_run(crisis_scenario: Scenario) -> SafeguardingModel:
    """That scenario, finished, by a plain library call."""
    return run(crisis_scenario)


@pytest.fixture(scope="session")
def watched_run(crisis_scenario: Scenario) -> tuple[SafeguardingModel, list[Watched]]:
    """That scenario, finished, with everything that went through the door."""
    return watched(crisis_scenario)
