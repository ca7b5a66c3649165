"""How social care reads many signs as one worry: by default their sum; as switches the strongest, a count, or a discounted sum."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import forced, ordinary, run

from simsafe.agencies.records import Records
from simsafe.agencies.weight import Belief, Pooling, Weighing
from simsafe.world.contact import Agency, Concern, Mode, Signs, Strength

DAYS = np.array([-400.0, -200.0, -20.0, -10.0])
CHILD = np.array([0, 1])


def records(pooling: Pooling, strengths: list[int], concern: Concern = Concern.NEGLECT) -> Records:
    """Child 0 with four signs known to social care; child 1 with none."""
    made = Records(2, Weighing(Belief(pooling=int(pooling))))
    none = np.zeros(4, dtype=np.int8)
    where = none + Mode.IN_SCHOOL
    signs = Signs(
        none + Agency.SCHOOLS, none.astype(int), np.array(strengths, dtype=np.int8), none + concern, where, np.arange(4, dtype=np.uint64)
    )
    made.pass_to_social_care(made.keep(signs, DAYS))
    return made


def test_the_strongest_sign_alone_decides_whatever_else_is_there():
    weak = records(Pooling.STRONGEST, [0, 0, 0, 0]).worry_of(Agency.SOCIAL_CARE, CHILD, 0)
    assert np.isclose(weak[0], Belief().weak * np.exp2(-10 / Belief().half_life))
    one_strong = records(Pooling.STRONGEST, [0, 0, Strength.STRONG, 0]).worry_of(Agency.SOCIAL_CARE, CHILD, 0)
    assert np.isclose(one_strong[0], Belief().strong * np.exp2(-20 / Belief().half_life))
    assert weak[1] == one_strong[1] == 0


def test_a_count_takes_every_concern_of_the_last_year_alike():
    for strengths in ([0, 0, 0, 0], [1, 1, 1, 1]):
        found = records(Pooling.COUNT, strengths).worry_of(Agency.SOCIAL_CARE, CHILD, 0)
        assert np.allclose(found, [3 * Belief().concern, 0])


def test_in_a_discounted_sum_the_weightiest_sign_counts_whole_and_each_further_one_for_less():
    found = records(Pooling.DISCOUNTED, [0, 0, Strength.STRONG, 0]).worry_of(Agency.SOCIAL_CARE, CHILD, 0)
    belief = Belief()
    strong, weak = belief.strong * np.exp2(-20 / belief.half_life), belief.weak * np.exp2(-np.array([10, 200, 400]) / belief.half_life)
    assert np.allclose(found, [strong + (weak * belief.discount ** np.array([1, 2, 3])).sum(), 0])


def test_a_discounted_sum_lies_between_the_strongest_sign_and_the_sum():
    strongest, discounted, added = (
        records(p, [0, 1, 0, 0]).worry_of(Agency.SOCIAL_CARE, CHILD, 0)[0] for p in (Pooling.STRONGEST, Pooling.DISCOUNTED, Pooling.SUM)
    )
    assert strongest < discounted < added


def test_evidence_of_need_is_read_apart_from_evidence_of_harm():
    made = records(Pooling.COUNT, [0, 0, 0, 0], Concern.NEED)
    assert made.worry_of(Agency.SOCIAL_CARE, CHILD, 0).tolist() == [0, 0]
    assert np.allclose(made.need_of(CHILD, 0), [3 * Belief().concern, 0])


def test_partners_go_on_reading_their_own_as_before():
    by_sum, by_count = (records(p, [0, 1, 0, 0]).worry_of(Agency.SCHOOLS, CHILD, 0) for p in (Pooling.SUM, Pooling.COUNT))
    assert np.array_equal(by_sum, by_count)


@pytest.mark.parametrize("pooling", list(Pooling))
def test_a_run_goes_through_with_each_way_of_reading(pooling):
    model = run(ordinary(1500, parameters=forced(belief__pooling=int(pooling))), days=60)
    assert model.measures.daily["referrals"].sum() > 0
