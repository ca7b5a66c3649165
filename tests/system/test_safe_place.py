"""Police protection: on a strong sign at immediate risk, for 72 hours, with a strategy discussion at once."""

from __future__ import annotations

import numpy as np
import pytest
from offices import office, today
from small_worlds import CERTAIN, forced

from simsafe.model import SafeguardingModel
from simsafe.system.cases import NEVER, NONE, Stage
from simsafe.system.events import Event
from simsafe.world.contact import Agency, Concern, Mode, Signs, Strength


def noticed(model: SafeguardingModel, child: np.ndarray, agency: Agency, strength: Strength, day: int = 0) -> np.ndarray:
    """Rows of new signs, one about each child."""
    columns = [np.full(child.size, value, dtype=np.int8) for value in (agency, strength, Concern.PHYSICAL, Mode.INCIDENT)]
    key = model.chance.keys(model.world.children.key[child], "sign of a test")
    return model.records.keep(Signs(columns[0], child, columns[1], columns[2], columns[3], key), day)


def some(model: SafeguardingModel, stage: int, count: int = 30) -> np.ndarray:
    return np.flatnonzero(model.here & (model.cases.stage_of == stage))[:count]


def always() -> SafeguardingModel:
    return office(forced(police_protection__at_once=-CERTAIN))


@pytest.mark.parametrize(
    ("agency", "strength", "taken"),
    [(Agency.POLICE, Strength.STRONG, True), (Agency.POLICE, Strength.WEAK, False), (Agency.SCHOOLS, Strength.STRONG, False)],
)
def test_only_a_strong_sign_of_those_on_the_spot_can_lead_to_it(agency, strength, taken):
    model = always()
    child = some(model, NONE)
    model.safe_places.take(noticed(model, child, agency, strength), model.here, today(model))
    assert len(model.log.today(Event.SECTION_46)) == (child.size if taken else 0)


def test_a_child_nobody_knew_has_a_case_an_enquiry_and_a_strategy_discussion_on_the_same_day():
    model = always()
    child = some(model, NONE)
    model.safe_places.take(noticed(model, child, Agency.POLICE, Strength.STRONG), model.here, today(model))
    rows, ids = model.cases.row[child], sorted(model.ids[child].tolist())
    assert (model.cases.stage_of[child] == Stage.ASSESSMENT).all()
    assert (model.cases["enquiry_end"][rows] != NEVER).all()
    assert (model.cases["safe_until"][rows] == 3).all()
    for kind in (Event.REFERRAL, Event.DECISION, Event.STRATEGY, Event.MEETING):
        assert sorted(model.log.today(kind).tolist()) == ids, kind.name


def test_a_referral_that_waits_is_decided_on_with_it_and_not_counted_twice():
    model = always()
    child = some(model, NONE, 6)
    key = model.chance.keys(model.world.children.key[child], "referral of a test")
    model.front_door.referrals.add(3, child=child[:3], agency=0, day=0, key=key[:3])
    model.safe_places.take(noticed(model, child, Agency.POLICE, Strength.STRONG), model.here, today(model))
    assert len(model.front_door.referrals) == 0
    assert sorted(model.log.today(Event.REFERRAL).tolist()) == sorted(model.ids[child[3:]].tolist())
    assert sorted(model.log.today(Event.DECISION).tolist()) == sorted(model.ids[child].tolist())


def test_a_child_on_a_plan_has_the_review_brought_forward_and_one_looked_after_is_not_taken():
    model = always()
    planned, care = some(model, Stage.PROTECTION, 5), some(model, Stage.LOOKED_AFTER, 5)
    new = noticed(model, np.sort(np.concatenate([planned, care])), Agency.POLICE, Strength.STRONG)
    model.safe_places.take(new, model.here, today(model))
    assert sorted(model.log.today(Event.SECTION_46).tolist()) == sorted(model.ids[planned].tolist())
    assert (model.cases["review"][model.cases.row[planned]] <= model.calendar.add_working_days(0, 1)).all()


@pytest.mark.parametrize(("not_home", "home"), [(CERTAIN, True), (-CERTAIN, False)])
def test_after_72_hours_the_child_is_home_or_looked_after(not_home, home):
    model = office(forced(police_protection__at_once=-CERTAIN, police_protection__not_home=not_home))
    child = some(model, NONE)
    model.safe_places.take(noticed(model, child, Agency.POLICE, Strength.STRONG), model.here, today(model))
    model.safe_places.end(2)
    assert len(model.log.today(Event.SAFE_PLACE_ENDED)) == 0
    model.safe_places.end(3)
    rows = model.cases.row[child]
    assert len(model.log.today(Event.SAFE_PLACE_ENDED)) == child.size
    assert (model.cases["stage"][rows] == (Stage.ASSESSMENT if home else Stage.LOOKED_AFTER)).all()
    assert ((model.cases["enquiry_end"][rows] != NEVER) == home).all()
    model.safe_places.end(4)
    assert len(model.log.today(Event.SAFE_PLACE_ENDED)) == child.size, "once only"


def test_a_child_already_in_a_safe_place_is_not_taken_again():
    model = always()
    child = some(model, NONE)
    for day in (0, 1):
        model.safe_places.take(noticed(model, child, Agency.POLICE, Strength.STRONG, day), model.here, today(model, day))
    assert len(model.log.today(Event.SECTION_46)) == child.size
