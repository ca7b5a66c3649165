"""The community: relatives, friends and neighbours, who see children every day and seldom call anyone."""

from __future__ import annotations

import numpy as np

from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Mode, Presence


class Community:
    """In sight of every child living here; relatives and neighbours count for half each in ordinary times (assumed)."""

    agency = Agency.COMMUNITY

    def presences(self, living_here: np.ndarray, now: Conditions) -> list[Presence]:
        """How much of an ordinary day's sight relatives, friends and neighbours have of children today."""
        exposure = 0.5 * now.relatives_contact_share + 0.5 * now.neighbour_presence
        return [Presence(self.agency, Mode.COMMUNITY, living_here, exposure)]
