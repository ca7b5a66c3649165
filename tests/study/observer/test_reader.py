"""A rational reader of records: it reads no truth, adds up, and of children it believes harmed with probability p a share p is."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_worlds import forced, ordinary, small

import simsafe.study.observer.laws as laws_module
from simsafe.ground.table import Table
from simsafe.model import SafeguardingModel
from simsafe.results.hindsight import hindsight
from simsafe.results.record import NO_SIGN, keep_record
from simsafe.senses.tape import Player, Recorder
from simsafe.study.observer.evidence import Evidence, Heard
from simsafe.study.observer.laws import HOMES, KIND, Laws
from simsafe.study.observer.prior import HARMED, Chain, Public
from simsafe.study.observer.reader import read
from simsafe.study.observer.scoring import calibration
from simsafe.world.contact import CONCERNS, Strength


def recorded(scenario, shuffled_behind=None):
    """A finished run, what was on record of it, and the tape of its door; or the same with all of truth shuffled behind that tape."""
    model = SafeguardingModel(scenario)
    if shuffled_behind is None:
        model.behind = Recorder(model.behind)
    else:
        model.behind = Player(model.behind, shuffled_behind)
        model.behind.shuffle(np.random.default_rng(4))
    behind = model.behind
    record = keep_record(model)
    while model.running:
        model.step()
    return model, record, behind


@pytest.fixture(scope="module")
def run(crisis_scenario):
    return recorded(crisis_scenario)


@pytest.fixture(scope="module")
def beliefs(run, crisis_scenario):
    model, record, _ = run
    return read(record, model.world, crisis_scenario)


def some_evidence(run, rows=slice(None)):
    model, record, _ = run
    laws, public = Laws(model.setup.in_force), Public.of(model.world, np.arange(record.children)[rows])
    chain = Chain(laws, public, record, model.world.disabled_share)
    return Evidence(laws, public, record, Heard(), chain)


# No truth


def test_noting_what_passes_changes_no_event(run, crisis_run):
    assert run[0].log.digest == crisis_run.log.digest


def test_with_all_of_truth_shuffled_the_record_and_every_belief_are_the_same(run, beliefs, crisis_scenario):
    _, record, behind = run
    blind, other, shuffled = recorded(crisis_scenario, behind.tape)
    assert (shuffled.harm.type != behind.harm.type).any()
    for name in ("meetings", "signs"):
        one, two = getattr(record, name).state(), getattr(other, name).state()
        assert all(np.array_equal(one[column], two[column]) for column in one), name
    assert np.array_equal(read(other, blind.world, crisis_scenario), beliefs)


def test_nothing_on_record_is_a_column_of_truth(run):
    _, record, behind = run
    true = [c for part in (behind.harm, behind.hidden) for c in vars(part).values() if isinstance(c, np.ndarray)]
    held = [c for c in vars(record).values() if isinstance(c, np.ndarray)]
    held += [c for t in vars(record).values() if isinstance(t, Table) for c in t.state().values()]
    held += [c for d in (record.past, record.exposure) for c in d.values()] + record.stages + record.out_of_school
    assert not any(np.shares_memory(one, two) for one in held for two in true)
    assert not any(type(thing).__module__.startswith(("simsafe.truth", "simsafe.senses")) for thing in vars(record).values())


def test_of_what_is_behind_the_door_the_reader_is_given_numbers_only():
    tree = ast.parse(Path(laws_module.__file__).read_text(encoding="utf-8"))
    behind = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and str(n.module).split(".")[1:2] in (["truth"], ["senses"])]
    assert behind
    assert all(alias.name.isupper() for node in behind for alias in node.names)


# The laws add up


def test_whatever_is_hidden_all_that_could_come_of_a_meeting_adds_up_to_one(run):
    evidence, (_, record, _) = some_evidence(run), run
    rows = np.arange(0, len(record.meetings), 97)
    kept = {name: record.meetings[name].copy() for name in ("strength", "concern")}
    column = evidence.column[record.meetings["who"][rows]]
    quiet, noisy = np.zeros(rows.size, dtype=bool), np.ones(rows.size, dtype=bool)
    try:
        total = evidence._of_meetings(rows, column, quiet, False)
        for strength in Strength:
            for concern in range(CONCERNS):
                record.meetings["strength"][rows], record.meetings["concern"][rows] = strength, concern
                total = total + evidence._of_meetings(rows, column, noisy, False)
    finally:
        for name, values in kept.items():
            record.meetings[name][:] = values
    assert np.allclose(total, 1, atol=1e-9)


def test_a_sign_raises_the_belief_and_a_quiet_contact_lowers_it(run):
    evidence, (_, record, _) = some_evidence(run), run
    quiet = np.flatnonzero(record.meetings["strength"] == NO_SIGN)[:50]
    born = quiet[evidence.public.birth[record.meetings["who"][quiet]] <= record.meetings["day"][quiet]]
    chance = evidence._of_meetings(born, evidence.column[record.meetings["who"][born]], np.zeros(born.size, dtype=bool), False)
    assert (chance[..., HARMED] <= chance[..., :1] + 1e-12).all()
    strong = np.flatnonzero((record.signs["strength"] == Strength.STRONG) & (record.signs["concern"] < 5))
    assert strong.size
    for row in strong.tolist():
        for column, factor in evidence.of_the_week(int(record.signs["day"][row]) // 7):
            if column.size == 1 and column[0] == evidence.column[record.signs["who"][row]] and factor.shape[0] in (1, HOMES):
                assert factor[..., HARMED, :].max() >= factor[..., :2, :].max()


def test_before_anything_is_read_the_chain_starts_at_the_base_rate(run):
    model, record, _ = run
    rows = np.flatnonzero(model.world.children.living_here(0) & ~model.world.children.disabled)
    chain = Chain(Laws(model.setup.in_force), Public.of(model.world, rows), record, model.world.disabled_share)
    start = chain.start()
    assert np.allclose(start.sum(axis=(0, 1, 2, 3)), 1, atol=1e-5)
    assert 0.035 < start[:, :, :, HARMED].sum() / rows.size < 0.07
    for week in range(record.weeks):
        start = chain.step(start, week)
    assert np.allclose(start.sum(axis=(0, 1, 2, 3)), 1, atol=1e-4)
    assert (start >= 0).all()
    assert start.shape[3] == KIND.size


# Calibrated


def test_a_share_p_of_the_children_believed_harmed_with_probability_p_is(run, beliefs):
    truth = hindsight(run[0])
    here = truth.here[-1]
    assert np.isfinite(beliefs).all()
    table = calibration(beliefs[-1][here].astype(float), truth.harmed[-1][here])
    assert (table["z"].dropna().abs() < 4).all(), table
    expected, true = beliefs[-1][here].sum(), truth.harmed[-1][here].sum()
    assert abs(expected - true) < 4 * np.sqrt(expected)
    assert (beliefs[-1] > 0.5).sum() >= 3  # it does say something


def test_a_reader_of_fewer_records_is_told_less(run, beliefs, crisis_scenario):
    model, record, _ = run
    rows = np.flatnonzero(model.world.children.living_here(record.weeks * 7 - 1))[:256]
    nothing = read(record, model.world, crisis_scenario, Heard(frozenset()), rows)
    assert beliefs[-1][rows].std() > nothing[-1].std()


def read_whole(scenario, read_as=None):
    """Beliefs and truth at three moments: before the crisis, soon after it began, and later."""
    model = SafeguardingModel(scenario)
    record = keep_record(model)
    while model.running:
        model.step()
    truth, believed = hindsight(model), read(record, model.world, read_as or scenario)
    moments = [record.weeks // 3, 2 * record.weeks // 3, record.weeks - 1]
    return [(believed[w][truth.here[w]].astype(float), truth.harmed[w][truth.here[w]]) for w in moments]


def pooled(parts):
    return calibration(np.concatenate([b for b, _ in parts]), np.concatenate([h for _, h in parts]))


@pytest.mark.slow
def test_over_many_children_and_seeds_the_reader_is_calibrated_in_ordinary_times_and_in_the_crisis():
    for make in (ordinary, small):
        seeds = [read_whole(make(4000, seed=seed, warm_up_days=120)) for seed in range(1, 5)]
        for moment in range(3):
            table = pooled([parts[moment] for parts in seeds])
            assert (table["z"].dropna().abs() < 4).all(), table


@pytest.mark.slow
def test_a_reader_with_wrong_rates_is_found_out():
    parts = []
    for seed in range(1, 4):
        scenario = small(4000, seed=seed)
        wrong = forced(scenario.parameters, senses__nature__rates__weak_ratio=2.4, senses__nature__rates__strong_ratio=5.5)
        parts += read_whole(scenario, replace(scenario, parameters=wrong))[-1:]
    assert (pooled(parts)["z"].dropna().abs() > 4).any()
