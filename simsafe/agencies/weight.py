"""What an agency believes a sign or a quiet contact is worth: it reads only what the agency can see.

Beliefs may be wrong. ``believed_excess`` moves the believed worth of remote contact above nature's: at 1 a quiet video call
reassures as much as a quiet visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import CONCERNS, Agency, Concern, Mode, Strength


class Pooling(IntEnum):
    """How social care reads many signs as one worry when it decides."""

    SUM = 0  # their weights added up, attention fading
    STRONGEST = 1  # the single weightiest sign, attention fading: one serious incident decides
    COUNT = 2  # so many concerns in the last year, each as good as any other
    DISCOUNTED = 3  # their weights added up, the weightiest whole and each further one for less: much of it is the same story again


@dataclass(frozen=True)
class Belief(Checked):
    """How professionals weigh evidence, in natural-log odds."""

    weak: float = param(1.2, unit="nats for a weak sign", source="SG15", low=0.7, high=1.8, grade="C")
    strong: float = param(4.0, unit="nats for a strong sign", source="SG14", low=2.8, high=5, grade="B")
    domestic_abuse: float = param(
        0.8, unit="worth of an incident of domestic abuse relative to other signs", source="assumed", low=0.4, high=1.2
    )
    memory: int = param(548, unit="days of record looked through", source="assumed: three half-lives", low=90, high=6574)
    half_life: float = param(182.0, unit="days until attention to a sign has halved", source="SG26", low=56, high=728)
    pooling: int = param(
        0, unit="0 sum, 1 strongest sign, 2 count of concerns, 3 discounted sum", source="chosen; see Pooling", low=0, high=3, grade="rule"
    )
    concern: float = param(1.2, unit="nats a concern, where concerns are counted", source="SG15, as for a weak sign", low=0.5, high=4)
    counted_days: int = param(365, unit="days in which concerns are counted", source="assumed", low=90, high=730)
    discount: float = param(
        0.6, unit="worth of each further sign relative to the one before it, in a discounted sum", source="assumed", low=0.2, high=1
    )
    quiet: float = param(0.15, unit="share of what no sign is worth, that a quiet contact takes away", source="SG24", low=0, high=1)
    quiet_visit: float = param(0.5, unit="nats a quiet home visit would take away if fully weighed", source="assumed", low=0.1, high=1.5)
    against_a_worry: float = param(0.7, unit="share of a quiet contact's worth when already worried", source="SG25", low=0.3, high=1)
    least: float = param(-1.5, unit="nats below which reassurance does not accumulate", source="assumed", low=-4, high=0)
    video: float = param(0.45, unit="worth of a video contact relative to a home visit", source="MO02", low=0.2, high=0.8, grade="C")
    phone: float = param(0.2, unit="worth of a telephone contact", source="MO03", low=0.05, high=0.45)
    doorstep: float = param(0.6, unit="worth of a doorstep contact", source="MO04", low=0.3, high=0.85)
    remote_lesson: float = param(0.3, unit="worth of a remote lesson", source="assumed", low=0.05, high=0.8)
    video_meaning: float = param(
        0.75, unit="believed meaning of a sign seen by video, relative to in person", source="MO02, split", low=0.4, high=1, grade="C"
    )
    phone_meaning: float = param(0.6, unit="believed meaning of a sign by telephone", source="MO03, split", low=0.3, high=1)
    doorstep_meaning: float = param(0.8, unit="believed meaning of a sign at the door", source="MO04, split", low=0.5, high=1)
    remote_lesson_meaning: float = param(0.8, unit="believed meaning of a sign in a remote lesson", source="assumed", low=0.4, high=1)
    believed_excess: float = param(
        0.3, unit="0: remote contact is trusted as it deserves; 1: as a home visit", source="assumed; sweep", low=0, high=1
    )

    def trust(self) -> np.ndarray:
        """Believed worth of a quiet contact by Mode, relative to a home visit."""
        return self._by_mode("{}")

    def meaning(self) -> np.ndarray:
        """Believed meaning of a sign by Mode, relative to one seen in person."""
        return self._by_mode("{}_meaning")

    def _by_mode(self, name: str) -> np.ndarray:
        table = np.ones(len(Mode))
        for mode in (Mode.VIDEO, Mode.PHONE, Mode.DOORSTEP, Mode.REMOTE_LESSON):
            deserved = getattr(self, name.format(mode.name.lower()))
            table[mode] = deserved + self.believed_excess * (1 - deserved)
        return table


class Weighing:
    """Believed weights as tables, made once."""

    def __init__(self, belief: Belief) -> None:
        self.belief, self.trust, self.pooling = belief, belief.trust(), belief.pooling
        self.concern, self.counted_days, self.discount = belief.concern, belief.counted_days, belief.discount
        # The odds of harm that a sign adds shrink with the meaning it is believed to have in its mode; a disclosure by telephone is
        # still a disclosure.
        nats = np.array([belief.weak, belief.strong])
        self.by_sign = np.repeat(np.log1p(np.expm1(nats)[:, None] * belief.meaning())[:, None, :], CONCERNS, axis=1)
        self.by_sign[Strength.WEAK, Concern.DOMESTIC_ABUSE] *= belief.domestic_abuse
        self.quiet = belief.quiet * belief.quiet_visit

    def of_signs(self, strength: np.ndarray, concern: np.ndarray, mode: np.ndarray) -> np.ndarray:
        """Nats for each sign: strength, apparent concern and the mode it was seen in."""
        return self.by_sign[strength, concern, mode]

    def alone(self, strength: np.ndarray, concern: np.ndarray, mode: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Nats for each sign noticed ``day`` days ago where signs are not added up: what it is still worth, or one concern of a count."""
        if self.pooling == Pooling.COUNT:
            return np.where(day < self.counted_days, self.concern, 0.0)
        return self.of_signs(strength, concern, mode) * self.left(day)

    def of_quiet(self, agency: np.ndarray, mode: np.ndarray, worry: np.ndarray) -> np.ndarray:
        """Nats taken away by each contact that showed nothing, given the worry before it; a short contact takes half as much."""
        b = self.belief
        full = self.quiet * self.trust[mode] * np.where(agency == Agency.SOCIAL_CARE, 1.0, 0.5)
        return np.where(worry > b.weak, full * b.against_a_worry, full)

    def left(self, day: int | np.ndarray) -> float | np.ndarray:
        """What is left on a day of attention that was whole on day 0; more than 1 on days before."""
        return np.exp2(-day / self.belief.half_life)
