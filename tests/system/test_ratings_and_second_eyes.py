"""Ratings, closed doors, calls, the missing-from-view list and surge staff: each does what its words say, from records alone."""

from dataclasses import replace

import numpy as np
import pytest
from small_worlds import LONGER, as_happened, forced, run, small, turned

from simsafe.model import SafeguardingModel
from simsafe.plans.shelf import over
from simsafe.saving import load, save
from simsafe.system.cases import NEVER, Stage
from simsafe.system.events import Event
from simsafe.system.ratings import AMBER, GREEN, RED, UNRATED
from simsafe.system.second_eyes import SecondEyes
from simsafe.world.contact import Agency, Mode


def scenario(children=2000, **dials):
    """As it happened, with some dials turned beside."""
    return small(children, plan=over(as_happened(), turned(**dials), {}, "plan"), **LONGER)


def tries_of(model, days):
    """Everything that was tried on so many days more."""
    seen, answer = [], model.behind.answer

    def listen(attempt, presences, now, digital, day):
        seen.append((day, attempt))
        return answer(attempt, presences, now, digital, day)

    model.behind.answer = listen
    for _ in range(days):
        model.step()
    return seen


def test_whoever_has_a_plan_or_an_enquiry_is_red_and_the_rest_by_worry():
    exact = forced(ratings__noise=0.0)
    model = run(replace(scenario(rated_share=1.0, rating_review_weeks=1.0), parameters=exact), 60)
    cases, ratings = model.cases, model.casework.ratings
    open_now = ~cases["closed"] & (cases["opened"] < model.day - 10)
    child, rating = cases["child"][open_now], ratings.rating[cases["child"][open_now]]
    assert (rating != UNRATED).all()
    assert (rating[cases["stage"][open_now] == Stage.PROTECTION] == RED).all()
    plain = (cases["stage"][open_now] != Stage.PROTECTION) & (cases["enquiry_end"][open_now] == NEVER)
    worry = model.records.worry_of(Agency.SOCIAL_CARE, child[plain], model.day)
    assert worry[rating[plain] == GREEN].mean() < worry[rating[plain] >= AMBER].mean()
    assert set(rating) == {GREEN, AMBER, RED}


def test_a_noisy_rating_is_often_another_one():
    exact, noisy = (
        run(replace(scenario(rated_share=1.0), parameters=forced(ratings__noise=n)), 45).casework.ratings.rating for n in (0.0, 3.0)
    )
    both = (exact != UNRATED) & (noisy != UNRATED)
    assert 0.1 < (exact[both] != noisy[both]).mean() < 0.9


def test_ratings_are_forgotten_when_the_lever_is_let_go():
    model = run(scenario(), 40)
    assert (model.casework.ratings.rating == UNRATED).all()


def test_a_closed_door_adds_worry_no_more_than_so_often_and_the_next_try_is_in_person():
    model = run(scenario(closed_door_nats=1.0), 60)
    ratings, day, now = model.casework.ratings, model.day, model.timetable.on(model.day)
    child = model.cases["child"][:1].astype(np.int64)
    before = [float(model.records.worry_of(Agency.SOCIAL_CARE, child, day)[0])]
    ratings.closed_doors[child] = 0
    for _ in range(5):
        ratings.notice_doors(child, np.array([False]), now, day)
        before.append(float(model.records.worry_of(Agency.SOCIAL_CARE, child, day)[0]))
    assert np.diff(before) == pytest.approx([1, 1, 1, 0, 0], abs=0.05)
    assert ratings.shares(child, np.array([3]), now).tolist() == [1.0]
    ratings.notice_doors(child, np.array([True]), now, day)
    assert ratings.closed_doors[child] == 0


def test_families_who_did_not_open_are_rung_and_nobody_else():
    model = run(scenario(phone_cadence_weeks=1.0), 50)
    shut = model.casework.ratings.closed_doors
    found = 0
    for _ in range(14):
        silent = set(np.flatnonzero(shut > 0).tolist())
        ((_, attempt),) = tries_of(model, 1)
        calls = attempt.who[attempt.key != 0][(attempt.agency == Agency.SOCIAL_CARE) & (attempt.mode == Mode.PHONE)]
        visits = model.casework.spent(model.day - 1)[0]
        found += len(silent & set(calls.tolist()))
        assert visits >= 0
    assert found > 0


def test_the_list_holds_children_on_record_whom_nobody_saw_for_so_long_up_to_its_places():
    model = run(scenario(missing_list_days=42.0, missing_list_places=20.0), 80)
    calendar, places = model.calendar, round(20.0 * model.setup.area.children / 10_000)
    looked = 0
    for _ in range(14):
        monday, before, day = calendar.weekday[model.day] == 0, model.contacts.seen.copy(), model.day
        model.step()
        listed = model.second_eyes._listed
        if not monday or not calendar.working[day]:
            assert listed.size == 0
            continue
        looked += listed.size
        assert listed.size <= places
        assert (day - np.maximum(before[listed], model.world.children.birth[listed]) >= 42).all()
        assert model.here[listed].all()
    assert looked > 0


def test_who_is_not_found_twice_is_told_to_the_front_door_with_all_that_is_held():
    nobody_opens = forced(second_eyes__tries=1)
    model = run(replace(scenario(missing_list_days=28.0, missing_list_places=200.0), parameters=nobody_opens), 100)
    log = model.log.rows
    contacts = np.flatnonzero((log["kind"] == Event.CONTACT) & (log["a"] == Agency.EARLY_HELP))
    without = run(scenario(), 100).log.rows
    fewer = np.flatnonzero((without["kind"] == Event.CONTACT) & (without["a"] == Agency.EARLY_HELP))
    assert contacts.size > fewer.size


def test_surge_staff_go_to_those_unseen_the_longest_and_no_further_than_their_days():
    model = run(scenario(surge_staff=5.0), 60)
    most = round(5.0 * model.setup.area.children / 10_000 * model.second_eyes.how.surge_visits)
    assert most > 0
    (attempt,) = model.second_eyes.attempt(model.here, model.schooling, model.timetable.on(model.day), False, model.day, True)
    days = model.second_eyes.unseen(attempt.who, model.day)
    assert 0 < attempt.size <= most
    assert (np.diff(days) <= 0).all()
    assert days.min() >= model.second_eyes.how.surge_unseen


def test_the_list_asks_nothing_but_records_and_the_days_since_a_child_was_seen():
    held = set(vars(SafeguardingModel(scenario(600)).second_eyes))
    assert "behind" not in held
    assert not {name for name in held if "harm" in name or "truth" in name}
    assert SecondEyes.__init__.__annotations__.keys() >= {"records", "contacts", "cases"}


def test_a_run_with_all_of_it_is_the_same_when_taken_up_again(tmp_path):
    all_of_it = scenario(rated_share=1.0, phone_cadence_weeks=1.0, closed_door_nats=0.5, missing_list_days=28.0, surge_staff=3.0)
    whole, half = run(all_of_it), run(all_of_it, 85)
    again = load(all_of_it, save(half, tmp_path / "half.npz"))
    while again.running:
        again.step()
    assert again.log.digest == whole.log.digest
