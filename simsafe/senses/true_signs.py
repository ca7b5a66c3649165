"""Which signs were of harm: known to nature at the moment they show, and kept for the measures alone."""

from __future__ import annotations

import numpy as np

from simsafe.ground.table import Table


class TrueSigns:
    """One row a true sign: on which day, to which agency, about which child (row). No day reads it."""

    def __init__(self) -> None:
        self.table = Table({"day": "i2", "agency": "i1", "child": "i4"}, room=256)

    def add(self, day: int, agency: np.ndarray, child: np.ndarray) -> None:
        """Write down today's."""
        if child.size:
            self.table.add(child.size, day=day, agency=agency, child=child)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return self.table.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put them back."""
        self.table.restore(state)
