"""The pipeline counted a second time, by a plain program that knows the event log and the opening stocks only."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from small_worlds import LONGER, as_happened, forced, log_of, small, turned

from simsafe.model import SafeguardingModel

SIGN, SHARE, CONTACT, SCREENED, REFERRAL, DECISION, ALLOCATION, VISIT, STRATEGY, ENQUIRY_ENDED = range(10)
CONFERENCE, ASSESSED, PLAN_REVIEW, PLAN_ENDED, CLOSED, INTO_CARE, OUT_OF_CARE = range(10, 17)
MEETING, ADJOURNED, CANCELLED, PLAN_BEGAN, CORE_GROUP, REVIEW, CHRONOLOGY, SECTION_46 = range(19, 27)
STRATEGY_DISCUSSION, INITIAL_CONFERENCE = 1, 2  # what a meeting is for
FLOWS = (
    *("signs", "shares", "contacts", "referrals", "no_further_action", "assessments_completed", "assessments_in_time", "not_in_need"),
    *("section_47", "conferences", "conferences_in_time", "plans_started", "plans_ended", "cases_closed", "visits", "visits_in_person"),
    *("conferences_adjourned", "conferences_quorate", "conference_agencies", "conference_reports", "strategy_quorate", "plans_repeat"),
    *("plan_reviews", "plan_reviews_in_time", "core_groups", "core_groups_in_time", "chronologies", "police_protection", "into_care"),
)
COUNTED = {ADJOURNED: "conferences_adjourned", CHRONOLOGY: "chronologies", SECTION_46: "police_protection", INTO_CARE: "into_care"}
SOURCES = (
    *("schools", "childminders", "school_nursing", "health_visiting", "midwifery", "general_practice", "hospital", "camhs"),
    *("adult_services", "police", "early_help", "housing", "community", "helplines"),
)


def flows_of_a_day(events: list[tuple[int, int, int, int]]) -> dict[str, int]:
    """What happened, from (kind, who, a, b) of each event."""
    happened: Counter[str] = Counter(dict.fromkeys((*FLOWS, *(f"referrals_{source}" for source in SOURCES)), 0))
    for kind, _, a, b in events:
        if kind == SIGN:
            happened["signs"] += 1
        elif kind == SHARE:
            happened["shares"] += 1
        elif kind == CONTACT:
            happened["contacts"] += 1
        elif kind == REFERRAL:
            happened["referrals"] += 1
            happened[f"referrals_{SOURCES[a]}"] += 1
        elif kind == DECISION:
            happened["no_further_action"] += b == 0
        elif kind == ASSESSED:
            happened["assessments_completed"] += 1
            happened["assessments_in_time"] += b <= 45
            happened["not_in_need"] += a == 0
        elif kind == STRATEGY:
            happened["section_47"] += 1
        elif kind == CONFERENCE:
            happened["conferences"] += 1
            happened["conferences_in_time"] += b <= 15
            happened["plans_started"] += a
        elif kind == PLAN_ENDED:
            happened["plans_ended"] += 1
        elif kind == MEETING:
            quorate = b // 1024 % 2
            happened["strategy_quorate"] += quorate * (a == STRATEGY_DISCUSSION)
            if a == INITIAL_CONFERENCE and b // 2048 == 1:
                happened["conferences_quorate"] += quorate
                happened["conference_agencies"] += b % 32
                happened["conference_reports"] += b // 32 % 32
        elif kind == PLAN_BEGAN:
            happened["plans_repeat"] += a > 1
        elif kind == PLAN_REVIEW:
            happened["plan_reviews"] += 1
            happened["plan_reviews_in_time"] += b == 0
        elif kind == CORE_GROUP:
            happened["core_groups"] += 1
            happened["core_groups_in_time"] += b == 0
        elif kind in COUNTED:
            happened[COUNTED[kind]] += 1
        elif kind == CLOSED:
            happened["cases_closed"] += a != 0
        elif kind == VISIT:
            happened["visits"] += b % 2
            happened["visits_in_person"] += b // 2 % 2
    return dict(happened)


def stocks_after(before: Counter[str], events: list[tuple[int, int, int, int]]) -> Counter[str]:
    """What is open or waiting at the end of a day, from what was open before it."""
    after = Counter(before)
    after["referrals_waiting"] += sum(kind == REFERRAL for kind, *_ in events)
    for kind, _, a, b in events:
        if kind == CONTACT:
            after["contacts_waiting"] += 1
        elif kind == SCREENED:
            after["contacts_waiting"] -= 1
        elif kind == DECISION:
            after["referrals_waiting"] -= 1
            after["open_assessment"] += b == 1
        elif kind == ASSESSED:
            after["open_assessment"] -= a == 1
            after["open_in_need"] += a == 1
        elif kind == CONFERENCE and a == 1:
            after["open_in_need"] -= 1
            after["open_protection"] += 1
        elif kind == PLAN_ENDED:
            after["open_protection"] -= 1
            after["open_in_need"] += 1
        elif kind == INTO_CARE:
            after["open_in_need"] -= 1
            after["open_looked_after"] += 1
        elif kind == OUT_OF_CARE:
            after["open_looked_after"] -= 1
            after["open_in_need"] += 1
        elif kind == CLOSED:
            after[("open_assessment", "open_in_need", "open_protection", "open_looked_after")[a]] -= 1
    return after


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    """A run with every kind of event but coming out of care."""
    low = forced(assessment__strategy=3.0, assessment__conference=3.0, police_protection__at_once=5.0, conferences__chair_slack=6.0)
    plan = (*as_happened(), *turned(chronology_review_weeks=8.0))
    return SafeguardingModel(small(3000, seed=11, parameters=low, plan=plan, **LONGER))


@pytest.fixture(scope="module")
def opening(model: SafeguardingModel) -> Counter[str]:
    """What was open on the morning of day 0."""
    stages = np.bincount(model.cases["stage"], minlength=4).tolist()
    stocks = Counter(dict(zip(("open_assessment", "open_in_need", "open_protection", "open_looked_after"), stages, strict=True)))
    for _ in range(model.setup.days):
        model.step()
    return stocks


def test_every_daily_number_of_the_pipeline_comes_out_the_same_when_counted_again(model, opening):
    by_day: dict[int, list[tuple[int, int, int, int]]] = {day: [] for day in range(model.setup.days)}
    for day, kind, who, a, b in log_of(model).tolist():
        by_day[day].append((kind, who, a, b))
    daily, stocks = model.measures.daily, opening
    compared: Counter[str] = Counter()
    for row, day in enumerate(daily["day"].tolist()):
        flows, stocks = flows_of_a_day(by_day[day]), stocks_after(stocks, by_day[day])
        for name, value in {**flows, **stocks}.items():
            assert daily[name][row] == value, f"day {day}, {name}: {daily[name][row]} published, {value} counted"
            compared[name] += value > 0
    rare = {"plans_repeat"}  # two plans of one child in half a year
    assert not [
        name
        for name in (*(n for n in FLOWS if n not in rare), "contacts_waiting", "referrals_waiting", "open_protection")
        if not compared[name]
    ]


def test_whole_periods_add_up(model, opening):
    daily, log = model.measures.daily, log_of(model)
    kind = log[:, 1]
    published = {"signs": SIGN, "shares": SHARE, "contacts": CONTACT, "referrals": REFERRAL, "section_47": STRATEGY}
    for name, event in published.items():
        assert daily[name].sum() == np.count_nonzero(kind == event), name
    assert sum(daily[f"referrals_{source}"].sum() for source in SOURCES) == daily["referrals"].sum()
    assert daily["plans_started"].sum() <= daily["conferences"].sum() <= daily["section_47"].sum() + len(opening)
    assert daily["visits_in_person"].sum() <= daily["visits"].sum()
