"""Reading the whole record again: what came slowly is seen, no sign counts twice, and it costs minutes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from offices import office, open_some
from small_worlds import CERTAIN, forced, ordinary, run, turned

from simsafe.agencies.records import BITS, Records
from simsafe.agencies.weight import Belief, Weighing
from simsafe.system.events import Event
from simsafe.world.conditions import ORDINARY
from simsafe.world.contact import Agency, Concern, Mode, Signs

SLOW = np.arange(-420, 0, 30)  # days of one weak sign of neglect after another


def slow_neglect(told: int = SLOW.size) -> Records:
    """Child 0: many weak signs at school over more than a year, of which social care holds the first so many."""
    records = Records(2, Weighing(Belief()))
    none = np.zeros(SLOW.size, dtype=np.int8)
    key = np.arange(SLOW.size, dtype=np.uint64)
    signs = Signs(none + Agency.SCHOOLS, np.zeros(SLOW.size, dtype=np.int64), none, none + Concern.NEGLECT, none + Mode.IN_SCHOOL, key)
    records.pass_to_social_care(records.keep(signs, SLOW.astype(float))[:told])
    return records


CHILD, BOTH = np.array([0]), np.array([0, 1])
STORED = 2.0**-10  # relative error of a number kept as float16


def worry(records: Records) -> float:
    return float(records.worry_of(Agency.SOCIAL_CARE, CHILD, 0)[0])


def test_a_reading_restores_a_share_of_what_all_signs_weighed_and_a_second_one_adds_nothing():
    records, weak = slow_neglect(), Belief().weak
    whole, before = SLOW.size * weak, worry(slow_neglect())
    for restores in (0.1, 0.9):
        assert records.read_again(BOTH, restores, 0).tolist() == [SLOW.size, 0]
        assert np.isclose(worry(records), max(before, restores * whole), rtol=STORED, atol=0)
        before = worry(records)
        assert records.read_again(BOTH, restores, 0).tolist() == [SLOW.size, 0]
        assert worry(records) == before, "a second reading added something"
    assert records.worry_of(Agency.SOCIAL_CARE, np.array([1]), 0)[0] == 0


def test_only_signs_that_social_care_holds_are_read():
    records = slow_neglect(told=4)
    assert np.count_nonzero(records.signs["holders"] & BITS[Agency.SOCIAL_CARE]) == 4
    assert records.read_again(CHILD, 1.0, 0).tolist() == [4]
    assert np.isclose(worry(records), 4 * Belief().weak, rtol=STORED, atol=0)
    records.pass_to_social_care(np.arange(SLOW.size))
    records.read_again(CHILD, 1.0, 0)
    assert np.isclose(worry(records), SLOW.size * Belief().weak, rtol=STORED, atol=0)


def test_partners_own_worry_is_left_alone():
    records = slow_neglect()
    before = records.worry_of(Agency.SCHOOLS, CHILD, 0).copy()
    records.read_again(CHILD, 1.0, 0)
    assert np.array_equal(records.worry_of(Agency.SCHOOLS, CHILD, 0), before)


def test_records_are_read_at_the_interval_of_the_dial_and_never_at_nought():
    free = {"parameters": forced(assessment__strategy=CERTAIN), "capacity_coupling": False}
    usual, practised = (run(ordinary(1500, plan=turned(chronology_review_weeks=weeks), **free)) for weeks in (0.0, 6.0))
    assert not (usual.log.rows["kind"] == Event.CHRONOLOGY).any()
    rows = practised.log.rows
    at = rows["kind"] == Event.CHRONOLOGY
    assert at.sum() > 50
    given, waited = rows["kind"] == Event.ALLOCATION, 0
    for who in np.unique(rows["who"][at]):
        read, workers = rows["day"][at & (rows["who"] == who)], rows["day"][given & (rows["who"] == who)]
        for last, again in pairwise(read.tolist()):
            another = ((workers > last) & (workers <= again)).any()  # who comes new to a case reads its file first
            assert another or again - last >= 42
            waited += not another
    assert waited > 20
    open_long = practised.cases["since"] < practised.day - 50
    assert (practised.day - practised.cases["read"][open_long] <= 42 + 5).all()
    minutes = practised.measures.daily["minutes_chronology"].sum()
    assert minutes == at.sum() * practised.casework.how.chronology_minutes


def test_a_new_worker_reads_the_file_first_where_that_is_the_practice():
    model = office(plan=turned(chronology_review_weeks=10.0))
    rows = open_some(model, 3)
    model.casework.hand_over(np.unique(model.cases["worker"][rows]), 0)
    model.casework.allocate(ORDINARY, 0, True)
    _, task = model.casework._due(model.timetable.on(0), 0)
    due, _ = model.casework._due(model.timetable.on(0), 0)
    reading = due[task == 6]
    assert set(rows.tolist()) <= set(reading.tolist())
