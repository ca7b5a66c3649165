"""Health visiting: five contacts by age, one before birth, those that lapse, and whom a visitor sees first when short of time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_worlds import ordinary

from simsafe.agencies.health_visiting import AGES, ANTENATAL, LAPSES, NEVER, NEW_BIRTH, OVER, HealthVisiting
from simsafe.model import SafeguardingModel
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Attempt, Mode


@pytest.fixture
def visiting() -> HealthVisiting:
    """Health visiting of three thousand children, with unlimited minutes, everything offered and no family declining."""
    model = SafeguardingModel(ordinary(3000))
    staff = model.health_visitors
    staff.minutes = np.full(len(staff), 10**6)
    staff.used = np.zeros(len(staff), dtype=np.int64)
    return HealthVisiting(model.world, model.chance, staff, replace(model.setup.parameters.health_visiting, declines=0.0, antenatal=1.0))


def born(visiting: HealthVisiting, after: int, before: int) -> int:
    """A child to be born between two days."""
    return int(np.flatnonzero((visiting.world.children.birth > after) & (visiting.world.children.birth < before))[0])


def newborn(visiting: HealthVisiting) -> int:
    """A child to be born in the first weeks: its antenatal contact fell due before the run."""
    return born(visiting, 0, 30)


def expected(visiting: HealthVisiting) -> int:
    """A child whose antenatal contact falls due during the run."""
    return born(visiting, -AGES[ANTENATAL], 118)


def visited(visiting: HealthVisiting, days: range, **dials: float) -> dict[int, list[int]]:
    """Days on which each child was visited."""
    seen: dict[int, list[int]] = {}
    for day in days:
        for child in visiting.attempt(Conditions(**dials), day).who.tolist():
            seen.setdefault(child, []).append(day)
    return seen


def test_a_child_is_visited_at_each_of_the_universal_ages(visiting):
    child = expected(visiting)
    birth = int(visiting.world.children.birth[child])
    assert visited(visiting, range(birth + 900)).get(child) == (birth + AGES).tolist()
    assert visiting.stage[child] == OVER
    assert visiting.due[child] == NEVER


def test_nobody_is_visited_before_the_antenatal_contact_and_nobody_past_the_last_age(visiting):
    birth = visiting.world.children.birth.astype(int)
    for child, days in visited(visiting, range(120)).items():
        assert all(day >= birth[child] + AGES[0] for day in days)
        assert birth[child] > -(AGES[-1] + LAPSES[-1])


def test_before_birth_a_family_is_met_once_and_only_where_the_antenatal_contact_is_offered(visiting):
    birth = visiting.world.children.birth.astype(int)

    def before_birth(share: float) -> set[int]:
        trial = _copy(visiting)
        trial.how = replace(trial.how, antenatal=share)
        met = {child: [day for day in days if day < birth[child]] for child, days in visited(trial, range(100)).items()}
        assert all(len(days) <= 1 for days in met.values())
        return {child for child, days in met.items() if days}

    few, some, everyone = (before_birth(share) for share in (0.05, 0.35, 1.0))
    assert few < some < everyone
    assert everyone == set(np.flatnonzero((birth > 0) & (birth + AGES[ANTENATAL] >= 0) & (birth + AGES[ANTENATAL] < 100)).tolist())


def test_a_contact_that_waited_too_long_lapses_for_good(visiting):
    child = newborn(visiting)
    birth = int(visiting.world.children.birth[child])
    seen = visited(visiting, range(birth + AGES[NEW_BIRTH] + LAPSES[NEW_BIRTH] + 1, birth + AGES[NEW_BIRTH + 1] + 10))
    assert seen[child] == [birth + AGES[NEW_BIRTH + 1]], "the new birth visit lapsed, the next was made"


def test_a_contact_may_wait_until_it_lapses(visiting):
    child = newborn(visiting)
    last = int(visiting.world.children.birth[child]) + int(AGES[NEW_BIRTH] + LAPSES[NEW_BIRTH])
    assert child in visited(visiting, range(last, last + 1))


def test_with_nothing_offered_only_new_birth_visits_are_made(visiting):
    birth = visiting.world.children.birth.astype(int)
    for child, days in visited(visiting, range(200), health_visiting_universal_share=0.0).items():
        assert all(0 <= day - birth[child] <= AGES[NEW_BIRTH] + LAPSES[NEW_BIRTH] for day in days)


def test_offering_more_never_leaves_out_a_child_that_was_offered_before():
    def reached(share: float) -> set[tuple[int, int]]:
        model = SafeguardingModel(ordinary(3000, capacity_coupling=False))
        model._staff_on_duty(Conditions(), 0)
        seen = visited(model.health_visiting, range(1, 150), health_visiting_universal_share=share)
        return {(child, day) for child, days in seen.items() for day in days}

    few, more, all_of_them = reached(0.2), reached(0.6), reached(1.0)
    assert few < more < all_of_them


def test_short_of_time_extra_contacts_go_first_and_then_the_youngest(visiting):
    who = np.flatnonzero((visiting.world.children.birth <= 0) & (visiting.world.children.birth > -365))
    visitor = visiting.world.families.visitor[visiting.world.children.family[who]]
    mine = who[visitor == visitor[0]]
    worried, young, old = (int(c) for c in mine[:3])
    visiting.due[:] = NEVER
    visiting.due[[young, old]] = 40
    visiting.stage[young], visiting.stage[old] = 1, 2
    visiting.extra_due[worried] = 40
    order = []
    for minutes in (1, 2, 3):
        trial = _copy(visiting)
        trial.staff.minutes = np.full(len(trial.staff), minutes * trial.how.home_minutes)
        order.append(set(trial.attempt(Conditions(), 41).who.tolist()))
    assert order == [{worried}, {worried, young}, {worried, young, old}]


def _copy(visiting: HealthVisiting) -> HealthVisiting:
    made = HealthVisiting(visiting.world, visiting.chance, visiting.staff, visiting.how)
    made.restore(visiting.state())
    made.staff.used = np.zeros(len(made.staff), dtype=np.int64)
    return made


def test_a_child_due_for_both_kinds_of_contact_is_visited_once_a_day(visiting):
    child = newborn(visiting)
    due = int(visiting.due[child])
    visiting.extra_due[child] = due
    tries: list[Attempt] = [visiting.attempt(Conditions(), day) for day in (due, due + 1)]
    assert [int((t.who == child).sum()) for t in tries] == [1, 1]
    assert np.unique(np.concatenate([t.key for t in tries])).size == sum(t.size for t in tries)


def test_minutes_follow_the_mode_of_the_contact(visiting):
    day = int(visiting.due.min()) + 12
    home, remote = visiting.how.home_minutes, visiting.how.remote_minutes
    for share, each, modes in ((1.0, home, {Mode.HOME_VISIT}), (0.0, remote, {Mode.VIDEO, Mode.PHONE})):
        trial = _copy(visiting)
        tries = trial.attempt(Conditions(health_visiting_in_person_share=share), day)
        assert tries.size > 0
        assert trial.staff.used.sum() == each * tries.size
        assert {Mode(m) for m in tries.mode} <= modes
