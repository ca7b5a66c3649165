"""Changes bite on their days and no others; the timetable is ordinary times, then the crisis, then the plan."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import Change, How, Timetable
from simsafe.plans.shelf import crisis_from, load_yaml, plan_from
from simsafe.world.conditions import DIALS, ORDINARY

FIRST, DAYS = date(2020, 1, 1), 300


def change(dial="gp_face_to_face_share", value=0.5, start="2020-03-10", end="2020-03-20", **more):
    return Change(dial, start, end, value, **more)


def laid_out(*plan, crisis=(), severity=1.0, days=DAYS):
    return Timetable(tuple(crisis), tuple(plan), severity, FIRST, days)


def day(iso):
    return (date.fromisoformat(iso) - FIRST).days


def refused(*words):
    return pytest.raises(ConfigError, match=".*".join(words))


def test_with_no_changes_every_day_is_ordinary():
    assert all(laid_out().on(d) == ORDINARY for d in range(DAYS))


def test_a_change_bites_on_both_its_dates_and_not_the_day_before_or_after():
    now = laid_out(change()).series("gp_face_to_face_share")
    assert [now[day(f"2020-03-{d:02}")] for d in (9, 10, 20, 21)] == [0.82, 0.5, 0.5, 0.82]


def test_a_change_outside_the_run_does_not_bite():
    early, late = change(start="2019-01-01", end="2019-12-31"), change(start="2022-01-01", end="2022-02-01")
    assert laid_out(early, late).first_difference(laid_out()) is None


def test_a_change_that_starts_before_the_run_bites_from_the_first_day():
    assert laid_out(change(start="2019-01-01")).series("gp_face_to_face_share")[0] == 0.5


@pytest.mark.parametrize("severity", [0, 0.0])
def test_the_shipped_crisis_at_severity_0_is_ordinary_exactly_on_every_day_for_every_dial(severity):
    crisis = crisis_from(load_yaml("crisis", "covid19_england"), "covid19_england")
    times = Timetable(crisis, (), severity, date(2018, 10, 1), 1400)
    for dial in DIALS:
        assert (times.series(dial) == getattr(ORDINARY, dial)).all(), dial
    assert times.on(600) == ORDINARY


def test_severity_1_is_the_crisis_as_written_and_the_rest_are_in_proportion():
    crisis = [change(value=0.16), change("harm_incidence", 1.1), change("strain_shift", 0.22)]
    at = day("2020-03-15")
    for one in crisis:
        ordinary = getattr(ORDINARY, one.dial)
        assert laid_out(crisis=crisis).series(one.dial)[at] == one.value
        half, double = (laid_out(crisis=crisis, severity=s).series(one.dial)[at] for s in (0.5, 2))
        assert half == pytest.approx((ordinary + one.value) / 2)
        assert double == pytest.approx(np.clip(2 * one.value - ordinary, DIALS[one.dial].metadata["low"], 10))


def test_no_severity_leaves_a_dials_range():
    crisis = crisis_from(load_yaml("crisis", "covid19_england"), "covid19_england")
    for severity in (0.3, 1, 2):
        times = Timetable(crisis, (), severity, date(2019, 4, 1), 1200)
        for dial, f in DIALS.items():
            low, high = times.extremes(dial)
            assert f.metadata["low"] <= low <= high <= f.metadata["high"], dial


@pytest.mark.parametrize("severity", [-0.1, 2.1, float("nan"), True, "1"])
def test_a_severity_out_of_range_is_refused(severity):
    with refused("severity", "from 0 to 2"):
        laid_out(severity=severity)


def test_the_plan_acts_on_what_the_crisis_left():
    plan, crisis = change(value=0.4, how="floor"), change(value=0.16, end="2020-03-15")
    now = laid_out(plan, crisis=[crisis]).series("gp_face_to_face_share")
    assert [now[day(f"2020-03-{d}")] for d in (15, 16)] == [0.4, 0.82]


def test_follow_lines_hit_their_points_and_are_flat_beyond_them():
    points = (("2020-03-12", 0.1), ("2020-03-14", 0.5), ("2020-03-18", 0.3))
    now = laid_out(change(value=None, how="follow", points=points)).series("gp_face_to_face_share")
    expected = [0.82, 0.1, 0.1, 0.1, 0.3, 0.5, 0.45, 0.4, 0.35, 0.3, 0.3, 0.3, 0.82]
    assert now[day("2020-03-09") : day("2020-03-22")] == pytest.approx(expected)
    for when, value in points:
        assert now[day(when)] == value


def test_a_follow_line_cut_by_the_start_of_the_run_keeps_its_values():
    points = ((date(2019, 12, 31), 0.0), (date(2020, 1, 2), 1.0))
    line = Change("gp_contact_share", date(2019, 12, 1), date(2020, 2, 1), None, How.FOLLOW, points)
    assert laid_out(crisis=[line]).series("gp_contact_share")[:3] == pytest.approx([0.5, 1.0, 1.0])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["set", "cap", "floor"]), st.floats(0, 1), st.floats(0, 1))
def test_set_cap_and_floor_hold_their_bounds(how, value, before):
    at = day("2020-03-12")
    now = laid_out(change(value=value, how=how), crisis=[change(value=before)]).series("gp_face_to_face_share")[at]
    assert now == {"set": value, "cap": min(before, value), "floor": max(before, value)}[how]


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 10))
def test_a_factor_multiplies_and_stays_in_range(factor):
    assert laid_out(change(value=factor, how="multiply")).series("gp_face_to_face_share")[day("2020-03-12")] == min(0.82 * factor, 1)


@pytest.mark.parametrize("other", [("2020-03-20", "2020-03-30"), ("2020-03-01", "2020-03-10"), ("2020-03-12", "2020-03-13")])
def test_two_changes_of_one_dial_on_one_day_are_refused_without_a_rule(other):
    with refused("change.from", "gp_face_to_face_share", "expected other dates, or combine.gp_face_to_face_share"):
        laid_out(change(), change(start=other[0], end=other[1]))


def test_changes_on_neighbouring_days_or_of_different_dials_do_not_conflict():
    laid_out(change(), change(start="2020-03-21", end="2020-03-22"), change("doorstep_share"))


@pytest.mark.parametrize(("rule", "expected"), [("in_order", 0.6), ("lowest", 0.3), ("highest", 0.6), ("multiply", 0.18)])
def test_changes_combine_as_their_rule_says_and_only_where_they_overlap(rule, expected):
    one, two = change(value=0.3, combine=rule), change(value=0.6, start="2020-03-15", end="2020-03-25", combine=rule)
    now = laid_out(one, two).series("gp_face_to_face_share")
    assert [now[day(f"2020-03-{d}")] for d in (14, 15, 20, 21, 26)] == pytest.approx([0.3, expected, expected, 0.6, 0.82])


def test_values_set_and_factors_multiply_in_either_order():
    one, two = change(value=0.5, combine="multiply"), change(value=0.5, how="multiply", combine="multiply")
    assert laid_out(one, two).first_difference(laid_out(two, one)) is None
    assert laid_out(one, two).series("gp_face_to_face_share")[day("2020-03-12")] == 0.25


def test_a_floor_cannot_be_multiplied():
    with refused("combine.gp_face_to_face_share = multiply", "lowest or highest"):
        laid_out(change(combine="multiply"), change(how="floor", combine="multiply"))


@pytest.mark.parametrize("dial", [d for d, f in DIALS.items() if f.metadata["turned_by"] != "either"])
def test_a_dial_is_turned_only_by_whom_it_belongs_to(dial):
    turned = change(dial, float(getattr(ORDINARY, dial)))
    owner = DIALS[dial].metadata["turned_by"]
    laid_out(*[turned] * (owner == "plan"), crisis=[turned] * (owner == "crisis"))
    with refused(f"change.dial = {dial}; a {owner} turns it"):
        laid_out(*[turned] * (owner == "crisis"), crisis=[turned] * (owner == "plan"))


def test_a_plan_that_would_redeploy_health_visitors_is_told_to_protect_them():
    with refused("use health_visitors_protected"):
        laid_out(change("health_visitors_redeployed", 0.0))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"dial": "gp_face_to_face_shar"}, ("change.dial", "did you mean 'gp_face_to_face_share'")),
        ({"dial": None}, ("change.dial = None",)),
        ({"value": 1.2}, ("change.value = 1.2", "from 0 to 1", "the nearest is 1")),
        ({"value": -1}, ("change.value", "the nearest is 0")),
        ({"value": float("nan")}, ("change.value = nan",)),
        ({"value": True}, ("change.value = True", "a number")),
        ({"value": "0.5"}, ("change.value = '0.5'", "a number")),
        ({"value": None}, ("change.value = None",)),
        ({"value": 10**400}, ("change.value",)),
        ({"value": 11, "how": "multiply"}, ("change.value = 11", "from 0 to 10")),
        ({"how": "sett"}, ("change.how = 'sett'", "did you mean 'set'")),
        ({"combine": "in order"}, ("combine.gp_face_to_face_share", "did you mean 'in_order'")),
        ({"start": "2020-03-21"}, ("change.from = 2020-03-21", "no later than change.to = 2020-03-20")),
        ({"start": "2020-02-30"}, ("change.from = '2020-02-30'", "no such day")),
        ({"start": "23/03/2020"}, ("change.from = '23/03/2020'", "a date such as")),
        ({"start": "2020-W12-1"}, ("change.from", "a date such as")),
        ({"start": 750}, ("change.from = 750", "a date such as")),
        ({"start": None}, ("change.from = None",)),
        ({"end": "2025-01-01"}, ("change.to = 2025-01-01", "the nearest is 2024-12-31")),
        ({"start": "2017-12-31"}, ("change.from", "the nearest is 2018-01-01")),
        ({"how": "follow"}, ("how = follow; expected points",)),
        ({"points": (("2020-03-12", 0.5),)}, ("points: expected with how = follow",)),
        ({"how": "follow", "value": None, "points": (("2020-03-12", 1.5),)}, ("points.2020-03-12 = 1.5",)),
        ({"how": "follow", "value": None, "points": (("2020-03-12", 0.5), (date(2020, 3, 12), 0.5))}, ("given twice",)),
    ],
)
def test_a_wrong_change_is_refused_in_one_line_that_says_what_is_allowed(wrong, words):
    with refused(*words) as caught:
        change(**wrong)
    assert "\n" not in str(caught.value)


def test_days_alike_share_one_object_and_every_day_agrees_with_the_series():
    times = laid_out(change())
    assert times.on(day("2020-03-10")) is times.on(day("2020-03-20"))
    for dial in DIALS:
        assert [getattr(times.on(d), dial) for d in range(DAYS)] == times.series(dial).tolist()
    with pytest.raises(IndexError):
        times.on(DAYS)
    with pytest.raises(ValueError, match="read-only"):
        times.series("doorstep_share")[0] = 1


def test_two_timetables_first_differ_on_the_first_day_that_any_dial_does():
    one, two = laid_out(change()), laid_out(change(), change("doorstep_share", start="2020-02-01"))
    assert one.first_difference(two) == day("2020-02-01")
    assert one.first_difference(laid_out(change())) is None
    with pytest.raises(ValueError, match="different days"):
        one.first_difference(laid_out(days=10))


def test_extremes_are_those_of_the_run():
    assert laid_out(change(value=0.9)).extremes("gp_face_to_face_share") == (0.82, 0.9)


def test_what_is_left_of_a_change_outside_others_and_their_days_make_up_its_days():
    whole = change(start="2020-01-05", end="2020-06-30")
    others = [change(start="2020-02-01", end="2020-02-10"), change(start="2020-02-08", end="2020-03-01"), change("doorstep_share")]
    left = list(whole.outside(others))
    assert [(str(c.from_date), str(c.to_date)) for c in left] == [("2020-01-05", "2020-01-31"), ("2020-03-02", "2020-06-30")]
    assert list(whole.outside([whole])) == []


def test_the_order_of_changes_that_do_not_overlap_is_of_no_matter():
    plan = plan_from(load_yaml("plan", "as_happened_2020"), "as_happened_2020")
    assert laid_out(*plan).first_difference(laid_out(*reversed(plan))) is None


def test_moving_a_change_by_a_week_moves_the_series_by_a_week():
    one = change()
    moved = replace(one, from_date=one.from_date + timedelta(7), to_date=one.to_date + timedelta(7))
    before, after = (laid_out(c).series("gp_face_to_face_share") for c in (one, moved))
    assert (before[:-7] == after[7:]).all()
