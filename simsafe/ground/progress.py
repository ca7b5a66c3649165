"""How far a long piece of work is, for a person who watches, and how long it takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from simsafe.ground.parameter import counted

EVERY = 60.0  # seconds between two lines in a log
Shown = Callable[[int], None]  # hears how many are done in all


@contextmanager
def bar(total: int, before: int = 0, unit: str = "run", what: str | None = None) -> Iterator[Shown]:
    """On stderr a bar with the time left when that is a terminal, or else a line a minute; ``before`` were done earlier."""
    if not sys.stderr.isatty():
        yield in_lines(total, before, unit, what)
        return
    from tqdm import tqdm

    with tqdm(desc=what, total=total, initial=before, unit=unit, leave=False, miniters=1, file=sys.stderr) as shown:

        def told(done: int) -> None:
            if done == shown.n:
                shown.refresh()  # the clock goes on
            shown.update(done - shown.n)

        yield told


def in_lines(total: int, before: int, unit: str, what: str | None) -> Shown:
    """A line a minute: how many are done, and how long the others will take."""
    began = last = monotonic()
    if what:
        print(f"{what}: {counted(total - before, unit)} to do", file=sys.stderr, flush=True)

    def told(done: int) -> None:
        nonlocal last
        now = monotonic()
        if now - last < EVERY:
            return
        last = now
        left = f"; about {spoken((now - began) / (done - before) * (total - done))} left" if before < done < total else ""
        print(f"{what + ': ' if what else ''}{done:,} of {counted(total, unit)}{left}", file=sys.stderr, flush=True)

    return told


def spoken(seconds: float) -> str:
    """A length of time as one says it."""
    if seconds < 90:
        return counted(max(round(seconds), 1), "second")
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
