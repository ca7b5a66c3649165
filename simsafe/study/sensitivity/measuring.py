"""What a sensitivity study reads off a finished run: the headline measures of the crisis period, for all children."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simsafe.results.kept.facts import Facts
from simsafe.results.kept.hours import EXTRA, FUNDED, UNUSED, hours
from simsafe.results.kept.totals import totals
from simsafe.results.periods import CRISIS
from simsafe.study.branching import futures
from simsafe.study.jobs import Shard, write

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

FOUND_WITHIN = 13  # weeks: what a run to the end of the summer can follow for most spells that begin in the first lockdown
TABLE = "measures"


@dataclass(frozen=True)
class Measure:
    """One headline: its unit and what it counts."""

    unit: str
    words: str


MEASURES = {
    "found_13": Measure("per cent", f"of harm begun in the crisis, found within {FOUND_WITHIN} weeks"),
    "undetected_share": Measure("per cent", "of the days of harm in the crisis, before it was found"),
    "days_unseen": Measure("days", "since a child was last seen in person, mean over children and weeks of the crisis"),
    "referrals": Measure("referrals", "in the crisis"),
    "section_47_needless": Measure("enquiries", "section 47 enquiries about children neither harmed nor likely to be"),
    "closed_harmed": Measure("cases", "closed while the child was harmed"),
    "staff_hours": Measure("hours", "worked by the simulated staff in the crisis"),
    "extra_hours": Measure("hours", "asked of people outside the simulated staff in the crisis"),
}


def headlines(model: SafeguardingModel) -> dict[str, float]:
    """Each measure of a finished run; nan where there is nothing to take a share of."""
    facts = Facts.of(model)
    table: Any = totals(facts)
    own = table[(table["period"] == CRISIS) & (table["group"] == "all")]
    total = dict(zip(own["measure"].astype(str), own["value"], strict=True))
    begun, found = (total.get(f"harm_{name}_{FOUND_WITHIN}", 0.0) for name in ("begun", "found"))
    spent: Any = hours(facts)
    spent = spent[(spent["period"] == CRISIS) & (spent["task"] != UNUSED)]
    return {
        "found_13": 100 * found / begun if begun else np.nan,
        "undetected_share": total["undetected_share"] if total["harm_days"] else np.nan,
        "days_unseen": total["days_unseen_mean"],
        **{name: total[name] for name in ("referrals", "section_47_needless", "closed_harmed")},
        "staff_hours": float(spent["hours"][spent["paid"] == FUNDED].sum()),
        "extra_hours": float(spent["hours"][spent["paid"] == EXTRA].sum()),
    }


def measure(shard: Shard) -> str:
    """Simulate all plans of one point and save its headlines; the name of the file."""
    rows = []
    for i, model in futures(shard.scenarios):
        rows += [(shard.scenarios[i].plan_name, name, value) for name, value in headlines(model).items()]
        del model
    return write(shard, {TABLE: pd.DataFrame(rows, columns=["plan", "measure", "value"])})


def measuring_digest() -> str:
    """SHA-256 of the code that reads a run, for the identity of what it has read."""
    return sha256(Path(__file__).read_bytes().replace(b"\r\n", b"\n")).hexdigest()
