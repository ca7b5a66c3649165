"""What truth says by itself: incidents that come to police, injuries, disclosures, patients' children, parents asking for help.

(Neighbours, relatives and friends are in sight of a child as schools are: ``agencies/community.py``.)
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.truth.families import HiddenFamilies
from simsafe.truth.harm import HarmAndNeed
from simsafe.truth.injuries import Injuries, InjuryRates
from simsafe.truth.nature import NOTHING
from simsafe.truth.patients import PatientRates, Patients
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import Agency, CallOuts, Concern, Digital, Mode, Signs, Strength
from simsafe.world.population import YEAR, World

EDGE_CAP = 2.5  # strain beyond reserve counts up to here, as in ``harm``: assumed
COULD_TELL = 5 * YEAR  # days of age from which a child may disclose: assumed
OTHER_INCIDENTS_ABUSE = 0.4  # share of other families' incidents that look like domestic abuse: assumed


@dataclass(frozen=True)
class Calls(Checked):
    """How often families come to notice by themselves."""

    incidents_abusive: float = param(
        fitted("police_incidents"),
        unit="police incidents a year, family with domestic abuse",
        source="fitted to the police share; A0655",
        low=0.05,
        high=6,
        grade="fitted",
    )
    incidents_other: float = param(0.04, unit="police incidents a year, other families", source="assumed", low=0, high=0.3)
    incidents_per_strain: float = param(0.3, unit="log rate per sd of strain beyond reserve", source="assumed", low=0, high=1)
    strong_incident: float = param(
        0.05, unit="share of incidents that speak for themselves, no child harmed", source="assumed", low=0, high=0.3
    )
    strong_if_harmed: float = param(0.12, unit="added share per step of severity of harm", source="assumed", low=0, high=0.4)
    child_seen_by_police: float = param(0.6, unit="share of children at an incident seen in person", source="assumed", low=0.1, high=1)
    disclosure: float = param(0.05, unit="disclosures per harmed child of 5 or over and year", source="assumed; DI01-DI04", low=0, high=0.5)
    unsafe_to_tell: float = param(0.2, unit="ratio of disclosure while confined with the family", source="DI11", low=0.02, high=0.5)
    to_a_helpline: float = param(
        0.3, unit="share of disclosures outside school that go to a helpline", source="assumed", low=0.05, high=0.8
    )
    asks_for_help: float = param(0.1, unit="requests by a parent per child in need and year", source="assumed", low=0, high=1)
    asks_per_strain: float = param(
        0.25,
        unit="log rate of requests per sd of strain that the times put on a family above its usual",
        source="assumed; SF164: 89 % of 217 saw more need, which says the direction",
        low=0,
        high=1,
    )
    asks_online_excluded: float = param(
        0.35,
        unit="requests where one must ask online, families without a device, relative to others",
        source="MO25; SF168: 68 % of 254 said that families had to ask themselves",
        low=0.1,
        high=0.7,
    )
    asks_online_interpreted: float = param(
        0.6, unit="requests where one must ask online, families that need an interpreter, relative to others", source="assumed; SF168",
        low=0.1, high=1,
    )  # fmt: skip
    injuries: InjuryRates = field(default_factory=InjuryRates)
    patients: PatientRates = field(default_factory=PatientRates)


class Calling:
    """Lays down candidate incidents, disclosures and requests; on a quiet day nothing is thrown."""

    def __init__(self, world: World, hidden: HiddenFamilies, harm: HarmAndNeed, chance: Chance, how: Calls) -> None:
        self.world, self.hidden, self.harm, self.chance, self.how = world, hidden, harm, chance, how
        self.rate = np.array([how.incidents_other, how.incidents_abusive]) / YEAR  # a day, without and with domestic abuse
        top = np.exp(how.incidents_per_strain * EDGE_CAP) * DIALS["incident_reporting"].metadata["high"]
        tallest = (how.incidents_abusive + how.incidents_other) / YEAR
        self.incidents = Candidates(chance, world.families.key, "incident", top, self.rate, hidden.domestic_abuse.view(np.int8), tallest)
        self.disclosures = Candidates(chance, world.children.key, "disclosure", how.disclosure / YEAR)
        self.requests = Candidates(chance, world.children.key, "asks for help", how.asks_for_help / YEAR)
        more = np.expm1(how.asks_per_strain * EDGE_CAP)
        self.more_requests = Candidates(chance, world.children.key, "asks for help under strain", how.asks_for_help * more / YEAR)
        self.injuries = Injuries(world, harm, chance, how.injuries)
        self.patients = Patients(world, hidden, harm, chance, how.patients)

    def usual_rate(self, families: np.ndarray) -> np.ndarray:
        """Incidents a day that come to police from these families, at ordinary strain."""
        return self.rate[self.hidden.domestic_abuse[families].view(np.int8)]

    def call_out(self, now: Conditions, in_school: np.ndarray | None, day: int) -> CallOuts:
        """Today's signs, and the children police saw. ``in_school`` is bool, one a child, or None when schools are shut."""
        police, seen = self._incidents(now, day)
        others = (
            self.injuries.call_out(now, day),
            self.patients.call_out(now, day),
            self._disclosures(now, in_school, day),
            self._asking(now, day),
        )
        return CallOuts(Signs.together([police, *others]), seen)

    def _incidents(self, now: Conditions, day: int) -> tuple[Signs, np.ndarray]:
        how, found = self.how, self.incidents.on(day)
        if not found.who.size:
            return NOTHING, found.who
        edge = self.hidden.over_the_edge(found.who, EDGE_CAP)
        rate = self.usual_rate(found.who) * np.exp(how.incidents_per_strain * edge) * now.incident_reporting
        happens = positions(self.incidents.happens(found, rate))
        if not happens.size:
            return NOTHING, found.who[:0]
        family = found.who[happens]
        who, which = self.world.children_of(family)
        here = self.world.children.living_here(day, who)
        who, which = who[here], which[here]
        key = self.chance.keys(found.key[happens][which] ^ self.world.children.key[who], "child at the incident")
        speaks, looks, seen = self.chance.ask_three(key, "at the incident")
        attended = self._attended(found.key[happens], now)[which]
        strong = speaks < how.strong_incident + how.strong_if_harmed * self.harm.severity[who] * attended
        concern = np.where(
            self.hidden.domestic_abuse[family][which] | (looks < OTHER_INCIDENTS_ABUSE), Concern.DOMESTIC_ABUSE, Concern.NEED
        )
        mode = np.where(attended, Mode.INCIDENT, Mode.PHONE).astype(np.int8)
        signs = Signs(np.full(who.size, Agency.POLICE, dtype=np.int8), who, strong.astype(np.int8), concern.astype(np.int8), mode, key)
        return signs, who[(seen < how.child_seen_by_police) & attended]

    def _attended(self, incidents: np.ndarray, now: Conditions) -> np.ndarray:
        """bool: officers came; by telephone they see no child, and hear nothing of what only shows on the spot. By key of incident."""
        if now.incidents_attended_share >= 1:
            return np.ones(incidents.size, dtype=bool)
        return self.chance.ask(incidents, "officers come") < now.incidents_attended_share

    def _disclosures(self, now: Conditions, in_school: np.ndarray | None, day: int) -> Signs:
        """A harmed child tells: someone at school when there, otherwise a relative or a helpline, if it is safe to."""
        found = self.disclosures.on(day)
        if not found.who.size:
            return NOTHING
        could_tell = (self.harm.type[found.who] >= 0) & (self.world.children.birth[found.who] <= day - COULD_TELL)
        if not could_tell.any():
            return NOTHING
        at_school = np.zeros(found.who.size, dtype=bool) if in_school is None else in_school[found.who]
        confined = 1 - now.relatives_contact_share
        rate = self.how.disclosure / YEAR * np.where(at_school, 1.0, 1 - confined * (1 - self.how.unsafe_to_tell))
        telling = positions(could_tell & self.disclosures.happens(found, rate))
        who, key, at_school = found.who[telling], found.key[telling], at_school[telling]
        called = self.chance.ask(key, "to a helpline") < self.how.to_a_helpline
        agency = np.where(at_school, Agency.SCHOOLS, np.where(called, Agency.HELPLINES, Agency.COMMUNITY)).astype(np.int8)
        mode = np.where(at_school, Mode.IN_SCHOOL, Mode.COMMUNITY).astype(np.int8)
        return Signs(agency, who, np.full(who.size, Strength.STRONG, dtype=np.int8), self.harm.type[who], mode, key)

    def _asking(self, now: Conditions, day: int) -> Signs:
        """A parent whose child is in need asks for help: more often under the strain of the times, less often where one must ask online."""
        usual = self.requests.on(day)
        who, key = usual.who, usual.key
        if self.hidden.shift(now, now.school_open_share):
            found = self.more_requests.on(day)
            under = self.hidden.strain_of_the_times(self.world.children.family[found.who], now, now.school_open_share, EDGE_CAP)
            more = self.more_requests.happens(found, np.expm1(self.how.asks_per_strain * under) * self.how.asks_for_help / YEAR)
            who, key = np.concatenate([who, found.who[more]]), np.concatenate([key, found.key[more]])
        if not who.size:
            return NOTHING
        asks = positions(self.harm.in_need[who] & self.world.children.living_here(day, who) & self._manages_to_ask(who, key, now))
        if not asks.size:
            return NOTHING
        who, n = who[asks], asks.size
        columns = (Agency.COMMUNITY, Strength.STRONG, Concern.NEED, Mode.COMMUNITY)
        agency, strength, concern, mode = (np.full(n, value, dtype=np.int8) for value in columns)
        return Signs(agency, who, strength, concern, mode, key[asks])

    def _manages_to_ask(self, who: np.ndarray, key: np.ndarray, now: Conditions) -> np.ndarray:
        """bool: as far as early help is not met in person one must ask online, for which a device and the language are needed (SF061)."""
        online, how, families = 1 - now.early_help_in_person_share, self.how, self.world.families
        if not online:
            return np.ones(who.size, dtype=bool)
        family = self.world.children.family[who]
        without = (families.digital[family] <= Digital.PHONE_ONLY) * (1 - now.devices_share)
        able = (1 - without * (1 - how.asks_online_excluded)) * np.where(families.interpreter[family], how.asks_online_interpreted, 1.0)
        return self.chance.ask(key, "manages to ask") < 1 - online * (1 - able)
