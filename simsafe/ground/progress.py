"""How far a long piece of work is, for a person who watches, and how long it takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simsafe.ground.parameter import counted

Shown = Callable[[int], None]  # hears how many are done in all


@contextmanager
def bar(total: int, before: int = 0, unit: str = "run", what: str | None = None) -> Iterator[Shown]:
    """A bar with the time left on stderr when that is a terminal, and nothing otherwise; ``before`` were done earlier."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from tqdm import tqdm

    with tqdm(desc=what, total=total, initial=before, unit=unit, leave=False, miniters=1, file=sys.stderr) as shown:

        def told(done: int) -> None:
            if done == shown.n:
                shown.refresh()  # the clock goes on
            shown.update(done - shown.n)

        yield told


def spoken(seconds: float) -> str:
    """A length of time as one says it."""
    if seconds < 90:
        return counted(max(round(seconds), 1), "second")
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
