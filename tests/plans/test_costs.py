"""Every lever says what it costs, or why it costs nothing."""

import pytest

from simsafe.ground.parameter import Grade
from simsafe.plans.catalogue import SHELF
from simsafe.plans.costs import ACTIVITIES, COSTS, FREE, WATCHING, costs_of, in_words


def test_every_lever_and_no_other_has_costs():
    assert set(COSTS) == set(SHELF)


@pytest.mark.parametrize("name", SHELF)
def test_a_lever_has_costs_with_a_range_or_says_why_it_is_free(name):
    costs = costs_of(name)
    assert bool(costs) != (name in FREE)
    for cost in costs:
        amount = cost.minutes or cost.pounds
        assert (cost.minutes > 0) != (cost.pounds > 0)
        assert 0 <= cost.low <= amount <= cost.high
        assert cost.per in ACTIVITIES
        assert cost.source
        assert cost.grade in list(Grade)
        assert cost.per in in_words(cost)


def test_every_activity_is_paid_by_somebody_and_says_how_it_is_counted():
    used = {cost.per for costs in (*COSTS.values(), (WATCHING,)) for cost in costs}
    assert set(ACTIVITIES) - used == set()
    assert all(len(how) > 10 for how in ACTIVITIES.values())
    assert WATCHING.minutes > 0


def test_minutes_that_the_model_spends_itself_are_those_of_its_parameters():
    from simsafe.scenario import Parameters

    p = Parameters()
    said = {cost.source.split(",")[0].split(";")[0]: cost.minutes for costs in COSTS.values() for cost in costs if "." in cost.source}
    rooms = {path: path.split(".") for path in said}
    for path, (room, name) in rooms.items():
        assert getattr(getattr(p, room), name) == said[path], path
    assert len(said) >= 8


def test_describing_a_lever_prints_its_costs(capsys):
    from simsafe.app import main

    assert main(["describe", "doorstep_rounds"]) == 0
    assert "20 minutes of school staff per doorstep_visits" in capsys.readouterr().out
    assert main(["describe", "fewer_adults"]) == 0
    assert "it takes fewer people" in capsys.readouterr().out
