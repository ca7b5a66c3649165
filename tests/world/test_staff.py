"""Professionals: minutes that are funded, carried and used; posts that empty and fill; redeployment with a long tail."""

from __future__ import annotations

import numpy as np
import pytest

from simsafe.ground.chance import Chance
from simsafe.world.staff import Staff, Week, Workforce

MANY = 4000


def staff(posts: int = MANY, *, absence: float = 0.0, turnover: float = 0.0, seed: int = 1, **how: float) -> Staff:
    return Staff("worker", posts, 444, Chance(seed), absence=absence, turnover=turnover, how=Workforce(**how))


# Redeployment


def test_the_mean_share_called_away_is_the_one_asked_for():
    for mean in (0.05, 0.12, 0.3, 0.5):
        workers = staff(40_000)
        workers.redeploy(mean, 0.0)
        assert workers.away.mean() == pytest.approx(mean, abs=0.02)


def test_most_teams_lose_little_and_a_few_lose_half_or_more():
    workers = staff(40_000)
    workers.redeploy(0.12, 0.0)
    lost = workers.away.reshape(-1, workers.how.team_size).mean(axis=1)
    assert np.median(lost) <= 0.1
    assert 0.01 < (lost >= 0.5).mean() < 0.15
    assert (lost == 0).mean() >= 1 - workers.how.teams_losing


def test_calling_more_away_adds_to_those_who_were_away_already():
    workers, before = staff(), np.zeros(MANY, dtype=bool)
    for mean in (0.0, 0.02, 0.1, 0.3, 0.6):
        workers.redeploy(mean, 0.0)
        assert (before <= workers.away).all()
        before = workers.away.copy()
    assert before.any()


def test_protected_posts_stay_and_protecting_more_only_brings_people_back():
    workers = staff()
    workers.redeploy(0.4, 0.0)
    before = workers.away.copy()
    for protected in (0.2, 0.5, 1.0):
        workers.redeploy(0.4, protected)
        assert (workers.away <= before).all()
        assert workers.away.sum() < before.sum()
        before = workers.away.copy()
    assert not before.any()


def test_when_redeployment_ends_everybody_is_back():
    workers = staff()
    workers.redeploy(0.4, 0.0)
    workers.redeploy(0.0, 0.0)
    assert not workers.away.any()


# Weeks


def test_heads_balance_every_week():
    workers = staff(turnover=0.9)
    filled = workers.filled.copy()
    for week in range(60):
        workers.begin_week(Week(week))
        came, left = workers.arriving, workers.leaving
        assert workers.filled.sum() == filled.sum() + came.sum() - left.sum()
        assert not (left & ~filled & ~came).any(), "somebody left a post that was empty"
        assert not (came & filled).any(), "somebody came into a post that was filled"
        filled = workers.filled.copy()
    assert 0 < filled.sum() < MANY


def test_vacancies_are_as_many_at_the_end_as_at_the_start():
    workers = staff(20_000, turnover=0.3)
    before = 1 - workers.filled.mean()
    for week in range(104):
        workers.begin_week(Week(week))
    assert before == pytest.approx(0.3 * 20 / 52, abs=0.02)
    assert 1 - workers.filled.mean() == pytest.approx(before, abs=0.02)


def test_more_absence_only_adds_to_those_who_are_off():
    workers = staff(absence=0.05)
    workers.begin_week(Week(3))
    before = workers.absent.copy()
    workers.begin_week(Week(3, 0.2))
    assert (before <= workers.absent).all()
    assert workers.absent.mean() == pytest.approx(0.05 + 0.2 + workers.how.annual_leave, abs=0.03)


# Days


def test_minutes_are_funded_carried_over_once_and_never_hoarded():
    workers = staff(1, annual_leave=0.05)
    each = round(444 * 0.5)
    workers.begin_day(0.5, 0.0, False)
    assert (workers.fresh[0], workers.carried[0], workers.minutes[0]) == (each, 0, each)
    workers.used[0] = 100
    workers.begin_day(0.5, 0.0, False)
    assert workers.carried[0] == each - 100
    for _ in range(5):
        workers.begin_day(0.5, 0.0, False)
    assert workers.carried[0] == each, "at most one day's worth carries over"


def test_a_weekend_keeps_what_was_left_and_gives_nothing():
    workers = staff(1)
    workers.begin_day(0.5, 0.0, False)
    left = int(workers.minutes[0])
    for _ in range(2):
        workers.begin_day(0.0, 0.0, False)
        assert workers.fresh[0] == 0
    workers.begin_day(0.5, 0.0, False)
    assert workers.carried[0] == left


def test_time_lost_to_guidance_is_time_lost():
    workers = staff(1)
    workers.begin_day(0.5, 0.1, False)
    assert workers.fresh[0] == round(444 * 0.5 * 0.9)


def test_nobody_absent_away_or_gone_has_minutes():
    workers = staff(absence=0.3, turnover=0.9)
    workers.begin_day(0.6, 0.0, False)
    workers.begin_week(Week(1))
    workers.redeploy(0.3, 0.0)
    workers.begin_day(0.6, 0.0, False)
    assert not workers.minutes[~workers.working].any()
    assert (workers.minutes[workers.working] > 0).all()


# Who comes and goes


def published(posts: int = 20_000, exits: float = 1.0) -> Staff:
    """A profession of England's published turnover, vacancies and agency staff."""
    how = Workforce()
    made = Staff(
        "worker", posts, 444, Chance(1), absence=0.031, how=how, turnover=0.15, replaced=how.weeks_to_replace(0.15, 0.164), agency=0.158
    )
    made.exits *= exits
    return made


def test_turnover_vacancies_and_agency_staff_are_the_published_ones_in_ordinary_times():
    workers, left, held = published(), 0, 0
    for week in range(104):
        workers.begin_week(Week(week))
        left += np.count_nonzero(workers.leaving & ~workers.stay_ended)
        held += np.count_nonzero(workers.vacant_weeks == 0)
    assert left / held * 52 == pytest.approx(0.15, rel=0.05)
    assert (workers.vacant_weeks > 0).mean() == pytest.approx(0.164, abs=0.015)
    assert np.count_nonzero(workers.agency_weeks) / np.count_nonzero(workers.filled) == pytest.approx(0.158, abs=0.02)
    assert 1 - workers.filled.mean() == pytest.approx(Staff.empty(0.15, workers.replaced, 0.158), abs=0.015)


def test_an_agency_worker_is_gone_before_the_post_is_filled_for_good():
    workers = published(4000)
    for week in range(80):
        workers.begin_week(Week(week))
        assert not (workers.agency_weeks[workers.vacant_weeks == 0] > 0).any()
        assert not (workers.arriving & workers.stay_ended).any()
        assert not (workers.stay_ended & (workers.vacant_weeks == 0)).any()


def test_newcomers_are_slower_and_all_together_do_what_they_usually_do():
    workers, shares = published(), []
    for week in range(60):
        workers.begin_week(Week(week))
        workers.begin_day(0.66, 0.0, False)
        at_work = workers.working
        shares.append(workers.fresh.sum() / (at_work.sum() * round(444 * 0.66)))
    assert np.mean(shares) == pytest.approx(1.0, abs=0.015)
    new = at_work & workers.new
    assert workers.fresh[new].max() < workers.fresh[at_work & ~workers.new].min()
    assert workers.fresh[new].mean() / workers.fresh[at_work & ~workers.new].mean() == pytest.approx(0.6, abs=0.01)


# Leave


def test_leave_has_the_same_yearly_mean_however_it_is_spread():
    how = Workforce()
    for managed in (0.0, 0.5, 1.0):
        busy, quiet = (how.leave_share(holiday, 0.25, managed) for holiday in (1.0, 0.0))
        assert 0.25 * busy + 0.75 * quiet == pytest.approx(how.annual_leave)
    assert how.leave_share(1.0, 0.25, 0.0) > how.leave_share(0.0, 0.25, 0.0)
    assert how.leave_share(1.0, 0.25, 1.0) == how.leave_share(0.0, 0.25, 1.0)


def test_leave_put_off_is_owed_and_taken_later():
    workers, plain, off, would_be = staff(), staff(), 0, 0
    for week in range(120):
        workers.begin_week(Week(week, postponed=0.6 if week < 10 else 0.0))
        plain.begin_week(Week(week))
        off += workers.absent.sum()
        would_be += plain.absent.sum()
        if week == 9:
            assert workers.leave_owed.sum() > 0.3 * would_be
            assert off < 0.7 * would_be
    assert off == pytest.approx(would_be, rel=0.01)
    assert workers.leave_owed.sum() < 0.01 * MANY


# Teams


def test_the_work_of_those_called_away_goes_round_their_own_team():
    workers = staff(200)
    workers.redeploy(0.3, 0.0)
    there = workers.filled & ~workers.away
    team = np.arange(200) // workers.how.team_size
    left = np.bincount(team[there], minlength=team.max() + 1)
    assert np.array_equal(workers.cover[there], np.flatnonzero(there)), "those who are there do their own"
    moved = np.flatnonzero(~there & (left[team] > 0))
    assert moved.size
    assert there[workers.cover[moved]].all()
    assert np.array_equal(team[workers.cover[moved]], team[moved])
    workers.redeploy(0.0, 0.0)
    assert np.array_equal(workers.came_back, ~there)
    assert np.array_equal(workers.cover, np.arange(200))


# Days of those with children, and of supervision


def test_shut_schools_take_hours_from_those_with_children_only_and_supervision_from_all():
    workers = staff()
    workers.begin_day(0.5, 0.0, False)
    usual = workers.fresh.copy()
    workers.begin_day(0.5, 0.0, False, caring=1.0)
    assert np.array_equal(workers.fresh < usual, workers.carer)
    assert workers.carer.mean() == pytest.approx(workers.how.caring_share, abs=0.03)
    workers.begin_day(0.5, 0.0, False, supervision=2.0)
    assert (usual - workers.fresh == round(2 * 60 / 21)).all()
