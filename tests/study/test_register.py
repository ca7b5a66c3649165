"""The register of evidence: every number once, with a grade and a kind that its source bears out."""

from dataclasses import fields, is_dataclass

import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.plans.catalogue import SHELF
from simsafe.plans.costs import COSTS
from simsafe.scenario import Parameters
from simsafe.study import register as module
from simsafe.study.constants import constants_in
from simsafe.study.register import GRADES, KINDS, ROOMS, chosen, counts, kind_of, made, register, weakest
from simsafe.world.conditions import DIALS
from simsafe.world.evidence import card, cards, cited, table

ROWS = {row.key: row for row in register()}


def numbers_in(group, prefix=""):
    for f in fields(group):
        value = getattr(group, f.name)
        if is_dataclass(value):
            yield from numbers_in(value, f"{prefix}{f.name}.")
        elif isinstance(value, int | float) and f.init:
            yield f"{prefix}{f.name}"


def test_every_parameter_dial_lever_and_cost_is_there_once():
    assert len(ROWS) == len(register())
    wanted = {f"parameters.{name}" for name in numbers_in(Parameters())} | {f"dials.{name}" for name in DIALS}
    wanted |= {f"levers.{name}.{f.name}" for name, cls in SHELF.items() for f in fields(cls)}
    wanted |= {f"costs.{name}.{number}" for name, costs in COSTS.items() for number in range(1, len(costs) + 1)}
    wanted |= {f"constants.{row['name']}" for row in table("constants")}
    assert wanted <= set(ROWS)
    assert {key.split(".")[0] for key in ROWS} == set(ROOMS)


def test_every_row_has_unit_range_grade_kind_and_source():
    for row in register():
        assert row.unit, row.key
        assert row.source, row.key
        assert row.low <= row.high, row.key
        assert row.grade in GRADES, row.key
        assert row.kind in KINDS, row.key


def test_a_lone_value_lies_in_its_range():
    for row in (row for row in register() if row.room != "constants"):
        assert row.low <= float(row.value) <= row.high, row.key


def test_what_was_seen_or_derived_says_where():
    for row in (row for row in register() if row.kind in ("seen", "derived")):
        assert row.reference, row.key
        assert row.locator or row.url or any(card(name).note for name in row.cites.split()), row.key


def test_what_was_seen_is_what_was_printed():
    for row in (row for row in register() if row.kind == "seen"):
        values = [card(name).number for name in row.cites.split() if card(name).number is not None]
        assert not values or float(row.value) in {number for v in values for number in (v, v / 100)}, row.key


def test_no_grade_for_published_evidence_without_evidence():
    for row in (row for row in register() if row.grade in ("A", "B")):
        assert row.reference, row.key


def test_assumed_fitted_and_rule_are_not_mistaken_for_something_seen():
    assert {row.kind for row in register() if row.grade == "D"} == {"assumed"}
    assert {row.kind for row in register() if row.grade == "fitted"} == {"fitted"}
    assert {row.kind for row in register() if row.grade == "rule"} == {"rule"}


def test_hidden_harm_is_called_assumed():
    assert ROWS["parameters.truth.harm.prevalence"].kind == "assumed"


def test_a_number_without_a_source_is_refused_by_name():
    with pytest.raises(ConfigError, match=r"parameters\.x\.y: grade A, source 'a book'.*origins\.csv"):
        made("parameters", "x.y", 1.0, "share", 0, 1, "A", "a book")


def test_an_id_that_is_not_shipped_is_refused_by_name():
    with pytest.raises(ConfigError, match="'PR99'; cited, but not among"):
        made("parameters", "x.y", 1.0, "share", 0, 1, "B", "PR99")


def test_kinds_follow_from_grade_words_and_evidence():
    seen = card("SG01")
    assert kind_of("x", seen.number, "B", "SG01", [seen]) == "seen"
    assert kind_of("x", 0.5, "B", "SG01, shrunk", [seen]) == "derived"
    assert kind_of("x", 0.5, "C", "SG01: size assumed", [seen]) == "assumed"
    assert kind_of("x", 0.5, "C", "DfE, from memory", []) == "remembered"
    assert kind_of("x", card("MO02").number, "C", "MO02", [card("MO02")]) == "assumed"


def test_ids_are_found_in_a_source_and_ranges_are_spelt_out():
    assert cited("facts A0147-A0149; SF062, PR01, split") == ("A0147", "A0148", "A0149", "SF062", "PR01")
    assert cited("SF157-159") == ("SF157", "SF158", "SF159")
    assert cited("A4 paper, B12, COVID19, 2019") == ()


def test_no_outcome_after_june_2020_is_shipped():
    later = {"A0552", "A0645", "A0690"}  # returns that are missing; modes of appointments; devices at home: none an outcome
    for row in table("facts"):
        assert row["suggested_role"] in ("input", "calibration")
        assert row["suggested_role"] == "input" or not any(y in row["period"] for y in ("2021", "2022", "2023", "2024")), row["id"]
        assert row["id"] in later or not any(y in row["period"] for y in ("2021-", "Jan 2021", "2022", "Oct 2020", "Dec 2020")), row["id"]


def test_every_card_has_a_source():
    assert all(c.source for c in cards().values())
    assert len(cards()) == sum(len(table(name)) for name in ("parameters", "facts", "features"))


def test_rows_are_chosen_by_text_grade_and_kind():
    assert {row.grade for row in chosen(grade="d")} == {"D"}
    assert {row.kind for row in chosen(kind="Remembered")} == {"remembered"}
    assert {row.name for row in chosen("PR01")} == {"truth.harm.prevalence"}
    with pytest.raises(ConfigError, match="did you mean 'prevalence'"):
        chosen("prevalnce")


def test_shares_add_up():
    for by, names in (("grade", GRADES), ("kind", KINDS)):
        assert sum(count for _, _, count, _ in counts(register(), by, names)) == len(register())
        assert sum(share for *_, share in counts(register(), by, names)) == pytest.approx(1)


def test_effects_are_empty_until_the_sensitivity_study_and_then_lead(monkeypatch):
    assert all(row.effect is None for row in register()) or table("effects")
    given = (("truth.harm.prevalence", "found", -0.4), ("dials.adults_in_room", "found", 0.1))
    given += (("truth.harm.prevalence", "needless", 0.2), ("households.births_2020", "found", 9.0))
    rows = tuple({"name": name, "measure": measure, "effect": str(effect)} for name, measure, effect in given)
    module.effects.cache_clear()
    module.register.cache_clear()
    monkeypatch.setattr(module, "table", lambda name: rows if name == "effects" else table(name))
    ranked = [(row.name, row.effect, row.effect_on) for row in weakest(register())]
    module.effects.cache_clear()
    module.register.cache_clear()
    assert ranked == [("truth.harm.prevalence", -0.4, "found"), ("adults_in_room", 0.1, "found")]


def test_effects_are_of_numbers_that_are_there():
    assert {name for name in module.effects()} <= set(ROWS)


def test_constants_are_read_as_they_are_written():
    text = "import numpy as np\nA, B = 1, 2.5  # both: assumed\nC = np.cumsum([0.4, 0.3])\nD: int = 3\nE = 'text'\nF = X[3]\n"
    found = constants_in(text)
    assert {name: c.value for name, c in found.items()} == {"A": "1", "B": "2.5", "C": "0.4, 0.3 (running sums)", "D": "3"}
    assert found["B"].comment == "both: assumed"
