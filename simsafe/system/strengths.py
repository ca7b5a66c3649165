"""How close agencies are to each other: ties grow with meetings held together and rooms shared, and fade without them.

In ordinary times every tie is 1 and stays so. What follows is expected from the dials and the staff who are there, not counted from
single meetings, so that one child cannot affect another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import AGENCIES, Agency
from simsafe.world.meetings import MEETS, Format, MeetingFormats, format_shares


@dataclass(frozen=True)
class TieMovement(Checked):
    """How fast ties move, and what a stronger or weaker tie is worth. All assumed: surveys say which way, not how far (SF157-159)."""

    pace: float = param(0.04, unit="share of the way that a tie moves in a week", source="assumed; SF089", low=0, high=0.3)
    effect: float = param(0.5, unit="log-odds of sharing per log of a tie's strength", source="assumed; SF089; 0: none", low=0, high=1.5)
    telephone_worth: float = param(0.5, unit="what a meeting by telephone does for a tie, relative", source="assumed", low=0, high=1)
    online_worth: float = param(
        0.8, unit="what a meeting online does for a tie, relative", source="assumed; SF140: rapport", low=0.2, high=1
    )
    room: float = param(0.5, unit="what a shared room does for a tie, relative to meetings", source="assumed; SF142", low=0, high=3)
    reflection: float = param(
        0.1, unit="what a monthly meeting to reflect together does for a tie, relative to meetings", source="assumed; SF132", low=0, high=1
    )
    school_site: float = param(0.5, unit="what open schools do for ties of school and nurse", source="assumed", low=0, high=3)
    weakest: float = param(0.3, unit="times the ordinary", source="assumed", low=0.05, high=0.9)
    strongest: float = param(1.6, unit="times the ordinary", source="assumed", low=1.1, high=4)


class Strengths:
    """One number a pair of agencies, the same both ways, and who can be reached today."""

    def __init__(self, attendance: np.ndarray, formats: MeetingFormats, how: TieMovement) -> None:
        self.attendance, self.formats, self.how = attendance, formats, how
        self.by_format = formats.by_format()
        self.reach = np.ones(AGENCIES)
        self.strength = np.ones((AGENCIES, AGENCIES))
        self.usual = self._together(ORDINARY, formats.reach(ORDINARY, 1.0))
        self._asked: tuple[Conditions, np.ndarray] = (ORDINARY, self._by_format(ORDINARY))
        self._set_closeness()

    def begin_day(self, now: Conditions, visitors_there: float, monday: bool) -> None:
        """Who can be reached today; on Mondays ties move. ``visitors_there``: share of health visitors not called away."""
        self.reach = self.formats.reach(now, visitors_there)
        if monday and self.how.pace > 0:
            together = self._together(now, self.reach)
            towards = np.divide(together, self.usual, out=np.ones_like(together), where=self.usual > 0)
            moved = self.strength + self.how.pace * (towards - self.strength)
            self.strength = np.clip(moved, self.how.weakest, self.how.strongest)
            self._set_closeness()

    def _set_closeness(self) -> None:
        """Log-odds of sharing along each tie beyond the ordinary: 0 at strength 1."""
        self.closeness = self.how.effect * np.log(self.strength)

    def _together(self, now: Conditions, reach: np.ndarray) -> np.ndarray:
        """How much each pair of agencies has to do with each other under these dials: meetings, a room, a school."""
        online, hybrid = format_shares(now)
        telephone = (1 - online - hybrid) * self.formats.telephone_share / 2  # of conferences none, of strategy discussions a share
        shares = {Format.ONLINE: online, Format.HYBRID: hybrid, Format.TELEPHONE: telephone}
        shares[Format.IN_PERSON] = 1 - online - hybrid - telephone
        worth = {Format.ONLINE: self.how.online_worth, Format.HYBRID: (1 + self.how.online_worth) / 2}
        worth |= {Format.TELEPHONE: self.how.telephone_worth, Format.IN_PERSON: 1.0}
        pair, by_format = np.zeros((AGENCIES, AGENCIES)), self.formats.with_platform(self.by_format, now.common_platform_share)
        for form, share in shares.items():
            there = self.chance_there(now, by_format[form]) * reach
            there[Agency.SOCIAL_CARE] = 1.0
            pair += share * worth[form] * np.outer(there, there)
        inside = MEETS.copy()
        inside[Agency.SOCIAL_CARE] = True
        pair += (self.how.room * now.colocation_share + self.how.reflection * now.reflection_sessions) * np.outer(inside, inside)
        for one, other in ((Agency.SCHOOLS, Agency.SCHOOL_NURSING), (Agency.SCHOOL_NURSING, Agency.SCHOOLS)):
            pair[one, other] += self.how.school_site * now.school_open_share
        return pair

    def takes_part(self, now: Conditions) -> np.ndarray:
        """Chance to take part of those who can be reached, by Format and Agency; worked out once for days alike."""
        if self._asked[0] is not now:
            self._asked = now, self._by_format(now)
        return self._asked[1]

    def _by_format(self, now: Conditions) -> np.ndarray:
        by_format = self.formats.with_platform(self.by_format, now.common_platform_share)
        return np.stack([self.chance_there(now, extra) for extra in by_format])

    def chance_there(self, now: Conditions, extra: np.ndarray) -> np.ndarray:
        """Chance to take part when called, by Agency, with log-odds for the format; who cannot be reached is not counted yet."""
        odds = self.attendance / np.maximum(1 - self.attendance, 1e-9) * np.exp(now.meeting_log_odds)
        odds = odds * np.exp(extra)
        odds[Agency.GENERAL_PRACTICE] *= np.exp(now.gp_meeting_log_odds)
        return odds / (1 + odds)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return {"strength": self.strength.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put ties back."""
        self.strength = state["strength"].copy()
        self._set_closeness()
