"""What a run leaves for comparing: a stand-in with daily totals only, until the tables of a comparison are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel


def kept(model: SafeguardingModel) -> dict[str, pd.DataFrame]:
    """``totals``: one number a row, over the reported days (columns period, measure, group, value)."""
    daily = model.measures.daily
    names = ("contacts", "referrals", "section_47", "section_47_needless", "visits")
    values = [float(daily[name][model.setup.warm_up_days :].sum()) for name in names]
    return {"totals": pd.DataFrame({"period": "all", "measure": names, "group": "all", "value": values})}
