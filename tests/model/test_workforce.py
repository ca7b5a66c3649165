"""Staff in a run: what tiredness does at the door, what a change of worker loses, and what is written down."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from small_worlds import assert_same_log, forced, log_of, ordinary, run, small, turned

from simsafe.agents import HealthVisitor
from simsafe.model import SafeguardingModel
from simsafe.results.workforce import STAFF, STAFF_GROUPS
from simsafe.system.cases import NONE
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency

NO_EFFECT = {"wellbeing__noticing_loss": 0.0, "wellbeing__exit_slope": 0.0, "wellbeing__sickness_slope": 0.0}


def test_without_effects_how_people_feel_changes_nothing():
    """However they feel: heavily loaded or not, alone at home or not."""
    calm = {**NO_EFFECT, "wellbeing__overload": 0.0, "wellbeing__risk_alone": 0.0, "wellbeing__isolation": 0.0, "wellbeing__peers": 0.0}
    feeling = run(small(1500, parameters=forced(**NO_EFFECT)))
    untouched = run(small(1500, parameters=forced(**calm)))
    assert any(not np.array_equal(feeling.wellbeing[n].now, untouched.wellbeing[n].now) for n in feeling.wellbeing)
    assert_same_log(feeling, untouched)


def test_with_coupling_off_how_people_feel_changes_nothing():
    plain = small(1200, capacity_coupling=False)
    assert_same_log(run(plain), run(replace(plain, parameters=forced(wellbeing__noticing_loss=0.3, wellbeing__caring=1.0))))


def test_with_coupling_off_support_lowers_nobodys_wellbeing():
    plain = small(1200, capacity_coupling=False)
    supported = replace(plain, plan=(*plain.plan, *turned(supervision_hours=3.0, peer_support=0.8)))
    one, two = run(plain), run(supported)
    for name, feeling in two.wellbeing.items():
        assert (feeling.now >= one.wellbeing[name].now).all()
        assert (feeling.now > one.wellbeing[name].now).any()


def test_less_noticing_at_the_same_meetings_only_takes_signs_away():
    model = SafeguardingModel(ordinary(5000, parameters=forced()))
    model.behind.door.how.nature.weak[Agency.SOCIAL_CARE] = 0.3
    for _ in range(14):
        model.step()
    tries = model.attempt(None, Conditions(), model.day).attempt
    who = np.flatnonzero(model.here)
    key = model.chance.keys(model.world.children.key[who], "a try of this test")
    visits = type(tries).by(Agency.SOCIAL_CARE, who, np.full(who.size, 2, dtype=np.int8), key, False)
    found = []
    for noticing in (0.5, 0.8, 1.0, 1.4):
        as_they_are = replace(visits, noticing=np.full(who.size, noticing))
        met, signs = model.behind.answer(as_they_are, [], Conditions(), model.digital, model.day)
        found.append((set(signs.key.tolist()), met.quiet.copy()))
    for (few, quiet), (more, less_quiet) in pairwise(found):
        assert few < more
        assert (less_quiet <= quiet).all(), "what was noticed less stayed quiet"


def test_meetings_carry_the_noticing_of_whoever_makes_them():
    model = SafeguardingModel(small(2000))
    seen = set()
    for _ in range(30):
        model.begin_day(model.timetable.on(model.day), model.day)
        tries = model.attempt(None, model.timetable.on(model.day), model.day).attempt
        for agency, staff in ((Agency.SOCIAL_CARE, model.social_workers), (Agency.HEALTH_VISITING, model.health_visitors)):
            of = tries.noticing[tries.agency == agency]
            assert np.isin(of, staff.noticing).all()
            seen |= {agency} if of.size else set()
        others = ~np.isin(tries.agency, [Agency.SOCIAL_CARE, Agency.HEALTH_VISITING])
        assert (tries.noticing[others] == 1).all()
        model.day += 1
    assert seen == {Agency.SOCIAL_CARE, Agency.HEALTH_VISITING}


def test_a_visitor_called_away_leaves_families_less_known_and_comes_back_to_families_less_known():
    model = SafeguardingModel(ordinary(3000))
    records, kept = model.records, model.setup.parameters.workforce.kept_without_handover
    visitor = next(a for a in model.agents_by_type[HealthVisitor] if not model.health_visitors.leaving[a.post])
    mine = model.health_visiting.families_of(visitor.post, 0)
    others = np.setdiff1d(np.arange(len(model.world.children)), mine)
    before = records.worry_of(Agency.HEALTH_VISITING, np.arange(len(model.world.children)), 0)
    social = records.worry_of(Agency.SOCIAL_CARE, mine, 0)
    assert np.abs(before[mine]).sum() > 0
    for times, column in enumerate(("called_away", "came_back"), 1):
        model.health_visitors.called_away[:], model.health_visitors.came_back[:] = False, False
        getattr(model.health_visitors, column)[visitor.post] = True
        visitor.begin_week()
        now = records.worry_of(Agency.HEALTH_VISITING, np.arange(len(model.world.children)), 0)
        assert now[mine] == pytest.approx(before[mine] * kept**times, rel=times * 2**-10)  # worry and share are kept as float16
        assert np.array_equal(now[others], before[others])
    assert np.array_equal(records.worry_of(Agency.SOCIAL_CARE, mine, 0), social)


def test_children_who_lost_their_worker_are_counted():
    model = SafeguardingModel(ordinary(3000))
    for _ in range(20):
        model.step()
    post = int(np.bincount(model.cases["worker"][model.cases["worker"] != NONE]).argmax())
    held = int(np.count_nonzero(model.cases["worker"] == post))
    before = model.measures.daily["kept_worker"][-1]
    model.casework.hand_over(np.array([post]), model.day)
    assert held > 0
    assert np.count_nonzero(model.cases["lost_worker"] == model.day) == held
    model.step()
    assert model.measures.daily["kept_worker"][-1] <= before - held + 5


def test_every_week_has_a_line_for_each_profession(crisis_run):
    table = crisis_run.measures.staff.table
    weeks = crisis_run.setup.days // 7
    assert len(table) == weeks * len(STAFF_GROUPS)
    for name in STAFF:
        assert np.isfinite(table[name]).all(), name
    for part, whole in (("tired", "in_post"), ("off_sick", "in_post"), ("agency_workers", "in_post"), ("new_workers", "in_post")):
        assert (table[part] <= table[whole]).all()
    assert (table["wellbeing_low"] <= table["wellbeing_high"]).all()
    assert log_of(crisis_run).size
