"""Hours of staff by profession and task: those funded, as the model spent them, and those that a plan asks of others."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.chance import turns
from simsafe.results.kept.facts import Facts
from simsafe.results.ledger import ACTIVITIES
from simsafe.results.measures import TASK_WORDS
from simsafe.system.casework import Task
from simsafe.world.contact import Digital

FUNDED, EXTRA = "funded", "extra"
UNUSED = "in hand and not used"
ONCE = {"devices_given": "families without adequate digital access who were given a device and data"}
PAID_FOR = ACTIVITIES | ONCE  # activities by whose number costs are counted, beside the measures of totals


def hours(facts: Facts) -> pd.DataFrame:
    """period, profession, task, hours, paid. ``funded`` are hours of staff in post, ``extra`` what activities cost others."""
    rows = []
    for period, (first, end) in facts.periods.items():
        rows += [(period, *row, FUNDED) for row in funded(facts, first, end)]
        counts = counted(facts, first, end)
        rows += [(period, profession, task, minutes / 60, EXTRA) for profession, task, minutes in extra(counts)]
    return pd.DataFrame(rows, columns=["period", "profession", "task", "hours", "paid"])


def funded(facts: Facts, first: int, end: int) -> Iterator[tuple[str, str, float]]:
    """(profession, task, hours) as minutes were spent on days from ``first`` to before ``end``, and what was left over."""
    daily = facts.model.measures.daily
    total = {name: float(column[first:end].astype(np.float64).sum()) / 60 for name, column in daily.items() if "minutes" in name}
    for task in Task:
        yield "social worker", TASK_WORDS[task], total[f"minutes_{task.name.lower()}"]
    spent = sum(total[f"minutes_{task.name.lower()}"] for task in Task)
    yield "social worker", "other work on cases", max(0.0, total["social_worker_minutes_used"] - spent)
    yield "health visitor", "contacts with families", total["health_visitor_minutes_used"]
    yield "front door worker", "contacts and referrals", total["front_door_minutes_used"]
    yield "chair", "conferences and reviews", total["minutes_chairs"]
    for name in ("social_worker", "health_visitor", "front_door"):
        who = "front door worker" if name == "front_door" else name.replace("_", " ")
        yield who, UNUSED, max(0.0, total[f"{name}_minutes"] - total[f"{name}_minutes_used"])


def activities(facts: Facts, first: int, end: int) -> dict[str, float]:
    """How often each of PAID_FOR took place in the weeks that end in the period; devices given are those given on its days."""
    table = facts.model.measures.ledger.activity
    within = (table["day"] >= first) & (table["day"] < end)
    count = {name: float(table[name][within].sum()) for name in ACTIVITIES}
    return count | {"devices_given": _devices(facts, end) - _devices(facts, first)}


def _devices(facts: Facts, until: int) -> float:
    """Families given a device and data before a day: once given, it stays."""
    share = facts.model.timetable.series("devices_share")[:until]
    reached = facts.model._device_turn < turns(float(share.max()) if share.size else 0.0)
    return float(np.count_nonzero(reached & (facts.model.world.families.digital != Digital.ADEQUATE)))


def counted(facts: Facts, first: int, end: int) -> dict[str, float]:
    """Activities of the period, and sums of all daily measures, so that a cost may be counted per visit or per referral as well."""
    daily = {name: float(column[first:end].astype(np.float64).sum()) for name, column in facts.model.measures.daily.items()}
    return daily | activities(facts, first, end)


def extra(counts: Mapping[str, float]) -> Iterator[tuple[str, str, float]]:
    """(profession, task, minutes) of work outside the simulated staff, from counts of activities.

    An activity costs what it costs whichever lever asked for it, so a cost that two levers name is counted once.
    """
    seen = set()
    for cost in costs():
        key = (cost.profession, cost.task, cost.per)
        if cost.minutes and cost.per in PAID_FOR and key not in seen:
            seen.add(key)
            yield cost.profession, cost.task, float(cost.minutes) * counts[cost.per]


def costs() -> list[Any]:
    """Every cost that levers declare (``simsafe/plans/costs.py``), in the order of the levers; none where that is not there."""
    try:
        shelf = importlib.import_module("simsafe.plans.costs").COSTS
    except ModuleNotFoundError:
        return []
    return [cost for lever in shelf.values() for cost in lever]
