"""Injuries that somebody caused, parents as patients, and children who call a helpline."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from small_worlds import forced, ordinary

from simsafe.model import SafeguardingModel
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Concern, Mode, Signs, Strength
from simsafe.world.population import YEAR

YEAR_OF_DAYS = range(365)


def world_where(kind: Concern | None, severity: int, **numbers: float) -> SafeguardingModel:
    """Three thousand children, all of them who live here harmed alike; it is never stepped."""
    model = SafeguardingModel(ordinary(3000, parameters=forced(**numbers)))
    harm = model.behind.harm
    harm.type[:], harm.severity[:] = -1, 0
    if kind is not None:
        harm.type[model.here], harm.severity[model.here] = kind, severity
    harm.forget_rows()
    return model


def injuries(model: SafeguardingModel, days: range = YEAR_OF_DAYS, **dials: float) -> Signs:
    now = Conditions(**dials)
    return Signs.together([model.behind.calling.injuries.call_out(now, day) for day in days])


def keys(signs: Signs) -> set[int]:
    return set(signs.key.tolist())


# Injuries


def test_physically_harmed_children_come_to_hospital_as_often_as_assumed_and_each_is_a_strong_sign_of_its_own():
    model = world_where(Concern.PHYSICAL, 2)
    signs, how = injuries(model), model.setup.parameters.truth.calls.injuries
    expected = model.here.sum() * how.injuries * how.told_apart * 365 / YEAR
    assert signs.size == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert np.unique(signs.key).size == signs.size
    for column, value in ((signs.agency, Agency.HOSPITAL), (signs.strength, Strength.STRONG), (signs.concern, Concern.PHYSICAL)):
        assert set(column.tolist()) == {int(value)}
    assert set(signs.mode.tolist()) == {int(Mode.CLINIC)}


def test_worse_harm_only_adds_injuries():
    amounts = [keys(injuries(world_where(Concern.PHYSICAL, severity))) for severity in (0, 1, 2, 3)]
    assert not amounts[0]
    assert all(less < more for less, more in pairwise(amounts))


@pytest.mark.parametrize("kind", [None, *(c for c in Concern if c not in (Concern.PHYSICAL, Concern.NEED))])
def test_nobody_is_injured_who_is_not_physically_harmed(kind):
    assert not injuries(world_where(kind, 3)).size


def test_when_nobody_goes_to_hospital_some_injured_children_are_brought_all_the_same_and_more_than_usual_adds_none():
    model = world_where(Concern.PHYSICAL, 2)
    none, half, usual, more = (keys(injuries(model, hospital_attendance_share=share)) for share in (0.0, 0.5, 1.0, 1.5))
    assert none < half < usual == more
    assert len(none) / len(usual) == pytest.approx(model.setup.parameters.truth.calls.injuries.brought_anyway, abs=0.05)


def test_a_doctor_who_can_tell_injuries_apart_better_only_notices_more():
    few, many = (keys(injuries(world_where(Concern.PHYSICAL, 2, truth__calls__injuries__told_apart=share))) for share in (0.4, 0.95))
    assert few < many


# Patients


@pytest.fixture(scope="module")
def many() -> SafeguardingModel:
    return SafeguardingModel(ordinary(20_000))


def notes(model: SafeguardingModel, days: range = range(120), share: float = 1.0) -> Signs:
    now = Conditions(adult_services_contact_share=share)
    return Signs.together([model.behind.calling.patients.call_out(now, day) for day in days])


def test_adult_services_note_something_about_the_children_at_home_of_parents_in_treatment_and_of_nobody_else(many):
    signs, family = notes(many), many.world.children.family
    assert set(signs.agency.tolist()) == {int(Agency.ADULT_SERVICES)}
    assert set(signs.concern.tolist()) == {int(Concern.NEGLECT), int(Concern.EMOTIONAL), int(Concern.DOMESTIC_ABUSE)}
    assert many.behind.hidden.parental_difficulty[family[signs.who]].all()
    parents = many.behind.hidden.parental_difficulty.astype(bool)
    treated = many.behind.calling.patients.treated.astype(bool)
    assert not (treated & ~parents).any()
    assert treated[parents].mean() == pytest.approx(many.setup.parameters.truth.calls.patients.treated, abs=0.05)
    assert treated[family[signs.who]].all()
    for day in range(60):
        today = many.behind.calling.patients.call_out(Conditions(), day)
        assert many.world.children.living_here(day, today.who).all()
        assert np.unique(today.key).size == today.size
        for at_home in np.unique(family[today.who]):
            rows, _ = many.world.children_of(np.array([at_home]))
            rows = rows[many.world.children.living_here(day, rows)]
            told = today.who[family[today.who] == at_home]
            assert set(told.tolist()) == set(rows.tolist()), "a note on a parent is a note about each child at home"


def test_fewer_contacts_with_parents_only_take_notes_away(many):
    none, few, usual, more = (keys(notes(many, share=share)) for share in (0.0, 0.5, 1.0, 1.5))
    assert not none
    assert few < usual < more


def test_notes_are_as_frequent_as_assumed_and_speak_for_themselves_more_often_where_a_child_is_harmed():
    model = world_where(Concern.NEGLECT, 3, truth__calls__patients__worries=4.0)
    how = model.setup.parameters.truth.calls.patients
    signs = notes(model, range(100))
    at_home = model.here & model.behind.calling.patients.treated.astype(bool)[model.world.children.family]
    expected = at_home.sum() * 4.0 * 100 / YEAR
    assert signs.size == pytest.approx(expected, rel=0.25)  # children of one family share their notes
    calm = notes(world_where(None, 0, truth__calls__patients__worries=4.0), range(100))
    assert keys(calm) == keys(signs), "harm changes how a note speaks and not whether there is one"
    assert set(calm.key[calm.strength == 1].tolist()) <= set(signs.key[signs.strength == 1].tolist())
    assert (signs.strength == 1).mean() == pytest.approx(how.strong + 3 * how.strong_if_harmed, abs=0.1)
    assert (calm.strength == 1).mean() < (signs.strength == 1).mean()


# Helplines


def test_a_share_of_what_is_told_outside_school_goes_to_a_helpline_and_a_larger_share_only_moves_more_there():
    def told(share: float, in_school: bool) -> dict[int, int]:
        model = world_where(Concern.EMOTIONAL, 2, truth__calls__to_a_helpline=share)
        there = np.full(len(model.world.children), in_school)
        found: dict[int, int] = {}
        for day in YEAR_OF_DAYS:
            signs = model.behind.calling._disclosures(Conditions(), there, day)
            found |= dict(zip(signs.key.tolist(), signs.agency.tolist(), strict=True))
        return found

    few, many = told(0.05, False), told(0.8, False)
    assert few.keys() == many.keys()
    lines = [{key for key, agency in found.items() if agency == Agency.HELPLINES} for found in (few, many)]
    assert lines[0] < lines[1]
    assert len(lines[1]) / len(many) == pytest.approx(0.8, abs=0.12)
    assert set(many.values()) == {int(Agency.HELPLINES), int(Agency.COMMUNITY)}
    at_school = told(0.8, True)
    assert set(at_school.values()) == {int(Agency.SCHOOLS)}
    assert at_school.keys() == many.keys(), "in ordinary times it is as safe to tell at home as at school"
