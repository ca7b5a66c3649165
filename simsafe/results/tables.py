"""A finished run as tables: one fact a row, zeros included, the warm-up left out unless a table says otherwise.

Day 0 of every table is ``scenario.start``. All of it is simulated and about no real child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.ground.table import Table
from simsafe.results.board import summary
from simsafe.results.groups import GROUP_NAMES, GROUPS, SAID, Codes, by_group, groups_of_spells
from simsafe.results.ladder import first_days, lucky
from simsafe.results.measures import DAILY, WEEKLY
from simsafe.results.periods import crisis_start
from simsafe.results.workforce import STAFF, STAFF_GROUPS
from simsafe.system.cases import NONE, Stage
from simsafe.system.events import Event
from simsafe.world.contact import Concern
from simsafe.world.population import ADULT, AGE_BANDS

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

__all__ = ["RUNGS", "WEEKS", "About", "Phase", "about", "children", "crisis_start", "events", "ladder", "measures", "phases", "summary"]

WEEKS = (0, 4, 13, 26, 52)  # the ladder of detection is read this long after harm, or the crisis, begins
HALF_A_YEAR = 26  # weeks
LONG_HOLIDAY = 28  # days without school that show in "seen in the last 28 days"
PHASES = {
    "schools_closed": "schools closed to most pupils",
    "households_apart": "households kept apart",
    "school_holiday": "school summer holiday",
}
STATES = ("harmed", "likely to be harmed", "in need without harm", "neither")
RUNG_MEANING = {  # the rungs in order, by the names of their columns in the table of spells
    "noticed": "an agency noticed a sign",
    "contacted": "an agency told the front door",
    "referred": "the front door accepted a referral",
    "acted_upon": "a referral went to assessment",
    "substantiated": "an initial child protection conference was held",
    "protected": "a child protection plan was made, or the child was looked after",
}
RUNGS = tuple(RUNG_MEANING)
ON_A_PLAN = (Event.PLAN_REVIEW, Event.PLAN_ENDED)  # events that happen to children on a plan only


@dataclass(frozen=True)
class Phase:
    """Some days on end that a reader of a figure should know of; ``kind`` is one of PHASES."""

    kind: str
    first: date
    last: date


@dataclass(frozen=True)
class About:
    """What every figure and summary says of its run: which, where, when and how to tell that it is the same."""

    version: str
    area: str
    slug: str
    children: int  # living in the area on the first reported day
    crisis: str
    severity: float
    plan: str
    seed: int
    start: date
    end: date
    phases: tuple[Phase, ...]
    digest: str


def about(model: SafeguardingModel) -> About:
    """The facts of a run that its figures and summary name."""
    s = model.setup
    here = int(np.count_nonzero(model.world.children.living_here(s.warm_up_days)))
    return About(
        version("simsafe"), s.area.name, s.area.slug, here, s.crisis_name, float(s.severity), s.plan_name, s.seed, s.start, s.end,
        phases(model), model.log.digest,
    )  # fmt: skip


def phases(model: SafeguardingModel) -> tuple[Phase, ...]:
    """Reported days on which most pupils could not be in school, on which households were kept apart, and long school holidays.

    The first two come from the dials ``school_open_share`` and ``relatives_contact_share`` below one half, so ordinary times have none.
    """
    part = slice(model.setup.warm_up_days, model.setup.days)
    closed = model.timetable.series("school_open_share")[part] < 0.5
    apart = model.timetable.series("relatives_contact_share")[part] < 0.5
    holiday = np.zeros(model.setup.days, dtype=bool)
    school = np.flatnonzero(model.calendar.school_day[: model.setup.days])
    for one, two in pairwise(school):
        if two - one > LONG_HOLIDAY:
            holiday[one + 1 : two] = True
    found = []
    for kind, days in zip(PHASES, (closed, apart, holiday[part]), strict=True):
        edges = np.flatnonzero(np.diff(days.astype(np.int8), prepend=0, append=0))
        shortest = 7 if kind == "school_holiday" else 1  # the last day or two of a holiday would only be a speck
        spans = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= shortest]
        found += [Phase(kind, _date(model, a), _date(model, b - 1)) for a, b in spans]
    return tuple(found)


def measures(model: SafeguardingModel) -> pd.DataFrame:
    """The diary, one value a row: crisis, plan, seed, area, date, day, measure, group, value, unit.

    Daily measures (``measures.DAILY``) have group ``all``. Weekly ones (``measures.WEEKLY``) stand on the last day of each week, for
    ``all`` and for groups such as ``age/under 1``; their ``children`` and ``harmed`` of all are left to the daily measures. Those of
    staff (``workforce.STAFF``) stand there too, for groups such as ``profession/social workers``.
    """
    first, names = model.setup.warm_up_days, list(dict.fromkeys([*DAILY, *WEEKLY, *STAFF]))
    groups = [*SAID, *STAFF_GROUPS]
    daily, weekly = model.measures.daily, model.measures.weekly
    kept, part = daily["day"] >= first, weekly["day"] >= first
    day, group, measure, value = [], [], [], []
    for name in DAILY:
        day.append(daily["day"][kept])
        group.append(np.zeros(day[-1].size, dtype=np.int8))
        measure.append(np.full(day[-1].size, names.index(name), dtype=np.int16))
        value.append(daily[name][kept].astype(np.float64))
    for name in WEEKLY:
        rows = part & (weekly["group"] > 0) if name in DAILY else part
        day.append(weekly["day"][rows])
        group.append(weekly["group"][rows])
        measure.append(np.full(day[-1].size, names.index(name), dtype=np.int16))
        value.append(weekly[name][rows].astype(np.float64))
    staff = model.measures.staff.table
    for name in STAFF:
        rows = staff["day"] >= first
        day.append(staff["day"][rows])
        group.append((staff["profession"][rows] + len(GROUP_NAMES)).astype(np.int8))
        measure.append(np.full(day[-1].size, names.index(name), dtype=np.int16))
        value.append(staff[name][rows].astype(np.float64))
    units = [(DAILY | WEEKLY | STAFF)[n][0] for n in names]
    distinct = list(dict.fromkeys(units))
    unit_of = np.array([distinct.index(u) for u in units], dtype=np.int8)
    which = np.concatenate(measure)
    columns = {
        "measure": pd.Categorical.from_codes(which, names),
        "group": pd.Categorical.from_codes(np.concatenate(group), groups),
        "value": np.concatenate(value),
        "unit": pd.Categorical.from_codes(unit_of[which], distinct),
    }
    return dated(model, np.concatenate(day).astype(np.int32) - first, columns)


def events(model: SafeguardingModel) -> pd.DataFrame:
    """The event log, one event a row, in its order: date, day, kind, who, a, b and the run's crisis, plan, seed and area.

    The warm-up is included, with negative days, so that the digest can be worked out again. ``who`` is a child's id in this run, or
    for staff events a post; ``system/events.py`` says what the whole numbers ``a`` and ``b`` mean for each kind.
    """
    rows = model.log.rows
    names = {int(kind): kind.name.lower() for kind in Event}
    kinds = [names.get(number, f"unused_{number}") for number in range(max(names) + 1)]  # a code is the event's own number
    columns = {"kind": pd.Categorical.from_codes(rows["kind"].copy(), kinds)} | {n: rows[n].astype(np.int32) for n in ("who", "a", "b")}
    return dated(model, rows["day"].astype(np.int32) - model.setup.warm_up_days, columns)


def children(model: SafeguardingModel) -> pd.DataFrame:
    """One row a simulated child who lived in the area on some reported day; states are those at the end of the run.

    ``child`` is its id in this run's event log: another seed's child of that id is another child. ``days_unseen`` (days since last seen
    in person, at most its age) and ``education`` are empty for those who have turned 18. ``referred`` and ``on_plan`` (child protection)
    are at any time in the reported period. ``truth_`` columns are the simulation's own secret: no agency or plan could know them.
    """
    w, c, start, last = model.world, model.world.children, model.setup.warm_up_days, model.setup.days - 1
    log = model.log.rows
    rows = np.flatnonzero((c.birth <= last) & (c.birth > start - ADULT))
    here, family = c.living_here(last, rows), c.family[rows]
    unseen = np.minimum(last - model.contacts.seen[rows].astype(np.int32), last - c.birth[rows].astype(np.int32))
    band = np.where(here, c.age_band(last)[rows], len(AGE_BANDS))
    state = np.where(here, model.behind.harm.state_of(rows, last), NONE)
    made = {
        "child": c.id[rows],
        "age": pd.Categorical.from_codes(band, [*AGE_BANDS, "18 or over"]),
        "deprivation": pd.Categorical.from_codes(w.families.deprivation[family] - 1, list(GROUPS["deprivation"])),
        "digital": pd.Categorical.from_codes(w.families.digital[family], list(GROUPS["digital"])),
        "education": pd.Categorical.from_codes(np.where(here, model.schooling.state[rows], NONE), list(GROUPS["education"])),
        "disability": pd.Categorical.from_codes(c.disabled[rows].astype(np.int8), list(GROUPS["disability"])),
        "ethnicity": pd.Categorical.from_codes(w.families.ethnicity[family], list(GROUPS["ethnicity"])),
        "referred": np.isin(c.id[rows], _who(log, start, Event.REFERRAL)),
        "on_plan": np.isin(c.id[rows], _on_plan(model, log, start)),
        "open_case": model.cases.stage_of[rows] != NONE,
        "days_unseen": pd.arrays.IntegerArray(unseen, ~here),
        "truth_state": pd.Categorical.from_codes(state, list(STATES)),
    } | _truth(model, rows, start, last)
    return labelled(model, pd.DataFrame(made))


def ladder(model: SafeguardingModel, every_group: bool = False) -> pd.DataFrame:
    """The ladder of detection: of so many spells of harm, how many had reached each rung so many weeks later (simulated truth).

    ``group`` is that of the child when the spell began, or the run if that was later: ``all``, or ``every_group`` as well.
    ``lucky``: of those reached, whose first referral acted upon came from an agency that had seen no sign of the harm itself, only what
    looked like it; of rung ``acted_upon`` and of spells that began in the reported period only, empty elsewhere.

    Clocks (column ``since``): ``onset`` counts spells that began in the reported period, from the day they began; ``onset_before`` and
    ``onset_during`` of them those that began before the crisis, early enough to be followed for 26 weeks of ordinary times, and those
    that began in as many days from its beginning; ``crisis`` those current on the day the crisis began, from that day; ``period`` all
    that were current or began in the reported period, at its end (``weeks`` is empty). A spell is counted for a number of weeks only if
    the run lasted that long after its clock started; a rung reached after the spell ended does not count, nor one reached before the
    warm-up began. Shares are conditional on the assumed prevalence of harm and are no estimate of what is detected in England.
    """
    spells, last = model.behind.harm.spells, model.setup.days - 1
    onset, end = spells["onset"].astype(np.int32), spells["end"].astype(np.int32)
    end = np.where(end == NONE, last + 1, end)
    groups = groups_of_spells(model, model.log.rows) if every_group else {}
    rows, (reached_on, by_luck) = [], (first_days(model), lucky(model))
    for since, among, zero, weeks in _clocks(model, onset, end):
        for after in weeks:
            limit = zero + 7 * (after or 0)
            followed = among & (limit <= last)
            total = _in_groups(groups, followed)
            for rung in RUNGS:
                day = reached_on[rung]
                there = followed & (day != NONE) & (day <= limit)
                reached = _in_groups(groups, there)
                luck = _in_groups(groups, there & by_luck) if rung == "acted_upon" and since.startswith("onset") else [None] * reached.size
                for name, of, some, chance in zip(SAID, total.tolist(), reached.tolist(), list(luck), strict=False):
                    rows.append((since, after, name, rung, of, some, some / of if of else np.nan, chance, RUNG_MEANING[rung]))
    columns = ["since", "weeks", "group", "rung", "spells", "reached", "share", "lucky", "meaning"]
    return labelled(model, pd.DataFrame(rows, columns=columns).astype({"weeks": "Int32", "lucky": "Int32"}))


def _clocks(
    model: SafeguardingModel, onset: np.ndarray, end: np.ndarray
) -> list[tuple[str, np.ndarray, np.ndarray, tuple[int | None, ...]]]:
    """(name, which spells, the day of each from which it runs, the weeks at which it is read) of every clock of the ladder."""
    start, last = model.setup.warm_up_days, model.setup.days - 1
    counted = (onset <= last) & (end >= start)
    clocks: list[tuple[str, np.ndarray, np.ndarray, tuple[int | None, ...]]] = [("onset", counted & (onset >= start), onset, WEEKS)]
    began = crisis_start(model)
    if began is not None:
        day = began + start
        followed = began - 7 * HALF_A_YEAR  # days of onset that leave half a year before the crisis
        for name, since in (("onset_before", start), ("onset_during", day)) if followed > 0 else ():
            clocks.append((name, counted & (onset >= since) & (onset < since + followed), onset, (HALF_A_YEAR,)))
        clocks.append(("crisis", counted & (onset <= day) & (end >= day), np.full(onset.size, day), WEEKS))
    return [*clocks, ("period", counted, np.full(onset.size, last), (None,))]


def _in_groups(groups: Codes, which: np.ndarray) -> np.ndarray:
    """How many of these there are: in all, or in every group if groups are given."""
    return by_group(groups, which) if groups else np.array([np.count_nonzero(which)])


def _truth(model: SafeguardingModel, rows: np.ndarray, start: int, last: int) -> dict[str, object]:
    """What is true of these children: harm now, its type and severity, and days harmed in the reported period."""
    spells, everyone = model.behind.harm.spells, len(model.world.children)
    child, end = spells["child"], spells["end"].astype(np.int32)
    now = (end == NONE) & model.world.children.living_here(last, child)
    days = np.minimum(np.where(end == NONE, last + 1, end), last + 1) - np.maximum(spells["onset"].astype(np.int32), start)
    kind, severity = np.full(everyone, NONE, dtype=np.int8), np.zeros(everyone, dtype=np.int8)
    kind[child[now]], severity[child[now]] = spells["type"][now], spells["severity"][now]
    harmed_days = np.bincount(child, weights=np.maximum(days, 0), minlength=everyone).astype(np.int32)
    names = [concern.name.lower() for concern in Concern]
    return {
        "truth_harm": pd.Categorical.from_codes(kind[rows], names),
        "truth_severity": severity[rows],
        "truth_harmed_days": harmed_days[rows],
    }


def _who(rows: Table, start: int, *kinds: Event, a: int | None = None) -> np.ndarray:
    """Ids of children to whom such an event happened in the reported period; ``rows`` is the event log."""
    wanted = (rows["day"] >= start) & np.isin(rows["kind"], [int(k) for k in kinds])
    return np.unique(rows["who"][wanted if a is None else wanted & (rows["a"] == a)])


def _on_plan(model: SafeguardingModel, rows: Table, start: int) -> np.ndarray:
    """Ids of children on a child protection plan at some time in the reported period."""
    made = _who(rows, start, Event.CONFERENCE, a=1)
    grown_up = _who(rows, start, Event.CLOSED, a=int(Stage.PROTECTION))
    still = model.world.children.id[model.cases.stage_of == Stage.PROTECTION]
    return np.concatenate([made, _who(rows, start, *ON_A_PLAN), grown_up, still])


def dated(model: SafeguardingModel, day: np.ndarray, columns: Mapping[str, object]) -> pd.DataFrame:
    """A table with its dates and days before, and the run's names before those."""
    when = np.datetime64(model.setup.start, "D") + day.astype("timedelta64[D]")
    return labelled(model, pd.DataFrame({"date": when.astype("datetime64[s]"), "day": day, **columns}))


def labelled(model: SafeguardingModel, table: pd.DataFrame) -> pd.DataFrame:
    """The same table with crisis, plan, seed and area in front, so that tables of many runs stack."""
    s = model.setup
    zeros = np.zeros(len(table), dtype=np.int8)
    names = {"crisis": s.crisis_name, "plan": s.plan_name}
    front: dict[str, object] = {n: pd.Categorical.from_codes(zeros, [v]) for n, v in names.items()}
    front |= {"seed": np.full(len(table), s.seed, dtype=np.int64), "area": pd.Categorical.from_codes(zeros, [s.area.slug])}
    return pd.concat([pd.DataFrame(front), table], axis=1)


def _date(model: SafeguardingModel, day: int) -> date:
    """The date of a reported day."""
    return model.setup.start + timedelta(days=day)
