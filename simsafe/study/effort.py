"""Plans at equal effort: each plan's levers that cost extra hours are weakened until all plans ask for equally many.

Hours within a profession are compared with hours of the same profession. An hour of school staff buys no hour of a doctor unless somebody
says at what rate; ``exchange`` says it, and is printed with the result. Funded posts are the same under every plan, so only ``extra``
hours (asked of people outside the simulated staff) are made equal; what plans make of funded hours is what is compared.

The target of a profession is the least that any plan asks of it beyond the reference, among the plans that ask something. A plan that
asks nothing of a profession is left as it is: nothing could be weakened there, and to weaken all others to nought would compare nothing.
A fiftieth of what the plan that asks most asks is nothing: it comes of more or fewer children being known, and not of a lever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.plans.catalogue import SHELF
from simsafe.plans.change import Change, How
from simsafe.results.kept.activities import ONCE
from simsafe.results.kept.hours import EXTRA, costs
from simsafe.results.periods import ALL
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import by_seed, kept
from simsafe.world.conditions import DIALS, ORDINARY

Plans = Mapping[str, tuple[Change, ...]]
Hours = dict[str, dict[str, float]]  # plan: profession: extra hours beyond the reference
POOLED = "all, exchanged"  # the one profession when an exchange rate is given
TOLERANCE, ROUNDS, WEAKEST, NOTHING = 0.05, 6, 0.001, 0.5  # share of the target; pilots; factor; hours that count as none
NEARLY_NOTHING = 0.01  # share of a lever's strength: of what is left of it then, no hours come
COLUMNS = ("plan", "profession", "hours_before", "target", "factor", "hours_after", "equal", "why", "exchange")
BESIDE = 0.02  # share of the most that any plan asks of a profession below which a plan does not ask: assumed
Base = Callable[[Change], float]  # what a change's dial would be without it


@dataclass(frozen=True)
class Equalised:
    """Plans weakened to equal effort: their changes, the factors (plan: profession: share of the lever left), and the table to print.

    ``table`` has plan, profession, hours_before, target, factor, hours_after, equal (within the tolerance, or nothing asked), why
    (what stood in the way, or made it needless), exchange.
    """

    plans: dict[str, tuple[Change, ...]]
    factors: dict[str, dict[str, float]]
    table: pd.DataFrame

    @property
    def equal(self) -> bool:
        """Whether every plan stands at the target, as verified by the last runs."""
        return bool(self.table["equal"].all())


def equal_hours(
    plans: Plans,
    measure: Callable[[Plans], Hours],
    exchange: Mapping[str, float] | None = None,
    dials: Mapping[str, tuple[str, ...]] | None = None,
    tolerance: float = TOLERANCE,
    base: Base | None = None,
) -> Equalised:
    """Weaken plans until each asks for as many extra hours as the one that asks for least, and verify it by running.

    ``measure`` runs pilots of some plans and returns their extra hours beyond the reference (:func:`extra_hours` of the runs);
    ``exchange`` gives what an hour of each profession counts for, and then hours are pooled and each plan has one factor. ``dials`` says
    whose hours each dial costs (by default :func:`costed_dials`), ``base`` towards what a dial is moved (ordinary times by default).
    Hours do not follow a lever's strength exactly, so factors are corrected from run to run, six at most; the table shows where they
    ended and whether that is equal. ConfigError for a rate that is no positive number, or a profession that nobody asks anything of.
    """
    dials = costed_dials() if dials is None else dials
    before = _pooled(measure(plans), exchange)
    targets = _targets(before)
    if exchange is not None:
        dials = dict.fromkeys(dials, (POOLED,))
    factors = {
        plan: {who: _first(hours, targets[who]) for who, hours in own.items() if who in targets and hours >= targets[who]}
        for plan, own in before.items()
    }
    now, after = dict(plans), before
    for _ in range(ROUNDS):
        now = {plan: weakened(changes, factors.get(plan, {}), dials, base) for plan, changes in plans.items()}
        after = _pooled(measure(now), exchange)
        if all(_stands(after[p].get(who, 0.0), targets[who], tolerance) for p, own in factors.items() for who in own):
            break
        for plan, own in factors.items():
            for who, factor in own.items():
                if not _stands(after[plan].get(who, 0.0), targets[who], tolerance):
                    own[who] = float(np.clip(factor * targets[who] / max(after[plan].get(who, 0.0), NOTHING), WEAKEST, 1.0))
    can = {plan: {who for change in changes for who in dials.get(change.dial, ())} for plan, changes in plans.items()}
    table: Any = _table(before, targets, factors, after, tolerance, exchange)
    asking = table[table["hours_before"] >= table["target"]].groupby("profession").size()
    why = [_why(row, can[row["plan"]], int(asking.get(row["profession"], 0))) for row in table.to_dict("records")]
    return Equalised(now, factors, table.assign(why=why)[list(COLUMNS)])


def _first(hours: float, target: float) -> float:
    """The factor that would do if hours followed the lever's strength."""
    return 1.0 if hours <= max(target, NOTHING) else target / hours


def _stands(hours: float, target: float, tolerance: float) -> bool:
    return hours <= NOTHING or abs(hours - target) <= max(tolerance * target, NOTHING)


def _targets(hours: Hours) -> dict[str, float]:
    """The least that any plan asks of each profession, among those that ask something."""
    asked = sorted({who for own in hours.values() for who in own})
    least = {who: max(NOTHING, BESIDE * max(own.get(who, 0.0) for own in hours.values())) for who in asked}
    of = {who: [own[who] for own in hours.values() if own.get(who, 0.0) > least[who]] for who in asked}
    return {who: min(some) for who, some in of.items() if some}


def _pooled(hours: Hours, exchange: Mapping[str, float] | None) -> Hours:
    """Hours as they are, or weighed by the rate of exchange and added up."""
    if exchange is None:
        return hours
    asked = sorted({who for own in hours.values() for who in own})
    for who, rate in exchange.items():
        if who not in asked:
            raise ConfigError(f"exchange.{who}: no plan asks extra hours of that profession{nearest(who, asked)}")
        check_number(f"exchange.{who}", rate, float, 0.01, 100.0, "hours that one hour counts for")
    most = {who: max(own.get(who, 0.0) for own in hours.values()) for who in asked}
    missing = [who for who in asked if who not in exchange and most[who] > max(NOTHING, BESIDE * max(most.values()))]
    if missing:
        raise ConfigError(f"exchange: expected a rate for every profession asked; none for {', '.join(missing)}")
    return {plan: {POOLED: sum(exchange[who] * h for who, h in own.items() if who in exchange)} for plan, own in hours.items()}


def _why(row: Mapping[str, Any], can: set[str], asking: int) -> str:
    """Why a plan was not brought to the target, or needed not be, for a planner; empty where it was. ``can``: whose hours its levers can
    be pulled less for; ``asking``: how many plans ask the profession for hours.
    """
    hours, target = row["hours_after"], row["target"]
    if row["equal"]:
        if row["hours_before"] < target:
            return "asks them for no hours, or hardly any"
        return "" if asking > 1 else "only this plan asks them, so there is nothing to make equal; the hours stay a difference of the plans"
    if row["profession"] not in can:
        return "no lever of this plan that costs these hours can be pulled less: they are paid once, or follow from what other levers do"
    if hours > target and row["factor"] <= NEARLY_NOTHING:
        return (
            "the levers that cost these hours are all but let go, and the hours remain: they follow from what other levers do, such as "
            "more children being known; no strength of the levers brings the two plans together here"
        )
    if hours < target:
        return "one of its levers costs another profession as well and was weakened for that one, which takes these hours down with it"
    return f"hours do not follow the strength of the levers: after {ROUNDS} rounds of pilot runs they are still apart"


def _table(
    before: Hours, targets: dict[str, float], factors: Hours, after: Hours, tolerance: float, exchange: Mapping[str, float] | None
) -> pd.DataFrame:
    rate = "none: within each profession" if exchange is None else "; ".join(f"{who} {rate:g}" for who, rate in sorted(exchange.items()))
    rows = [
        (plan, who, own.get(who, 0.0), target, factors[plan].get(who, 1.0), after[plan].get(who, 0.0),
         who not in factors[plan] or _stands(after[plan].get(who, 0.0), target, tolerance), rate)
        for who, target in targets.items() for plan, own in before.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["plan", "profession", "hours_before", "target", "factor", "hours_after", "equal", "exchange"])


# Levers


def costed_dials() -> dict[str, tuple[str, ...]]:
    """Dials of levers that cost extra hours, and whose: from ``simsafe/plans/costs.py``. What is paid once cannot be weakened."""
    made: dict[str, tuple[str, ...]] = {}
    for lever, some in costs().items():
        whose = tuple(dict.fromkeys(cost.profession for cost in some if cost.minutes and not cost.funded and cost.per not in ONCE))
        for f in fields(SHELF[lever]) if whose and lever in SHELF else ():
            dial = f.metadata.get("dial", "")
            if dial:
                made[dial] = tuple(dict.fromkeys((*made.get(dial, ()), *whose)))
    return made


def weakened(
    changes: tuple[Change, ...], factors: Mapping[str, float], dials: Mapping[str, tuple[str, ...]], base: Base | None = None
) -> tuple[Change, ...]:
    """A plan's changes with every costed dial moved part of the way back to ``base`` (ordinary times by default); others as they are.

    A dial that costs several professions is weakened by the smallest of their factors.
    """
    made = []
    for change in changes:
        shares = [factors[who] for who in dials.get(change.dial, ()) if who in factors]
        made.append(_weaker(change, min(shares), base) if shares and min(shares) < 1 else change)
    return tuple(made)


def _weaker(change: Change, factor: float, base: Base | None) -> Change:
    """One change at a part of its strength: a cadence in weeks at so many times the weeks."""
    without = float(getattr(ORDINARY, change.dial)) if base is None else base(change)
    if change.how is How.FOLLOW:
        points: tuple[tuple[date, float], ...] = tuple((day, _moved(change, value, factor, without)) for day, value in change.points)
        return replace(change, points=points)
    return replace(change, value=_moved(change, change.value or 0.0, factor, without))


def _moved(change: Change, value: float, factor: float, without: float) -> float:
    about = DIALS[change.dial].metadata
    if change.how is How.MULTIPLY:
        return 1 + factor * (value - 1)
    if about["unit"].startswith("weeks") and getattr(ORDINARY, change.dial) == 0:  # 0 is never, so a part of the strength is a longer wait
        often, usual = (1 / weeks if weeks else 0.0 for weeks in (value, without))
        now = usual + factor * (often - usual)
        return float(min(1 / now, about["high"])) if now > 0 else 0.0
    return float(np.clip(without + factor * (value - without), about["low"], about["high"]))


# Measuring


def extra_hours(runs: Runs, period: str = ALL) -> Hours:
    """Extra hours by plan and profession beyond the reference's, means over the seeds; the reference itself is left out."""
    table = kept(runs, "hours")
    own = table[(table["period"] == period) & (table["paid"] == EXTRA)].astype({"profession": str})
    whole = own.groupby(["plan", "seed", "profession"], observed=True, as_index=False)["hours"].sum()
    rows, values = by_seed(whole, runs, ["profession"], "hours", zeros=True)
    made: Hours = {}
    for plan in (p for p in runs.plans if p != runs.reference):
        differences = values[plan] - values[runs.reference]
        there = ~np.isnan(differences)
        mean = np.where(there, differences, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        made[plan] = dict(zip(rows["profession"], mean.tolist(), strict=True))
    return made
