"""Levers that wait for a figure: what may be asked, when they may act, and how plans that have them differ."""

from dataclasses import replace
from datetime import date

import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import Timetable
from simsafe.plans.shelf import LAG_UNPREPARED, changes_of, plan_from
from simsafe.plans.trigger import INDICATORS

FIRST, DAYS = date(2019, 1, 1), 900
WHEN = {"indicator": "referrals_schools", "below": 0.5, "weeks": 2, "lag_days": 10}
DATES = {"from": "2020-03-23", "to": "2020-12-31"}


def plan(when=None, **more):
    return {"levers": {"doorstep_rounds": {"school_doorstep_weeks": 2, **DATES, "when": {**WHEN, **(when or {})}, **more}}}


def times(*changes):
    return Timetable((), changes, 1.0, FIRST, DAYS)


def day(iso):
    return (date.fromisoformat(iso) - FIRST).days


def test_a_lever_that_waits_turns_nothing_until_it_fires():
    waits = times(*changes_of(plan()))
    assert set(waits.series("school_doorstep_weeks")) == {0}
    assert waits.first_triggered == day("2020-03-23")


def test_once_fired_it_acts_for_its_stated_length_and_no_day_before_changes():
    waits = times(*changes_of(plan(when={"days": 28})))
    waits.fire(waits.waiting[0], day("2020-05-04"))
    acts = waits.series("school_doorstep_weeks")
    assert [acts[day(d)] for d in ("2020-05-03", "2020-05-04", "2020-05-31", "2020-06-01")] == [0, 2, 2, 0]
    assert waits.waiting == ()
    assert waits.first_triggered is None
    assert waits.on(day("2020-05-04")).school_doorstep_weeks == 2


def test_without_a_length_it_acts_to_its_last_day():
    waits = times(*changes_of(plan()))
    waits.fire(waits.waiting[0], day("2020-05-04"))
    assert waits.series("school_doorstep_weeks")[day("2020-12-31") :].tolist()[:2] == [2, 0]


def test_plans_may_differ_from_the_first_day_on_which_a_trigger_that_only_one_has_could_act():
    waits, never = times(*changes_of(plan())), times()
    assert waits.first_difference(never) == never.first_difference(waits) == day("2020-03-23")
    assert waits.first_difference(times(*changes_of(plan()))) is None
    sooner = times(*changes_of(plan(when={"weeks": 1})))
    assert waits.first_difference(sooner) == day("2020-03-23")


def test_a_lever_that_waits_leaves_what_the_other_plan_does_until_it_fires():
    base = {"levers": {"doorstep_rounds": {"school_doorstep_weeks": 8, "from": "2020-04-01", "to": "2020-07-31"}}}
    both = times(*plan_from({"starts_from": "base", **plan()}, "mine", lambda name: base))
    assert both.series("school_doorstep_weeks")[day("2020-05-04")] == 8
    both.fire(both.waiting[0], day("2020-05-04"))
    acts = both.series("school_doorstep_weeks")
    assert [acts[day(d)] for d in ("2020-05-03", "2020-05-04", "2020-09-01")] == [8, 2, 2]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"indicator": "harmed"}, "when.indicator = 'harmed'; no such indicator"),
        ({"indicator": None}, "no such indicator"),
        ({"below": None}, "expected one of below and above"),
        ({"above": 0.2}, "expected one of below and above"),
        ({"below": "half"}, "below = 'half'"),
        ({"below": -1}, "below = -1"),
        ({"weeks": 0}, "weeks = 0"),
        ({"weeks": 1.5}, "weeks = 1.5"),
        ({"lag_days": 1000}, "lag_days = 1000"),
        ({"latest": "2021-06-01"}, "when.latest = 2021-06-01; expected a date from 2020-03-23 to 2020-12-31"),
        ({"days": 0}, "days = 0"),
        ({"against": "last_week"}, "expected before_crisis or year_before"),
        ({"indicator": "unallocated", "below": 0.1, "against": "year_before"}, "held against nothing"),
        ({"until": 3}, "when.until: no such setting"),
    ],
)
def test_a_wrong_trigger_is_refused_in_one_line(when, words):
    with pytest.raises(ConfigError) as caught:
        changes_of(plan(when=when))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_trigger_is_settings_and_its_lever_follows_no_line():
    with pytest.raises(ConfigError, match=r"when = '3'"):
        changes_of({"levers": {"doorstep_rounds": {**DATES, "when": 3}}})
    line = {"devices_share": {"2020-04-01": 0.1}, **DATES, "when": WHEN}
    with pytest.raises(ConfigError, match=r"nobody knows when it will fire"):
        changes_of({"levers": {"devices_and_data": line}})


def test_two_levers_on_one_dial_are_refused_though_one_waits():
    both = {"doorstep_rounds": [{**DATES, "when": WHEN}, {"from": "2020-06-01", "to": "2020-06-30"}]}
    with pytest.raises(ConfigError, match=r"combine.school_doorstep_weeks"):
        changes_of({"levers": both})


def test_a_trigger_held_against_weeks_before_the_run_is_refused():
    with pytest.raises(ConfigError, match=r"against = year_before; that is .* days before the first day of the run"):
        Timetable((), changes_of(plan(when={"against": "year_before"})), 1.0, date(2020, 1, 1), 400)
    level = {"indicator": "unallocated", "below": None, "above": 0.2}
    assert Timetable((), changes_of(plan(when=level)), 1.0, date(2020, 1, 1), 400).waiting


def test_no_indicator_is_about_what_is_true():
    assert not [name for name in INDICATORS if "harm" in name or "need" in name]


# How long a plan takes to act


def levers(**more):
    return {"levers": {"doorstep_rounds": DATES, "supervision": {"from": "2020-04-06", "to": "2020-04-12"}}, **more}


def test_a_plan_that_nobody_prepared_acts_weeks_late_and_what_is_over_by_then_falls_away():
    usual, unprepared = changes_of(levers()), changes_of(levers(prepared=False))
    assert {c.dial for c in usual} == {"school_doorstep_weeks", "supervision_hours"}
    assert [(c.dial, c.from_date) for c in unprepared] == [("school_doorstep_weeks", date(2020, 4, 20))]
    assert LAG_UNPREPARED == 28
    assert unprepared[0].to_date == usual[0].to_date


def test_a_lag_is_so_many_days_and_leaves_later_phases_where_they_were():
    assert [c.from_date for c in changes_of(levers(lag_days=7))] == [date(2020, 3, 30), date(2020, 4, 6)]
    assert changes_of(levers(lag_days=0)) == changes_of(levers()) == changes_of(levers(prepared=True))


def test_a_line_comes_as_much_later_as_its_lever():
    line = {"devices_share": {"2020-03-23": 0.0, "2020-04-22": 0.8}, **DATES}
    (change,) = changes_of({"levers": {"devices_and_data": line}, "lag_days": 10})
    assert change.points == ((date(2020, 4, 2), 0.0), (date(2020, 5, 2), 0.8))


def test_what_a_plan_starts_from_happened_when_it_happened():
    base = {"levers": {"doorstep_visits": DATES}}
    both = plan_from({"starts_from": "base", **levers(lag_days=30)}, "mine", lambda name: base)
    assert {c.dial: c.from_date for c in both}["doorstep_share"] == date(2020, 3, 23)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"prepared": "no"}, "plan.prepared = 'no'; expected true or false"),
        ({"prepared": True, "lag_days": 3}, "prepared is true"),
        ({"lag_days": -1}, "lag_days = -1"),
        ({"lag_days": 1e9}, "lag_days"),
        ({"lag_days": False}, "lag_days = False"),
    ],
)
def test_a_wrong_lag_is_refused(given, words):
    with pytest.raises(ConfigError, match=words):
        changes_of(levers(**given))


def test_an_unprepared_trigger_waits_as_long():
    (change,) = changes_of(plan(when={"latest": "2020-03-30"}) | {"lag_days": 21})
    assert change.from_date == change.when.latest == date(2020, 4, 13)
    assert replace(change, when=None).value == 2
