"""Parents who ask for help: more under the strain of the times, fewer where one must ask online, and as ever in ordinary times."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from small_worlds import assert_same_log, forced, ordinary, run

from simsafe.model import SafeguardingModel
from simsafe.truth.call_outs import EDGE_CAP
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Concern, Digital

DAYS = range(200)


def strained(by: float = 0.0, **numbers: float) -> SafeguardingModel:
    """Forty thousand children, who ask often, after a year of a shift of strain."""
    model = SafeguardingModel(ordinary(40_000, parameters=forced(truth__calls__asks_for_help=1.0, **numbers)))
    for week in range(52 if by else 0):
        model.behind.hidden.live_a_week(week, Conditions(strain_shift=by), 1.0)
    return model


@pytest.fixture(scope="module")
def calm() -> SafeguardingModel:
    return strained()


@pytest.fixture(scope="module")
def burdened() -> SafeguardingModel:
    return strained(0.5)


def asked(model: SafeguardingModel, **dials: float) -> dict[int, int]:
    """Key of each request, and the child it is for."""
    now, made = Conditions(**dials), {}
    for day in DAYS:
        s = model.behind.calling._asking(now, day)
        assert (s.agency == Agency.COMMUNITY).all()
        assert (s.concern == Concern.NEED).all()
        made |= dict(zip(s.key.tolist(), s.who.tolist(), strict=True))
    return made


def families(model: SafeguardingModel, requests: dict[int, int]) -> np.ndarray:
    return model.world.children.family[np.array(list(requests.values()), dtype=np.int64)]


# Strain


def test_the_strain_of_the_times_is_nought_in_ordinary_times_and_never_more_than_the_times_account_for(burdened):
    hidden, everyone = burdened.behind.hidden, np.arange(len(burdened.world.families))
    assert (hidden.strain_of_the_times(everyone, Conditions(), 1.0, EDGE_CAP) == 0).all()
    for shift in (0.1, 0.5, 3.0):
        under = hidden.strain_of_the_times(everyone, Conditions(strain_shift=shift), 1.0, EDGE_CAP)
        assert (under >= 0).all()
        assert (under <= np.minimum(shift * hidden.susceptible.astype(float), EDGE_CAP) + 1e-6).all()
        assert (under[hidden.susceptible == 0] == 0).all()


def test_under_strain_more_ask_and_none_of_those_who_asked_before_ask_less(burdened):
    usual, some, many = (asked(burdened, strain_shift=shift) for shift in (0.0, 0.1, 0.5))
    assert set(usual) < set(some) < set(many)
    new = families(burdened, {key: child for key, child in many.items() if key not in usual})
    assert (burdened.behind.hidden.susceptible[new] > 0).all(), "only those who bear the strain ask more"


def test_where_strain_has_not_come_yet_nobody_asks_more_and_so_it_is_without_the_slope(calm):
    hidden = calm.behind.hidden
    before = hidden.strain.copy()
    hidden.strain[:] = hidden.usual_strain
    assert asked(calm, strain_shift=0.5) == asked(calm)
    hidden.strain[:] = before
    flat = strained(0.5, truth__calls__asks_per_strain=0.0)
    assert asked(flat, strain_shift=0.5) == asked(flat)


def test_a_steeper_slope_asks_more():
    few, many = (len(asked(strained(0.5, truth__calls__asks_per_strain=slope), strain_shift=0.5)) for slope in (0.2, 1.0))
    assert few < many


# Asking online


def test_the_less_early_help_is_met_in_person_the_fewer_ask_and_only_those_without_device_or_language_stay_away(calm):
    amounts = [asked(calm, early_help_in_person_share=share) for share in (1.0, 0.6, 0.3, 0.0)]
    assert all(set(few) < set(more) for more, few in pairwise(amounts))
    away = families(calm, {key: child for key, child in amounts[0].items() if key not in amounts[-1]})
    f = calm.world.families
    assert ((f.digital[away] <= Digital.PHONE_ONLY) | f.interpreter[away]).all()


@pytest.mark.parametrize("who", ["without a device", "with an interpreter"])
def test_of_each_group_about_as_many_ask_online_as_said(calm, who):
    everyone, online = asked(calm), asked(calm, early_help_in_person_share=0.0)
    f, how = calm.world.families, calm.behind.calling.how
    without, interpreter = f.digital <= Digital.PHONE_ONLY, f.interpreter
    group = without & ~interpreter if who == "without a device" else interpreter & ~without
    expected = how.asks_online_excluded if who == "without a device" else how.asks_online_interpreted
    before, after = (np.count_nonzero(group[families(calm, requests)]) for requests in (everyone, online))
    assert before > 15
    assert after / before == pytest.approx(expected, abs=3 * np.sqrt(0.25 / before))


def test_devices_bring_back_those_who_had_none_and_nobody_else(calm):
    none, some, everyone = (asked(calm, early_help_in_person_share=0.0, devices_share=share) for share in (0.0, 0.5, 1.0))
    assert set(none) < set(some) < set(everyone)
    back = families(calm, {key: child for key, child in everyone.items() if key not in none})
    assert (calm.world.families.digital[back] <= Digital.PHONE_ONLY).all()


def test_in_ordinary_times_none_of_it_changes_a_run():
    numbers = {"asks_per_strain": 1.0, "asks_online_excluded": 0.1, "asks_online_interpreted": 0.1}
    changed = forced(**{f"truth__calls__{name}": value for name, value in numbers.items()})
    assert_same_log(run(ordinary(1000, parameters=changed), days=60), run(ordinary(1000), days=60))
