"""From worry to a contact with the front door: each agency acts around its own threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.system.asking import Asking, AskingPractice
from simsafe.system.cases import Cases
from simsafe.system.fathers import Fathers
from simsafe.system.flags import Flags
from simsafe.system.sharing import logistic
from simsafe.world.contact import AGENCIES, PARTNERS, PUBLISHED_SOURCES, Agency, Concern, Mode, Strength
from simsafe.world.population import Children, Families

RARE_USERS = (Agency.CHILDMINDERS, Agency.CAMHS, Agency.ADULT_SERVICES, Agency.HOUSING)
NOT_MOBILE = 183  # days of age below which a bruise has its own route: assumed; SF092
BY_HEALTH = np.zeros(AGENCIES, dtype=bool)
BY_HEALTH[list(PUBLISHED_SOURCES["health"])] = True


@dataclass(frozen=True)
class Thresholds(Checked):
    """Nats of worry at which an agency tells the front door in half of cases.

    A doctor's mean reporting probability of .49 (TH01) at a prior of 5 % is 2.9 nats; SG10 and SG11 (6 % of weak suspicions, three
    quarters of likely ones) agree with it. Other agencies sit lower because telling is their routine.
    """

    schools: float = param(2.6, unit="nats", source="assumed, near TH01", low=0, high=6)
    childminders: float = param(2.9, unit="nats", source="assumed: no colleague to ask", low=0, high=6)
    school_nursing: float = param(2.5, unit="nats", source="assumed, near TH01", low=0, high=6)
    health_visiting: float = param(2.5, unit="nats", source="assumed, near TH01", low=0, high=6)
    midwifery: float = param(2.3, unit="nats", source="assumed, near TH01", low=0, high=6)
    general_practice: float = param(2.9, unit="nats", source="TH01", low=0, high=6, grade="B")
    hospital: float = param(2.5, unit="nats", source="assumed; SG01: 68 % of abusive injuries reported", low=0, high=6)
    camhs: float = param(2.9, unit="nats", source="assumed, as general practice", low=0, high=6)
    adult_services: float = param(3.2, unit="nats", source="assumed: the patient is the parent", low=0, high=6)
    police: float = param(0.5, unit="nats", source="assumed: police notify most incidents with children", low=-2, high=4)
    community: float = param(2.2, unit="nats", source="assumed", low=0, high=6)
    early_help: float = param(2.4, unit="nats", source="assumed", low=0, high=6)
    housing: float = param(2.8, unit="nats", source="assumed: seldom their business", low=0, high=6)
    helplines: float = param(1.0, unit="nats", source="assumed: they pass on most of what they are told", low=-2, high=4)
    gives_no_name: float = param(
        0.15,
        unit="share of the community's calls made without a name or to a helpline",
        source="A0461, A0470: 2.1 of 14 %, helplines assumed",
        low=0.05,
        high=0.4,
    )
    child_recorded: float = param(
        0.4, unit="share of patients' children whom adult services have on record", source="assumed; SF012", low=0.1, high=1
    )
    bruising_route: float = param(
        0.7,
        unit="share of injuries to babies not yet mobile that take the same-day route",
        source="assumed; SF092: known unevenly",
        low=0.2,
        high=1,
    )
    spread_of_rare_users: float = param(
        0.6, unit="nats, logistic scale, of agencies that seldom tell", source="assumed; SF091: TH02 and some more", low=0.05, high=1.5
    )
    spread: float = param(0.485, unit="nats, logistic scale", source="TH02: sd .88 logits", low=0.05, high=1.5, grade="B")
    told_of_not_white: float = param(
        0.0, unit="nats lower for telling of a child who is not white", source="sweep: no difference by default", low=-1, high=1
    )
    easier_when_open: float = param(1.0, unit="nats lower for telling the worker of an open case", source="assumed", low=0, high=3)

    def by_agency(self) -> np.ndarray:
        """Threshold by Agency; social care's own is not used."""
        table = np.full(AGENCIES, np.inf)
        for agency in PARTNERS:
            table[agency] = getattr(self, agency.name.lower())
        return table

    def spread_by_agency(self) -> np.ndarray:
        """How far around its threshold an agency tells or not, by Agency: those who seldom tell know the pathway less."""
        table = np.full(AGENCIES, self.spread)
        table[list(RARE_USERS)] = self.spread_of_rare_users
        return table


@dataclass(frozen=True)
class Telling:
    """Signs that agencies tell social care of today."""

    rows: np.ndarray  # rows of the signs that moved an agency
    agency: np.ndarray  # int8
    child: np.ndarray

    def and_then(self, other: Telling) -> Telling:
        """These and those."""
        if not other.rows.size:
            return self
        return Telling(*(np.concatenate([getattr(self, n), getattr(other, n)]) for n in ("rows", "agency", "child")))


NOTHING_TOLD = Telling(*(np.empty(0, dtype=np.int64) for _ in range(3)))


class Referring:
    """Reads each agency's own record only."""

    def __init__(
        self,
        records: Records,
        cases: Cases,
        children: Children,
        chance: Chance,
        how: Thresholds,
        fathers: Fathers | None = None,
        families: Families | None = None,
        flags: Flags | None = None,
        diffusion: float = 0.0,
        asking: Asking | None = None,
    ) -> None:
        """Without ``fathers`` every sign links to its child; without ``families`` nobody is told of more or less for who they are.

        ``flags`` say which agency knows of which open case; without them every agency knows of every one. Without ``asking`` decisions
        spread as in ordinary times.
        """
        self.records, self.cases, self.children, self.chance, self.how = records, cases, children, chance, how
        self.fathers, self.families = fathers, families
        self.flags, self.alone = flags, 1 - diffusion
        self.threshold, self.spread, self.asking = how.by_agency(), how.spread_by_agency(), asking or Asking(AskingPractice())

    def tell(self, rows: np.ndarray, day: int) -> tuple[Telling, Telling]:
        """Of today's new signs, those told to the front door, and those told to the worker of a case that is already open.

        Whether a sign is told follows from the sign's own identity, so the same sign has the same luck under every plan.
        """
        signs = self.records.signs
        agency, child = signs["agency"][rows].astype(np.int64), signs["child"][rows]
        chance = self._chance_to_tell(agency, child, day)
        self._by_the_bruising_route(chance, rows, agency, child, day)
        chance[signs["mode"][rows] == Mode.MEDICAL] = 1.0  # the report of a medical goes to whoever asked for it
        return self._told(rows, agency, child, self.chance.ask(signs["key"][rows], "told") < chance)

    def tell_what_was_heard(self, rows: np.ndarray, agency: np.ndarray, day: int) -> tuple[Telling, Telling]:
        """As :meth:`tell`, for signs that agencies heard of from others today.

        What they heard may bring what they hold themselves over their threshold. Where social care knows the sign there is nothing to
        tell; and each thinks that the others may have done so (SF086).
        """
        if not rows.size:
            return NOTHING_TOLD, NOTHING_TOLD
        unknown = positions(~self.records.holds(Agency.SOCIAL_CARE, rows))
        rows, agency = rows[unknown], agency[unknown].astype(np.int64)
        signs = self.records.signs
        child = signs["child"][rows]
        others = np.bitwise_count(signs["holders"][rows]).astype(np.int64) - 1
        chance = self._chance_to_tell(agency, child, day) * self.alone**others
        return self._told(rows, agency, child, self.chance.ask_each(signs["key"][rows], "told by another", agency, AGENCIES) < chance)

    def _chance_to_tell(self, agency: np.ndarray, child: np.ndarray, day: int) -> np.ndarray:
        """From each agency's worry and its threshold, which is lower where it knows of an open case."""
        worry = self.records.worry_of(agency, child, day)
        knows = self.flags.knows(agency, child) if self.flags else self.cases.is_open(child)
        threshold = self.threshold[agency] - np.where(knows, self.how.easier_when_open, 0.0)
        if self.how.told_of_not_white and self.families is not None:
            threshold = threshold - self.how.told_of_not_white * (self.families.ethnicity[self.children.family[child]] > 0)
        return logistic((worry - threshold) / (self.spread * self.asking.spread)[agency])

    def _told(self, rows: np.ndarray, agency: np.ndarray, child: np.ndarray, tells: np.ndarray) -> tuple[Telling, Telling]:
        """To the front door, and to the worker of an open case."""
        told = positions(tells)
        if self.fathers is not None:
            told = told[self.fathers.links(rows[told])]
        told = told[(agency[told] != Agency.ADULT_SERVICES) | self.recorded_by_adult_services(child[told])]
        rows, agency, child = rows[told], agency[told], child[told]
        calls = positions(agency == Agency.COMMUNITY)
        nameless = self.chance.ask(self.records.signs["key"][rows[calls]], "gives no name") < self.how.gives_no_name
        agency[calls[nameless]] = Agency.HELPLINES
        known = self.cases.is_open(child)
        new, old = positions(~known), positions(known)
        return Telling(rows[new], agency[new], child[new]), Telling(rows[old], agency[old], child[old])

    def _by_the_bruising_route(self, chance: np.ndarray, rows: np.ndarray, agency: np.ndarray, child: np.ndarray, day: int) -> None:
        """A baby who cannot move cannot bruise itself: health staff tell at once, whatever they think of the family. Not all know to."""
        signs = self.records.signs
        injury = (signs["strength"][rows] == Strength.STRONG) & (signs["concern"][rows] == Concern.PHYSICAL) & BY_HEALTH[agency]
        at = positions(injury)
        if not at.size:
            return
        age = day - self.children.birth[child[at]].astype(np.int32)
        at = at[(age >= 0) & (age < NOT_MOBILE)]
        chance[at] = np.maximum(chance[at], self.how.bruising_route)

    def recorded_by_adult_services(self, children: np.ndarray) -> np.ndarray:
        """bool: adult services have written down that their patient is a parent of this child."""
        return self.chance.ask(self.children.key[children], "recorded by adult services") < self.how.child_recorded
