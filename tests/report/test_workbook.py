"""tables.xlsx: every table of the comparison, and a first sheet that says what each column means."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from made_up_comparison import made_up
from openpyxl import load_workbook

from simsafe.ground.parameter import ConfigError
from simsafe.report import write_workbook
from simsafe.report.facts import TABLES
from simsafe.report.meanings import MEANINGS, TABLE_MEANINGS


@pytest.fixture(scope="module")
def comparison():
    return made_up()


@pytest.fixture(scope="module")
def book(comparison, tmp_path_factory):
    return load_workbook(write_workbook(comparison, tmp_path_factory.mktemp("book") / "tables.xlsx"))


def test_every_table_has_its_sheet_and_meanings_come_first(book, comparison):
    assert book.sheetnames == ["meanings", *(name for name in TABLES if name in comparison.tables)]


def test_every_column_of_every_table_has_a_meaning(book, comparison):
    said = {(row[0].value, row[1].value): row[2].value for row in book["meanings"].iter_rows(max_col=3) if len(row) == 3}
    for name, table in comparison.tables.items():
        assert said[name, None] or said.get((name, ""))
        for column in table.columns:
            assert said[name, column], (name, column)
            assert said[name, column] != column.replace("_", " "), (name, column)
    assert set(TABLES) == set(TABLE_MEANINGS)
    assert all(MEANINGS.values())


def test_it_says_simulated_on_every_row(book):
    for sheet in book.worksheets[1:]:
        last = [row[-1] for row in sheet.iter_rows(values_only=True)]
        assert last[0] == "simulated"
        assert set(last[1:]) == {"yes"}
    assert book["meanings"]["A1"].value.startswith("Simulated.")


def test_numbers_stay_numbers_days_days_and_nothing_nothing(book, comparison):
    rows = list(book["differences"].iter_rows(values_only=True))
    table = comparison.table("differences")
    assert len(rows) == len(table) + 1
    at = rows[0].index("difference")
    assert np.allclose([row[at] for row in rows[1:]], table["difference"])
    more = rows[0].index("more")
    assert [row[more] is None for row in rows[1:]] == table["more"].isna().tolist()
    assert isinstance(next(book["visibility"].iter_rows(min_row=2, values_only=True))[0], datetime)
    empty = comparison.table("first_page")["plan_value"].isna().tolist()
    column = list(comparison.table("first_page").columns).index("plan_value")
    assert [row[column] is None for row in book["first_page"].iter_rows(min_row=2, values_only=True)] == empty


def test_weekly_tables_have_the_rows_of_all_children_only(comparison, tmp_path):
    made = made_up(planned=2)
    one_group = made.tables["visibility"].assign(group="age/under 1")
    whole = len(made.tables["visibility"])
    made.tables["visibility"] = pd.concat([made.tables["visibility"], one_group])
    sheet = load_workbook(write_workbook(made, tmp_path / "t.xlsx"))["visibility"]
    assert sheet.max_row == whole + 1


def test_it_is_written_whole_or_not_at_all(comparison, tmp_path):
    with pytest.raises(ConfigError, match=r"^tables = .*cannot be written"):
        write_workbook(comparison, tmp_path / "nowhere" / "tables.xlsx")
    assert not list(tmp_path.iterdir())
