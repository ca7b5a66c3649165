"""Local services: children's centres, early help, youth work and housing, as one thin service for now.

In the published statistics their referrals count as local authority services, education services, housing and other agencies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import Agency, Attempt, Mode
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

    def __init__(self, world: World, chance: Chance, how: LocalServiceRates) -> None:
        self.world, self.chance, self.how = world, chance, how
        poorer = 3.0 - world.families.deprivation
        self.level = (1 + how.slope * poorer).astype(np.float32)  # by family
        often = how.contacts / YEAR * DIALS["local_services_contact_share"].metadata["high"]
        self.contacts = Candidates(
            chance, world.children.key, "local services", often, self.level, world.children.family, 1 + 2 * how.slope
        )

    def attempt(self, now: Conditions, day: int) -> Attempt:
        """Today's contacts, at a centre, at home, or by video or telephone."""
        found = self.contacts.on(day)
        rate = self.contacts_a_year(found.who) / YEAR * now.local_services_contact_share
        happens = self.contacts.happens(found, rate * self.world.children.living_here(day, found.who))
        who, key = found.who[happens], found.key[happens]
        in_person = self.chance.ask(key, "in person") < now.local_services_in_person_share
        at_home = self.chance.ask(key, "at home") < self.how.at_home
        by_video = self.chance.ask(key, "by video") < now.remote_video_share
        mode = np.where(in_person, np.where(at_home, Mode.HOME_VISIT, Mode.CLINIC), np.where(by_video, Mode.VIDEO, Mode.PHONE))
        return Attempt.by(self.agency, who, mode.astype(np.int8), key, True)

    def contacts_a_year(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Contacts expected of each child a year in ordinary times."""
        return self.how.contacts * self.level[self.world.children.family[rows]].astype(float)
