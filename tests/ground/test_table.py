"""Rows that grow, are dropped and are saved, and never change one another."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simsafe.ground.table import Table

COLUMNS = {"child": "i4", "weight": "f4", "open": "?"}
batches = st.lists(st.one_of(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=20), st.integers(2, 5)), max_size=12)


def add(table: Table, children: list[int]) -> np.ndarray:
    who = np.array(children, dtype=np.int64)
    return table.add(who.size, child=who, weight=0.5, open=who % 2 == 0)


def test_new_rows_get_the_next_numbers_and_old_ones_keep_theirs():
    table = Table(COLUMNS, room=2)
    assert add(table, [7, 8]).tolist() == [0, 1]
    assert add(table, []).tolist() == []
    assert add(table, list(range(5000))).tolist() == list(range(2, 5002))
    assert table["child"][:3].tolist() == [7, 8, 0]
    assert len(table) == 5002


def test_one_value_may_stand_for_a_whole_column():
    table = Table(COLUMNS)
    add(table, [1, 2, 3])
    assert table["weight"].tolist() == [0.5, 0.5, 0.5]


def test_writing_into_a_column_changes_the_table():
    table = Table(COLUMNS)
    add(table, [1, 2])
    table["child"][1] = 9
    assert table["child"].tolist() == [1, 9]


@given(steps=batches)
def test_a_table_holds_what_a_list_would_hold(steps):
    """A list of children adds them; a number keeps the children that it does not divide."""
    table, plain = Table(COLUMNS, room=1), []
    for step in steps:
        if isinstance(step, list):
            add(table, step)
            plain += step
        else:
            table.keep(table["child"] % step != 0)
            plain = [child for child in plain if child % step != 0]
        assert table["child"].tolist() == plain
        assert table["open"].tolist() == [child % 2 == 0 for child in plain]
        assert len(table) == len(plain)


@given(children=st.lists(st.integers(0, 999), max_size=50))
def test_a_saved_table_is_put_back_and_lives_on_by_itself(children):
    table = Table(COLUMNS)
    add(table, children)
    saved = table.state()
    again = Table(COLUMNS)
    again.restore(saved)
    add(again, [5])
    if children:
        again["child"][0] = -1
    assert table["child"].tolist() == children == saved["child"].tolist()
    assert again["child"].dtype == np.int32
    assert len(again) == len(children) + 1
