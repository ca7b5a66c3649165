"""Evidence about men whom nobody recorded, and records that follow a family: nothing is lost but time."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import forced, log_of, ordinary, run, turned

from simsafe.model import SafeguardingModel
from simsafe.system.events import Event
from simsafe.system.moves import FOLLOWS
from simsafe.world.contact import Agency, Concern, Mode, Signs, Strength
from simsafe.world.households import MaleCarer


@pytest.fixture(scope="module")
def known() -> tuple[SafeguardingModel, np.ndarray]:
    """A model with a sign of domestic abuse by police and one by school about every child of today; their rows."""
    model = SafeguardingModel(ordinary(2000))
    who = np.flatnonzero(model.here)
    rows = []
    for agency in (Agency.POLICE, Agency.SCHOOLS):
        columns = [np.full(who.size, v, dtype=np.int8) for v in (agency, Strength.STRONG, Concern.DOMESTIC_ABUSE, Mode.INCIDENT)]
        key = model.chance.keys(model.world.children.key[who], f"test, {agency.name}")
        rows.append(model.records.keep(Signs(columns[0], who, columns[1], columns[2], columns[3], key), 0))
    return model, np.concatenate(rows)


def linked(model: SafeguardingModel, rows: np.ndarray, share: float) -> np.ndarray:
    model.fathers.begin_day(share)
    return model.fathers.links(rows)


def test_only_some_of_what_police_hold_and_only_of_unrecorded_men_fails_to_link(known):
    model, rows = known
    lost = rows[~linked(model, rows, 0.0)]
    signs, world = model.records.signs, model.world
    family = world.children.family[signs["child"][rows]]
    his = (signs["agency"][rows] == Agency.POLICE) & (world.families.male_carer[family] == MaleCarer.UNRECORDED)
    assert 0 < lost.size < his.sum()
    assert set(lost.tolist()) <= set(rows[his].tolist())


def test_recording_more_men_only_opens_more_and_recording_all_opens_everything(known):
    model, rows = known
    none, some, more, everyone = (linked(model, rows, share) for share in (0.0, 0.3, 0.7, 1.0))
    assert (none <= some).all()
    assert (some <= more).all()
    assert none.sum() < some.sum() < more.sum() < everyone.sum()
    assert everyone.all()


def test_what_does_not_link_is_not_found_when_partners_are_called_and_not_told():
    untold = run(ordinary(2000, parameters=forced(linking__about_him=0.9)), days=60)
    plan = turned(males_recorded_share=1.0)
    told = run(ordinary(2000, parameters=forced(linking__about_him=0.9), plan=plan), days=60)
    none = run(ordinary(2000, parameters=forced(linking__about_him=0.0)), days=60)
    contacts = [np.count_nonzero(log_of(m)[:, 1] == Event.CONTACT) for m in (untold, told, none)]
    assert contacts[0] < contacts[1]
    assert told.log.digest == none.log.digest


def test_a_move_hides_a_record_until_it_arrives_and_then_nothing_is_lost_but_time():
    model = SafeguardingModel(ordinary(2000, parameters=forced(moving__moves=0.0)))
    moves, records = model.moves, model.records
    before = {agency: records.worry_of(agency, np.arange(len(model.world.children)), 200) for agency in FOLLOWS}
    families = np.arange(0, len(model.world.families), 2)
    moves._leave(families, model.world.families.key[families], 0)
    table = moves.in_transit
    assert len(table) > 50
    gone = {a: table["child"][table["agency"] == a].copy() for a in FOLLOWS}
    for agency, children in gone.items():
        assert (records.worry_of(agency, children, 0) == 0).all()
    last = int(table["arrives"].max())
    assert last > 1
    for day in range(1, 201):
        if day % 30 == 0:
            records.age_to(day)
        moves._arrive(table["arrives"] <= day, day) if (table["arrives"] <= day).any() else None
    held = table["arrives"] > 200
    for agency, children in gone.items():
        arrived = np.setdiff1d(children, table["child"][held])
        assert records.worry_of(agency, arrived, 200) == pytest.approx(before[agency][arrived], rel=0.02, abs=2e-3)
    secondary = model.world.children.birth <= -12 * 366
    assert not secondary[gone[Agency.SCHOOLS]].any()


def test_poorer_families_move_more():
    model = SafeguardingModel(ordinary(20_000, parameters=forced(moving__moves=0.2)))
    moved = np.concatenate([model.moves.candidates.on(day).who for day in range(150)])
    deprivation = model.world.families.deprivation
    rate = np.bincount(deprivation[moved], minlength=6)[1:] / np.bincount(deprivation, minlength=6)[1:]
    assert rate[0] > rate[4]


def test_a_run_saved_while_records_are_in_transit_goes_on_the_same():
    scenario = ordinary(1500, parameters=forced(moving__moves=0.2, truth__outside__missing=0.05))
    whole = run(scenario, days=60)
    half = run(scenario, days=33)
    assert len(half.moves.in_transit) > 0
    assert len(half.behind.outside.went_missing) > 0
    taken_up = SafeguardingModel(scenario)
    taken_up.restore(33, half.state())
    for _ in range(27):
        taken_up.step()
    assert taken_up.log.digest == whole.log.digest


def test_a_family_that_needs_an_interpreter_costs_more_minutes():
    model = SafeguardingModel(ordinary(2000))
    family = model.world.children.family
    who = np.flatnonzero(model.here)
    _, minutes, _ = model.social_care.choose_modes(who, np.zeros(who.size, dtype=np.int8), model.timetable.on(0), 0)
    needs = model.world.families.interpreter[family[who]]
    assert minutes[needs].min() > minutes[~needs].max()
