"""What must be true on every simulated day of referrals, enquiries, conferences, plans and cases."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from days import events

from simsafe.system.cases import NEVER, NONE, Stage
from simsafe.system.events import HELD, Closing, Decision, Event, Outcome, Screening
from simsafe.system.sharing import Call
from simsafe.world.contact import PARTNERS

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
