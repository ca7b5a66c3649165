"""CAMHS: child and adolescent mental health services. Few children, met often, after a long wait."""

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

YOUNGEST, AGES = 6, 10  # years of age from which children are referred, and over which referrals fall: assumed


@dataclass(frozen=True)
class CamhsRates(Checked):
    """Who is referred to CAMHS, how long they wait and how often they are met."""

    ever: float = param(0.12, unit="share of children referred once between 6 and 16", source="assumed", low=0.03, high=0.3)
    wait: float = param(140.0, unit="days from referral to the first appointment", source="assumed", low=20, high=500)
    stays: float = param(365.0, unit="days from the first appointment to the last", source="assumed", low=60, high=1000)
    contacts: float = param(10.0, unit="contacts a year while with the service", source="assumed", low=2, high=40)


class Camhs:
    """Each child who will be referred has its age of referral from the start; the service meets it when the wait is over."""

    agency = Agency.CAMHS
    at_home, video = 0.0, True
    contact_dial, in_person_dial = "camhs_contact_share", "camhs_in_person_share"

    def __init__(self, world: World, chance: Chance, how: CamhsRates) -> None:
        self.world, self.chance, self.how = world, chance, how
        self.ever = positions(chance.ask(world.children.key, "referred to CAMHS") < how.ever)  # rows, referred at some age

    def _begins(self, who: np.ndarray) -> np.ndarray:
        """Day of each child's first appointment."""
        referred = (YOUNGEST + AGES * self.chance.ask(self.world.children.key[who], "age of referral to CAMHS")) * YEAR
        return self.world.children.birth[who] + referred + self.how.wait

    def candidates(self) -> Candidates:
        """Only those who will ever be referred have appointments laid down."""
        often = self.how.contacts / YEAR * DIALS[self.contact_dial].metadata["high"]
        return Candidates(self.chance, self.world.children.key, "meets CAMHS", often, days=DAYS, rows=self._patients)

    def _patients(self, first: int, last: int) -> np.ndarray:
        """Rows of the children who are with the service between two days."""
        begins = self._begins(self.ever)
        return self.ever[(begins <= last) & (begins > first - self.how.stays)]

    def usual_rate(self, who: np.ndarray, day: int | np.ndarray) -> np.ndarray:
        """Contacts a day of these children, who will all be referred once, in ordinary times."""
        since = day - self._begins(who)
        there = (since >= 0) & (since < self.how.stays) & self.world.children.living_here(day, who)
        return self.how.contacts / YEAR * there

    def contacts_a_year(self, day: int) -> np.ndarray:
        """Contacts expected of each child a year at its age on ``day``, in ordinary times."""
        expected = np.zeros(len(self.world.children))
        expected[self.ever] = self.usual_rate(self.ever, day) * YEAR
        return expected
