"""Everything behind the door, as the rest of the model may use it: it lives, calls out, and answers.

The model holds one :class:`Behind` and asks it for what happened; nothing else that runs in a day can reach the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.table import positions
from simsafe.senses.door import Door, Senses
from simsafe.system.cases import EARLY_HELP, EARLY_HELP_ONLINE, Cases
from simsafe.truth.call_outs import Calling, Calls
from simsafe.truth.exploitation import Outside, OutsideRates
from simsafe.truth.families import Hidden, HiddenFamilies
from simsafe.truth.harm import Harm, HarmAndNeed
from simsafe.truth.past import LayingDown, Past
from simsafe.world.area import Area
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, CallOuts, Concern, Meetings, Presence, Signs
from simsafe.world.population import YEAR, Schooling, World


@dataclass(frozen=True)
class Truth:
    """Parameters of all that is hidden."""

    families: Hidden = field(default_factory=Hidden)
    harm: Harm = field(default_factory=Harm)
    outside: OutsideRates = field(default_factory=OutsideRates)
    calls: Calls = field(default_factory=Calls)
    past: Past = field(default_factory=Past)


class Behind:
    """Truth and its door."""

    def __init__(self, world: World, area: Area, chance: Chance, truth: Truth, senses: Senses) -> None:
        self.hidden = HiddenFamilies(world.families, chance, truth.families)
        self.harm = HarmAndNeed(world, self.hidden, chance, truth.harm)
        self.harm.lay_down()
        self.outside = Outside(world, self.harm, chance, truth.outside)
        self.outside.lay_down()
        self.calling = Calling(world, self.hidden, self.harm, chance, truth.calls)
        self.door = Door(world, self.hidden, self.harm, chance, senses)
        usual = truth.outside.usual_share(truth.harm.exploitation_years)
        self.past = LayingDown(world, area, self.hidden, self.harm, usual, chance, truth.past)

    def lay_down(self, cases: Cases, records: Records, exposure: Callable[[Agency], np.ndarray]) -> None:
        """What the past left in everybody's records. ``exposure``: an agency's yearly occasions with each child.

        Those who are told without meeting the child are added here.
        """
        family = self.past.world.children.family
        told = {
            Agency.POLICE: self.calling.usual_rate(family) * YEAR,
            Agency.ADULT_SERVICES: self.calling.patients.usual_rate(family) * YEAR,
            Agency.HELPLINES: np.zeros(family.size),
        }
        self.past.lay_down(cases, records, lambda a: told[a] if a in told else exposure(a), self.door.how.nature)

    def live_a_day(self, day: int, now: Conditions, stage_of: np.ndarray, schooling: Schooling) -> None:
        """Strain, harm and need move on, and children go missing; ``stage_of`` says what help each child has."""
        if day % 7 == 0:
            helped = positions((stage_of == EARLY_HELP) | (stage_of == EARLY_HELP_ONLINE))
            family, first = np.unique(self.past.world.children.family[helped], return_index=True)
            relief = np.where(stage_of[helped][first] == EARLY_HELP, 1.0, self.harm.how.online_ratio)
            self.hidden.live_a_week(day // 7, now, now.school_open_share, family, relief)
        self.harm.live_a_day(day, now, stage_of)
        self.outside.live_a_day(day, stage_of, schooling)

    def call_out(self, now: Conditions, in_school: np.ndarray | None, day: int) -> CallOuts:
        """What comes to notice by itself."""
        calls = self.calling.call_out(now, in_school, day)
        signs = Signs.together([calls.signs, self.outside.call_out()])
        true = (self.harm.type[signs.who] >= 0) & (signs.concern != Concern.NEED)  # nature does not split these one by one
        self.door.true_signs.add(day, signs.agency[true], signs.who[true])
        return CallOuts(signs, calls.seen)

    def answer(self, attempt: Attempt, presences: list[Presence], now: Conditions, digital: np.ndarray, day: int) -> tuple[Meetings, Signs]:
        """What came of each try, and every sign that showed at meetings and in groups in sight."""
        return self.door.answer(attempt, presences, now, digital, day)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        parts = {"hidden": self.hidden, "harm": self.harm, "outside": self.outside, "true_signs": self.door.true_signs}
        return {f"{name}.{n}": c for name, part in parts.items() for n, c in part.state().items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the truth back."""
        self.hidden.restore({n[7:]: c for n, c in state.items() if n.startswith("hidden.")})
        self.harm.restore({n[5:]: c for n, c in state.items() if n.startswith("harm.")})
        self.outside.restore({n[8:]: c for n, c in state.items() if n.startswith("outside.")})
        self.door.true_signs.restore({n[11:]: c for n, c in state.items() if n.startswith("true_signs.")})
