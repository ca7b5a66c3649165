"""Services by appointment: who comes is settled by ordinary rates and dials, and by nothing that another service or day does."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import small

from simsafe.agencies.services import DAYS, Services
from simsafe.model import SafeguardingModel
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Mode
from simsafe.world.population import YEAR

DAYS_TRIED = range(3 * DAYS)


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return SafeguardingModel(small(6000))


def contacts(model: SafeguardingModel, days: range = DAYS_TRIED, **dials: float) -> Attempt:
    now = Conditions(**dials)
    return Attempt.together([model.services.attempt(now, day) for day in days])


def keys(tries: Attempt, agency: Agency) -> set[int]:
    return set(tries.key[tries.agency == agency].tolist())


def test_children_come_as_often_as_is_usual_at_their_age_and_deprivation(model):
    usual = contacts(model)
    years = len(DAYS_TRIED) / YEAR
    for agency, a_year in (
        (Agency.GENERAL_PRACTICE, model.general_practice.contacts_a_year(DAYS_TRIED[-1] // 2)),
        (Agency.EARLY_HELP, model.local_services.contacts_a_year()),
    ):
        here = model.world.children.living_here(DAYS_TRIED[-1] // 2)
        expected = a_year[here].sum() * years
        assert np.count_nonzero(usual.agency == agency) == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_nobody_comes_who_does_not_live_here(model):
    for day in DAYS_TRIED:
        who = model.services.attempt(Conditions(), day).who
        assert model.world.children.living_here(day, who).all()


@pytest.mark.parametrize(
    ("dial", "turned", "other"),
    [
        ("gp_contact_share", Agency.GENERAL_PRACTICE, Agency.EARLY_HELP),
        ("early_help_contact_share", Agency.EARLY_HELP, Agency.GENERAL_PRACTICE),
    ],
)
def test_more_contacts_of_one_service_only_add_and_leave_the_other_alone(model, dial, turned, other):
    none, few, usual, many = (contacts(model, **{dial: share}) for share in (0.0, 0.4, 1.0, 1.5))
    assert not keys(none, turned)
    assert keys(few, turned) < keys(usual, turned) < keys(many, turned)
    assert keys(few, other) == keys(usual, other) == keys(many, other)
    expected = 0.4 * len(keys(usual, turned))
    assert len(keys(few, turned)) == pytest.approx(expected, abs=5 * np.sqrt(expected))


def test_how_a_contact_is_held_follows_from_its_own_dial_and_more_in_person_only_moves_some_into_person(model):
    def in_person(share: float) -> set[int]:
        tries = contacts(model, early_help_in_person_share=share)
        return set(tries.key[np.isin(tries.mode, (Mode.CLINIC, Mode.HOME_VISIT)) & (tries.agency == Agency.EARLY_HELP)].tolist())

    assert not in_person(0.0)
    assert in_person(0.3) < in_person(0.7) < in_person(1.0)
    remote = contacts(model, early_help_in_person_share=0.0, gp_face_to_face_share=0.0)
    assert set(remote.mode[remote.agency == Agency.GENERAL_PRACTICE].tolist()) == {Mode.PHONE}
    assert set(remote.mode[remote.agency == Agency.EARLY_HELP].tolist()) == {Mode.VIDEO, Mode.PHONE}


def test_a_day_asked_again_or_out_of_turn_gives_the_same_contacts(model):
    now = Conditions()
    fresh = Services([model.general_practice, model.local_services], model.chance)
    for day in (30, 3, 31, 4, 30):
        one, other = model.services.attempt(now, day), fresh.attempt(now, day)
        assert all(np.array_equal(getattr(one, f), getattr(other, f)) for f in ("agency", "who", "mode", "key", "announced"))
