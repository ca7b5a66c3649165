"""Injuries that somebody caused: a physically harmed child is brought to hospital, with a story."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.truth.harm import HarmAndNeed
from simsafe.truth.nature import NOTHING
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Concern, Mode, Signs, Strength
from simsafe.world.population import YEAR, World

BY_SEVERITY = np.array([0.0, 0.4, 1.0, 2.0])  # rate of injuries that need a doctor, relative to severity 2: assumed
CAP = 2.0  # the most of these: assumed


@dataclass(frozen=True)
class InjuryRates(Checked):
    """How often, and how well a doctor can tell."""

    injuries: float = param(
        0.5, unit="injuries brought to hospital a year, physical harm of severity 2", source="assumed", low=0.05, high=3
    )
    told_apart: float = param(
        0.68, unit="share that a doctor takes for what they are", source="SG01: primary care against experts", low=0.4, high=0.95, grade="B"
    )
    brought_anyway: float = param(
        0.7, unit="share brought even when nobody goes to hospital", source="assumed; MO10: newborns hardly fewer", low=0.2, high=1
    )


class Injuries:
    """Candidates for every child; only those of physically harmed children happen."""

    def __init__(self, world: World, harm: HarmAndNeed, chance: Chance, how: InjuryRates) -> None:
        self.world, self.harm, self.chance, self.how = world, harm, chance, how
        self.candidates = Candidates(chance, world.children.key, "injury", how.injuries * CAP / YEAR)

    def call_out(self, now: Conditions, day: int) -> Signs:
        """Today's injuries that a doctor did not take for accidents."""
        how, found = self.how, self.candidates.on(day)
        physical = positions(self.harm.type[found.who] == Concern.PHYSICAL)
        if not physical.size:
            return NOTHING
        who, key = found.who[physical], found.key[physical]
        comes = how.brought_anyway + (1 - how.brought_anyway) * min(now.hospital_attendance_share, 1.0)
        rate = how.injuries / YEAR * BY_SEVERITY[self.harm.severity[who]] * comes
        noticed = (found.least[physical] < rate) & (self.chance.ask(key, "injury told apart") < how.told_apart)
        who, key = who[noticed], key[noticed]
        columns = (Agency.HOSPITAL, Strength.STRONG, Concern.PHYSICAL, Mode.CLINIC)
        agency, strength, concern, mode = (np.full(who.size, value, dtype=np.int8) for value in columns)
        return Signs(agency, who, strength, concern, mode, key)
