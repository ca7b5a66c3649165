"""Working days, school days and deadlines."""

from datetime import date, timedelta

import numpy as np
import pytest

from simsafe.ground.calendar import BEYOND, Calendar
from simsafe.ground.parameter import ConfigError
from simsafe.world.published import TABLES, england_calendar, table


@pytest.fixture(scope="module")
def calendar():
    return england_calendar("2019-09-01", 1095)


def working(calendar, iso):
    return bool(calendar.working[calendar.day_of(iso)])


def test_day_0_is_the_first_day_and_dates_and_days_are_each_others_inverse(calendar):
    assert (calendar.day_of("2019-09-01"), calendar.day_of(date(2019, 9, 2)), calendar.date_of(-1)) == (0, 1, date(2019, 8, 31))
    assert all(calendar.day_of(calendar.date_of(d)) == d for d in range(0, 1095 + BEYOND, 97))
    assert len(calendar.working) == len(calendar.school_day) == len(calendar.weekday) == 1095 + BEYOND


def test_easter_2020_is_four_days_without_work(calendar):
    easter = [working(calendar, f"2020-04-{d:02}") for d in range(9, 15)]
    assert easter == [True, False, False, False, False, True]
    assert calendar.add_working_days(calendar.day_of("2020-04-09"), 1) == calendar.day_of("2020-04-14")


def test_may_day_2020_was_a_friday_and_its_usual_monday_was_worked(calendar):
    assert not working(calendar, "2020-05-08")
    assert working(calendar, "2020-05-04")


def test_a_substitute_day_is_a_holiday_and_the_jubilee_moved_the_spring_one(calendar):
    assert [working(calendar, d) for d in ("2020-12-28", "2022-05-30", "2022-06-02", "2022-06-03")] == [False, True, False, False]


def test_fifteen_working_days_over_christmas_2019_end_on_9_january(calendar):
    start = calendar.day_of("2019-12-16")
    assert calendar.date_of(calendar.add_working_days(start, 15)) == date(2020, 1, 9)
    assert calendar.working_days_between(start, calendar.day_of("2020-01-09")) == 15


def test_counting_starts_on_the_next_working_day(calendar):
    friday, saturday, monday = (calendar.day_of(f"2019-09-{d:02}") for d in (6, 7, 9))
    assert calendar.add_working_days(friday, 0) == friday
    assert calendar.add_working_days(friday, 1) == monday
    assert calendar.add_working_days(saturday, 0) == monday
    assert calendar.add_working_days(saturday, 1) == monday


def test_adding_working_days_and_counting_them_undo_each_other_for_any_day(calendar):
    day = np.repeat(np.arange(1095), 5)
    count = np.tile([1, 3, 10, 15, 45], 1095)
    then = calendar.add_working_days(day, count)
    assert (calendar.working_days_between(day, then) == count).all()
    assert calendar.working[then].all()
    assert (then == [calendar.add_working_days(int(d), int(c)) for d, c in zip(day, count, strict=True)]).all()


def test_a_school_day_is_a_working_day_in_term(calendar):
    assert not (calendar.school_day & ~calendar.working).any()
    starts = [calendar.day_of(f"{year}-09-01") for year in (2019, 2020, 2021)]
    assert [int(calendar.school_day[s : s + 330].sum()) for s in starts] == [195, 195, 195]
    sample = ["2020-03-20", "2020-04-14", "2020-05-26", "2020-07-20", "2020-07-21", "2021-05-03", "2021-09-01"]
    assert [bool(calendar.school_day[calendar.day_of(d)]) for d in sample] == [True, False, False, True, False, False, True]


def test_years_without_terms_repeat_the_nearest_by_whole_weeks_and_do_not_drift():
    calendar = england_calendar("2018-01-01", 2100)
    for year in (2018, 2022):
        start = calendar.day_of(f"{year}-08-25")
        assert 192 <= calendar.school_day[start : start + 365].sum() <= 195
    assert calendar.school_day[calendar.day_of("2018-09-03")]
    assert not calendar.school_day[calendar.day_of("2023-08-29")]
    assert calendar.school_day[calendar.day_of("2024-09-04")]


def test_an_area_may_send_its_own_terms():
    calendar = england_calendar("2020-09-01", 30, [("2020-09-14", "2020-10-23")])
    assert calendar.school_day[:30].argmax() == 13


@pytest.mark.parametrize(
    "terms", [[], "autumn", [("2020-09-01",)], [("2020-09-10", "2020-09-01")], [("x", "y")], 5, [("2020-09-01", "2022-09-01")]]
)
def test_terms_that_are_none_are_refused_in_one_line(terms):
    with pytest.raises(ConfigError, match=r"^school term[^\n]*$"):
        england_calendar("2020-09-01", 30, terms)


def test_overlapping_terms_are_refused():
    with pytest.raises(ConfigError, match="overlaps"):
        england_calendar("2020-09-01", 30, [("2020-09-01", "2020-10-23"), ("2020-10-23", "2020-12-18")])


def test_the_academic_year_starts_on_1_september(calendar):
    days = np.array([calendar.day_of(d) for d in ("2019-09-01", "2020-08-31", "2020-09-01", "2021-02-28")])
    starts = [calendar.date_of(d) for d in calendar.academic_year_start(days)]
    assert starts == [date(2019, 9, 1), date(2019, 9, 1), date(2020, 9, 1), date(2020, 9, 1)]
    assert england_calendar("2020-01-01", 10).academic_year_start(5) == -122


@pytest.mark.parametrize(
    ("first", "days", "named"),
    [
        ("2017-12-31", 10, "2017-12-31"),
        ("2024-06-01", 10, "2024-06-01"),
        ("2023-06-01", 365, "2024-05-30"),
        ("2020-02-30", 10, "2020-02-30"),
    ],
)
def test_a_run_outside_the_known_bank_holidays_is_refused_naming_the_date_and_the_range(first, days, named):
    with pytest.raises(ConfigError, match=named) as refusal:
        england_calendar(first, days)
    assert "\n" not in str(refusal.value)
    assert ("2018-01-01" in str(refusal.value)) == (first != "2020-02-30")


def test_the_longest_run_allowed_is_allowed():
    assert england_calendar("2018-01-01", 2157).last == date(2024, 12, 31)
    with pytest.raises(ConfigError, match="at most 2157 days"):
        england_calendar("2018-01-01", 2158)


def test_days_and_dates_outside_the_calendar_are_refused(calendar):
    for ask in (
        lambda: calendar.day_of("2019-08-31"),
        lambda: calendar.day_of(calendar.last + timedelta(days=1)),
        lambda: calendar.day_of("23 March 2020"),
        lambda: calendar.day_of(None),
        lambda: calendar.add_working_days(-1, 1),
        lambda: calendar.add_working_days(0, -1),
        lambda: calendar.add_working_days(np.array([0, 1400]), 200),
        lambda: calendar.working_days_between(0, 5000),
    ):
        with pytest.raises(ConfigError, match=r"^[^\n]+ = [^\n]+$"):
            ask()


def test_no_one_can_move_a_holiday(calendar):
    with pytest.raises(ValueError, match="read-only"):
        calendar.working[0] = True


def test_a_calendar_needs_nothing_of_england():
    tiny = Calendar(date(2021, 1, 1), 7, bank_holidays=[date(2021, 1, 1), date(2023, 1, 2)], terms=[(date(2021, 1, 4), date(2021, 2, 1))])
    assert tiny.working[:7].tolist() == [False, False, False, True, True, True, True]


def test_every_shipped_table_can_be_read_and_a_copy_is_the_readers_own():
    for name in TABLES:
        assert len(table(name)) > 5
    mine = table("areas")
    mine["name"] = "x"
    assert table("areas")["name"].nunique() == 152
    with pytest.raises(ConfigError, match="did you mean 'areas'"):
        table("area")
