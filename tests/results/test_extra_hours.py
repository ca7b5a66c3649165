"""What plans ask of people and money outside the simulated staff, from activities that were counted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest
from small_worlds import covid, run, small, turned

import simsafe.results.kept.hours as kept_hours
from simsafe.plans.shelf import changes_of
from simsafe.results.kept.activities import COUNTED, ONCE, WHILE_PULLED, pulled
from simsafe.results.kept.facts import Facts
from simsafe.results.kept.hours import EXTRA, hours, uncounted
from simsafe.world.conditions import ORDINARY

DAYS = (date(2020, 4, 6), date(2020, 5, 31))


@dataclass(frozen=True)
class Cost:
    """As in ``simsafe/plans/costs.py``."""

    profession: str
    task: str
    per: str
    minutes: float = 0.0
    pounds: float = 0.0
    low: float = 0.0
    high: float = 0.0
    funded: bool = False


@pytest.fixture(scope="module")
def facts():
    """Doorstep rounds, supervision, peers, co-location, fathers and devices from 6 April to the end of May."""
    dials = {"school_doorstep_weeks": 1.0, "supervision_hours": 3.0, "peer_support": 0.8, "colocation_share": 0.8,
             "males_recorded_share": 0.6, "devices_share": 0.5, "cpis_settings": 4.0}  # fmt: skip
    return Facts.of(run(small(600, crisis=covid(), plan=turned(DAYS, **dials))))


def spent(facts, monkeypatch, **costs):
    """Extra hours of the whole run by profession."""
    monkeypatch.setattr(kept_hours, "costs", lambda: costs)
    table = hours(facts)
    own = table[(table["period"] == "all") & (table["paid"] == EXTRA)]
    return own.set_index("profession")


def test_minutes_are_those_of_a_unit_times_the_units(facts, monkeypatch):
    made = spent(facts, monkeypatch, doorstep_rounds=(Cost("school staff", "visits", "doorstep_visits", 20),))
    assert made.loc["school staff", "hours"] == pytest.approx(facts.activities["doorstep_visits"].sum() / 3)
    assert made.loc["school staff", "hours"] > 0


def test_a_cost_that_two_levers_declare_is_counted_once(facts, monkeypatch):
    once = spent(facts, monkeypatch, doorstep_rounds=(Cost("school staff", "visits", "doorstep_visits", 20),))
    twice = spent(
        facts,
        monkeypatch,
        **dict.fromkeys(("doorstep_rounds", "in_person_visits"), (Cost("school staff", "visits", "doorstep_visits", 20),)),
    )
    assert twice["hours"].tolist() == once["hours"].tolist()


def test_what_is_funded_already_is_not_added_again(facts, monkeypatch):
    assert spent(facts, monkeypatch, doorstep_rounds=(Cost("school staff", "visits", "doorstep_visits", 20, funded=True),)).empty


def test_what_goes_on_anyway_costs_only_while_its_lever_is_pulled(facts, monkeypatch):
    made = spent(
        facts, monkeypatch,
        co_location=(Cost("partners", "at the front door", "referral_enquiries", 60),),
        history_within_days=(Cost("archivists", "looking up", "referral_enquiries", 60),),
    )  # fmt: skip
    first = (DAYS[0] - facts.model.setup.first).days
    days = slice(first, first + (DAYS[1] - DAYS[0]).days + 1)
    assert made.loc["partners", "hours"] == facts.model.measures.daily["referrals"][days].sum() > 0
    assert made.loc["archivists", "hours"] == 0


def test_what_is_asked_for_once_is_asked_for_on_the_first_day(facts, monkeypatch):
    made = spent(
        facts, monkeypatch,
        peer_support=(Cost("everybody", "training", "workers", 60), Cost("managers", "agreement", "plan", 600)),
        extended_cpis=(Cost("none", "connecting", "cpis_settings", pounds=50_000, low=5_000, high=250_000),),
        hybrid_meetings=(Cost("nobody", "rooms", "plan", 600),),
    )  # fmt: skip
    staff = facts.model.measures.staff.table
    week = staff["day"] == staff["day"][staff["day"] >= (DAYS[0] - facts.model.setup.first).days].min()
    assert made.loc["everybody", "hours"] == pytest.approx(staff["in_post"][week].sum())
    assert made.loc["managers", "hours"] == 10
    assert made.loc["nobody", "hours"] == 0
    assert made.loc["none", ["hours", "pounds_low", "pounds_high"]].tolist() == [0, 20_000, 1_000_000]


def test_a_lever_is_pulled_on_its_days_if_all_its_dials_move(facts):
    on = pulled(facts, ["doorstep_rounds", "pre_agreed_sharing", "no_such_lever"])
    first = (DAYS[0] - facts.model.setup.first).days
    assert np.flatnonzero(on["doorstep_rounds"]).tolist() == list(range(first, first + (DAYS[1] - DAYS[0]).days + 1))
    assert not on["pre_agreed_sharing"].any()
    assert not on["no_such_lever"].any()


def test_supervision_beyond_the_ordinary_is_counted_by_the_month(facts):
    days = (DAYS[1] - DAYS[0]).days + 1
    workers = facts.model.measures.staff.table["in_post"].reshape(-1, 3).sum(axis=1)
    made = facts.activities["supervision_hours"].sum()
    expected = (3.0 - ORDINARY.supervision_hours) * days / 30.4375
    assert workers.min() * expected <= made <= workers.max() * expected


def test_fathers_and_devices_are_given_once(facts):
    for name in ("males_recorded", "devices_given"):
        assert np.count_nonzero(facts.activities[name]) == 1
        assert facts.activities[name].sum() > 0


def test_activities_of_ordinary_times_are_nought_or_go_on_under_every_plan():
    ordinary = Facts.of(run(small(600, crisis=(), plan=(), end=date(2020, 4, 30))))
    going_on = {name for name, days in ordinary.activities.items() if days.sum()}
    assert going_on <= {*WHILE_PULLED, "general_practice_contacts", "early_help_contacts", "school_nurse_contacts", "camhs_contacts",
                        "housing_contacts", "adult_service_contacts", "cpis_notices"}  # fmt: skip


def test_every_activity_has_its_days_and_those_that_nobody_counts_are_named(facts, monkeypatch):
    assert set(facts.activities) == {*COUNTED, *WHILE_PULLED}
    assert not set(ONCE) & set(facts.activities)
    assert all(days.size == facts.model.day and (days >= 0).all() for days in facts.activities.values())
    monkeypatch.setattr(kept_hours, "costs", lambda: {"doorstep_rounds": (Cost("a", "b", "no_such_activity", 1),)})
    assert uncounted() == {"no_such_activity": ("doorstep_rounds",)}


def hours_of(lever, **settings):
    """Facts of a small run in which one lever is pulled from 6 April to the end of May."""
    dates = {"from": DAYS[0].isoformat(), "to": DAYS[1].isoformat()}
    return Facts.of(run(small(1500, plan=changes_of({"levers": {lever: settings | dates}}))))


def test_no_cost_is_given_by_an_activity_that_nobody_counts():
    assert uncounted() == {}


def test_to_keep_places_asks_for_invitations_and_to_say_how_many_came_does_not():
    assert hours_of("school_places_taken", school_vulnerable_share=0.6).activities["school_invitations"].sum() == 0
    kept = hours_of("keep_school_places", school_vulnerable_share=0.6)
    assert kept.activities["school_invitations"].sum() > 0
    both = [one for one in kept_hours.extra(kept) if one.task == "invitations and follow-up"]
    assert len(both) == 1, "keep_school_places and invite_to_school have one line of cost"
    asked = hours_of("invite_to_school")
    assert asked.activities["school_invitations"].sum() > 0


def test_visits_of_the_list_are_counted_apart_from_doorstep_rounds():
    facts = hours_of("missing_from_view", missing_list_days=14.0)
    assert facts.activities["list_visits"].sum() > 0
    assert facts.activities["doorstep_visits"].sum() == 0


def test_surge_staff_are_not_paid_again_as_early_help_staff():
    plain, surge = (Facts.of(run(small(1500, plan=plan))) for plan in ((), turned(DAYS, surge_staff=10.0)))
    met = [facts.activities["early_help_contacts"].sum() for facts in (plain, surge)]
    assert surge.activities["second_eyes_contacts"].sum() > 20
    assert met[1] < met[0] + surge.activities["second_eyes_contacts"].sum() / 2


def test_hours_booked_are_extra_and_not_in_funded_hours_too():
    facts = Facts.of(run(small(1500, plan=turned(DAYS, front_door_extra_share=0.5))))
    table: Any = hours(facts)
    own = table[(table["period"] == "all") & (table["profession"] == "front door")]
    daily, first = facts.model.measures.daily, facts.periods["all"][0]
    assert own["hours"].sum() == pytest.approx(daily["front_door_minutes"][first:].sum() / 60)


def test_ratings_are_those_that_were_made():
    facts = hours_of("risk_rating")
    assert facts.activities["ratings"].sum() > 0


def test_a_service_that_is_kept_costs_what_is_added_to_what_the_crisis_leaves():
    facts = hours_of("school_nursing_kept", school_nursing_contact_share=0.9)
    (one,) = [part for part in kept_hours.extra(facts) if part.profession == "school nurses"]
    assert 0 < one.units.sum() < facts.activities["school_nurse_contacts"].sum()
