"""School nursing: few nurses for many schools; drop-ins, and talks with pupils whom somebody is worried about."""

from __future__ import annotations

from dataclasses import dataclass

from simsafe.agencies.services import ByAge
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import Agency
from simsafe.world.population import World


@dataclass(frozen=True)
class SchoolNursingRates(Checked):
    """Contacts with pupils; screening and measuring of whole classes are not counted, as nobody is spoken to alone."""

    primary: float = param(0.25, unit="contacts a year, age 5 to 9", source="assumed", low=0.05, high=1)
    secondary: float = param(0.35, unit="contacts a year, age 10 to 15", source="assumed", low=0.05, high=1)
    slope: float = param(0.15, unit="relative rise per quintile towards the most deprived", source="assumed", low=0, high=0.4)


class SchoolNursing(ByAge):
    """Nurses hold drop-ins in schools, so they follow the schools when these close; the telephone is left."""

    agency = Agency.SCHOOL_NURSING
    contact_dial, in_person_dial = "school_nursing_contact_share", "school_nursing_in_person_share"

    def __init__(self, world: World, chance: Chance, how: SchoolNursingRates) -> None:
        super().__init__(world, chance, (0.0, 0.0, how.primary, how.secondary, how.secondary / 3), how.slope)
