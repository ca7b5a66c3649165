"""The dials: what agencies may do today, and what the times do to families. The defaults are ordinary times.

A crisis turns the dials that a partnership cannot choose, a plan those that it can; ``turned_by`` says who may turn each.
One name goes from the YAML file to the dial, the agency that reads it and the test that shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from simsafe.ground.parameter import Checked, param

CRISIS, PLAN, EITHER = "crisis", "plan", "either"


def dial(value: float, turned_by: str, *, unit: str, source: str = "ordinary times", high: float = 1.0, low: float = 0.0) -> Any:
    """A parameter that a crisis or a plan may turn for some days. Ordinary times are a rule unless their source says otherwise."""
    grade = "D" if "assumed" in source else "rule" if source == "ordinary times" else "A"
    made = param(value, unit=unit, source=source, low=low, high=high, grade=grade)
    made.metadata = {**made.metadata, "turned_by": turned_by}
    return made


@dataclass(frozen=True)
class Conditions(Checked):
    """One day's dials."""

    # Schools and settings
    school_open_share: float = dial(1.0, CRISIS, unit="share of pupils not known to be vulnerable who may come and do")
    school_vulnerable_share: float = dial(1.0, EITHER, unit="share of pupils known to be vulnerable who have a place and take it")
    setting_open_share: float = dial(1.0, CRISIS, unit="share of usual nursery and childminder places")
    school_check_in_share: float = dial(0.0, PLAN, unit="share of pupils at home reached remotely by their school each week")
    school_doorstep_weeks: float = dial(0.0, PLAN, unit="weeks between doorstep visits to each pupil at home; 0 for none", high=52)
    school_invitation_share: float = dial(0.0, PLAN, unit="share of vulnerable pupils who stay at home invited anew each week")
    lead_talks_weeks: float = dial(
        0.0, PLAN, unit="weeks in which the designated lead talks with every pupil in school, youngest first; 0 for none", high=52
    )
    home_education_factor: float = dial(1.0, CRISIS, unit="children educated at home relative to ordinary times", high=2.0)
    # General practice and health visiting
    gp_contact_share: float = dial(1.0, CRISIS, unit="contacts with children relative to ordinary times", high=1.5)
    gp_face_to_face_share: float = dial(
        0.82, EITHER, unit="share of contacts", source="BBC-SDU on NHS Digital: 80.8 % and home visits 0.9 %"
    )
    health_visitors_redeployed: float = dial(0.0, CRISIS, unit="share of health visitors called away, mean over teams", high=0.6)
    health_visitors_protected: float = dial(0.0, PLAN, unit="share of health-visitor posts that may not be redeployed")
    redeployment_governance: float = dial(
        0.0, PLAN, unit="say of safeguarding leads in redeployment: 0 none, 1 they are consulted, 2 they approve", high=2
    )
    health_visitor_extra_share: float = dial(0.0, PLAN, unit="time for contacts added to health visitors', relative")
    health_visiting_universal_share: float = dial(1.0, EITHER, unit="share of universal contacts after the new birth visit offered at all")
    health_visiting_in_person_share: float = dial(1.0, EITHER, unit="share of contacts")
    health_absence_extra: float = dial(0.0, CRISIS, unit="share of health staff off beyond the ordinary", high=0.5)
    midwifery_contact_share: float = dial(1.0, CRISIS, unit="contacts relative to ordinary times", high=1.2)
    midwifery_in_person_share: float = dial(1.0, EITHER, unit="share of contacts")
    school_nursing_contact_share: float = dial(1.0, EITHER, unit="contacts relative to ordinary times", high=1.5)
    school_nursing_in_person_share: float = dial(1.0, EITHER, unit="share of contacts")
    hospital_attendance_share: float = dial(1.0, CRISIS, unit="children's attendances relative to ordinary times", high=1.5)
    camhs_contact_share: float = dial(1.0, EITHER, unit="contacts relative to ordinary times", high=1.5)
    camhs_in_person_share: float = dial(1.0, EITHER, unit="share of contacts")
    adult_services_contact_share: float = dial(1.0, EITHER, unit="contacts with parents relative to ordinary times", high=1.5)
    # Police, community, early help and housing
    incident_reporting: float = dial(1.0, CRISIS, unit="domestic incidents that come to police, relative to ordinary times", high=1.5)
    incidents_attended_share: float = dial(1.0, CRISIS, unit="share of incidents that officers attend rather than handle by telephone")
    relatives_contact_share: float = dial(1.0, CRISIS, unit="relatives and friends seeing the child, relative to ordinary times")
    neighbour_presence: float = dial(1.0, CRISIS, unit="neighbours within sight and hearing, relative to ordinary times", high=2.0)
    early_help_contact_share: float = dial(1.0, EITHER, unit="contacts relative to ordinary times", high=1.5)
    early_help_in_person_share: float = dial(1.0, EITHER, unit="share of contacts")
    early_help_places_share: float = dial(1.0, EITHER, unit="places for families who agreed, relative to ordinary times", high=2.0)
    housing_contact_share: float = dial(1.0, EITHER, unit="contacts relative to ordinary times", high=1.5)
    housing_in_person_share: float = dial(1.0, EITHER, unit="share of contacts")
    # Social care
    enquiry_in_person_share: float = dial(1.0, EITHER, unit="share of section 47 visits")
    protection_visit_in_person_share: float = dial(1.0, EITHER, unit="share of visits to children on plans")
    assessment_visit_in_person_share: float = dial(1.0, EITHER, unit="share of assessment visits")
    in_need_visit_in_person_share: float = dial(1.0, EITHER, unit="share of visits to children in need and looked after")
    doorstep_share: float = dial(0.0, EITHER, unit="share of in-person home visits held at the door or in the garden")
    under_five_in_person_share: float = dial(0.0, PLAN, unit="share of visits to children under five, at least")
    no_access_in_person_share: float = dial(0.0, PLAN, unit="share of visits to families without adequate digital access, at least")
    rated_share: float = dial(0.0, PLAN, unit="share of open children rated by risk, who are visited by the rating")
    rating_review_weeks: float = dial(4.0, PLAN, unit="weeks until a rating is looked at again", source="assumed", low=1, high=52)
    phone_cadence_weeks: float = dial(
        0.0, PLAN, unit="weeks between calls to families who did not open at the last visit; 0 for none", high=52
    )
    closed_door_nats: float = dial(0.0, PLAN, unit="nats of worry that a visit without an answer adds, and the next is in person", high=2)
    remote_protocol_share: float = dial(0.0, PLAN, unit="share of remote contacts in which the worker first finds out who else is there")
    adults_in_room: float = dial(
        2.0, PLAN, unit="professionals in the room when social workers meet a child", source="assumed; SF046", low=1, high=6
    )
    unannounced_share: float = dial(0.2, EITHER, unit="share of protection and section 47 visits", source="assumed; seed 001")
    remote_video_share: float = dial(0.5, EITHER, unit="share of remote contacts tried by video rather than telephone", source="assumed")
    social_worker_absence_extra: float = dial(0.0, CRISIS, unit="share of social workers off beyond the ordinary", high=0.5)
    chronology_review_weeks: float = dial(
        0.0, PLAN, unit="weeks from one reading of a child's whole record to the next; 0 for at review conferences only", high=52
    )
    front_door_extra_share: float = dial(0.0, PLAN, unit="time added to the front door's, relative")
    time_lost_share: float = dial(0.0, CRISIS, unit="share of working time lost to changing guidance and technology", high=0.5)
    # Staff
    home_working_share: float = dial(0.0, CRISIS, unit="share of professionals' time worked from home beyond the ordinary")
    leave_postponed: float = dial(0.0, CRISIS, unit="share of leave put off to later weeks")
    leave_managed: float = dial(0.0, PLAN, unit="share of leave planned: spread over the year, and taken when it is due")
    supervision_hours: float = dial(
        1.5, PLAN, unit="hours a month and worker, with a manager alone", source="assumed; ordinary times", high=6.0
    )
    peer_support: float = dial(0.0, PLAN, unit="share of staff in regular organised peer support")
    noticing_gain: float = dial(0.0, PLAN, unit="signs noticed by social workers and health visitors beyond the usual, relative", high=0.4)
    caseload_cap: float = dial(0.0, PLAN, unit="cases a social worker may be given at most; 0 for the usual cap", high=40.0)
    # Sharing and digital access
    sharing_log_odds: float = dial(0.0, PLAN, unit="added log-odds that a partner passes on what it holds", low=-4, high=4)
    sharing_delay_factor: float = dial(1.0, EITHER, unit="delay before what is shared arrives, relative to ordinary times", high=4)
    meeting_log_odds: float = dial(0.0, EITHER, unit="added log-odds that a partner takes part when called", low=-4, high=4)
    consent_doubt_share: float = dial(1.0, PLAN, unit="doubts whether consent is needed below significant harm, relative to ordinary times")
    sharing_delay_cap: float = dial(200.0, PLAN, unit="days within which what was asked for, history included, arrives", low=1, high=200)
    colocation_share: float = dial(
        0.5,
        EITHER,
        unit="share of front-door enquiries that find the partner's colleague in the room",
        source="assumed: about half of areas",
    )
    meetings_online_share: float = dial(0.0, EITHER, unit="share of strategy discussions and conferences held online")
    meetings_hybrid_share: float = dial(0.0, EITHER, unit="share held hybrid, of which some come in person and some join online")
    gp_meeting_log_odds: float = dial(0.0, PLAN, unit="added log-odds that practices take part or report when called", low=-4, high=4)
    joint_assessment_share: float = dial(0.0, PLAN, unit="share of strategy discussions that assess risk jointly, from all that is held")
    cpis_settings: float = dial(
        0.0, PLAN, unit="settings that see CP-IS beside hospitals: practice, school nursing, health visiting, CAMHS, police", high=5
    )
    common_platform_share: float = dial(0.0, PLAN, unit="share of online meetings on a platform that all agencies use")
    protection_team_share: float = dial(
        0.0, PLAN, unit="share of strategy discussions held by one multi-agency child protection team, which knows what each agency holds"
    )
    reflection_sessions: float = dial(0.0, PLAN, unit="meetings a month in which agencies reflect on their work together", high=4)
    missing_list_days: float = dial(
        0.0, PLAN, unit="days unseen from which a child on record is on the missing-from-view list; 0 for no list", high=365
    )
    missing_list_places: float = dial(
        20.0, PLAN, unit="children per 10,000 given a named professional each week", source="assumed", low=1, high=200
    )
    surge_staff: float = dial(0.0, PLAN, unit="surge workers per 10,000 children, who visit as second eyes", high=20)
    devices_share: float = dial(0.0, PLAN, unit="share of families without adequate digital access who have been given it")
    home_education_visits_a_year: float = dial(0.0, PLAN, unit="visits offered to each child educated at home", high=12)
    males_recorded_share: float = dial(0.0, PLAN, unit="share of male carers whom services had not recorded and now have")
    # What the times do to families: read behind the door only
    strain_shift: float = dial(0.0, CRISIS, unit="shift of the mean strain of an average family, in standard deviations", high=3)
    harm_incidence: float = dial(1.0, CRISIS, unit="new harm relative to ordinary times at equal strain", high=2.0)
    disengagement: float = dial(0.0, CRISIS, unit="share of families who would have opened the door and now do not", high=0.6)


DIALS = {f.name: f for f in fields(Conditions)}
ORDINARY = Conditions()
