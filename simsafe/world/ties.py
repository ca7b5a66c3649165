"""Which agencies are tied to which, of what kind each tie is, and what passes along it in ordinary times.

The model and the drawn network read the same numbers. A tie is one way; a pair that tells each other has two. What is told along a tie
is what the giver noticed itself: hearsay goes on to social care, with a contact or when called, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import AGENCIES, Agency

A = Agency
NO_TIE = -1


class Tie(IntEnum):
    """Kinds of ties, the firmest first."""

    DUTY = 0  # to share when called by social care
    CO_LOCATION = 1  # in one room with the front door
    HANDOVER = 2  # of a child from one service to the next
    NOTICE = 3  # sent as a matter of routine: police to the school, the emergency department to practice and health visitor
    NAMED_LINK = 4  # a colleague known by name
    MEETING = 5  # held regularly
    INFORMAL = 6

    @property
    def label(self) -> str:
        """Its name in tables and figures."""
        return "duty to share when called" if self is Tie.DUTY else self.name.lower().replace("_", "-" if self is Tie.CO_LOCATION else " ")


NETWORK: dict[tuple[Agency, Agency], Tie] = {
    (A.MIDWIFERY, A.HEALTH_VISITING): Tie.HANDOVER,
    (A.HEALTH_VISITING, A.SCHOOL_NURSING): Tie.HANDOVER,
    (A.POLICE, A.SCHOOLS): Tie.NOTICE,  # Operation Encompass
    (A.HOSPITAL, A.GENERAL_PRACTICE): Tie.NOTICE,  # the letter after an attendance
    (A.HOSPITAL, A.HEALTH_VISITING): Tie.NOTICE,  # liaison health visitor, children under five
    (A.HOSPITAL, A.SCHOOL_NURSING): Tie.NOTICE,
    (A.SCHOOLS, A.SCHOOL_NURSING): Tie.NAMED_LINK,
    (A.SCHOOL_NURSING, A.SCHOOLS): Tie.NAMED_LINK,
    (A.MIDWIFERY, A.GENERAL_PRACTICE): Tie.NAMED_LINK,
    (A.GENERAL_PRACTICE, A.MIDWIFERY): Tie.NAMED_LINK,
    (A.SCHOOLS, A.EARLY_HELP): Tie.NAMED_LINK,
    (A.EARLY_HELP, A.SCHOOLS): Tie.NAMED_LINK,
    (A.GENERAL_PRACTICE, A.HEALTH_VISITING): Tie.MEETING,
    (A.HEALTH_VISITING, A.GENERAL_PRACTICE): Tie.MEETING,
    (A.HEALTH_VISITING, A.EARLY_HELP): Tie.MEETING,
    (A.EARLY_HELP, A.HEALTH_VISITING): Tie.MEETING,
    (A.CAMHS, A.GENERAL_PRACTICE): Tie.INFORMAL,
    (A.CAMHS, A.SCHOOLS): Tie.INFORMAL,
    (A.ADULT_SERVICES, A.GENERAL_PRACTICE): Tie.INFORMAL,
    (A.CHILDMINDERS, A.HEALTH_VISITING): Tie.INFORMAL,
    (A.HOUSING, A.EARLY_HELP): Tie.INFORMAL,
    (A.POLICE, A.HOUSING): Tie.INFORMAL,
}
CO_LOCATED = (A.SCHOOLS, A.HEALTH_VISITING, A.POLICE, A.EARLY_HELP)  # agencies with someone at a pooled front door: assumed
REMIT = {  # years of age from and to for which a service would take in what it is told; others see children of any age: by their remit
    A.MIDWIFERY: (-1.0, 0.1), A.HEALTH_VISITING: (-0.25, 5.0), A.SCHOOL_NURSING: (4.5, 18.0), A.SCHOOLS: (3.0, 18.0), A.CAMHS: (5.0, 18.0),
    A.CHILDMINDERS: (0.5, 8.0),
}  # fmt: skip


@dataclass(frozen=True)
class TieNumbers(Checked):
    """What passes along each kind of tie. Everything here but what is said otherwise is assumed: nobody has counted it."""

    present: float = param(1.0, unit="share of what would pass along ties that does; 0: none", source="ordinary times", low=0, high=1)
    handover: float = param(
        0.8, unit="share of the signs a service holds that it hands on with the child", source="assumed; SF082", low=0, high=1
    )
    notice: float = param(
        0.6, unit="share of signs in routine notices", source="assumed; notices in 2019 were not yet everywhere", low=0, high=1
    )
    named_link: float = param(0.5, unit="times what would be shared with social care when called", source="assumed; SF082", low=0, high=1)
    meeting: float = param(0.5, unit="times what would be shared with social care when called", source="assumed", low=0, high=1)
    informal: float = param(0.1, unit="times what would be shared with social care when called", source="assumed", low=0, high=1)
    meeting_from: float = param(1.0, unit="nats of own worry that put a child on the list of a meeting", source="assumed", low=0, high=4)
    meeting_interval: float = param(30.0, unit="days from meeting to meeting", source="assumed: monthly", low=7, high=92)
    midwife_hands_over: float = param(10.0, unit="days after birth", source="midwifery care ends then", low=7, high=28, grade="rule")
    visitor_hands_over: float = param(1826.0, unit="days of age", source="school entry", low=1460, high=1900, grade="rule")
    link_delay: float = param(4.0, unit="days until a named link hears, mean", source="assumed", low=0, high=30)
    notice_delay: float = param(1.0, unit="days until a notice is read, mean", source="assumed: the next school day", low=0, high=14)
    informal_delay: float = param(10.0, unit="days, mean", source="assumed", low=0, high=60)
    told_back: float = param(
        0.4,
        unit="share of social care's signs that a partner taking part in a discussion or conference hears",
        source="assumed",
        low=0,
        high=1,
    )
    trust: float = param(
        1.0,
        unit="worth of a sign heard from another agency relative to one's own",
        source="SF081: no size known; 1 is none lost",
        low=0.3,
        high=1,
    )
    overlap: float = param(
        0.0, unit="correlation of what agencies bring to a call; 0 leaves each sign its full worth", source="SH05, off", low=0, high=0.6
    )
    joint_overlap: float = param(0.3, unit="correlation allowed for in a joint risk assessment", source="SH05", low=0, high=0.6)
    diffusion: float = param(
        0.1, unit="fall of the chance to tell social care per other agency known to hold the sign", source="assumed; SF086", low=0, high=0.4
    )

    def shares(self) -> tuple[np.ndarray, np.ndarray]:
        """By Tie: the number of its kind, and bool, whether it holds whatever the giver's worry."""
        number = np.zeros(len(Tie))
        for tie in (Tie.HANDOVER, Tie.NOTICE, Tie.NAMED_LINK, Tie.MEETING, Tie.INFORMAL):
            number[tie] = self.present * getattr(self, tie.name.lower())
        flat = np.zeros(len(Tie), dtype=bool)
        flat[[Tie.HANDOVER, Tie.NOTICE]] = True
        return number, flat

    def delays(self) -> np.ndarray:
        """Mean days by Tie, for ties whose delay has no date of its own; half the interval for meetings."""
        days = np.zeros(len(Tie))
        days[Tie.NOTICE], days[Tie.NAMED_LINK], days[Tie.INFORMAL] = self.notice_delay, self.link_delay, self.informal_delay
        days[Tie.MEETING] = self.meeting_interval / 2
        return days


def kinds() -> np.ndarray:
    """int8 (AGENCIES, AGENCIES): the kind of tie from giver to taker, or NO_TIE."""
    table = np.full((AGENCIES, AGENCIES), NO_TIE, dtype=np.int8)
    for (giver, taker), tie in NETWORK.items():
        table[giver, taker] = tie
    return table


def takers() -> np.ndarray:
    """int8 (AGENCIES, most): whom each agency is tied to, NO_TIE where there are no more."""
    kind = kinds()
    table = np.full((AGENCIES, int((kind != NO_TIE).sum(axis=1).max())), NO_TIE, dtype=np.int8)
    for giver in Agency:
        to = np.flatnonzero(kind[giver] != NO_TIE)
        table[giver, : to.size] = to
    return table


def remits() -> tuple[np.ndarray, np.ndarray]:
    """By Agency: age in days from and before which it takes in what it is told."""
    low, high = np.full(AGENCIES, -400.0), np.full(AGENCIES, 20 * 365.25)
    for agency, (youngest, oldest) in REMIT.items():
        low[agency], high[agency] = youngest * 365.25, oldest * 365.25
    return low, high
