"""Midwifery: every pregnancy from booking to ten days after birth. Some book late, and a few not at all before the birth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.services import DAYS
from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.world.conditions import DIALS
from simsafe.world.contact import Agency
from simsafe.world.population import YEAR, World

LATE_FROM, LATE_OVER = 140, 80  # days of pregnancy from which, and over which, late bookings fall: assumed
TERM = 280  # days of a pregnancy: by definition
HANDED_OVER = 10  # days after birth at which the health visitor takes over: by guidance, as ``ties.midwife_hands_over``


@dataclass(frozen=True)
class MidwiferyRates(Checked):
    """Antenatal and postnatal care of each unborn or newborn child."""

    booking: float = param(70.0, unit="days of pregnancy at booking", source="NICE: by ten weeks", low=49, high=98, grade="rule")
    contacts: float = param(
        11.0,
        unit="contacts from a booking in time to handing over",
        source="assumed: NICE, eight to ten and three after birth",
        low=6,
        high=16,
    )
    books_late: float = param(0.1, unit="share of pregnancies booked after 20 weeks", source="assumed", low=0.02, high=0.3)
    concealed: float = param(
        0.003, unit="share of pregnancies nobody is told of", source="assumed: about one in 300 to 500", low=0.0, high=0.02
    )
    at_home: float = param(0.3, unit="share of in-person contacts at the family's home", source="assumed", low=0, high=0.8)


class Midwifery:
    """The child met is the unborn child: what shows of harm to come is its parents' side."""

    agency = Agency.MIDWIFERY
    video = True
    contact_dial, in_person_dial = "midwifery_contact_share", "midwifery_in_person_share"

    def __init__(self, world: World, chance: Chance, how: MidwiferyRates) -> None:
        self.world, self.chance, self.how, self.at_home = world, chance, how, how.at_home
        self.a_day = how.contacts / (TERM - how.booking + HANDED_OVER)

    def candidates(self) -> Candidates:
        """Only children not yet ten days old have a midwife."""
        often = self.a_day * DIALS[self.contact_dial].metadata["high"]
        return Candidates(self.chance, self.world.children.key, "meets the midwife", often, days=DAYS, rows=self._expected)

    def _expected(self, first: int, last: int) -> np.ndarray:
        """Rows of the children whose pregnancy, or first days, fall between two days."""
        birth = self.world.children.birth
        return positions((birth > first - HANDED_OVER) & (birth <= last + TERM))

    def usual_rate(self, who: np.ndarray, day: int | np.ndarray) -> np.ndarray:
        """Contacts a day about these unborn or newborn children in ordinary times."""
        c, how = self.world.children, self.how
        age = day - c.birth[who].astype(np.int32)  # negative before birth
        u = self.chance.ask(c.key[who], "booked")
        booked = np.where(u < how.books_late, LATE_FROM + LATE_OVER * u / max(how.books_late, 1e-9), how.booking)
        begins = np.where(u > 1 - how.concealed, 0, booked - TERM)
        return self.a_day * ((age >= begins) & (age < HANDED_OVER))

    def contacts_a_year(self, day: int) -> np.ndarray:
        """Contacts expected of each child a year at its age on ``day``: those due within a year stand for a whole pregnancy."""
        return self.usual_rate(np.arange(len(self.world.children)), day) * YEAR
