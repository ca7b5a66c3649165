"""The shelf of crises: each is nothing at severity 0 and something at 1, and one may be made of others."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from small_worlds import assert_same_log, ordinary, run

from simsafe.ground.parameter import ConfigError
from simsafe.model import SafeguardingModel
from simsafe.plans.change import Change, Timetable
from simsafe.plans.shelf import crisis_from, load_yaml, plan_from, shelf_names
from simsafe.world.conditions import DIALS

FIRST, DAYS = date(2018, 10, 1), 1500
CRISES = [name for name in shelf_names("crisis") if name != "none"]
SCHOOL_DIALS = {"school_open_share", "school_vulnerable_share", "setting_open_share"}
OVERLAPPING = {"starts_from": ["severe_flu", "flood"], "title": "Both"}


@cache
def crisis(name: str) -> tuple[Change, ...]:
    return crisis_from(load_yaml("crisis", name), name)


def times(changes: tuple[Change, ...], severity: float = 1.0) -> Timetable:
    return Timetable(changes, (), severity, FIRST, DAYS)


def lived(name: str, severity: float) -> SafeguardingModel:
    """Ten ordinary days and eighty of the crisis."""
    begins = min(change.from_date for change in crisis(name))
    span = {"start": begins - timedelta(days=10), "end": begins + timedelta(days=80), "warm_up_days": 7}
    return run(ordinary(4000, crisis=crisis(name) if severity >= 0 else (), severity=max(severity, 0), **span))


def refused(*words: str):
    return pytest.raises(ConfigError, match=".*".join(words))


def test_the_shelf_holds_what_is_promised():
    assert set(CRISES) == {
        "covid19_england", "covid19_schools_open", "covid19_no_national_redeployment", "severe_flu", "flood", "case_system_outage",
        "social_work_strike", "cost_of_living",
    }  # fmt: skip


@pytest.mark.parametrize("name", CRISES)
def test_at_severity_nought_times_are_ordinary_and_at_one_they_are_not(name):
    without, nought, whole = (lived(name, severity) for severity in (-1, 0, 1))
    assert_same_log(nought, without)
    assert whole.log.digest != without.log.digest


@pytest.mark.parametrize("name", CRISES)
def test_each_crisis_moves_a_dial_and_ends_within_the_dates_that_may_be_run(name):
    table, ordinary_times = times(crisis(name)), times(())
    assert table.first_difference(ordinary_times) is not None
    assert times(crisis(name), 0.0).first_difference(ordinary_times) is None


def test_open_schools_leave_the_school_dials_alone_and_all_others_as_they_were():
    table, covid, usual = times(crisis("covid19_schools_open")), times(crisis("covid19_england")), times(())
    for dial in DIALS:
        wanted = usual if dial in SCHOOL_DIALS else covid
        assert (table.series(dial) == wanted.series(dial)).all(), dial
    assert any((covid.series(dial) != usual.series(dial)).any() for dial in SCHOOL_DIALS)


def test_without_national_redeployment_only_the_redeployment_is_gone():
    table, covid, usual = times(crisis("covid19_no_national_redeployment")), times(crisis("covid19_england")), times(())
    for dial in DIALS:
        wanted = usual if dial == "health_visitors_redeployed" else covid
        assert (table.series(dial) == wanted.series(dial)).all(), dial


def test_ordinary_times_laid_with_a_crisis_change_nothing():
    both = crisis_from({"starts_from": ["none", "flood"]}, "mine")
    assert times(both).first_difference(times(crisis("flood"))) is None


def test_two_crises_that_do_not_meet_are_each_as_they_are():
    both = crisis_from({"starts_from": ["flood", "case_system_outage"]}, "mine")
    for dial in DIALS:
        one, other, usual = (times(c).series(dial) for c in (crisis("flood"), crisis("case_system_outage"), ()))
        together = times(both).series(dial)
        assert (together[one != usual] == one[one != usual]).all(), dial
        assert (together[other != usual] == other[other != usual]).all(), dial


def test_two_crises_at_once_need_a_rule_for_each_dial_that_both_turn():
    with refused("crisis/mine.combine.school_open_share is missing", "severe_flu and flood both turn school_open_share on 2020-02-10"):
        crisis_from(OVERLAPPING, "mine")
    shared = {c.dial for c in crisis("severe_flu")} & {c.dial for c in crisis("flood")}
    both = crisis_from(OVERLAPPING | {"combine": dict.fromkeys(shared - {"strain_shift"}, "lowest") | {"strain_shift": "add"}}, "mine")
    flu, flood, together = times(crisis("severe_flu")), times(crisis("flood")), times(both)
    low = [min(a, b) for a, b in zip(flu.series("school_open_share"), flood.series("school_open_share"), strict=True)]
    assert together.series("school_open_share").tolist() == low
    added = flu.series("strain_shift") + flood.series("strain_shift")
    assert together.series("strain_shift") == pytest.approx(added)


def test_a_crisis_moved_by_some_days_is_the_same_so_many_days_later():
    moved = times(crisis_from({"starts_from": "flood", "shift_days": {"flood": 28}}, "mine"))
    there = times(crisis("flood"))
    for dial in DIALS:
        assert (moved.series(dial)[28:] == there.series(dial)[:-28]).all(), dial


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"starts_from": ["flood", "flood"]}, ("'flood' is given twice",)),
        ({"starts_from": "floods"}, ("no such crisis", "did you mean 'flood'")),
        ({"starts_from": 3}, ("starts_from = 3; expected a crisis or a list",)),
        ({"starts_from": "flood", "without": ["school_open"]}, ("without = 'school_open'; no such dial", "school_open_share")),
        ({"starts_from": "flood", "without": ["harm_incidence"]}, ("flood do not turn it",)),
        ({"without": ["school_open_share"], "changes": []}, ("together with starts_from",)),
        ({"starts_from": "flood", "shift_days": {"severe_flu": 3}}, ("severe_flu: not in starts_from",)),
        ({"starts_from": "flood", "shift_days": {"flood": 0.5}}, ("shift_days.flood = 0.5",)),
        ({"starts_from": "flood", "shift_days": {"flood": 2500}}, ("shift_days.flood = 2500",)),
        ({"title": "empty"}, ("changes is missing",)),
    ],
)
def test_a_crisis_made_wrongly_of_others_is_refused_in_one_line(mapping, words):
    with refused(*words) as caught:
        crisis_from(mapping, "mine")
    assert "\n" not in str(caught.value)


def test_a_circle_of_crises_is_refused():
    own = {"a": {"starts_from": "b"}, "b": {"starts_from": "a"}}
    with refused("in a circle"):
        crisis_from(own["a"], "a", own.__getitem__)


def test_a_plan_says_which_crises_it_was_made_for():
    with refused("answers = 3; expected a list of crises"):
        plan_from({"answers": 3, "levers": {}}, "mine")
    for name in shelf_names("plan"):
        assert set(load_yaml("plan", name).get("answers") or []) <= set(CRISES)
