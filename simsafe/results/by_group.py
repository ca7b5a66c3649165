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
from simsafe.results.groups import GROUP_NAMES, GROUPS, SAID, Codes, by_group, groups_at
from simsafe.results.ladder import first_days, found_days, harm_stretches
from simsafe.results.tables import dated, labelled
from simsafe.system.cases import NONE
from simsafe.world.contact import IN_PERSON, Agency, Mode
from simsafe.world.population import YEAR

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

HALF_A_YEAR = 182  # days
FEW_CHILDREN, FEW_SPELLS, FEW_CHILD_YEARS = 20, 20, 200  # groups with fewer are left out of gaps: mostly luck; assumed
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
    kind, rows = log["kind"], []
    for name, (event, test) in KINDS.items():
        at = np.flatnonzero((kind == event) & (log["day"] >= start))
        at = at[test(log["a"][at], log["b"][at])]
        wrong = {e: diary.errors(name, ERRORS[e][0]) for e in (("no_harm", "no_harm_no_need") if name in STAGES else ("harmed",))}
        everything = groups_at(model, model.rows_of(log["who"][at]), log["day"][at], log)
        of_errors = {}
        for error, which in wrong.items():
            who, day = diary.table["who"][which], diary.table["day"][which]
            of_errors[error] = groups_at(model, model.rows_of(who), day, log), day
        for span in spans(model):
            total = by_group(everything, _within(model, span, log["day"][at]))
            for error, (codes, day) in of_errors.items():
                some = by_group(codes, _within(model, span, day))
                shares = np.divide(100.0 * some, total, out=np.full(total.size, np.nan), where=total > 0)
                meaning = ERRORS[error][1]
                columns = zip(SAID, total.tolist(), some.tolist(), shares.tolist(), strict=True)
                rows += [(name, error, span.name, group, n, k, share, meaning) for group, n, k, share in columns]
    return labelled(model, pd.DataFrame(rows, columns=["stage", "error", "period", "group", "events", "errors", "share", "meaning"]))


def harm_days(model: SafeguardingModel) -> pd.DataFrame:
    """Days of harm of the reported period by severity on the day and group: before and after each spell was found (simulated truth).

    A spell is found when a referral is acted upon after it began, or a conference is held, or the child is on a plan or looked after.
    ``group`` is that of the child when the spell began, or the run if that was later.
    """
    spells, start, stop = model.behind.harm.spells, model.setup.warm_up_days, model.day
    groups = groups_at(model, spells["child"], np.maximum(spells["onset"].astype(np.int64), 0), model.log.rows)
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

    Groups with fewer than 20 children, 20 spells or 200 child-years are left out; where fewer than two are left there is no gap.
    """
    rows = []
    for span in spans(model):
        for measure, (value, size, least) in _by_measure(model, span).items():
            unit, more_is_better, meaning = GAPS[measure]
            for dimension, names in GROUPS.items():
                at = np.array([GROUP_NAMES.index(f"{dimension}/{name}") for name in names])
                at = at[size[at] >= least]
                if dimension == "all" or at.size < 2:
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


def _by_measure(model: SafeguardingModel, span: Period) -> dict[str, tuple[np.ndarray, np.ndarray, int]]:
    """For each measure of GAPS: its value in every group, of how many (children, spells, child-years), and how many there must be."""
    weekly, width = model.measures.weekly, len(GROUP_NAMES)
    kept = _within(model, span, weekly["day"][::width])
    children, seen = (weekly[n].reshape(-1, width)[kept].sum(axis=0).astype(float) for n in ("children", "seen_28"))
    years = children * 7 / YEAR
    spells, log = model.behind.harm.spells, model.log.rows
    onset, acted = spells["onset"].astype(np.int64), first_days(model)["acted_upon"]
    of_span = np.flatnonzero(_within(model, span, onset) & (onset >= 0) & (onset + HALF_A_YEAR < model.day))
    codes = groups_at(model, spells["child"][of_span], onset[of_span], log)
    found = by_group(codes, (acted[of_span] != NONE) & (acted[of_span] <= onset[of_span] + HALF_A_YEAR))
    diary = model.measures.alarms
    needless = diary.errors("section_47")
    needless = needless[_within(model, span, diary.table["day"][needless])]
    enquiries = by_group(groups_at(model, model.rows_of(diary.table["who"][needless]), diary.table["day"][needless], log))
    return {
        "seen_28": (100 * seen / np.maximum(children, 1), children / max(1, int(kept.sum())), FEW_CHILDREN),
        "harm_found_26": (100 * found / np.maximum(by_group(codes), 1), by_group(codes), FEW_SPELLS),
        "needless_enquiries": (10_000 * enquiries / np.maximum(years, 1e-9), years, FEW_CHILD_YEARS),
    }


def _within(model: SafeguardingModel, span: Period, day: np.ndarray) -> np.ndarray:
    """bool: these days of the run lie in the period."""
    first = model.setup.start - timedelta(days=model.setup.warm_up_days)
    low, high = ((d - first).days for d in (span.first, span.last))
    return (day >= low) & (day <= high)
