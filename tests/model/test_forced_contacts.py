"""Relations between runs that logic forces, exact for every seed: of who is met, seen and in school."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from small_worlds import (
    SEEDS,
    Watched,
    alone,
    dial,
    forced,
    ordinary,
    small,
    turned,
    watched,
    worlds_made_by,
)

from simsafe.model import SafeguardingModel
from simsafe.plans.change import Change
from simsafe.world.contact import IN_PERSON, Agency, Digital, Mode
from simsafe.world.population import World

NO_STAFF = {"workforce__health_visitor_contact_share": 0.0, "workforce__social_worker_case_share": 0.0, "workforce__front_door_share": 0.0}
NO_INCIDENTS = {"truth__calls__incidents_abusive": 0.0, "truth__calls__incidents_other": 0.0}
NOBODY_OUT = {  # of school but for want of a place
    f"households__education__{name}": 0.0 for name in ("part_time", "excluded_primary", "excluded_secondary", "alternative", "missing")
}
SHUT = (
    *("school_open_share", "school_vulnerable_share", "setting_open_share", "gp_contact_share", "hospital_attendance_share"),
    *(f"{service}_contact_share" for service in ("midwifery", "school_nursing", "camhs", "early_help", "housing")),
)


@SEEDS
def test_without_any_contact_days_unseen_are_days_elapsed(seed):
    shut = turned(**dict.fromkeys(SHUT, 0.0))
    model = SafeguardingModel(ordinary(seed=seed, crisis=shut, parameters=forced(**NO_STAFF, **NO_INCIDENTS, hospital__medical_share=0.0)))
    before = model.contacts.seen.copy()
    for _ in range(60):
        model.step()
        assert model.contacts.today[:, IN_PERSON].sum() == 0
    assert np.array_equal(model.contacts.seen, before)
    row = int(np.flatnonzero(model.here)[0])
    assert model.child(row).days_unseen == 60 - int(before[row])


def nobody_online(world: World) -> World:
    return replace(world, families=replace(world.families, digital=np.full(len(world.families), Digital.NONE, dtype=np.int8)))


@SEEDS
def test_where_nobody_has_digital_access_nobody_meets_by_video(seed):
    def videos(days: list[Watched]) -> int:
        return sum(int((day.meetings.mode == Mode.VIDEO).sum()) for day in days)

    scenario = small(seed=seed, plan=(*dial("remote_video_share", 1.0), *dial("in_need_visit_in_person_share", 0.2)))
    with worlds_made_by(nobody_online):
        excluded, days = watched(scenario)
    assert videos(days) == 0
    assert any((day.attempt.mode == Mode.VIDEO).any() for day in days), "nobody even tried"
    assert videos(watched(scenario)[1]) > 0
    assert (excluded.digital == Digital.NONE).all()


def in_person_only_less(seed: int, **shares: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Last days seen in person of every child at the end of each day: as usual, and with some contacts remote instead."""
    runs = []
    for plan in ((), tuple(c for name, value in shares.items() for c in dial(name, value))):
        model, seen = SafeguardingModel(alone(ordinary(seed=seed, plan=plan))), []
        for _ in range(model.setup.days):
            model.step()
            seen.append(model.contacts.seen.copy())
        runs.append(seen)
    return runs[0], runs[1]


@SEEDS
def test_in_person_contacts_replaced_one_for_one_by_remote_ones_never_shorten_the_days_unseen_of_any_child(seed):
    social_care = dict.fromkeys(("enquiry", "protection_visit", "assessment_visit", "in_need_visit"), 0.0)
    remote = {f"{name}_in_person_share": share for name, share in social_care.items()}
    remote |= {"gp_face_to_face_share": 0.2, "health_visiting_in_person_share": 0.4, "early_help_in_person_share": 0.3}
    remote |= {f"{service}_in_person_share": 0.3 for service in ("midwifery", "school_nursing", "camhs", "housing")}
    usual, less = in_person_only_less(seed, **remote)
    for day, (then, now) in enumerate(zip(usual, less, strict=True)):
        assert (now <= then).all(), f"day {day}: {np.flatnonzero(now > then)} were seen in person only under the remote plan"
    assert any((now < then).any() for then, now in zip(usual, less, strict=True))


def in_school(days: list[Watched]) -> list[np.ndarray]:
    """Who was in school or nursery on each day with school."""
    place = (Agency.SCHOOLS, Mode.IN_SCHOOL)
    return [day.there[place] for day in days if place in day.there]


def closed_until(end: date) -> tuple[Change, ...]:
    return dial("school_open_share", 0.1, date(2020, 3, 23), end) + dial("school_vulnerable_share", 0.1, date(2020, 3, 23), end)


@SEEDS
@pytest.mark.parametrize("open_loop", [True, False])
def test_a_longer_closure_never_adds_school_contacts(seed, open_loop):
    def attendance(end: date) -> list[np.ndarray]:
        return in_school(watched(small(seed=seed, crisis=closed_until(end), plan=(), open_loop=open_loop))[1])

    shorter, longer = attendance(date(2020, 5, 10)), attendance(date(2020, 6, 12))
    if open_loop:  # nobody is known, so places are the same children's: true of every child
        assert all((more <= less).all() for less, more in zip(shorter, longer, strict=True))
    assert all(more.sum() <= less.sum() for less, more in zip(shorter, longer, strict=True))
    assert sum(int(more.sum()) for more in longer) < sum(int(less.sum()) for less in shorter)


def never_ill(world: World) -> World:
    return replace(world, children=replace(world.children, absence=np.zeros(len(world.children), dtype=np.float32)))


@SEEDS
@pytest.mark.parametrize("share", [0.3, 0.75, 1.0])
def test_the_days_in_school_of_known_pupils_are_the_share_with_places_times_the_open_days(seed, share):
    crisis = dial("school_open_share", 0.0, date(2020, 3, 23)) + dial("school_vulnerable_share", share, date(2020, 3, 23))
    with worlds_made_by(never_ill):
        model, days = watched(alone(small(3000, seed=seed, crisis=crisis, plan=(), end=date(2020, 5, 31), parameters=forced(**NOBODY_OUT))))
    first = (date(2020, 3, 23) - model.setup.first).days
    open_days = np.flatnonzero(model.calendar.school_day[: len(days)] & (np.arange(len(days)) >= first))
    assert open_days.size > 20
    on_roll = model.schooling.on_roll
    went = np.sum([day.there[(Agency.SCHOOLS, Mode.IN_SCHOOL)] for day in (days[d] for d in open_days)], axis=0)
    group = on_roll & model.world.children.ehcp  # nobody else is known: decisions change nothing here
    places = group & (went > 0)
    steady = group & (model.world.children.birth > -17.9 * 365)
    assert set(went[steady].tolist()) <= {0, open_days.size}
    assert went[steady].sum() == np.count_nonzero(places & steady) * open_days.size
    assert abs(np.count_nonzero(places) - share * group.sum()) <= 4 * np.sqrt(share * (1 - share) * group.sum()) + 1e-9
    assert went[on_roll & ~group].sum() == 0


def test_while_schools_are_shut_to_most_a_larger_share_of_places_only_adds_pupils():
    def pupils(share: float) -> np.ndarray:
        crisis = dial("school_open_share", share) + dial("school_vulnerable_share", share)
        return np.any(in_school(watched(alone(small(crisis=crisis, plan=())), days=30)[1]), axis=0)

    few, many = pupils(0.2), pupils(0.45)
    assert (few <= many).all()
    assert 0 < few.sum() < many.sum()
