"""Killed without warning and asked again, a comparison loses nothing and does nothing twice."""

from __future__ import annotations

import pytest
from killing import begun, complaints, digest_in, killed_and_asked_again


def uninterrupted(here, seeds: int) -> str:
    """The digest of the same comparison, never stopped."""
    with begun(here, f"replications={seeds}", "executor=serial", "output=whole") as process:
        out, err = process.communicate(timeout=1_800)
    assert (process.returncode, complaints(err)) == (0, [])
    return digest_in(out)


def test_killed_three_times_nothing_is_lost_and_nothing_done_twice(here):
    digest, counts = killed_and_asked_again(here, 3, 20, "workers=2")
    assert counts[0] >= 5
    assert digest == uninterrupted(here, 20)


@pytest.mark.slow
def test_five_hundred_runs_killed_thirty_times_are_the_runs_that_were_never_killed(here):
    digest, counts = killed_and_asked_again(here, 30, 250, "executor=serial")
    print(f"finished shards after each kill: {counts}")
    assert counts[0] > 0
    assert counts[-1] < 250
    assert digest == uninterrupted(here, 250)
