"""Which levers there are: the name of each in a plan, and its class."""

from __future__ import annotations

from simsafe.ground.parameter import Checked
from simsafe.plans import levers

SHELF: dict[str, type[Checked]] = {
    "keep_school_places": levers.KeepSchoolPlaces,
    "school_places_taken": levers.SchoolPlacesTaken,
    "school_check_ins": levers.SchoolCheckIns,
    "doorstep_rounds": levers.DoorstepRounds,
    "protect_health_visitors": levers.ProtectHealthVisitors,
    "universal_health_visiting": levers.UniversalHealthVisiting,
    "in_person_health_visiting": levers.InPersonHealthVisiting,
    "health_visiting_mode": levers.HealthVisitingMode,
    "gp_face_to_face_kept": levers.GpFaceToFaceKept,
    "in_person_visits": levers.InPersonVisits,
    "visiting_by_risk": levers.VisitingByRisk,
    "doorstep_visits": levers.DoorstepVisits,
    "unannounced_visits": levers.UnannouncedVisits,
    "home_education_visits": levers.HomeEducationVisits,
    "record_fathers": levers.RecordFathers,
    "video_first": levers.VideoFirst,
    "supervision": levers.Supervision,
    "peer_support": levers.PeerSupport,
    "managed_leave": levers.ManagedLeave,
    "caseload_cap": levers.CaseloadCap,
    "chronology_reviews": levers.ChronologyReviews,
    "pre_agreed_sharing": levers.PreAgreedSharing,
    "history_within_days": levers.HistoryWithinDays,
    "online_meetings": levers.OnlineMeetings,
    "hybrid_meetings": levers.HybridMeetings,
    "gp_engagement": levers.GpEngagement,
    "co_location": levers.CoLocation,
    "joint_risk_assessment": levers.JointRiskAssessment,
    "extended_cpis": levers.ExtendedCpis,
    "devices_and_data": levers.DevicesAndData,
    "early_help_kept": levers.EarlyHelpKept,
    "early_help_mode": levers.EarlyHelpMode,
}
