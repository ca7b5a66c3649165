"""Runs kept as diaries, each made once and shared by all files that look at every day."""

from __future__ import annotations

import pytest
from days import Diary, calm, lively, overrun, stormy, unlimited, written

SLOW = [pytest.param(make, marks=pytest.mark.slow) for make in (overrun, unlimited, calm)]


@pytest.fixture(scope="session", params=[lively, stormy, *SLOW])
def diary(request: pytest.FixtureRequest) -> Diary:
    """A finished run with all of its days."""
    return written(request.param)
