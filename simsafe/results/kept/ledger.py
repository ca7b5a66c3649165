"""The visibility ledger of a run: who met each group, how, and whom that agency would have met in an ordinary week."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simsafe.results.groups import GROUP_NAMES
from simsafe.results.kept.facts import Facts, in_words, named
from simsafe.results.ledger import ANYHOW, WAYS
from simsafe.results.periods import crisis_start
from simsafe.world.contact import AGENCIES, Agency

BLOCK = 4  # weeks: groups are kept as means of so many, all children every week
Rows = dict[str, np.ndarray]
KINDS = np.array([0, 1, 1, 1, 1, 2])  # of a week, by its school days: none, some, five


def ledger(facts: Facts) -> pd.DataFrame:
    """week, group, agency, mode, contacts, children, could, weeks.

    ``mode`` is a single way to meet (for ``all`` children), or ``in person``, ``remote`` or ``any``. ``children`` are different children
    met, ``contacts`` children met on a day (empty for groups and for ``any``). ``could``: children of the group whom that agency, however
    it met them, would have met in an ordinary week: the share it met in weeks before the crisis with as many school days (none, some,
    five), of the group as it is now; in rows of ``any`` only, and empty where there was no such week. Rows of ``all`` stand for one
    week, those of other groups are means of ``weeks`` weeks, named by the last of them.
    """
    table = facts.model.measures.ledger.table
    day = table["day"].astype(np.int64)
    last = facts.model.measures.weekly["day"][:: len(GROUP_NAMES)].astype(np.int64)
    could = _could(facts, table, last)
    first = int(np.searchsorted(last, facts.model.setup.warm_up_days))
    week = np.searchsorted(last, day)
    kept = week >= first
    whole = np.flatnonzero(kept & (table["group"] == 0) & (table["way"] <= ANYHOW))
    agency, way = table["agency"], table["way"]
    order = np.lexsort((week[whole], way[whole], agency[whole]))
    whole = whole[order]
    contacts = np.where(table["contacts"][whole] < 0, np.nan, table["contacts"][whole])
    made = [_rows(facts, last[week[whole]], np.zeros(whole.size), agency[whole], way[whole], contacts, table["children"][whole], 1)]
    made[0]["could"] = np.where(way[whole] == ANYHOW, could[0, agency[whole], week[whole]], np.nan)
    made.append(_blocks(facts, table, np.flatnonzero(kept & (table["group"] > 0)), week, last, first, could))
    return pd.concat(made, ignore_index=True)


def _blocks(
    facts: Facts, table: Rows, rows: np.ndarray, week: np.ndarray, last: np.ndarray, first: int, could: np.ndarray
) -> pd.DataFrame:  # fmt: skip
    """Rows of groups, as means of some weeks each."""
    block = (week[rows] - first) // BLOCK
    blocks, ways = (last.size - first + BLOCK - 1) // BLOCK, len(WAYS)
    cell = (table["group"][rows].astype(np.int64) * AGENCIES + table["agency"][rows]) * ways + table["way"][rows]
    total = np.bincount(cell * blocks + block, weights=table["children"][rows], minlength=len(GROUP_NAMES) * AGENCIES * ways * blocks)
    weeks = np.minimum(BLOCK, last.size - first - np.arange(blocks) * BLOCK)
    at = np.flatnonzero(total)
    cell, block = np.divmod(at, blocks)
    group, agency, way = cell // (AGENCIES * ways), cell // ways % AGENCIES, cell % ways
    mean = np.round(total[at] / weeks[block])
    ends = first + np.cumsum(weeks) - 1
    made = _rows(facts, last[ends[block]], group, agency, way, np.full(at.size, np.nan), mean, weeks[block])
    own = could[:, :, first:]
    split = np.add.reduceat(own, np.arange(blocks) * BLOCK, axis=2) / weeks
    return made.assign(could=np.where(way == ANYHOW, np.round(split[group, agency, block]), np.nan))


def _rows(
    facts: Facts, day: np.ndarray, group: np.ndarray, agency: np.ndarray, way: np.ndarray, contacts: np.ndarray, children: np.ndarray,
    weeks: np.ndarray | int,
) -> pd.DataFrame:  # fmt: skip
    """The columns of the ledger, ``could`` left out."""
    return pd.DataFrame(
        {
            "week": facts.dates(day),
            "group": in_words(group),
            "agency": named(agency, [a.label for a in Agency]),
            "mode": named(way, WAYS),
            "contacts": contacts,
            "children": np.asarray(children, dtype=np.int32),
            "weeks": np.broadcast_to(np.asarray(weeks, dtype=np.int8), day.shape),
        }
    )


def _could(facts: Facts, table: Rows, last: np.ndarray) -> np.ndarray:
    """Children whom each agency would have met in an ordinary week, float (groups, agencies, weeks); nan where nobody can tell."""
    model = facts.model
    children = model.measures.weekly["children"].reshape(-1, len(GROUP_NAMES)).T.astype(np.float64)
    met = np.zeros((len(GROUP_NAMES), AGENCIES, last.size))
    anyhow = np.flatnonzero(table["way"] == ANYHOW)
    met[table["group"][anyhow], table["agency"][anyhow], np.searchsorted(last, table["day"][anyhow])] = table["children"][anyhow]
    began = facts.crisis if crisis_start(model) is not None else model.day
    in_school = np.append(0, np.cumsum(model.calendar.school_day[: model.day]))
    kind = KINDS[np.minimum(in_school[last + 1] - in_school[np.maximum(last - 6, 0)], 5)]
    could = np.full(met.shape, np.nan)
    for k in range(3):
        usual, now = (kind == k) & (last < began), kind == k
        if usual.any():
            of = children[:, usual].sum(axis=1)
            share = np.divide(met[:, :, usual].sum(axis=2), of[:, None], out=np.zeros(met.shape[:2]), where=of[:, None] > 0)
            could[:, :, now] = np.round(share[:, :, None] * children[:, None, now])
    return could
