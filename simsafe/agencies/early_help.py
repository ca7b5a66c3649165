"""Early help: children's centres and youth work that anybody may come to, and places for families who need more and agree."""

from __future__ import annotations

from dataclasses import dataclass

from simsafe.agencies.services import ByAge
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import Agency
from simsafe.world.population import World


@dataclass(frozen=True)
class EarlyHelpRates(Checked):
    """Contacts with children at centres and clubs."""

    contacts: float = param(1.05, unit="contacts per child and year, middling deprivation", source="assumed", low=0.3, high=4)
    slope: float = param(0.3, unit="relative rise per quintile towards the most deprived", source="assumed", low=0, high=0.45)
    at_home: float = param(0.3, unit="share of in-person contacts at the family's home", source="assumed", low=0, high=0.8)


class Centres(ByAge):
    """Children's centres and youth work: poorer families use them more."""

    agency = Agency.EARLY_HELP
    video = True
    contact_dial, in_person_dial = "early_help_contact_share", "early_help_in_person_share"

    def __init__(self, world: World, chance: Chance, how: EarlyHelpRates) -> None:
        super().__init__(world, chance, [how.contacts] * 5, how.slope, how.at_home)
