"""What must be true on every simulated day, checked on every day of small runs: population, truth and numbers."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from days import Day, events
from small_worlds import log_of

from simsafe.agencies.health_visiting import AGES, ANTENATAL
from simsafe.agencies.midwifery import TERM
from simsafe.results.ladder import first_days
from simsafe.results.measures import GROUPS, WEEKLY
from simsafe.system.cases import NEVER, NONE
from simsafe.system.events import Closing, Decision, Event, Screening
from simsafe.world.conditions import DIALS
from simsafe.world.contact import Agency, Mode
from simsafe.world.population import ADULT, AGE_BANDS, PREGNANCY, schooling


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
