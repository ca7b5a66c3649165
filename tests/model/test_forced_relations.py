"""Relations between runs that logic forces, exact for every seed. None of them says which plan is better."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from small_worlds import (
    CERTAIN,
    LONGER,
    Watched,
    assert_same_log,
    columns,
    forced,
    log_of,
    ordinary,
    run,
    small,
    turned,
    watched,
    where_harm_always_shows,
    with_another_family,
    without_seasons,
    worlds_made_by,
)

from simsafe.model import SafeguardingModel
from simsafe.plans.change import Change
from simsafe.results.ladder import first_days
from simsafe.scenario import Scenario
from simsafe.system.cases import NONE
from simsafe.system.events import Event
from simsafe.system.referring import Referring
from simsafe.world.contact import IN_PERSON, Agency, Digital, Mode
from simsafe.world.population import World

STAFF_MOVES = (Event.STAFF_LEFT, Event.STAFF_CAME)  # about posts, not about children
SEEDS = pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
NO_STAFF = {"workforce__health_visitor_contact_share": 0.0, "workforce__social_worker_case_share": 0.0, "workforce__front_door_share": 0.0}
NO_INCIDENTS = {"truth__calls__incidents_abusive": 0.0, "truth__calls__incidents_other": 0.0}
NOBODY_OUT = {  # of school but for want of a place
    f"households__education__{name}": 0.0 for name in ("part_time", "excluded_primary", "excluded_secondary", "alternative", "missing")
}
SHUT = (
    *("school_open_share", "school_vulnerable_share", "setting_open_share", "gp_contact_share", "hospital_attendance_share"),
    *(f"{service}_contact_share" for service in ("midwifery", "school_nursing", "camhs", "early_help", "housing")),
)


def alone(scenario: Scenario) -> Scenario:
    """One child cannot affect another, and decisions cannot change later attempts or the truth."""
    return replace(scenario, capacity_coupling=False, open_loop=True)


def count(model: SafeguardingModel, kind: Event) -> int:
    return int(np.count_nonzero(log_of(model)[:, 1] == kind))


def dial(name: str, value: float, start: date | None = None, end: date | None = None) -> tuple[Change, ...]:
    return turned((start or date(2018, 1, 1), end or date(2024, 12, 31)), **{name: value})


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


# Contacts


@SEEDS
def test_without_any_contact_days_unseen_are_days_elapsed(seed):
    shut = turned(**dict.fromkeys(SHUT, 0.0))
    model = SafeguardingModel(ordinary(seed=seed, crisis=shut, parameters=forced(**NO_STAFF, **NO_INCIDENTS, hospital__medical_share=0.0)))
    before = model.contacts.seen.copy()
    for _ in range(60):
        model.step()
        assert model.contacts.today[:, IN_PERSON].sum() == 0
    assert np.array_equal(model.contacts.seen, before)
    row = int(np.flatnonzero(model.here)[0])
    assert model.child(row).days_unseen == 60 - int(before[row])


def nobody_online(world: World) -> World:
    return replace(world, families=replace(world.families, digital=np.full(len(world.families), Digital.NONE, dtype=np.int8)))


@SEEDS
def test_where_nobody_has_digital_access_nobody_meets_by_video(seed):
    def videos(days: list[Watched]) -> int:
        return sum(int((day.meetings.mode == Mode.VIDEO).sum()) for day in days)

    scenario = small(seed=seed, plan=(*dial("remote_video_share", 1.0), *dial("in_need_visit_in_person_share", 0.2)))
    with worlds_made_by(nobody_online):
        excluded, days = watched(scenario)
    assert videos(days) == 0
    assert any((day.attempt.mode == Mode.VIDEO).any() for day in days), "nobody even tried"
    assert videos(watched(scenario)[1]) > 0
    assert (excluded.digital == Digital.NONE).all()


def in_person_only_less(seed: int, **shares: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Last days seen in person of every child at the end of each day: as usual, and with some contacts remote instead."""
    runs = []
    for plan in ((), tuple(c for name, value in shares.items() for c in dial(name, value))):
        model, seen = SafeguardingModel(alone(ordinary(seed=seed, plan=plan))), []
        for _ in range(model.setup.days):
            model.step()
            seen.append(model.contacts.seen.copy())
        runs.append(seen)
    return runs[0], runs[1]


@SEEDS
def test_in_person_contacts_replaced_one_for_one_by_remote_ones_never_shorten_the_days_unseen_of_any_child(seed):
    social_care = dict.fromkeys(("enquiry", "protection_visit", "assessment_visit", "in_need_visit"), 0.0)
    remote = {f"{name}_in_person_share": share for name, share in social_care.items()}
    remote |= {"gp_face_to_face_share": 0.2, "health_visiting_in_person_share": 0.4, "early_help_in_person_share": 0.3}
    remote |= {f"{service}_in_person_share": 0.3 for service in ("midwifery", "school_nursing", "camhs", "housing")}
    usual, less = in_person_only_less(seed, **remote)
    for day, (then, now) in enumerate(zip(usual, less, strict=True)):
        assert (now <= then).all(), f"day {day}: {np.flatnonzero(now > then)} were seen in person only under the remote plan"
    assert any((now < then).any() for then, now in zip(usual, less, strict=True))


def in_school(days: list[Watched]) -> list[np.ndarray]:
    """Who was in school or nursery on each day with school."""
    place = (Agency.SCHOOLS, Mode.IN_SCHOOL)
    return [day.there[place] for day in days if place in day.there]


def closed_until(end: date) -> tuple[Change, ...]:
    return dial("school_open_share", 0.1, date(2020, 3, 23), end) + dial("school_vulnerable_share", 0.1, date(2020, 3, 23), end)


@SEEDS
@pytest.mark.parametrize("open_loop", [True, False])
def test_a_longer_closure_never_adds_school_contacts(seed, open_loop):
    def attendance(end: date) -> list[np.ndarray]:
        return in_school(watched(small(seed=seed, crisis=closed_until(end), plan=(), open_loop=open_loop))[1])

    shorter, longer = attendance(date(2020, 5, 10)), attendance(date(2020, 6, 12))
    if open_loop:  # nobody is known, so places are the same children's: true of every child
        assert all((more <= less).all() for less, more in zip(shorter, longer, strict=True))
    assert all(more.sum() <= less.sum() for less, more in zip(shorter, longer, strict=True))
    assert sum(int(more.sum()) for more in longer) < sum(int(less.sum()) for less in shorter)


def never_ill(world: World) -> World:
    return replace(world, children=replace(world.children, absence=np.zeros(len(world.children), dtype=np.float32)))


@SEEDS
@pytest.mark.parametrize("share", [0.3, 0.75, 1.0])
def test_the_days_in_school_of_known_pupils_are_the_share_with_places_times_the_open_days(seed, share):
    crisis = dial("school_open_share", 0.0, date(2020, 3, 23)) + dial("school_vulnerable_share", share, date(2020, 3, 23))
    with worlds_made_by(never_ill):
        model, days = watched(alone(small(3000, seed=seed, crisis=crisis, plan=(), end=date(2020, 5, 31), parameters=forced(**NOBODY_OUT))))
    first = (date(2020, 3, 23) - model.setup.first).days
    open_days = np.flatnonzero(model.calendar.school_day[: len(days)] & (np.arange(len(days)) >= first))
    assert open_days.size > 20
    on_roll = model.schooling.on_roll
    went = np.sum([day.there[(Agency.SCHOOLS, Mode.IN_SCHOOL)] for day in (days[d] for d in open_days)], axis=0)
    group = on_roll & model.world.children.ehcp  # nobody else is known: decisions change nothing here
    places = group & (went > 0)
    steady = group & (model.world.children.birth > -17.9 * 365)
    assert set(went[steady].tolist()) <= {0, open_days.size}
    assert went[steady].sum() == np.count_nonzero(places & steady) * open_days.size
    assert abs(np.count_nonzero(places) - share * group.sum()) <= 4 * np.sqrt(share * (1 - share) * group.sum()) + 1e-9
    assert went[on_roll & ~group].sum() == 0


def test_while_schools_are_shut_to_most_a_larger_share_of_places_only_adds_pupils():
    def pupils(share: float) -> np.ndarray:
        crisis = dial("school_open_share", share) + dial("school_vulnerable_share", share)
        return np.any(in_school(watched(alone(small(crisis=crisis, plan=())), days=30)[1]), axis=0)

    few, many = pupils(0.2), pupils(0.45)
    assert (few <= many).all()
    assert 0 < few.sum() < many.sum()


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


# Ties, shifts and strangers


def test_a_plan_entered_twice_ties_with_itself():
    plan = dial("health_visiting_in_person_share", 0.5)
    first, second = (run(ordinary(plan=plan, plan_name=name)) for name in ("the plan", "the plan again"))
    assert_same_log(first, second)
    assert first.measures.daily.keys() == second.measures.daily.keys()
    for name, column in first.measures.daily.items():
        assert np.array_equal(column, second.measures.daily[name]), name


@pytest.mark.parametrize("weeks", [1, 52])
def test_without_seasons_all_dates_moved_by_whole_weeks_give_the_same_events(weeks, monkeypatch):
    usual = small(plan=())
    without_seasons(monkeypatch, usual.first)
    later = timedelta(weeks=weeks)
    crisis = dial("school_open_share", 0.2, date(2020, 3, 23), date(2020, 5, 31))
    moved = dial("school_open_share", 0.2, date(2020, 3, 23) + later, date(2020, 5, 31) + later)
    then = run(replace(usual, crisis=crisis))
    now = run(replace(usual, crisis=moved, start=usual.start + later, end=usual.end + later))
    assert_same_log(then, now)


@SEEDS
@pytest.mark.parametrize("open_loop", [True, False])
def test_with_coupling_off_one_more_family_leaves_all_other_children_identical(seed, open_loop):
    scenario = small(1200, seed=seed, capacity_coupling=False, open_loop=open_loop)
    plain = run(scenario)
    log = log_of(plain)
    of_children = log[~np.isin(log[:, 1], STAFF_MOVES)]
    busiest = int(np.bincount(of_children[:, 2]).argmax())  # a family about which much happens
    like = int(plain.world.children.family[busiest])
    with worlds_made_by(lambda world: with_another_family(world, like)):
        fuller = run(scenario)
    newcomers = np.arange(len(plain.world.children), len(fuller.world.children))
    assert newcomers.size > 0
    after = log_of(fuller)
    theirs = np.isin(after[:, 2], newcomers) & ~np.isin(after[:, 1], STAFF_MOVES)
    assert np.array_equal(after[~theirs], log)
    for name in columns(plain.world.children):
        old, new = getattr(plain.world.children, name), getattr(fuller.world.children, name)
        assert np.array_equal(new[: len(old)], old), name
    seen = len(plain.world.children)
    assert np.array_equal(fuller.contacts.seen[:seen], plain.contacts.seen)


def test_closing_schools_changes_nothing_about_an_only_child_too_young_for_school():
    """The negative control. A closed school strains families, whoever is in them, so that strain is put at nought here."""
    calm = forced(truth__families__school_closure_strain=0.0)
    shut = dial("school_open_share", 0.0, date(2020, 3, 23)) + dial("school_vulnerable_share", 0.0, date(2020, 3, 23))
    open_, closed = (run(alone(ordinary(2000, crisis=crisis, parameters=calm))) for crisis in ((), shut))
    young = only_children(open_) & (open_.world.children.birth > -2 * 365)
    assert young.sum() > 50
    assert len(events_about(open_, young)) > 20
    assert np.array_equal(events_about(open_, young), events_about(closed, young))
    assert len(log_of(open_)) != len(log_of(closed)), "closing schools changed nothing at all"


def test_redeploying_health_visitors_changes_no_sign_about_an_only_child_of_secondary_age():
    """The negative control on the other side: whom a visitor never meets is not touched by her absence, though minutes do run out."""
    away, busy = dial("health_visitors_redeployed", 0.6, date(2020, 3, 19)), forced(health_visiting__home_minutes=240)
    there, gone = (run(ordinary(3000, crisis=crisis, parameters=busy, open_loop=True)) for crisis in ((), away))
    grown = only_children(there) & (there.world.children.birth < -11 * 366)
    assert grown.sum() > 50
    signs = [[row for row in events_about(model, grown).tolist() if row[1] == Event.SIGN] for model in (there, gone)]
    assert len(signs[0]) > 20
    assert signs[0] == signs[1]
    assert not np.array_equal(there.contacts.seen, gone.contacts.seen), "redeployment changed nothing at all"


def only_children(model: SafeguardingModel) -> np.ndarray:
    """bool, one a child: it is the only one that its family has or will have."""
    return model.world.families.size[model.world.children.family] == 1


def events_about(model: SafeguardingModel, children: np.ndarray) -> np.ndarray:
    """The rows of the event log about some children, whose rows are their ids."""
    log = log_of(model)
    return log[(log[:, 1] < Event.STAFF_LEFT) & children[np.minimum(log[:, 2], children.size - 1)]]


def test_with_coupling_on_an_added_family_does_change_others_when_minutes_are_short():
    """The relation with coupling off has teeth: with it on, a newcomer's work is somebody else's wait."""
    scenario = small(1500, parameters=forced(casework__caseload_cap=10_000), **LONGER)
    scenario = replace(scenario, area=replace(scenario.area, sw_case_holders_fte=2.0))
    plain = run(scenario)
    log = log_of(plain)
    like = int(plain.world.children.family[np.bincount(log[log[:, 1] < Event.STAFF_LEFT][:, 2]).argmax()])

    def more(world: World) -> World:
        for _ in range(60):
            world = with_another_family(world, like)
            world.families.key[-1] += np.uint64(len(world.families))
        return world

    with worlds_made_by(more):
        fuller = log_of(run(scenario))
    others = (fuller[:, 2] < len(plain.world.children)) | (fuller[:, 1] >= Event.STAFF_LEFT)
    assert not np.array_equal(fuller[others], log)
