"""The figure of the workforce: how staff were, and who was off or left, over the months of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.results import figures as shared
from simsafe.results.tables import About

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = (("profession/social workers", "Social workers"), ("profession/health visitors", "Health visitors"))
PANELS = (("wellbeing", "SD from the usual"), ("off sick", "per cent of\nthose in post"), ("left for good", "people in\n4 weeks"))
MONTH = 4  # weeks, about
LEAST = 5.0  # per cent: the scale of sickness goes at least so far
BAND = "#cfe3f1"


def workforce(measures: pd.DataFrame, about: About) -> Figure:
    """Wellbeing with its spread, sickness absence and leavers, for social workers and health visitors side by side."""
    title = "Staff: wellbeing, sickness absence and leaving"
    subtitle = "Wellbeing: 0 is the usual, below -1 tired. Few people leave in any one month, and when is mostly luck"
    figure = shared.blank_page(6.4, title, subtitle, about)
    rows = [_lines(measures, group) for group, _ in SHOWN]
    reach = max(2.0, *(float(np.abs(row[name]).max(initial=0.0)) for row in rows for name in ("wellbeing_low", "wellbeing_high")))
    top = max(LEAST, *(float(row["sick"].max(initial=0.0)) * 1.1 for row in rows))
    for i, ((_, name), row) in enumerate(zip(SHOWN, rows, strict=True)):
        for j, (words, unit) in enumerate(PANELS):
            box = (0.09 + 0.475 * i, 0.70 - 0.245 * j, 0.415, 0.175)
            axes = shared._axes(figure, box, about, unit if i == 0 else "", dates=j == 2, most=7)
            heads = f" (mean of {row['in_post'].mean():.0f} in post)" if j == 0 and row["day"].size else ""
            axes.set_title(f"{name}: {words}{heads}", fontsize=9, fontfamily=shared.FONT, loc="left", y=1, pad=4)
            axes.tick_params(labelleft=i == 0 or j == 2)
            if j == 0:
                _wellbeing(axes, row, reach * 1.05)
            elif j == 1:
                axes.plot(row["day"][MONTH - 1 :], row["sick"], color=shared.VERMILION, linewidth=1.6)
                axes.set_ylim(0, top)
            else:
                _leavers(axes, row)
    _legend(figure, about)
    return figure


def _lines(measures: pd.DataFrame, group: str) -> dict[str, np.ndarray]:
    """What is drawn of one profession: one number a week in each column, ``day`` since 1970 and ``sick`` in per cent among them."""
    names = ("wellbeing", "wellbeing_low", "wellbeing_high", "in_post", "off_sick", "left")
    week = {name: shared._series(measures, name, group) for name in names}
    day = week["in_post"].index.to_numpy()
    columns = {name: series.to_numpy(dtype=float) for name, series in week.items()}
    sick, post = (np.convolve(columns[n], np.ones(MONTH), "valid") if day.size >= MONTH else np.empty(0) for n in ("off_sick", "in_post"))
    return columns | {"day": day, "sick": 100 * np.divide(sick, post, out=np.zeros(sick.size), where=post > 0)}


def _wellbeing(axes: Axes, week: dict[str, np.ndarray], reach: float) -> None:
    """The mean, and between which values eight in ten people are."""
    x = week["day"]
    axes.fill_between(x, week["wellbeing_low"], week["wellbeing_high"], facecolor=BAND, edgecolor=shared.BLUE, linewidth=0.5, alpha=0.65)
    axes.axhline(0, color=shared.BLACK, linewidth=0.8, linestyle=":")
    axes.plot(x, week["wellbeing"], color=shared.BLUE, linewidth=2.0)
    axes.set_ylim(-reach, reach)


def _leavers(axes: Axes, week: dict[str, np.ndarray]) -> None:
    """Whole people, in stretches of four whole weeks."""
    whole = week["day"].size // MONTH * MONTH
    left = week["left"][:whole].reshape(-1, MONTH).sum(axis=1)
    ends = week["day"][MONTH - 1 : whole : MONTH]
    axes.bar(ends - 3.5 * MONTH, left, width=7 * MONTH - 6, color=shared.GREEN, edgecolor=shared.BLACK, linewidth=0.4)
    axes.set_ylim(0, max(4.0, float(left.max(initial=0.0)) + 1))


def _legend(figure: Figure, about: About) -> None:
    """What lines, band and shading mean, under the plots."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Line2D([], [], color=shared.BLUE, linewidth=2, label="mean of those in post"),
        Patch(facecolor=BAND, edgecolor=shared.BLUE, linewidth=0.5, label="eight in ten people"),
        Line2D([], [], color=shared.VERMILION, linewidth=1.6, label="off sick, mean of 4 weeks"),
        *shared._phase_handles(about),
    ]
    labels = [str(h.get_label()).replace("\n", " ") for h in handles]
    figure.legend(handles, labels, ncols=2, frameon=False, prop=shared.PROP, handlelength=2.2, loc="center", bbox_to_anchor=(0.5, 0.085))
