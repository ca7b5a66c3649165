"""Finding telling cases: simulated children whose stories show what a plan does, and where it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.results.alarms import last_visit_remote
from simsafe.results.diary import BEFORE, SEEN, Diary
from simsafe.results.ladder import found_days
from simsafe.results.tables import crisis_start
from simsafe.system.cases import NONE
from simsafe.system.events import Event
from simsafe.world.contact import IN_PERSON, Agency

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

COLUMNS = ["child", "days", "why"]
MOST = 200  # children listed at most
DAYS = 1 << 16  # more than a run can have
TOGETHER = 91  # days within which signs in separate records could have been read together


def found_sooner(model: SafeguardingModel, diary: Diary, other: SafeguardingModel | None = None) -> pd.DataFrame:
    """Harm found under the first plan much earlier than under the other, or not at all under the other."""
    if other is None:
        return _table([], [], [])
    one, two = _found_by_onset(model), _found_by_onset(other)
    rows = []
    for (child, onset), day in one.items():
        if day == NONE or (child, onset) not in two:
            continue
        later = two[child, onset]
        end = model.day if later == NONE else later
        if end - day > 0 and day >= model.setup.warm_up_days:
            late = f"not found under {other.setup.plan_name}" if later == NONE else f"{end - day} days later under {other.setup.plan_name}"
            rows.append((child, end - day, f"harm found on {_date(model, day)}; {late}"))
    return _table(*zip(*rows, strict=True)) if rows else _table([], [], [])


def harmed_closed_remotely(model: SafeguardingModel, diary: Diary, other: SafeguardingModel | None = None) -> pd.DataFrame:
    """Harmed children whose case was closed after a last visit by video or telephone; those harmed longest afterwards first."""
    alarms, log = model.measures.alarms, model.log.rows
    closed = alarms.errors("closed")
    closed = closed[last_visit_remote(log, alarms.table["who"][closed], alarms.table["day"][closed])]
    child, day = alarms.table["who"][closed].astype(int), alarms.table["day"][closed].astype(int)
    kept = day >= model.setup.warm_up_days
    child, day = child[kept], day[kept]
    after = _harmed_days_after(model, child, day)
    return _table(
        child, after, [f"closed on {_date(model, d)} while harmed, {a} days of harm after" for d, a in zip(day, after, strict=True)]
    )


def unseen_and_unknown(model: SafeguardingModel, diary: Diary, other: SafeguardingModel | None = None) -> pd.DataFrame:
    """Harmed children with no open case whom no professional saw in person for longest, in the crisis if there is one."""
    from_day = model.setup.warm_up_days + (crisis_start(model) or 0)
    longest, until = longest_unseen(model, diary, from_day)
    harmed = np.zeros(longest.size, dtype=bool)
    spells = model.behind.harm.spells
    end = np.where(spells["end"] == NONE, DAYS, spells["end"].astype(int))
    child, onset = spells["child"], spells["onset"].astype(int)
    within = (onset < until[child]) & (end > until[child] - longest[child])
    harmed[child[within]] = True
    rows = np.flatnonzero(harmed & (longest >= 28))
    days = np.minimum(end, until[child]) - np.maximum(onset, until[child] - longest[child])
    of_harm = np.zeros(longest.size, dtype=np.int64)
    np.add.at(of_harm, child[within], days[within])
    words = [
        f"{longest[r]} days without being seen or known to social care, until {_date(model, int(until[r]))}; harmed on {of_harm[r]} of them"
        for r in rows
    ]
    return _table(model.ids[rows], longest[rows], words)


def needlessly_investigated(model: SafeguardingModel, diary: Diary, other: SafeguardingModel | None = None) -> pd.DataFrame:
    """Section 47 enquiries about children neither harmed nor likely to be; the longest first."""
    alarms, log = model.measures.alarms, model.log.rows
    begun = alarms.errors("section_47")
    child, day = alarms.table["who"][begun].astype(int), alarms.table["day"][begun].astype(int)
    kept = day >= model.setup.warm_up_days
    child, day = child[kept], day[kept]
    ended = np.flatnonzero(log["kind"] == Event.ENQUIRY_ENDED)
    moments = np.sort(log["who"][ended].astype(np.int64) * DAYS + log["day"][ended])
    moments = np.append(moments, np.int64(DAYS) << 40)
    who, when = np.divmod(moments[np.searchsorted(moments, child.astype(np.int64) * DAYS + day)], DAYS)
    lasted = np.where(who == child, when, model.day) - day
    words = [f"section 47 enquiry from {_date(model, int(d))} for {n} days, no harm" for d, n in zip(day, lasted, strict=True)]
    return _table(child, lasted, words)


def lost_share(model: SafeguardingModel, diary: Diary, other: SafeguardingModel | None = None) -> pd.DataFrame:
    """Children of whose harm several agencies noticed signs within 13 weeks, none of which had reached social care by their end."""
    reached, found = _reached_social_care(model), {}
    for row, days, agencies, stop in _separate_signs(model):
        for day in days:
            near = (days >= day) & (days < day + TOGETHER)
            by, last = np.unique(agencies[near]), int(days[near].max())
            if by.size < 2 or any(day <= when <= last for when in reached.get(row, ())):
                continue
            names = ", ".join(Agency(a).label for a in by)
            why = f"signs of harm with {names} by {_date(model, last)}, and none had reached social care by then"
            found[row] = max(found.get(row, (0, 0, "")), (by.size, stop - last, why))
    most_first = sorted(found.items(), key=lambda entry: (-entry[1][0], -entry[1][1], entry[0]))
    rows = [(int(model.ids[row]), days, why) for row, (_, days, why) in most_first]
    return pd.DataFrame(rows[:MOST], columns=COLUMNS)


def _separate_signs(model: SafeguardingModel) -> Iterator[tuple[int, np.ndarray, np.ndarray, int]]:
    """For each spell of harm noticed by partners: the child's row, the days of true signs of it and by whom, until it was found."""
    true, spells, found = model.behind.door.true_signs.table, model.behind.harm.spells, found_days(model)
    noticed = np.flatnonzero((true["agency"] != Agency.SOCIAL_CARE) & (true["day"] >= model.setup.warm_up_days))
    by_child: dict[int, list[int]] = {}
    for i in noticed.tolist():
        by_child.setdefault(int(true["child"][i]), []).append(i)
    for m in range(len(spells)):
        if signs := by_child.get(row := int(spells["child"][m])):
            days, agencies = (true[name][signs].astype(int) for name in ("day", "agency"))
            stop = int(found[m]) if found[m] != NONE else model.day
            mine = (days >= int(spells["onset"][m])) & (days < stop)
            yield row, days[mine], agencies[mine], stop


FIND: dict[str, Callable[[SafeguardingModel, Diary, SafeguardingModel | None], pd.DataFrame]] = {
    "found_sooner": found_sooner,
    "harmed_closed_remotely": harmed_closed_remotely,
    "unseen_and_unknown": unseen_and_unknown,
    "needlessly_investigated": needlessly_investigated,
    "lost_share": lost_share,
}
NEEDS_TWO = ("found_sooner",)


def longest_unseen(model: SafeguardingModel, diary: Diary, from_day: int) -> tuple[np.ndarray, np.ndarray]:
    """For each child, the longest stretch of days, from ``from_day`` on, in which no professional saw it and it had no open case.

    Returns its length and the day on which it ended.
    """
    last = np.maximum(model.world.children.birth, from_day).astype(np.int64)
    longest, until = np.zeros(last.size, dtype=np.int64), np.zeros(last.size, dtype=np.int64)
    known = np.zeros(last.size, dtype=bool)
    seen, groups, stages = _by_day(diary)
    for day in range(from_day, model.day):
        for who, value in stages.get(day, ()):
            known[who] = value >= 0
        ends = known.copy()
        ends[seen.get(day, [])] = True
        for agency_there in groups.get(day, ()):
            ends |= diary.there(agency_there)
        if day == model.day - 1:
            ends[:] = True
        here = np.flatnonzero(ends & (day - last > longest) & model.world.children.living_here(day))
        longest[here], until[here] = day - last[here], day
        last[ends] = day
    return longest, until


def _by_day(diary: Diary) -> tuple[dict[int, list[int]], dict[int, list[np.ndarray]], dict[int, list[tuple[int, int]]]]:
    """Who was seen in person on each day, which groups were in sight, and whose stage changed."""
    t, seen = diary.tries, {}
    for i in np.flatnonzero(t["how"] & SEEN):
        seen.setdefault(int(t["day"][i]), []).append(int(t["who"][i]))
    groups: dict[int, list[np.ndarray]] = {}
    for day, _, mode, packed in diary.groups:
        if IN_PERSON[mode]:
            groups.setdefault(day, []).append(packed)
    stages: dict[int, list[tuple[int, int]]] = {}
    s = diary.stages
    for day, who, value in zip(s["day"].tolist(), s["who"].tolist(), s["value"].tolist(), strict=True):
        stages.setdefault(max(day, 0) if day == BEFORE else day, []).append((who, value))
    return seen, groups, stages


def _found_by_onset(model: SafeguardingModel) -> dict[tuple[int, int], int]:
    """The day on which each spell was found, by child's id and onset; NONE when it was not."""
    spells = model.behind.harm.spells
    child = model.ids[spells["child"]].tolist()
    return dict(zip(zip(child, spells["onset"].tolist(), strict=True), found_days(model).tolist(), strict=True))


def _harmed_days_after(model: SafeguardingModel, child: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Days of harm of these children (ids) after these days, of the spell that was going on."""
    spells = model.behind.harm.spells
    end = np.where(spells["end"] == NONE, model.day, spells["end"].astype(int))
    ids = model.ids[spells["child"]]
    made = []
    for c, d in zip(child, day, strict=True):
        left = end[(ids == c) & (spells["onset"] <= d)] - d
        made.append(max([0, *left.tolist()]))
    return np.array(made, dtype=int)


def _reached_social_care(model: SafeguardingModel) -> dict[int, list[int]]:
    """The days on which a sign about each child (row) entered social care's record, or social care was told."""
    log = model.log.rows
    of = np.flatnonzero((log["kind"] == Event.SHARE) | (log["kind"] == Event.CONTACT))
    found: dict[int, list[int]] = {}
    for row, day in zip(model.rows_of(log["who"][of].astype(int)).tolist(), log["day"][of].tolist(), strict=True):
        found.setdefault(row, []).append(day)
    return found


def _date(model: SafeguardingModel, day: int) -> str:
    return model.calendar.date_of(day).isoformat()


def _table(child: object, days: object, why: object) -> pd.DataFrame:
    """One row a child, the most telling first: its greatest number of days."""
    table = pd.DataFrame({"child": child, "days": days, "why": why}).astype({"child": int, "days": int})
    table = table.sort_values(["days", "child"], ascending=[False, True], kind="stable").drop_duplicates("child")
    return table.head(MOST).reset_index(drop=True)
