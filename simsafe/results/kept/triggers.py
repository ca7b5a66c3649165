"""When each lever that waited for a figure began to act, if it did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simsafe.results.kept.facts import Facts


def triggers(facts: Facts) -> pd.DataFrame:
    """written_in (a plan), lever, dial, began (date; empty for one that never did): a row a waiting change."""
    timetable = facts.model.timetable
    all_of_them = [*timetable.fired, *((change, None) for change in timetable.waiting)]
    began = facts.dates(np.array([0 if day is None else day for _, day in all_of_them], dtype=np.int64))
    never = np.array([day is None for _, day in all_of_them], dtype=bool)
    made = pd.DataFrame([(*change.lever, change.dial) for change, _ in all_of_them], columns=["written_in", "lever", "dial"], dtype=str)
    return made.assign(began=pd.Series(began).mask(never))
