"""Families who move within the area: their old records follow some weeks later.

A move to another practice, health visitor and primary school takes what these knew out of sight until the record arrives. Attention to
it fades on the way as it would have at the old place; nothing is lost but time. The agencies of the model serve the whole area, so it is
the record that moves; the place in the class register stays. Nobody moves in or out of the area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import Table, positions
from simsafe.world.contact import Agency
from simsafe.world.population import YEAR, World

# Whose record has to follow, and at what ages (days): secondary pupils keep their school: assumed.
FOLLOWS = {
    Agency.GENERAL_PRACTICE: (0, 6574),
    Agency.HEALTH_VISITING: (0, int(5 * YEAR)),
    Agency.SCHOOLS: (int(2 * YEAR), int(11 * YEAR)),
    Agency.CHILDMINDERS: (0, int(5 * YEAR)),
}
WEEK = 7  # days


@dataclass(frozen=True)
class Moving(Checked):
    """How often families change all their services, and how long records take."""

    moves: float = param(
        0.05, unit="moves a family and year that change its services, middling deprivation", source="assumed", low=0, high=0.2
    )
    slope: float = param(
        0.2, unit="relative rise per quintile towards the most deprived", source="assumed: more private renting", low=0, high=0.45
    )
    weeks: float = param(6.0, unit="weeks until an old record arrives, mean", source="assumed", low=0.5, high=26)


class Moves:
    """The one writer of records in transit."""

    def __init__(self, world: World, records: Records, chance: Chance, how: Moving) -> None:
        self.world, self.records, self.chance, self.how = world, records, chance, how
        quintile = np.arange(6)
        self.level = np.where(quintile, 1 + how.slope * (3.0 - quintile), 0.0).astype(np.float32)
        top = how.moves / YEAR
        home = world.families.deprivation
        self.candidates = Candidates(chance, world.families.key, "moves home", top, self.level, home, days=WEEK)
        self.in_transit = Table({"agency": "i1", "child": "i4", "nats": "f4", "sent": "i2", "arrives": "i2"}, room=64)

    def day(self, day: int) -> None:
        """Records whose time has come arrive; once a week, that week's movers leave theirs behind."""
        due = self.in_transit["arrives"] <= day
        if due.any():
            self._arrive(due, day)
        if day % WEEK == 0:
            _, moved = self.candidates.laid(day // WEEK)
            if moved.who.size:
                order = np.argsort(moved.who, kind="stable")
                self._leave(moved.who[order], moved.key[order], day)

    def _leave(self, families: np.ndarray, key: np.ndarray, day: int) -> None:
        first = np.unique(families, return_index=True)[1]  # two moves in one week are one
        children, which = self.world.children_of(families[first])
        wait = 7 * self.how.weeks * -np.log1p(-self.chance.ask(key[first], "record in the post"))
        arrives = day + 1 + np.minimum(wait, 400).astype(np.int64)[which]
        age = day - self.world.children.birth[children].astype(np.int64)
        for agency, (youngest, oldest) in FOLLOWS.items():
            who = positions((age >= youngest) & (age < oldest))
            nats = self.records.take_worry(agency, children[who], day)
            held = positions(nats)
            who, nats = who[held], nats[held]
            self.in_transit.add(who.size, agency=agency, child=children[who], nats=nats, sent=day, arrives=arrives[who])

    def _arrive(self, due: np.ndarray, day: int) -> None:
        table = self.in_transit
        agency, child, nats, sent = (table[n][due].copy() for n in ("agency", "child", "nats", "sent"))
        table.keep(~due)
        self.records.put_worry(agency, child, nats * self.records.weighing.left(day - sent.astype(float)), day)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return self.in_transit.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put back what was in transit."""
        self.in_transit.restore(state)
