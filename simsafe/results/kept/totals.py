"""One number a period, measure and group, zeros included: what two plans are compared by."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simsafe.results.alarms import KINDS, LEFT, STAGES
from simsafe.results.board import OF
from simsafe.results.groups import GROUP_NAMES, by_group
from simsafe.results.kept.facts import Facts, in_words
from simsafe.results.kept.hours import activities
from simsafe.results.ladder import RUNGS
from simsafe.results.measures import DAILY, WEEKLY
from simsafe.results.workforce import STAFF, STAFF_GROUPS
from simsafe.system.cases import Stage
from simsafe.world.contact import IN_PERSON, Agency

MEANS = (  # daily measures of which a period has the mean of its days; the others are added up
    *(f"open_{stage.name.lower()}" for stage in Stage), "early_help_places_taken", "early_help_waiting", "unallocated", "contacts_waiting",
    "referrals_waiting", "visits_waiting", "social_workers_working", "caseload", "kept_worker", "health_visitors_away", "harmed_open",
    "longest_wait", "core_groups_late",
)  # fmt: skip
ERRORS = {name: f"{name}_{'harmed' if name in LEFT else 'needless'}" for name in KINDS}
BY_GROUP = (*WEEKLY, *ERRORS.values())  # daily measures that are counted by group here
UNSEEN = (7, 28, 90)
WEEKS = (4, 13, 26, 52)  # after harm, or the crisis, began
ALL = np.zeros(1, dtype=np.int8)
Part = tuple[str, str, np.ndarray, np.ndarray]  # period, measure, groups, their values


def totals(facts: Facts) -> pd.DataFrame:
    """period, measure, group, value; every measure is in ``measures`` of :mod:`simsafe.results.kept.words`."""
    parts = [part for period in facts.periods for part in _of_period(facts, period)]
    sizes = [values.size for *_, values in parts]
    return pd.DataFrame(
        {
            "period": pd.Categorical(np.repeat([period for period, *_ in parts], sizes)),
            "measure": pd.Categorical(np.repeat([measure for _, measure, *_ in parts], sizes)),
            "group": in_words(np.concatenate([groups for *_, groups, _ in parts])),
            "value": np.concatenate([values for *_, values in parts]).astype(np.float64),
        }
    )


def _of_period(facts: Facts, period: str) -> Iterator[Part]:
    """Every number of one period."""
    for of in (_daily, _weekly, _staff, _spells, _harm_days, _errors, _meetings):
        for measure, value in of(facts, *facts.periods[period]):
            whole = np.atleast_1d(np.asarray(value, dtype=np.float64))
            yield period, measure, (ALL if whole.size == 1 else np.arange(len(GROUP_NAMES), dtype=np.int8)), whole
    for measure, count in activities(facts, *facts.periods[period]).items():
        yield period, measure, ALL, np.array([count], dtype=np.float64)


def _daily(facts: Facts, first: int, end: int) -> Iterator[tuple[str, float]]:
    """Flows added up and stocks averaged over the days; shares in per cent of what was added up."""
    daily = facts.model.measures.daily
    added = {name: float(daily[name][first:end].astype(np.float64).sum()) for name in DAILY}
    for name in DAILY:
        if name not in BY_GROUP:
            yield name, added[name] / max(1, end - first) if name in MEANS else added[name]
    for name, (whole, _) in OF.items():
        yield f"{name}_share", 100 * added[name] / added[whole] if added[whole] else 0.0


def _weekly(facts: Facts, first: int, end: int) -> Iterator[tuple[str, np.ndarray]]:
    """Visibility by group: means over the weeks that end in the period; shares in per cent of the children concerned."""
    table, width = facts.model.measures.weekly, len(GROUP_NAMES)
    within = (table["day"][::width] >= first) & (table["day"][::width] < end)
    mean = {n: table[n].reshape(-1, width)[within].astype(np.float64).sum(axis=0) / max(1, within.sum()) for n in WEEKLY}
    for n in UNSEEN:
        yield f"seen_{n}", mean[f"seen_{n}"]
        yield f"unseen_{n}", mean["children"] - mean[f"seen_{n}"]
        yield f"seen_{n}_share", _per_cent(mean[f"seen_{n}"], mean["children"])
    yield "children", mean["children"]
    yield "days_unseen", mean["days_unseen"]
    yield "days_unseen_mean", _per_cent(mean["days_unseen"], mean["children"]) / 100
    yield "harmed", mean["harmed"]
    yield "harmed_unseen_28", mean["harmed_unseen_28"]
    yield "harmed_unseen_28_share", _per_cent(mean["harmed_unseen_28"], mean["harmed"])
    for plan in ("on_plan", "in_need_plan"):
        yield plan, mean[plan]
        for how in ("seen", "seen_alone"):
            yield f"{plan}_{how}", mean[f"{plan}_{how}"]
            yield f"{plan}_{how}_share", _per_cent(mean[f"{plan}_{how}"], mean[plan])


def _staff(facts: Facts, first: int, end: int) -> Iterator[tuple[str, float]]:
    """Staff by profession: means over the weeks, or sums of who left and came. ``left_social_workers`` and so on."""
    table = facts.model.measures.staff.table
    within = (table["day"] >= first) & (table["day"] < end)
    for number, who in enumerate(STAFF_GROUPS.values()):
        own = within & (table["profession"] == number)
        for name in STAFF:
            column = table[name][own].astype(np.float64)
            yield f"{name}_{who}", column.sum() if name in ("left", "came") or not column.size else column.mean()


def _spells(facts: Facts, first: int, end: int) -> Iterator[tuple[str, np.ndarray]]:
    """The ladder: spells current or begun in the period and the rungs they reached in it; and so many weeks after onset or the crisis."""
    groups, _ = facts.groups
    current = (facts.onset < end) & (facts.end > first)
    yield "harm_spells", by_group(groups, current)
    for rung in RUNGS:
        yield f"harm_{rung}", by_group(groups, current & (facts.reached[rung] >= first) & (facts.reached[rung] < end))
    yield "harm_found", by_group(groups, current & (facts.found >= first) & (facts.found < end))
    last = facts.model.day
    for weeks in WEEKS:
        begun = (facts.onset >= first) & (facts.onset + 7 * weeks < end)
        yield f"harm_begun_{weeks}", by_group(groups, begun)
        yield f"harm_found_{weeks}", by_group(groups, begun & (facts.found <= facts.onset + 7 * weeks))
        if first != facts.crisis or first + 7 * weeks >= last:
            continue
        hidden = (facts.onset <= first) & (facts.end > first) & (facts.found >= first)
        yield f"hidden_harm_{weeks}", by_group(groups, hidden)
        for rung in RUNGS:
            day = facts.reached[rung]
            yield f"hidden_harm_{rung}_{weeks}", by_group(groups, hidden & (day >= first) & (day <= first + 7 * weeks))


def _harm_days(facts: Facts, first: int, end: int) -> Iterator[tuple[str, np.ndarray]]:
    """Days of harm of the period, before and after each spell was found, by severity on the day."""
    part, (groups, _) = facts.stretches, facts.groups
    own = {name: codes[part["spell"]] for name, codes in groups.items()}
    begin, stop = (np.clip(part[name], first, end) for name in ("first", "end"))
    hidden = np.clip(np.minimum(stop, facts.found[part["spell"]]) - begin, 0, None)
    everyone = slice(None)
    yield "harm_days", by_group(own, everyone, stop - begin)
    yield "undetected_days", by_group(own, everyone, hidden)
    yield "undetected_share", _per_cent(by_group(own, everyone, hidden), by_group(own, everyone, stop - begin))
    for severity in (1, 2, 3):
        now = part["severity"] == severity
        yield f"harm_days_{severity}", np.array([(stop - begin)[now].sum()])
        yield f"undetected_days_{severity}", np.array([hidden[now].sum()])


def _errors(facts: Facts, first: int, end: int) -> Iterator[tuple[str, np.ndarray]]:
    """Needless stages and harmed children left, by group."""
    diary, (_, groups) = facts.model.measures.alarms, facts.groups
    within = (diary.table["day"] >= first) & (diary.table["day"] < end)
    for name in KINDS:
        rows = facts.errors[name]
        count = by_group(groups, rows[within[rows]])
        yield ERRORS[name], count
        if name in STAGES:
            wide = diary.errors(name, 2)
            yield f"{name}_no_harm", np.array([within[wide].sum()])


def _meetings(facts: Facts, first: int, end: int) -> Iterator[tuple[str, float]]:
    """Contacts of each agency in the weeks that end in the period."""
    table = facts.model.measures.coverage.table
    within = (table["day"] >= first) & (table["day"] < end)
    face = IN_PERSON[table["mode"]]
    for agency in Agency:
        own = within & (table["agency"] == agency)
        name = agency.name.lower()
        yield f"met_by_{name}_in_person", table["contacts"][own & face].sum()
        yield f"met_by_{name}_remote", table["contacts"][own & ~face].sum()


def _per_cent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """100 part over whole, 0 where there is no whole."""
    return 100.0 * np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
