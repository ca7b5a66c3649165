"""Every lever, pulled alone in a crisis, does something: from its first day on the event log is another one, and not before."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from small_worlds import as_happened, assert_same_log, log_of, run, small, turned

from simsafe.plans.catalogue import SHELF
from simsafe.plans.shelf import changes_of, over

START = date(2020, 4, 6)
LONG = {"start": date(2020, 3, 1), "end": date(2020, 7, 31), "warm_up_days": 14}
LARGER = ("unannounced_visits", "adult_services_kept", "fewer_adults")  # what they change is too rare for a small world
EARLIER = {"protection_team": date(2019, 10, 7), "hybrid_meetings": date(2020, 3, 25)}  # half a year to set up; before all is online
MORE = {  # settings of their own, where the default is what the reference does already, or needs more time than there is
    "school_places_taken": {"school_vulnerable_share": 0.5}, "school_check_ins": {"school_check_in_share": 0.3},
    "visiting_by_risk": {"protection_visit_in_person_share": 0.8}, "health_visiting_mode": {"health_visiting_in_person_share": 0.6},
    "doorstep_visits": {"doorstep_share": 0.9}, "unannounced_visits": {"unannounced_share": 0.9},
    "online_meetings": {"meetings_online_share": 0.1}, "early_help_mode": {"early_help_in_person_share": 0.1},
    "early_help_kept": {"early_help_in_person_share": 0.95}, "in_person_visits": {"protection_visit_in_person_share": 1.0},
    "redeployment_governance": {"redeployment_governance": "approve"}, "caseload_cap": {"caseload_cap": 5},
    "protect_health_visitors": {"health_visitors_protected": 1.0}, "record_fathers": {"males_recorded_share": 1.0},
    "multi_agency_reflection": {"reflection_sessions": 4}, "curiosity_training": {"noticing_gain": 0.4},
}  # fmt: skip


def scenario(name=None, start=START, children=3000, **more):
    """As it happened in a small England, and one lever beside it."""
    plan = as_happened()
    if name:
        settings = {**MORE.get(name, {}), **more, "from": start.isoformat(), "to": "2020-07-31"}
        plan = over(plan, changes_of({"levers": {name: settings}}), {}, "plan")
    return small(children, plan=plan, seed=3, **LONG)


@pytest.fixture(scope="module")
def without():
    return run(scenario())


def diary(model):
    """What the diary holds: meetings and stocks of every day, and the staff of every week."""
    tables = (model.measures.stocks, model.measures.staff.table)
    return np.concatenate([column.astype(float).ravel() for table in tables for column in table.state().values()])


QUICK = ("missing_from_view", "risk_rating", "mutual_aid", "reopening_surge", "early_help_capacity", "curiosity_training")


@pytest.mark.parametrize("name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in SHELF])
def test_a_lever_changes_the_run_from_its_first_day_on_and_no_day_before(name, without):
    children = 12_000 if name in LARGER else 3_000
    model = run(scenario(name, EARLIER.get(name, START), children))
    other = run(scenario(children=children)) if name in LARGER else without
    first = model.timetable.first_difference(other.timetable)
    assert first is not None, "it turns no dial"
    mine, theirs = log_of(model), log_of(other)
    assert np.array_equal(mine[mine[:, 0] < first], theirs[theirs[:, 0] < first])
    assert not np.array_equal(mine, theirs) or not np.array_equal(diary(model), diary(other)), "it changes nothing"


def test_every_new_dial_is_read_and_at_its_ordinary_value_changes_nothing(without):
    ordinary = turned(
        school_invitation_share=0.0, lead_talks_weeks=0.0, redeployment_governance=0.0, health_visitor_extra_share=0.0, rated_share=0.0,
        rating_review_weeks=1.0, phone_cadence_weeks=0.0, closed_door_nats=0.0, remote_protocol_share=0.0, adults_in_room=2.0,
        under_five_in_person_share=0.0, no_access_in_person_share=0.0, front_door_extra_share=0.0, noticing_gain=0.0,
        common_platform_share=0.0, protection_team_share=0.0, reflection_sessions=0.0, missing_list_days=0.0, missing_list_places=99.0,
        surge_staff=0.0,
    )  # fmt: skip
    plan = over(as_happened(), ordinary, {}, "plan")
    assert_same_log(run(replace(scenario(), plan=plan)), without)
