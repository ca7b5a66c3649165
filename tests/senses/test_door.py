"""The door: who opens, and what shows. Less contact of any kind never shows more."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from small_worlds import forced, ordinary

from simsafe.model import SafeguardingModel
from simsafe.senses.door import Door
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import IN_PERSON, Agency, Attempt, Digital, Meetings, Mode, Presence, Signs
from simsafe.world.population import YEAR

DAY = 30


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return SafeguardingModel(ordinary(20_000))


@pytest.fixture(scope="module")
def rich() -> SafeguardingModel:
    """A world in which signs are frequent, to compare whole sets of them."""
    model = SafeguardingModel(ordinary(5000, parameters=forced()))
    model.behind.door.how.nature.weak[Agency.SOCIAL_CARE] = 0.3
    return model


def tried(model: SafeguardingModel, mode: Mode, *, agency: Agency = Agency.SOCIAL_CARE, announced: bool = True) -> Attempt:
    """A try at every child living here, each with its own identity whatever the mode."""
    who = np.flatnonzero(model.world.children.living_here(DAY))
    key = model.chance.keys(model.world.children.key[who], "a try of this test", DAY)
    return Attempt.by(agency, who, np.full(who.size, mode, dtype=np.int8), key, announced)


def nobody() -> Attempt:
    empty = np.empty(0, dtype=np.int64)
    return Attempt.by(Agency.SOCIAL_CARE, empty, empty.astype(np.int8), empty.astype(np.uint64), False)


def answered(
    model: SafeguardingModel,
    attempt: Attempt,
    presences: tuple[Presence, ...] = (),
    digital: np.ndarray | None = None,
    day: int = DAY,
    **dials: float,
) -> tuple[Meetings, Signs]:
    access = model.world.families.digital if digital is None else digital
    return model.behind.answer(attempt, list(presences), Conditions(**dials), access, day)


def keys(signs: Signs) -> set[int]:
    return set(signs.key.tolist())


def test_a_call_at_the_door_shows_a_school_what_some_days_in_school_would(model):
    """Pupils met once at the door, and on so many school days: about as many signs, door and noticing apart."""
    attempt = tried(model, Mode.CLINIC, agency=Agency.SCHOOLS)  # a mode in which everybody opens and everything shows
    everyone = Presence(Agency.SCHOOLS, Mode.IN_SCHOOL, model.world.children.living_here(DAY), 1.0)
    called = np.mean([answered(model, attempt_of(model, attempt, day))[1].size for day in range(DAY, DAY + 20)])
    in_school = np.mean([answered(model, nobody(), (everyone,), day=day)[1].size for day in range(DAY, DAY + 20)])
    worth = model.setup.parameters.senses.doors.call_at_the_door
    assert called / in_school == pytest.approx(worth, rel=0.15)


def attempt_of(model: SafeguardingModel, attempt: Attempt, day: int) -> Attempt:
    """The same tries with the luck of another day."""
    return replace(attempt, key=model.chance.keys(attempt.key, "another day of this test", day))


# Who opens


def test_about_as_many_doors_open_as_families_are_willing(model):
    meetings, _ = answered(model, tried(model, Mode.HOME_VISIT))
    assert meetings.opened.mean() == pytest.approx(model.setup.parameters.truth.families.willingness, abs=0.01)
    clinic, _ = answered(model, tried(model, Mode.CLINIC))
    assert clinic.opened.all(), "a family that came has come"


def test_a_call_is_answered_by_no_family_that_would_not_have_opened(model):
    home, _ = answered(model, tried(model, Mode.HOME_VISIT))
    phone, _ = answered(model, tried(model, Mode.PHONE))
    assert (phone.opened <= home.opened).all()
    assert phone.opened.sum() < home.opened.sum()
    assert not phone.seen.any()


def answered_by(model: SafeguardingModel, mode: Mode, **numbers: float) -> np.ndarray:
    """bool, one a try: opened, with some of the door's numbers changed for the while."""
    doors = model.behind.door.how.doors
    usual = {name: getattr(doors, name) for name in numbers}
    for name, value in numbers.items():
        object.__setattr__(doors, name, value)
    opened = answered(model, tried(model, mode))[0].opened
    for name, value in usual.items():
        object.__setattr__(doors, name, value)
    return opened


@pytest.mark.parametrize("mode", [Mode.VIDEO, Mode.PHONE])
def test_a_call_reaches_some_families_whom_no_visit_does_where_some_are_more_at_ease_from_afar(mode, model):
    none, some, many = (answered_by(model, mode, at_ease_from_afar=share) for share in (0.0, 0.1, 0.4))
    assert (none <= some).all()
    assert (some <= many).all()
    assert none.sum() < some.sum() < many.sum()
    home = answered_by(model, Mode.HOME_VISIT)
    assert (many & ~home).any(), "the reach is wider, not only the same families by another way"
    assert np.array_equal(home, answered_by(model, Mode.HOME_VISIT, at_ease_from_afar=0.4)), "nothing changes at the door"
    missed = np.flatnonzero(~none)
    reached = answered_by(model, mode, at_ease_from_afar=0.4, reached_from_afar=1.0)[missed].mean()
    assert reached == pytest.approx(0.4, abs=0.04)
    assert np.array_equal(answered_by(model, mode, at_ease_from_afar=0.4, reached_from_afar=0.0), none)


def test_where_families_answer_as_before_as_many_open_but_knocking_again_opens_no_more_doors(model):
    def tries() -> list[np.ndarray]:
        made = tried(model, Mode.HOME_VISIT)
        return [answered(model, replace(made, key=made.key + np.uint64(k)))[0].opened for k in range(2)]

    anew = tries()
    doors = model.behind.door.how.doors
    object.__setattr__(doors, "answers_as_before", 1.0)
    before = tries()
    object.__setattr__(doors, "answers_as_before", 0.0)
    assert (anew[0] != anew[1]).any()
    assert np.array_equal(before[0], before[1])
    assert before[0].mean() == pytest.approx(anew[0].mean(), abs=0.05)
    assert all(np.array_equal(one, again) for one, again in zip(tries(), anew, strict=True)), "nothing changes unless asked for"


def test_who_is_at_ease_from_afar_stays_so_for_life_and_through_the_family(model):
    attempt = tried(model, Mode.PHONE)
    doors = model.behind.door.how.doors
    share = np.zeros(attempt.size)
    object.__setattr__(doors, "at_ease_from_afar", 0.3)
    family = model.world.children.family[attempt.who]
    first, again = (model.behind.door._reach_more(share.copy(), np.ones(share.size, dtype=bool), family) for _ in range(2))
    object.__setattr__(doors, "at_ease_from_afar", 0.0)
    assert np.array_equal(first, again)
    assert set(np.unique(first).tolist()) == {0.0, doors.reached_from_afar}
    by_family = np.full(len(model.world.families), -1.0)
    by_family[family] = first
    assert np.array_equal(by_family[family], first), "brothers and sisters differ"


def test_more_disengagement_only_closes_doors(model):
    before = np.ones(len(tried(model, Mode.HOME_VISIT).who), dtype=bool)
    for disengagement in (0.0, 0.05, 0.1, 0.3):
        now = answered(model, tried(model, Mode.HOME_VISIT), disengagement=disengagement)[0].opened
        assert (now <= before).all()
        before = now


def test_a_video_call_needs_a_device_and_falls_back_to_the_telephone(model):
    attempt = tried(model, Mode.VIDEO)
    family = model.world.children.family[attempt.who]
    for access, video in ((Digital.NONE, 0.0), (Digital.PHONE_ONLY, 0.0), (Digital.SHARED_DEVICE, 0.6), (Digital.ADEQUATE, 1.0)):
        meetings, _ = answered(model, attempt, digital=np.full(len(model.world.families), access, dtype=np.int8))
        assert set(np.unique(meetings.mode).tolist()) <= {int(Mode.VIDEO), int(Mode.PHONE)}
        assert (meetings.mode == Mode.VIDEO).mean() == pytest.approx(video, abs=0.02)
    assert family.size == attempt.size


def test_four_facts_are_four_facts(model):
    attempt = tried(model, Mode.HOME_VISIT)
    m, _ = answered(model, attempt)
    age = DAY - model.world.children.birth[attempt.who].astype(int)
    assert np.array_equal(m.seen, m.opened & IN_PERSON[m.mode])
    assert not (m.alone & (age < 4 * YEAR)).any()
    assert not (m.spoken & (age < 3 * YEAR)).any()
    both = m.opened & (age >= 4 * YEAR)
    for fact in (m.alone, m.spoken):
        assert 0 < fact[both].mean() < 1
    assert (m.alone[both] & ~m.spoken[both]).any()
    assert (~m.alone[both] & m.spoken[both]).any()


# What shows


def test_a_closed_door_shows_nothing_and_a_quiet_meeting_is_an_open_one_without_a_sign(rich):
    attempt = tried(rich, Mode.HOME_VISIT)
    meetings, signs = answered(rich, attempt)
    assert signs.size > 100
    opened = set(attempt.who[meetings.opened].tolist())
    assert set(signs.who.tolist()) <= opened
    assert set(attempt.who[meetings.quiet].tolist()) == opened - set(signs.who.tolist())


@pytest.mark.parametrize("mode", [Mode.DOORSTEP, Mode.VIDEO, Mode.PHONE])
def test_a_lesser_way_of_meeting_shows_no_sign_that_a_home_visit_would_not_have_shown(mode, rich):
    """With a child never out of mind at home; sign by sign, for the same try."""
    doors = rich.behind.door.how.doors
    usual = doors.lost_from_focus
    object.__setattr__(doors, "lost_from_focus", 0.0)
    access = np.full(len(rich.world.families), Digital.ADEQUATE, dtype=np.int8)
    home, less = (answered(rich, tried(rich, m, announced=False), digital=access)[1] for m in (Mode.HOME_VISIT, mode))
    object.__setattr__(doors, "lost_from_focus", usual)
    assert keys(less) < keys(home)


def test_a_visit_that_was_not_announced_shows_everything_that_an_announced_one_does(rich):
    told, sudden = (answered(rich, tried(rich, Mode.HOME_VISIT, announced=announced))[1] for announced in (True, False))
    assert keys(told) < keys(sudden)
    more = np.isin(sudden.key, told.key, invert=True)
    assert (rich.behind.harm.type[sudden.who[more]] >= 0).all(), "only signs of harm are hidden"


REMOTE = pytest.mark.parametrize("mode", [Mode.VIDEO, Mode.PHONE])


def shown_with(model: SafeguardingModel, mode: Mode, **numbers: float) -> Signs:
    """Signs at the same tries in one mode, every family with a device of its own, with some of the modes' numbers changed for the while."""
    nature, how = model.behind.door.how.nature, model.behind.door.how.nature.modes
    usual = {name: getattr(how, name) for name in numbers}
    access = np.full(len(model.world.families), Digital.ADEQUATE, dtype=np.int8)
    for name, value in numbers.items():
        object.__setattr__(how, name, value)
    nature.__post_init__()
    nature.weak[Agency.SOCIAL_CARE] = 0.3  # as in the rich world
    _, signs = answered(model, tried(model, mode, announced=False), digital=access)
    for name, value in usual.items():
        object.__setattr__(how, name, value)
    nature.__post_init__()
    nature.weak[Agency.SOCIAL_CARE] = 0.3
    return signs


@REMOTE
def test_a_small_child_shows_less_of_harm_from_afar_and_nobody_else_is_any_different(mode, rich):
    amounts = [shown_with(rich, mode, not_yet_speaking=ratio) for ratio in (0.2, 0.6, 1.0)]
    small = [DAY - rich.world.children.birth[s.who].astype(int) < 5 * YEAR for s in amounts]
    for (few, young), (more, young_too) in pairwise(zip(amounts, small, strict=True)):
        assert keys(few) <= keys(more)
        assert set(few.key[~young].tolist()) == set(more.key[~young_too].tolist()), "only under-fives show less"
        gone = np.isin(more.key, few.key, invert=True)
        assert (rich.behind.harm.type[more.who[gone]] >= 0).all(), "only of harm"
    assert keys(amounts[0]) < keys(amounts[2])
    at_home = [shown_with(rich, Mode.HOME_VISIT, not_yet_speaking=ratio) for ratio in (0.2, 1.0)]
    assert keys(at_home[0]) == keys(at_home[1])


@REMOTE
def test_young_people_may_show_more_from_afar_and_nobody_else_is_any_different(mode, rich):
    amounts = [shown_with(rich, mode, young_online=ratio) for ratio in (0.8, 1.0, 1.3)]
    young = [DAY - rich.world.children.birth[s.who].astype(int) >= 11 * YEAR for s in amounts]
    assert keys(amounts[0]) <= keys(amounts[1]) <= keys(amounts[2])
    assert keys(amounts[0]) < keys(amounts[2])
    for s, of_age in zip(amounts, young, strict=True):
        assert set(s.key[~of_age].tolist()) == set(amounts[1].key[~young[1]].tolist())
    assert keys(shown_with(rich, Mode.HOME_VISIT, young_online=1.3)) == keys(shown_with(rich, Mode.HOME_VISIT))


def test_remote_contact_brings_some_families_closer_and_makes_others_more_distant(rich):
    """What harm shows from afar: more in some, less in others, each family always the same way, and about as much in all."""
    alike, differ = (shown_with(rich, Mode.VIDEO, afar_spread=spread) for spread in (0.0, 1.0))
    family, harm = rich.world.children.family, rich.behind.harm
    luck = rich.chance.ask(rich.world.families.key, "what a call shows")
    gained = differ.who[np.isin(differ.key, alike.key, invert=True)]
    lost = alike.who[np.isin(alike.key, differ.key, invert=True)]
    assert gained.size
    assert lost.size
    assert (luck[family[gained]] > 0.5).all()
    assert (luck[family[lost]] < 0.5).all()
    assert (harm.type[np.concatenate([gained, lost])] >= 0).all(), "look-alikes are as they were"
    assert keys(shown_with(rich, Mode.HOME_VISIT, afar_spread=1.0)) == keys(shown_with(rich, Mode.HOME_VISIT))


def test_the_spread_between_families_leaves_the_average_where_it_was(model):
    door, modes = model.behind.door, model.behind.door.how.nature.modes
    who = np.flatnonzero((model.behind.harm.type >= 0) & model.here)
    agency, phone = (np.full(who.size, value) for value in (Agency.SOCIAL_CARE, Mode.PHONE))
    usual = door._harm_factor(agency, who, phone, DAY)
    object.__setattr__(modes, "afar_spread", 1.0)
    spread = door._harm_factor(agency, who, phone, DAY)
    object.__setattr__(modes, "afar_spread", 0.0)
    assert (usual > 0).all()
    ratio = spread / usual
    assert ratio.min() < 0.1
    assert ratio.max() > 1.9
    assert ratio.mean() == pytest.approx(1.0, abs=0.06)


def everyone_in_sight(model: SafeguardingModel, exposure: float, share: float = 1.0) -> Presence:
    there = model.world.children.living_here(DAY) & (model.chance.ask(model.world.children.key, "in sight of this test") < share)
    return Presence(Agency.COMMUNITY, Mode.COMMUNITY, there, exposure)


def test_more_sight_only_adds_signs(model):
    shown: list[set[int]] = []
    for exposure in (0.0, 0.4, 1.0, 1.5):
        shown.append(set())
        for day in range(20):
            shown[-1] |= keys(answered(model, nobody(), (everyone_in_sight(model, exposure),), day=day)[1])
    assert not shown[0]
    assert all(less < more for less, more in pairwise(shown))


def test_a_child_out_of_sight_shows_nothing_and_leaves_the_others_as_they_are(model):
    half, all_of_them = (everyone_in_sight(model, 1.0, share) for share in (0.5, 1.0))
    for day in range(20):
        few, many = (answered(model, nobody(), (p,), day=day)[1] for p in (half, all_of_them))
        assert half.there[few.who].all()
        assert keys(few) == set(many.key[half.there[many.who]].tolist())


def test_harm_shows_more_than_no_harm_and_need_looks_like_need(rich):
    attempt = tried(rich, Mode.HOME_VISIT, announced=False)
    _, signs = answered(rich, attempt)
    harm = rich.behind.harm
    harmed = harm.type[attempt.who] >= 0
    with_sign = np.isin(attempt.who, signs.who)
    assert with_sign[harmed].mean() > 2 * with_sign[~harmed].mean()
    strong = signs.strength == 1
    assert (harm.type[signs.who[strong]] >= 0).mean() > 0.5 > (harm.type[signs.who[~strong]] >= 0).mean()


def test_ceilings_hold_whatever_the_dials(model):
    """The rates at which things may show never pass the ceilings laid down before the run, with every dial at its highest."""
    more = ("_contact_share", "_attendance_share", "_presence", "_reporting", "_incidence", "strain_shift")
    highest = {name: about.metadata["high"] for name, about in DIALS.items() if name.endswith(more)}
    assert len(highest) == 13
    now = Conditions(**highest)
    busy = SafeguardingModel(ordinary(2000))
    for day in range(30):
        busy.behind.live_a_day(day, now, busy.cases.stage_of, busy.schooling)
        busy.behind.call_out(now, None, day)
        busy.services.attempt(now, day)
        busy.behind.answer(nobody(), busy.community.presences(busy.here, now), now, busy.digital, day)
    assert isinstance(busy.behind.door, Door)
