"""More levers: services kept, say in redeployment, and agencies that work and learn together.

As in ``levers.py``, a setting has the name of the dial that it turns.
"""

from __future__ import annotations

from dataclasses import dataclass

from simsafe.ground.parameter import Checked
from simsafe.plans.change import How
from simsafe.plans.levers import ASSUMED, turns

SAY = ("none", "consult", "approve")


@dataclass(frozen=True)
class RedeploymentGovernance(Checked):
    """Safeguarding leads have no say (none), are asked (consult) or decide (approve) before health visitors are called away; who is called
    away then hands over.
    """

    redeployment_governance: float = turns(
        "redeployment_governance", 2.0, source="SF117; seed 003 recommendation 1; how much it holds back is assumed", words=SAY
    )


@dataclass(frozen=True)
class SchoolNursingKept(Checked):
    """Keep school nurses at their work, at least to these shares of contacts and of meetings in person."""

    school_nursing_contact_share: float = turns("school_nursing_contact_share", 0.9, How.FLOOR, source=ASSUMED)
    school_nursing_in_person_share: float = turns("school_nursing_in_person_share", 0.5, How.FLOOR, source=ASSUMED)


@dataclass(frozen=True)
class CamhsKept(Checked):
    """Keep CAMHS going, at least to these shares of contacts and of meetings in person."""

    camhs_contact_share: float = turns("camhs_contact_share", 0.95, How.FLOOR, source=ASSUMED)
    camhs_in_person_share: float = turns("camhs_in_person_share", 0.5, How.FLOOR, source=ASSUMED)


@dataclass(frozen=True)
class AdultServicesKept(Checked):
    """Keep adult mental health and substance services going, at least to this share of contacts with parents."""

    adult_services_contact_share: float = turns("adult_services_contact_share", 0.95, How.FLOOR, source=ASSUMED)


@dataclass(frozen=True)
class HousingKept(Checked):
    """Keep housing officers visiting, at least to these shares of contacts and of meetings in person."""

    housing_contact_share: float = turns("housing_contact_share", 0.9, How.FLOOR, source=ASSUMED)
    housing_in_person_share: float = turns("housing_in_person_share", 0.6, How.FLOOR, source=ASSUMED)


@dataclass(frozen=True)
class EarlyHelpCapacity(Checked):
    """Pay for more early help places, relative to ordinary times; it takes some weeks to staff them."""

    early_help_places_share: float = turns(
        "early_help_places_share",
        1.25,
        How.FLOOR,
        source="SF135; seed 003 recommendation 4; size and lag assumed",
        low=1.0,
        lag_days=42,
    )


@dataclass(frozen=True)
class MultiAgencyReflection(Checked):
    """Agencies meet so many times a month to look back together at their work; ties between them grow slowly."""

    reflection_sessions: float = turns("reflection_sessions", 1.0, source="SF132: found valuable (seed 001); no effect was measured")


@dataclass(frozen=True)
class CuriosityTraining(Checked):
    """Train social workers and health visitors to be curious: they notice a little more, and half of that is gone in nine months."""

    noticing_gain: float = turns("noticing_gain", 0.05, How.FADE, source="SF138; IN10 (1.1), shrunk by half for null results (IN09)")


@dataclass(frozen=True)
class ProtectionTeam(Checked):
    """One team of police, health and social care holds this share of strategy discussions, and knows what each of them holds."""

    protection_team_share: float = turns(
        "protection_team_share", 0.8, source="SF145: called for (seed 002); the share and six months to set it up assumed", lag_days=182
    )


@dataclass(frozen=True)
class CommonPlatform(Checked):
    """Agencies agree on one platform for meetings online, for this share of them."""

    common_platform_share: float = turns("common_platform_share", 1.0, source="SF099; the share is assumed")
