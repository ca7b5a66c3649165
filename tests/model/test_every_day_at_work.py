"""What must be true on every simulated day of contacts and of staff."""

from __future__ import annotations

import numpy as np
import pytest
from days import LAST, PROFESSIONS

from simsafe.agents import SocialWorker
from simsafe.system.cases import NONE
from simsafe.system.casework import Task
from simsafe.system.events import Event
from simsafe.system.meetings import CHAIRED
from simsafe.world.contact import AGENCIES, IN_PERSON, Agency, Digital, Mode
from simsafe.world.population import schooling

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
