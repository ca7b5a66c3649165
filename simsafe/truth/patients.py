"""Parents as patients: what adult mental health and substance services learn of a parent, and so of the children at home.

They know the parent. Whether they know that there are children, and whose, is a matter of their records (``system/referring.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.truth.families import HiddenFamilies
from simsafe.truth.harm import HarmAndNeed
from simsafe.truth.nature import NOTHING
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import Agency, Concern, Mode, Signs
from simsafe.world.population import YEAR, World

LOOKS = (0.4, 0.8)  # share of notes that look like neglect, and like neglect or emotional harm; the rest domestic abuse: assumed


@dataclass(frozen=True)
class PatientRates(Checked):
    """Parents in treatment."""

    treated: float = param(
        0.35, unit="share of parents with serious difficulties who are in treatment", source="assumed", low=0.1, high=0.8
    )
    worries: float = param(
        0.5, unit="times a year that staff note something of weight for a child at home", source="assumed", low=0.05, high=4
    )
    strong: float = param(0.02, unit="share of these that speak for themselves, no child harmed", source="assumed", low=0, high=0.2)
    strong_if_harmed: float = param(0.08, unit="added share per step of severity of harm", source="assumed", low=0, high=0.3)


class Patients:
    """One stream of notes a family; only those of treated parents happen."""

    def __init__(self, world: World, hidden: HiddenFamilies, harm: HarmAndNeed, chance: Chance, how: PatientRates) -> None:
        self.world, self.harm, self.chance, self.how = world, harm, chance, how
        treated = hidden.parental_difficulty & (chance.ask(world.families.key, "in treatment") < how.treated)
        self.rate = np.array([0.0, how.worries / YEAR])
        self.treated, rows = treated.view(np.int8), positions(treated)
        often = how.worries / YEAR * DIALS["adult_services_contact_share"].metadata["high"]
        self.notes = Candidates(chance, world.families.key, "note on a parent", often, rows=lambda first, last: rows)

    def usual_rate(self, families: np.ndarray) -> np.ndarray:
        """Notes a day about parents of these families in ordinary times."""
        return self.rate[self.treated[families]]

    def call_out(self, now: Conditions, day: int) -> Signs:
        """Today's notes, one for each child at home."""
        how, found = self.how, self.notes.on(day)
        happens = positions(self.notes.happens(found, self.usual_rate(found.who) * now.adult_services_contact_share))
        if not happens.size:
            return NOTHING
        family, key = found.who[happens], found.key[happens]
        who, which = self.world.children_of(family)
        here = self.world.children.living_here(day, who)
        who, which = who[here], which[here]
        key = self.chance.keys(key[which] ^ self.world.children.key[who], "child of a patient")
        speaks, looks, _ = self.chance.ask_three(key, "noted")
        strong = speaks < how.strong + how.strong_if_harmed * self.harm.severity[who]
        concern = np.where(looks < LOOKS[0], Concern.NEGLECT, np.where(looks < LOOKS[1], Concern.EMOTIONAL, Concern.DOMESTIC_ABUSE))
        agency, mode = (np.full(who.size, value, dtype=np.int8) for value in (Agency.ADULT_SERVICES, Mode.CLINIC))
        return Signs(agency, who, strong.astype(np.int8), concern.astype(np.int8), mode, key)
