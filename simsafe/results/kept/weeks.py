"""Selected measures week by week, for figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simsafe.results.groups import GROUP_NAMES
from simsafe.results.kept.facts import Facts, in_words
from simsafe.results.measures import DAILY

OF_ALL = (  # daily measures, added up over the week or as they stand on its last day
    "contacts", "referrals", "section_47", "section_47_needless", "assessments_completed", "assessments_needless", "plans_started",
    "meetings_in_school", "meetings_in_person", "meetings_remote", "visits", "visits_in_person", "shares", "contacts_waiting",
    "referrals_waiting", "visits_waiting", "unallocated", "caseload", "open_protection", "harmed_open", "closed_harmed",
    "no_further_action_harmed", "social_worker_minutes", "social_worker_minutes_used", "health_visitor_minutes",
    "health_visitor_minutes_used", "front_door_minutes", "front_door_minutes_used",
    *(name for name in DAILY if name.startswith("referrals_") and name not in ("referrals_needless", "referrals_decided")),
)  # fmt: skip
STANDING = ("contacts_waiting", "referrals_waiting", "visits_waiting", "unallocated", "caseload", "open_protection", "harmed_open")
OF_GROUPS = ("children", "seen_28", "days_unseen", "harmed", "harmed_unseen_28")
WHOLE_AREA = ("seen_7", "seen_90", "on_plan", "on_plan_seen", "on_plan_seen_alone", "in_need_plan", "in_need_plan_seen")


def weeks(facts: Facts) -> pd.DataFrame:
    """week (date of its last day), measure, group, value: weeks that end in the reported period.

    Daily measures are added up over the seven days, or stand as on the last (``STANDING``); the others are as on the last day.
    """
    weekly, daily, width = facts.model.measures.weekly, facts.model.measures.daily, len(GROUP_NAMES)
    last = weekly["day"][::width].astype(np.int64)
    kept = last >= facts.model.setup.warm_up_days
    days, parts = last[kept], []
    for name in dict.fromkeys(OF_ALL):
        column = daily[name].astype(np.float64)
        total = np.concatenate([[0.0], np.cumsum(column)])
        value = column[days] if name in STANDING else total[days + 1] - total[np.maximum(days - 6, 0)]
        parts.append((name, days, np.zeros(days.size, dtype=np.int8), value))
    for name in (*OF_GROUPS, *WHOLE_AREA):
        table = weekly[name].reshape(-1, width)[kept].astype(np.float64)
        groups = width if name in OF_GROUPS else 1
        group = np.repeat(np.arange(groups, dtype=np.int8), days.size)
        parts.append((name, np.tile(days, groups), group, table[:, :groups].T.ravel()))  # week after week within a group: it packs well
    names, when, groups, values = zip(*parts, strict=True)
    measure = np.repeat(np.arange(len(names)), [part.size for part in when])
    return pd.DataFrame(
        {
            "week": facts.dates(np.concatenate(when)),
            "measure": pd.Categorical.from_codes(measure, list(names)),
            "group": in_words(np.concatenate(groups)),
            "value": np.concatenate(values),
        }
    )
