"""Services by appointment: who comes is settled by ordinary rates and dials, and by nothing that another service or day does."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small_worlds import small

from simsafe.agencies.midwifery import HANDED_OVER, TERM
from simsafe.agencies.services import DAYS, Service, Services
from simsafe.model import SafeguardingModel
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import IN_PERSON, Agency, Attempt, Mode
from simsafe.world.population import YEAR

DAYS_TRIED = range(3 * DAYS)
BY_APPOINTMENT = (
    Agency.GENERAL_PRACTICE, Agency.HOSPITAL, Agency.MIDWIFERY, Agency.SCHOOL_NURSING, Agency.CAMHS, Agency.EARLY_HELP, Agency.HOUSING,
)  # fmt: skip
EACH = pytest.mark.parametrize("agency", BY_APPOINTMENT)


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return THE_MODEL()


@cache
def THE_MODEL() -> SafeguardingModel:  # noqa: N802
    return SafeguardingModel(small(6000))


@cache
def contacts(**dials: float) -> Attempt:
    """All services' contacts of six weeks under the same dials."""
    now = Conditions(**dials)
    return Attempt.together([THE_MODEL().services.attempt(now, day) for day in DAYS_TRIED])


def service_of(model: SafeguardingModel, agency: Agency) -> Service:
    return next(s for s in model.services.services if s.agency is agency)


def keys(tries: Attempt, agency: Agency) -> set[int]:
    return set(tries.key[tries.agency == agency].tolist())


def of_others(tries: Attempt, agency: Agency) -> list[tuple[int, ...]]:
    """Everything about the contacts of all services but one."""
    other = tries.agency != agency
    return list(zip(*(getattr(tries, f)[other].tolist() for f in ("agency", "who", "mode", "key", "announced")), strict=True))


def test_every_service_by_appointment_is_tested_here(model):
    assert tuple(s.agency for s in model.services.services) == BY_APPOINTMENT


@EACH
def test_children_come_as_often_as_is_usual_at_their_age_and_deprivation(agency, model):
    middle = DAYS_TRIED[-1] // 2
    expected = service_of(model, agency).contacts_a_year(middle).sum() * len(DAYS_TRIED) / YEAR
    assert expected > 30
    assert np.count_nonzero(contacts().agency == agency) == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_nobody_comes_who_does_not_live_here_but_to_the_midwife(model):
    birth, how = model.world.children.birth.astype(int), model.setup.parameters.midwifery
    unborn = 0
    for day in DAYS_TRIED:
        tries = model.services.attempt(Conditions(), day)
        midwife = tries.agency == Agency.MIDWIFERY
        assert model.world.children.living_here(day, tries.who[~midwife]).all()
        until = birth[tries.who[midwife]] - day
        assert (until <= TERM - how.booking).all()
        assert (until > -HANDED_OVER).all()
        unborn += np.count_nonzero(until > 0)
    assert unborn > 100


@EACH
def test_more_contacts_of_one_service_only_add_and_leave_all_others_alone(agency, model):
    dial = service_of(model, agency).contact_dial
    none, few, usual, many = (contacts(**{dial: share}) for share in (0.0, 0.4, 1.0, DIALS[dial].metadata["high"]))
    assert not keys(none, agency)
    assert keys(few, agency) < keys(usual, agency) < keys(many, agency)
    assert of_others(none, agency) == of_others(few, agency) == of_others(usual, agency) == of_others(many, agency)
    expected = 0.4 * len(keys(usual, agency))
    assert len(keys(few, agency)) == pytest.approx(expected, abs=5 * np.sqrt(expected))


def in_person(tries: Attempt, agency: Agency) -> set[int]:
    return set(tries.key[IN_PERSON[tries.mode] & (tries.agency == agency)].tolist())


@EACH
def test_how_a_contact_is_held_follows_from_its_own_dial_and_more_in_person_only_moves_some_into_person(agency, model):
    service = service_of(model, agency)
    if service.in_person_dial is None:
        assert in_person(contacts(), agency) == keys(contacts(), agency), "there is no other way"
        return
    none, few, many, all_of_them = (contacts(**{service.in_person_dial: share}) for share in (0.0, 0.3, 0.7, 1.0))
    assert not in_person(none, agency)
    assert in_person(few, agency) < in_person(many, agency) < in_person(all_of_them, agency)
    assert keys(none, agency) == in_person(all_of_them, agency) == keys(contacts(), agency), "nobody comes more or less often for it"
    assert of_others(none, agency) == of_others(few, agency) == of_others(all_of_them, agency)
    remote = set(none.mode[none.agency == agency].tolist())
    assert remote == ({Mode.VIDEO, Mode.PHONE} if service.video else {Mode.PHONE})


@EACH
def test_in_person_means_at_the_clinic_but_for_the_share_at_home(agency, model):
    service = service_of(model, agency)
    met = contacts(**({service.in_person_dial: 1.0} if service.in_person_dial else {}))
    mode = met.mode[met.agency == agency]
    assert set(mode.tolist()) <= {Mode.CLINIC, Mode.HOME_VISIT}
    assert (mode == Mode.HOME_VISIT).mean() == pytest.approx(service.at_home, abs=4 * np.sqrt(service.at_home / mode.size) + 1e-9)


def test_a_day_asked_again_or_out_of_turn_gives_the_same_contacts(model):
    now = Conditions()
    fresh = Services(model.services.services, model.chance)
    for day in (30, 3, 31, 4, 30):
        one, other = model.services.attempt(now, day), fresh.attempt(now, day)
        assert all(np.array_equal(getattr(one, f), getattr(other, f)) for f in ("agency", "who", "mode", "key", "announced"))
