"""How far a long piece of work is, for a person who watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
