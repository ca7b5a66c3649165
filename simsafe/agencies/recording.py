"""What is noticed and not written down: soft impressions, where the family may read the record (SF077)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import AGENCIES, PUBLISHED_SOURCES, Signs, Strength

CLINICIANS = np.zeros(AGENCIES, dtype=bool)
CLINICIANS[list(PUBLISHED_SOURCES["health"])] = True


@dataclass(frozen=True)
class RecordingPractice(Checked):
    """What becomes of soft impressions."""

    clinicians_write: float = param(
        1.0, unit="share of weak signs that clinicians write down", source="SF077: no size known; 1 is all", low=0.3, high=1
    )


def written_down(signs: Signs, chance: Chance, how: RecordingPractice) -> Signs:
    """The signs that enter a record; the others are known to nobody from then on."""
    share = how.clinicians_write
    if share >= 1 or not signs.size:
        return signs
    soft = CLINICIANS[signs.agency] & (signs.strength == Strength.WEAK)
    kept = ~soft | (chance.ask(signs.key, "written down") < share)
    return Signs(*(getattr(signs, n)[kept] for n in ("agency", "who", "strength", "concern", "mode", "key")))
