"""From worry to telling: around each agency's own threshold, by the sign's own luck, and by three rules that no worry overrules."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from small_worlds import CERTAIN, small

from simsafe.agencies.records import Records
from simsafe.agencies.weight import Belief, Weighing
from simsafe.ground.chance import Chance
from simsafe.system.cases import Cases
from simsafe.system.referring import NOT_MOBILE, RARE_USERS, Referring, Telling, Thresholds
from simsafe.world.build import build_world
from simsafe.world.contact import PARTNERS, PUBLISHED_SOURCES, Agency, Concern, Mode, Signs, Strength

CHILDREN = 4000
EVERYONE = np.arange(CHILDREN)
DAY = 5
FIVE_YEARS_OLD = -1800
SCENARIO = small(CHILDREN)
WORLD = build_world(SCENARIO.area, Chance(9), SCENARIO.days, SCENARIO.parameters.households)
HEALTH = PUBLISHED_SOURCES["health"]


def tellings(
    agency: Agency,
    day: int = DAY,
    *,
    strength: Strength = Strength.WEAK,
    concern: Concern = Concern.NEGLECT,
    mode: Mode = Mode.HOME_VISIT,
    birth: int = FIVE_YEARS_OLD,
    lower: float = 0.0,
    open_cases: bool = False,
    **numbers: float,
) -> tuple[Telling, Telling]:
    """What the agency tells the front door, and what it tells workers, after one sign about each of these children of one age."""
    records, cases = Records(CHILDREN, Weighing(Belief())), Cases(CHILDREN)
    if open_cases:
        cases.open(EVERYONE, EVERYONE.astype(np.uint64), 0)
    small = [np.full(CHILDREN, value, dtype=np.int8) for value in (agency, strength, concern, mode)]
    keys = Chance(1).keys(EVERYONE.astype(np.uint64), "sign")
    rows = records.keep(Signs(small[0], EVERYONE, small[1], small[2], small[3], keys), day)
    how = Thresholds(**numbers)
    for partner in PARTNERS:
        object.__setattr__(how, partner.name.lower(), getattr(how, partner.name.lower()) - lower)
    children = replace(WORLD.children, birth=np.full(len(WORLD.children), birth, dtype=np.int16))
    return Referring(records, cases, children, Chance(2), how).tell(rows, day)


def told(agency: Agency, day: int = DAY, **how) -> tuple[set[int], set[int]]:
    """Children about whom the agency tells the front door, and those about whom it tells the worker."""
    new, known = tellings(agency, day, **how)
    return set(new.child.tolist()), set(known.child.tolist())


def test_whether_a_sign_is_told_follows_from_the_sign_and_not_from_the_day():
    assert told(Agency.SCHOOLS, day=5) == told(Agency.SCHOOLS, day=400)


def test_half_of_signs_at_the_threshold_are_told():
    at_threshold = Thresholds().schools - Belief().weak
    new, known = told(Agency.SCHOOLS, lower=at_threshold)
    assert len(new) / CHILDREN == pytest.approx(0.5, abs=0.03)
    assert not known


@pytest.mark.parametrize("agency", PARTNERS)
def test_lower_thresholds_and_stronger_signs_only_add_to_what_is_told(agency):
    amounts = [told(agency, lower=lower)[0] for lower in (-1.0, 0.0, 1.0, 3.0)]
    assert all(few <= more for few, more in pairwise(amounts))
    assert len(amounts[0]) < len(amounts[-1])
    assert amounts[1] <= told(agency, strength=Strength.STRONG)[0]


def test_nobody_tells_below_any_threshold_and_everybody_above():
    assert told(Agency.POLICE, lower=-CERTAIN) == (set(), set())
    assert len(told(Agency.POLICE, lower=CERTAIN)[0]) == CHILDREN


def test_a_sign_about_an_open_case_goes_to_the_worker_and_more_easily():
    at_the_door, to_the_worker = told(Agency.SCHOOLS)[0], told(Agency.SCHOOLS, open_cases=True)
    assert to_the_worker[0] == set()
    assert at_the_door < to_the_worker[1]


def test_social_care_tells_itself_nothing():
    assert told(Agency.SOCIAL_CARE, strength=Strength.STRONG, lower=CERTAIN) == (set(), set())


# Adult services and the children of their patients


def test_adult_services_tell_of_every_child_they_have_on_record_and_of_no_other_however_worried():
    new, _ = told(Agency.ADULT_SERVICES, lower=CERTAIN)
    assert len(new) / CHILDREN == pytest.approx(Thresholds().child_recorded, abs=0.03)
    for worried in ({"strength": Strength.STRONG}, {"concern": Concern.PHYSICAL, "strength": Strength.STRONG, "birth": 0}, {"day": 90}):
        assert told(Agency.ADULT_SERVICES, lower=CERTAIN, **worried)[0] == new, "whether a child is on record is a matter of the child"
    assert told(Agency.ADULT_SERVICES, lower=CERTAIN, open_cases=True) == (set(), new)


def test_the_more_children_adult_services_record_the_more_they_can_tell_of_and_no_other_agency_tells_more():
    few, usual, everyone = (told(Agency.ADULT_SERVICES, lower=CERTAIN, child_recorded=share)[0] for share in (0.1, 0.4, 1.0))
    assert few < usual < everyone == set(EVERYONE.tolist())
    for agency in PARTNERS:
        if agency is not Agency.ADULT_SERVICES:
            assert told(agency, child_recorded=0.1) == told(agency, child_recorded=1.0)


# Babies who cannot move

A_BRUISE = {"strength": Strength.STRONG, "concern": Concern.PHYSICAL, "lower": -CERTAIN}  # an agency that would otherwise never tell


@pytest.mark.parametrize("agency", [a for a in HEALTH if a is not Agency.ADULT_SERVICES])
def test_health_staff_tell_of_a_bruised_baby_as_often_as_they_know_the_route_whatever_they_think_of_the_family(agency):
    for birth in (DAY, DAY - NOT_MOBILE + 1):
        new, _ = told(agency, birth=birth, **A_BRUISE)
        assert len(new) / CHILDREN == pytest.approx(Thresholds().bruising_route, abs=0.03)
    few, all_of_them = (told(agency, birth=DAY, **A_BRUISE, bruising_route=share)[0] for share in (0.2, 1.0))
    assert few < new < all_of_them == set(EVERYONE.tolist())


NO_ROUTE = [{"birth": DAY - NOT_MOBILE}, {"birth": DAY + 1}, {"strength": Strength.WEAK}]
NO_ROUTE += [{"concern": concern} for concern in Concern if concern is not Concern.PHYSICAL]


@pytest.mark.parametrize("otherwise", NO_ROUTE)
def test_the_route_is_for_a_born_baby_not_yet_mobile_with_a_strong_sign_of_physical_harm_only(otherwise):
    assert told(Agency.HEALTH_VISITING, **({"birth": DAY} | A_BRUISE | otherwise)) == (set(), set())


@pytest.mark.parametrize("agency", [a for a in PARTNERS if a not in HEALTH])
def test_the_route_is_for_health_staff_only(agency):
    assert told(agency, birth=DAY, **A_BRUISE) == (set(), set())


def test_the_route_takes_nothing_away_from_what_would_be_told_without_it():
    for lower in (-1.0, 0.0, 1.0, CERTAIN):
        older, baby = (told(Agency.HOSPITAL, birth=birth, **A_BRUISE | {"lower": lower})[0] for birth in (FIVE_YEARS_OLD, DAY))
        assert older <= baby


# Medicals


def test_the_report_of_a_medical_is_always_told_to_whoever_asked_for_it():
    nobody, everyone = set(), set(EVERYONE.tolist())
    for strength in Strength:
        assert told(Agency.HOSPITAL, mode=Mode.MEDICAL, strength=strength, lower=-CERTAIN, open_cases=True) == (nobody, everyone)
        assert told(Agency.HOSPITAL, mode=Mode.MEDICAL, strength=strength, lower=-CERTAIN) == (everyone, nobody)
    assert told(Agency.HOSPITAL, mode=Mode.CLINIC, strength=Strength.STRONG, lower=-CERTAIN, open_cases=True) == (nobody, nobody)


# Callers who give no name


def test_some_of_the_community_tell_without_a_name_and_no_other_agency_does():
    for agency in PARTNERS:
        for telling in tellings(agency, lower=CERTAIN), tellings(agency, lower=CERTAIN, open_cases=True):
            by = np.concatenate([part.agency for part in telling])
            nameless = by == Agency.HELPLINES
            assert set(by[~nameless].tolist()) <= {int(agency)}
            if agency is Agency.COMMUNITY:
                assert nameless.mean() == pytest.approx(Thresholds().gives_no_name, abs=0.03)
            elif agency is not Agency.HELPLINES:
                assert not nameless.any()


def test_who_gives_no_name_changes_who_is_counted_and_not_what_is_told():
    few, usual, many = (tellings(Agency.COMMUNITY, lower=1.0, gives_no_name=share)[0] for share in (0.05, 0.15, 0.4))
    assert np.array_equal(few.rows, usual.rows)
    assert np.array_equal(usual.rows, many.rows)
    nameless = [set(t.child[t.agency == Agency.HELPLINES].tolist()) for t in (few, usual, many)]
    assert nameless[0] < nameless[1] < nameless[2]


# Agencies that seldom tell


@pytest.mark.parametrize("agency", PARTNERS)
def test_those_who_seldom_tell_are_less_sure_and_nobody_else_is_any_different(agency):
    """Below its threshold a less sure agency tells more than it would, above it less: it knows the pathway less."""
    usual = getattr(Thresholds(), agency.name.lower()) - Belief().weak
    below, above = (
        [told(agency, lower=usual + nats, spread_of_rare_users=spread)[0] for spread in (0.05, 0.6, 1.5)] for nats in (-0.7, 0.7)
    )
    if agency in RARE_USERS:
        assert below[0] < below[1] < below[2]
        assert above[0] > above[1] > above[2]
    else:
        assert below[0] == below[1] == below[2]
        assert above[0] == above[1] == above[2]


def test_agencies_that_seldom_tell_are_the_ones_named_and_less_sure_by_default():
    spread = Thresholds().spread_by_agency()
    assert {a for a in Agency if spread[a] > Thresholds().spread} == set(RARE_USERS)


# What others may have told


def told_on(diffusion: float, holders: tuple[Agency, ...], by: Agency = Agency.SCHOOLS, lower: float = 0.0) -> set[int]:
    """Children about whom an agency tells the front door of a sign that police noticed, and that these agencies hold as well."""
    records, cases = Records(CHILDREN, Weighing(Belief())), Cases(CHILDREN)
    small = [np.full(CHILDREN, value, dtype=np.int8) for value in (Agency.POLICE, Strength.WEAK, Concern.NEGLECT, Mode.INCIDENT)]
    rows = records.keep(Signs(small[0], EVERYONE, *small[1:], Chance(1).keys(EVERYONE.astype(np.uint64), "sign")), DAY)
    for agency in (by, *holders):
        records.pass_to(np.full(CHILDREN, agency), rows, 1.0)
    how = Thresholds()
    object.__setattr__(how, "schools", Belief().weak - lower)  # half of them would tell
    referring = Referring(records, cases, WORLD.children, Chance(2), how, diffusion=diffusion)
    new, _ = referring.tell_what_was_heard(rows, np.full(CHILDREN, by), DAY)
    return set(new.child.tolist())


def test_the_more_others_are_known_to_hold_a_sign_the_fewer_tell_of_it():
    more = (Agency.HOSPITAL, Agency.GENERAL_PRACTICE, Agency.EARLY_HELP)
    amounts = [told_on(0.2, more[:n]) for n in range(4)]
    assert all(few < many for many, few in pairwise(amounts))
    for n, those in enumerate(amounts):  # police, and n more
        assert len(those) / CHILDREN == pytest.approx(0.5 * 0.8 ** (n + 1), abs=0.03)


def test_without_diffusion_it_does_not_matter_who_else_holds_a_sign():
    assert told_on(0.0, ()) == told_on(0.0, (Agency.HOSPITAL, Agency.GENERAL_PRACTICE))
    amounts = [told_on(diffusion, (Agency.HOSPITAL,)) for diffusion in (0.0, 0.1, 0.4)]
    assert amounts[0] > amounts[1] > amounts[2]


def test_what_social_care_holds_already_is_told_by_nobody_who_only_heard_of_it():
    assert told_on(0.0, (Agency.SOCIAL_CARE,), lower=CERTAIN) == set()
