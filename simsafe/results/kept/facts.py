"""What several of the kept tables read: the log, the spells of harm, when each was found, and errors, looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.ground.table import Table
from simsafe.results.alarms import KINDS
from simsafe.results.groups import SAID, Codes, groups_at
from simsafe.results.ladder import RUNGS, first_days, harm_stretches
from simsafe.results.periods import compared_periods, crisis_day
from simsafe.system.cases import NONE

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

LATER = 1 << 16  # a day after every run


@dataclass(frozen=True)
class Facts:
    """A finished run, looked at once. Days are simulated days, the warm-up counted."""

    model: SafeguardingModel
    log: Table
    periods: dict[str, tuple[int, int]]  # first day, and the day after the last
    crisis: int  # day on which the crisis begins
    reached: dict[str, np.ndarray]  # rung: day on which each spell reached it, LATER if never
    onset: np.ndarray  # of each spell
    end: np.ndarray  # the day after its last; LATER while it lasts

    @classmethod
    def of(cls, model: SafeguardingModel) -> Facts:
        """Of a finished run."""
        spells = model.behind.harm.spells
        end = spells["end"].astype(np.int64)
        reached = {rung: np.where(day == NONE, LATER, day) for rung, day in first_days(model).items()}
        return cls(
            model, model.log.rows, compared_periods(model), crisis_day(model), reached, spells["onset"].astype(np.int64),
            np.where(end == NONE, LATER, end),
        )  # fmt: skip

    @cached_property
    def found(self) -> np.ndarray:
        """The day on which each spell was found: a referral acted upon, or a higher rung; LATER if never."""
        return np.min([self.reached[rung] for rung in RUNGS[RUNGS.index("acted_upon") :]], axis=0)

    @cached_property
    def stretches(self) -> dict[str, np.ndarray]:
        """Spells cut where they worsened, as in ``ladder.harm_stretches``."""
        return harm_stretches(self.model)

    @cached_property
    def errors(self) -> dict[str, np.ndarray]:
        """Rows of the diary of alarms by ``what`` they are: needless stages, harmed children left."""
        return {name: self.model.measures.alarms.errors(name) for name in KINDS}

    @cached_property
    def groups(self) -> tuple[Codes, Codes]:
        """Groups of the children of spells when they began (or the run), and of those of errors on their day: one look for both."""
        diary, spells = self.model.measures.alarms.table, self.model.behind.harm.spells
        rows = np.concatenate([spells["child"].astype(np.int64), self.model.rows_of(diary["who"])])
        codes = groups_at(self.model, rows, np.concatenate([np.maximum(self.onset, 0), diary["day"]]), self.log)
        cut = len(spells)
        return {n: c[:cut] for n, c in codes.items()}, {n: c[cut:] for n, c in codes.items()}

    @cached_property
    def activities(self) -> dict[str, np.ndarray]:
        """Activities that costs are counted by, by day of the run."""
        from simsafe.results.kept.activities import per_day

        return per_day(self)

    def dates(self, day: np.ndarray) -> np.ndarray:
        """datetime64[s] of simulated days."""
        first = np.datetime64(self.model.setup.first, "D")
        return (first + day.astype("timedelta64[D]")).astype("datetime64[s]")


def named(codes: np.ndarray, names: list[str]) -> pd.Categorical:
    """Small numbers as words, without a word for each row."""
    return pd.Categorical.from_codes(codes.astype(np.int16), names)  # pyright: ignore[reportArgumentType]


def in_words(group: np.ndarray) -> pd.Categorical:
    """Numbers of groups as they stand in tables."""
    return named(group, SAID)
