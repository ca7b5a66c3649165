"""All that a run leaves for comparing, worked out once when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simsafe.results.kept.children import children
from simsafe.results.kept.facts import Facts
from simsafe.results.kept.hours import hours
from simsafe.results.kept.ledger import ledger
from simsafe.results.kept.totals import totals
from simsafe.results.kept.triggers import triggers
from simsafe.results.kept.weeks import weeks

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel


def kept(model: SafeguardingModel) -> dict[str, pd.DataFrame]:
    """``totals``, ``weeks``, ``ledger``, ``children``, ``hours``, ``triggers`` of a finished run; the caller puts plan and seed in front.

    Periods are those of :mod:`simsafe.results.periods`: they depend on the crisis and never on the plan. All of it is simulated. A
    child's id is the same child under every plan of one seed, and another child under another seed.
    """
    facts = Facts.of(model)
    made = {"totals": totals, "weeks": weeks, "ledger": ledger, "children": children, "hours": hours, "triggers": triggers}
    return {name: table(facts) for name, table in made.items()}
