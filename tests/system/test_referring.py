"""From worry to telling: around each agency's own threshold, by the sign's own luck."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from small_worlds import CERTAIN

from simsafe.agencies.records import Records
from simsafe.agencies.weight import Belief, Weighing
from simsafe.ground.chance import Chance
from simsafe.system.cases import Cases
from simsafe.system.referring import Referring, Thresholds
from simsafe.world.contact import PARTNERS, Agency, Mode, Signs, Strength

CHILDREN = 4000
EVERYONE = np.arange(CHILDREN)


def told(
    agency: Agency, day: int = 5, *, strength: Strength = Strength.WEAK, lower: float = 0.0, open_cases: bool = False
) -> tuple[set[int], set[int]]:
    """Children about whom the agency tells the front door, and those about whom it tells the worker, after one sign about each."""
    records, cases = Records(CHILDREN, Weighing(Belief())), Cases(CHILDREN)
    if open_cases:
        cases.open(EVERYONE, EVERYONE.astype(np.uint64), 0)
    small = [np.full(CHILDREN, value, dtype=np.int8) for value in (agency, strength, 0, Mode.HOME_VISIT)]
    keys = Chance(1).keys(EVERYONE.astype(np.uint64), "sign")
    rows = records.keep(Signs(small[0], EVERYONE, small[1], small[2], small[3], keys), day)
    how = Thresholds()
    for partner in PARTNERS:
        object.__setattr__(how, partner.name.lower(), getattr(how, partner.name.lower()) - lower)
    new, known = Referring(records, cases, Chance(2), how).tell(rows, day)
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
