"""Eyes on children: contacts of a week by agency and mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.table import Table
from simsafe.world.contact import AGENCIES, Mode

if TYPE_CHECKING:
    from simsafe.cast import Cast


class CoverageDiary:
    """Adds up the contact log's counts of a week; a row for every agency and mode that met somebody."""

    def __init__(self) -> None:
        self.table = Table({"day": "i2", "agency": "i1", "mode": "i1", "contacts": "i4"}, room=256)
        self.week = np.zeros((AGENCIES, len(Mode)), dtype=np.int64)

    def write_day(self, model: Cast) -> None:
        """Today's contacts; on the last day of a week, its line."""
        self.week += model.contacts.today
        if model.day % 7 == 6:
            agency, mode = np.nonzero(self.week)
            self.table.add(agency.size, day=model.day, agency=agency, mode=mode, contacts=self.week[agency, mode])
            self.week[:] = 0

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return self.table.state() | {"week": self.week.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the diary back."""
        self.week[:] = state["week"]
        self.table.restore({n: c for n, c in state.items() if n != "week"})
