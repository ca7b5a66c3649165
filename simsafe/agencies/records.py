"""What each agency knows: signs it holds, and the worry they add up to.

Every sign is one row with its own identity and a set of holders, so it is counted once when records join. Attention halves in a
fixed time, so worry is stored as if all of it had been noticed on one day and read down to today: nothing needs doing on a quiet day.
"""

from __future__ import annotations

import numpy as np

from simsafe.agencies.weight import Pooling, Weighing
from simsafe.ground.table import Table, positions
from simsafe.world.contact import AGENCIES, Agency, Concern, Signs

NOBODY = -1
BITS = np.left_shift(np.uint16(1), np.arange(AGENCIES, dtype=np.uint16))  # each agency's among the holders of a sign
COLUMNS = {
    "child": "i4", "agency": "i1", "day": "i2", "strength": "i1", "concern": "i1", "mode": "i1", "key": "u8",
    "holders": "u2", "previous": "i4",
}  # fmt: skip


class Records:
    """All agencies' records of all children. An agency reads its own row of worry; ``holders`` says who may read a sign."""

    def __init__(self, children: int, weighing: Weighing) -> None:
        self.weighing = weighing
        self.signs = Table(COLUMNS, room=children + children // 3)  # as many as gather in two years: moving them costs twice their room
        self.last_sign = np.full(children, NOBODY, dtype=np.int32)  # newest row about each child; older ones by "previous"
        self.since = 0  # worry is stored as if all of it had been noticed on this day
        self._worry = np.zeros((AGENCIES, children), dtype=np.float16)  # nats
        self._need = np.zeros(children, dtype=np.float16)  # social care's evidence of need without harm, likewise
        self._left_on = -1, weighing.left(-1)  # a day counted from "since", and what is left on it

    def worry_of(self, agency: np.ndarray | Agency, children: np.ndarray, day: int) -> np.ndarray:
        """Worry of one agency, or of one for each, about these children today, nats."""
        if self.weighing.pooling and np.ndim(agency) == 0 and agency == Agency.SOCIAL_CARE:
            return self._pooled(children, False, day)
        return self._worry[agency, children].astype(np.float32) * self._left(day)

    def has_record(self, children: np.ndarray) -> np.ndarray:
        """bool, a row a child, a column an Agency: it has written down a sign, or met the child and seen nothing."""
        return self._worry[:, children].T != 0

    def need_of(self, children: np.ndarray, day: int) -> np.ndarray:
        """Social care's evidence of need about these children today, nats."""
        if self.weighing.pooling:
            return self._pooled(children, True, day)
        return self._need[children].astype(np.float32) * self._left(day)

    def _left(self, day: int | np.ndarray) -> float | np.ndarray:
        """What is left on a day of a nat stored; more than 1 on days before ``since``."""
        later = day - self.since
        if isinstance(later, np.ndarray):
            return self.weighing.left(later)
        if self._left_on[0] != later:
            self._left_on = later, self.weighing.left(later)
        return self._left_on[1]

    def age_to(self, day: int) -> None:
        """Store worry as of a later day. Done once a month, so that its numbers stay small.

        There are so few numbers of 16 bits that each is multiplied once and then looked up.
        """
        with np.errstate(invalid="ignore"):  # some of them are no numbers
            product = np.arange(1 << 16, dtype=np.uint16).view(np.float16) * np.float16(self._left(day))
        for part in (*self._worry, self._need):
            stored = part.view(np.uint16)
            if stored.any():  # a column that was never written in takes no memory
                part[:] = product[stored]
        self.since = day

    def _pooled(self, children: np.ndarray, need: bool, day: int) -> np.ndarray:
        """Social care's evidence of need, or of harm, as ``Pooling`` says, sign by sign, nats."""
        rows, at = self.held(children)
        mine = positions((self.signs["concern"][rows] == Concern.NEED) == need)
        rows, at = rows[mine], at[mine]
        table = self.signs
        age = day - table["day"][rows].astype(np.int64)
        weight = self.weighing.alone(table["strength"][rows], table["concern"][rows], table["mode"][rows], age)
        if self.weighing.pooling == Pooling.COUNT:
            return np.bincount(at, weights=weight, minlength=children.size)
        if self.weighing.pooling == Pooling.DISCOUNTED:
            order = np.lexsort((-weight, at))
            at, weight = at[order], weight[order]
            place = np.arange(at.size) - np.searchsorted(at, at)  # 0 for the weightiest of a child, then 1, 2 ...
            return np.bincount(at, weights=weight * self.weighing.discount**place, minlength=children.size)
        strongest = np.zeros(children.size)
        np.maximum.at(strongest, at, weight)
        return strongest

    def keep(self, signs: Signs, day: int | np.ndarray) -> np.ndarray:
        """Agencies write down what they noticed today (or, before the run, on past days); returns the rows of the new signs."""
        if not signs.size:
            return np.empty(0, dtype=np.int64)
        rows = self.signs.add(
            signs.size, child=signs.who, agency=signs.agency, day=day, strength=signs.strength, concern=signs.concern, mode=signs.mode,
            key=signs.key, holders=BITS[signs.agency], previous=NOBODY,
        )  # fmt: skip
        self._chain(rows, signs.who)
        weight = self.weighing.of_signs(signs.strength, signs.concern, signs.mode)
        self._add(signs.agency, signs.who, weight, signs.concern, day)
        return rows

    def _chain(self, rows: np.ndarray, children: np.ndarray) -> None:
        """Link each new row to the child's last one; two new rows about one child link to each other."""
        order = np.argsort(children, kind="stable")
        rows, children = rows[order], children[order]
        before = np.empty(rows.size, dtype=np.int64)
        before[0], before[1:] = NOBODY, rows[:-1]
        first = np.empty(rows.size, dtype=bool)
        first[0], first[1:] = True, children[1:] != children[:-1]
        self.signs["previous"][rows] = np.where(first, self.last_sign[children], before)
        self.last_sign[children] = rows  # the last of equal children stands

    def _add(
        self, agency: np.ndarray | Agency, children: np.ndarray, weight: np.ndarray, concern: np.ndarray, day: int | np.ndarray
    ) -> None:
        """Add to worry. Social care tells need from harm; the others keep one worry."""
        stored = (weight / self._left(day)).astype(np.float16)
        apart = positions((agency == Agency.SOCIAL_CARE) & (concern == Concern.NEED))
        if apart.size:
            np.add.at(self._need, children[apart], stored[apart])
            stored[apart] = 0
        at = np.int64(agency) * self.last_sign.size + children
        np.add.at(self._worry.reshape(-1), at, stored)

    def take_worry(self, agency: Agency, children: np.ndarray, day: int) -> np.ndarray:
        """An agency's worry about these children, nats, which it no longer has in front of it."""
        taken = self.worry_of(agency, children, day)
        self._worry[agency, children] = 0
        return taken

    def put_worry(self, agency: np.ndarray, children: np.ndarray, nats: np.ndarray, day: int) -> None:
        """Add to each agency's worry about a child what an old record that has arrived says."""
        at = np.int64(agency) * self.last_sign.size + children
        np.add.at(self._worry.reshape(-1), at, (nats / self._left(day)).astype(np.float16))

    def reassure(self, agency: np.ndarray, children: np.ndarray, mode: np.ndarray, day: int) -> None:
        """Contacts that showed nothing take a little worry away; two on one day count once."""
        left = self._left(day)
        worry = self._worry[agency, children].astype(np.float32) * left
        less = self.weighing.of_quiet(agency, mode, worry)
        self._worry[agency, children] = np.maximum(worry - less, np.minimum(worry, self.weighing.belief.least)) / left
        own = positions(agency == Agency.SOCIAL_CARE)
        if own.size:
            who = children[own]
            self._need[who] = np.maximum(self._need[who] - less[own] / left, 0)

    def about(self, children: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of all signs about these children, newest first, and the position in ``children`` of each.

        A plain walk along each chain: asked about few children at a time, that is quicker than walking all chains together.
        """
        previous, rows, at = self.signs["previous"].item, [], []
        for position, row in enumerate(self.last_sign[children].tolist()):
            while row >= 0:
                rows.append(row)
                at.append(position)
                row = previous(row)
        return np.array(rows, dtype=np.int64), np.array(at, dtype=np.int64)

    def held(self, children: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As :meth:`about`, of the signs that social care holds: its whole record of each child, every sign once."""
        rows, at = self.about(children)
        known = positions(self.holds(Agency.SOCIAL_CARE, rows))
        return rows[known], at[known]

    def read_again(self, children: np.ndarray, restores: float, day: int) -> np.ndarray:
        """Social care reads its whole record of these children, who are different ones; returns how many signs it holds of each.

        Its worry is then at least this share of what all its signs weighed when they were new. Reading twice changes nothing.
        """
        rows, at = self.held(children)
        concern = self.signs["concern"][rows]
        weight = restores * self.weighing.of_signs(self.signs["strength"][rows], concern, self.signs["mode"][rows])
        need, left = concern == Concern.NEED, self._left(day)
        for column, part in ((self._worry[Agency.SOCIAL_CARE], ~need), (self._need, need)):
            whole = np.bincount(at[part], weights=weight[part], minlength=children.size)
            read = at[part]  # a child without such signs keeps what it has
            column[children[read]] = np.maximum(column[children[read]], (whole[read] / left).astype(np.float16))
        return np.bincount(at, minlength=children.size)

    def unshared(self, children: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of signs about these children that social care does not hold, and the position in ``children`` of each."""
        rows, at = self.about(children)
        unknown = positions(~self.holds(Agency.SOCIAL_CARE, rows))
        return rows[unknown], at[unknown]

    def holds(self, agency: np.ndarray | Agency, rows: np.ndarray) -> np.ndarray:
        """bool: the agency, one or one for each, holds these signs."""
        return self.signs["holders"][rows] & BITS[agency] != 0

    def pass_to(self, receiver: np.ndarray, rows: np.ndarray, worth: np.ndarray | float = 1.0) -> np.ndarray:
        """Signs arrive in other agencies' records, each once at each, worth what attention has left of them.

        ``receiver`` is one agency a row, ``worth`` what the receiver makes of it relative to a sign of its own. Returns the positions of
        those that were new to their receiver, in the order of row and receiver; of two on one day the one worth more counts.
        """
        table = self.signs
        new = positions(~self.holds(receiver, rows))
        if not new.size:
            return new
        worth = worth[new].astype(np.float32) if isinstance(worth, np.ndarray) else np.full(new.size, worth, dtype=np.float32)
        sign_and_receiver = rows[new] * AGENCIES + receiver[new]
        order = np.lexsort((-worth, sign_and_receiver))
        first = np.append(True, np.diff(sign_and_receiver[order]) != 0)
        new, worth = new[order[first]], worth[order[first]]
        rows, receiver = rows[new], receiver[new]
        np.bitwise_or.at(table["holders"], rows, BITS[receiver])
        concern = table["concern"][rows]
        weight = self.weighing.of_signs(table["strength"][rows], concern, table["mode"][rows]) * worth
        self._add(receiver, table["child"][rows], weight, concern, table["day"][rows].astype(float))
        return new

    def pass_to_social_care(self, rows: np.ndarray, worth: np.ndarray | float = 1.0) -> np.ndarray:
        """Signs arrive in social care's record, as in :meth:`pass_to`; returns the rows that were new."""
        return rows[self.pass_to(np.full(rows.size, Agency.SOCIAL_CARE, dtype=np.int64), rows, worth)] if rows.size else rows

    def lose_a_part(self, children: np.ndarray, kept: float, agency: Agency = Agency.SOCIAL_CARE) -> None:
        """A change of worker loses part of an agency's working knowledge of these children."""
        self._worry[agency, children] *= np.float16(kept)
        if agency is Agency.SOCIAL_CARE:
            self._need[children] *= np.float16(kept)

    def put_in_order(self) -> None:
        """Once, when the past has been laid down: signs in the order of their days, as they will come from now on, and chained so."""
        table = self.signs
        table.reorder(np.argsort(table["day"], kind="stable"))
        order = np.argsort(table["child"], kind="stable")
        child = table["child"][order]
        follows = positions(child[1:] == child[:-1])  # positions whose next is about the same child
        table["previous"][:] = NOBODY
        table["previous"][order[follows + 1]] = order[follows]
        self.last_sign[:] = NOBODY
        self.last_sign[child] = order  # the last of equal children stands

    def forget(self, before: int) -> int:
        """Put away signs from before a day: nobody looks so far back, though what is left of the worry stays.

        Signs stand in the order of their days, so the oldest go from the front; returns how many, by which all row numbers fall.
        """
        gone = int(np.searchsorted(self.signs["day"], before))
        if gone:
            self.signs.drop_first(gone)
            for rows in (self.signs["previous"], self.last_sign):
                rows -= gone
                np.maximum(rows, NOBODY, out=rows)
        return gone

    def state(self) -> dict[str, np.ndarray]:
        """Everything, for saving."""
        kept = {"last_sign": self.last_sign.copy(), "worry": self._worry.copy(), "need": self._need.copy(), "since": np.array([self.since])}
        return kept | {f"signs.{n}": c for n, c in self.signs.state().items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved columns back."""
        self.last_sign[:], self._worry[:], self._need[:] = state["last_sign"], state["worry"], state["need"]
        self.since = int(state["since"][0])
        self.signs.restore({n.removeprefix("signs."): c for n, c in state.items() if n.startswith("signs.")})
