"""Hours of staff by profession and task: those funded, as the model spent them, and those that a plan asks of others; and pounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simsafe.plans.costs import COSTS, Cost
from simsafe.results.kept.activities import COUNTED, ONCE, WHILE_PULLED, beyond, dial, once, pulled, without_plan
from simsafe.results.kept.facts import Facts
from simsafe.results.measures import TASK_WORDS
from simsafe.system.casework import Task

FUNDED, EXTRA = "funded", "extra"
UNUSED = "in hand and not used"
STAFF_TASKS = {"health visitors": "contacts with families", "front door": "contacts and referrals"}
COLUMNS = ("period", "profession", "task", "hours", "pounds_low", "pounds_high", "paid")


@dataclass(frozen=True)
class Spent:
    """Work or money outside the simulated staff, by day of the run: units of an activity that cost so much each."""

    profession: str
    task: str
    minutes: float  # a unit
    pounds: tuple[float, float]  # a unit: low, high
    units: np.ndarray


def hours(facts: Facts) -> pd.DataFrame:
    """period, profession, task, hours, pounds_low, pounds_high, paid.

    ``funded`` are hours of the simulated staff in post; ``extra`` what costs of levers come to outside them, from counts of activities. Of
    an activity that goes on without a plan, too, they are what the plan adds to what the crisis leaves, and below nought what it takes
    away. ``pounds`` are for what is bought; hours are given no price here.
    """
    rows, spent = [], extra(facts)
    for period, (first, end) in facts.periods.items():
        rows += [(period, *row, 0.0, 0.0, FUNDED) for row in funded(facts, first, end)]
        for one in spent:
            units = float(one.units[first:end].sum())
            rows.append((period, one.profession, one.task, units * one.minutes / 60, *(units * p for p in one.pounds), EXTRA))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def funded(facts: Facts, first: int, end: int) -> Iterator[tuple[str, str, float]]:
    """(profession, task, hours) as minutes were spent on days from ``first`` to before ``end``, and what was left over.

    Hours that a plan books for health visitors and the front door beyond those funded are left out of theirs: they are extra.
    """
    daily = facts.model.measures.daily
    total = {name: float(column[first:end].astype(np.float64).sum()) / 60 for name, column in daily.items() if "minutes" in name}
    for who in ("health_visitor", "front_door"):
        posts = 1 / (1 + dial(facts, f"{who}_extra_share")[first:end])
        for name in (f"{who}_minutes", f"{who}_minutes_used"):
            total[name] = float((daily[name][first:end].astype(np.float64) * posts).sum()) / 60
    for task in Task:
        yield "social workers", TASK_WORDS[task], total[f"minutes_{task.name.lower()}"]
    spent = sum(total[f"minutes_{task.name.lower()}"] for task in Task)
    yield "social workers", "other work on cases", max(0.0, total["social_worker_minutes_used"] - spent)
    for who, name in (("health visitors", "health_visitor"), ("front door", "front_door")):
        yield who, STAFF_TASKS[who], total[f"{name}_minutes_used"]
    yield "chairs", "conferences and reviews", total["minutes_chairs"]
    for who, name in (("social workers", "social_worker"), ("health visitors", "health_visitor"), ("front door", "front_door")):
        yield who, UNUSED, max(0.0, total[f"{name}_minutes"] - total[f"{name}_minutes_used"])


def activities(facts: Facts, first: int, end: int) -> dict[str, float]:
    """How often each activity of ``COUNTED`` took place in a period."""
    return {name: float(facts.activities[name][first:end].sum()) for name in COUNTED}


def extra(facts: Facts) -> list[Spent]:
    """What levers' costs come to. One that two levers declare is counted once: an activity costs what it costs, whoever asked for it.

    Costs that are funded already, or whose activity a run does not count (:func:`uncounted`), are left out.
    """
    shelf, without = costs(), without_plan(facts)
    on, made = pulled(facts, shelf), {}
    for lever, some in shelf.items():
        for cost in some:
            if cost.funded:
                continue
            key = (cost.profession, cost.task, cost.per)
            if cost.per in COUNTED:
                made[key] = cost, beyond(facts, cost.per, without)
            elif cost.per in WHILE_PULLED or cost.per in ONCE:
                made[key] = cost, on[lever] | (made[key][1] if key in made else False)
    found = []
    for cost, days in made.values():
        units = once(facts, cost.per, days) if cost.per in ONCE else facts.activities[cost.per] * days
        ends = (cost.low, cost.high) if cost.pounds else (0.0, 0.0)
        found.append(Spent(cost.profession, cost.task, cost.minutes, ends, units))
    return found


def costs() -> Mapping[str, tuple[Cost, ...]]:
    """Each lever's costs."""
    return COSTS


def uncounted() -> dict[str, tuple[str, ...]]:
    """Activities by which costs are given and which no run counts, each with its levers: their hours are missing from every table."""
    missing: dict[str, list[str]] = {}
    for lever, some in costs().items():
        for cost in some:
            if not cost.funded and cost.per not in (*COUNTED, *WHILE_PULLED, *ONCE):
                missing.setdefault(cost.per, []).append(lever)
    return {per: tuple(levers) for per, levers in missing.items()}
