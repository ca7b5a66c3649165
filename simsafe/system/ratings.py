"""What social care makes of its open cases beside the process: a rating by risk, and doors that stay closed.

Both are read from its own record and diary. In ordinary times nobody is rated and a closed door means nothing but another try.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.agencies.social_care import Purpose
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import minutes_used, within_budget
from simsafe.ground.table import positions
from simsafe.system.cases import NEVER, NONE, Cases, Stage
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Mode
from simsafe.world.population import Children
from simsafe.world.staff import Staff

UNRATED, GREEN, AMBER, RED = -1, 0, 1, 2
LONG_AGO = -NEVER
MOST_TIMES = 64  # ratings of one child that have luck of their own; later ones share the last's


@dataclass(frozen=True)
class RatingPractice(Checked):
    """How children are rated, and how a rating shapes visits. All assumed: no study of such ratings was found (SF122)."""

    amber_from: float = param(1.5, unit="nats of worry", source="assumed", low=0, high=6)
    red_from: float = param(3.0, unit="nats of worry; and whoever has a plan or an enquiry", source="assumed", low=0, high=8)
    noise: float = param(1.0, unit="nats, SD, by which a rating misses", source="assumed; SG20: agreement is poor", low=0, high=3)
    green_in_person: float = param(0.3, unit="share of visits in person", source="assumed", low=0, high=1)
    amber_in_person: float = param(0.7, unit="share of visits in person", source="assumed", low=0, high=1)
    red_in_person: float = param(1.0, unit="share of visits in person", source="assumed", low=0, high=1)
    green_interval: float = param(1.5, unit="times the usual days between visits", source="assumed", low=0.5, high=3)
    red_interval: float = param(0.7, unit="times the usual days between visits", source="assumed", low=0.3, high=1.5)
    call_minutes: int = param(15, unit="minutes a call to a family that does not engage", source="assumed", low=5, high=60)
    most_doors: int = param(3, unit="closed doors in a row that add to worry", source="assumed", low=1, high=10)

    def in_person(self) -> np.ndarray:
        """Share of visits in person, by rating."""
        return np.array([self.green_in_person, self.amber_in_person, self.red_in_person])

    def intervals(self) -> np.ndarray:
        """Days between visits relative to the usual, by rating."""
        return np.array([self.green_interval, 1.0, self.red_interval])


class Ratings:
    """One entry a child: the rating, the day it was made, and visits in a row without an answer. Written here only."""

    def __init__(self, children: Children, records: Records, cases: Cases, staff: Staff, chance: Chance, how: RatingPractice) -> None:
        self.children, self.records, self.cases, self.staff, self.chance, self.how = children, records, cases, staff, chance, how
        self.rating = np.full(len(children), UNRATED, dtype=np.int8)
        self.rated = np.full(len(children), LONG_AGO, dtype=np.int16)
        self.times = np.zeros(len(children), dtype=np.uint8)  # how often the child was rated, up to MOST_TIMES: each has luck of its own
        self.closed_doors = np.zeros(len(children), dtype=np.int8)
        self.in_person, self.intervals = how.in_person(), how.intervals()
        self.made = 0  # ratings made today, for counting what they cost

    def review(self, now: Conditions, day: int) -> None:
        """Rate open children who are due, from social care's own worry, by nobody without error."""
        self.made = 0
        if now.phone_cadence_weeks > 0 or now.closed_door_nats > 0:
            self.closed_doors[self.cases.stage_of == NONE] = 0  # a new case begins with a door that nobody has knocked at
        if now.rated_share <= 0:
            if self.rated.max() > LONG_AGO:
                self.rating[:], self.rated[:] = UNRATED, LONG_AGO
            return
        rows = positions(~self.cases["closed"])
        rows = rows[day - self.rated[self.cases["child"][rows]].astype(np.int32) >= 7 * now.rating_review_weeks]
        key = self.cases["key"][rows]
        chosen = self.chance.ask(key, "rated by risk") < now.rated_share
        rows, key = rows[chosen], key[chosen]
        child = self.cases["child"][rows]
        luck = self.chance.keys_each(key, "rating", np.minimum(self.times[child], MOST_TIMES - 1), MOST_TIMES)
        seems = self.records.worry_of(Agency.SOCIAL_CARE, child, day) + self.how.noise * self.chance.bell(luck, "how it seems")
        rating = GREEN + (seems >= self.how.amber_from).astype(np.int8) + (seems >= self.how.red_from)
        serious = (self.cases["stage"][rows] == Stage.PROTECTION) | (self.cases["enquiry_end"][rows] != NEVER)
        self.rating[child], self.rated[child] = np.where(serious, RED, rating), day
        self.times[child] = np.minimum(self.times[child] + 1, MOST_TIMES)
        self.made = rows.size

    def shares(self, who: np.ndarray, purpose: np.ndarray, now: Conditions) -> np.ndarray | None:
        """Share of visits in person for each child, by its rating or because a door stayed closed; NaN where neither says anything."""
        if now.rated_share <= 0 and now.closed_door_nats <= 0:
            return None
        rating = self.rating[who]
        share = np.where((rating != UNRATED) & (purpose != Purpose.ENQUIRY), self.in_person[rating], np.nan)
        again = (self.closed_doors[who] > 0) & (now.closed_door_nats > 0)
        return np.where(again, 1.0, share)

    def stretch(self, who: np.ndarray, purpose: np.ndarray, wait: np.ndarray) -> np.ndarray:
        """Working days until the next visit, by the rating; enquiries and assessments keep their own pace."""
        rating = self.rating[who]
        rated = (rating != UNRATED) & (purpose != Purpose.ENQUIRY) & (purpose != Purpose.ASSESSMENT)
        return np.where(rated, np.maximum(np.rint(wait * self.intervals[rating]), 1), wait).astype(wait.dtype)

    def notice_doors(self, who: np.ndarray, opened: np.ndarray, now: Conditions, day: int) -> None:
        """Visits made today, or not: a door that stays closed is counted, and may be a reason to worry."""
        self.closed_doors[who] = np.where(opened, 0, np.minimum(self.closed_doors[who], 100) + 1)
        if now.closed_door_nats > 0:
            shut = who[~opened & (self.closed_doors[who] <= self.how.most_doors)]
            nats = np.full(shut.size, now.closed_door_nats)
            self.records.put_worry(np.full(shut.size, Agency.SOCIAL_CARE), shut, nats, day)

    def calls(self, now: Conditions, working_day: int, day: int) -> Attempt:
        """Telephone calls to families who did not open last time, by their worker, as far as minutes are left after visits."""
        nobody = np.empty(0, dtype=np.int64)
        if now.phone_cadence_weeks <= 0:
            return Attempt.by(Agency.SOCIAL_CARE, nobody, nobody.astype(np.int8), nobody.astype(np.uint64), True)
        rows = positions((self.closed_doors[self.cases["child"]] > 0) & ~self.cases["closed"] & (self.cases["worker"] != NONE))
        cycle = np.uint64(max(1, round(5 * now.phone_cadence_weeks)))
        rows = rows[(self.chance.keys(self.cases["key"][rows], "day of the call") + np.uint64(working_day)) % cycle == 0]
        child, worker = self.cases["child"][rows], self.cases["worker"][rows].astype(np.int64)
        key, minutes = self.chance.keys(self.children.key[child], "call to a family", day), np.full(rows.size, self.how.call_minutes)
        made = within_budget(worker, minutes, self.staff.minutes - self.staff.used, (key,)) & self.staff.working[worker]
        self.staff.used += minutes_used(worker[made], minutes[made], len(self.staff))
        modes = np.full(int(made.sum()), Mode.PHONE, dtype=np.int8)
        noticing = self.staff.noticing[worker[made]] * (1 + now.noticing_gain)
        return Attempt.by(Agency.SOCIAL_CARE, child[made], modes, key[made], True, noticing)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return {name: getattr(self, name).copy() for name in ("rating", "rated", "times", "closed_doors")}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put them back."""
        for name, column in state.items():
            getattr(self, name)[:] = column
