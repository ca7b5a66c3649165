"""What partners tell each other uncalled: along named links, at handovers, in notices and at their own meetings.

Pooled in one place, worries that were each below every threshold may reach one. Each sign is told at most once to each partner and counts
once there; what a partner only heard of it does not pass on along its own ties.
"""

from __future__ import annotations

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import PIECE, Chance
from simsafe.ground.table import positions
from simsafe.system.sharing import Sharing
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import AGENCIES, Agency
from simsafe.world.population import Children
from simsafe.world.ties import NO_TIE, Tie, TieNumbers, kinds, remits, takers

HANDED_OVER_BY = (Agency.MIDWIFERY, Agency.HEALTH_VISITING)
LONGEST = 400  # days that a sign may wait for a handover: by then attention to it has gone (assumed)


class PartnerSharing:
    """Asks each new sign once, on the day it is written down, whom it will be told; no child is looked at without one."""

    def __init__(self, records: Records, children: Children, sharing: Sharing, chance: Chance, how: TieNumbers) -> None:
        self.records, self.children, self.sharing, self.chance, self.how = records, children, sharing, chance, how
        self.kind, self.takers, (self.youngest, self.oldest) = kinds(), takers(), remits()
        self.number, self.flat = how.shares()
        self.mean_delay = how.delays()
        self.tied = (self.takers != NO_TIE).any(axis=1) & (how.present > 0) & (sharing.how.share > 0)
        self.hands_over = np.zeros(AGENCIES)
        self.hands_over[list(HANDED_OVER_BY)] = how.midwife_hands_over, how.visitor_hands_over

    def pass_on(self, rows: np.ndarray, now: Conditions, day: int) -> None:
        """Of these signs, noticed today, those that a partner will be told are put on their way."""
        rows = rows[self.tied[self.records.signs["agency"][rows]]]
        if rows.size:
            self.sharing.send(*self._told(rows, now, np.int64(day), day), self.how.trust)

    def before_the_run(self) -> None:
        """Of the signs laid down before day 0, partners hold those that would have reached them by then."""
        rows = positions(self.tied[self.records.signs["agency"]])
        day = self.records.signs["day"][rows].astype(np.int64)
        latest, pieces = int(day.max(initial=0)), [slice(start, start + PIECE) for start in range(0, rows.size, PIECE)]
        told = [self._told(rows[piece], ORDINARY, day[piece], latest) for piece in pieces]  # in pieces, to take less memory
        if not told:
            return
        rows, giver, taker, arrives = (np.concatenate(column) for column in zip(*told, strict=True))
        there = arrives <= 0
        self.records.pass_to(taker[there], rows[there], self.how.trust)
        self.sharing.send(rows[~there], giver[~there], taker[~there], arrives[~there], self.how.trust)

    def _told(
        self, rows: np.ndarray, now: Conditions, day: np.int64 | np.ndarray, today: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Of signs of agencies with ties, those that will be told, by whom, to whom, and the day on which each arrives.

        ``day``: of all the signs, or of each.
        """
        signs, how, sharing = self.records.signs, self.how, self.sharing
        giver = signs["agency"][rows].astype(np.int64)
        takers = self.takers[giver]
        at, place = np.nonzero(takers != NO_TIE)
        taker, rows, giver, day = takers[at, place].astype(np.int64), rows[at], giver[at], np.broadcast_to(day, rows.shape)[at]
        kind, birth = self.kind[giver, taker], self.children.birth[signs["child"][rows]].astype(np.int64)
        own = self.records.worry_of(giver, signs["child"][rows], today)
        key = self.chance.keys_each(signs["key"][rows], "told a partner", taker, AGENCIES)
        u, wait, _ = self.chance.ask_three(key, "told and when")
        doubt = self.sharing.doubts.of(giver, own, now)
        closeness = sharing.strengths.closeness[giver, taker]
        passes = np.where(self.flat[kind], 1.0, sharing.share_given(own, now, 1.0, closeness - doubt))
        reach = np.minimum(sharing.strengths.reach[giver], sharing.strengths.reach[taker])
        told = u < self.number[kind] * passes * reach
        told &= (kind != Tie.MEETING) | (own >= how.meeting_from)
        days = np.where(kind == Tie.MEETING, 2 * wait, -np.log1p(-wait)) * self.mean_delay[kind] * self.sharing.doubts.slower(doubt)
        arrives = day + 1 + np.minimum(days * now.sharing_delay_factor, 200).astype(np.int64)
        handed = kind == Tie.HANDOVER
        if handed.any():
            arrives[handed] = np.maximum(birth + self.hands_over[giver].astype(np.int64), day + 1)[handed]
        age = arrives - birth
        told &= (age >= self.youngest[taker]) & (age < self.oldest[taker]) & (arrives - day < LONGEST)
        told &= ~self.records.holds(taker, rows)
        return rows[told], giver[told], taker[told], arrives[told]
