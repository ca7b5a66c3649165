"""Predictions held against outcomes: a score for each value, a verdict for each group of them, failures first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from simsafe.study.validation.baselines import BASELINES, Naive
from simsafe.study.validation.reading import KEY, PER_10_000
from simsafe.study.validation.scores import covered, sign_of, weighted_interval_score
from simsafe.study.validation.terms import (
    COVERED,
    FEWEST,
    FLOW,
    INTERVALS,
    LEVELS,
    RATIO,
    RIGHT_SIGNS,
    SEAL,
    SERIES,
    SPAN,
    SPANS,
    STOCK,
    Period,
    base_of,
    scale_of,
    weeks,
)
from simsafe.world.area import load_area

QUANTILES = [f"q{level}" for level in LEVELS]
INSIDE = {inside: f"inside_{inside * 100:.0f}" for inside in INTERVALS}  # the columns of coverage
POOLED = ["series", "period", "unit"]  # what the values have in common on which coverage of a small group is judged
GROUP = ["series", "category", "period", "unit", "where"]
FEWEST_SIGNS = 4


@dataclass(frozen=True)
class Judged:
    """What came out: ``groups``, a row a verdict, failures first; ``values``, a row a scored value; ``left_out``, why others are not."""

    groups: pd.DataFrame
    values: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def failed(self) -> int:
        """How many groups fail."""
        return sum(map(bool, self.groups["failed"].tolist()))


def judge(outcomes: pd.DataFrame, predictions: pd.DataFrame) -> Judged:
    """Hold predictions against outcomes, both as they are read."""
    counted = over_periods(in_counts(outcomes))
    outcomes = pd.concat([counted, over_spans(counted)], ignore_index=True).drop_duplicates(KEY)
    both: pd.DataFrame = later(outcomes).merge(predictions[[*KEY, "period", *QUANTILES]], on=KEY, how="left", sort=False)
    known = both["q0.5"].notna()
    left_out = both.loc[~known, KEY].reset_index(drop=True)
    left_out["why"] = list(why_unpredicted(left_out, predictions))
    values = scored(pd.DataFrame(both.loc[known]).reset_index(drop=True), Naive(outcomes), medians(predictions))
    return Judged(verdicts(values), values, left_out)


def why_unpredicted(left_out: pd.DataFrame, predictions: pd.DataFrame) -> Iterator[str]:
    """Of each row the first of place, series, unit and days that is not among the predictions."""
    steps = (
        (["geography"], "{geography} is not predicted"),
        (["geography", "series", "category"], "{series}, {category} is not predicted"),
        (["geography", "series", "category", "unit"], "{series} is not predicted in {unit}"),
    )
    known = [(names, set(predictions[names].itertuples(index=False, name=None)), why) for names, why in steps]
    days = "its days are not predicted: weeks run from Monday to Sunday, years to 31 March, of staff to 30 September"
    for row in records(left_out):
        missing = (why.format(**row) for names, there, why in known if tuple(row[name] for name in names) not in there)
        yield next(missing, days)


def later(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Outcomes of days after June 2020."""
    return pd.DataFrame(outcomes.loc[outcomes["date_end"] > str(SEAL)])


def records(table: Any) -> list[dict[str, Any]]:
    """The rows of a table, each as a dictionary."""
    return table.to_dict("records")


def in_counts(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The same with rates per 10,000 children as whole numbers, of the area's children as simsafe has them."""
    made = records(outcomes)
    for row in made:
        if row["unit"] == PER_10_000:
            row |= {"value": row["value"] * load_area(row["geography"]).children / 10_000, "unit": SERIES[row["series"]].unit}
    return pd.DataFrame(made, columns=outcomes.columns)


def over_periods(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The same with a stock that is dated with its one day as that of the year, or else of the week, that ends on it."""
    made = records(outcomes)
    for row in made:
        if SERIES[row["series"]].kind == STOCK and row["date_start"] == row["date_end"]:
            last = date.fromisoformat(row["date_end"])
            yearly = (last.month, last.day) in ((3, 31), (9, 30))
            first = last.replace(year=last.year - 1) + timedelta(1) if yearly else last - timedelta(6)
            row["date_start"] = str(first)
    return pd.DataFrame(made, columns=outcomes.columns)


def over_spans(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The spans of the plan out of weeks: flows added up where every week is there, ratios averaged where half of them are."""
    of: dict[tuple[str, ...], dict[tuple[str, str], float]] = {}
    for row in records(later(outcomes)):
        of.setdefault(tuple(row[name] for name in KEY[2:]), {})[row["date_start"], row["date_end"]] = row["value"]
    rows: list[dict[str, Any]] = []
    for (key, values), span in product(of.items(), SPANS.values()):
        parts = [(str(w.first), str(w.last)) for w in weeks() if span.first <= w.first and w.last <= span.last]
        there, ratio = [values[days] for days in parts if days in values], key[-1] == RATIO
        if (ratio and 2 * len(there) >= len(parts)) or (SERIES[key[1]].kind == FLOW and not ratio and len(there) == len(parts)):
            value = float(np.mean(there) if ratio else np.sum(there))
            rows.append({"date_start": str(span.first), "date_end": str(span.last), "value": value, **dict(zip(KEY[2:], key, strict=True))})
    return pd.DataFrame(rows, columns=outcomes.columns)


def medians(predictions: pd.DataFrame) -> dict[tuple[str, ...], float]:
    """The median predicted ratio to the last ordinary year, by days, place, series and category."""
    return {tuple(row[name] for name in KEY[:-1]): row["q0.5"] for row in records(predictions) if row["unit"] == RATIO}


# Each value


def scored(both: pd.DataFrame, naive: Naive, expected: dict[tuple[str, ...], float]) -> pd.DataFrame:
    """Each value's scores, the naive ones' among them, whether intervals hold it, and both signs of change."""
    rows, keys = records(both), list(keys_of(both))
    observed, predicted = both["value"].to_numpy(dtype=np.float64), both[QUANTILES].to_numpy(dtype=np.float64)
    per = np.array([per_of(row) for row in rows])
    made = both.assign(where=[row["geography"] if row["geography"] == "england" else "areas" for row in rows])
    made["wis"] = weighted_interval_score(predicted, observed) / per
    for inside, column in INSIDE.items():
        made[column] = covered(predicted, observed, inside)
    for name in BASELINES:
        said = np.array([naive.forecast(name, key, period) for key, period in keys], dtype=np.float64)
        made[name], made[f"wis_{name}"] = said, np.abs(said - observed) / per
        wide = [naive.with_interval(name, key, period) for key, period in keys]
        wide = np.array([np.full(len(LEVELS), np.nan) if q is None else q for q in wide]).reshape(-1, len(LEVELS))
        made[f"wis_{name}_interval"] = weighted_interval_score(wide, observed) / per
    made["sign_observed"] = [sign_seen(key, period, row["value"], naive) for (key, period), row in zip(keys, rows, strict=True)]
    days = [tuple(row[name] for name in KEY[:-1]) for row in rows]
    made["sign_predicted"] = [int(sign_of(np.array(expected[d]))) if d in expected else None for d in days]
    return made


def per_of(row: dict[str, Any]) -> float:
    """What a score is divided by, so that a large area does not drown the others: its children in tens of thousands, of counts."""
    return 1.0 if row["unit"] in (RATIO, "share", "cases per worker") else load_area(row["geography"]).children / 10_000


def keys_of(both: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str, str], Period]]:
    """What each row is of, and its days."""
    for row in both.to_dict("records"):
        period = Period(date.fromisoformat(row["date_start"]), date.fromisoformat(row["date_end"]), row["period"])
        yield (row["geography"], row["series"], row["category"], row["unit"]), period


def sign_seen(key: tuple[str, str, str, str], period: Period, value: float, naive: Naive) -> int | None:
    """The observed sign of change on the last ordinary year; None where that year was not delivered, 0 where there is no clear change."""
    if key[3] == RATIO:
        return int(sign_of(np.array(value)))
    base = base_of(period)
    before = naive.known.get(key, {}).get((base.first, base.last))
    if not before or (period.kind == SPAN and period.days > 364):
        return None
    return int(sign_of(np.array(value / before / scale_of(key[1], period))))


# Verdicts


def verdicts(values: pd.DataFrame) -> pd.DataFrame:
    """One row a group of values, failures first and the worst of them before the others."""
    of: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    every = records(values)
    for row in every:
        of.setdefault(tuple(row[name] for name in GROUP), []).append(row)
    made = [verdict(dict(zip(GROUP, key, strict=True)), some, every) for key, some in sorted(of.items())]
    made.sort(key=lambda row: (not row["failed"], -np.nan_to_num(row["against_best"], posinf=1e9)))
    return pd.DataFrame(made) if made else pd.DataFrame(columns=[*GROUP, "values", "against_best", "failed", "why", "judged"])


def verdict(about: dict[str, Any], some: list[dict[str, Any]], every: list[dict[str, Any]]) -> dict[str, Any]:
    """One group: its scores against each naive forecast, coverage, signs, and why it fails if it does."""
    row: dict[str, Any] = {**about, "values": len(some), "wis": float(np.mean([v["wis"] for v in some]))}
    row |= {f"against_{name}": against(some, name) for name in BASELINES}
    known = {name: row[f"against_{name}"] for name in BASELINES if not np.isnan(row[f"against_{name}"])}
    row["against_best"] = max(known.values(), default=np.nan)
    why = [f"no better than {BASELINES[max(known, key=known.__getitem__)]}"] if known and row["against_best"] >= 1 else []
    pool = some if len(some) >= FEWEST else [v for v in every if all(v[name] == about[name] for name in POOLED)]
    for inside, column in INSIDE.items():
        row[column] = float(np.mean([v[column] for v in some]))
        held, (low, high) = float(np.mean([v[column] for v in pool])), COVERED[inside]
        if len(pool) >= FEWEST and not low <= held <= high:
            why.append(f"the {inside:.0%} interval holds {held:.0%}{'' if pool is some else ' of all its kind'}")
    told = [v["sign_observed"] == v["sign_predicted"] for v in some if v["sign_observed"] in (-1, 1) and v["sign_predicted"] in (-1, 0, 1)]
    row["signs"], row["signs_right"] = len(told), sum(told)
    if len(told) >= FEWEST_SIGNS and row["signs_right"] < RIGHT_SIGNS * len(told):
        why.append(f"the direction of change is right in {row['signs_right']} of {len(told)}")
    row["bias"] = float(np.median([v["q0.5"] / v["value"] if v["value"] > 0 else np.nan for v in some]))
    unjudged = [] if len(pool) >= FEWEST else ["too few values to judge how many the intervals hold"]
    unjudged += [] if known else ["no naive forecast had anything to go by"]
    row |= {"failed": bool(why), "why": "; ".join(why or unjudged), "judged": bool(why) or not unjudged}
    return row


def against(some: list[dict[str, Any]], name: str) -> float:
    """The model's score over a naive forecast's on the same values: over 1 when the model is worse; the better of the naive one's two."""
    found = []
    for column in (f"wis_{name}", f"wis_{name}_interval"):
        both = [(v["wis"], v[column]) for v in some if not np.isnan(v[column])]
        if both and (column == f"wis_{name}" or len(both) == len(some)):
            ours, theirs = np.sum(both, axis=0)
            found.append(float(ours / theirs) if theirs > 0 else (np.inf if ours > 0 else 1.0))
    return max(found, default=np.nan)
