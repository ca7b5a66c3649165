"""The register as a page and a table: nothing runs in it, nothing is left out, and no text becomes a formula."""

import csv
from dataclasses import replace
from io import StringIO

import pytest
from test_hostile import PAYLOADS, checked

from simsafe.ground.parameter import ConfigError
from simsafe.report.register import register_csv, register_page, write_register
from simsafe.results.folder import FORMULA_STARTS
from simsafe.study.register import COLUMNS, register

TEXTS = ("name", "value", "unit", "source", "reference", "locator", "url", "effect_on")


def hostile():
    return [replace(row, effect=1.0, kind="assumed", **dict.fromkeys(TEXTS, text)) for row, text in zip(register(), PAYLOADS, strict=False)]


def test_the_page_has_every_number_and_says_what_it_is():
    page = checked(register_page(register()))
    assert "Simulated" in page
    assert "RESPONSIBLE_USE.md" in page
    assert "Not known yet: no sensitivity study" in page or "<td>" in page.split("by effect")[1]
    assert page.count("<tr>") > len(register())
    assert "href" not in page


def test_hostile_texts_stay_text_on_the_page():
    checked(register_page(hostile(), asked=PAYLOADS[0]))


def test_hostile_texts_stay_text_in_the_table():
    for row in csv.reader(StringIO(register_csv(hostile()))):
        for cell in row:
            assert not cell.startswith(FORMULA_STARTS) or float(cell) < 0, cell


def test_the_table_has_every_number_with_all_columns():
    rows = list(csv.DictReader(StringIO(register_csv(register()))))
    assert list(rows[0]) == [*COLUMNS, "simulated"]
    assert [row["name"] for row in rows] == [row.name for row in register()]
    assert {row["simulated"] for row in rows} == {"yes"}
    known = {row["name"]: row for row in rows}
    assert known["belief.least"]["value"] == "-1.5"


def test_only_a_table_or_a_page_is_written(tmp_path):
    with pytest.raises(ConfigError, match=r"register\.pdf.*\.csv or \.html"):
        write_register(register(), tmp_path / "register.pdf")
    assert list(tmp_path.iterdir()) == []
    write_register(register(), tmp_path / "register.HTML")
    assert [p.name for p in tmp_path.iterdir()] == ["register.HTML"]
