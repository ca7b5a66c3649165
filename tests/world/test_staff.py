"""Professionals: minutes that are funded, carried and used; posts that empty and fill; redeployment with a long tail."""

from __future__ import annotations

import numpy as np
import pytest

from simsafe.ground.chance import Chance
from simsafe.world.staff import Staff, Workforce

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
        workers.begin_week(week, 0.0)
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
        workers.begin_week(week, 0.0)
    assert before == pytest.approx(0.3 * 20 / 52, abs=0.02)
    assert 1 - workers.filled.mean() == pytest.approx(before, abs=0.02)


def test_more_absence_only_adds_to_those_who_are_off():
    workers = staff(absence=0.05)
    workers.begin_week(3, 0.0)
    before = workers.absent.copy()
    workers.begin_week(3, 0.2)
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
    workers.begin_week(1, 0.0)
    workers.redeploy(0.3, 0.0)
    workers.begin_day(0.6, 0.0, False)
    assert not workers.minutes[~workers.working].any()
    assert (workers.minutes[workers.working] > 0).all()
