"""Each agency's removal takes away what it noticed and nothing else: exact, where no decision can change a later try or the truth."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small_worlds import forced, ordinary, watched

from simsafe.model import SafeguardingModel
from simsafe.scenario import Scenario
from simsafe.world.contact import PARTNERS, Agency, Signs, Strength

# What makes each agency notice nothing: its signs at nought, or what is called out to it. Disclosures, by which a child tells whom it
# can, belong to three agencies at once and have a statement of their own.
RATE = "senses__nature__rates__{}"
NO_DISCLOSURES = {"truth__calls__disclosure": 0.0}
SILENT: dict[Agency, tuple[str, ...]] = {
    **{a: (RATE.format(a.name.lower()),) for a in PARTNERS},
    Agency.HOSPITAL: (RATE.format("hospital"), "truth__calls__injuries__injuries"),
    Agency.ADULT_SERVICES: ("truth__calls__patients__worries",),
    Agency.POLICE: (
        *("truth__calls__incidents_abusive", "truth__calls__incidents_other"),
        *(f"truth__outside__{name}" for name in ("missing", "missing_exploited", "missing_looked_after")),
    ),
    Agency.COMMUNITY: (RATE.format("community"), "truth__calls__asks_for_help"),
}
SILENT.pop(Agency.HELPLINES)
CONTACTS = {  # agencies that can also be silenced by meeting nobody
    Agency.GENERAL_PRACTICE: ("under_one", "one_to_four", "five_and_over"), Agency.MIDWIFERY: ("contacts",), Agency.CAMHS: ("contacts",),
    Agency.SCHOOL_NURSING: ("primary", "secondary"), Agency.EARLY_HELP: ("contacts",), Agency.HOUSING: ("contacts",),
}  # fmt: skip


def scenario(**numbers: float) -> Scenario:
    """Three thousand children, of whom much is noticed; one child cannot affect another, decisions cannot change later tries."""
    busy = {RATE.format(a): 0.5 for a in ("school_nursing", "midwifery", "camhs", "housing", "hospital", "health_visiting")}
    return ordinary(3000, seed=8, capacity_coupling=False, open_loop=True, parameters=forced(**(busy | numbers)))


def noticed(**numbers: float) -> tuple[SafeguardingModel, dict[int, tuple[int, ...]]]:
    """The finished run, and of every sign noticed in it, by its key: day, agency, child, strength, concern, mode."""
    model, days = watched(scenario(**numbers), days=60)
    found: dict[int, tuple[int, ...]] = {}
    for number, day in enumerate(days):
        signs = Signs.together([day.calls.signs, day.signs])
        columns = (signs.key, signs.agency, signs.who, signs.strength, signs.concern, signs.mode)
        for key, *what in zip(*(column.tolist() for column in columns), strict=True):
            assert key not in found, "two signs share an identity"
            found[key] = (number, *what)
    return model, found


@cache
def usual() -> tuple[SafeguardingModel, dict[int, tuple[int, ...]]]:
    return noticed(**NO_DISCLOSURES)


def of(signs: dict[int, tuple[int, ...]], *agencies: Agency) -> dict[int, tuple[int, ...]]:
    return {key: what for key, what in signs.items() if what[1] in agencies}


def without(signs: dict[int, tuple[int, ...]], *agencies: Agency) -> dict[int, tuple[int, ...]]:
    return {key: what for key, what in signs.items() if what[1] not in agencies}


def of_the_past(model: SafeguardingModel, agency: Agency) -> np.ndarray:
    """Keys of an agency's own signs from before the run, founding signs of open cases apart (they are the stock's, not the agency's)."""
    signs = model.records.signs
    past = (signs["day"] < 0) & (signs["agency"] == agency) & (signs["strength"] == Strength.WEAK)
    return np.sort(signs["key"][past])


@pytest.mark.parametrize("agency", SILENT)
def test_an_agency_that_notices_nothing_leaves_every_sign_of_every_other_as_it_was(agency):
    model, before = usual()
    silent, after = noticed(**NO_DISCLOSURES, **dict.fromkeys(SILENT[agency], 0.0))
    assert of(before, agency), "the agency noticed nothing anyway"
    assert not of(after, agency)
    assert after == without(before, agency)
    assert of_the_past(model, agency).size or agency is Agency.MIDWIFERY, "nobody wrote of the unborn before the run"
    assert not of_the_past(silent, agency).size
    for other in PARTNERS:
        if other is not agency:
            assert np.array_equal(of_the_past(silent, other), of_the_past(model, other)), other.name
    assert np.array_equal(silent.contacts.seen, model.contacts.seen) or agency is Agency.POLICE, "it went on meeting whom it met"


@pytest.mark.slow
@pytest.mark.parametrize("agency", CONTACTS)
def test_an_agency_that_meets_nobody_notices_nothing_and_leaves_every_sign_of_every_other_as_it_was(agency):
    model, before = usual()
    room = "centres" if agency is Agency.EARLY_HELP else agency.name.lower()
    alone, after = noticed(**NO_DISCLOSURES, **{f"{room}__{rate}": 0.0 for rate in CONTACTS[agency]})
    assert after == without(before, agency)
    assert (alone.contacts.seen <= model.contacts.seen).all()


def test_disclosures_are_told_at_school_to_the_community_or_to_a_helpline_and_touch_no_other_sign():
    _, silent = usual()
    _, telling = noticed(truth__calls__disclosure=2.0)
    disclosed = {key: what for key, what in telling.items() if key not in silent}
    assert without(telling, Agency.SCHOOLS, Agency.COMMUNITY, Agency.HELPLINES) == without(
        silent, Agency.SCHOOLS, Agency.COMMUNITY, Agency.HELPLINES
    )
    assert silent == {key: what for key, what in telling.items() if key in silent}
    assert {what[1] for what in disclosed.values()} == {Agency.SCHOOLS, Agency.COMMUNITY, Agency.HELPLINES}
    assert {what[3] for what in disclosed.values()} == {Strength.STRONG}
    assert not of(silent, Agency.HELPLINES)


def test_without_helplines_children_tell_relatives_and_neighbours_the_same_and_no_other_sign_moves():
    _, usually = noticed(truth__calls__disclosure=2.0)
    _, without_lines = noticed(truth__calls__disclosure=2.0, truth__calls__to_a_helpline=0.0)
    assert of(usually, Agency.HELPLINES)
    assert not of(without_lines, Agency.HELPLINES)
    moved = {key: (day, int(Agency.COMMUNITY), *rest) for key, (day, _, *rest) in of(usually, Agency.HELPLINES).items()}
    assert without_lines == usually | moved


def test_every_agency_but_social_care_is_silenced_here():
    assert set(SILENT) | {Agency.HELPLINES} == set(PARTNERS)
