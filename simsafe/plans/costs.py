"""What each lever costs: minutes of a profession or pounds, for each unit of an activity that a run counts.

Minutes that the model spends by itself, because they come out of the hours of simulated staff, are said to be ``funded``: the hours
table has them already and must not add them again. All others are asked of people or money outside the simulation. A figure without a
published source is assumed, with a range wide enough to say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from simsafe.ground.parameter import Grade

ASSUMED = "assumed"
ACTIVITIES: dict[str, str] = {  # what is counted: how
    "doorstep_visits": "calls at the door by schools, opened or not (coverage of schools by doorstep, and tries)",
    "school_check_ins": "pupils at home reached remotely by their school, once a week each",
    "school_invitations": "vulnerable pupils at home rung by their school, once a week each: dial school_invitation_share times those",
    "lead_talks": "talks of designated leads with pupils (coverage of schools by clinic)",
    "health_visitor_contacts": "contacts of health visitors, by mode (coverage)",
    "general_practice_contacts": "children's contacts with practices, by mode (coverage)",
    "social_work_visits": "visits by social workers, by mode (coverage, or Event.VISIT)",
    "social_work_remote_visits": "of these by video or telephone",
    "social_work_calls": "calls to families who do not engage (coverage of social care by telephone, beyond visits)",
    "ratings": "open children rated by risk: dial rated_share times open cases, once in rating_review_weeks each",
    "chronologies": "records read again (measure chronologies)",
    "home_education_visits": "visits to children educated at home, tried",
    "males_recorded": "male carers written down who were not before",
    "supervision_hours": "hours of supervision beyond the ordinary, workers in post times months",
    "peer_meetings": "workers in organised peer support, times months",
    "workers": "workers in post on the first day of the lever",
    "strategy_discussions": "strategy discussions held (Event.MEETING)",
    "joint_assessments": "strategy discussions that assess risk jointly: dial joint_assessment_share times those held",
    "meetings": "strategy discussions, conferences, core groups and reviews held (Event.MEETING)",
    "partner_requests": "practices called to meetings",
    "referral_enquiries": "enquiries of the front door with partners about referrals",
    "cpis_settings": "settings connected, once each",
    "devices_given": "devices with data given to families: dial devices_share times families without adequate access",
    "early_help_contacts": "contacts of early help and children's centres (coverage)",
    "early_help_place_weeks": "places beyond the ordinary, times weeks",
    "school_nurse_contacts": "contacts of school nurses (coverage)",
    "camhs_contacts": "contacts of CAMHS (coverage)",
    "adult_service_contacts": "contacts of adult services with parents who are patients",
    "housing_contacts": "contacts of housing officers (coverage)",
    "reflection_sessions": "meetings to reflect: dial reflection_sessions times months",
    "list_meetings": "weekly meetings over the missing-from-view list",
    "list_visits": "visits by named professionals to children on the list, tried",
    "surge_worker_days": "working days of surge workers: dial surge_staff times children over 10,000",
    "health_visitor_extra_minutes": "minutes added to health visitors' by the dial health_visitor_extra_share",
    "front_door_extra_minutes": "minutes added to the front door's by the dial front_door_extra_share",
    "redeployment_weeks": "weeks in which redeployment is asked for",
    "weeks": "weeks in which a lever waits for a trigger",
    "plan": "once for the plan",
}

OF_THE_AREA = (  # activities that are as many however few of the area's children are simulated; all others grow with the children
    "plan", "cpis_settings", "list_meetings", "reflection_sessions", "redeployment_weeks", "weeks",
)  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """Minutes of one profession, or pounds, for one unit of an activity; ``low`` and ``high`` are its plausible range in the same unit."""

    profession: str
    task: str
    per: str
    minutes: float = 0.0
    pounds: float = 0.0
    low: float = 0.0
    high: float = 0.0
    source: str = ASSUMED
    grade: Grade = Grade.D
    funded: bool = False


def staff(profession: str, task: str, per: str, minutes: float, low: float, high: float, source: str = ASSUMED, **more: object) -> Cost:
    """A cost in minutes."""
    return Cost(profession, task, per, minutes=minutes, low=low, high=high, source=source, **more)  # type: ignore[arg-type]


def money(task: str, per: str, pounds: float, low: float, high: float, source: str = ASSUMED) -> Cost:
    """A cost in pounds."""
    return Cost("none", task, per, pounds=pounds, low=low, high=high, source=source)


DOOR = staff("school staff", "doorstep visits", "doorstep_visits", 20, 5, 60, "schools.doorstep_minutes, assumed")
HOME_VISIT = staff("social workers", "visits", "social_work_visits", 120, 45, 240, "visits.home_minutes, assumed; QU06", funded=True)
REMOTE_VISIT = staff(
    "social workers", "remote visits", "social_work_remote_visits", 45, 15, 120, "visits.remote_minutes, assumed", funded=True
)
HEALTH_VISIT = staff(
    "health visitors", "contacts", "health_visitor_contacts", 75, 40, 150, "health_visiting.home_minutes, assumed", funded=True
)
EARLY = staff("early help staff", "contacts", "early_help_contacts", 60, 20, 150)
ADMIN = staff("business support", "meetings online", "meetings", 10, 0, 30)
PRACTICE = staff("general practitioners", "meetings and reports", "partner_requests", 30, 10, 90)

COSTS: dict[str, tuple[Cost, ...]] = {
    "keep_school_places": (staff("school staff", "invitations and follow-up", "school_invitations", 20, 5, 60, "assumed; SF120"),),
    "school_places_taken": (),
    "school_check_ins": (staff("school staff", "check-ins", "school_check_ins", 10, 3, 30),),
    "doorstep_rounds": (DOOR,),
    "protect_health_visitors": (),
    "universal_health_visiting": (HEALTH_VISIT,),
    "in_person_health_visiting": (HEALTH_VISIT,),
    "health_visiting_mode": (HEALTH_VISIT,),
    "gp_face_to_face_kept": (staff("general practitioners", "face to face instead of telephone", "general_practice_contacts", 5, 0, 15),),
    "in_person_visits": (HOME_VISIT,),
    "visiting_by_risk": (HOME_VISIT, REMOTE_VISIT),
    "doorstep_visits": (staff("social workers", "visits", "social_work_visits", 75, 30, 150, "visits.doorstep_minutes", funded=True),),
    "unannounced_visits": (),
    "home_education_visits": (staff("education officers", "home education visits", "home_education_visits", 90, 45, 180),),
    "record_fathers": (staff("health visitors and social workers", "recording", "males_recorded", 15, 5, 60),),
    "video_first": (REMOTE_VISIT,),
    "supervision": (
        staff("social workers", "supervision", "supervision_hours", 60, 60, 60, "by definition", grade=Grade.RULE, funded=True),
        staff("managers", "supervision", "supervision_hours", 75, 60, 90, "an hour and its preparation, assumed"),
    ),
    "peer_support": (staff("all three professions", "peer support", "peer_meetings", 60, 30, 120),),
    "managed_leave": (),
    "caseload_cap": (),
    "chronology_reviews": (
        staff("social workers", "reading records again", "chronologies", 60, 15, 300, "casework.chronology_minutes, assumed", funded=True),
    ),
    "pre_agreed_sharing": (staff("managers", "agreement and training", "plan", 6_000, 1_000, 30_000),),
    "history_within_days": (staff("partners", "looking up records", "referral_enquiries", 15, 5, 60),),
    "online_meetings": (ADMIN,),
    "hybrid_meetings": (ADMIN, money("equipment of rooms", "plan", 20_000, 2_000, 100_000)),
    "gp_engagement": (PRACTICE,),
    "co_location": (staff("partners", "at the front door", "referral_enquiries", 20, 5, 60),),
    "joint_risk_assessment": (staff("partners", "joint assessments", "joint_assessments", 120, 30, 300),),
    "extended_cpis": (money("connecting a setting", "cpis_settings", 50_000, 5_000, 250_000),),
    "devices_and_data": (money("device and a year of data", "devices_given", 300, 150, 600),),
    "early_help_kept": (EARLY,),
    "early_help_mode": (EARLY,),
    "invite_to_school": (staff("school staff", "invitations and follow-up", "school_invitations", 20, 5, 60, "assumed; SF120"),),
    "risk_rating": (staff("social workers and managers", "rating", "ratings", 15, 5, 45, "assumed; SF122"), HOME_VISIT, REMOTE_VISIT),
    "mode_by_age_and_access": (HOME_VISIT,),
    "phone_cadence": (
        staff("social workers", "calls", "social_work_calls", 15, 5, 60, "ratings.call_minutes, assumed; SF123", funded=True),
    ),
    "remote_protocol": (
        staff("social workers", "remote visits", "social_work_remote_visits", 5, 0, 20, "visits.protocol_minutes; SF124", funded=True),
    ),
    "fewer_adults": (),
    "disengagement_as_sign": (HOME_VISIT,),
    "missing_from_view": (
        staff("partners", "weekly list", "list_meetings", 480, 120, 1_200, "eight people for an hour, assumed"),
        staff("school, health and family support staff", "visits to children on the list", "list_visits", 45, 20, 120),
    ),
    "mutual_aid": (staff("surge staff", "visits as second eyes", "surge_worker_days", 444, 370, 480, "a working day", grade=Grade.RULE),),
    "reopening_surge": (
        staff("designated leads", "talks with pupils", "lead_talks", 15, 5, 60, "schools.lead_talk_minutes, assumed"),
        staff("health visitors", "hours booked", "health_visitor_extra_minutes", 1, 1, 1, "by definition", grade=Grade.RULE),
        staff("front door", "hours booked", "front_door_extra_minutes", 1, 1, 1, "by definition", grade=Grade.RULE),
    ),
    "redeployment_governance": (staff("safeguarding leads", "consultation and handover", "redeployment_weeks", 240, 60, 900),),
    "school_nursing_kept": (staff("school nurses", "contacts", "school_nurse_contacts", 40, 15, 90),),
    "camhs_kept": (staff("CAMHS staff", "contacts", "camhs_contacts", 75, 45, 120),),
    "adult_services_kept": (staff("adult services staff", "contacts", "adult_service_contacts", 60, 30, 120),),
    "housing_kept": (staff("housing officers", "contacts", "housing_contacts", 45, 15, 120),),
    "early_help_capacity": (staff("early help staff", "places", "early_help_place_weeks", 90, 30, 240, "SF135; assumed"),),
    "multi_agency_reflection": (
        staff("all agencies", "reflecting together", "reflection_sessions", 1_080, 360, 3_600, "twelve people for 90 minutes, assumed"),
    ),
    "curiosity_training": (
        staff("social workers and health visitors", "training", "workers", 444, 180, 900, "a day each, assumed; SF138"),
    ),
    "protection_team": (
        staff("police and health", "in the team", "strategy_discussions", 120, 60, 300, "assumed; SF145"),
        money("setting up", "plan", 250_000, 50_000, 1_000_000),
    ),
    "common_platform": (money("licences and support", "plan", 30_000, 0, 200_000),),
}
FREE: dict[str, str] = {  # levers that cost nothing of their own, and why
    "school_places_taken": "it describes who came; places are staffed whether they are taken or not",
    "protect_health_visitors": "posts are funded already; what the crisis would have used them for is not simulated",
    "unannounced_visits": "a visit takes as long without notice; visits in vain are made again, and counted as minutes",
    "managed_leave": "leave is taken at another time; planning it is part of a manager's work",
    "caseload_cap": "nothing is bought; children beyond the cap wait without a worker, which the tables count",
    "fewer_adults": "it takes fewer people, not more; those left out are not simulated",
}
WATCHING = staff("analysts", "figures for triggers, once a week while a lever waits", "weeks", 120, 30, 480, "assumed; SF147")


def costs_of(lever: str) -> tuple[Cost, ...]:
    """What a lever costs; nothing where ``FREE`` says why."""
    return COSTS[lever]


def in_words(cost: Cost) -> str:
    """A cost as a line: ``20 minutes of school staff a unit of doorstep_visits (5 to 60; assumed)``."""
    amount = f"{cost.minutes:g} minutes of {cost.profession}" if cost.minutes else f"{cost.pounds:g} pounds"
    counted = ", already in simulated hours" if cost.funded else ""
    return f"{amount} per {cost.per} ({cost.low:g} to {cost.high:g}; {cost.source}{counted})"
