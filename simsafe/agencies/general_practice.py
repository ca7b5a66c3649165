"""General practice: rare short contacts with every child, and a long memory of whole families."""

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
class PracticeRates(Checked):
    """Contacts with children a year, by age."""

    under_one: float = param(6.0, unit="contacts a year", source="A0652: 3-6 a year as infants, GAPS", low=3, high=9, grade="B")
    one_to_four: float = param(4.0, unit="contacts a year", source="GAPS", low=2, high=6, grade="C")
    five_and_over: float = param(2.0, unit="contacts a year", source="GAPS: about two at school age", low=1, high=4, grade="C")


class GeneralPractice:
    """Families come when they are worried or due; the practice only decides how it meets them."""

    agency = Agency.GENERAL_PRACTICE
    at_home, video = 0.0, False
    contact_dial, in_person_dial = "gp_contact_share", "gp_face_to_face_share"

    def __init__(self, world: World, chance: Chance, how: PracticeRates) -> None:
        self.world, self.chance, self.how = world, chance, how
        self.by_band = np.array([how.under_one, how.one_to_four, *[how.five_and_over] * 3]) / YEAR

    def candidates(self) -> Candidates:
        """Children over five at the start never come as often again as the youngest do."""
        most = self.by_band.max()
        level = np.array([self.by_band[-1] / most, 1.0])
        young = (self.world.children.birth > -5 * YEAR).astype(np.int8)
        often = most * DIALS[self.contact_dial].metadata["high"]
        return Candidates(self.chance, self.world.children.key, "comes to the practice", often, level, young, days=DAYS)

    def usual_rate(self, who: np.ndarray, day: int | np.ndarray) -> np.ndarray:
        """Contacts a day of these children in ordinary times. Weekend illness is spread over the week."""
        c = self.world.children
        return self.by_band[c.age_band(day, who)] * c.living_here(day, who)

    def contacts_a_year(self, day: int) -> np.ndarray:
        """Contacts expected of each child a year at its age on ``day``, in ordinary times."""
        return self.by_band[self.world.children.age_band(day)] * YEAR
