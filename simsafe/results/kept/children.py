"""One row a child of note: harmed at some time in the crisis, or needlessly investigated in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simsafe.results.alarms import LEFT
from simsafe.results.groups import GROUPS, groups_at
from simsafe.results.kept.facts import LATER, Facts, named
from simsafe.results.periods import CRISIS


def children(facts: Facts) -> pd.DataFrame:
    """child, its groups when the crisis began (or, born later, on its first day), and what became of it in the crisis period.

    ``harmed_days`` and ``undetected_days``: days of harm, and of these before the spell was found. ``found_day``: the first day, counted
    from the crisis's first, on which a spell not found before the crisis was found (a referral about the child acted upon, or a higher
    rung); empty if none was. ``needless_section_47`` and ``needless_assessments``: how many. ``let_go``: times closed, stepped down or
    given no further action while harmed. ``longest_unseen``: most days since last seen in person at the end of any week of the crisis.
    Children needfully investigated and not harmed are left out: they would be most of the rows. All of it is simulated truth.
    """
    model, (first, end) = facts.model, facts.periods[CRISIS]
    n, part = len(model.world.children), facts.stretches
    who = model.behind.harm.spells["child"].astype(np.int64)
    begin, stop = (np.clip(part[name], first, end) for name in ("first", "end"))
    hidden = np.clip(np.minimum(stop, facts.found[part["spell"]]) - begin, 0, None)
    of_child = who[part["spell"]]
    harmed, undetected = (np.bincount(of_child, weights=w, minlength=n).astype(np.int32) for w in (stop - begin, hidden))
    found = np.full(n, LATER)
    new = (facts.found >= first) & (facts.found < end) & (facts.end > first)
    np.minimum.at(found, who[new], facts.found[new])
    left = np.sum([_errors(facts, name, n) for name in LEFT], axis=0)
    needless = {name: _errors(facts, name, n) for name in ("section_47", "assessments")}
    rows = np.flatnonzero((harmed > 0) | np.any(list(needless.values()), axis=0))
    rows = rows[np.argsort(model.world.children.id[rows], kind="stable")]
    day = np.clip(model.world.children.birth[rows], first, end - 1)
    codes = groups_at(model, rows, np.full(rows.size, first), facts.log)
    codes["age"] = model.world.children.age_band(day, rows)
    made: dict[str, Any] = {"child": model.world.children.id[rows].astype(np.int32)}
    made |= {d: named(codes[d], list(GROUPS[d])) for d in ("age", "deprivation", "digital", "education", "disability", "ethnicity")}
    made |= {"harmed_days": harmed[rows].astype(np.int16), "undetected_days": undetected[rows].astype(np.int16)}
    made["found_day"] = pd.arrays.IntegerArray((found[rows] - first).clip(-1, 32_000).astype(np.int16), found[rows] == LATER)
    made |= {f"needless_{name}": count[rows].astype(np.int8) for name, count in needless.items()}
    return pd.DataFrame(made | {"let_go": left[rows].astype(np.int8), "longest_unseen": model.contacts.longest[rows]})


def _errors(facts: Facts, name: str, children: int) -> np.ndarray:
    """How many errors of a kind each child met with in the crisis period."""
    diary, (first, end) = facts.model.measures.alarms.table, facts.periods[CRISIS]
    rows = facts.errors[name]
    rows = rows[(diary["day"][rows] >= first) & (diary["day"][rows] < end)]
    return np.bincount(facts.model.rows_of(diary["who"][rows]), minlength=children)
