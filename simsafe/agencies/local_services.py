"""Local services: children's centres, early help, youth work and housing, as one thin service for now.

In the published statistics their referrals count as local authority services, education services, housing and other agencies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.services import DAYS
from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import DIALS
from simsafe.world.contact import Agency
from simsafe.world.population import YEAR, World


@dataclass(frozen=True)
class LocalServiceRates(Checked):
    """Contacts with children."""

    contacts: float = param(1.2, unit="contacts per child and year, middling deprivation", source="assumed", low=0.3, high=4)
    slope: float = param(0.3, unit="relative rise per quintile towards the most deprived", source="assumed", low=0, high=0.45)
    at_home: float = param(0.3, unit="share of in-person contacts at the family's home", source="assumed", low=0, high=0.8)


class LocalServices:
    """Families who use children's centres, early help, youth or housing services."""

    agency = Agency.LOCAL_SERVICES
    video = True
    contact_dial, in_person_dial = "local_services_contact_share", "local_services_in_person_share"

    def __init__(self, world: World, chance: Chance, how: LocalServiceRates) -> None:
        self.world, self.chance, self.how = world, chance, how
        self.at_home = how.at_home
        poorer = 3.0 - world.families.deprivation
        self.level = (1 + how.slope * poorer).astype(np.float32)  # by family

    def candidates(self) -> Candidates:
        """Poorer families use these services more."""
        often = self.how.contacts / YEAR * DIALS[self.contact_dial].metadata["high"]
        children = self.world.children
        return Candidates(self.chance, children.key, "local services", often, self.level, children.family, days=DAYS)

    def usual_rate(self, who: np.ndarray, day: int | np.ndarray) -> np.ndarray:
        """Contacts a day of these children in ordinary times."""
        return self.contacts_a_year(who) / YEAR * self.world.children.living_here(day, who)

    def contacts_a_year(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Contacts expected of each child a year in ordinary times."""
        return self.how.contacts * self.level[self.world.children.family[rows]].astype(float)
