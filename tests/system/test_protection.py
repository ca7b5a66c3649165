"""From strategy discussion to conference, plan and reviews: the clocks, and who may hold a case."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from small_worlds import CERTAIN, forced, log_of, ordinary

from simsafe.model import SafeguardingModel
from simsafe.system.cases import NEVER, NONE, Stage
from simsafe.system.casework import Task
from simsafe.system.events import Event
from simsafe.world.conditions import ORDINARY
from simsafe.world.contact import Agency

TO_A_PLAN = {  # every sign about an open case leads to an enquiry, every enquiry to a conference, every conference to a plan
    "assessment__strategy": -CERTAIN, "assessment__conference": -CERTAIN, "conferences__plan": -CERTAIN, "plans__keep_plan": -CERTAIN,
    "care__into_care": CERTAIN, "front_door__screen": -CERTAIN, "front_door__assess": -CERTAIN,
}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    """A run with unlimited minutes in which everything goes on to a plan, with the first day of each plan and review kept."""
    made = SafeguardingModel(ordinary(600, end=date(2020, 12, 31), capacity_coupling=False, parameters=forced(**TO_A_PLAN)))
    for _ in range(made.setup.days):
        made.step()
    return made


def days_of(model: SafeguardingModel, kind: Event) -> dict[int, list[int]]:
    """Days on which an event of a kind happened to each child."""
    found: dict[int, list[int]] = defaultdict(list)
    for day, k, who, _, _ in log_of(model).tolist():
        if k == kind:
            found[who].append(day)
    return found


def last_before(days: list[int], day: int) -> int:
    return max(d for d in days if d <= day)


def test_everything_leads_to_a_plan(model):
    held, made = days_of(model, Event.CONFERENCE), [a for _, k, _, a, _ in log_of(model).tolist() if k == Event.CONFERENCE]
    assert len(held) > 20
    assert set(made) == {1}
    assert not days_of(model, Event.INTO_CARE)


def test_an_enquiry_lasts_from_its_shortest_time_until_its_visits_are_made(model):
    how, began, calendar = model.setup.parameters.assessment, days_of(model, Event.STRATEGY), model.calendar
    spans = []
    for child, ended in days_of(model, Event.ENQUIRY_ENDED).items():
        spans += [calendar.working_days_between(last_before(began[child], day), day) for day in ended]
    assert min(spans) >= how.enquiry_shortest
    assert np.mean(np.array(spans) <= how.enquiry_longest) > 0.8, "a few wait for a family that does not open"


def test_with_time_enough_conferences_are_held_within_fifteen_working_days_unless_the_enquiry_took_longer(model):
    began, ended, calendar = days_of(model, Event.STRATEGY), days_of(model, Event.ENQUIRY_ENDED), model.calendar
    adjourned = days_of(model, Event.ADJOURNED)
    for child, held in days_of(model, Event.CONFERENCE).items():
        for day in held:
            strategy, enquiry = last_before(began[child], day), last_before(ended[child], day)
            assert strategy <= enquiry < day
            waited, soonest = calendar.working_days_between(strategy, day), model.setup.parameters.conferences.soonest
            put_off = any(strategy <= a <= day for a in adjourned[child])
            assert waited >= soonest
            assert waited <= 15 or put_off or calendar.working_days_between(enquiry, day) == 1


def test_plans_are_first_reviewed_within_three_months_and_then_within_six(model):
    how, meeting = model.setup.parameters.plans, model.setup.parameters.meetings
    held, first = days_of(model, Event.CONFERENCE), 0
    taken = {(who, day) for day, kind, who, _, _ in log_of(model).tolist() if kind == Event.SECTION_46}
    allowance = 7 + 2 * meeting.again_latest * meeting.most_adjournments  # the next working day, or after adjournments
    for child, reviews in days_of(model, Event.PLAN_REVIEW).items():
        if child not in held:
            continue  # on a plan since before the run
        dates = [held[child][0], *reviews]
        first += 1
        for (one, two), within in zip(pairwise(dates), (how.first_review, *[how.next_reviews] * len(dates)), strict=False):
            brought_forward = any((child, day) in taken for day in range(one, two + 1))  # after police protection
            assert two - one <= within + allowance
            assert two - one >= within - how.booked_ahead or brought_forward
    assert first > 10


def test_visits_to_children_on_plans_come_at_the_interval_of_local_practice(model):
    how, calendar = model.setup.parameters.visits, model.calendar
    planned, visits = days_of(model, Event.CONFERENCE), defaultdict(list)
    for day, kind, who, _, b in log_of(model).tolist():
        if kind == Event.VISIT:
            visits[who].append((day, b & 1))
    gaps = []
    for child, held in planned.items():
        tried = [(day, opened) for day, opened in visits[child] if day > held[0]]
        gaps += [
            (calendar.working_days_between(a, b), how.protection_days if opened else how.retry_days)
            for (a, opened), (b, _) in pairwise(tried)
        ]
    assert len(gaps) > 50
    assert all(gap <= expected for gap, expected in gaps), "a visit came late"
    assert np.mean([gap == expected for gap, expected in gaps]) > 0.9, "a notice from a hospital brings few visits forward"


def test_a_case_on_a_plan_has_a_review_to_come_and_no_assessment_left(model):
    cases = model.cases
    on_plan = cases["stage"] == Stage.PROTECTION
    assert on_plan.any()
    assert (cases["review"][on_plan] != NEVER).all()
    assert (cases["finish"][on_plan] == NEVER).all()
    assert (cases["enquiry_end"][on_plan] == NEVER).all()


# Casework


@pytest.fixture
def office() -> SafeguardingModel:
    made = SafeguardingModel(ordinary(5000))
    made.begin_day(made.timetable.on(0), 0)
    return made


def test_each_new_case_goes_to_the_worker_at_work_with_the_fewest(office):
    office.casework.allocate(ORDINARY, 0, True)
    held, cap = office.cases.caseloads(len(office.social_workers)), office.casework.how.caseload_cap
    there = office.social_workers.working
    assert not held[~there].any()
    assert held[there].max() - held[there].min() <= 1
    assert not (office.cases["worker"] == NONE).any() or held[there].min() == cap


def test_a_case_that_closed_this_morning_is_given_to_nobody(office):
    gone = office.cases["child"][:1].copy()
    office.protecting.grow_up(gone, 0)
    office.casework.allocate(ORDINARY, 0, True)
    assert int(office.ids[gone[0]]) not in office.log.today(Event.ALLOCATION).tolist()


def test_cases_of_a_leaver_wait_and_the_next_worker_knows_less_of_the_child(office):
    office.casework.allocate(ORDINARY, 0, True)
    leaver = int(office.cases["worker"][0])
    theirs = office.cases["child"][office.cases["worker"] == leaver]
    others = np.setdiff1d(office.cases["child"], theirs)
    before = {a: office.records.worry_of(Agency.SOCIAL_CARE, a_rows, 0) for a, a_rows in (("theirs", theirs), ("others", others))}
    office.casework.hand_over(np.array([leaver]), 0)
    assert (office.cases["worker"][office.cases.row[theirs]] == NONE).all()
    kept = office.setup.parameters.casework.knowledge_kept
    assert before["theirs"].any()
    assert np.allclose(office.records.worry_of(Agency.SOCIAL_CARE, theirs, 0), kept * before["theirs"], rtol=2e-3)
    assert np.array_equal(office.records.worry_of(Agency.SOCIAL_CARE, others, 0), before["others"])


def test_urgent_work_of_a_worker_who_is_off_is_covered_and_other_work_waits(office):
    office.casework.allocate(ORDINARY, 0, True)
    away = int(office.cases["worker"][0])
    office.social_workers.absent[away] = True
    cases = office.cases
    theirs = cases["worker"] == away
    purpose, worker, child = np.array([0, 1, 2, 3, 4]), np.full(5, away), np.arange(5)
    assert theirs.any()
    covered = office.casework._covered(worker, purpose, np.full(5, Task.VISIT), child, 0)
    assert (covered[:2] != away).all()
    assert office.social_workers.working[covered[:2]].all()
    assert (covered[2:] == away).all()
    assert (office.casework._covered(worker, purpose, np.full(5, Task.CORE_GROUP), child, 0) == away).all(), "a core group waits"
