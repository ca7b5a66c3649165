"""Every parameter and every dial is read by the code in a run: none is there for show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pytest
from small_worlds import forced, groups_in, run, small, turned

from simsafe.model import SafeguardingModel
from simsafe.scenario import Parameters
from simsafe.world.area import Area
from simsafe.world.area.profile import MEASURES, NOT_READ
from simsafe.world.conditions import DIALS, Conditions

MAY_BE_UNREAD = {  # in a small run
    "truth.harm.likely_ratio",  # read for one figure
    "workforce.kept_without_handover",  # read when a visitor is called away (tests/model/test_workforce.py)
}


class Reading:
    """Which numbers of which groups are looked up while it listens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, classes: set[type]) -> None:
        self.read: dict[type, set[str]] = defaultdict(set)
        for cls in classes:
            monkeypatch.setattr(cls, "__getattribute__", self._listen(cls), raising=False)

    def _listen(self, cls: type):
        def heard(thing: Any, name: str) -> Any:
            self.read[cls].add(name)
            return object.__getattribute__(thing, name)

        return heard


def test_every_parameter_and_every_dial_is_read(monkeypatch):
    everything_on = turned(
        school_doorstep_weeks=2.0, school_check_in_share=0.5, devices_share=0.3, doorstep_share=0.5, protection_visit_in_person_share=0.5,
        health_visiting_in_person_share=0.5, health_visitors_protected=0.2, sharing_log_odds=0.1, meeting_log_odds=0.1,
        supervision_hours=2.0, peer_support=0.5, leave_managed=0.2,
        chronology_review_weeks=8.0,
        males_recorded_share=0.3, home_education_visits_a_year=4.0,
        meetings_online_share=0.3, meetings_hybrid_share=0.3, joint_assessment_share=0.5, cpis_settings=5.0, consent_doubt_share=0.5,
        school_invitation_share=0.5, lead_talks_weeks=4.0, redeployment_governance=0.5, health_visitor_extra_share=0.1, rated_share=0.5,
        rating_review_weeks=4.0, phone_cadence_weeks=2.0, closed_door_nats=0.3, remote_protocol_share=0.5, adults_in_room=1.0,
        under_five_in_person_share=0.5, no_access_in_person_share=0.5, front_door_extra_share=0.1, noticing_gain=0.05,
        common_platform_share=0.5, protection_team_share=0.5, reflection_sessions=1.0, missing_list_days=28.0, missing_list_places=50.0,
        surge_staff=1.0,
    )  # fmt: skip
    often = {"assessment__strategy": 2.0, "assessment__conference": 2.0, "plans__first_review": 30, "plans__next_reviews": 30}
    often |= {"truth__calls__disclosure": 0.5, "police_protection__at_once": 4.0, "meetings__goes_ahead": 0.3}
    parameters = forced(**often)
    groups = dict(groups_in(parameters))
    scenario = replace(small(4000, plan=everything_on, start=date(2020, 2, 10), end=date(2020, 7, 31)), parameters=parameters)
    model = SafeguardingModel(scenario)
    conditions = {id(model.timetable.on(day)) for day in range(scenario.days)}  # made, and so checked, before anybody listens
    assert len(conditions) > 5
    timetable = model.timetable
    reading = Reading(monkeypatch, {type(g) for g in groups.values()} | {Conditions})
    for group in groups.values():
        if type(group).__name__ == "Nature":
            group.__post_init__()
    model = SafeguardingModel(scenario)
    reading.read[Conditions].clear()
    model.timetable = timetable
    for _ in range(scenario.days):
        model.step()
    unread = {f"{path}.{f.name}" for path, g in groups.items() for f in fields(g) if f.metadata and f.name not in reading.read[type(g)]}
    assert unread <= MAY_BE_UNREAD, unread
    unread = set(DIALS) - reading.read[Conditions]
    assert not unread


def test_every_figure_of_an_area_is_read_or_said_not_to_be(monkeypatch):
    scenario = small(600)
    reading = Reading(monkeypatch, {Area})
    run(scenario, days=3)
    figures = {f.name for f in MEASURES}
    assert figures - reading.read[Area] == set(NOT_READ)


def test_every_group_of_parameters_is_a_group_of_its_own():
    """The test above listens class by class, which would miss a number if two groups shared a class."""
    groups = [type(g) for _, g in groups_in(Parameters()) if any(f.metadata for f in fields(g))]
    assert len(groups) == len(set(groups)) > 15
    assert all(is_dataclass(g) for g in groups)


def test_listening_would_notice_a_number_that_nobody_reads(monkeypatch):
    group = Parameters().thresholds
    reading = Reading(monkeypatch, {type(group)})
    assert group.schools > 0
    assert reading.read[type(group)] == {"schools"}
