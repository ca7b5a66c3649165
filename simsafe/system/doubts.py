"""Perceived barriers: doubts whether consent is needed.

It is not, for safeguarding; below significant harm the doubts act all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, PARTNERS

UNIT = "log-odds of sharing lost to doubts"
ASSUMED = "assumed; SF075, SF085"


@dataclass(frozen=True)
class ConsentDoubts(Checked):
    """What each agency's doubts cost, where its own worry is below significant harm and no section 47 enquiry settles the matter."""

    significant: float = param(2.9, unit="nats of own worry at which doubts end", source="TH01, as a threshold", low=1, high=5)
    schools: float = param(0.2, unit=UNIT, source=ASSUMED, low=0, high=2)
    childminders: float = param(0.3, unit=UNIT, source=ASSUMED, low=0, high=2)
    school_nursing: float = param(0.4, unit=UNIT, source=ASSUMED, low=0, high=2)
    health_visiting: float = param(0.3, unit=UNIT, source=ASSUMED, low=0, high=2)
    midwifery: float = param(0.3, unit=UNIT, source=ASSUMED, low=0, high=2)
    general_practice: float = param(0.9, unit=UNIT, source="SF075: may feel obliged to establish consent; size assumed", low=0, high=2)
    hospital: float = param(0.4, unit=UNIT, source=ASSUMED, low=0, high=2)
    camhs: float = param(0.8, unit=UNIT, source=ASSUMED, low=0, high=2)
    adult_services: float = param(0.9, unit=UNIT, source="assumed: the patient is the parent", low=0, high=2)
    police: float = param(0.0, unit=UNIT, source=ASSUMED, low=0, high=2)
    community: float = param(0.0, unit=UNIT, source="not bound by it", low=0, high=2)
    early_help: float = param(0.5, unit=UNIT, source="assumed: families take part by agreement", low=0, high=2)
    housing: float = param(0.4, unit=UNIT, source=ASSUMED, low=0, high=2)
    helplines: float = param(0.0, unit=UNIT, source="not bound by it", low=0, high=2)
    delay: float = param(1.0, unit="rise of the delay per log-odds of doubt, relative", source="assumed; SF075", low=0, high=4)

    def by_agency(self) -> np.ndarray:
        """Log-odds lost, by Agency; social care doubts nothing."""
        table = np.zeros(AGENCIES)
        for agency in PARTNERS:
            table[agency] = getattr(self, agency.name.lower())
        return table


class Doubts:
    """Reads an agency's own worry only."""

    def __init__(self, how: ConsentDoubts) -> None:
        self.how, self.table = how, how.by_agency()

    def of(self, agency: np.ndarray, own: np.ndarray, now: Conditions) -> np.ndarray:
        """Log-odds of sharing that each agency loses, given its own worry about the child."""
        return np.where(own < self.how.significant, self.table[agency] * now.consent_doubt_share, 0.0)

    def slower(self, doubt: np.ndarray) -> np.ndarray:
        """Delay relative to that of an agency without doubts."""
        return 1 + self.how.delay * doubt
