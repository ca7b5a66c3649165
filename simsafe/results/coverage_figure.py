"""The figure of eyes on children: contacts a week by agency, in person against remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.results import figures as shared
from simsafe.results.tables import About
from simsafe.world.contact import Agency

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ACROSS, ROW, TOP, FOOT = 3, 1.32, 0.5, 1.35  # panels in a row; inches of a row, of the head and of the foot
SMOOTH, IN_TERMS = 5, (Agency.SCHOOLS.label, Agency.CHILDMINDERS.label)  # a mean would hide when holidays begin and end
WIDE, HIGH = 0.265, 0.80  # of a panel: share of the page's width, inches
LOOKS = ((True, "in person", shared.BLUE, "-", 1.8), (False, "by video, telephone or remote lesson", shared.VERMILION, "--", 1.4))


def eyes_on(coverage: pd.DataFrame, about: About) -> Figure:
    """Contacts a week per 1,000 children of the area, a panel an agency, each on its own scale."""
    met = coverage.groupby("agency", observed=True)["contacts"].sum()
    agencies = [a.label for a in Agency if met.get(a.label, 0) > 0]
    down = max(1, -(-len(agencies) // ACROSS))
    height = TOP + FOOT + ROW * down
    title = "Eyes on children: contacts a week with each agency"
    figure = shared._page(
        height,
        title,
        f"Per 1,000 children in the area; every agency has its own scale. Means of {SMOOTH} weeks; schools and childminders weekly",
        about,
    )
    for i, agency in enumerate(agencies):
        row, column = divmod(i, ACROSS)
        below = i + ACROSS >= len(agencies)
        box = (0.07 + 0.325 * column, (FOOT + ROW * (down - 1 - row) + 0.12) / height, WIDE, HIGH / height)
        axes = shared._axes(figure, box, about, "per 1,000" if column == 0 else "", dates=below, most=4)
        mine = coverage[coverage["agency"] == agency]
        for in_person, label, colour, dashes, width in LOOKS:
            week = mine[mine["in_person"] == in_person].groupby("date", observed=True)["per_1000_children"].sum()
            if not week.any():
                continue
            x = week.index.to_numpy().astype("datetime64[D]").astype(np.int64)
            if agency not in IN_TERMS:
                week = week.rolling(SMOOTH, center=True, min_periods=min(SMOOTH, len(week))).mean()
            axes.plot(x, week.to_numpy(), color=colour, linestyle=dashes, linewidth=width, label=label)
        axes.set_ylim(bottom=0)
        axes.set_title(agency[0].upper() + agency[1:], fontsize=9, fontfamily=shared.FONT, loc="left", pad=3)
    _legend(figure, about, height)
    return figure


def _legend(figure: Figure, about: About, height: float) -> None:
    """What lines and shading mean, under the panels."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=colour, linestyle=dashes, linewidth=width, label=label) for _, label, colour, dashes, width in LOOKS]
    handles += shared._phase_handles(about)
    labels = [str(h.get_label()).replace("\n", " ") for h in handles]
    figure.legend(
        handles, labels, ncols=2, frameon=False, prop=shared.PROP, handlelength=2.8, loc="center", bbox_to_anchor=(0.5, 0.58 / height)
    )
