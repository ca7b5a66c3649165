"""The board's numbers: what a run comes to in each year, and in April to June 2020 against April to June 2019."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.results.groups import GROUP_NAMES
from simsafe.results.measures import DAILY, WEEKLY
from simsafe.world.contact import PARTNERS

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

TOTALS = (
    "signs", "contacts", "referrals", *(f"referrals_{a.name.lower()}" for a in PARTNERS), "no_further_action", "assessments_completed",
    "not_in_need", "section_47", "section_47_needless", "conferences", "plans_started", "plans_ended", "cases_closed",
    "visits", "visits_in_person",
    "meetings_in_person", "meetings_remote", "shares",
    "social_worker_minutes_used", "health_visitor_minutes_used", "front_door_minutes_used",
    "re_referrals", "plans_repeat", "contacts_screened", "referrals_decided", "enquiries_ended", "enquiries_without_conference",
    "visits_alone", "contacts_needless", "referrals_needless", "assessments_needless", "conferences_needless", "plans_needless",
    "no_further_action_harmed", "stepped_down_harmed", "closed_harmed", "closed_harmed_remote",
    "let_go_signs_elsewhere", "let_go_pooled_over",
)  # fmt: skip
RATES = ("referrals", "section_47", "conferences", "plans_started")  # also per 10,000 children a year
STOCKS = (
    "children", "open_assessment", "open_in_need", "open_protection", "open_looked_after", "caseload", "unallocated", "contacts_waiting",
    "referrals_waiting", "visits_waiting", "social_workers_working", "health_visitors_away", "harmed", "harmed_open",
)  # fmt: skip
OF = {  # a part and the whole that it is a share of
    "no_further_action": ("referrals", "of referrals"),
    "assessments_in_time": ("assessments_completed", "of assessments completed, within 45 working days"),
    "conferences_in_time": ("conferences", "of conferences, within 15 working days of the strategy discussion"),
    "visits_in_person": ("visits", "of social workers' visits, child seen in person"),
    "social_worker_minutes_used": ("social_worker_minutes", "of social workers' minutes in hand"),
    "health_visitor_minutes_used": ("health_visitor_minutes", "of health visitors' minutes in hand"),
    "visits_alone": ("visits", "of social workers' visits, child seen in person and alone"),
    "referrals": ("contacts_screened", "of contacts looked at by the front door, accepted as referrals"),
    "re_referrals": ("referrals", "of referrals, within 12 months of another"),
    "section_47": ("referrals", "as many section 47 enquiries for a hundred referrals"),
    "enquiries_without_conference": ("enquiries_ended", "of section 47 enquiries ended, without a conference"),
    "plans_started": ("conferences", "of conferences, a plan was started"),
    "plans_repeat": ("plans_started", "of plans started, for a child who has had one before"),
    "plan_reviews_in_time": ("plan_reviews", "of reviews of plans, by the last day allowed"),
    "core_groups_in_time": ("core_groups", "of core groups, by the last day allowed"),
    "contacts_needless": ("contacts", "of contacts, about children neither harmed nor likely to be nor in need (simulated truth)"),
    "referrals_needless": ("referrals", "of referrals, about children neither harmed nor likely to be nor in need (simulated truth)"),
    "section_47_needless": ("section_47", "of section 47 enquiries, about children neither harmed nor likely to be (simulated truth)"),
    "conferences_needless": ("conferences", "of conferences, about children neither harmed nor likely to be (simulated truth)"),
    "plans_needless": ("plans_started", "of plans started, for children neither harmed nor likely to be (simulated truth)"),
    "no_further_action_harmed": ("no_further_action", "of referrals decided to need no further action, child harmed (simulated truth)"),
    "let_go_pooled_over": ("let_go_signs_elsewhere", "of children let go of whom others held signs, whom pooling would have kept"),
    "stepped_down_harmed": ("plans_ended", "of plans ended, child harmed at the time (simulated truth)"),
}
UNSEEN = (28, 90)
CLEAR = "weeks_to_clear"
CLEARING = ("weeks", "that contacts and referrals waiting on the average day would take at the period's pace if no more came")
BEFORE, DURING = "April-June 2019", "April-June 2020"
CHANGE = f"{DURING} against {BEFORE}"
DAY = timedelta(days=1)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
TAILS = (
    "from", "in hand", "used", "completed", "begun", "by ", "decided", "that ", "closed", "open ", "waiting", "due", "noticed", "about",
    "held", "started", "looked", "under", "without",
)  # fmt: skip
Row = tuple[str, str, str, float, str, str]


@dataclass(frozen=True)
class Period:
    """Some reported days with a name."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def spoken(day: date) -> str:
    """A date as people say it, such as 23 March 2020, whatever the machine's language."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def periods(start: date, end: date) -> list[Period]:
    """Twelve months at a time from ``start`` (the last may be shorter), and the two quarters that the run covers whole, if both."""
    found, first = [], start
    while first <= end:
        after = date(first.year + 1, first.month, min(first.day, 28) if first.month == 2 else first.day)
        last = min(after - DAY, end)
        found.append(Period(f"{spoken(first)} to {spoken(last)}", first, last))
        first = after
    quarters = [Period(BEFORE, date(2019, 4, 1), date(2019, 6, 30)), Period(DURING, date(2020, 4, 1), date(2020, 6, 30))]
    return found + (quarters if all(start <= q.first and q.last <= end for q in quarters) else [])


def summary(model: SafeguardingModel) -> pd.DataFrame:
    """The rows of ``summary.csv``: crisis, plan, seed, area, measure, period, group, value, unit, meaning, simulated.

    Totals keep the name of their daily measure; ``_rate`` is per 10,000 children a year, ``_mean``, ``_peak`` and ``_end`` are of a
    stock over the period, ``_share`` is per cent. Changes are in per cent of April-June 2019, of shares in percentage points, and empty
    where there was nothing to change from.
    """
    s = model.setup
    made = periods(s.start, s.end)
    by_period = {p.name: [*_area_numbers(model, p), *_group_numbers(model, p)] for p in made}
    rows = [row for some in by_period.values() for row in some]
    if DURING in by_period:
        rows += [_change(a, b) for a, b in zip(by_period[BEFORE], by_period[DURING], strict=True)]
    table = pd.DataFrame(rows, columns=["measure", "period", "group", "value", "unit", "meaning"])
    names = pd.DataFrame({"crisis": s.crisis_name, "plan": s.plan_name, "seed": s.seed, "area": s.area.slug}, index=table.index)
    return pd.concat([names, table.assign(value=table["value"].round(4), simulated="yes")], axis=1)


def _area_numbers(model: SafeguardingModel, p: Period) -> list[Row]:
    """Numbers of the whole area, from the daily measures."""
    daily = model.measures.daily
    days = daily["day"].astype(np.int32) - (p.first - model.setup.first).days
    kept = (days >= 0) & (days < p.days)
    value = {name: daily[name][kept].astype(np.float64) for name in DAILY}
    total = {name: float(column.sum()) for name, column in value.items()}
    child_years = total["children"] / 365.25
    rows: list[Row] = [(n, p.name, "all", total[n], DAILY[n][0], _meaning(n)) for n in TOTALS]
    for n in RATES:
        rate = _ratio(total[n], child_years, 10_000)
        rows.append((f"{n}_rate", p.name, "all", rate, "per 10,000 children a year", _meaning(n)))
    queue = value["contacts_waiting"] + value["referrals_waiting"]
    week = 7 * (total["contacts_screened"] + total["referrals_decided"]) / p.days
    rows.append((CLEAR, p.name, "all", _ratio(float(queue.mean()) if queue.size else np.nan, week, 1), *CLEARING))
    for n, (whole, meaning) in OF.items():
        rows.append((f"{n}_share", p.name, "all", _ratio(total[n], total[whole], 100), "per cent", meaning))
    for n in STOCKS:
        for suffix, of in (("mean", np.mean), ("peak", np.max), ("end", lambda column: column[-1])):
            what = {"mean": "mean of the days", "peak": "highest of the days", "end": "on the last day"}[suffix]
            amount = float(of(value[n])) if value[n].size else np.nan
            rows.append((f"{n}_{suffix}", p.name, "all", amount, DAILY[n][0], f"{_meaning(n)}; {what}"))
    return rows


def _group_numbers(model: SafeguardingModel, p: Period) -> list[Row]:
    """Visibility by group, from the weekly measures: children not seen in person for 28 and 90 days, and the harmed among them."""
    weekly, width = model.measures.weekly, len(GROUP_NAMES)
    days = weekly["day"][::width].astype(np.int32) - (p.first - model.setup.first).days
    kept = (days >= 0) & (days < p.days)
    by = {name: weekly[name].reshape(-1, width)[kept].astype(np.float64) for name in WEEKLY}
    everyone = by["children"]
    long = {f"unseen_{n}": (everyone - by[f"seen_{n}"], everyone, f"not seen in person for {n} days or more") for n in UNSEEN}
    truth = "harmed now and not seen in person for 28 days or more (simulated truth)"
    parts = long | {"harmed_unseen_28": (by["harmed_unseen_28"], by["harmed"], truth)}
    rows: list[Row] = []
    for g, group in enumerate(GROUP_NAMES):
        name = "all" if g == 0 else group
        for measure, (part, whole, meaning) in parts.items():
            of = "of harmed children in the group" if measure.startswith("harmed") else "of the group"
            share = 100 * np.divide(part[:, g], whole[:, g], out=np.full(len(part), np.nan), where=whole[:, g] > 0)
            share = share[~np.isnan(share)]
            for suffix, pick, when in (("mean", np.mean, "mean of the weeks"), ("peak", np.max, "worst week")):
                amount = float(pick(part[:, g])) if len(part) else np.nan
                rows.append((f"{measure}_{suffix}", p.name, name, amount, "children", f"{meaning}; {when}"))
                per_cent = float(pick(share)) if share.size else np.nan
                rows.append((f"{measure}_share_{suffix}", p.name, name, per_cent, "per cent", f"{of}, {meaning}; {when}"))
        unseen = _ratio(float(by["days_unseen"][:, g].sum()), float(everyone[:, g].sum()), 1)
        rows.append(("days_unseen_mean", p.name, name, unseen, "days", "since last seen in person, mean over children and weeks"))
    return rows


def _change(before: Row, during: Row) -> Row:
    """From one quarter to the same quarter a year later."""
    measure, _, group, old, unit, meaning = before
    if unit == "per cent":
        return measure, CHANGE, group, during[3] - old, "percentage points", meaning
    return measure, CHANGE, group, _ratio(during[3] - old, old, 100), "per cent", meaning


def _ratio(part: float, whole: float, times: float) -> float:
    """``times`` part over whole, or not a number when there is no whole."""
    return times * part / whole if whole else np.nan


def _meaning(measure: str) -> str:
    """What a daily measure means, ready to stand alone."""
    unit, meaning = DAILY[measure]
    meaning = meaning.removeprefix("of which ")
    return f"{unit} {meaning}" if meaning.startswith(TAILS) else meaning
