"""Commands whose work is kept run by run: stopped or out of room, the same command goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simsafe.app import FAILED, INTERRUPTED, say
from simsafe.study.jobs import SavingError, UnfinishedError


def unless_stopped[Done](work: Callable[[], Done], folder: Path) -> Done | int:
    """What the work comes to; or, when it was stopped or could not go on, one line that says so and the code to end with."""
    try:
        return work()
    except (SavingError, UnfinishedError) as problem:
        say(str(problem))
        return FAILED
    except KeyboardInterrupt:
        say(f"stopped; what is finished is in {folder}, and the same command goes on from there")
        return INTERRUPTED
