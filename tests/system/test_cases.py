"""Open cases: at most one a child, rows that keep their number for a day, and nothing lost in tidying."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simsafe.system.cases import NEVER, NONE, Cases, Stage

CHILDREN = 12
step = st.one_of(
    st.tuples(st.just("open"), st.sets(st.integers(0, CHILDREN - 1), max_size=5)),
    st.tuples(st.just("close"), st.sets(st.integers(0, CHILDREN - 1), max_size=5)),
    st.tuples(st.just("move"), st.sets(st.integers(0, CHILDREN - 1), max_size=5)),
    st.tuples(st.just("tidy"), st.just(set())),
)


def rows_of(cases: Cases, children: set[int]) -> np.ndarray:
    return cases.row[sorted(children)]


@given(steps=st.lists(step, max_size=25))
def test_cases_are_what_a_plain_list_of_open_cases_would_be(steps):
    cases, plain = Cases(CHILDREN), {}
    for day, (what, children) in enumerate(steps):
        if what == "open":
            fresh = sorted(children - set(plain))
            cases.open(np.array(fresh, dtype=np.int64), np.array(fresh, dtype=np.uint64), day)
            plain |= dict.fromkeys(fresh, Stage.ASSESSMENT)
        elif what == "close":
            gone = children & set(plain)
            cases.close(rows_of(cases, gone))
            plain = {child: stage for child, stage in plain.items() if child not in gone}
        elif what == "move":
            moved = children & set(plain)
            cases.move(rows_of(cases, moved), Stage.PROTECTION, day, day)
            plain |= dict.fromkeys(moved, Stage.PROTECTION)
        else:
            cases.tidy()
            assert sorted(cases["child"].tolist()) == sorted(plain)
        stages = [plain.get(child, NONE) for child in range(CHILDREN)]
        assert cases.stage_of.tolist() == stages
        assert cases.is_open(np.arange(CHILDREN)).tolist() == [stage != NONE for stage in stages]
        for child, stage in plain.items():
            row = cases.row[child]
            assert (cases["child"][row], cases["stage"][row], bool(cases["closed"][row])) == (child, stage, False)


def test_a_closed_case_has_no_clock_running_and_its_row_stays_until_the_end_of_the_day():
    cases = Cases(CHILDREN)
    rows = cases.open(np.array([3, 5]), np.array([1, 2], dtype=np.uint64), 10, review=40, finish=30)
    cases.close(rows[:1])
    assert len(cases) == 2
    assert all(cases[clock][rows[0]] == NEVER for clock in ("next_visit", "finish", "review", "conference", "enquiry_end"))
    assert cases["review"][rows[1]] == 40
    cases.tidy()
    assert cases["child"].tolist() == [5]
    assert cases.row[5] == 0
    assert cases.row[3] == NONE


def test_caseloads_count_allocated_cases_by_worker():
    cases = Cases(CHILDREN)
    cases.open(np.arange(5), np.arange(5, dtype=np.uint64), 0, worker=np.array([2, 0, 2, NONE, 2]))
    assert cases.caseloads(4).tolist() == [1, 0, 3, 0]


def test_cases_saved_and_put_back_are_the_same_cases():
    cases, again = Cases(CHILDREN), Cases(CHILDREN)
    cases.open(np.array([4, 1]), np.array([7, 8], dtype=np.uint64), 3)
    again.restore(cases.state())
    assert again.stage_of.tolist() == cases.stage_of.tolist()
    assert again.row.tolist() == cases.row.tolist()
