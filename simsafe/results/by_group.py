"""Tables that ask who is worse served: false alarms and harmed children left, days of harm, eyes on children, and gaps between groups.

They are worked out when a run is saved. Day 0 is ``scenario.start``; all of it is simulated and about no real child.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.results.alarms import KINDS, STAGES
from simsafe.results.board import Period, periods
from simsafe.results.groups import GROUP_NAMES, GROUPS, SAID, Codes, by_group, groups_at, groups_of_spells
from simsafe.results.ladder import first_days, found_days, harm_stretches
from simsafe.results.tables import dated, labelled
from simsafe.system.cases import NONE
from simsafe.world.contact import IN_PERSON, Agency, Mode
from simsafe.world.population import YEAR

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

HALF_A_YEAR = 182  # days
FEW, FEW_EXPECTED = 20, 5  # groups of fewer children or spells, or with fewer expected, are left out of gaps as mostly luck: assumed
ERRORS = {  # name: (least state of HarmAndNeed.state_of, meaning)
    "no_harm": (2, "about a child neither harmed nor likely to be"),
    "no_harm_no_need": (3, "about a child neither harmed nor likely to be nor in need"),
    "harmed": (0, "about a child harmed at the time"),
}
GAPS = {  # measure: (unit, whether more is better, meaning)
    "seen_28": ("per cent", True, "of children seen in person in the last 28 days, mean of the weeks"),
    "harm_found_26": ("per cent", True, "of spells of harm begun in the period, a referral acted upon within 26 weeks (simulated truth)"),
    "needless_enquiries": (
        "per 10,000 children a year", False, "section 47 enquiries about children neither harmed nor likely to be (simulated truth)"
    ),
}  # fmt: skip


def spans(model: SafeguardingModel) -> list[Period]:
    """The whole run, its years, and the two quarters if it covers both."""
    s = model.setup
    return [Period("whole", s.start, s.end), *periods(s.start, s.end)]


def alarms(model: SafeguardingModel) -> pd.DataFrame:
    """By stage, period and group: events, and of these the errors (simulated truth).

    Stages up to ``plans`` have the errors ``no_harm`` and ``no_harm_no_need``; ``no_further_action``, ``stepped_down`` and ``closed``
    have ``harmed``. ``group`` is that of the child on the day of the event; ``known`` is whether it had an open case that morning.
    """
    log, diary, start = model.log.rows, model.measures.alarms, model.setup.warm_up_days
    kind, parts = log["kind"], {}
    for name, (event, test) in KINDS.items():
        at = np.flatnonzero((kind == event) & (log["day"] >= start))
        at = at if test is None else at[test(log["a"][at], log["b"][at])]
        parts[name, "events"] = log["who"][at], log["day"][at]
        for error in ("no_harm", "no_harm_no_need") if name in STAGES else ("harmed",):
            wrong = diary.errors(name, ERRORS[error][0])
            parts[name, error] = diary.table["who"][wrong], diary.table["day"][wrong]
    who, day = (np.concatenate([part[k] for part in parts.values()]) for k in (0, 1))
    ends = np.cumsum([part[0].size for part in parts.values()])
    groups, of_span = groups_at(model, model.rows_of(who), day, log), [(span.name, _within(model, span, day)) for span in spans(model)]
    rows, events = [], {}
    for (name, error), end in zip(parts, ends, strict=True):
        own = slice(end - parts[name, error][0].size, end)
        for span, within in of_span:
            count = by_group({d: codes[own] for d, codes in groups.items()}, within[own])
            if error == "events":
                events[span] = count
                continue
            total = events[span]
            share = np.divide(count, total, out=np.full(total.size, np.nan), where=total > 0)
            columns = zip(SAID, total.tolist(), count.tolist(), share.tolist(), strict=True)
            rows += [(name, error, span, *column, ERRORS[error][1]) for column in columns]
    return labelled(model, pd.DataFrame(rows, columns=["stage", "error", "period", "group", "events", "errors", "share", "meaning"]))


def harm_days(model: SafeguardingModel) -> pd.DataFrame:
    """Days of harm of the reported period by severity on the day and group: before and after each spell was found (simulated truth).

    A spell is found when a referral is acted upon after it began, or a conference is held, or the child is on a plan or looked after.
    ``group`` is that of the child when the spell began, or the run if that was later.
    """
    start, stop = model.setup.warm_up_days, model.day
    groups = groups_of_spells(model, model.log.rows)
    part, found = harm_stretches(model), found_days(model)
    first, end = np.maximum(part["first"], start), np.maximum(np.minimum(part["end"], stop), start)
    spell = part["spell"]
    since = np.where(found[spell] == NONE, end, np.clip(found[spell], first, end))
    of_spell: Codes = {name: codes[spell] for name, codes in groups.items()}
    rows = []
    for severity in (1, 2, 3):
        now = part["severity"] == severity
        unfound, known = by_group(of_spell, now, since - first), by_group(of_spell, now, end - since)
        for group, before, after in zip(SAID, unfound.astype(int).tolist(), known.astype(int).tolist(), strict=True):
            rows.append((severity, group, before + after, before, after, before / (before + after) if before + after else np.nan))
    columns = ["severity", "group", "harm_days", "undetected", "detected", "undetected_share"]
    return labelled(model, pd.DataFrame(rows, columns=columns))


def coverage(model: SafeguardingModel) -> pd.DataFrame:
    """Contacts of each week by agency and mode: one row a week, agency and mode that occurs in the run, zeros included.

    A contact is one child met or in sight on one day; groups of children in sight of relatives and neighbours are not counted.
    """
    table, start = model.measures.coverage.table, model.setup.warm_up_days
    weekly = model.measures.weekly
    everyone = {int(d): int(n) for d, n, g in zip(weekly["day"], weekly["children"], weekly["group"], strict=True) if g == 0}
    weeks = np.array([day for day in everyone if day >= start], dtype=np.int64)
    cell = table["agency"].astype(np.int64) * len(Mode) + table["mode"]
    cells = np.unique(cell)
    count = np.zeros((weeks.size, cells.size), dtype=np.int64)
    kept = table["day"] >= start
    count[np.searchsorted(weeks, table["day"][kept]), np.searchsorted(cells, cell[kept])] = table["contacts"][kept]
    agency, mode = np.divmod(np.tile(cells, weeks.size), len(Mode))
    children = np.repeat([everyone[int(day)] for day in weeks], cells.size)
    columns = {
        "agency": pd.Categorical.from_codes(agency, [a.label for a in Agency]),
        "mode": pd.Categorical.from_codes(mode, [m.name.lower().replace("_", " ") for m in Mode]),
        "in_person": IN_PERSON[mode],
        "contacts": count.ravel(),
        "per_1000_children": 1000.0 * count.ravel() / np.maximum(children, 1),
    }
    return dated(model, np.repeat(weeks - start, cells.size).astype(np.int32), columns)


def equity(model: SafeguardingModel) -> pd.DataFrame:
    """For each way of grouping children, the gap between the worst-off and the best-off group, by measure and period.

    Left out are groups of fewer than 20 children or spells, or in which fewer than five needless enquiries would be expected at the
    rate of all; where fewer than two groups are left the row is empty.
    """
    rows, diary, log = [], model.measures.alarms, model.log.rows
    nothing, wrong = (np.nan, np.nan), diary.errors("section_47")
    who, day = diary.table["who"][wrong], diary.table["day"][wrong]
    of_spells = groups_of_spells(model, log)
    of_enquiries = groups_at(model, model.rows_of(who), day, log)
    for span in spans(model):
        made = {"seen_28": _seen(model, span), "harm_found_26": _found(model, span, of_spells)}
        made["needless_enquiries"] = _needless(model, span, of_enquiries, _within(model, span, day))
        for measure, (value, size, least) in made.items():
            unit, more_is_better, meaning = GAPS[measure]
            for dimension, names in GROUPS.items():
                at = np.array([GROUP_NAMES.index(f"{dimension}/{name}") for name in names])
                at = at[size[at] >= least]
                if dimension == "all":
                    continue
                if at.size < 2:
                    rows.append((measure, span.name, dimension, "", *nothing, "", *nothing, np.nan, unit, meaning))
                    continue
                ordered = at[np.argsort(value[at], kind="stable")]
                worst, best = (ordered[0], ordered[-1]) if more_is_better else (ordered[-1], ordered[0])
                sides = [(GROUP_NAMES[g].partition("/")[2], float(value[g]), float(size[g])) for g in (worst, best)]
                rows.append((measure, span.name, dimension, *sides[0], *sides[1], abs(sides[0][1] - sides[1][1]), unit, meaning))
    columns = [
        "measure",
        "period",
        "dimension",
        "worst_group",
        "worst",
        "worst_of",
        "best_group",
        "best",
        "best_of",
        "gap",
        "unit",
        "meaning",
    ]
    return labelled(model, pd.DataFrame(rows, columns=columns))


Compared = tuple[np.ndarray, np.ndarray, float]  # in every group: the value, of how many; and how many there must be


def _child_weeks(model: SafeguardingModel, span: Period, *names: str) -> tuple[list[np.ndarray], int]:
    """Sums over the weeks of a period of some weekly measures, by group, and how many weeks."""
    weekly, width = model.measures.weekly, len(GROUP_NAMES)
    kept = _within(model, span, weekly["day"][::width])
    return [weekly[n].reshape(-1, width)[kept].sum(axis=0).astype(float) for n in names], int(kept.sum())


def _seen(model: SafeguardingModel, span: Period) -> Compared:
    """Per cent of children seen in 28 days, of how many children in the mean week."""
    (children, seen), weeks = _child_weeks(model, span, "children", "seen_28")
    return 100 * seen / np.maximum(children, 1), children / max(1, weeks), FEW


def _found(model: SafeguardingModel, span: Period, groups: Codes) -> Compared:
    """Per cent of spells begun in the period and followed for 26 weeks of which a referral was acted upon by then."""
    onset, acted = model.behind.harm.spells["onset"].astype(np.int64), first_days(model)["acted_upon"]
    among = _within(model, span, onset) & (onset >= 0) & (onset + HALF_A_YEAR < model.day)
    found, total = by_group(groups, among & (acted != NONE) & (acted <= onset + HALF_A_YEAR)), by_group(groups, among)
    return 100 * found / np.maximum(total, 1), total, FEW


def _needless(model: SafeguardingModel, span: Period, groups: Codes, among: np.ndarray) -> Compared:
    """Needless enquiries per 10,000 children a year, of how many child-years."""
    (children,), _ = _child_weeks(model, span, "children")
    years, count = children * 7 / YEAR, by_group(groups, among)
    return 10_000 * count / np.maximum(years, 1e-9), years, FEW_EXPECTED * years[0] / count[0] if count[0] else np.inf


def _within(model: SafeguardingModel, span: Period, day: np.ndarray) -> np.ndarray:
    """bool: these days of the run lie in the period."""
    first = model.setup.start - timedelta(days=model.setup.warm_up_days)
    low, high = ((d - first).days for d in (span.first, span.last))
    return (day >= low) & (day <= high)
