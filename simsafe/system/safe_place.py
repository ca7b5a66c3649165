"""Police protection (section 46): a child at immediate risk is taken to a safe place for up to 72 hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.calendar import Calendar
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.system.assessment import Assessing
from simsafe.system.care import Caring
from simsafe.system.cases import NEVER, NONE, Cases, Stage
from simsafe.system.events import Event, EventLog, Route
from simsafe.system.front_door import FrontDoor
from simsafe.system.meetings import Today
from simsafe.system.sharing import logistic
from simsafe.world.contact import Agency, Strength

ON_THE_SPOT = np.array([a.name in ("POLICE", "HOSPITAL") for a in Agency])  # whose signs may show immediate risk


@dataclass(frozen=True)
class PoliceProtection(Checked):
    """When police take a child, and what follows."""

    at_once: float = param(
        8.5,
        unit="nats, of the agency that saw the sign or of social care, at which half are taken",
        source="assumed: some children in 10,000 a year; no published rate at hand",
        low=4,
        high=20,
    )
    spread: float = param(0.8, unit="nats, logistic scale", source="SG20", low=0.05, high=2, grade="B")
    hours: int = param(72, unit="hours at most", source="Children Act 1989, section 46", low=24, high=72, grade="rule")
    not_home: float = param(
        10.0, unit="nats at which half do not go home afterwards", source="assumed, near the threshold of care", low=2, high=20
    )
    agreed: float = param(0.4, unit="share of them accommodated by agreement rather than by order", source="assumed", low=0, high=1)


class SafePlaces:
    """Reads records of police, hospital and social care; opens cases, calls strategy discussions, decides after 72 hours."""

    def __init__(
        self,
        records: Records,
        cases: Cases,
        front_door: FrontDoor,
        assessing: Assessing,
        caring: Caring,
        calendar: Calendar,
        log: EventLog,
        ids: np.ndarray,
        chance: Chance,
        how: PoliceProtection,
    ) -> None:
        self.records, self.cases, self.front_door, self.assessing, self.caring = records, cases, front_door, assessing, caring
        self.calendar, self.log, self.ids, self.chance, self.how = calendar, log, ids, chance, how

    def take(self, new_signs: np.ndarray, here: np.ndarray, today: Today) -> None:
        """Today's strong signs of police and hospital: children at immediate risk are taken, and a strategy discussion held at once."""
        signs, day = self.records.signs, today.day
        rows = new_signs[ON_THE_SPOT[signs["agency"][new_signs]] & (signs["strength"][new_signs] == Strength.STRONG)]
        if not rows.size:
            return
        rows = rows[np.lexsort((signs["key"][rows], signs["child"][rows]))]
        child = signs["child"][rows]
        rows = rows[np.append(True, child[1:] != child[:-1])]  # one sign a child
        child, agency, key = signs["child"][rows], signs["agency"][rows].astype(np.int64), signs["key"][rows]
        worry = np.maximum(self.records.worry_of(agency, child, day), self.records.worry_of(Agency.SOCIAL_CARE, child, day))
        taken = self.chance.ask(key, "police protection") < logistic((worry - self.how.at_once) / self.how.spread)
        taken &= here[child] & (self.cases.stage_of[child] != Stage.LOOKED_AFTER) & ~self._away(child)
        if taken.any():
            self._take(child[taken], agency[taken], key[taken], today)

    def _away(self, child: np.ndarray) -> np.ndarray:
        """bool: the child is in a safe place already."""
        row = self.cases.row[child]
        return (row != NONE) & (self.cases["safe_until"][row] != NEVER) if len(self.cases) else row != NONE

    def _take(self, child: np.ndarray, agency: np.ndarray, key: np.ndarray, today: Today) -> None:
        cases, day = self.cases, today.day
        unknown = cases.stage_of[child] == NONE
        self.log.add(day, Event.SECTION_46, self.ids[child], agency, unknown.astype(np.int16))
        self.assessing.begin(self.front_door.open_at_once(child[unknown], agency[unknown], key[unknown], day), today)
        rows = cases.row[child]
        cases["safe_until"][rows] = day + self.how.hours // 24
        planned = rows[cases["stage"][rows] == Stage.PROTECTION]
        soon = self.calendar.add_working_days(day, 1)
        cases["review"][planned] = np.minimum(cases["review"][planned], soon)
        self.assessing.enquire(rows[self.assessing.may_discuss(rows)], today)

    def end(self, day: int) -> None:
        """72 hours are over: home, accommodation by agreement, or an order."""
        cases = self.cases
        rows = positions(cases["safe_until"] <= day)
        if not rows.size:
            return
        cases["safe_until"][rows] = NEVER
        child = cases["child"][rows]
        worry = self.records.worry_of(Agency.SOCIAL_CARE, child, day)
        key = self.chance.keys(cases["key"][rows] + cases["since"][rows].astype(np.int64).astype(np.uint64), "safe place")
        stays = self.chance.ask(key, "does not go home") < logistic((worry - self.how.not_home) / self.how.spread)
        already = cases["stage"][rows] == Stage.LOOKED_AFTER  # decided in the meantime
        route = np.where(self.chance.ask(key, "by agreement") < self.how.agreed, Route.AGREEMENT, Route.ORDER)
        self.log.add(day, Event.SAFE_PLACE_ENDED, self.ids[child], (stays | already).astype(np.int16))
        enters = stays & ~already
        self.caring.enter(rows[enters], day, route[enters])
