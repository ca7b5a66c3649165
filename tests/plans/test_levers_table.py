"""The table of levers pulled alone has every lever of the shelf, and each moves a dial and a measure."""

import csv
from pathlib import Path

from simsafe.plans.catalogue import SHELF
from simsafe.results.kept.words import words

TABLE = Path(__file__).parents[2] / "experiments" / "levers" / "result.csv"


def rows():
    with TABLE.open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))


def test_every_lever_is_in_the_table_and_no_other():
    assert list(dict.fromkeys(row["lever"] for row in rows())) == list(SHELF)


def test_every_lever_moves_its_own_dial_and_at_least_one_measure():
    moved = {row["lever"] for row in rows() if row["dial"] != "none" and float(row["difference"])}
    assert moved == set(SHELF)


def test_every_measure_in_it_is_one_that_a_comparison_has():
    assert {row["measure"] for row in rows()} <= set(words())
