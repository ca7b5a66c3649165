"""What each agency knows: signs it holds, and the worry they add up to.

Every sign is one row with its own identity and a set of holders, so it is counted once when records join. Worry decays with
attention and is brought up to date only when it is read, so a quiet day costs nothing.
"""

from __future__ import annotations

import numpy as np

from simsafe.agencies.weight import Weighing
from simsafe.ground.table import Table
from simsafe.world.contact import AGENCIES, Agency, Concern, Signs

NOBODY = -1
COLUMNS = {
    "child": "i4", "agency": "i1", "day": "i2", "weight": "f4", "strength": "i1", "concern": "i1", "mode": "i1",
    "key": "u8", "holders": "u1", "previous": "i4",
}  # fmt: skip


class Records:
    """All agencies' records of all children. An agency reads its own row of ``worry``; ``holders`` says who may read a sign."""

    def __init__(self, children: int, weighing: Weighing) -> None:
        self.weighing = weighing
        self.signs = Table(COLUMNS, room=1024)
        self.last_sign = np.full(children, NOBODY, dtype=np.int32)  # newest row about each child; older ones by "previous"
        self.worry = np.zeros((AGENCIES, children), dtype=np.float32)  # nats as of worry_day
        self.worry_day = np.zeros((AGENCIES, children), dtype=np.int16)
        self.need = np.zeros(children, dtype=np.float32)  # social care's evidence of need without harm, as of need_day
        self.need_day = np.zeros(children, dtype=np.int16)

    def worry_of(self, agency: np.ndarray | Agency, children: np.ndarray, day: int) -> np.ndarray:
        """Worry of one agency, or of one for each, about these children today, nats."""
        return self.worry[agency, children] * self.weighing.decay(day - self.worry_day[agency, children])

    def need_of(self, children: np.ndarray, day: int) -> np.ndarray:
        """Social care's evidence of need about these children today, nats."""
        return self.need[children] * self.weighing.decay(day - self.need_day[children])

    def keep(self, signs: Signs, day: int) -> np.ndarray:
        """Agencies write down what they noticed; returns the rows of the new signs."""
        if not signs.size:
            return np.empty(0, dtype=np.int64)
        weight = self.weighing.of_signs(signs)
        holders = np.left_shift(np.uint8(1), signs.agency.astype(np.uint8))
        rows = self.signs.add(
            signs.size, child=signs.who, agency=signs.agency, day=day, weight=weight, strength=signs.strength,
            concern=signs.concern, mode=signs.mode, key=signs.key, holders=holders, previous=NOBODY,
        )  # fmt: skip
        self._chain(rows, signs.who)
        self._add(signs.agency, signs.who, weight, signs.concern, day)
        return rows

    def _chain(self, rows: np.ndarray, children: np.ndarray) -> None:
        """Link each new row to the child's last one; two new rows about one child link to each other."""
        previous = self.signs["previous"]
        order = np.argsort(children, kind="stable")
        rows, children = rows[order], children[order]
        first = np.concatenate([[True], children[1:] != children[:-1]])
        previous[rows] = np.where(first, self.last_sign[children], np.concatenate([[NOBODY], rows[:-1]]))
        self.last_sign[children] = rows  # the last of equal indices stands

    def _add(self, agency: np.ndarray | Agency, children: np.ndarray, weight: np.ndarray, concern: np.ndarray, day: int) -> None:
        """Bring worry up to date and add to it. Social care tells need from harm; the others keep one worry."""
        self._bring_up_to(agency, children, day)
        apart = (agency == Agency.SOCIAL_CARE) & (concern == Concern.NEED)
        np.add.at(self.worry.reshape(-1), np.int64(agency) * self.need.size + children, np.where(apart, 0, weight).astype(np.float32))
        if apart.any():
            needy = children[apart]
            self.need[needy] = self.need_of(needy, day)
            self.need_day[needy] = day
            np.add.at(self.need, needy, weight[apart].astype(np.float32))

    def _bring_up_to(self, agency: np.ndarray | Agency, children: np.ndarray, day: int) -> None:
        """Let attention decay until today. A child may stand twice in the list: both entries write the same."""
        self.worry[agency, children] = self.worry_of(agency, children, day)
        self.worry_day[agency, children] = day

    def reassure(self, agency: np.ndarray, children: np.ndarray, mode: np.ndarray, day: int) -> None:
        """Contacts that showed nothing take a little worry away; two on one day count once."""
        worry = self.worry_of(agency, children, day)
        less = self.weighing.of_quiet(agency, mode, worry)
        self.worry[agency, children] = np.maximum(worry - less, np.minimum(worry, self.weighing.belief.least))
        self.worry_day[agency, children] = day
        own = np.flatnonzero(agency == Agency.SOCIAL_CARE)
        if own.size:
            who = children[own]
            self.need[who] = np.maximum(self.need_of(who, day) - less[own], 0)
            self.need_day[who] = day

    def unshared(self, children: np.ndarray, since: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of signs about these children that social care does not hold, and the position in ``children`` of each.

        ``since`` is the oldest day looked at. All children's chains are walked together, newest sign first.
        """
        known = np.uint8(1 << int(Agency.SOCIAL_CARE))
        holders, previous, day = self.signs["holders"], self.signs["previous"], self.signs["day"]
        row, at = self.last_sign[children], np.arange(children.size)
        found: list[np.ndarray] = [np.empty(0, dtype=np.int64)]
        whose: list[np.ndarray] = [np.empty(0, dtype=np.int64)]
        while True:
            live = row >= 0
            row, at = row[live], at[live]
            recent = day[row] >= since
            row, at = row[recent], at[recent]
            if not row.size:
                return np.concatenate(found), np.concatenate(whose)
            unknown = holders[row] & known == 0
            found.append(row[unknown])
            whose.append(at[unknown])
            row = previous[row]

    def pass_to_social_care(self, rows: np.ndarray, day: int) -> np.ndarray:
        """Signs arrive in social care's record, each once, worth what attention has left of them; returns the rows that were new."""
        if not rows.size:
            return rows
        rows = np.unique(rows)
        known = np.uint8(1 << int(Agency.SOCIAL_CARE))
        rows = rows[self.signs["holders"][rows] & known == 0]
        if rows.size:
            self.signs["holders"][rows] |= known
            left = self.signs["weight"][rows] * self.weighing.decay(day - self.signs["day"][rows])
            self._add(Agency.SOCIAL_CARE, self.signs["child"][rows], left, self.signs["concern"][rows], day)
        return rows

    def lose_a_part(self, children: np.ndarray, kept: float, day: int) -> None:
        """A change of worker loses part of social care's working knowledge of these children."""
        self.worry[Agency.SOCIAL_CARE, children] = kept * self.worry_of(Agency.SOCIAL_CARE, children, day)
        self.worry_day[Agency.SOCIAL_CARE, children] = day
        self.need[children] = kept * self.need_of(children, day)
        self.need_day[children] = day

    def state(self) -> dict[str, np.ndarray]:
        """Everything, for saving."""
        kept = {n: getattr(self, n).copy() for n in ("last_sign", "worry", "worry_day", "need", "need_day")}
        return kept | {f"signs.{n}": c for n, c in self.signs.state().items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved columns back."""
        for name in ("last_sign", "worry", "worry_day", "need", "need_day"):
            getattr(self, name)[:] = state[name]
        self.signs.restore({n.removeprefix("signs."): c for n, c in state.items() if n.startswith("signs.")})
