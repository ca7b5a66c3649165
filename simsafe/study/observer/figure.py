"""The ideal observer as a figure: where harmed children are lost between harm and action, and who is found among the first looked at."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import counted
from simsafe.results.figures import BLACK, BLUE, FONT, GREY, ORANGE, PROP, PURPLE, SMALL, VERMILION, blank_page, without_frame
from simsafe.study.observer.readers import APART, NOTHING, TOGETHER, TOLD
from simsafe.study.observer.steps import ACTED, IN_CRISIS
from simsafe.study.paired import LEAST

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simsafe.study.observer.ideal import Observed

PARTS = {  # steps that add up to the harmed: label, fill and hatch, told apart without colour
    "found_acted": ("found by social care", BLUE, ""),
    "capacity": ("known to social care, not acted upon", ORANGE, "//"),
    "untold": ("known to an agency, not told", VERMILION, "\\\\"),
    "silos": ("only records together would show", PURPLE, "xx"),
    "faint": ("signs too faint to stand out", "#bdbdbd", ".."),
    "silent": ("met, no sign showed", "#dddddd", ""),
    "unmet": ("nobody met the child", "#ffffff", "oo"),
}
LINES = {TOGETHER: (BLACK, "-"), APART: (PURPLE, "--"), TOLD: (ORANGE, "-."), NOTHING: (GREY, ":")}
MARKS = ("o", "s", "^", "D", "v", "P")  # of plans
CRISIS_SHADE = "#ececec"


def draw(seen: Observed) -> Any:
    """Bars of steps above, a bar a plan and period; curves of the first plan below, with every plan's social care as points."""
    steps, curves = seen.table("steps"), seen.table("curves")
    periods = list(dict.fromkeys(steps["period"]))
    bars = len(periods) * len(seen.plans)
    tall = 0.42 * bars
    height = 5.6 + tall
    few = seen.seeds < LEAST
    if few:  # an interval of so few would say more of them than of the plans
        steps, curves = (table.assign(low=np.nan, high=np.nan) for table in (steps, curves))
    said = "too few for intervals" if few else "whiskers (found by social care) and bands: 95 % interval of the mean"
    more = f"{counted(seen.seeds, 'seed')}, {said}"
    title = "What a rational reader of the records would have known of harmed children"
    figure = blank_page(height, title, f"Children without an open case when the period began; {more}", seen.about)
    axes = figure.add_axes((0.31, 1 - (0.75 + tall) / height, 0.665, tall / height))
    _bars(axes, steps, seen.plans, periods)
    wide = 0.39 if len(periods) > 1 else 0.6
    for i, period in enumerate(periods):
        below = figure.add_axes((0.085 + 0.475 * i, 0.75 / height, wide, 2.45 / height))
        _curves(below, curves[curves["period"] == period], seen.plans, period)
        if i:
            below.set_ylabel("")
    figure.legend(*_handles(axes), loc="upper left", bbox_to_anchor=(0.085, 1 - (1.2 + tall) / height), ncols=2, frameon=False, prop=PROP)
    return figure


def _handles(axes: Axes) -> tuple[list[Any], list[str]]:
    handles, labels = axes.get_legend_handles_labels()
    return handles, labels


def _bars(axes: Axes, steps: pd.DataFrame, plans: tuple[str, ...], periods: list[str]) -> None:
    """One bar a period and plan, from what social care found to what nobody could."""
    value = steps.set_index(["period", "plan", "step"])
    places = [(period, plan) for period in periods for plan in plans]
    for i, (period, plan) in enumerate(places):
        if period == IN_CRISIS:
            axes.axhspan(i - 0.5, i + 0.5, color=CRISIS_SHADE, linewidth=0, zorder=0)
        right, left = 0.0, 0.0
        for step, (label, colour, hatch) in PARTS.items():
            share = 100 * float(value.loc[(period, plan, step), "share"])
            start = right if share >= 0 else left + share
            shown = {"color": colour, "hatch": hatch, "edgecolor": "#444444", "linewidth": 0.6, "label": label if i == 0 else None}
            axes.barh(i, abs(share), 0.62, left=start, zorder=2, **shown)
            right, left = (right + share, left) if share >= 0 else (right, left + share)
        _whisker(axes, value, period, plan, i)
    axes.set(ylim=(len(places) - 0.5, -0.5), yticks=range(len(places)))
    axes.set_yticklabels([f"{plan}\n{period}" for period, plan in places])
    axes.set_xlabel("per cent of the children harmed in the period (left of 0: gained by sharing)", fontsize=SMALL, fontfamily=FONT)
    axes.axvline(0, color=BLACK, linewidth=0.6)
    without_frame(axes)


def _whisker(axes: Axes, value: pd.DataFrame, period: str, plan: str, at: int) -> None:
    """The interval of what social care found."""
    whole = float(value.loc[(period, plan, "harmed"), "value"])
    low, mean, high = (100 * float(value.loc[(period, plan, "found_acted"), name]) / max(whole, 1e-9) for name in ("low", "value", "high"))
    if np.isfinite([low, high]).all():
        axes.errorbar(mean, at, xerr=[[mean - max(low, 0.0)], [min(high, 100.0) - mean]], color=BLACK, linewidth=1.1, capsize=2.5, zorder=3)


def _curves(axes: Axes, curves: Any, plans: tuple[str, ...], period: str) -> None:
    """Found among the first so many looked at, by reader, under the first plan; social care under each."""
    if period == IN_CRISIS:
        axes.set_facecolor(CRISIS_SHADE)
    first = plans[0]
    own = curves[curves["plan"] == first]
    for reader, (colour, dashes) in LINES.items():
        line: Any = own[own["reader"] == reader]
        x, y, low, high = (100 * line[name].to_numpy(dtype=float) for name in ("looked_at", "found", "low", "high"))
        axes.plot(x, y, color=colour, linestyle=dashes, linewidth=1.6, label=reader)
        if np.isfinite(low).any():
            axes.fill_between(x, np.maximum(low, 0), np.minimum(high, 100), color=colour, alpha=0.15, linewidth=0)
    for plan, mark in zip(plans, cycle(MARKS), strict=False):
        points: Any = curves[(curves["plan"] == plan) & (curves["reader"] == ACTED)]
        point = points.to_dict("records")[0]
        name = f"{ACTED}, {plan}" if len(plans) > 1 else ACTED
        axes.plot(100 * point["looked_at"], 100 * point["found"], mark, color=BLUE, markeredgecolor=BLACK, markersize=7, label=name)
    axes.set(xlim=(0, 20), ylim=(0, 100), xticks=range(0, 21, 5))
    axes.set_title(f"{period} ({first})", fontsize=9, fontfamily=FONT, loc="left", y=1, pad=4)
    axes.set_xlabel("per cent of all children looked at, the likeliest first", fontsize=SMALL, fontfamily=FONT)
    axes.set_ylabel("per cent of harmed children found", fontsize=SMALL, fontfamily=FONT)
    axes.legend(loc="upper left", frameon=False, prop=PROP | {"size": 7.5}, handlelength=2.4, borderpad=0.2)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    without_frame(axes)
