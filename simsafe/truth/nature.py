"""How nature makes signs: rates by agency, what each way of meeting lets through, and what a sign looks like.

Nothing here is read by an agency. What agencies believe of a sign's worth is ``agencies/weight.py``, and may be wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.world.contact import AGENCIES, TYPES, Agency, Concern, Mode, Signs

SEVERITY_FACTOR = np.array([0.0, 0.5, 1.0, 2.0])  # g(severity), assumed
FALSE_LOOKS = np.cumsum([0.38, 0.25, 0.10, 0.02, 0.08, 0.0])  # apparent concern of a look-alike sign, the rest need: assumed
FALSE_LOOKS_OLDER = np.cumsum([0.34, 0.24, 0.10, 0.03, 0.08, 0.04])  # the same from the age of ten: assumed
NOTHING = Signs(*(np.empty(0, dtype=d) for d in ("i1", "i4", "i1", "i1", "i1", "u8")))  # the signs of a quiet day
LOOKS_TRUE = 0.75  # share of signs of harm that look like the harm they come from: assumed
# How visible each type of harm is to each agency, relative to its average (neglect, emotional, physical, sexual, exposure to domestic
# abuse, exploitation outside the family): schools from SG07-SG09, the others assumed.
VISIBLE = np.ones((AGENCIES, TYPES), dtype=np.float32)
VISIBLE[Agency.SCHOOLS] = [1.2, 1.1, 0.8, 0.4, 0.9, 1.0]
VISIBLE[Agency.CHILDMINDERS] = [1.3, 0.9, 1.1, 0.3, 0.9, 0.0]
VISIBLE[Agency.SCHOOL_NURSING] = [1.1, 1.1, 0.9, 0.6, 0.9, 0.9]
VISIBLE[Agency.HEALTH_VISITING] = [1.3, 0.8, 1.0, 0.2, 1.0, 0.0]
VISIBLE[Agency.MIDWIFERY] = [1.0, 0.7, 1.0, 0.2, 1.3, 0.0]
VISIBLE[Agency.GENERAL_PRACTICE] = [1.0, 0.7, 1.5, 0.7, 0.8, 0.5]
VISIBLE[Agency.HOSPITAL] = [0.9, 0.5, 2.0, 0.8, 0.7, 1.2]
VISIBLE[Agency.CAMHS] = [0.8, 1.6, 0.7, 1.2, 1.0, 1.2]
VISIBLE[Agency.EARLY_HELP] = [1.2, 1.0, 0.7, 0.4, 1.1, 0.9]
VISIBLE[Agency.HOUSING] = [1.4, 0.6, 0.4, 0.1, 1.2, 0.5]
VISIBLE[Agency.COMMUNITY] = [1.3, 0.9, 1.0, 0.3, 1.2, 0.6]
VISIBLE[Agency.SOCIAL_CARE] = [1.2, 1.0, 0.9, 0.5, 1.1, 0.8]


def _rate(agency: str, unit: str, high: float = 5.0) -> float:
    return param(
        fitted(f"{agency}_signs"), unit=unit, source="fitted to the agency's share of referrals", low=0.0, high=high, grade="fitted"
    )


@dataclass(frozen=True)
class SignRates(Checked):
    """Weak signs noticed about an average child who is neither harmed nor in need; everything else is relative to these."""

    schools: float = _rate("schools", "signs per pupil and year in school")
    childminders: float = _rate("childminders", "signs per child and year minded")
    school_nursing: float = _rate("school_nursing", "signs per contact", 0.5)
    health_visiting: float = _rate("health_visiting", "signs per contact", 0.5)
    midwifery: float = _rate("midwifery", "signs per contact", 0.5)
    general_practice: float = _rate("general_practice", "signs per contact", 0.5)
    hospital: float = _rate("hospital", "signs per attendance", 0.5)
    camhs: float = _rate("camhs", "signs per contact", 0.5)
    early_help: float = _rate("early_help", "signs per contact", 0.5)
    housing: float = _rate("housing", "signs per contact", 0.5)
    community: float = _rate("community", "signs per child and year")
    social_care: float = param(0.06, unit="signs per home visit", source="assumed; SG19 is an output to check", low=0.0, high=0.3)
    strong_to_weak: float = param(0.01, unit="strong look-alike signs per weak one", source="assumed", low=0.001, high=0.05)
    weak_ratio: float = param(1.2, unit="log ratio of weak signs, harmed to not", source="SG15", low=0.7, high=1.8, grade="C")
    strong_ratio: float = param(4.0, unit="log ratio of strong signs, harmed to not", source="SG14", low=2.8, high=5, grade="B")
    need_ratio: float = param(2.0, unit="times the look-alike signs of a child in need", source="assumed; SG27", low=1, high=5)
    disabled_ratio: float = param(
        1.3, unit="times the look-alike signs of a disabled child", source="assumed; SG27: disability mimics neglect", low=1, high=3
    )
    need_signs: float = param(1.5, unit="signs of need per weak look-alike sign, child in need", source="assumed", low=0, high=10)


@dataclass(frozen=True)
class ModeFactors(Checked):
    """What each way of meeting lets through, relative to its in-person form: opportunities (seen) and meaning (told)."""

    video_seen: float = param(
        0.6, unit="ratio of opportunities", source="MO02, split between seeing and meaning", low=0.3, high=1, grade="C"
    )
    video_told: float = param(0.75, unit="ratio of meaning", source="MO02, split", low=0.4, high=1, grade="C")
    phone_seen: float = param(0.35, unit="ratio of opportunities", source="MO03, split", low=0.1, high=0.8)
    phone_told: float = param(0.6, unit="ratio of meaning", source="MO03, split", low=0.3, high=1)
    doorstep_seen: float = param(0.75, unit="ratio of opportunities", source="MO04, split", low=0.4, high=1)
    doorstep_told: float = param(0.8, unit="ratio of meaning", source="MO04, split", low=0.5, high=1)
    remote_lesson_seen: float = param(
        fitted("remote_lesson_seen"),
        unit="ratio of opportunities to a day in school",
        source="MO01: computed from the fall it would reproduce",
        low=0.05,
        high=0.35,
        grade="fitted",
    )
    remote_lesson_told: float = param(0.8, unit="ratio of meaning", source="assumed", low=0.4, high=1)
    medical_seen: float = param(
        25.0, unit="ratio of opportunities to an attendance", source="assumed; TH06: nearly all conclude a concern", low=5, high=100
    )
    not_yet_speaking: float = param(
        0.6, unit="ratio of meaning, under-fives by video or telephone", source="assumed; SF045", low=0.2, high=1
    )
    young_online: float = param(
        1.0,
        unit="ratio of meaning from the age of 11 by video or telephone, relative to other ages",
        source="sweep: no difference by default; SF054",
        low=0.8,
        high=1.3,
    )
    afar_spread: float = param(
        0.0,
        unit="how far families differ in the meaning of remote contact: 1 less this to 1 and this",
        source="sweep: no difference by default; SF052",
        low=0,
        high=1,
    )
    phone_interpreted: float = param(
        0.8, unit="ratio of meaning, by telephone with a family that needs an interpreter", source="assumed", low=0.3, high=1
    )

    def seen(self) -> np.ndarray:
        """Opportunities by Mode."""
        table = np.ones(len(Mode))
        table[Mode.VIDEO], table[Mode.PHONE] = self.video_seen, self.phone_seen
        table[Mode.DOORSTEP], table[Mode.REMOTE_LESSON] = self.doorstep_seen, self.remote_lesson_seen
        table[Mode.MEDICAL] = self.medical_seen
        return table

    def told(self) -> np.ndarray:
        """Meaning by Mode."""
        table = np.ones(len(Mode))
        table[Mode.VIDEO], table[Mode.PHONE] = self.video_told, self.phone_told
        table[Mode.DOORSTEP], table[Mode.REMOTE_LESSON] = self.doorstep_told, self.remote_lesson_told
        return table


@dataclass(frozen=True)
class Nature:
    """Everything the door needs to make signs."""

    rates: SignRates = field(default_factory=SignRates)
    modes: ModeFactors = field(default_factory=ModeFactors)

    def __post_init__(self) -> None:
        r = self.rates
        weak = np.zeros(AGENCIES)
        for agency in Agency:
            weak[agency] = getattr(r, agency.name.lower(), 0.0)  # none of its own: police, adult services, helplines are called
        object.__setattr__(self, "weak", weak)  # signs per unit of exposure (a year, or a contact)
        object.__setattr__(self, "seen", self.modes.seen())
        object.__setattr__(self, "told", self.modes.told())
        object.__setattr__(self, "weak_extra", math.expm1(r.weak_ratio))
        object.__setattr__(self, "strong_extra", r.strong_to_weak * math.expm1(r.strong_ratio))

    weak: np.ndarray = field(init=False, repr=False, compare=False)
    seen: np.ndarray = field(init=False, repr=False, compare=False)
    told: np.ndarray = field(init=False, repr=False, compare=False)
    weak_extra: float = field(init=False, repr=False)
    strong_extra: float = field(init=False, repr=False)


def looks_like(kind: np.ndarray, of_harm: np.ndarray, u: np.ndarray, ten_or_over: np.ndarray) -> np.ndarray:
    """int8 Concern: what each sign looks like. ``kind`` is the true type where ``of_harm``; ``u`` is the sign's own luck.

    Only signs about children who are ``ten_or_over`` (bool) look like exploitation, unless that is what they come from.
    """
    false = np.searchsorted(FALSE_LOOKS, u, side="right")
    false = np.where(ten_or_over, np.searchsorted(FALSE_LOOKS_OLDER, u, side="right"), false)
    mistaken = np.searchsorted(FALSE_LOOKS[:1], (u - LOOKS_TRUE) / (1 - LOOKS_TRUE), side="right")  # neglect or emotional
    true = np.where(u < LOOKS_TRUE, kind, mistaken)
    return np.where(of_harm, true, np.minimum(false, Concern.NEED)).astype(np.int8)
