"""Social care as an agency that meets children: its visits, their modes and their minutes. What it decides is in ``system/``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Digital, Mode
from simsafe.world.population import YEAR, World


class Purpose(IntEnum):
    """Why a social worker visits, in order of priority."""

    ENQUIRY = 0
    PROTECTION = 1
    ASSESSMENT = 2
    IN_NEED = 3
    LOOKED_AFTER = 4


@dataclass(frozen=True)
class VisitRules(Checked):
    """Local practice of visiting."""

    enquiry_days: int = param(5, unit="working days between section 47 visits", source="assumed", low=1, high=15)
    protection_days: int = param(10, unit="working days between visits", source="usual local practice", low=5, high=30, grade="rule")
    assessment_days: int = param(10, unit="working days between visits", source="assumed", low=3, high=20)
    in_need_days: int = param(20, unit="working days between visits", source="usual local practice", low=10, high=60, grade="rule")
    looked_after_days: int = param(
        30, unit="working days between visits", source="six-weekly, by regulation", low=20, high=65, grade="rule"
    )
    home_minutes: int = param(120, unit="minutes a home visit, travel and recording included", source="assumed; QU06", low=45, high=240)
    doorstep_minutes: int = param(75, unit="minutes a doorstep visit", source="assumed", low=30, high=150)
    remote_minutes: int = param(45, unit="minutes a video or telephone visit", source="assumed", low=15, high=120)
    interpreter_share: float = param(
        0.3, unit="added share of a visit's minutes when the family needs an interpreter", source="assumed", low=0, high=1
    )
    protocol_minutes: int = param(
        5, unit="minutes longer a remote visit where the worker first finds out who is there", source="assumed; SF124", low=0, high=20
    )
    retry_days: int = param(3, unit="working days until another try after no answer", source="assumed", low=1, high=10)

    def intervals(self) -> np.ndarray:
        """Working days between visits, by Purpose."""
        return np.array([self.enquiry_days, self.protection_days, self.assessment_days, self.in_need_days, self.looked_after_days])


class SocialCare:
    """Visits that are due, in the modes the day allows."""

    agency = Agency.SOCIAL_CARE

    def __init__(self, world: World, chance: Chance, how: VisitRules) -> None:
        self.world, self.chance, self.how = world, chance, how

    def visit_keys(self, who: np.ndarray, day: int) -> np.ndarray:
        """The identity of each child's visit today."""
        return self.chance.keys(self.world.children.key[who], "social work visit", day)

    def choose_modes(
        self, who: np.ndarray, purpose: np.ndarray, now: Conditions, day: int, by_rating: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(mode, minutes, key) of each visit that is due today.

        ``by_rating`` is a share in person for each, instead of that of its purpose where it is not NaN.
        """
        key = self.visit_keys(who, day)
        shares = np.array([
            now.enquiry_in_person_share, now.protection_visit_in_person_share, now.assessment_visit_in_person_share,
            now.in_need_visit_in_person_share, now.in_need_visit_in_person_share,
        ])  # fmt: skip
        at_home, at_door, by_video = self.chance.ask_three(key, "how they meet")
        share = self._by_rule(
            shares[purpose] if by_rating is None else np.where(np.isnan(by_rating), shares[purpose], by_rating), who, now, day
        )
        in_person, doorstep = at_home < share, at_door < now.doorstep_share
        remote = np.where(by_video < now.remote_video_share, Mode.VIDEO, Mode.PHONE)
        mode = np.where(in_person, np.where(doorstep, Mode.DOORSTEP, Mode.HOME_VISIT), remote)
        h = self.how
        minutes = np.where(in_person, np.where(doorstep, h.doorstep_minutes, h.home_minutes), h.remote_minutes)
        if now.remote_protocol_share:
            minutes[~in_person] += round(h.protocol_minutes * now.remote_protocol_share)
        interpreted = positions(self.world.families.interpreter[self.world.children.family[who]])
        minutes[interpreted] = np.ceil(minutes[interpreted] * (1 + h.interpreter_share)).astype(minutes.dtype)
        return mode.astype(np.int8), minutes, key

    def _by_rule(self, share: np.ndarray, who: np.ndarray, now: Conditions, day: int) -> np.ndarray:
        """The shares in person, where a rule keeps them up for the youngest and for families without a device and data."""
        c, f = self.world.children, self.world.families
        if now.under_five_in_person_share:
            young = day - c.birth[who].astype(np.int32) < 5 * YEAR
            share = np.where(young, np.maximum(share, now.under_five_in_person_share), share)
        if now.no_access_in_person_share:
            without = f.digital[c.family[who]] < Digital.ADEQUATE
            share = np.where(without, np.maximum(share, now.no_access_in_person_share), share)
        return share

    def attempt(self, who: np.ndarray, purpose: np.ndarray, mode: np.ndarray, key: np.ndarray, now: Conditions) -> Attempt:
        """Go. Only section 47 and protection visits may be unannounced."""
        sudden = (purpose <= Purpose.PROTECTION) & (self.chance.ask(key, "unannounced") < now.unannounced_share)
        return Attempt.by(self.agency, who, mode, key, ~sudden)
