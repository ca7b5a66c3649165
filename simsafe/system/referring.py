"""From worry to a contact with the front door: each agency acts around its own threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.system.cases import Cases
from simsafe.system.sharing import logistic
from simsafe.world.contact import AGENCIES, PARTNERS


@dataclass(frozen=True)
class Thresholds(Checked):
    """Nats of worry at which an agency tells the front door in half of cases.

    A doctor's mean reporting probability of .49 (TH01) at a prior of 5 % is 2.9 nats; SG10 and SG11 (6 % of weak suspicions, three
    quarters of likely ones) agree with it. Other agencies sit lower because telling is their routine.
    """

    schools: float = param(2.6, unit="nats", source="assumed, near TH01", low=0, high=6)
    general_practice: float = param(2.9, unit="nats", source="TH01", low=0, high=6, grade="B")
    health_visiting: float = param(2.5, unit="nats", source="assumed, near TH01", low=0, high=6)
    police: float = param(0.5, unit="nats", source="assumed: police notify most incidents with children", low=-2, high=4)
    community: float = param(2.2, unit="nats", source="assumed", low=0, high=6)
    local_services: float = param(2.4, unit="nats", source="assumed", low=0, high=6)
    spread: float = param(0.485, unit="nats, logistic scale", source="TH02: sd .88 logits", low=0.05, high=1.5, grade="B")
    easier_when_open: float = param(1.0, unit="nats lower for telling the worker of an open case", source="assumed", low=0, high=3)

    def by_agency(self) -> np.ndarray:
        """Threshold by Agency; social care's own is not used."""
        table = np.full(AGENCIES, np.inf)
        for agency in PARTNERS:
            table[agency] = getattr(self, agency.name.lower())
        return table


@dataclass(frozen=True)
class Telling:
    """Today's new signs that agencies tell social care of."""

    rows: np.ndarray  # rows of the signs that moved an agency
    agency: np.ndarray  # int8
    child: np.ndarray


class Referring:
    """Reads each agency's own record only."""

    def __init__(self, records: Records, cases: Cases, chance: Chance, how: Thresholds) -> None:
        self.records, self.cases, self.chance, self.how = records, cases, chance, how
        self.threshold = how.by_agency()

    def tell(self, rows: np.ndarray, day: int) -> tuple[Telling, Telling]:
        """Of today's new signs, those told to the front door, and those told to the worker of a case that is already open.

        Whether a sign is told follows from the sign's own identity, so the same sign has the same luck under every plan.
        """
        signs = self.records.signs
        agency, child = signs["agency"][rows].astype(np.int64), signs["child"][rows]
        worry = self.records.worry_of(agency, child, day)
        known = self.cases.is_open(child)
        threshold = self.threshold[agency] - np.where(known, self.how.easier_when_open, 0.0)
        tells = self.chance.ask(signs["key"][rows], "told") < logistic((worry - threshold) / self.how.spread)
        new, old = tells & ~known, tells & known
        return Telling(rows[new], agency[new], child[new]), Telling(rows[old], agency[old], child[old])
