"""More levers: how children and families are met, and who goes when nobody has seen a child.

As in ``levers.py``, a setting has the name of the dial that it turns.
"""

from __future__ import annotations

from dataclasses import dataclass

from simsafe.ground.parameter import Checked
from simsafe.plans.change import How
from simsafe.plans.levers import ASSUMED, turns


@dataclass(frozen=True)
class InviteToSchool(Checked):
    """Ring this share of the vulnerable pupils who have not come, each week, and ask them in; some then come."""

    school_invitation_share: float = turns("school_invitation_share", 0.9, source="SF120: asked for in seed 000; the share is assumed")


@dataclass(frozen=True)
class RiskRating(Checked):
    """Rate this share of open children red, amber or green, look again every so many weeks, and visit by the rating; some are wrong."""

    rated_share: float = turns("rated_share", 1.0, source="SF122: practised (seed 001); the share is assumed")
    rating_review_weeks: float = turns("rating_review_weeks", 4.0, source=ASSUMED, low=1.0)


@dataclass(frozen=True)
class ModeByAgeAndAccess(Checked):
    """Visit in person those a screen serves least: children under five, and families without adequate digital access."""

    under_five_in_person_share: float = turns("under_five_in_person_share", 0.9, source="SF121; seed 003 recommendation 7; share assumed")
    no_access_in_person_share: float = turns("no_access_in_person_share", 0.9, source="SF121; seed 003 recommendation 7; share assumed")


@dataclass(frozen=True)
class PhoneCadence(Checked):
    """Ring families who did not open at the last visit every so many weeks, until they do."""

    phone_cadence_weeks: float = turns("phone_cadence_weeks", 2.0, source="SF123: fortnightly calls (seed 001)", grade="C", low=1.0)


@dataclass(frozen=True)
class RemoteProtocol(Checked):
    """Before a video or telephone visit begins, find out who else is there and whether the child can speak."""

    remote_protocol_share: float = turns("remote_protocol_share", 0.9, source="SF124; DI13 says how often it matters; the share is assumed")


@dataclass(frozen=True)
class FewerAdults(Checked):
    """No more than so many professionals in the room when social workers meet a child."""

    adults_in_room: float = turns("adults_in_room", 1.0, How.CAP, source="SF125; DI12 says what each adult costs", grade="C", low=1.0)


@dataclass(frozen=True)
class DisengagementAsSign(Checked):
    """Take a door that stays closed as a reason to worry, and go again in person."""

    closed_door_nats: float = turns("closed_door_nats", 0.5, source="SF128; half of a missed appointment (SG16: ln 2.72), assumed")


@dataclass(frozen=True)
class MissingFromView(Checked):
    """Each week list the children on anybody's record whom nobody has seen in person for so long, across agencies; a named professional
    goes to see each, and if nobody opens twice, all that is held goes to the front door.
    """

    missing_list_days: float = turns("missing_list_days", 42.0, source="assumed; SF039", low=7.0)
    missing_list_places: float = turns("missing_list_places", 20.0, source=ASSUMED, low=1.0)


@dataclass(frozen=True)
class MutualAid(Checked):
    """Take on returners, early-years and family-support staff as second eyes: after checks and induction they visit open cases and
    families waiting for early help whom nobody has seen for a while.
    """

    surge_staff: float = turns("surge_staff", 2.0, source="assumed; three weeks of checks and induction, assumed", lag_days=21)


@dataclass(frozen=True)
class ReopeningSurge(Checked):
    """Book time before schools open again: designated leads talk with every pupil, the youngest first; health visitors and the front
    door have hours more.
    """

    lead_talks_weeks: float = turns("lead_talks_weeks", 4.0, source=ASSUMED, low=1.0)
    health_visitor_extra_share: float = turns("health_visitor_extra_share", 0.15, source=ASSUMED)
    front_door_extra_share: float = turns("front_door_extra_share", 0.3, source=ASSUMED)
