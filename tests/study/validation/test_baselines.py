"""Naive forecasts, worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from made_up_outcomes import outcome, outcomes

from simsafe.study.validation.attendance import ORDINARY, attendance, relative
from simsafe.study.validation.baselines import Naive, year_before
from simsafe.study.validation.terms import RATIO, SPANS, YEAR, YEARS, Period, base_of, weeks
from simsafe.world.area import load_area

KEY = ("devon", "referrals", "total", "referrals")
WEEK = weeks()[3]  # of 21 September 2020
SHUT = Period(date(2021, 1, 11), date(2021, 1, 17))


def earlier(period: Period, years: int) -> Period:
    return Period(period.first - timedelta(364 * years), period.last - timedelta(364 * years))


def test_last_year_is_the_same_weekdays_52_weeks_before_even_after_the_seal():
    later = earlier(weeks()[60], 1)
    naive = Naive(outcomes(outcome(earlier(WEEK, 1), 70), outcome(earlier(WEEK, 2), 60), outcome(later, 80)))
    assert naive.last_year(KEY, WEEK) == 70
    assert naive.last_year(KEY, weeks()[60]) == 80


def test_without_last_year_it_is_two_years_before_and_else_what_is_published():
    assert Naive(outcomes(outcome(earlier(WEEK, 2), 60))).last_year(KEY, WEEK) == 60
    area = load_area("devon")
    published = area.referral_rate * area.children / 10_000 * 7 / 365.25
    assert Naive(outcomes()).last_year(KEY, WEEK) == pytest.approx(published)
    assert Naive(outcomes()).flat_mean(("devon", "referrals", "schools", "referrals"), WEEK) == pytest.approx(
        published * area.source_school
    )
    assert np.isnan(Naive(outcomes()).flat_mean(("devon", "caseload", "total", "cases per worker"), WEEK))


def test_a_year_is_compared_with_the_year_before_by_date():
    assert year_before(YEARS[0]) == Period(date(2019, 4, 1), date(2020, 3, 31), YEAR)
    assert base_of(YEARS[1]) == Period(date(2019, 4, 1), date(2020, 3, 31), YEAR)


def test_the_flat_mean_knows_nothing_after_june_2020():
    rows = [outcome(earlier(weeks()[i], 1), value) for i, value in ((0, 10), (1, 20))]
    naive = Naive(outcomes(*rows, outcome(weeks()[5], 1000), outcome(replace(YEARS[0]), 9999)))
    assert naive.flat_mean(KEY, WEEK) == 15


def test_last_year_times_attendance_follows_the_closed_schools():
    naive = Naive(outcomes(outcome(earlier(SHUT, 1), 100)))
    assert naive.last_year_attendance(KEY, SHUT) == pytest.approx(100 * attendance(SHUT.first, SHUT.last) / ORDINARY)
    assert 13 < naive.last_year_attendance(KEY, SHUT) < 17  # 14.0 % on 11 January
    stock = ("devon", "plan_stock", "total", "children")
    assert Naive(outcomes(outcome(earlier(SHUT, 1), 40, series="plan_stock"))).last_year_attendance(stock, SHUT) == 40


def test_without_school_days_attendance_says_nothing():
    assert relative(date(2020, 12, 21), date(2020, 12, 27), 364) == 1


def test_of_ratios_no_change_is_the_naive_forecast():
    key = (*KEY[:3], RATIO)
    naive = Naive(outcomes())
    assert naive.last_year(key, WEEK) == naive.flat_mean(key, WEEK) == 1
    assert naive.last_year_attendance(key, SHUT) == pytest.approx(attendance(SHUT.first, SHUT.last) / ORDINARY)


def test_intervals_of_a_naive_forecast_come_from_what_it_would_have_said_before():
    past = [Period(date(2019, 1, 7) + timedelta(7 * i), date(2019, 1, 13) + timedelta(7 * i)) for i in range(12)]
    naive = Naive(outcomes(*(outcome(p, v) for p, v in zip(past, range(100, 112), strict=True))))
    found = naive.with_interval("flat_mean", KEY, WEEK)
    assert found is not None
    assert found[3] == pytest.approx(105.5, rel=0.01)
    assert 99 < found[0] < found[6] < 113
    few = Naive(outcomes(*(outcome(p, 5) for p in past[:5])))
    assert few.with_interval("flat_mean", KEY, WEEK) is None


def test_every_change_is_measured_from_days_before_the_crisis():
    for period in (*weeks(), *SPANS.values()):
        base = base_of(period)
        assert base.last <= date(2020, 3, 15)
        assert base.first.weekday() == period.first.weekday() or period.days > 364
