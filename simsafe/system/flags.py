"""CP-IS: a child on a plan or looked after comes to a health setting that sees the flag, and social care is notified.

Also which agencies know of an open case otherwise. A notice is no sign of harm: it adds to nobody's worry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.system.cases import NONE, Cases, Stage
from simsafe.system.events import Event, EventLog
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, PARTNERS, Agency, Meetings, Mode

# Settings in the order in which the dial ``cpis_settings`` adds them; hospitals have it in ordinary times (SH11).
FURTHER = (Agency.GENERAL_PRACTICE, Agency.SCHOOL_NURSING, Agency.HEALTH_VISITING, Agency.CAMHS, Agency.POLICE)
FLAGGED = (Stage.PROTECTION, Stage.LOOKED_AFTER)


@dataclass(frozen=True)
class FlagPractice(Checked):
    """Who knows of an open case, and what follows from a notice."""

    schools_know: float = param(1.0, unit="share of open cases that the agency knows of", source="assumed", low=0.3, high=1)
    childminders_know: float = param(0.7, unit="share of open cases that the agency knows of", source="assumed", low=0.1, high=1)
    school_nursing_know: float = param(0.8, unit="share of open cases that the agency knows of", source="assumed", low=0.2, high=1)
    health_visiting_know: float = param(0.95, unit="share of open cases that the agency knows of", source="assumed", low=0.3, high=1)
    midwifery_know: float = param(0.9, unit="share of open cases that the agency knows of", source="assumed", low=0.3, high=1)
    general_practice_know: float = param(0.7, unit="share of open cases that the agency knows of", source="assumed", low=0.1, high=1)
    hospital_know: float = param(
        0.3,
        unit="share of open cases that the agency knows of without a flag",
        source="assumed: CP-IS is there because few did",
        low=0,
        high=1,
    )
    camhs_know: float = param(0.7, unit="share of open cases that the agency knows of", source="assumed", low=0.1, high=1)
    adult_services_know: float = param(0.5, unit="share of open cases that the agency knows of", source="assumed; SF012", low=0, high=1)
    police_know: float = param(0.7, unit="share of open cases that the agency knows of", source="assumed", low=0.1, high=1)
    early_help_know: float = param(1.0, unit="share of open cases that the agency knows of", source="assumed", low=0.3, high=1)
    housing_know: float = param(0.5, unit="share of open cases that the agency knows of", source="assumed", low=0, high=1)
    community_know: float = param(1.0, unit="share of open cases that relatives and others know of", source="assumed", low=0, high=1)
    helplines_know: float = param(0.0, unit="share of open cases that the agency knows of", source="a caller without a name", low=0, high=1)
    unscheduled_maternity: float = param(
        0.1,
        unit="share of contacts with a midwife that are unscheduled, where an unborn child's flag is seen",
        source="assumed",
        low=0,
        high=0.5,
    )
    follow_up: int = param(
        5,
        unit="days within which the worker visits after a notice from a hospital",
        source="assumed; the guidance says to follow up",
        low=1,
        high=60,
    )

    def knows(self) -> np.ndarray:
        """Share of open cases known, by Agency."""
        table = np.ones(AGENCIES)
        for agency in PARTNERS:
            table[agency] = getattr(self, f"{agency.name.lower()}_know")
        return table


class Flags:
    """Reads cases and who came where today; writes the day of the last notice on the case."""

    def __init__(self, cases: Cases, log: EventLog, ids: np.ndarray, chance: Chance, how: FlagPractice) -> None:
        self.cases, self.log, self.ids, self.chance, self.how = cases, log, ids, chance, how
        self.known, self.sees = how.knows(), np.zeros(AGENCIES, dtype=bool)

    def begin_day(self, now: Conditions) -> None:
        """Which settings see the flag today."""
        self.sees[:] = False
        self.sees[[Agency.HOSPITAL, Agency.MIDWIFERY, *FURTHER[: round(now.cpis_settings)]]] = True

    def notice(self, meetings: Meetings, seen_by_police: np.ndarray, day: int) -> None:
        """Today's children with a flag, where it is seen: social care is told that they came."""
        tried, stage_of = meetings.attempt, self.cases.stage_of
        came = positions(
            (stage_of[tried.who] >= min(FLAGGED)) & meetings.opened & self.sees[tried.agency] & (meetings.mode != Mode.MEDICAL)
        )
        luck = self.chance.ask(tried.key[came], "unscheduled")
        came = came[(tried.agency[came] != Agency.MIDWIFERY) | (luck < self.how.unscheduled_maternity)]
        child, agency = tried.who[came], tried.agency[came].astype(np.int16)
        if self.sees[Agency.POLICE]:
            met = np.unique(seen_by_police)
            met = met[stage_of[met] >= min(FLAGGED)]
            child, agency = np.concatenate([child, met]), np.concatenate([agency, np.full(met.size, Agency.POLICE, dtype=np.int16)])
        if not child.size:
            return
        self.log.add(day, Event.CPIS, self.ids[child], agency, stage_of[child])
        self.cases["notified"][self.cases.row[child]] = day
        urgent = self.cases.row[child[agency == Agency.HOSPITAL]]
        self.cases["next_visit"][urgent] = np.minimum(self.cases["next_visit"][urgent], day + self.how.follow_up)

    def knows(self, agency: np.ndarray, children: np.ndarray) -> np.ndarray:
        """bool: each agency knows of the open case of its child; False where there is none."""
        row = self.cases.row[children]
        known = np.zeros(children.size, dtype=bool)
        at = positions(row != NONE)
        if at.size:
            key, who = self.cases["key"][row[at]], agency[at].astype(np.int64)
            told = self.chance.ask_each(key, "knows of the case", who, AGENCIES) < self.known[who]
            flagged = self.sees[who] & (self.cases.stage_of[children[at]] >= min(FLAGGED))
            known[at] = told | flagged
        return known
