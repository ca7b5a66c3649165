"""Housing: officers who come to the home about repairs, rent and homelessness, and see how a family lives."""

from __future__ import annotations

from dataclasses import dataclass

from simsafe.agencies.services import ByAge
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import Agency
from simsafe.world.population import World


@dataclass(frozen=True)
class HousingRates(Checked):
    """Contacts in which a housing officer meets the family with a child there."""

    contacts: float = param(0.15, unit="contacts per child and year, middling deprivation", source="assumed", low=0.02, high=1)
    slope: float = param(
        0.4, unit="relative rise per quintile towards the most deprived", source="assumed: social renting", low=0, high=0.5
    )
    at_home: float = param(0.6, unit="share of in-person contacts at the family's home", source="assumed", low=0, high=1)


class Housing(ByAge):
    """Council and association officers; landlords who rent privately see nobody."""

    agency = Agency.HOUSING
    contact_dial, in_person_dial = "housing_contact_share", "housing_in_person_share"

    def __init__(self, world: World, chance: Chance, how: HousingRates) -> None:
        super().__init__(world, chance, [how.contacts] * 5, how.slope, how.at_home)
