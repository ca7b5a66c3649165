"""Visits to children educated at home, by the council's education officers, who sit with early help.

In these years nobody had a right to see the child: a family may say no to the visit, and many do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Mode
from simsafe.world.education import Education
from simsafe.world.population import Schooling, World

WORKING_DAYS = 253  # in a year: the calendar


@dataclass(frozen=True)
class HomeEducationPractice(Checked):
    """What comes of offering a visit."""

    agree: float = param(0.6, unit="share of families educating at home who agree to be visited", source="assumed", low=0.2, high=1)


class HomeEducation:
    """Rounds that only a plan begins: each child is due so many times a year, in a fixed order."""

    agency = Agency.EARLY_HELP

    def __init__(self, world: World, chance: Chance, how: HomeEducationPractice) -> None:
        self.world, self.chance, self.how = world, chance, how

    def attempt(self, schooling: Schooling, now: Conditions, working_day: int, day: int) -> list[Attempt]:
        """Today's visits, announced, to the families who agree."""
        if now.home_education_visits_a_year <= 0:
            return []
        who = positions(schooling.state == Education.HOME)
        c, f = self.world.children, self.world.families
        cycle = max(1, round(WORKING_DAYS / now.home_education_visits_a_year))
        turn = self.chance.keys(c.key[who], "day of the home education round") + np.uint64(working_day)
        who = who[(turn % np.uint64(cycle) == 0) & c.living_here(day, who)]
        who = who[self.chance.ask(f.key[c.family[who]], "agrees to visits") < self.how.agree]
        key = self.chance.keys(c.key[who], "home education visit", day)
        return [Attempt.by(self.agency, who, np.full(who.size, Mode.HOME_VISIT, dtype=np.int8), key, True)]
