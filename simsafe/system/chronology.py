"""Chronologies: social care reads its whole record of a child again, so that what came slowly is seen as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.parameter import Checked, param
from simsafe.system.cases import Cases
from simsafe.system.events import Event, EventLog


@dataclass(frozen=True)
class ChronologyPractice(Checked):
    """What a reading is worth. How often one is made beside reviews is a dial: ``chronology_review_weeks``."""

    restores: float = param(
        0.5,
        unit="share of what all signs held weighed when new, below which worry does not stay after a reading",
        source="assumed",
        low=0,
        high=1,
    )


class Chronologies:
    """Reads and writes social care's own record."""

    def __init__(self, records: Records, cases: Cases, log: EventLog, ids: np.ndarray, how: ChronologyPractice) -> None:
        self.records, self.cases, self.log, self.ids, self.how = records, cases, log, ids, how

    def read(self, rows: np.ndarray, day: int) -> np.ndarray:
        """Read the records of these cases; returns how many signs social care holds of each child."""
        self.cases["read"][rows] = day
        return self.records.read_again(self.cases["child"][rows], self.how.restores, day)

    def review(self, rows: np.ndarray, day: int) -> np.ndarray:
        """Readings of their own, in supervision or by a new worker, logged; returns the children."""
        child = self.cases["child"][rows].copy()
        if rows.size:
            self.log.add(day, Event.CHRONOLOGY, self.ids[child], np.minimum(self.read(rows, day), 32767))
        return child
