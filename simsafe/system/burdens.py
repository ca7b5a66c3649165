"""What weighs on each professional, as cases, queues and diaries show it: work beyond the time there is, risk held, visits overdue."""

from __future__ import annotations

import numpy as np

from simsafe.agencies.health_visiting import HealthVisiting
from simsafe.ground.table import positions
from simsafe.system.cases import NEVER, Cases, Stage
from simsafe.system.front_door import FrontDoor
from simsafe.world.contact import Strength
from simsafe.world.staff import Staff
from simsafe.world.wellbeing import Burden


def beyond(wanted: np.ndarray, in_hand: np.ndarray) -> np.ndarray:
    """Minutes wanted over minutes in hand, less 1, where there was any time; 0 where nobody worked or all got done."""
    return np.maximum(np.divide(wanted, in_hand, out=np.ones(wanted.size), where=in_hand > 0) - 1, 0.0)


class Burdens:
    """Counts what weighs on each post at the beginning of a week, for the week before."""

    def __init__(self, cases: Cases, front_door: FrontDoor, health_visiting: HealthVisiting, minutes: int, overdue_days: int) -> None:
        """``minutes``: of one visit of a social worker; ``overdue_days``: after which a visit counts as overdue."""
        self.cases, self.front_door, self.health_visiting = cases, front_door, health_visiting
        self.minutes, self.overdue_days = minutes, overdue_days

    def of_social_workers(self, staff: Staff, day: int) -> Burden:
        """Visits due and not made to the cases held; section 47, conference and protection cases are high risk."""
        cases, posts = self.cases, len(staff)
        held = positions(cases["worker"] >= 0)
        worker, visit = cases["worker"][held], cases["next_visit"][held]
        waiting = worker[visit < day]
        risky = (cases["stage"][held] == Stage.PROTECTION) | (cases["enquiry_end"][held] != NEVER) | (cases["conference"][held] != NEVER)
        late = worker[risky & (visit < day - self.overdue_days)]
        wanted = staff.week_used + self.minutes * np.bincount(waiting, minlength=posts)
        risk = np.bincount(worker[risky], minlength=posts)
        return Burden(beyond(wanted, staff.week_fresh), risk.astype(float), np.bincount(late, minlength=posts).astype(float))

    def of_health_visitors(self, staff: Staff, day: int) -> Burden:
        """Contacts due and not made by whoever covers the family; children on protection plans under five are high risk."""
        visiting, posts = self.health_visiting, len(staff)
        world, cover = visiting.world, staff.cover
        waiting = positions((visiting.due < day) | (visiting.extra_due < day))
        visitor = cover[world.families.visitor[world.children.family[waiting]]]
        wanted = staff.week_used + visiting.how.home_minutes * np.bincount(visitor, minlength=posts)
        child = self.cases["child"][self.cases["stage"] == Stage.PROTECTION]
        child = child[visiting.is_young(child, day)]
        holder = cover[world.families.visitor[world.children.family[child]]]
        late = holder[visiting.extra_due[child] < day - self.overdue_days]
        risk = np.bincount(holder, minlength=posts)
        return Burden(beyond(wanted, staff.week_fresh), risk.astype(float), np.bincount(late, minlength=posts).astype(float))

    def of_front_door_staff(self, staff: Staff, day: int) -> Burden:
        """One queue, felt by all alike; strong contacts are high risk, and overdue when they have waited over a day."""
        door, posts = self.front_door, len(staff)
        queued = len(door.contacts) * door.how.contact_minutes + len(door.referrals) * door.how.referral_minutes
        wanted, in_hand = staff.week_used.sum() + queued, staff.week_fresh.sum()
        strong = door.contacts["strong"] == Strength.STRONG
        late = np.count_nonzero(strong & (door.contacts["day"] < day - 1))
        each = beyond(np.array([wanted]), np.array([in_hand]))[0]
        heads = max(1, int(np.count_nonzero(staff.filled)))
        return Burden(np.full(posts, each), np.full(posts, np.count_nonzero(strong) / heads), np.full(posts, late / heads))
