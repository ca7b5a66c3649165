"""General practice: rare short contacts with every child, and a long memory of whole families."""

from __future__ import annotations

from dataclasses import dataclass

from simsafe.agencies.services import ByAge
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import Agency
from simsafe.world.population import World


@dataclass(frozen=True)
class PracticeRates(Checked):
    """Contacts with children a year, by age."""

    under_one: float = param(6.0, unit="contacts a year", source="A0652: 3-6 a year as infants, GAPS", low=3, high=9, grade="B")
    one_to_four: float = param(4.0, unit="contacts a year", source="GAPS", low=2, high=6, grade="C")
    five_and_over: float = param(2.0, unit="contacts a year", source="GAPS: about two at school age", low=1, high=4, grade="C")


class GeneralPractice(ByAge):
    """Families come when they are worried or due; the practice only decides how it meets them. Weekend illness is spread over the week."""

    agency = Agency.GENERAL_PRACTICE
    contact_dial, in_person_dial = "gp_contact_share", "gp_face_to_face_share"

    def __init__(self, world: World, chance: Chance, how: PracticeRates) -> None:
        super().__init__(world, chance, (how.under_one, how.one_to_four, *[how.five_and_over] * 3))
