"""A plan as a spreadsheet says the same as one in YAML, and what it may not say is refused by row and column."""

import zipfile
from datetime import date

import openpyxl
import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.plans.sheet import COLUMNS, MOST_ROWS, read_sheet
from simsafe.plans.shelf import changes_of, plan_from
from simsafe.study.from_config import Shelves, scenario_for

HEADER = ",".join((*COLUMNS, "source"))
ROUND = "doorstep_rounds,school_doorstep_weeks,2,2020-04-20,2020-07-17,our own"
VISITS = "in_person_visits,{},{},2020-03-23,2020-05-31,"


def written(folder, *lines, name="mine.csv", header=HEADER):
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def workbook(folder, *rows, name="mine.xlsx", header=(*COLUMNS, "source"), change=None):
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    if change:
        change(book)
    book.save(folder / name)
    return folder / name


def refusal(path):
    with pytest.raises(ConfigError) as caught:
        read_sheet(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(path.name)
    return str(caught.value)


YAML = {
    "levers": {
        "doorstep_rounds": {"school_doorstep_weeks": 2, "from": "2020-04-20", "to": "2020-07-17", "source": "our own"},
        "in_person_visits": [
            {"enquiry_in_person_share": 0.9, "protection_visit_in_person_share": 0.8, "from": "2020-03-23", "to": "2020-05-31"},
            {"from": "2020-06-01", "to": "2020-06-30"},
        ],
    }
}


def alike(one, two):
    return [(c.dial, c.from_date, c.to_date, c.value, c.how, c.source) for c in one] == [
        (c.dial, c.from_date, c.to_date, c.value, c.how, c.source) for c in two
    ]


def test_a_sheet_says_the_same_as_yaml(tmp_path):
    lines = (
        ROUND,
        "",
        VISITS.format("enquiry_in_person_share", "0.9"),
        VISITS.format("protection_visit_in_person_share", "0.8"),
        "in_person_visits,,,2020-06-01,2020-06-30,",
    )
    assert alike(changes_of(read_sheet(written(tmp_path, *lines))), changes_of(YAML))


def test_a_workbook_says_the_same_with_dates_and_numbers_of_its_own(tmp_path):
    start, end = date(2020, 3, 23), date(2020, 5, 31)
    rows = (
        ("doorstep_rounds", "school_doorstep_weeks", 2, "2020-04-20", date(2020, 7, 17), "our own"),
        ("in_person_visits", "enquiry_in_person_share", 0.9, start, end, None),
        (None, None, None, None, None, None),
        ("in_person_visits", "protection_visit_in_person_share", 0.8, start, end, None),
        ("in_person_visits", None, None, date(2020, 6, 1), date(2020, 6, 30), None),
    )
    assert alike(changes_of(read_sheet(workbook(tmp_path, *rows))), changes_of(YAML))


def test_a_sheet_may_start_from_another_plan(tmp_path):
    path = written(tmp_path, "starts_from,,as_happened_2020,,,", ROUND)
    assert read_sheet(path)["starts_from"] == "as_happened_2020"
    assert len(plan_from(read_sheet(path), "mine")) > 100
    assert "column lever: starts_from is given twice" in refusal(written(tmp_path, "starts_from,,a,,,", "starts_from,,b,,,"))


def test_a_sheet_stands_on_ones_own_shelf(tmp_path):
    (tmp_path / "plan").mkdir()
    written(tmp_path / "plan", ROUND, name="rounds.csv")
    workbook(tmp_path / "plan", ("supervision", None, None, "2020-04-01", "2020-06-01", None), name="care.xlsx")
    shelves = Shelves(tmp_path)
    assert {"rounds", "care", "joined_up"} <= set(shelves.names("plan"))
    scenario = scenario_for(config_dir=tmp_path, plan="rounds", children=800)
    assert [c.dial for c in scenario.plan] == ["school_doorstep_weeks"]
    written(tmp_path / "plan", "", name="rounds.yaml", header="levers: {}")
    with pytest.raises(ConfigError, match=r"plan/rounds.csv' and '.*plan/rounds.yaml'; expected one"):
        shelves.mapping("plan", "rounds")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("doorstep_round,,,2020-04-20,2020-07-17,", "row 3, column lever: 'doorstep_round'; no such lever; did you mean 'doorstep_rounds'"),
        (",,2,2020-04-20,2020-07-17,", "row 3, column lever: None"),
        ("supervision,supervision_hour,2,2020-04-20,2020-07-17,", "row 3, column dial: 'supervision_hour'; supervision does not turn it"),
        ("supervision,supervision_hours,,2020-04-20,2020-07-17,", "row 3, column value: empty"),
        ("supervision,supervision_hours,two,2020-04-20,2020-07-17,", "row 3, column value: 'two'; expected a number from 0 to 6"),
        ("supervision,supervision_hours,20,2020-04-20,2020-07-17,", "row 3, column value: 20; expected a number from 0 to 6"),
        ("supervision,supervision_hours,nan,2020-04-20,2020-07-17,", "row 3, column value: 'nan'"),
        ("supervision,supervision_hours,1e999,2020-04-20,2020-07-17,", "row 3, column value: inf"),
        ("supervision,supervision_hours,2,20/04/2020,2020-07-17,", "row 3, column from: '20/04/2020'; expected a date"),
        ("supervision,supervision_hours,2,,2020-07-17,", "row 3, column from: empty"),
        ("supervision,supervision_hours,2,2020-04-20,2020-02-30,", "row 3, column to: '2020-02-30'; there is no such day"),
        ("supervision,supervision_hours,2,2020-07-20,2020-04-17,", "row 3, column from: 2020-07-20; expected a date no later than"),
        ("supervision,supervision_hours,=1+1,2020-04-20,2020-07-17,", "row 3, column value: '=1+1'; formulas are not allowed"),
        ("supervision,,,2020-04-20,2020-07-17,@SUM(A1)", "row 3, column source: '@SUM(A1)'; formulas are not allowed"),
        ("supervision,,,2020-04-20,2020-07-17,-cmd|x", "row 3, column source: '-cmd|x'; formulas"),
        ("supervision,,,2020-04-20,2020-07-17,a,b", "row 3: 7 cells; expected 6"),
        ("supervision,,,2020-04-20,2020-07-17," + "x" * 2000, "row 3, column source"),
        ("doorstep_rounds,,,2020-05-20,2020-08-17,", "row 3 (doorstep_rounds, column from)"),
    ],
)
def test_a_wrong_row_is_refused_by_row_and_column(tmp_path, line, words):
    assert words in refusal(written(tmp_path, ROUND, line))


def test_two_rows_that_turn_one_dial_are_named_by_their_rows(tmp_path):
    both = refusal(written(tmp_path, "", ROUND, ROUND))
    assert "row 4 (doorstep_rounds, column from) = 2020-04-20; row 3 (doorstep_rounds) turns school_doorstep_weeks" in both


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("lever,dial,value,from", "row 1: no column to"),
        ("lever,dial,value,from,to,note", "row 1, column note: no such column"),
        ("lever,dial,value,from,to,to", "row 1, column to: given twice"),
        ("", "row 1: no column lever"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path, header, words):
    assert words in refusal(written(tmp_path, ROUND, header=header))


def test_an_empty_sheet_a_huge_one_and_one_that_is_no_text_are_refused(tmp_path):
    assert "row 2: nothing there" in refusal(written(tmp_path))
    assert f"expected at most {MOST_ROWS}" in refusal(written(tmp_path, *[ROUND] * (MOST_ROWS + 1)))
    assert "bytes; expected at most" in refusal(written(tmp_path, "x" * 1_100_000))
    binary = tmp_path / "mine.csv"
    binary.write_bytes(b"\xff\xfe\x00lever")
    assert "UTF-8" in refusal(binary)
    assert "cannot be read" in refusal(tmp_path / "nowhere.csv")


USUAL = ("supervision", "supervision_hours", 2, "2020-04-20", "2020-07-17", None)


def test_formulas_merged_cells_and_more_sheets_in_a_workbook_are_refused(tmp_path):
    formula = ("supervision", "supervision_hours", "=1+1", "2020-04-20", "2020-07-17", None)
    assert "row 2, column C: formulas are not allowed" in refusal(workbook(tmp_path, formula))
    merged = workbook(tmp_path, USUAL, change=lambda book: book.active.merge_cells("A2:B2"))
    assert "row 2, column A: cells are merged" in refusal(merged)
    assert "2 sheets; expected one" in refusal(workbook(tmp_path, USUAL, change=lambda book: book.create_sheet("more")))
    assert "row 2, column value: True" in refusal(workbook(tmp_path, ("supervision", "supervision_hours", True, *USUAL[3:])))
    far = workbook(tmp_path, USUAL, change=lambda book: book.active.cell(100_000, 3, 1))
    assert "expected at most 2000 and 20" in refusal(far)


@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("xl/vbaProject.bin", b"x", "macros, links and embedded things are not allowed"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", "macros, links and embedded things are not allowed"),
        ("xl/more.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "cannot be read as XLSX"),
        ("xl/big.xml", b" " * 30_000_000, "when unpacked"),
    ],
)
def test_a_workbook_with_more_in_it_than_cells_is_refused(tmp_path, part, content, words):
    path = workbook(tmp_path, USUAL)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(part, content)
    assert words in refusal(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"lever,dial\n", b"PK\x03\x04" + b"x" * 300])
def test_what_is_no_workbook_is_refused(tmp_path, content):
    path = tmp_path / "mine.xlsx"
    path.write_bytes(content)
    assert "cannot be read as XLSX" in refusal(path)


def test_a_zip_without_a_sheet_is_refused(tmp_path):
    path = tmp_path / "mine.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("hello.txt", "hello")
    assert "cannot be read as XLSX" in refusal(path)
