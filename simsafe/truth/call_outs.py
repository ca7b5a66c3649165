"""What truth says by itself: incidents that come to police, disclosures, parents asking for help.

(Neighbours, relatives and friends are in sight of a child as schools are: ``agencies/community.py``.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.truth.families import HiddenFamilies
from simsafe.truth.harm import HarmAndNeed
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import Agency, CallOuts, Concern, Mode, Signs, Strength, join_signs
from simsafe.world.population import YEAR, World

EDGE_CAP = 2.5


@dataclass(frozen=True)
class Calls(Checked):
    """How often families come to notice by themselves."""

    incidents_abusive: float = param(
        fitted("police_incidents"), unit="police incidents a year, family with domestic abuse", source="fitted to the police share; A0655", low=0.05, high=6, grade="fitted"
    )
    incidents_other: float = param(0.04, unit="police incidents a year, other families", source="assumed", low=0, high=0.3)
    incidents_per_strain: float = param(0.3, unit="log rate per sd of strain beyond reserve", source="assumed", low=0, high=1)
    strong_incident: float = param(0.05, unit="share of incidents that speak for themselves, no child harmed", source="assumed", low=0, high=0.3)
    strong_if_harmed: float = param(0.12, unit="added share per step of severity of harm", source="assumed", low=0, high=0.4)
    child_seen_by_police: float = param(0.6, unit="share of children at an incident seen in person", source="assumed", low=0.1, high=1)
    disclosure: float = param(0.05, unit="disclosures per harmed child of 5 or over and year", source="assumed; DI01-DI04", low=0, high=0.5)
    unsafe_to_tell: float = param(0.2, unit="ratio of disclosure while confined with the family", source="DI11", low=0.02, high=0.5)
    asks_for_help: float = param(0.1, unit="requests by a parent per child in need and year", source="assumed", low=0, high=1)


class Calling:
    """Lays down candidate incidents and throws the few daily dice of disclosure and asking for help."""

    def __init__(self, world: World, hidden: HiddenFamilies, harm: HarmAndNeed, chance: Chance, how: Calls) -> None:
        self.world, self.hidden, self.harm, self.chance, self.how = world, hidden, harm, chance, how
        self.rate = np.where(hidden.domestic_abuse, how.incidents_abusive, how.incidents_other) / YEAR
        top = np.exp(how.incidents_per_strain * EDGE_CAP) * DIALS["incident_reporting"].metadata["high"]
        self.incidents = Candidates(chance, world.families.key, "incident", self.rate * top)

    def call_out(self, now: Conditions, in_school: np.ndarray, day: int) -> CallOuts:
        """Today's signs by agency, and the children police saw. ``in_school`` is bool, one a child."""
        police, seen = self._incidents(now, day)
        told_school, told_others = self._disclosures(now, in_school, day)
        return CallOuts((police, told_school, join_signs([told_others, self._asking(day)], Agency.COMMUNITY)), seen)

    def _incidents(self, now: Conditions, day: int) -> tuple[Signs, np.ndarray]:
        how, found = self.how, self.incidents.on(day)
        edge = self.hidden.over_the_edge(found.who, EDGE_CAP)
        rate = self.rate[found.who] * np.exp(how.incidents_per_strain * edge) * now.incident_reporting
        happens = found.mark * self.incidents.ceiling[found.who] < rate
        family = found.who[happens]
        who, which = self.world.children_of(family)
        here = self.world.children.living_here(day, who)
        who, which = who[here], which[here]
        key = self.chance.keys(found.key[happens][which] ^ self.world.children.key[who], "child at the incident")
        abusive = self.hidden.domestic_abuse[family][which]
        strong = self.chance.ask(key, "speaks for itself") < how.strong_incident + how.strong_if_harmed * self.harm.severity[who]
        looks = np.where(abusive | (self.chance.ask(key, "looks like") < 0.4), Concern.DOMESTIC_ABUSE, Concern.NEED)
        seen = self.chance.ask(key, "seen by police") < how.child_seen_by_police
        return self._signs(Agency.POLICE, who, np.where(strong, Strength.STRONG, Strength.WEAK), looks, Mode.INCIDENT, key), who[seen]

    def _disclosures(self, now: Conditions, in_school: np.ndarray, day: int) -> tuple[Signs, Signs]:
        harmed = self.harm.harmed_rows
        old = harmed[day - self.world.children.birth[harmed] >= 5 * YEAR]
        key = self.chance.keys(self.world.children.key[old], "disclosure", day)
        at_school = in_school[old]
        confined = 1 - now.relatives_contact_share
        safe = np.where(at_school, 1.0, 1 - confined * (1 - self.how.unsafe_to_tell))
        tells = self.chance.ask(key, "tells") < self.how.disclosure / YEAR * safe
        who, key, at_school = old[tells], key[tells], at_school[tells]
        kind = self.harm.type[who]
        told = [
            self._signs(agency, who[m], np.full(m.sum(), Strength.STRONG), kind[m], mode, key[m])
            for agency, mode, m in ((Agency.SCHOOLS, Mode.IN_SCHOOL, at_school), (Agency.COMMUNITY, Mode.COMMUNITY, ~at_school))
        ]
        return told[0], told[1]

    def _asking(self, day: int) -> Signs:
        needy = np.flatnonzero(self.harm.in_need)
        key = self.chance.keys(self.world.children.key[needy], "asks for help", day)
        asks = self.chance.ask(key, "asks") < self.how.asks_for_help / YEAR
        asks &= self.world.children.living_here(day, needy)
        who = needy[asks]
        strength = np.full(who.size, Strength.STRONG)
        return self._signs(Agency.COMMUNITY, who, strength, np.full(who.size, Concern.NEED), Mode.COMMUNITY, key[asks])

    @staticmethod
    def _signs(agency: Agency, who: np.ndarray, strength: np.ndarray, looks: np.ndarray, mode: Mode, key: np.ndarray) -> Signs:
        return Signs(agency, who, strength.astype(np.int8), looks.astype(np.int8), np.full(who.size, mode, dtype=np.int8), key)
