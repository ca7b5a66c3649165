"""Harm and need: as common at the start as assumed, begun and ended by named luck, and never more by less."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from small_worlds import forced, ordinary

from simsafe.model import SafeguardingModel
from simsafe.system.cases import EARLY_HELP, EARLY_HELP_ONLINE, NONE, Stage
from simsafe.truth.harm import Harm, HarmAndNeed
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Concern


@pytest.fixture(scope="module")
def many() -> SafeguardingModel:
    """Twenty thousand children on day 0."""
    return SafeguardingModel(ordinary(20_000))


def lives(days: int, stage: int = NONE, seed: int = 1, **dials: float) -> HarmAndNeed:
    """Harm and need of three thousand children after some days of the same conditions and the same help for all."""
    model = SafeguardingModel(ordinary(3000, seed=seed))
    harm = model.behind.harm
    stages = np.full(len(model.world.children), stage, dtype=np.int8)
    for day in range(days):
        harm.live_a_day(day, Conditions(**dials), stages)
    return harm


def onsets(harm: HarmAndNeed) -> set[tuple[int, int]]:
    """(child, day) of every spell of harm in the family begun during the run."""
    spells = harm.spells
    began = (spells["onset"] >= 1) & (spells["type"] != Concern.EXPLOITATION)
    return set(zip(spells["child"][began].tolist(), spells["onset"][began].tolist(), strict=True))


# Day 0


def test_prevalence_at_the_start_is_the_assumed_one_and_moves_with_it(many):
    here = many.here.sum()
    assumed = many.setup.parameters.truth.harm.prevalence
    at_start = np.count_nonzero(many.behind.harm.spells["onset"] <= 0) / here
    assert at_start == pytest.approx(assumed, rel=0.15)
    half = SafeguardingModel(ordinary(20_000, parameters=forced(truth__harm__prevalence=assumed / 2)))
    assert len(half.behind.harm.spells) / len(many.behind.harm.spells) == pytest.approx(0.5, rel=0.15)


def test_need_at_the_start_is_as_common_as_assumed(many):
    p = many.setup.parameters.truth.harm
    share = many.behind.harm.in_need[many.here].mean()
    assert share == pytest.approx(p.need_prevalence + p.disabled_in_need, rel=0.15)


def test_nobody_was_harmed_before_birth(many):
    spells, birth = many.behind.harm.spells, many.world.children.birth
    assert (spells["onset"] >= birth[spells["child"]]).all()
    assert many.here[spells["child"]].all()


def test_harm_is_commoner_where_there_is_domestic_abuse_or_parental_difficulty(many):
    hidden, harmed = many.behind.hidden, many.behind.harm.type >= 0
    family = many.world.children.family
    for trait in (hidden.domestic_abuse, hidden.parental_difficulty):
        assert harmed[many.here & trait[family]].mean() > 1.3 * harmed[many.here & ~trait[family]].mean()


def test_each_harmed_child_has_a_type_a_severity_and_a_spell_and_nobody_else_has(many):
    harm = many.behind.harm
    harmed = harm.type >= 0
    assert np.count_nonzero(harm.spells["end"] < 0) == np.count_nonzero(harmed)
    assert np.array_equal(harmed, harm.severity > 0)
    assert np.array_equal(harm.spells["child"][harm.spell_of(np.flatnonzero(harmed))], np.flatnonzero(harmed))
    assert harm.severity.max() <= 3
    abused = harm.type == Concern.DOMESTIC_ABUSE
    assert many.behind.hidden.domestic_abuse[many.world.children.family[abused]].all()


def test_harm_by_the_family_has_ended_for_children_in_care(many):
    in_care = many.cases.stage_of == Stage.LOOKED_AFTER
    assert in_care.sum() > 50
    assert np.isin(many.behind.harm.type[in_care], [NONE, Concern.EXPLOITATION]).all()


# Days


def test_a_higher_incidence_only_adds_new_harm_as_far_as_the_first_spell_of_each_child():
    few, usual, more = (onsets(lives(120, harm_incidence=incidence)) for incidence in (0.5, 1.0, 2.0))
    first = [{child: min(d for c, d in spells if c == child) for child, _ in spells} for spells in (few, usual, more)]
    for less, greater in pairwise(first):
        assert set(less) <= set(greater)
        assert all(greater[child] <= day for child, day in less.items())
    assert len(few) < len(usual) < len(more)


def test_with_no_incidence_no_harm_begins():
    assert onsets(lives(60, harm_incidence=0.0)) == set()


def test_help_ends_spells_no_later_and_makes_no_new_ones():
    alone, helped = lives(200), lives(200, stage=Stage.PROTECTION)
    assert onsets(helped) <= onsets(alone) | {(c, d) for c, d in onsets(helped) if alone.was_harmed[c]}
    start = np.flatnonzero(alone.spells["onset"] <= 0)
    end = [np.where(h.spells["end"][start] < 0, 999, h.spells["end"][start]) for h in (helped, alone)]
    assert (end[0] <= end[1]).all()
    assert (end[0] < end[1]).any()


def test_early_help_online_is_worth_a_part_of_what_it_is_in_person():
    """New harm in a child's first spell: the fewer the more the help, one within the other."""
    in_person, online, without = (onsets(lives(250, stage=stage)) for stage in (EARLY_HELP, EARLY_HELP_ONLINE, NONE))
    children = [{child for child, _ in found} for found in (in_person, online, without)]
    assert len(children[0]) < len(children[1]) < len(children[2])
    p = Harm()
    ratio = [p.early_help_effect, 1 - (1 - p.early_help_effect) * p.online_ratio, 1.0]
    effect = SafeguardingModel(ordinary(500)).behind.harm.effect
    assert [effect[s] for s in (EARLY_HELP, EARLY_HELP_ONLINE, NONE)] == pytest.approx(ratio)
    assert ratio[0] < ratio[1] < ratio[2]


def test_early_help_relieves_strain_in_person_and_by_its_online_share_otherwise():
    reliefs = {}
    for stage in (NONE, EARLY_HELP_ONLINE, EARLY_HELP):
        model = SafeguardingModel(ordinary(1000))
        stages = np.full(len(model.world.children), stage, dtype=np.int8)
        for day in range(29):
            model.behind.live_a_day(day, Conditions(), stages, model.schooling)
        reliefs[stage] = model.behind.hidden.strain
    full, part = (reliefs[NONE] - reliefs[stage] for stage in (EARLY_HELP, EARLY_HELP_ONLINE))
    assert (full > 0).all()
    assert np.allclose(part, Harm().online_ratio * full, atol=1e-5)


def test_nobody_in_care_comes_to_new_harm_in_the_family():
    assert onsets(lives(100, stage=Stage.LOOKED_AFTER)) == set()


def test_severity_only_rises_within_a_spell():
    model = SafeguardingModel(ordinary(3000))
    harm, before = model.behind.harm, model.behind.harm.spells["severity"].copy()
    for day in range(150):
        harm.live_a_day(day, Conditions(), np.full(len(model.world.children), NONE, dtype=np.int8))
        now = harm.spells["severity"]
        assert (now[: before.size] >= before).all()
        before = now.copy()
    assert before.max() == 3


def test_spells_last_as_long_as_assumed():
    model = SafeguardingModel(ordinary(20_000))
    harm, nobody = model.behind.harm, np.full(len(model.world.children), NONE, dtype=np.int8)
    start = harm.harmed_rows.size
    in_time = np.count_nonzero(model.world.children.birth[harm.harmed_rows] > -17 * 365)
    for day in range(365):
        harm.live_a_day(day, Conditions(harm_incidence=0.0), nobody)
    expected = np.exp(-365 / (365.25 * model.setup.parameters.truth.harm.spell_years))
    assert in_time / start > 0.9
    assert harm.harmed_rows.size / start == pytest.approx(expected, abs=0.06)


def test_young_people_who_turn_18_are_no_longer_counted_on_that_very_day():
    model = SafeguardingModel(ordinary(3000))
    harm, children = model.behind.harm, model.world.children
    for day in range(60):
        harm.live_a_day(day, Conditions(), np.full(len(children), NONE, dtype=np.int8))
        assert children.living_here(day, harm.harmed_rows).all()


def test_the_four_states_are_one_for_each_child(many):
    everyone = np.flatnonzero(many.here)
    state = many.behind.harm.state_of(everyone, 0)
    assert set(state.tolist()) == {0, 1, 2, 3}
    assert np.array_equal(state == 0, many.behind.harm.type[everyone] >= 0)
    assert many.behind.harm.in_need[everyone[state == 2]].all()
    assert not many.behind.harm.in_need[everyone[state == 3]].any()
