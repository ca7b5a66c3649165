"""The workforce in the diary: a line a week and profession, of people in post, how they are, who is off, and who comes and goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.table import Table
from simsafe.world.wellbeing import TIRED

if TYPE_CHECKING:
    from simsafe.cast import Cast

STAFF_GROUPS = {  # group in tables: the name of its Staff
    "profession/health visitors": "health_visitors",
    "profession/social workers": "social_workers",
    "profession/front door": "front_door_staff",
}
STAFF: dict[str, tuple[str, str]] = {  # name: (unit, meaning), at the end of a week
    "in_post": ("workers", "in post, from agencies included"),
    "wellbeing": ("standard deviations", "mean of those in post; 0 is the usual"),
    "wellbeing_low": ("standard deviations", "the tenth part of those in post is below it"),
    "wellbeing_high": ("standard deviations", "the tenth part of those in post is above it"),
    "tired": ("workers", "in post with wellbeing more than one standard deviation below the usual"),
    "known_for_a_year": ("workers", "in post now and a year before"),
    "lower_than_a_year_before": ("workers", "of these, with lower wellbeing than then"),
    "overload": ("ratio", "mean of work wanted over time in hand, beyond 1, as felt"),
    "off_sick": ("workers", "this week"),
    "on_leave": ("workers", "this week"),
    "leave_owed": ("weeks", "of leave put off and not yet taken, all together"),
    "called_away": ("workers", "redeployed this week"),
    "agency_workers": ("workers", "in post from agencies"),
    "new_workers": ("workers", "in post for too short a time to work at the usual pace"),
    "left": ("workers", "who had a post for good and left it this week"),
    "came": ("workers", "who came into a post this week, from agencies included"),
}
TENTHS = (0.1, 0.9)  # below the first is the tenth part of those in post, and above the second


class StaffDiary:
    """What is written down of staff every week."""

    def __init__(self) -> None:
        self.table = Table({"day": "i2", "profession": "i1"} | dict.fromkeys(STAFF, "f4"), room=256)

    def write_week(self, model: Cast) -> None:
        """A line for each profession."""
        week = (model.day + 6) // 7
        for number, name in enumerate(STAFF_GROUPS.values()):
            feeling = model.wellbeing[name]
            staff, there = feeling.staff, feeling.staff.filled
            worse, known = feeling.lower_than_a_year_before(week)
            now = np.sort(feeling.now[there])
            low, high = np.interp(np.multiply(TENTHS, now.size - 1), np.arange(now.size), now) if now.size else (0.0, 0.0)
            self.table.add(
                1, day=model.day, profession=number, in_post=_count(there),
                wellbeing=feeling.now[there].mean() if now.size else 0.0, wellbeing_low=low, wellbeing_high=high,
                tired=_count(now < TIRED), known_for_a_year=known, lower_than_a_year_before=worse,
                overload=feeling.felt[there].mean() if now.size else 0.0, off_sick=_count(staff.sick & there),
                on_leave=_count(staff.absent & ~staff.sick & there), leave_owed=int(staff.leave_owed[there].sum()),
                called_away=_count(staff.away), agency_workers=_count(staff.agency_weeks),
                new_workers=_count(staff.new), left=_count(staff.leaving & ~staff.stay_ended),
                came=_count(staff.arriving),
            )  # fmt: skip

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return self.table.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the diary back."""
        self.table.restore(state)


def _count(which: np.ndarray) -> int:
    """How many."""
    return int(np.count_nonzero(which))
