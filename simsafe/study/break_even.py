"""At which value of a number that nobody knows does the ranking of two plans turn round?

Three such numbers: how much remote contact lets through, how common harm is, and how far evidence from several agencies overlaps. The
plans are compared at several values of one of them, on the same seeds, few of them; between neighbouring values the difference is drawn
as a straight line. Which side is better is not asked here: only where it stops being so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError, check_number, nearest, plain
from simsafe.results.kept.words import words
from simsafe.results.periods import CRISIS
from simsafe.scenario import Parameters, with_values
from simsafe.study.matters import better_sign
from simsafe.study.paired import FINISHED_SHARE, LEAST, TOO_FEW, interval
from simsafe.study.runs import Runs
from simsafe.study.tables.differences import by_seed, kept

REMOTE = tuple(f"senses.nature.modes.{mode}_seen" for mode in ("video", "phone", "remote_lesson"))
NEVER, FLIPS, EQUAL = "never within the range", "flips", "no difference at any value"
UNSURE = "cannot be told apart at any value"
HEADLINES = ("undetected_days", "harm_found", "seen_28", "section_47_needless", "assessments_needless", "closed_harmed")


@dataclass(frozen=True)
class Axis:
    """A number to try: the parameters it moves, its range, and whether it multiplies them or takes their place."""

    paths: tuple[str, ...]
    unit: str
    low: float
    high: float
    tried: tuple[float, ...]
    multiplies: bool = False

    def at(self, parameters: Parameters, value: float) -> Parameters:
        """The parameters with this value. ConfigError outside the range; a multiplied number stops at the end of its own range."""
        value = check_number("value", value, float, self.low, self.high, self.unit)
        moved = {path: _within(parameters, path, value) if self.multiplies else value for path in self.paths}
        return with_values(parameters, moved)

    def usual(self, parameters: Parameters) -> float:
        """The value now in force."""
        return 1.0 if self.multiplies else float(_found(parameters, self.paths[0])[0])

    def moves(self, parameters: Parameters) -> str:
        """Which numbers it moves, and where each of them stands now."""
        return ", ".join(f"{path} (now {plain(float(_found(parameters, path)[0]))})" for path in self.paths)


AXES: dict[str, Axis] = {
    "remote_strength": Axis(
        REMOTE, "times the opportunities that video, telephone and remote lessons let through (nature's, not what agencies believe)",
        0.25, 1.6, (0.25, 0.5, 0.75, 1.0, 1.3, 1.6), multiplies=True,
    ),
    "prevalence": Axis(("truth.harm.prevalence",), "share of children harmed at any one time", 0.0, 1.0, ()),
    "overlap": Axis(
        ("ties.joint_overlap", "ties.overlap"), "correlation of what agencies bring together", 0.0, 0.6, (0.0, 0.15, 0.3, 0.45, 0.6)
    ),
}  # fmt: skip


def _found(parameters: Parameters, path: str) -> tuple[float, Mapping[str, float]]:
    """A number by path, and what is known of it."""
    *rooms, name = path.split(".")
    group = parameters
    for room in rooms:
        group = getattr(group, room)
    return getattr(group, name), type(group).__dataclass_fields__[name].metadata


def _within(parameters: Parameters, path: str, times: float) -> float:
    value, about = _found(parameters, path)
    return float(min(max(value * times, about["low"]), about["high"]))


def axis_of(name: str, parameters: Parameters) -> Axis:
    """The axis of that name, with range and values to try from the parameter itself where the axis has none. ConfigError for another."""
    if name not in AXES:
        raise ConfigError(f"break_even.axis = {name!r}; no such axis{nearest(str(name), AXES)}")
    axis = AXES[name]
    if axis.tried:
        return axis
    _, about = _found(parameters, axis.paths[0])
    low, high = float(about["low"]), float(about["high"])
    return Axis(axis.paths, axis.unit, low, high, tuple(np.linspace(low, high, 5).tolist()), axis.multiplies)


def break_even(
    compare_at: Callable[[Parameters], Runs],
    axis: str,
    parameters: Parameters | None = None,
    values: Sequence[float] = (),
    headlines: Sequence[str] = HEADLINES,
) -> pd.DataFrame:
    """Where each ranking of two plans turns round, from comparisons at several values of an axis.

    ``compare_at`` runs the plans under some parameters: the same plans and seeds every time. ``values`` are tried in order of size
    (the axis's own if none are given). Returns a row a headline and pair of plans, with the columns of :func:`flips` after axis, unit,
    headline, plan, other, usual (the value now in force) and of (runs that the poorest comparison stands on). ConfigError for an unknown
    axis, headline or value, before anything is run.
    """
    parameters = parameters or Parameters()
    chosen = axis_of(axis, parameters)
    tried = sorted(set(values)) or list(chosen.tried)
    known = words()
    for name in headlines:
        if name not in known:
            raise ConfigError(f"break_even.headline = {name!r}; no such measure{nearest(str(name), known)}")
    if len(tried) < 2:
        raise ConfigError(f"break_even.values = {list(values)}; expected two values or more from {chosen.low:g} to {chosen.high:g}")
    settings = [chosen.at(parameters, value) for value in tried]  # all are checked before the first is run
    runs = [compare_at(setting) for setting in settings]
    made: Any = from_runs(tried, runs, headlines)
    front = {"axis": axis, "unit": chosen.unit, "usual": chosen.usual(parameters), "moves": chosen.moves(parameters)}
    front |= {"lowest": tried[0], "highest": tried[-1]}
    return made.assign(**front)[[*front, *made.columns]]


def from_runs(values: Sequence[float], runs: Sequence[Runs], headlines: Sequence[str] = HEADLINES) -> pd.DataFrame:
    """The same from comparisons already made, one a value, in order of size."""
    rows, known, planned = [], words(), runs[0].planned
    grids = [_headlines(run, headlines) for run in runs]
    for headline in headlines:
        for one, two in combinations(runs[0].plans, 2):
            differences = [grid[headline][one] - grid[headline][two] for grid in grids]
            least = min(int((~np.isnan(d)).sum()) for d in differences)
            found = flips(np.asarray(values, dtype=np.float64), differences)
            if planned < LEAST or least < max(1, FINISHED_SHARE * planned):
                found = dict.fromkeys(found, np.nan) | {"answer": TOO_FEW}
            way = {1: "higher", -1: "lower", 0: ""}[better_sign(headline, known)]
            rows.append({"headline": headline, "better": way, "plan": one, "other": two, "of": f"{least} of {planned}"} | found)
    table: Any = pd.DataFrame(rows)
    return table


def _headlines(runs: Runs, headlines: Sequence[str]) -> dict[str, dict[str, np.ndarray]]:
    """Each headline of all children in the crisis period under each plan, one value a seed."""
    totals = kept(runs, "totals")
    own = totals[(totals["period"] == CRISIS) & (totals["group"] == "all") & totals["measure"].isin(list(headlines))]
    rows, values = by_seed(own, runs, ["measure"], "value")
    at = {name: k for k, name in enumerate(rows["measure"])}
    return {name: {plan: grid[at[name]] for plan, grid in values.items()} for name in headlines}


def flips(values: np.ndarray, differences: Sequence[np.ndarray]) -> dict[str, Any]:
    """Where the mean of ``differences`` (an array of seeds at each of the ``values``, in order of size) crosses nought.

    ``answer``: ``flips``, ``never within the range``, ``no difference at any value``, or ``cannot be told apart at any value`` where that
    is so all along, whatever the means do. ``at``: the crossing, by a straight line between
    neighbours (of several, the first; ``crossings`` says how many). ``low`` and ``high``: between them the 95 % interval of the mean
    contains nought, so that the seeds cannot say which plan leads; empty where that stretch runs beyond the values tried. ``first`` and
    ``last``: the mean difference at the lowest and highest value; ``unsure``: per cent of the range tried in which seeds cannot say.
    """
    ends = [interval(d[None, :]) for d in differences]
    mean, low, high = (np.array([end[k][0] for end in ends]) for k in (0, 2, 3))
    low, high = (np.where(np.isnan(end), mean, end) for end in (low, high))
    fine = np.unique(np.concatenate([np.linspace(values[0], values[-1], 2001), values]))
    band = (np.interp(fine, values, low) <= 0) & (np.interp(fine, values, high) >= 0)
    crossed = _crossings(values, mean)
    made: dict[str, Any] = {"at": np.nan, "low": np.nan, "high": np.nan, "crossings": len(crossed), "first": mean[0], "last": mean[-1]}
    made["unsure"] = 100 * float(band.mean())
    if not mean.any():
        return made | {"answer": EQUAL}
    if band.all():
        return made | {"answer": UNSURE}
    if not crossed:
        return made | {"answer": NEVER}
    at = crossed[0]
    left, right = fine[(fine <= at) & ~band], fine[(fine >= at) & ~band]
    made |= {"at": at, "low": left.max() if left.size else np.nan, "high": right.min() if right.size else np.nan}
    return made | {"answer": FLIPS}


def _crossings(values: np.ndarray, mean: np.ndarray) -> list[float]:
    """Values at which a broken line changes its sign; where it rests on nought in between, the middle of that rest."""
    signs = np.sign(mean)
    there = np.flatnonzero(signs)
    found = []
    for a, b in pairwise(there.tolist()):
        if signs[a] == signs[b]:
            continue
        if b == a + 1:
            found.append(float(values[a] + (values[b] - values[a]) * mean[a] / (mean[a] - mean[b])))
        else:
            found.append(float((values[a + 1] + values[b - 1]) / 2))
    return found
