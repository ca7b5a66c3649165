"""Relations between runs that logic forces, exact for every seed: of truth, sharing, thresholds and capacity.

None of them says which plan is better.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from small_worlds import (
    CERTAIN,
    SEEDS,
    alone,
    count,
    dial,
    forced,
    log_of,
    ordinary,
    run,
    small,
    where_harm_always_shows,
)

from simsafe.model import SafeguardingModel
from simsafe.results.ladder import first_days
from simsafe.system.cases import NONE
from simsafe.system.events import Event
from simsafe.system.referring import Referring
from simsafe.world.contact import Agency

# Truth


@SEEDS
def test_without_harm_there_is_no_true_detection_and_every_referral_is_of_a_child_who_is_not_harmed(seed):
    model = run(small(seed=seed, parameters=forced(truth__harm__prevalence=0.0, truth__outside__begins=0.0)))
    assert len(model.behind.harm.spells) == 0
    assert not model.behind.harm.harmed_rows.size
    assert set(model.measures.daily["harmed"].tolist()) == {0}
    assert set(model.measures.daily["harmed_open"].tolist()) == {0}
    assert count(model, Event.SIGN) > 0, "look-alike signs go on"


@SEEDS
def test_harm_that_always_shows_with_certain_referral_and_unlimited_hours_is_noticed_and_acted_upon_at_once(seed):
    certain = {f"thresholds__{agency.name.lower()}": -CERTAIN for agency in Agency if agency is not Agency.SOCIAL_CARE}
    certain |= {"front_door__screen": -CERTAIN, "front_door__assess": -CERTAIN}
    model = where_harm_always_shows(ordinary(seed=seed, capacity_coupling=False, parameters=forced(**certain)))
    for _ in range(model.setup.days):
        model.step()
    spells, last = model.behind.harm.spells, model.setup.days - 1
    assert len(spells) > 20
    began = np.maximum(spells["onset"], 0)
    lasted = (spells["end"] < 0) | (spells["end"] > began)
    reached = first_days(model)
    assert np.array_equal(reached["noticed"][lasted], began[lasted]), "a harmed child in sight was not noticed"
    new = lasted & (spells["onset"] > 0) & (began <= last - 10) & ((spells["end"] < 0) | (spells["end"] > began + 10))
    open_then = reached["acted_upon"][new] == NONE  # a case was open already, so no referral was made
    assert (reached["acted_upon"][new][~open_then] <= began[new][~open_then] + 8).all(), "a weekend, a bank holiday and two working days"
    assert (model.cases.stage_of[spells["child"][new][open_then & (spells["end"][new] < 0)]] != NONE).all()


# Sharing


@SEEDS
def test_without_sharing_social_care_knows_its_own_signs_and_those_that_it_was_told_on_their_day(seed):
    model = SafeguardingModel(small(1500, seed=seed, parameters=forced(sharing__share=0.0)))
    from_the_past = set(model.records.signs["key"].tolist())
    for _ in range(model.setup.days):
        model.step()
    log = log_of(model)
    shares = log[log[:, 1] == Event.SHARE]
    assert len(shares) > 10
    assert (shares[:, 4] == shares[:, 0]).all(), "a sign other than the one that moved an agency was passed on"
    assert len(model.sharing.on_the_way) == 0
    signs, told = model.records.signs, set(map(tuple, shares[:, [0, 2, 3]].tolist()))
    held = (signs["holders"] & (1 << int(Agency.SOCIAL_CARE)) != 0) & (signs["agency"] != Agency.SOCIAL_CARE)
    for row in np.flatnonzero(held & ~np.isin(signs["key"], list(from_the_past))):
        assert (signs["day"][row], model.ids[signs["child"][row]], signs["agency"][row]) in told


def learnt(model: SafeguardingModel, seen: dict[int, int]) -> None:
    signs = model.records.signs
    held = (signs["holders"] & (1 << int(Agency.SOCIAL_CARE)) != 0) & (signs["agency"] != Agency.SOCIAL_CARE)
    for key in signs["key"][held].tolist():
        seen.setdefault(key, model.day - 1)


FIXED_DECISIONS = {  # decisions that do not depend on what social care knows, so that the same calls are made on the same days
    "front_door__screen": -CERTAIN, "front_door__assess": -CERTAIN, "assessment__strategy": CERTAIN, "assessment__in_need": CERTAIN,
    "plans__keep_plan": -CERTAIN, "plans__keep_in_need": -CERTAIN, "care__into_care": CERTAIN,
    "police_protection__at_once": CERTAIN, "assessment__partner_report": 0.0,
    "ties__present": 0.0,  # what partners hear from each other, and when, moves their own telling
}  # fmt: skip


@SEEDS
def test_with_the_same_calls_a_shorter_delay_never_lets_social_care_learn_a_sign_later(seed):
    def days_learnt(factor: float) -> dict[int, int]:
        scenario = alone(ordinary(seed=seed, plan=dial("sharing_delay_factor", factor), parameters=forced(**FIXED_DECISIONS)))
        model, seen = SafeguardingModel(scenario), {}
        for _ in range(scenario.days):
            model.step()
            learnt(model, seen)
        return seen

    slow, fast, at_once = (days_learnt(factor) for factor in (4.0, 1.0, 0.0))
    for soon, late in ((fast, slow), (at_once, fast)):
        assert set(late) <= set(soon)
        assert all(soon[key] <= late[key] for key in late)
        assert any(soon[key] < late[key] for key in late)


# Thresholds


@SEEDS
def test_lower_thresholds_only_add_to_what_agencies_tell(seed, monkeypatch):
    told: set[int] = set()
    tell = Referring.tell

    def overheard(self, rows, day):
        new, known = tell(self, rows, day)
        told.update(self.records.signs["key"][np.concatenate([new.rows, known.rows])].tolist())
        return new, known

    monkeypatch.setattr(Referring, "tell", overheard)

    def keys(lower: float) -> set[int]:
        told.clear()
        usual = ordinary().parameters.thresholds
        names = [agency.name.lower() for agency in Agency if agency is not Agency.SOCIAL_CARE]
        changed = {f"thresholds__{name}": getattr(usual, name) - lower for name in names}
        run(alone(ordinary(1500, seed=seed, parameters=forced(**changed, thresholds__easier_when_open=0.0))))
        return set(told)

    high, usual, low = keys(-1.0), keys(0.0), keys(1.5)
    assert high < usual < low


# Capacity


@SEEDS
def test_a_front_door_without_minutes_lets_nothing_through(seed):
    nobody_taken = {"police_protection__at_once": CERTAIN}  # police do not wait for the front door
    model = run(small(seed=seed, parameters=forced(workforce__front_door_share=0.0, **nobody_taken)))
    assert count(model, Event.CONTACT) > 10
    assert count(model, Event.SCREENED) == count(model, Event.REFERRAL) == count(model, Event.DECISION) == 0
    assert len(model.front_door.contacts) == count(model, Event.CONTACT)
    assert set(model.measures.daily["front_door_minutes_used"].tolist()) == {0}


@SEEDS
def test_with_unlimited_minutes_nothing_waits(seed):
    model = SafeguardingModel(small(1500, seed=seed, capacity_coupling=False))
    for day in range(model.setup.days):
        model.step()
        if not model.calendar.working[day]:
            continue
        assert len(model.front_door.contacts) == 0
        assert (model.front_door.referrals["day"] == day).all()
        cases = model.cases
        unallocated = cases["worker"] == NONE
        assert (cases["opened"][unallocated] == day).all(), "only a case opened today has no worker yet"
        begun_today = (cases["strategy"] == day) | (cases["opened"] == day)
        assert not ((cases["next_visit"] <= day) & ~begun_today).any(), "a visit waits"
        assert not (cases["conference"] <= day).any(), "a conference waits"
    assert count(model, Event.SCREENED) == count(model, Event.CONTACT) > 10


@SEEDS
def test_without_turnover_nobody_leaves_and_every_case_keeps_its_worker(seed):
    scenario = small(1500, seed=seed, parameters=forced(workforce__health_turnover=0.0))
    model = SafeguardingModel(replace(scenario, area=replace(scenario.area, sw_turnover=0.0)))
    holder: dict[int, int] = {}
    for _ in range(scenario.days):
        model.step()
        for key, worker in zip(model.cases["key"].tolist(), model.cases["worker"].tolist(), strict=True):
            if worker != NONE:
                assert holder.setdefault(key, worker) == worker, "a case changed hands"
    assert count(model, Event.STAFF_LEFT) == count(model, Event.STAFF_CAME) == 0
    assert len(holder) > 20
