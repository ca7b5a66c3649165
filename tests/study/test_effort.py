"""Plans made to ask for equally many extra hours."""

from datetime import date

import pytest
from comparisons import stacked
from small_worlds import turned

import simsafe.results.kept.hours as kept_hours
from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import Change, How
from simsafe.plans.costs import staff
from simsafe.study.effort import equal_hours, extra_hours, weakened

DAYS = (date(2020, 4, 1), date(2020, 7, 1))
DIALS = {"school_doorstep_weeks": ("school staff",), "home_education_visits_a_year": ("home education officer",)}
PLANS = {
    "rounds": (Change("school_doorstep_weeks", *DAYS, value=1.0), Change("colocation_share", *DAYS, value=0.9)),
    "slow_rounds": (Change("school_doorstep_weeks", *DAYS, value=4.0),),
    "visits": (Change("home_education_visits_a_year", *DAYS, value=6.0),),
    "nothing": (),
}


def hours(plans, power=1.0):
    """What each plan asks for: school staff an hour for every knock a week, officers one a visit and year."""
    made = {}
    for plan, changes in plans.items():
        value = {c.dial: c.value for c in changes}
        knocks, visits = value.get("school_doorstep_weeks", 0.0), value.get("home_education_visits_a_year", 0.0)
        made[plan] = {"school staff": (1000 / knocks) ** power if knocks else 0.0, "home education officer": 20 * visits}
    return made


def test_every_plan_comes_to_the_least_within_each_profession():
    made = equal_hours(PLANS, hours, dials=DIALS)
    assert made.equal
    assert made.factors["rounds"]["school staff"] == pytest.approx(0.25)
    after = hours(made.plans)
    assert after["rounds"]["school staff"] == pytest.approx(after["slow_rounds"]["school staff"])
    assert made.plans["visits"] == PLANS["visits"]
    table = made.table.set_index(["plan", "profession"])
    assert table.loc[("rounds", "school staff"), "why"] == ""
    assert table.loc[("visits", "school staff"), "why"].startswith("asks them for no hours")
    assert table.loc[("visits", "home education officer"), "why"].startswith("only this plan asks them")


def test_what_costs_nothing_is_left_as_it_is():
    made = equal_hours(PLANS, hours, dials=DIALS)
    assert made.plans["rounds"][1] == PLANS["rounds"][1]
    assert made.plans["nothing"] == ()


def test_hours_that_do_not_follow_the_lever_are_found_by_running_again():
    asked = []

    def curved(plans):
        asked.append(plans)
        return hours(plans, power=0.8)

    made = equal_hours(PLANS, curved, dials=DIALS)
    assert made.equal
    assert len(asked) > 2
    both = [hours(made.plans, power=0.8)[plan]["school staff"] for plan in ("rounds", "slow_rounds")]
    assert both[0] == pytest.approx(both[1], rel=0.05)


def test_a_lever_that_cannot_be_weakened_is_reported_as_not_equal():
    made = equal_hours(PLANS, hours, dials={})
    assert not made.equal
    row = made.table.set_index(["plan", "profession"]).loc[("rounds", "school staff")]
    assert not row["equal"]
    assert row["why"].startswith("no lever of this plan that costs these hours can be pulled less")
    assert row["hours_after"] == row["hours_before"]


def test_at_a_rate_of_exchange_all_hours_are_pooled_and_the_rate_is_printed():
    made = equal_hours(PLANS, hours, exchange={"school staff": 1.0, "home education officer": 2.0}, dials=DIALS)
    assert made.equal
    after = hours(made.plans)
    pooled = {p: own["school staff"] + 2 * own["home education officer"] for p, own in after.items() if p != "nothing"}
    assert all(value == pytest.approx(240, rel=0.05) for value in pooled.values())
    assert set(made.table["exchange"]) == {"home education officer 2; school staff 1"}


@pytest.mark.parametrize(
    ("exchange", "words"),
    [
        ({"school staf": 1.0, "home education officer": 1.0}, "school staff"),
        ({"school staff": 1.0}, "none for home education officer"),
        ({"school staff": -1.0, "home education officer": 1.0}, "0.01 to 100"),
    ],
)
def test_a_rate_that_makes_no_sense_is_refused(exchange, words):
    with pytest.raises(ConfigError, match=words):
        equal_hours(PLANS, hours, exchange=exchange, dials=DIALS)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (Change("school_doorstep_weeks", *DAYS, value=2.0), 8.0),  # a knock every eight weeks is a quarter of one every two
        (Change("school_doorstep_weeks", *DAYS, value=20.0), 52.0),
        (Change("doorstep_share", *DAYS, value=0.4), 0.1),
        (Change("colocation_share", *DAYS, value=0.9, how=How.FLOOR), 0.6),  # ordinary times have 0.5
        (Change("consent_doubt_share", *DAYS, value=0.2, how=How.MULTIPLY), 0.8),
    ],
)
def test_a_quarter_of_a_lever(change, value):
    (made,) = weakened((change,), {"somebody": 0.25}, {change.dial: ("somebody",)})
    assert made.value == pytest.approx(value)
    assert (made.dial, made.how, made.from_date, made.to_date) == (change.dial, change.how, change.from_date, change.to_date)


def test_a_whole_lever_is_untouched():
    assert weakened(PLANS["rounds"], {"school staff": 1.0}, DIALS) == PLANS["rounds"]


def test_a_dial_that_costs_two_professions_takes_the_smaller_factor():
    (made,) = weakened((Change("doorstep_share", *DAYS, value=0.4),), {"one": 0.5, "two": 0.25}, {"doorstep_share": ("one", "two")})
    assert made.value == pytest.approx(0.1)


KNOCK = staff("school staff", "doorstep visits", "doorstep_visits", 30, 30, 30)


@pytest.mark.slow
def test_weekly_rounds_are_slowed_to_the_hours_of_fortnightly_ones_in_the_model_itself(monkeypatch):
    monkeypatch.setattr(kept_hours, "costs", lambda: {"doorstep_rounds": (KNOCK,)})
    days = (date(2020, 4, 1), date(2020, 6, 12))
    plans = {f"every_{weeks}": turned(days, school_doorstep_weeks=float(weeks)) for weeks in (1, 3)}

    def measure(changed):
        return extra_hours(stacked({"waiting": (), **changed}, (1, 2), "waiting", children=800))

    before = measure(plans)
    made = equal_hours(plans, measure, dials={"school_doorstep_weeks": ("school staff",)})
    assert before["every_1"]["school staff"] > 1.5 * before["every_3"]["school staff"] > 0
    assert made.equal
    assert 0.25 < made.factors["every_1"]["school staff"] < 0.6  # school staff's time ran out in weekly rounds, so it is not simply a third
    again = measure(made.plans)
    assert again["every_1"]["school staff"] == pytest.approx(again["every_3"]["school staff"], rel=0.05)
