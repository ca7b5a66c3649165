"""Men whom services have not written down: what is known about them does not link to the children they care for.

An officer or a psychiatric nurse may hold something about a man without knowing whose father he is. Until he is recorded, such a sign
is not told and does not come up when partners are called.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.world.contact import AGENCIES, Agency, Concern
from simsafe.world.households import MaleCarer
from simsafe.world.population import World

KNOW_THE_ADULT = np.isin(np.arange(AGENCIES), [Agency.POLICE, Agency.ADULT_SERVICES])


@dataclass(frozen=True)
class Linking(Checked):
    """What hangs on knowing the man."""

    about_him: float = param(
        0.4,
        unit="share of police and adult services' signs of domestic abuse that are filed under the man's name alone",
        source="assumed; SF014, SF093",
        low=0.0,
        high=0.9,
    )


class Fathers:
    """Whether a sign links to a child today. A plan records men family by family, in a fixed order."""

    def __init__(self, world: World, records: Records, chance: Chance, how: Linking) -> None:
        self.world, self.records, self.chance, self.how = world, records, chance, how
        self.recorded_share = 0.0  # of men not recorded before, today

    def begin_day(self, recorded_share: float) -> None:
        """``recorded_share`` is the day's dial ``males_recorded_share``."""
        self.recorded_share = recorded_share

    def unrecorded(self, families: np.ndarray) -> np.ndarray:
        """bool: a man cares for the children of these families and nobody has written down who he is."""
        f = self.world.families
        unrecorded = f.male_carer[families] == MaleCarer.UNRECORDED
        if self.recorded_share <= 0:
            return unrecorded
        return unrecorded & (self.chance.ask(f.key[families], "man recorded") >= self.recorded_share)

    def links(self, rows: np.ndarray) -> np.ndarray:
        """bool: these signs (rows) are filed so that they come up for the child they are about."""
        signs = self.records.signs
        linked = np.ones(rows.size, dtype=bool)
        about = positions(KNOW_THE_ADULT[signs["agency"][rows]] & (signs["concern"][rows] == Concern.DOMESTIC_ABUSE))
        if not about.size:
            return linked
        about = about[self.chance.ask(signs["key"][rows[about]], "about the man") < self.how.about_him]
        linked[about] = ~self.unrecorded(self.world.children.family[signs["child"][rows[about]]])
        return linked

    def linked(self, rows: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Those of these signs that come up, with the position of the child each was found for."""
        kept = positions(self.links(rows))
        return rows[kept], at[kept]
