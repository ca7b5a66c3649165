"""What must be true on every simulated day, checked on every day of a small run through the crisis."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from small_worlds import CERTAIN, LONGER, Watched, Watcher, as_happened, forced, log_of, ordinary, small, turned, where_harm_always_shows

from simsafe.agencies.health_visiting import AGES, ANTENATAL
from simsafe.agencies.midwifery import TERM
from simsafe.agents import SocialWorker
from simsafe.model import SafeguardingModel
from simsafe.results.ladder import first_days
from simsafe.results.measures import DAILY, GROUPS, WEEKLY
from simsafe.system.cases import NEVER, NONE, Stage
from simsafe.system.casework import Task
from simsafe.system.events import HELD, Closing, Decision, Event, Outcome, Screening
from simsafe.system.meetings import CHAIRED
from simsafe.system.sharing import Call
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import AGENCIES, IN_PERSON, PARTNERS, Agency, Digital, Mode
from simsafe.world.population import ADULT, AGE_BANDS, PREGNANCY, schooling

PROFESSIONS = ("social_workers", "health_visitors", "front_door_staff")
LAST = ("alone", "spoken", "seen_by_social_care", "reached")
STAFF = ("minutes", "used", "fresh", "carried", "absent", "away", "filled", "cover")


@dataclass(frozen=True)
class Day:
    """Copies of all that is checked, at the end of one day."""

    number: int
    now: Conditions
    door: Watched
    here: np.ndarray
    seen: np.ndarray
    last: dict[str, np.ndarray]  # days on which each child was last seen alone, spoken to, seen by social care, reached remotely
    today: np.ndarray
    tried: np.ndarray
    staff: dict[str, dict[str, np.ndarray]]
    cases: dict[str, np.ndarray]
    stage_of: np.ndarray
    case_row: np.ndarray
    contacts: list[int]  # keys of contacts waiting at the front door
    referrals: list[int]
    signs: dict[str, np.ndarray]
    on_the_way: dict[str, np.ndarray]
    measures: dict[str, float]
    spells: dict[str, np.ndarray]
    caseloads: list[int]
    log: np.ndarray  # today's events: kind, who, a, b

    def count(self, kind: Event, *, a: int | None = None, b: int | None = None) -> int:
        """How many events of a kind today, of those with these numbers."""
        rows = self.log[self.log[:, 0] == kind]
        return int(np.count_nonzero((rows[:, 2] == (rows[:, 2] if a is None else a)) & (rows[:, 3] == (rows[:, 3] if b is None else b))))

    def who(self, kind: Event) -> list[int]:
        return self.log[self.log[:, 0] == kind][:, 1].tolist()


def end_of(model: SafeguardingModel, door: Watched) -> Day:
    """The day that the model has just lived; its events are filled in when the run is over."""
    return Day(
        number=model.day - 1, now=model.timetable.on(max(model.day - 1, 0)), door=door,
        here=model.here.copy(), seen=model.contacts.seen.copy(), last={n: getattr(model.contacts, n).copy() for n in LAST},
        today=model.contacts.today.copy(), tried=model.contacts.tried.copy(),
        staff={p: {n: getattr(getattr(model, p), n).copy() for n in STAFF} for p in PROFESSIONS},
        cases=model.cases.table.state(), stage_of=model.cases.stage_of.copy(), case_row=model.cases.row.copy(),
        contacts=model.front_door.contacts["key"].tolist(), referrals=model.front_door.referrals["key"].tolist(),
        signs=model.records.signs.state(), on_the_way=model.sharing.on_the_way.state(), measures={},
        spells=model.behind.harm.spells.state(), caseloads=[w.caseload for w in model.agents_by_type[SocialWorker]],
        log=np.empty((0, 4), dtype=np.int64),
    )  # fmt: skip


@dataclass(frozen=True)
class Diary:
    """A finished run and every one of its days; ``dawn`` is the state before the first."""

    model: SafeguardingModel
    dawn: Day
    days: list[Day]
    rich: bool  # everything that can happen is expected to

    def pairs(self) -> list[tuple[Day, Day]]:
        """Each day with the one before."""
        return list(zip([self.dawn, *self.days], self.days, strict=False))


def lively() -> SafeguardingModel:
    """Two thousand children; thresholds lowered and turnover raised, so that everything that can happen does."""
    low = {"assessment__strategy": 3.0, "assessment__conference": 3.0, "care__into_care": 8.0, "plans__keep_in_need": 3.0}
    low |= {"police_protection__at_once": 4.0, "police_protection__not_home": 5.0, "plans__first_review": 60}
    plan = (*as_happened(), *turned(chronology_review_weeks=6.0))
    scenario = small(2000, seed=3, parameters=forced(**low), plan=plan, **LONGER)
    return SafeguardingModel(replace(scenario, area=replace(scenario.area, sw_turnover=2.0, sw_case_holders_fte=9.0)))


def overrun() -> SafeguardingModel:
    """Every new sign about an open case begins an enquiry, and there are too few people for all the work."""
    harsh = {"assessment__strategy": -CERTAIN, "assessment__again_after": 1, "workforce__front_door_share": 0.05}
    scenario = small(2000, seed=4, parameters=forced(**harsh), **LONGER)
    return SafeguardingModel(replace(scenario, area=replace(scenario.area, sw_case_holders_fte=3.0)))


def unlimited() -> SafeguardingModel:
    """As much work done as there is; decisions change nothing later."""
    return SafeguardingModel(small(2000, seed=5, capacity_coupling=False, open_loop=True, **LONGER))


def stormy() -> SafeguardingModel:
    """Every harmed child gives a strong sign every day, every one of which may begin an enquiry, and no enquiry leads anywhere."""
    storm = {
        "assessment__strategy": 9.0, "assessment__again_after": 1, "assessment__conference": CERTAIN, "assessment__in_need": CERTAIN,
        "assessment__enquiry_longest": 5, "front_door__screen": -CERTAIN,
    }  # fmt: skip
    return where_harm_always_shows(ordinary(800, seed=7, capacity_coupling=False, parameters=forced(**storm)))


def calm() -> SafeguardingModel:
    """Two years of ordinary times, over the turn of a school year."""
    return SafeguardingModel(ordinary(2000, seed=6, end=date(2021, 12, 31)))


@pytest.fixture(scope="module", params=[lively, stormy, *(pytest.param(p, marks=pytest.mark.slow) for p in (overrun, unlimited, calm))])
def diary(request: pytest.FixtureRequest) -> Diary:
    model = request.param()
    model.behind = watcher = Watcher(model.behind)
    nothing = Watched(None, None, None, None)  # type: ignore[arg-type]
    dawn = replace(end_of(model, nothing), number=-1)
    days = []
    for _ in range(model.setup.days):
        model.step()
        days.append(end_of(model, watcher.days[-1]))
    log = log_of(model)
    measures = [dict(zip(DAILY, values, strict=True)) for values in zip(*(model.measures.daily[n].tolist() for n in DAILY), strict=True)]
    days = [replace(day, log=log[log[:, 0] == day.number][:, 1:], measures=measures[day.number]) for day in days]
    return Diary(model, dawn, days, rich=request.param is lively)


def events(diary: Diary) -> dict[str, np.ndarray]:
    return dict(zip(("day", "kind", "who", "a", "b"), log_of(diary.model).T, strict=True))


def test_the_lively_run_has_everything_in_it(diary):
    happened = Counter(log_of(diary.model)[:, 1].tolist())
    assert {e.name for e in Event if not happened[e]} <= {"CANCELLED"} or not diary.rich  # it takes two rare things at once


# Population


def test_children_are_born_grow_up_and_do_nothing_else(diary):
    birth = diary.model.world.children.birth.astype(int)
    for day in diary.days:
        age = day.number - birth
        assert np.array_equal(day.here, (age >= 0) & (age < ADULT))
        assert day.measures["children"] == day.here.sum()
    for before, after in pairwise(diary.days):
        born, grown = np.count_nonzero(birth == after.number), np.count_nonzero(birth == after.number - ADULT)
        assert after.here.sum() == before.here.sum() + born - grown


def test_each_child_is_in_one_family_one_education_state_one_practice_and_one_age_band(diary):
    world, day = diary.model.world, diary.model.setup.days - 1
    rows, position = world.children_of(np.arange(len(world.families)))
    assert sorted(rows.tolist()) == list(range(len(world.children)))
    assert np.array_equal(world.children.family[rows], position)
    assert world.families.practice.min() >= 0
    assert world.families.practice.max() < world.practices
    for when in (0, 100, day):
        state = schooling(world, when, diary.model.calendar)
        here = world.children.living_here(when)
        assert not (state.on_roll & state.in_setting).any()
        assert not ((state.on_roll | state.in_setting) & ~here).any()
        assert np.array_equal(state.school >= 0, state.on_roll)
        assert state.school.max() < world.schools
        band = world.children.age_band(when)[here]
        assert np.bincount(band, minlength=len(AGE_BANDS)).sum() == here.sum()


FAREWELLS = {  # what may still be written down about somebody who turned 18: a case that closes, a contact that waited and comes to nothing
    (Event.CLOSED, Closing.GROWN_UP),
    (Event.SCREENED, Screening.NOT_A_REFERRAL),
    (Event.SCREENED, Screening.ALREADY_OPEN),
    (Event.DECISION, Decision.NO_FURTHER_ACTION),
}


def row_of_harmed(day: Day) -> np.ndarray:
    return day.spells["child"][(day.spells["end"] < 0)]


TOLD_BEFORE_BIRTH = (Agency.GENERAL_PRACTICE,)  # by the midwife, and may tell social care
BEFORE_BIRTH = (Agency.MIDWIFERY, Agency.HEALTH_VISITING, Agency.SOCIAL_CARE, Agency.EARLY_HELP)  # who may act for a child that is expected
BY_AGENCY = (Event.SIGN, Event.SHARE, Event.CONTACT, Event.SCREENED, Event.REFERRAL, Event.DECISION)  # events that name an agency
NOTED = (Event.SIGN, Event.SHARE, Event.CONTACT, Event.SCREENED)  # what may be written down from booking on, and no more


def test_nobody_is_met_and_nothing_happens_to_a_child_who_neither_lives_here_nor_is_expected_and_then_only_by_those_who_may(diary):
    ids, birth = diary.model.ids, diary.model.world.children.birth.astype(int)
    row_of, how = np.argsort(ids), diary.model.setup.parameters.midwifery
    met_before_birth = 0
    for day in diary.days:
        until = birth - day.number  # days to birth
        booked, expected = (until > 0) & (until <= TERM - how.booking), (until > 0) & (until <= PREGNANCY)
        about = day.log[day.log[:, 0] < Event.STAFF_LEFT]
        for kind, who, a, b in about[~day.here[row_of[about[:, 1]]]].tolist():
            where, row = (Event(kind).name, who, a, b, day.number), row_of[who]
            if until[row] <= 0:
                assert (kind, b) in FAREWELLS or kind == Event.SHARE, where
                continue
            assert expected[row] or (booked[row] and kind in NOTED and (kind, b) != (Event.SCREENED, Screening.REFERRAL)), where
            assert kind not in BY_AGENCY or a in (*BEFORE_BIRTH, *TOLD_BEFORE_BIRTH), where
            assert kind != Event.INTO_CARE, where
        assert day.here[row_of_harmed(day)].all()
        for agency, who in ((day.door.attempt.agency, day.door.attempt.who), (day.door.signs.agency, day.door.signs.who)):
            soonest = np.select([agency == a for a in BEFORE_BIRTH], [TERM - how.booking, -AGES[ANTENATAL], PREGNANCY, PREGNANCY], 0)
            assert (day.here[who] | ((until[who] > 0) & (until[who] <= soonest))).all()
            met_before_birth += np.count_nonzero(~day.here[who])
        assert day.here[day.door.calls.signs.who].all()
        assert day.here[day.door.calls.seen].all()
        for (agency, mode), there in day.door.there.items():
            assert not (there & ~day.here).any(), (day.number, Agency(agency).name, Mode(mode).name, birth[there & ~day.here])
    assert met_before_birth > 100


# Contacts


def test_contacts_by_agency_and_mode_are_those_that_came_through_the_door(diary):
    for day in diary.days:
        counted = np.zeros((AGENCIES, len(Mode)), dtype=int)
        meetings = day.door.meetings
        np.add.at(counted, (meetings.attempt.agency[meetings.opened], meetings.mode[meetings.opened]), 1)
        for (agency, mode), there in day.door.there.items():
            counted[agency, mode] += there.sum() * (agency != Agency.COMMUNITY)
        counted[Agency.POLICE, Mode.INCIDENT] += len(set(day.door.calls.seen.tolist()))
        assert np.array_equal(day.today, counted)
        assert (day.tried >= counted.sum(axis=1)).all()
        assert day.measures["meetings_in_school"] == counted[Agency.SCHOOLS, Mode.IN_SCHOOL]
        assert day.measures["meetings_in_school"] + day.measures["meetings_in_person"] == counted[:, IN_PERSON].sum()
        assert day.measures["meetings_remote"] == counted[:, ~IN_PERSON].sum()


def test_every_try_of_a_day_has_an_identity_of_its_own_and_so_has_every_sign(diary):
    keys = diary.model.records.signs["key"]
    assert np.unique(keys).size == keys.size
    for day in diary.days:
        tries = day.door.attempt.key
        assert np.unique(tries).size == tries.size, f"day {day.number}: two tries share their luck"


def test_what_came_of_a_try_makes_sense(diary):
    for day in diary.days:
        m = day.door.meetings
        born = diary.model.world.children.birth[m.attempt.who] <= day.number
        for fact in (m.seen, m.alone, m.spoken, m.quiet):
            assert not (fact & ~m.opened).any()
        assert np.array_equal(m.seen, m.opened & IN_PERSON[m.mode] & born)
        assert not ((m.alone | m.spoken) & ~born).any()
        assert not (m.alone & (m.mode == Mode.DOORSTEP)).any()
        changed = m.mode != m.attempt.mode
        assert (m.attempt.mode[changed] == Mode.VIDEO).all()
        assert (m.mode[changed] == Mode.PHONE).all()


def test_no_school_contact_while_shut(diary):
    model, settings = diary.model, 0
    for day in diary.days:
        in_sight = {mode for agency, mode in day.door.there if agency == Agency.SCHOOLS}
        if not model.calendar.school_day[day.number]:
            assert not in_sight, "schools saw children on a day without school"
            assert day.today[Agency.SCHOOLS].sum() == 0
        elif day.now.school_open_share < 0.1:
            settings += 1
            known = (day.stage_of != NONE) | model.world.children.ehcp
            there = day.door.there[(Agency.SCHOOLS, Mode.IN_SCHOOL)]
            state = schooling(model.world, day.number, model.calendar)
            others = state.on_roll & ~known
            allowed = day.now.school_open_share * others.sum()
            assert (there & others).sum() <= allowed + 4 * np.sqrt(allowed) + 4
    assert settings > 20 or not diary.rich


def test_no_video_meeting_without_a_device(diary):
    family, meetings = diary.model.world.children.family, 0
    for day in diary.days:
        m = day.door.meetings
        video = m.mode == Mode.VIDEO
        meetings += int(video.sum())
        assert (day.door.digital[family[m.attempt.who[video]]] >= Digital.SHARED_DEVICE).all()
    assert meetings > 20 or not diary.rich


def test_days_unseen_rise_by_one_a_day_and_end_only_at_an_in_person_contact(diary):
    for before, after in diary.pairs():
        m = after.door.meetings
        met = np.zeros(after.here.size, dtype=bool)
        met[m.attempt.who[m.opened & IN_PERSON[m.mode]]] = True
        met &= after.here  # nobody sees a child that is not born
        met[after.door.calls.seen] = True
        for (agency, mode), there in after.door.there.items():
            if agency != Agency.COMMUNITY and IN_PERSON[mode]:
                met |= there
        assert np.array_equal(after.seen, np.where(met, after.number, before.seen))


def test_seen_alone_spoken_to_seen_by_social_care_and_reached_remotely_are_four_more_facts(diary):
    for before, after in diary.pairs():
        m = after.door.meetings
        who = m.attempt.who
        met = {name: np.zeros(after.here.size, dtype=bool) for name in LAST}
        met["alone"][who[m.alone]] = True
        met["spoken"][who[m.spoken]] = True
        met["seen_by_social_care"][who[m.seen & (m.attempt.agency == Agency.SOCIAL_CARE)]] = True
        met["reached"][who[m.opened & ~IN_PERSON[m.mode]]] = True
        for (agency, mode), there in after.door.there.items():
            if agency != Agency.COMMUNITY and not IN_PERSON[mode]:
                met["reached"] |= there
        for name, today in met.items():
            assert np.array_equal(after.last[name], np.where(today, after.number, before.last[name])), name


# Staff


@pytest.mark.parametrize("profession", PROFESSIONS)
def test_whole_minutes_funded_and_carried_are_used_or_left(profession, diary):
    if not diary.model.coupled:
        pytest.skip("minutes never run out")
    left = np.zeros_like(diary.days[0].staff[profession]["used"])
    for day in diary.days:
        s = day.staff[profession]
        working = s["filled"] & ~s["absent"] & ~s["away"]
        assert all(s[n].dtype == np.int64 for n in ("minutes", "used", "fresh", "carried"))
        assert np.array_equal(s["fresh"] + s["carried"], s["minutes"])
        assert (s["used"] >= 0).all()
        assert (s["used"] <= s["minutes"]).all()
        assert (s["carried"] >= 0).all()
        assert (s["carried"] <= left).all()
        assert not s["fresh"][~working].any()
        if diary.model.calendar.working[day.number]:
            assert not s["minutes"][~working].any(), "minutes for someone absent, away or not in post"
        else:
            assert not s["fresh"].any()
            assert not s["used"].any()
        left = s["minutes"] - s["used"]


def test_heads_balance_by_the_log(diary):
    for before, after in diary.pairs():
        heads = [np.count_nonzero(day.staff["social_workers"]["filled"]) for day in (before, after)]
        profession = SocialWorker.profession
        came, left = after.count(Event.STAFF_CAME, a=profession), after.count(Event.STAFF_LEFT, a=profession)
        assert heads[1] == heads[0] + came - left, f"day {after.number}: {heads}, {came} came, {left} left"


def test_minutes_used_are_those_of_the_work_that_was_done(diary):
    p, families, children = diary.model.setup.parameters, diary.model.world.families, diary.model.world.children
    for day in diary.days:
        front = p.front_door
        at_once = day.count(Event.SECTION_46, b=1)  # decided on by the emergency duty team
        spent = front.contact_minutes * day.count(Event.SCREENED) + front.referral_minutes * (day.count(Event.DECISION) - at_once)
        assert day.staff["front_door_staff"]["used"].sum() == spent
        tries = day.door.attempt
        by_visitor = tries.agency == Agency.HEALTH_VISITING
        minutes = np.where(IN_PERSON[tries.mode], p.health_visiting.home_minutes, p.health_visiting.remote_minutes)[by_visitor]
        visitor = families.visitor[children.family[tries.who[by_visitor]]]
        visitor = day.staff["health_visitors"]["cover"][visitor]
        used = np.bincount(visitor, weights=minutes, minlength=diary.model.world.visitors)
        assert np.array_equal(day.staff["health_visitors"]["used"], used)
        social = tries.mode[tries.agency == Agency.SOCIAL_CARE]
        v, c = p.visits, p.casework
        visits = np.where(social == Mode.DOORSTEP, v.doorstep_minutes, np.where(IN_PERSON[social], v.home_minutes, v.remote_minutes))
        interpreted = families.interpreter[children.family[tries.who[tries.agency == Agency.SOCIAL_CARE]]]
        visits = np.where(interpreted, np.ceil(visits * (1 + v.interpreter_share)), visits).sum()
        used = {task: day.measures[f"minutes_{task.name.lower()}"] for task in Task}
        assert used[Task.VISIT] == visits or not diary.model.closed_loop
        assert day.staff["social_workers"]["used"].sum() == sum(used.values())
        plans = {(w, a) for k, w, a, _ in day.log.tolist() if k == Event.CONFERENCE}
        care = {w for k, w, a, _ in day.log.tolist() if k == Event.INTO_CARE}
        by_police = {w for k, w, a, _ in day.log.tolist() if k == Event.SAFE_PLACE_ENDED}
        assessed = [w for w in day.who(Event.ASSESSED) if (w, 1) not in plans and w not in care]
        enquiries = [w for w in day.who(Event.ENQUIRY_ENDED) if w not in by_police]
        assert used[Task.END_ENQUIRY] >= c.enquiry_minutes * len(enquiries)
        assert used[Task.CONFERENCE] >= c.conference_minutes * (day.count(Event.CONFERENCE) + day.count(Event.ADJOURNED))
        assert used[Task.WRITE_UP] >= c.write_up_minutes * len(assessed)
        assert used[Task.REVIEW] >= c.review_minutes * (day.count(Event.PLAN_REVIEW) + day.count(Event.REVIEW))
        assert used[Task.CORE_GROUP] >= c.core_group_minutes * day.count(Event.CORE_GROUP)
        assert used[Task.CHRONOLOGY] >= c.chronology_minutes * day.count(Event.CHRONOLOGY)
        chaired = sum(day.count(Event.MEETING, a=call) for call in CHAIRED)
        assert day.measures["minutes_chairs"] == p.meetings.chair_minutes * chaired


# Truth and detection


def test_spells_stand_and_detections_are_not_before_their_onset_nor_after_their_end(diary):
    for before, after in diary.pairs():
        then, now = before.spells, after.spells
        was = then["child"].size
        assert now["child"].size >= was
        assert np.array_equal(now["child"][:was], then["child"])
        assert np.array_equal(now["onset"][:was], then["onset"])
    spells = diary.model.behind.harm.spells
    ended = spells["end"] >= 0
    for rung, reached in first_days(diary.model).items():
        found = reached >= 0
        assert (reached[found] >= np.maximum(spells["onset"][found], 0)).all(), rung
        assert (reached <= diary.days[-1].number).all()
        before_the_run = (reached == 0) & (spells["onset"] <= 0)  # day 0 stands for what was known already
        assert ((reached < spells["end"]) | ~ended | ~found | before_the_run).all()


def test_a_spell_was_noticed_on_the_day_of_the_first_sign_after_its_onset(diary):
    log, spells, noticed = events(diary), diary.days[-1].spells, first_days(diary.model)["noticed"]
    signs = log["kind"] == Event.SIGN
    for i in range(spells["child"].size):
        of_child = log["day"][signs & (log["who"] == diary.model.ids[spells["child"][i]])]
        end = spells["end"][i] if spells["end"][i] >= 0 else NEVER
        within = of_child[(of_child >= spells["onset"][i]) & (of_child < end)]
        known_before = noticed[i] == 0 and spells["onset"][i] <= 0
        assert known_before or noticed[i] == (within.min() if within.size else NONE)


def test_each_child_has_at_most_one_spell_at_a_time(diary):
    spells = diary.days[-1].spells
    for child in np.unique(spells["child"]):
        mine = np.flatnonzero(spells["child"] == child)
        mine = mine[np.argsort(spells["onset"][mine], kind="stable")]
        assert (spells["end"][mine[:-1]] >= 0).all()
        assert (spells["onset"][mine[1:]] >= spells["end"][mine[:-1]]).all()


# Records and sharing


def rows_new_to_social_care(before: Day, after: Day) -> np.ndarray:
    """Rows, as of ``after``, of partners' signs that are in social care's record and were not the day before."""
    known = [d.signs["key"][d.signs["holders"] & bit(Agency.SOCIAL_CARE) != 0] for d in (before, after)]
    new = np.isin(after.signs["key"], np.setdiff1d(known[1], known[0]))
    return np.flatnonzero(new & (after.signs["agency"] != Agency.SOCIAL_CARE))


def bit(agency: Agency | int) -> int:
    return 1 << int(agency)


def test_an_agency_holds_its_own_signs_and_those_that_reached_it(diary):
    for day in diary.days:
        own = np.left_shift(1, day.signs["agency"].astype(int))
        assert np.array_equal(day.signs["holders"] & own, own), "an agency forgot its own sign"


def test_what_partners_learn_in_a_day_is_what_they_were_told_that_day_each_sign_once(diary):
    ids, heard = diary.model.ids, 0
    for before, after in diary.pairs():
        signs = after.signs
        row = {key: holders for key, holders in zip(before.signs["key"].tolist(), before.signs["holders"].tolist(), strict=True)}
        told: Counter[tuple[int, int, int]] = Counter()
        for key, child, agency, day, holders in zip(
            *(signs[n].tolist() for n in ("key", "child", "agency", "day", "holders")), strict=True
        ):
            new = holders & ~row.get(key, bit(agency)) & ~bit(Agency.SOCIAL_CARE)
            told.update((int(ids[child]), partner, day) for partner in range(AGENCIES) if new >> partner & 1)
        assert told == Counter((w, a % 16, b) for k, w, a, b in after.log.tolist() if k == Event.PASSED)
        heard += sum(told.values())
    assert heard > 20 or not diary.rich


def test_signs_are_made_by_agencies_alone_and_put_away_only_when_old(diary):
    memory = diary.model.setup.parameters.belief.memory
    for before, after in diary.pairs():
        was, now = before.signs, after.signs
        assert np.unique(now["key"]).size == now["key"].size, "two signs share an identity"
        new = ~np.isin(now["key"], was["key"])
        assert np.count_nonzero(new) == after.count(Event.SIGN)
        assert (now["day"][new] == after.number).all()
        assert (was["day"][~np.isin(was["key"], now["key"])] < after.number - memory).all()


def test_what_social_care_learns_in_a_day_is_what_was_shared_that_day_each_sign_once(diary):
    ids = diary.model.ids
    for before, after in diary.pairs():
        new, signs = rows_new_to_social_care(before, after), after.signs
        told = zip(ids[signs["child"][new]].tolist(), signs["agency"][new].tolist(), signs["day"][new].tolist(), strict=True)
        assert Counter(told) == Counter((w, a, b) for k, w, a, b in after.log.tolist() if k == Event.SHARE)
        forgotten = np.setdiff1d(before.signs["key"][before.signs["holders"] & bit(Agency.SOCIAL_CARE) != 0], signs["key"])
        held = signs["key"][signs["holders"] & bit(Agency.SOCIAL_CARE) != 0]
        was = before.signs["key"][before.signs["holders"] & bit(Agency.SOCIAL_CARE) != 0]
        assert np.isin(was, np.concatenate([held, forgotten])).all(), "social care forgot a sign that is still there"


def test_nothing_arrives_before_it_is_sent(diary):
    arrived = 0
    for before, after in diary.pairs():
        assert (after.on_the_way["arrives"] > after.number).all()
        sent = before.signs["key"][before.on_the_way["sign"][before.on_the_way["arrives"] <= after.number]]
        signs, new = after.signs, rows_new_to_social_care(before, after)
        assert (signs["day"][new] <= after.number).all()
        today = signs["day"] == after.number
        had_news = set(zip(diary.model.ids[signs["child"][today]].tolist(), signs["agency"][today].tolist(), strict=True))
        had_news |= {(w, a % 16) for k, w, a, _ in after.log.tolist() if k == Event.PASSED}
        came = np.isin(signs["key"][new], sent)
        met = np.isin(diary.model.ids[signs["child"][new]], after.who(Event.MEETING))
        for row in new[~came & ~met].tolist():
            holders = {a for a in range(AGENCIES) if int(signs["holders"][row]) >> a & 1}
            assert any((int(diary.model.ids[signs["child"][row]]), a) in had_news for a in holders), "learnt without being told"
        arrived += int(came.sum())
    assert arrived > 10 or not diary.rich


def test_chains_lead_from_the_newest_sign_of_a_child_through_all_of_them(diary):
    records = diary.model.records
    child, previous, day = (records.signs[n] for n in ("child", "previous", "day"))
    for who in np.flatnonzero(records.last_sign >= 0)[:300]:
        walked, row = [], int(records.last_sign[who])
        while row >= 0:
            walked.append(row)
            row = int(previous[row])
        assert sorted(walked) == np.flatnonzero(child == who).tolist()
        assert all(day[later] >= day[earlier] or day[earlier] <= 0 for later, earlier in pairwise(walked))


# The pipeline


def test_at_each_stage_what_is_open_is_what_was_open_plus_in_less_out(diary):
    for before, after in diary.pairs():
        n, grown = after.count, int(Closing.GROWN_UP)
        waiting = {
            "contacts": (len(before.contacts) + n(Event.CONTACT) - n(Event.SCREENED), len(after.contacts)),
            "referrals": (len(before.referrals) + n(Event.REFERRAL) - n(Event.DECISION), len(after.referrals)),
        }
        stage = {s: np.count_nonzero(before.cases["stage"] == s) for s in Stage}
        plans, assessed = n(Event.CONFERENCE, a=1), n(Event.ASSESSED)
        into, out, ended = n(Event.INTO_CARE), n(Event.OUT_OF_CARE), n(Event.PLAN_ENDED)
        flow = {
            Stage.ASSESSMENT: n(Event.DECISION, b=Decision.ASSESSMENT) - assessed - n(Event.CLOSED, a=Stage.ASSESSMENT, b=grown),
            Stage.IN_NEED: n(Event.ASSESSED, a=Outcome.IN_NEED) - plans + ended - into + out - n(Event.CLOSED, a=Stage.IN_NEED),
            Stage.PROTECTION: plans - ended - n(Event.CLOSED, a=Stage.PROTECTION),
            Stage.LOOKED_AFTER: into - out - n(Event.CLOSED, a=Stage.LOOKED_AFTER),
        }
        waiting |= {s.name: (stage[s] + flow[s], np.count_nonzero(after.cases["stage"] == s)) for s in Stage}
        for name, (expected, found) in waiting.items():
            assert expected == found, f"day {after.number}, {name}: {expected} by the log, {found} open"


def test_every_enquiry_and_every_conference_is_accounted_for(diary):
    for before, after in diary.pairs():
        grown = {w for k, w, _, b in after.log.tolist() if k == Event.CLOSED and b == Closing.GROWN_UP}
        left = np.isin(diary.model.ids[before.cases["child"]], list(grown))
        lost = [np.count_nonzero(before.cases[clock][left] != NEVER) for clock in ("enquiry_end", "conference")]
        enquiries = [np.count_nonzero(day.cases["enquiry_end"] != NEVER) for day in (before, after)]
        assert enquiries[1] == enquiries[0] + after.count(Event.STRATEGY) - after.count(Event.ENQUIRY_ENDED) - lost[0]
        conferences = [np.count_nonzero(day.cases["conference"] != NEVER) for day in (before, after)]
        assert conferences[1] == conferences[0] + after.count(Event.ENQUIRY_ENDED, a=1) - after.count(Event.CONFERENCE) - lost[
            1
        ] - after.count(Event.CANCELLED)


LISTED = {  # state: events that may happen to a child in it, and the state after
    None: {(Event.DECISION, 1): Stage.ASSESSMENT},
    Stage.ASSESSMENT: {(Event.ASSESSED, 0): Stage.ASSESSMENT, (Event.ASSESSED, 1): Stage.IN_NEED, (Event.CLOSED, 0): None},
    Stage.IN_NEED: {(Event.CONFERENCE, 1): Stage.PROTECTION, (Event.CLOSED, 1): None},
    Stage.PROTECTION: {(Event.PLAN_ENDED, 0): Stage.IN_NEED, (Event.CLOSED, 2): None},
    Stage.LOOKED_AFTER: {(Event.OUT_OF_CARE, 0): Stage.IN_NEED, (Event.CLOSED, 3): None},
}


def test_only_the_listed_steps_happen_and_each_follows_the_one_it_needs(diary):
    """Walk every child's events: a state for the case, one for the enquiry, one for the conference."""
    log, model = events(diary), diary.model
    of_a_day = (
        "DECISION STRATEGY ENQUIRY_ENDED CANCELLED ASSESSED CONFERENCE PLAN_BEGAN CORE_GROUP PLAN_REVIEW PLAN_ENDED INTO_CARE "
        "SAFE_PLACE_ENDED SECTION_46 OUT_OF_CARE CLOSED"
    )
    order = {Event[name]: place for place, name in enumerate(of_a_day.split())}
    dawn = dict(zip(model.ids[diary.dawn.cases["child"]].tolist(), diary.dawn.cases["stage"].tolist(), strict=True))
    stories: dict[int, list[tuple[int, int, Event, int, int]]] = {}
    for day, kind, who, a, b in zip(*log.values(), strict=True):
        if kind in order:
            early = kind == Event.CLOSED and b == Closing.GROWN_UP  # birthdays come first in a day
            stories.setdefault(int(who), []).append((int(day), -1 if early else order[Event(kind)], Event(kind), int(a), int(b)))
    for who, story in stories.items():
        state: Stage | None = Stage(dawn[who]) if who in dawn else None
        enquiry = conference = False
        safe, plan_day = 0, -1
        for day, _, kind, a, b in sorted(story, key=lambda e: e[:2]):
            where = f"child {who}, day {day}: {kind.name} {a} {b} while {state}"
            if kind is Event.STRATEGY:
                assert state in (Stage.ASSESSMENT, Stage.IN_NEED), where
                assert not enquiry, where
                assert not conference, where
                enquiry = True
            elif kind is Event.ENQUIRY_ENDED:
                assert enquiry, f"{where}: an enquiry without a strategy discussion"
                enquiry, conference = False, a == 1
            elif kind is Event.CANCELLED:
                assert conference, where
                conference = False
            elif kind is Event.PLAN_BEGAN:
                assert state is Stage.PROTECTION, where
                assert plan_day == day, f"{where}: a plan without a conference"
            elif kind is Event.CORE_GROUP:
                assert state is Stage.PROTECTION, f"{where}: a core group without a plan"
            elif kind is Event.SECTION_46:
                assert state is not Stage.LOOKED_AFTER, where
                assert not safe, f"{where}: taken twice"
                assert enquiry or conference or state is Stage.PROTECTION, f"{where}: no strategy discussion"
                safe = day
            elif kind is Event.SAFE_PLACE_ENDED:
                assert safe == day - 3, f"{where}: after 72 hours"
                assert (state is Stage.LOOKED_AFTER) == (a == 1), where
                safe = 0
            elif kind is Event.CONFERENCE:
                assert conference, f"{where}: a conference without an enquiry"
                conference = False
                state, plan_day = (Stage.PROTECTION, day) if a == 1 else (state, plan_day)
            elif kind is Event.PLAN_REVIEW:
                assert state is Stage.PROTECTION, f"{where}: a review without a plan"
            elif kind is Event.INTO_CARE:
                assert state in (Stage.PROTECTION, Stage.IN_NEED), where  # the plan's end is logged first
                state = Stage.LOOKED_AFTER
            elif kind is Event.DECISION and b == Decision.NO_FURTHER_ACTION:
                assert state is None, where
            else:
                number = {Event.DECISION: b, Event.ASSESSED: a, Event.CLOSED: a}.get(kind, 0)
                assert (kind, number) in LISTED[state], where
                state = LISTED[state][(kind, number)]
                if state is None and b != Closing.GROWN_UP:
                    assert not enquiry, f"{where}: closed in the middle of an enquiry"
                    assert not conference, f"{where}: closed with a conference to come"
                if state is None:
                    enquiry = conference = False
                    safe = 0
        open_now = model.cases.stage_of[np.flatnonzero(model.ids == who)[0]]
        assert open_now == (NONE if state is None else state), f"child {who}"


def test_core_groups_are_held_by_their_last_day_or_counted_late(diary):
    """Ten working days after the conference, then six weeks after the last: counted again from the dates alone."""
    number, how = diary.model.calendar.working_number, diary.model.setup.parameters.core_groups
    last: dict[int, int] = {}  # when the plan began, or the last core group was held
    for day in diary.days:
        held = {w: (a, b) for k, w, a, b in day.log.tolist() if k == Event.CORE_GROUP}
        for who, (which, late) in held.items():
            if who in last:
                within = number[day.number] - number[last[who]] <= (how.first if which == 1 else how.every)
                assert within == (late == 0), f"child {who}, day {day.number}"
            last[who] = day.number
        last |= dict.fromkeys(day.who(Event.PLAN_BEGAN), day.number)
        for who in day.who(Event.PLAN_ENDED):
            last.pop(who, None)
        booked = day.cases["core_group"][day.cases["stage"] == Stage.PROTECTION]
        assert (booked != NEVER).all()
        assert (day.cases["core_group"][day.cases["stage"] != Stage.PROTECTION] == NEVER).all()


def test_a_plan_begins_with_a_conference_that_was_held_and_each_meeting_is_accounted_for(diary):
    for day in diary.days:
        assert day.count(Event.PLAN_BEGAN) == day.count(Event.CONFERENCE, a=1)
        held = Counter((a, b // HELD) for k, _, a, b in day.log.tolist() if k == Event.MEETING)
        assert held[(Call.STRATEGY_DISCUSSION, 1)] == day.count(Event.STRATEGY)
        assert held[(Call.CONFERENCE, 1)] == day.count(Event.CONFERENCE)
        assert held[(Call.CONFERENCE, 0)] == day.count(Event.ADJOURNED)
        assert held[(Call.CORE_GROUP, 1)] == day.count(Event.CORE_GROUP)
        assert held[(Call.PLAN_REVIEW, 1)] == day.count(Event.PLAN_REVIEW)
        assert held[(Call.IN_NEED_REVIEW, 1)] + held[(Call.CARE_REVIEW, 1)] == day.count(Event.REVIEW)
        assert day.count(Event.STRATEGY) >= len(set(day.who(Event.SECTION_46)) & set(day.who(Event.STRATEGY)))


def test_deadlines_are_working_days_and_so_are_the_days_on_which_panels_meet(diary):
    working, number = diary.model.calendar.working, diary.model.calendar.working_number
    panels = (Event.SCREENED, Event.DECISION, Event.ENQUIRY_ENDED, Event.CONFERENCE, Event.ASSESSED, Event.PLAN_REVIEW)
    begun: dict[int, int] = {}
    for day in diary.days:
        for clock in ("enquiry_end", "conference"):
            due = day.cases[clock][day.cases[clock] != NEVER]
            assert working[due].all(), clock
        if not working[day.number]:
            urgent = set(day.who(Event.SECTION_46)) | set(day.who(Event.SAFE_PLACE_ENDED))
            assert not any(set(day.who(kind)) - urgent for kind in (*panels, Event.ALLOCATION, Event.VISIT))
        begun |= dict.fromkeys(day.who(Event.STRATEGY), day.number)
        for kind, who, _, b in day.log.tolist():
            if kind == Event.CONFERENCE:
                assert b == number[day.number] - number[begun[who]], "working days since the strategy discussion"


def test_referrals_by_source_are_all_referrals_and_are_contacts_screened_as_referrals(diary):
    for day in diary.days:
        total = day.count(Event.REFERRAL)
        assert total == sum(day.measures[f"referrals_{a.name.lower()}"] for a in PARTNERS) == day.measures["referrals"]
        at_once = set(day.who(Event.SECTION_46)) & set(day.who(Event.REFERRAL)) & set(day.who(Event.DECISION))
        assert total == day.count(Event.SCREENED, b=Screening.REFERRAL) + len(at_once)
        outcomes = Counter(b for k, _, _, b in day.log.tolist() if k == Event.SCREENED)
        assert sum(outcomes.values()) == day.count(Event.SCREENED)
        assert set(outcomes) <= set(Screening)


def test_each_open_case_is_one_childs_and_either_allocated_or_not(diary):
    for day in diary.days:
        child, worker, total = day.cases["child"], day.cases["worker"], day.cases["child"].size
        assert np.unique(child).size == total
        assert not day.cases["closed"].any()
        assert np.array_equal(np.flatnonzero(day.stage_of != NONE), np.sort(child))
        assert np.array_equal(day.stage_of[child], day.cases["stage"])
        assert np.array_equal(day.case_row[child], np.arange(total))
        assert np.count_nonzero(worker >= 0) + day.measures["unallocated"] == total
        assert day.caseloads == np.bincount(worker[worker >= 0], minlength=len(diary.model.social_workers)).tolist()
        assert day.measures["unallocated"] == np.count_nonzero(worker == NONE)
        filled = np.count_nonzero(day.staff["social_workers"]["filled"])
        assert day.measures["caseload"] * max(1, filled) == pytest.approx(sum(day.caseloads))


def test_no_case_is_held_in_a_post_where_nobody_is(diary):
    for day in diary.days:
        held = day.cases["worker"][day.cases["worker"] >= 0]
        assert day.staff["social_workers"]["filled"][held].all()


# Numbers


def test_dials_probabilities_and_counts_are_in_range(diary):
    for day in diary.days:
        for name, about in DIALS.items():
            assert about.metadata["low"] <= getattr(day.now, name) <= about.metadata["high"], name
        assert all(value >= 0 for value in day.measures.values())
        assert all(value == int(value) for name, value in day.measures.items() if name != "caseload")
    hidden, children = diary.model.behind.hidden, diary.model.world.children
    for share in (hidden.willing, hidden.conceals, children.absence):
        assert share.min() >= 0
        assert share.max() <= 1
    assert np.isfinite(hidden.strain).all()


def test_groups_sum_to_totals(diary):
    weekly = diary.model.measures.weekly
    assert len(weekly) > 100
    sizes = [len(names) for names in GROUPS.values()]
    edges = np.cumsum([0, *sizes])
    for day in np.unique(weekly["day"]):
        at = weekly["day"] == day
        assert sorted(weekly["group"][at].tolist()) == list(range(sum(sizes)))
        for name in WEEKLY:
            column = weekly[name][at][np.argsort(weekly["group"][at])]
            sums = {int(column[a:b].sum()) for a, b in pairwise(edges)}
            assert len(sums) == 1, f"day {day}: {name} differs between dimensions: {sums}"
            assert column.min() >= 0


def test_visibility_counted_child_by_child_is_what_is_published(diary):
    birth = diary.model.world.children.birth.astype(int)
    weekly, last = diary.model.measures.weekly, [d for d in diary.days if d.number % 7 == 6][-1]
    at = (weekly["day"] == last.number) & (weekly["group"] == 0)
    unseen = [last.number - max(int(last.seen[i]), birth[i]) for i in np.flatnonzero(last.here)]
    assert weekly["children"][at].tolist() == [len(unseen)]
    assert weekly["days_unseen"][at].tolist() == [sum(unseen)]
    for window in (7, 28, 90):
        assert weekly[f"seen_{window}"][at].tolist() == [sum(u < window for u in unseen)]
