"""Meetings between agencies: how they are held, who can then come, and who is in a room with whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, PARTNERS, Agency
from simsafe.world.ties import CO_LOCATED


class Format(IntEnum):
    """How partners are asked or meet. An enquiry about a new referral is no meeting."""

    ENQUIRY = 0
    IN_PERSON = 1
    TELEPHONE = 2
    ONLINE = 3
    HYBRID = 4  # each comes as it can


PLAIN = np.array([Format.IN_PERSON, Format.TELEPHONE])  # neither online nor hybrid: by whether it is held by telephone
MEETS = np.zeros(AGENCIES, dtype=bool)
MEETS[list(CO_LOCATED)] = True


@dataclass(frozen=True)
class MeetingFormats(Checked):
    """What the format of a meeting and a shared room do, in log-odds; parents' part in meetings is not modelled."""

    telephone_share: float = param(
        0.5, unit="share of strategy discussions held by telephone, of those not online or hybrid", source="assumed", low=0, high=1
    )
    telephone: float = param(0.0, unit="log-odds of taking part by telephone", source="assumed: the usual attendance holds", low=-1, high=1)
    schools_online: float = param(0.1, unit="log-odds of taking part online", source="assumed", low=-0.5, high=1)
    childminders_online: float = param(
        0.5, unit="log-odds of taking part online", source="assumed: need not leave the children", low=-0.5, high=1.5
    )
    school_nursing_online: float = param(0.4, unit="log-odds of taking part online", source="assumed; SH07", low=-0.5, high=1.5)
    health_visiting_online: float = param(0.3, unit="log-odds of taking part online", source="assumed; SH07", low=-0.5, high=1.5)
    midwifery_online: float = param(0.4, unit="log-odds of taking part online", source="assumed; SH07", low=-0.5, high=1.5)
    general_practice_online: float = param(
        0.62, unit="log-odds of taking part online", source="SH07: attendance .15 to .30, reports as before", low=0, high=1.5, grade="C"
    )
    hospital_online: float = param(
        0.7, unit="log-odds of taking part online", source="SH07: more paediatricians; size assumed", low=0, high=1.5, grade="C"
    )
    camhs_online: float = param(0.5, unit="log-odds of taking part online", source="assumed; SH07", low=-0.5, high=1.5)
    adult_services_online: float = param(0.5, unit="log-odds of taking part online", source="assumed; SH07", low=-0.5, high=1.5)
    police_online: float = param(0.2, unit="log-odds of taking part online", source="assumed", low=-0.5, high=1)
    early_help_online: float = param(0.1, unit="log-odds of taking part online", source="assumed", low=-0.5, high=1)
    housing_online: float = param(0.3, unit="log-odds of taking part online", source="assumed", low=-0.5, high=1)
    community_online: float = param(0.0, unit="log-odds of taking part online", source="assumed", low=-1, high=0.5)
    helplines_online: float = param(0.0, unit="log-odds of taking part online", source="assumed", low=-0.5, high=0.5)
    platforms: float = param(
        0.1, unit="log-odds lost online where agencies use different platforms", source="assumed; SF099", low=0, high=1
    )
    colocated: float = param(
        1.0, unit="log-odds of answering and sharing with a colleague in the room", source="assumed; SF142", low=0, high=3
    )
    colocated_delay: float = param(
        0.52, unit="delay with a colleague in the room, relative", source="SH09: turnaround .52 after pooling", low=0.3, high=1, grade="C"
    )
    schools_unreachable: float = param(
        0.3, unit="share of school staff who cannot be reached while schools are shut to all", source="assumed; SF090", low=0, high=0.8
    )

    def by_format(self) -> np.ndarray:
        """Log-odds of taking part, by Format and Agency; an agency at a hybrid meeting comes whichever way suits it better."""
        table = np.zeros((len(Format), AGENCIES))
        table[Format.TELEPHONE] = self.telephone
        for agency in PARTNERS:
            table[Format.ONLINE, agency] = getattr(self, f"{agency.name.lower()}_online") - self.platforms
        table[Format.HYBRID] = np.maximum(table[Format.ONLINE], 0)
        return table

    def with_platform(self, by_format: np.ndarray, share: float) -> np.ndarray:
        """The log-odds by Format and Agency, when agencies use one platform for this share of what is held online."""
        if not share:
            return by_format
        table = by_format.copy()
        table[Format.ONLINE] += self.platforms * share
        table[Format.HYBRID] = np.maximum(table[Format.ONLINE], 0)
        return table

    def reach(self, now: Conditions, visitors_there: float) -> np.ndarray:
        """Share of colleagues who can be reached today, by Agency; ``visitors_there`` of the health visitors are not called away."""
        table = np.ones(AGENCIES)
        table[Agency.HEALTH_VISITING] = visitors_there
        table[Agency.SCHOOLS] = 1 - self.schools_unreachable * (1 - now.school_open_share)
        return table


def formats_held(meeting: np.ndarray, telephone: np.ndarray, now: Conditions) -> np.ndarray:
    """Format of each meeting, from its luck in [0, 1); ``telephone`` is bool: held so if neither online nor hybrid."""
    held = PLAIN[telephone.view(np.int8)]
    held[meeting < now.meetings_online_share + now.meetings_hybrid_share] = Format.HYBRID
    held[meeting < now.meetings_online_share] = Format.ONLINE
    return held


def format_shares(now: Conditions) -> tuple[float, float]:
    """Shares of meetings held online and hybrid today."""
    online = min(now.meetings_online_share, 1.0)
    return online, min(now.meetings_hybrid_share, 1.0 - online)
