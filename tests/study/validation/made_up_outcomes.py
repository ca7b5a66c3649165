"""Made-up outcomes and predictions; no number here is anybody's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simsafe.study.validation.reading import COLUMNS
from simsafe.study.validation.terms import ENOUGH_DRAWS, LEVELS, RATIO, SERIES, Period, weeks

HEADING = ",".join(COLUMNS)
ROW = "2020-09-07,2020-09-13,devon,referrals,total,100,referrals"


def written(folder: Path, *lines: str, heading: str = HEADING, name: str = "made_up.csv") -> Path:
    """A folder with one file of these lines."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    return folder


def outcome(period: Period, value: float, **changes: str) -> dict[str, Any]:
    """One outcome, of Devon's referrals in all unless told otherwise."""
    usual = {"geography": "devon", "series": "referrals", "category": "total"} | changes
    usual.setdefault("unit", SERIES[usual["series"]].unit)
    return {"date_start": str(period.first), "date_end": str(period.last), "value": value} | usual


def outcomes(*rows: dict[str, Any]) -> pd.DataFrame:
    """Outcomes as they are read."""
    return pd.DataFrame(rows, columns=COLUMNS)


def prediction(period: Period, middle: float, spread: float, **changes: str) -> dict[str, Any]:
    """One prediction: levels evenly over the middle and as much below as above it."""
    row = outcome(period, 0, **changes)
    del row["value"]
    return row | {"period": period.kind, "draws": ENOUGH_DRAWS, **{f"q{p}": middle + spread * (p - 0.5) for p in LEVELS}}


def predicted(*rows: dict[str, Any]) -> pd.DataFrame:
    """Predictions as they are read."""
    return pd.DataFrame(rows)


def waves(count: int = 40, rise: float = 0.0) -> list[float]:
    """So many made-up weeks, spread evenly over 100 to 200 in an order that jumps about; or with a rise a week."""
    return [100 + 100 * ((i * 0.618) % 1) + rise * i for i in range(count)]


def well_told(count: int = 40, off: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Outcomes of many weeks spread evenly around what was predicted for each, or some way off; changes are predicted too."""
    rng = np.linspace(0.0, 1.0, count, endpoint=False) + 0.5 / count
    middles, place = waves(count), np.argsort(np.argsort([(i * 0.382) % 1 for i in range(count)]))
    rows = [outcome(w, m + off + 20 * (rng[k] - 0.5)) for w, m, k in zip(weeks(), middles, place, strict=False)]
    said = [prediction(w, m, 20) for w, m in zip(weeks(), middles, strict=False)]
    return outcomes(*rows), predicted(*said, *(prediction(w, 0.8, 0.1, unit=RATIO) for w in weeks()))
