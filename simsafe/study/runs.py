"""The kept tables of many runs, stacked: what every table of a comparison is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

FINISHED, FAILED, MISSING = "finished", "failed", "missing"
RUN_COLUMNS = ("plan", "seed", "digest", "seconds", "status")


@dataclass(frozen=True)
class Runs(Mapping[str, pd.DataFrame]):
    """What the runs of a comparison kept.

    ``kept`` has each table by name, the rows of all runs one under the other, in the order of the seeds and, within a seed, of the
    plans; columns ``plan`` and ``seed`` stand in front. ``runs["totals"]`` is the same as ``runs.kept["totals"]``. The table ``runs``
    has one row a run that was asked for, finished or not: plan, seed, digest, seconds, status (``finished``, ``failed``, ``missing``).
    """

    kept: dict[str, pd.DataFrame]
    plans: tuple[str, ...]  # in the order asked
    reference: str
    planned: int  # replications asked for
    about: dict[str, Any] = field(default_factory=dict)  # area, slug, children, crisis, severity, dates, version, plans, changes

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.kept[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)

    @property
    def finished(self) -> int:
        """Runs that are finished."""
        return int((self["runs"].status == FINISHED).sum())

    @property
    def asked(self) -> int:
        """Runs that were asked for."""
        return self.planned * len(self.plans)

    @property
    def digest(self) -> str:
        """SHA-256 over the digests of the finished runs, in the order of the plans and, within a plan, of the seeds."""
        rows = self["runs"]
        rows = rows[rows.status == FINISHED]
        place = rows.plan.map({plan: i for i, plan in enumerate(self.plans)}).to_numpy()
        order = np.lexsort((rows.seed.to_numpy(), place))
        return sha256("\n".join(rows.digest.to_numpy()[order]).encode()).hexdigest()


def in_order(table: pd.DataFrame, plans: tuple[str, ...]) -> pd.DataFrame:
    """The rows by seed and, within a seed, by plan in the order asked; rows of one run stay as they were."""
    place = table.plan.map({plan: i for i, plan in enumerate(plans)}).to_numpy()
    return table.iloc[np.lexsort((place, table.seed.to_numpy()))].reset_index(drop=True)
