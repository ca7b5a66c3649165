"""CAMHS: few children, each after a wait, and for a time."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import ordinary

from simsafe.agencies.camhs import Camhs, CamhsRates
from simsafe.model import SafeguardingModel
from simsafe.world.population import YEAR

DAYS = range(-4000, 4000, 20)


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return SafeguardingModel(ordinary(10_000))


def patients(model: SafeguardingModel, **numbers: float) -> np.ndarray:
    return Camhs(model.world, model.chance, CamhsRates(**numbers)).ever


def ages_met(model: SafeguardingModel, who: np.ndarray, **numbers: float) -> tuple[np.ndarray, np.ndarray]:
    """The ages, in days, between which each of these children may be met."""
    service = Camhs(model.world, model.chance, CamhsRates(**numbers))
    birth = model.world.children.birth[who].astype(np.int32)
    age = np.arange(0, int(18 * YEAR), 10)
    there = np.stack([service.usual_rate(who, birth + a) > 0 for a in age])
    assert there.any(axis=0).mean() > 0.9, "a few grow up while they wait"
    first, last = age[there.argmax(axis=0)], age[::-1][there[::-1].argmax(axis=0)]
    return first[there.any(axis=0)], last[there.any(axis=0)]


def test_as_many_children_are_ever_referred_as_assumed_and_more_shares_only_add(model):
    few, usual, many = (patients(model, ever=share) for share in (0.03, 0.12, 0.3))
    assert set(few.tolist()) < set(usual.tolist()) < set(many.tolist())
    assert usual.size / len(model.world.children) == pytest.approx(0.12, abs=0.012)


def test_nobody_is_met_before_the_wait_is_over_nor_after_the_stay(model):
    who = patients(model)
    how = CamhsRates()
    first, last = ages_met(model, who)
    assert first.min() >= 6 * YEAR + how.wait - 10
    assert first.max() <= 16 * YEAR + how.wait + 10
    assert (last - first <= how.stays).all()
    later, _ = ages_met(model, who, wait=400)
    both = min(first.size, later.size)
    assert later.mean() > first.mean()
    assert both > 500


def test_only_those_ever_referred_are_met_and_as_often_as_assumed_while_with_the_service(model):
    service = next(s for s in model.services.services if isinstance(s, Camhs))
    a_year = service.contacts_a_year(0)
    assert set(np.flatnonzero(a_year).tolist()) <= set(patients(model).tolist())
    assert set(np.round(a_year[a_year > 0], 6).tolist()) == {CamhsRates().contacts}
    assert (a_year > 0).sum() > 30
    laid = service.candidates()
    assert all(set(laid.on(day).who.tolist()) <= set(patients(model).tolist()) for day in range(60))
