"""Hospital: the emergency department and children's wards. Few meetings, strong signs, and a doctor who examines.

Children come ill or hurt by accident (here), or brought with an injury that somebody caused (``truth/call_outs.py``). Medicals are asked
for by a strategy discussion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.services import ByAge
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import Agency, Attempt, Mode
from simsafe.world.population import World


@dataclass(frozen=True)
class HospitalRates(Checked):
    """Attendances a year, and medicals."""

    under_one: float = param(0.8, unit="attendances a year", source="assumed: most often in the first year", low=0.3, high=1.5)
    one_to_four: float = param(0.55, unit="attendances a year", source="assumed", low=0.2, high=1.2)
    five_and_over: float = param(0.3, unit="attendances a year", source="assumed", low=0.1, high=0.8)
    slope: float = param(0.12, unit="relative rise per quintile towards the most deprived", source="assumed", low=0, high=0.3)
    medical_share: float = param(
        0.12, unit="share of section 47 enquiries with a medical", source="assumed: physical or sexual harm or neglect", low=0.02, high=0.4
    )


class Hospital(ByAge):
    """Nobody is examined by telephone. Fewer come in a crisis, though small babies hardly fewer (MO10)."""

    agency = Agency.HOSPITAL
    contact_dial = "hospital_attendance_share"

    def __init__(self, world: World, chance: Chance, how: HospitalRates) -> None:
        super().__init__(world, chance, (how.under_one, how.one_to_four, *[how.five_and_over] * 3), how.slope)
        self.how, self._asked = how, np.empty(0, dtype=np.int64)

    def ask_for_medicals(self, children: np.ndarray, key: np.ndarray) -> None:
        """A strategy discussion may ask for a medical on the next day; ``key`` is that of the discussion."""
        if not children.size:
            return
        asked = self.chance.ask(key, "medical") < self.how.medical_share
        self._asked = np.concatenate([self._asked, children[asked].astype(np.int64)])

    def medicals(self, day: int) -> Attempt:
        """The medicals asked for since the last working day."""
        who = np.unique(self._asked) if self._asked.size else self._asked
        self._asked = who[:0]
        key = self.chance.keys(self.world.children.key[who], "child protection medical", day)
        return Attempt.by(self.agency, who, np.full(who.size, Mode.MEDICAL, dtype=np.int8), key, True)

    def state(self) -> dict[str, np.ndarray]:
        """Medicals asked for and not yet held, for saving."""
        return {"asked": self._asked.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put them back."""
        self._asked = state["asked"].copy()
