"""Initial conferences: chairs' slots, adjournments, and what waits for what."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from offices import NOBODY, office, open_some, today
from small_worlds import CERTAIN, forced, log_of, ordinary, run

from simsafe.system.cases import NEVER, Stage
from simsafe.system.events import Event

BUSY = {"assessment__strategy": 2.0, "assessment__conference": 2.0}


def in_enquiry(model, count):
    """Cases whose conference is wanted 12 working days from now."""
    rows = open_some(model, count)
    model.cases["strategy"][rows] = 0
    return rows, model.calendar.add_working_days(np.zeros(count, dtype=np.int64), 12)


def test_no_day_has_more_conferences_than_chairs_have_slots_unless_someone_has_waited_too_long():
    model = office()
    rows, wanted = in_enquiry(model, 30)
    model.conferring.slots_a_week = 3.0
    model.conferring.book(rows, wanted)
    days = model.cases["conference"][rows]
    last = model.calendar.add_working_days(int(wanted[0]), model.conferring.how.longest_wait)
    assert model.calendar.working[days].all()
    assert days.min() >= wanted[0]
    assert days.max() == last
    weeks = Counter(int(model.calendar.working_number[d] - model.calendar.working_number[wanted[0]]) // 5 for d in days if d < last)
    assert max(weeks.values()) <= 4
    assert max(Counter(d for d in days.tolist() if d != last).values()) == 1


def test_more_slots_never_make_anybody_wait_longer():
    made = []
    for slots in (2.0, 5.0, 20.0, np.inf):
        model = office()
        rows, wanted = in_enquiry(model, 20)
        model.conferring.slots_a_week = slots
        model.conferring.book(rows, wanted)
        made.append(np.sort(model.cases["conference"][rows]))
    assert all((few >= more).all() for few, more in pairwise(made))
    assert (made[-1] == wanted).all()


def test_the_same_cases_in_another_order_get_the_same_slots():
    made = []
    for turn in (1, -1):
        model = office()
        rows, wanted = in_enquiry(model, 20)
        model.conferring.slots_a_week = 4.0
        model.conferring.book(rows[::turn], wanted)
        made.append(model.cases["conference"][rows].tolist())
    assert made[0] == made[1]


def test_where_nobody_comes_a_conference_is_put_off_so_often_and_then_held():
    model = office(forced(meetings__goes_ahead=0.0))
    rows, _ = in_enquiry(model, 12)
    most, how, day, seen = model.meetings.how.most_adjournments, model.meetings.how, 20, []
    known = model.meetings.known_to(model.cases["child"][rows], today(model)).any(axis=1)
    rows = rows[known]  # where no service knows the child nobody can be missing
    assert rows.size > 5
    for _ in range(most + 1):
        model.cases["conference"][rows] = np.minimum(model.cases["conference"][rows], day)
        model.conferring.slots_a_week = np.inf
        invited = model.conferring.invite(rows)
        model.conferring.confer(invited, model.meetings.hold(invited, today(model, day, NOBODY)), day)
        booked = model.cases["conference"][rows]
        seen.append((booked != NEVER).all())
        if seen[-1]:
            waits = model.calendar.working_days_between(np.full(rows.size, day), booked.astype(np.int64))
            assert waits.min() >= how.again_soonest
            assert waits.max() <= how.again_latest
            day = int(booked.max())
    assert seen == [True] * most + [False]
    assert len(model.log.today(Event.ADJOURNED)) == most * rows.size
    assert len(model.log.today(Event.CONFERENCE)) == rows.size


def timeliness(end=date(2020, 12, 31), **numbers):
    model = run(ordinary(4000, end=end, seed=4, parameters=forced(**(BUSY | numbers))))
    daily = model.measures.daily
    shares = [
        (daily[p].sum() / daily[w].sum())
        for p, w in (("conferences_in_time", "conferences"), ("assessments_in_time", "assessments_completed"))
    ]
    return shares, model


@pytest.mark.parametrize(
    ("which", "better", "worse"),
    [
        (0, {"conferences__chair_slack": 6.0}, {"conferences__chair_slack": -1.5}),
        (0, {"meetings__goes_ahead": 1.0}, {"meetings__goes_ahead": 0.0}),
        (1, {"assessment__partner_report": 1.0}, {"assessment__partner_report": 40.0}),
    ],
)
def test_timeliness_follows_from_what_delays(which, better, worse):
    plenty = {"conferences__chair_slack": 6.0} if "meetings__goes_ahead" in better else {}
    soon, late = (timeliness(**(plenty | numbers))[0][which] for numbers in (better, worse))
    assert late < soon <= 1


def test_children_looked_after_after_an_enquiry_have_no_conference_and_no_enquiry_left():
    model = run(ordinary(3000, parameters=forced(**BUSY, care__into_care=3.0, care__at_enquiry=0.0)))
    log, ended = log_of(model).tolist(), defaultdict(list)
    for day, kind, who, a, _ in log:
        if kind == Event.ENQUIRY_ENDED and a == 2:
            ended[day].append(who)
    entered = {(day, who) for day, kind, who, a, _ in log if kind == Event.INTO_CARE}
    assert len(ended) > 3
    assert {(day, who) for day, children in ended.items() for who in children} <= entered
    cases = model.cases
    care = cases["stage"] == Stage.LOOKED_AFTER
    for clock in ("enquiry_end", "conference", "core_group", "finish"):
        assert (cases[clock][care & (cases["since"] > 0)] == NEVER).all(), clock


def test_a_conference_booked_for_a_child_who_comes_into_care_is_called_off():
    model = office()
    rows, wanted = in_enquiry(model, 5)
    model.conferring.book(rows, wanted)
    model.caring.enter(rows, 3, np.full(5, 3))
    assert sorted(model.log.today(Event.CANCELLED).tolist()) == sorted(model.ids[model.cases["child"][rows]].tolist())
    assert (model.cases["conference"][rows] == NEVER).all()
    number = model.calendar.working_number
    assert (number[model.cases["review"][rows]] - number[3] == model.caring.how.first_review).all()


def test_a_second_plan_is_counted_as_such():
    model = office()
    rows = open_some(model, 4)
    child = model.cases["child"][rows].copy()
    model.protecting.begin_plans(rows, 5)
    assert model.cases.plans[child].tolist() == [1] * 4
    model.cases.close(rows)
    model.cases.tidy()
    again = model.cases.open(child, np.arange(4, dtype=np.uint64), 50)
    model.protecting.begin_plans(again, 60)
    assert model.cases.plans[child].tolist() == [2] * 4
    other = type(model.cases)(model.cases.row.size)
    other.restore(model.cases.state())
    assert other.plans[child].tolist() == [2] * 4


def test_nothing_is_adjourned_where_conferences_always_go_ahead():
    model = run(ordinary(2000, parameters=forced(**(BUSY | {"meetings__goes_ahead": 1.0, "assessment__conference": -CERTAIN}))))
    assert model.measures.daily["conferences"].sum() > 5
    assert not model.measures.daily["conferences_adjourned"].any()
