"""Families' hidden side: traits as common as assumed, and strain that comes back to its own level."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import ordinary

from simsafe.model import SafeguardingModel
from simsafe.truth.families import HiddenFamilies
from simsafe.world.conditions import Conditions


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return SafeguardingModel(ordinary(20_000))


def fresh(model: SafeguardingModel) -> HiddenFamilies:
    return HiddenFamilies(model.world.families, model.chance, model.setup.parameters.truth.families)


def test_traits_are_as_common_as_assumed(model):
    hidden, p = model.behind.hidden, model.setup.parameters.truth.families
    assert hidden.domestic_abuse.mean() == pytest.approx(p.domestic_abuse, rel=0.15)
    assert hidden.parental_difficulty.mean() == pytest.approx(p.parental_difficulty, rel=0.2)
    assert hidden.willing.astype(float).mean() == pytest.approx(p.willingness, abs=0.01)
    assert hidden.conceals.astype(float).mean() == pytest.approx(p.concealing, rel=0.1)
    assert hidden.susceptible.astype(float).mean() == pytest.approx(1.0, rel=0.1)
    assert hidden.look_alike.astype(float).mean() == pytest.approx(1.0, rel=0.1)


def test_parental_difficulty_is_commoner_where_there_is_domestic_abuse(model):
    hidden = model.behind.hidden
    assert hidden.parental_difficulty[hidden.domestic_abuse].mean() > 1.5 * hidden.parental_difficulty[~hidden.domestic_abuse].mean()


def test_no_family_gives_off_more_look_alike_signs_than_the_ceiling(model):
    hidden, p = model.behind.hidden, model.setup.parameters.truth.families
    assert hidden.look_alike.astype(float).max() <= p.look_alike_highest * (1 + 1e-3)


def test_strain_keeps_its_level_and_spread_in_ordinary_times(model):
    hidden = fresh(model)
    before = hidden.strain.mean(), hidden.strain.std()
    for week in range(104):
        hidden.live_a_week(week, Conditions(), 1.0)
    assert (hidden.strain.mean(), hidden.strain.std()) == pytest.approx(before, abs=0.03)


def test_a_shift_is_borne_by_the_susceptible_and_by_nobody_else(model):
    calm, shaken = fresh(model), fresh(model)
    for week in range(30):
        calm.live_a_week(week, Conditions(), 1.0)
        shaken.live_a_week(week, Conditions(strain_shift=0.3), 1.0)
    more = shaken.strain - calm.strain
    assert np.abs(more[calm.susceptible == 0]).max() == 0
    assert (more[calm.susceptible > 0] > 0).all()
    assert more.mean() == pytest.approx(0.3 * (1 - 0.96**30), abs=0.03)


def test_closing_schools_strains_like_a_shift_and_opening_them_lets_it_fade(model):
    p = model.setup.parameters.truth.families
    closed, shifted = fresh(model), fresh(model)
    for week in range(20):
        closed.live_a_week(week, Conditions(), 0.0)
        shifted.live_a_week(week, Conditions(strain_shift=p.school_closure_strain), 1.0)
    assert np.array_equal(closed.strain, shifted.strain)
    calm = fresh(model)
    for week in range(20):
        calm.live_a_week(week, Conditions(), 1.0)
    gap = [(closed.strain - calm.strain).mean()]
    for week in range(20, 80):
        closed.live_a_week(week, Conditions(), 1.0)
        calm.live_a_week(week, Conditions(), 1.0)
        gap.append((closed.strain - calm.strain).mean())
    assert gap[-1] < 0.1 * gap[0]
    assert (np.diff(gap) < 0).all()


def test_strain_counts_only_beyond_the_reserve_and_up_to_the_cap(model):
    hidden, rows = model.behind.hidden, np.arange(len(model.world.families))
    edge = hidden.over_the_edge(rows, 2.5)
    assert edge.min() == 0
    assert edge.max() <= 2.5
    below = hidden.strain < hidden.reserve.astype(np.float32)
    assert (edge[below] == 0).all()
    assert (edge[~below] >= 0).all()
