"""When each lever that waited for a figure began to act, if it did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simsafe.results.kept.facts import Facts


def triggers(facts: Facts) -> pd.DataFrame:
    """Of this run's own plan, though the days may have been shared with another that turns the same dials on the same days:
    written_in (a plan), lever, dial, began (date; empty for one that never did): a row a waiting change."""
    fired = dict(facts.model.timetable.fired)
    waited = [change for change in facts.model.setup.plan if change.when is not None]
    began = facts.dates(np.array([fired.get(change, 0) for change in waited], dtype=np.int64))
    never = np.array([change not in fired for change in waited], dtype=bool)
    made = pd.DataFrame([(*change.lever, change.dial) for change in waited], columns=["written_in", "lever", "dial"], dtype=str)
    return made.assign(began=pd.Series(began).mask(never))
