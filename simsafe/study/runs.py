"""The kept tables of many runs, stacked: what every table of a comparison is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Runs:
    """What the runs of a comparison kept: each table of ``kept`` by name, ``plan`` and ``seed`` in front; and a table ``runs``.

    ``runs`` has one row a run that was asked for: plan, seed, digest, seconds, status (``finished``, ``failed``, ``missing``).
    """

    kept: dict[str, pd.DataFrame]
    plans: tuple[str, ...]  # in the order asked
    reference: str
    planned: int  # replications asked for
    about: dict[str, Any] = field(default_factory=dict)  # area, slug, children, crisis, severity, start, end, crisis_start, version
