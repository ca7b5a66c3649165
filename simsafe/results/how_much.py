"""How much harm is found, said at low, central and high prevalence: one share alone would pass for an estimate, and is none."""

from __future__ import annotations

from simsafe.ground.parameter import counted
from simsafe.world.evidence import table

AT = {"low": "where little harm is assumed", "central": "where about as much is as shipped", "high": "where much is"}


def at_low_central_and_high() -> str:
    """Shares of simulated harm acted upon in ordinary times, over the parameter sets that all meet the same published figures.

    From ``simsafe calibrate area=england`` (``experiments/calibration``): England, spells followed for 26 weeks; lowest and highest set.
    """
    rows, shares = table("detection"), []
    for row in rows:
        low, high = (round(100 * float(row[end])) for end in ("low", "high"))
        some, more = (f"{100 * float(row[end]):.1f}" for end in ("from", "to"))
        shares.append(f"{low} to {high} % {AT[row['prevalence']]} ({some} to {more} % of children)")
    sets = counted(sum(int(row["sets"]) for row in rows), "set")
    return (
        f"How much is found hangs on how much is hidden, which no published figure says. {sets} of numbers meet England's figures of "
        f"ordinary times alike; of spells of harm they have acted upon within 26 weeks {'; '.join(shares)}."
    )
