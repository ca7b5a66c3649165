"""The back-test as one page and three tables, failures first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError
from simsafe.report.page import keep, rendered
from simsafe.study.validation.baselines import BASELINES
from simsafe.study.validation.judging import INSIDE, Judged, records
from simsafe.study.validation.sealing import predictions_text
from simsafe.study.validation.terms import RATIO, TOTAL

PAGE = "validation.html"


def write_validation(judged: Judged, about: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the page and the tables of groups, values and what was left out; their paths. ConfigError when they cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ConfigError(f"--output = {str(folder)!r:.200}; cannot be written ({problem.strerror}); choose another folder") from None
    tables = {"groups.csv": judged.groups, "values.csv": judged.values, "left_out.csv": judged.left_out}
    made = [keep(folder / PAGE, validation_page(judged, about).encode("utf-8", errors="replace"), "--output")]
    return made + [keep(folder / name, predictions_text(table), "--output") for name, table in tables.items()]


def validation_page(judged: Judged, about: Mapping[str, Any]) -> str:
    """The page as text."""
    rows = list(group_rows(judged.groups))
    named = ["series", "category", "unit", "why"]
    omitted = sorted(Counter(tuple(row[name] for name in named) for row in records(judged.left_out)).items())
    return rendered(
        PAGE,
        about=about,
        failed=[row for row in rows if row["failed"]],
        held=[row for row in rows if not row["failed"] and row["judged"]],
        unjudged=[row for row in rows if not row["judged"]],
        values=len(judged.values),
        left_out=len(judged.left_out),
        omitted=[dict(zip(named, key, strict=True)) | {"n": count} for key, count in omitted],
    )


def group_rows(groups: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Each verdict in the words of the page."""
    for row in records(groups):
        inside = [row[column] for column in INSIDE.values()]
        yield {
            "what": what_of(row),
            "where": row["where"],
            "n": row["values"],
            "against": [number(row[f"against_{name}"]) for name in BASELINES],
            "inside": ", ".join(f"{share:.0%}" for share in inside),
            "signs": f"{row['signs_right']} of {row['signs']}",
            "bias": number(row["bias"]),
            "why": row["why"],
            "failed": row["failed"],
            "judged": row["judged"],
        }


def what_of(row: Mapping[str, Any]) -> str:
    """A group in words: ``referrals from schools, by week, ratio to the last ordinary year``."""
    series, category = str(row["series"]).replace("_", " "), str(row["category"]).replace("_", " ")
    of = "" if category == TOTAL else f" from {category}"
    return f"{series}{of}, by {row['period']}, {row['unit'] if row['unit'] == RATIO else 'as counted'}"


def number(value: float) -> str:
    """A ratio, or a dash where there is none."""
    return f"{value:.2f}" if np.isfinite(value) else "–"
