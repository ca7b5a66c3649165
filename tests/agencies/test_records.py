"""What agencies hold: each sign once, attention that fades, chains that miss nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simsafe.agencies.records import Records
from simsafe.agencies.weight import Belief, Weighing
from simsafe.world.contact import PARTNERS, Agency, Concern, Mode, Signs, Strength

WEIGHING = Weighing(Belief())
HALF_LIFE = Belief().half_life
ROUNDING = 2**-11  # worry is stored in eleven binary digits: each addition may be off by so much, relatively
CHILDREN = 6


def one(agency: Agency, child: int, key: int, strength: Strength = Strength.WEAK, concern: Concern = Concern.NEGLECT) -> Signs:
    return several([(agency, child, key, strength, concern)])


def several(signs: list[tuple[int, int, int, int, int]]) -> Signs:
    agency, child, key, strength, concern = (np.array(c) for c in zip(*signs, strict=True))
    mode = np.full(child.size, Mode.HOME_VISIT, dtype=np.int8)
    small = [c.astype(np.int8) for c in (agency, strength, concern)]
    return Signs(small[0], child, small[1], small[2], mode, key.astype(np.uint64))


def worry(records: Records, agency: Agency, child: int, day: int) -> float:
    return float(records.worry_of(agency, np.array([child]), day)[0])


# Worry


def test_a_sign_worries_the_agency_that_noticed_it_and_nobody_else():
    records = Records(CHILDREN, WEIGHING)
    records.keep(one(Agency.SCHOOLS, 2, 7), 0)
    assert worry(records, Agency.SCHOOLS, 2, 0) == pytest.approx(Belief().weak, rel=2 * ROUNDING)
    assert worry(records, Agency.SCHOOLS, 1, 0) == 0
    assert all(worry(records, agency, 2, 0) == 0 for agency in Agency if agency is not Agency.SCHOOLS)


def test_attention_to_a_sign_halves_in_its_half_life_whenever_it_is_looked_at():
    records = Records(CHILDREN, WEIGHING)
    records.keep(one(Agency.SCHOOLS, 2, 7, Strength.STRONG), 30)
    assert worry(records, Agency.SCHOOLS, 2, 30) == pytest.approx(Belief().strong, rel=2 * ROUNDING)
    for day in (60, 90, 100):
        worry(records, Agency.SCHOOLS, 2, day)  # looking changes nothing
    assert worry(records, Agency.SCHOOLS, 2, 30 + int(HALF_LIFE)) == pytest.approx(Belief().strong / 2, rel=2 * ROUNDING)
    assert worry(records, Agency.SCHOOLS, 2, 30 + int(2 * HALF_LIFE)) == pytest.approx(Belief().strong / 4, rel=2 * ROUNDING)


def test_signs_add_up_each_faded_by_its_own_age():
    records = Records(CHILDREN, WEIGHING)
    for day in (0, 91, 182):
        records.keep(one(Agency.POLICE, 0, day), day)
    expected = sum(Belief().weak * 2 ** (-(182 - day) / HALF_LIFE) for day in (0, 91, 182))
    assert worry(records, Agency.POLICE, 0, 182) == pytest.approx(expected, rel=4 * ROUNDING)


def test_quiet_contacts_reassure_a_little_but_never_below_the_least():
    records, child = Records(CHILDREN, WEIGHING), np.array([0])
    before = 0.0
    for _ in range(500):
        records.reassure(np.array([Agency.SOCIAL_CARE]), child, np.array([Mode.HOME_VISIT]), 0)
        now = worry(records, Agency.SOCIAL_CARE, 0, 0)
        assert Belief().least * (1 + ROUNDING) <= now <= before
        before = now
    assert before == pytest.approx(Belief().least, rel=2 * ROUNDING)


def test_a_quiet_remote_contact_never_reassures_more_than_a_visit():
    modes = np.array([Mode.HOME_VISIT, Mode.DOORSTEP, Mode.VIDEO, Mode.PHONE])
    for excess in (0.0, 0.3, 1.0):
        weighing = Weighing(Belief(believed_excess=excess))
        off = weighing.of_quiet(np.full(4, Agency.SOCIAL_CARE), modes, np.zeros(4))
        assert (np.diff(off) <= 1e-12).all()
        assert (off > 0).all()
    assert np.allclose(off, off[0]), "trusted like a visit, it reassures like one"


def test_moving_worry_on_once_a_month_changes_no_more_than_its_last_digits():
    left_alone, moved_on = (Records(CHILDREN, WEIGHING) for _ in range(2))
    for month in range(18):
        day = 30 * month
        moved_on.age_to(day)
        for records in (left_alone, moved_on):
            rows = records.keep(several([(Agency.SCHOOLS, 1, month, 1, 0), (Agency.POLICE, 2, 100 + month, 0, 5)]), day + 3)
            records.pass_to_social_care(rows[:1])
    assert (left_alone.since, moved_on.since) == (0, 510)
    for agency, child in ((Agency.SCHOOLS, 1), (Agency.POLICE, 2), (Agency.SOCIAL_CARE, 1)):
        one, other = (worry(records, agency, child, 520) for records in (left_alone, moved_on))
        assert one > 1
        assert other == pytest.approx(one, rel=60 * ROUNDING)


def test_what_is_older_than_the_day_worry_was_moved_on_to_arrives_worth_what_is_left_of_it():
    records = Records(CHILDREN, WEIGHING)
    rows = records.keep(one(Agency.SCHOOLS, 3, 7, Strength.STRONG), 5)
    records.age_to(100)
    records.pass_to_social_care(rows)
    assert worry(records, Agency.SOCIAL_CARE, 3, 100) == pytest.approx(worry(records, Agency.SCHOOLS, 3, 100), rel=3 * ROUNDING)
    assert worry(records, Agency.SOCIAL_CARE, 3, 100) == pytest.approx(Belief().strong * 2 ** (-95 / HALF_LIFE), rel=3 * ROUNDING)


def test_every_agency_has_a_bit_of_its_own_among_the_holders():
    records = Records(CHILDREN, WEIGHING)
    rows = records.keep(several([(int(agency), 1, int(agency), 0, 0) for agency in Agency]), 0)
    assert records.signs["holders"][rows].tolist() == [1 << int(agency) for agency in Agency]


# Counted once


def test_a_sign_that_arrives_twice_is_counted_once():
    records = Records(CHILDREN, WEIGHING)
    rows = records.keep(one(Agency.SCHOOLS, 3, 7, Strength.STRONG), 5)
    assert records.pass_to_social_care(np.concatenate([rows, rows])).tolist() == rows.tolist()
    assert worry(records, Agency.SOCIAL_CARE, 3, 5) == pytest.approx(Belief().strong, rel=2 * ROUNDING)
    assert records.pass_to_social_care(rows).size == 0
    assert worry(records, Agency.SOCIAL_CARE, 3, 5) == pytest.approx(Belief().strong, rel=2 * ROUNDING)


def test_what_arrives_late_is_worth_what_attention_has_left_of_it():
    records = Records(CHILDREN, WEIGHING)
    rows = records.keep(one(Agency.SCHOOLS, 3, 7, Strength.STRONG), 0)
    records.pass_to_social_care(rows)
    late = int(HALF_LIFE)
    assert worry(records, Agency.SOCIAL_CARE, 3, late) == pytest.approx(Belief().strong / 2, rel=2 * ROUNDING)


def test_need_and_harm_are_told_apart_by_social_care_alone():
    records = Records(CHILDREN, WEIGHING)
    rows = records.keep(one(Agency.EARLY_HELP, 1, 9, Strength.STRONG, Concern.NEED), 0)
    assert worry(records, Agency.EARLY_HELP, 1, 0) == pytest.approx(Belief().strong, rel=2 * ROUNDING)
    records.pass_to_social_care(rows)
    assert worry(records, Agency.SOCIAL_CARE, 1, 0) == 0
    assert float(records.need_of(np.array([1]), 0)[0]) == pytest.approx(Belief().strong, rel=2 * ROUNDING)


def test_a_change_of_worker_loses_a_part_of_what_social_care_knew_and_nothing_of_the_record():
    records = Records(CHILDREN, WEIGHING)
    records.keep(one(Agency.SOCIAL_CARE, 1, 9, Strength.STRONG), 0)
    records.lose_a_part(np.array([1]), 0.6)
    assert worry(records, Agency.SOCIAL_CARE, 1, 0) == pytest.approx(0.6 * Belief().strong, rel=3 * ROUNDING)
    assert len(records.signs) == 1


sign = st.tuples(
    st.sampled_from([int(a) for a in PARTNERS]), st.integers(0, CHILDREN - 1), st.integers(0, 1), st.integers(0, 5), st.integers(0, 300)
)


@given(signs=st.lists(sign, min_size=1, max_size=25), shared=st.lists(st.integers(0, 24), max_size=40))
def test_a_share_creates_no_evidence(signs, shared):
    """However often and in whatever order signs are passed on, social care's worry is that of the distinct signs it holds."""
    signs = sorted(signs, key=lambda s: s[4])
    records = Records(CHILDREN, WEIGHING)
    for key, (agency, child, strength, concern, day) in enumerate(signs):
        records.keep(several([(agency, child, key, strength, concern)]), day)
    partners = {a: [worry(records, a, c, 400) for c in range(CHILDREN)] for a in PARTNERS}
    for row in (r for r in shared if r < len(signs)):
        records.pass_to_social_care(np.array([row, row]))
    weight = WEIGHING.of_signs(*(np.array([s[i] for s in signs]) for i in (2, 3)), np.full(len(signs), Mode.HOME_VISIT))
    held = {r for r in shared if r < len(signs)}
    for child in range(CHILDREN):
        mine = [r for r in held if signs[r][1] == child]
        expected = sum(weight[r] * 2 ** (-(400 - signs[r][4]) / HALF_LIFE) for r in mine)
        assert worry(records, Agency.SOCIAL_CARE, child, 400) == pytest.approx(expected, rel=(len(mine) + 2) * ROUNDING, abs=1e-9)
    assert len(records.signs) == len(signs)
    assert partners == {a: [worry(records, a, c, 400) for c in range(CHILDREN)] for a in PARTNERS}


# Chains


@given(batches=st.lists(st.lists(st.integers(0, CHILDREN - 1), min_size=1, max_size=8), max_size=6), known=st.sets(st.integers(0, 47)))
def test_the_chain_of_each_child_holds_all_its_signs_and_only_its_own(batches, known):
    records, key, child_of = Records(CHILDREN, WEIGHING), 0, []
    for day, children in enumerate(batches):
        keys = list(range(key, key + len(children)))
        records.keep(several([(Agency.SCHOOLS, c, k, 0, 0) for c, k in zip(children, keys, strict=True)]), day)
        key, child_of = key + len(children), child_of + children
    told = np.array([row for row in sorted(known) if row < key], dtype=np.int64)
    records.pass_to_social_care(told)
    asked = np.array([3, 0, 3, 5])
    rows, at = records.unshared(asked)
    for position, child in enumerate(asked.tolist()):
        expected = [row for row in range(key) if child_of[row] == child and row not in set(told.tolist())]
        assert sorted(rows[at == position].tolist()) == expected


def test_old_signs_are_put_away_and_the_rest_stay_in_their_chains():
    records = Records(CHILDREN, WEIGHING)
    for day in (0, 10, 20, 30):
        records.keep(several([(Agency.SCHOOLS, 1, 100 + day, 0, 0), (Agency.POLICE, 2, 200 + day, 0, 0)]), day)
    before = worry(records, Agency.SCHOOLS, 1, 30)
    assert records.forget(15) == 4
    rows, at = records.unshared(np.array([1, 2]))
    assert sorted(records.signs["key"][rows[at == 0]].tolist()) == [120, 130]
    assert sorted(records.signs["key"][rows[at == 1]].tolist()) == [220, 230]
    assert worry(records, Agency.SCHOOLS, 1, 30) == before


def test_records_saved_and_put_back_are_the_same_records():
    records = Records(CHILDREN, WEIGHING)
    records.pass_to_social_care(records.keep(one(Agency.SCHOOLS, 3, 7), 5))
    records.age_to(8)
    again = Records(CHILDREN, WEIGHING)
    again.restore(records.state())
    for kept in (records, again):
        kept.keep(one(Agency.POLICE, 3, 8), 9)
    assert all(np.array_equal(again.state()[name], column) for name, column in records.state().items())
