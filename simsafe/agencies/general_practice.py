"""General practice: rare short contacts with every child, and a long memory of whole families."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import Agency, Attempt, Mode
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

    def __init__(self, world: World, chance: Chance, how: PracticeRates) -> None:
        self.world, self.chance, self.how = world, chance, how
        self.by_band = np.array([how.under_one, how.one_to_four, *[how.five_and_over] * 3]) / YEAR
        # Children over five at the start never come as often again as the youngest do.
        often = self.by_band.max() * DIALS["gp_contact_share"].metadata["high"]
        self.level = np.array([self.by_band[-1] / self.by_band.max(), 1.0])
        young = (world.children.birth > -5 * YEAR).astype(np.int8)
        self.contacts = Candidates(chance, world.children.key, "comes to the practice", often, self.level, young)

    def attempt(self, now: Conditions, day: int) -> Attempt:
        """Who comes or calls today, and whether face to face or by telephone. Weekend illness waits in the candidate stream's rate."""
        found, c = self.contacts.on(day), self.world.children
        here = c.living_here(day, found.who)
        rate = self.by_band[c.age_band(day, found.who)] * now.gp_contact_share * here
        comes = self.contacts.happens(found, rate)
        who, key = found.who[comes], found.key[comes]
        in_person = self.chance.ask(key, "face to face") < now.gp_face_to_face_share
        mode = np.where(in_person, Mode.CLINIC, Mode.PHONE).astype(np.int8)
        return Attempt.by(self.agency, who, mode, key, False)

    def contacts_a_year(self, day: int) -> np.ndarray:
        """Contacts expected of each child a year at its age on ``day``, in ordinary times."""
        return self.by_band[self.world.children.age_band(day)] * YEAR
