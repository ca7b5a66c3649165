"""The levers: what a partnership may choose to do, each in a planner's words with the dials that it turns.

A setting has the name of the dial that it turns. ``set`` puts the dial there, ``floor`` keeps it from falling lower, ``cap`` from
rising higher, ``multiply`` scales what it would be. A setting that is not given keeps the default shown here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simsafe.ground.parameter import Checked, param
from simsafe.plans.change import How
from simsafe.world.conditions import DIALS

ASSUMED = "assumed"


def turns(
    dial: str,
    value: float,
    how: How = How.SET,
    *,
    source: str,
    grade: str = "D",
    low: float | None = None,
    words: tuple[str, ...] = (),
    lag_days: int = 0,
) -> Any:
    """A setting that turns the dial of its own name; its unit and range are the dial's, or a factor from 0 to 1 for ``multiply``.

    ``words`` may stand for 0, 1, 2 and so on; nothing comes of the setting in its first ``lag_days``.
    """
    about = DIALS[dial].metadata
    factor = how is How.MULTIPLY
    unit = about["unit"].removesuffix("; 0 for none") if low else about["unit"]
    made = param(
        value,
        unit="times what it would be" if factor else unit,
        source=source,
        low=0.0 if factor else about["low"] if low is None else low,
        high=1.0 if factor else about["high"],
        grade=grade,
    )
    made.metadata = {**made.metadata, "dial": dial, "how": how, "words": words, "lag_days": lag_days}
    return made


# Schools


@dataclass(frozen=True)
class KeepSchoolPlaces(Checked):
    """Invite the pupils known to be vulnerable and follow up those who do not come, so that at least this share are in school."""

    school_vulnerable_share: float = turns(
        "school_vulnerable_share", 0.6, How.FLOOR, source="45 % is the most seen while schools were shut (MO13, Feb 2021); more is assumed"
    )


@dataclass(frozen=True)
class SchoolPlacesTaken(Checked):
    """The share of vulnerable pupils who came, as it was or as you expect it, date by date."""

    school_vulnerable_share: float = turns("school_vulnerable_share", 0.15, source="DfE attendance, May 2020 (MO12)", grade="A")


@dataclass(frozen=True)
class SchoolCheckIns(Checked):
    """Schools ring or video-call the pupils at home every week. A contact made is not a child seen."""

    school_check_in_share: float = turns("school_check_in_share", 0.96, source="NFER June 2020, share of leaders (MO15)", grade="A")


@dataclass(frozen=True)
class DoorstepRounds(Checked):
    """See every child: school staff knock at the home of each pupil not in school, every so many weeks."""

    school_doorstep_weeks: float = turns("school_doorstep_weeks", 2.0, source="one school in seed 000; cadence assumed", low=1.0)


# Health


@dataclass(frozen=True)
class ProtectHealthVisitors(Checked):
    """This share of health-visitor posts may not be redeployed, whatever the times ask."""

    health_visitors_protected: float = turns(
        "health_visitors_protected", 1.0, source="seed 003 recommendation 1; joint letter of 7 October 2020", grade="C"
    )


@dataclass(frozen=True)
class UniversalHealthVisiting(Checked):
    """Go on offering every family the contacts after the new birth visit, at least to this share."""

    health_visiting_universal_share: float = turns("health_visiting_universal_share", 1.0, How.FLOOR, source=ASSUMED)


@dataclass(frozen=True)
class InPersonHealthVisiting(Checked):
    """Health visitors go on seeing families in person, in at least this share of contacts."""

    health_visiting_in_person_share: float = turns("health_visiting_in_person_share", 0.8, How.FLOOR, source=ASSUMED)


@dataclass(frozen=True)
class HealthVisitingMode(Checked):
    """The share of health-visiting contacts made in person, as it was or as you expect it; the rest are by video or telephone."""

    health_visiting_in_person_share: float = turns(
        "health_visiting_in_person_share", 0.1, source="one parent of under-twos in ten saw one (self-selected survey)", grade="C"
    )


@dataclass(frozen=True)
class GpFaceToFaceKept(Checked):
    """Practices keep at least this share of children's contacts face to face."""

    gp_face_to_face_share: float = turns("gp_face_to_face_share", 0.6, How.FLOOR, source="60 % by October 2020, all ages", grade="C")


# Social care


@dataclass(frozen=True)
class InPersonVisits(Checked):
    """Social workers see children in person, in at least these shares of each kind of visit."""

    enquiry_in_person_share: float = turns("enquiry_in_person_share", 1.0, How.FLOOR, source=ASSUMED)
    protection_visit_in_person_share: float = turns("protection_visit_in_person_share", 0.9, How.FLOOR, source=ASSUMED)
    assessment_visit_in_person_share: float = turns("assessment_visit_in_person_share", 0.9, How.FLOOR, source=ASSUMED)
    in_need_visit_in_person_share: float = turns("in_need_visit_in_person_share", 0.7, How.FLOOR, source=ASSUMED)


@dataclass(frozen=True)
class VisitingByRisk(Checked):
    """Rate every open child by risk and visit in person by the rating; the rest are seen by video or telephone."""

    enquiry_in_person_share: float = turns("enquiry_in_person_share", 0.85, source=ASSUMED)
    protection_visit_in_person_share: float = turns("protection_visit_in_person_share", 0.4, source=ASSUMED)
    assessment_visit_in_person_share: float = turns("assessment_visit_in_person_share", 0.4, source=ASSUMED)
    in_need_visit_in_person_share: float = turns("in_need_visit_in_person_share", 0.2, source=ASSUMED)


@dataclass(frozen=True)
class DoorstepVisits(Checked):
    """Hold this share of in-person home visits at the door or in the garden: the child is seen, the home is not."""

    doorstep_share: float = turns("doorstep_share", 0.4, source="practised (Ferguson 2020); the share is assumed")


@dataclass(frozen=True)
class UnannouncedVisits(Checked):
    """Make this share of protection and section 47 visits without notice."""

    unannounced_share: float = turns("unannounced_share", 0.2, source="assumed; seed 001")


@dataclass(frozen=True)
class VideoFirst(Checked):
    """Try this share of remote contacts by video before the telephone. It needs a family with a device and data."""

    remote_video_share: float = turns("remote_video_share", 0.85, source=ASSUMED)


@dataclass(frozen=True)
class HomeEducationVisits(Checked):
    """Offer every child educated at home so many visits a year. Families may refuse: in these years nobody had a right to see the child."""

    home_education_visits_a_year: float = turns("home_education_visits_a_year", 2.0, source="SF136: asked for in seed 003; number assumed")


@dataclass(frozen=True)
class RecordFathers(Checked):
    """Write down who the father and other male carers are, in this share of the families where nobody has."""

    males_recorded_share: float = turns("males_recorded_share", 0.6, source="SF143: asked for in seed 004; the share reached is assumed")


@dataclass(frozen=True)
class ChronologyReviews(Checked):
    """Read each open child's whole record again every so many weeks, in supervision, and whenever the worker changes."""

    chronology_review_weeks: float = turns("chronology_review_weeks", 12.0, source="cadence assumed", low=1.0)


# Staff


@dataclass(frozen=True)
class Supervision(Checked):
    """Give every worker at least this much time alone with a manager each month. It takes the worker's minutes; that families gain by
    supervision itself is not assumed.
    """

    supervision_hours: float = turns(
        "supervision_hours", 3.0, How.FLOOR, source="seed 003 recommendation 8; hours assumed; no effect on families found (WB04)"
    )


@dataclass(frozen=True)
class PeerSupport(Checked):
    """Organise regular peer support, online where it must be: it stands in for the informal support that home-working takes."""

    peer_support: float = turns("peer_support", 0.8, source="practised (seed 001); share reached assumed")


@dataclass(frozen=True)
class ManagedLeave(Checked):
    """Plan leave ahead and see that it is taken, spread over the year, so that little is put off in a crisis."""

    leave_managed: float = turns("leave_managed", 0.8, source=ASSUMED)


@dataclass(frozen=True)
class CaseloadCap(Checked):
    """Give no social worker more than so many cases; children beyond that wait without a worker."""

    caseload_cap: float = turns("caseload_cap", 20.0, source="assumed: above the published mean of 16.9 (QU01)", low=5.0)


# Sharing, meetings, digital access, early help


@dataclass(frozen=True)
class PreAgreedSharing(Checked):
    """Agree beforehand what may be shared without asking, and by whom: doubts about consent go, partners pass on more, and sooner."""

    consent_doubt_share: float = turns(
        "consent_doubt_share", 0.3, How.MULTIPLY, source="consent is not needed for safeguarding; how many doubts stay is assumed"
    )
    sharing_log_odds: float = turns("sharing_log_odds", 0.4, source="support of 98 % in seed 003 is not an effect; size assumed", low=0.0)
    sharing_delay_factor: float = turns(
        "sharing_delay_factor", 0.6, How.MULTIPLY, source="a pooled front door took 0.52 of the time (SH09); a weaker effect assumed"
    )


@dataclass(frozen=True)
class HistoryWithinDays(Checked):
    """What partners are asked for, history included, reaches social care within this many days."""

    sharing_delay_cap: float = turns("sharing_delay_cap", 5.0, How.CAP, source="assumed; SF074")


@dataclass(frozen=True)
class OnlineMeetings(Checked):
    """Hold this share of strategy discussions and conferences online: busy partners, practices above all, take part more often."""

    meetings_online_share: float = turns(
        "meetings_online_share", 0.9, source="GP attendance about doubled (SH07); the share assumed", grade="C"
    )


@dataclass(frozen=True)
class HybridMeetings(Checked):
    """Hold this share of strategy discussions and conferences hybrid: each comes as it can, and who comes in person meets the others."""

    meetings_hybrid_share: float = turns("meetings_hybrid_share", 0.8, source="seed 004 recommendation; the share assumed")


@dataclass(frozen=True)
class GpEngagement(Checked):
    """Practices are helped to take part or report when called: a named lead, times that suit, a short form."""

    gp_meeting_log_odds: float = turns("gp_meeting_log_odds", 0.6, source="seed 004 recommendation; size assumed", low=0.0)


@dataclass(frozen=True)
class CoLocation(Checked):
    """Partners' colleagues sit with the front door, for at least this share of its enquiries; home working empties the room."""

    colocation_share: float = turns(
        "colocation_share", 0.8, How.FLOOR, source="turnaround .52 after pooling (SH09); the share assumed", grade="C"
    )


@dataclass(frozen=True)
class JointRiskAssessment(Checked):
    """Assess risk jointly in this share of strategy discussions: whoever takes part brings all it holds, and what overlaps counts less."""

    joint_assessment_share: float = turns(
        "joint_assessment_share", 0.8, source="judged more effective in seed 003; no accuracy study found (SH14); the share assumed"
    )


@dataclass(frozen=True)
class ExtendedCpis(Checked):
    """Show the CP-IS flag in this many settings more: practices, school nursing, health visiting, CAMHS, police, in this order."""

    cpis_settings: float = turns("cpis_settings", 4.0, source="seed 003 recommendation 3; covers only children on plans or in care (SH11)")


@dataclass(frozen=True)
class DevicesAndData(Checked):
    """Give this share of the families without adequate digital access a device and the data to use it."""

    devices_share: float = turns("devices_share", 0.8, source=ASSUMED)


@dataclass(frozen=True)
class EarlyHelpKept(Checked):
    """Keep early help, children's centres and youth work going, at least to these shares of contacts and of meetings in person."""

    early_help_contact_share: float = turns("early_help_contact_share", 0.9, How.FLOOR, source=ASSUMED)
    early_help_in_person_share: float = turns(
        "early_help_in_person_share", 0.85, How.FLOOR, source="above the 68 to 80 % met in person in 2020 (as_happened_2020); share assumed"
    )


@dataclass(frozen=True)
class EarlyHelpMode(Checked):
    """Move early help online: how many contacts remain, and which share of them is in person."""

    early_help_contact_share: float = turns("early_help_contact_share", 0.7, source=ASSUMED)
    early_help_in_person_share: float = turns(
        "early_help_in_person_share", 0.06, source="94 % of leaders: most early help moved online (seed 003)", grade="C"
    )
